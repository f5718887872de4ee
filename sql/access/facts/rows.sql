-- grain: one row per relation of the warehouse and row-level security option that is on
select
    format('%%I.%%I', namespaces.nspname, relations.relname) as table_name,
    switches.word
from pg_catalog.pg_class as relations
inner join pg_catalog.pg_namespace as namespaces on relations.relnamespace = namespaces.oid
cross join
    lateral (
        values ('enable', relations.relrowsecurity), ('force', relations.relforcerowsecurity)
    ) as switches (word, is_on)
where namespaces.nspname = any(%(schemas)s) and switches.is_on
