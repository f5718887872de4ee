-- grain: one row per column that a table of the warehouse itself has
select
    format('%%I.%%I', namespaces.nspname, relations.relname) as table_name,
    attributes.attname::text as column_name
from pg_catalog.pg_attribute as attributes
inner join pg_catalog.pg_class as relations on attributes.attrelid = relations.oid
inner join pg_catalog.pg_namespace as namespaces on relations.relnamespace = namespaces.oid
where
    namespaces.nspname = any(%(schemas)s) and relations.relkind in ('r', 'p')
    and attributes.attnum > 0 and not attributes.attisdropped and attributes.attislocal
