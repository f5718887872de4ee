-- grain: one row per view and function that initdb made: what it shows or does, by name
select
    'pg_rewrite' as catalogue,
    format('%%I.%%I', namespaces.nspname, relations.relname) as identity,
    concat_ws(' ', relations.relowner, relations.reloptions, pg_catalog.pg_get_viewdef(relations.oid)) as state
from pg_catalog.pg_class as relations
inner join pg_catalog.pg_namespace as namespaces on relations.relnamespace = namespaces.oid
where relations.relkind = 'v' and relations.oid < 16384
union all
select
    'pg_proc' as catalogue,
    format('%%I.%%I', namespaces.nspname, functions.proname) as identity,
    concat_ws(' ', functions.proowner, functions.prosecdef, functions.proconfig, functions.prosrc) as state
from pg_catalog.pg_proc as functions
inner join pg_catalog.pg_namespace as namespaces on functions.pronamespace = namespaces.oid
where functions.oid between 12000 and 16383
