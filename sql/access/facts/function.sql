-- grain: one row per function of the warehouse, with everything that affects what it does
select
    format('%%I.%%I(%%s)', namespaces.nspname, functions.proname, pg_get_function_identity_arguments(functions.oid))
        as function_name,
    lower(coalesce(pg_get_function_result(functions.oid), 'void')) as returns,
    languages.lanname::text as language,
    case functions.provolatile when 's' then 'stable' when 'i' then 'immutable' else 'volatile' end
    || case when functions.proleakproof then ' leakproof' else '' end
    || case when functions.proisstrict then ' strict' else '' end
    || case functions.proparallel when 'u' then '' else ' parallel' end as volatility,
    case when functions.prosecdef then 'security definer' else 'security invoker' end as security,
    coalesce(array_to_string(functions.proconfig, '; '), '') as settings,
    btrim(functions.prosrc, e'\n') as body
from pg_catalog.pg_proc as functions
inner join pg_catalog.pg_namespace as namespaces on functions.pronamespace = namespaces.oid
inner join pg_catalog.pg_language as languages on functions.prolang = languages.oid
where namespaces.nspname = any(%(schemas)s) and functions.prokind = 'f'
