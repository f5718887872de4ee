-- grain: one row per schema, relation and function of the warehouse: its owner
select
    'schema' as kind,
    format('%%I', namespaces.nspname) as object_name,
    pg_catalog.pg_get_userbyid(namespaces.nspowner)::text as owner_name
from pg_catalog.pg_namespace as namespaces
where namespaces.nspname = any(%(schemas)s)
union all
select
    'database' as kind,
    format('%%I', datname) as object_name,
    pg_catalog.pg_get_userbyid(datdba)::text as owner_name
from pg_catalog.pg_database
where datname = any(%(databases)s)
union all
select
    case relations.relkind when 'v' then 'view' when 'm' then 'materialized view' else 'table' end as kind,
    format('%%I.%%I', namespaces.nspname, relations.relname) as object_name,
    pg_catalog.pg_get_userbyid(relations.relowner)::text as owner_name
from pg_catalog.pg_class as relations
inner join pg_catalog.pg_namespace as namespaces on relations.relnamespace = namespaces.oid
where namespaces.nspname = any(%(schemas)s) and relations.relkind in ('r', 'p', 'v', 'm', 'f')
union all
select
    'function' as kind,
    format('%%I.%%I(%%s)', namespaces.nspname, functions.proname, pg_get_function_identity_arguments(functions.oid))
        as object_name,
    pg_catalog.pg_get_userbyid(functions.proowner)::text as owner_name
from pg_catalog.pg_proc as functions
inner join pg_catalog.pg_namespace as namespaces on functions.pronamespace = namespaces.oid
where namespaces.nspname = any(%(schemas)s) and functions.prokind = 'f'
