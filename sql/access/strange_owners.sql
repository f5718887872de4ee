-- grain: one row per relation of Dagster's database whose owner is neither Dagster's login nor the database's owner
select
    'table' as kind,
    format('%%I.%%I', namespaces.nspname, relations.relname) as object_name,
    roles.rolname::text as owner_name
from pg_catalog.pg_class as relations
inner join pg_catalog.pg_namespace as namespaces on relations.relnamespace = namespaces.oid
inner join pg_catalog.pg_roles as roles on relations.relowner = roles.oid
inner join pg_catalog.pg_database as databases on databases.datname = pg_catalog.current_database()
where
    relations.oid >= 16384
    and relations.relkind in ('r', 'p')
    and namespaces.nspname !~ '^pg_temp'
    and roles.rolname != current_user
    and relations.relowner != databases.datdba
