-- grain: one row per view of the warehouse and option that decides with whose rights it reads
select
    format('%%I.%%I', namespaces.nspname, relations.relname) as view_name,
    options.option_name || '=' || options.option_value as assignment
from pg_catalog.pg_class as relations
inner join pg_catalog.pg_namespace as namespaces on relations.relnamespace = namespaces.oid
cross join lateral pg_options_to_table(relations.reloptions) as options
where
    namespaces.nspname = any(%(schemas)s)
    and relations.relkind = 'v'
    and options.option_name in ('security_invoker', 'security_barrier')
