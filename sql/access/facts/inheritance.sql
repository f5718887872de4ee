-- grain: one row per table that is a part of another: whoever reads the parent reads its rows too
select
    format('%%I.%%I', child_namespaces.nspname, children.relname) as child_name,
    format('%%I.%%I', parent_namespaces.nspname, parents.relname) as parent_name,
    case when children.relispartition then 'partition' else 'child' end as way
from pg_catalog.pg_inherits as inheritance
inner join pg_catalog.pg_class as children on inheritance.inhrelid = children.oid
inner join pg_catalog.pg_class as parents on inheritance.inhparent = parents.oid
inner join pg_catalog.pg_namespace as child_namespaces on children.relnamespace = child_namespaces.oid
inner join pg_catalog.pg_namespace as parent_namespaces on parents.relnamespace = parent_namespaces.oid
where children.relkind in ('r', 'p', 'f')
