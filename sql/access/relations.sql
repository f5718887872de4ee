-- grain: one row per relation of the warehouse, with its parent table if it is a partition
select
    case relations.relkind when 'v' then 'view' when 'm' then 'materialized view' else 'table' end as kind,
    format('%%I.%%I', namespaces.nspname, relations.relname) as relation_name,
    case when parents.oid is null then '' else format('%%I.%%I', parent_namespaces.nspname, parents.relname) end
        as parent_name
from pg_catalog.pg_class as relations
inner join pg_catalog.pg_namespace as namespaces on relations.relnamespace = namespaces.oid
left join pg_catalog.pg_inherits as inheritance on relations.oid = inheritance.inhrelid
left join pg_catalog.pg_class as parents on inheritance.inhparent = parents.oid
left join pg_catalog.pg_namespace as parent_namespaces on parents.relnamespace = parent_namespaces.oid
where namespaces.nspname = any(%(schemas)s) and relations.relkind in ('r', 'p', 'v', 'm', 'f')
