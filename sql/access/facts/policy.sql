-- grain: one row per row policy on a relation of the warehouse
select
    format('%%I.%%I', schemaname, tablename) as table_name,
    policyname::text as policy_name,
    lower(permissive) as kind,
    lower(cmd) as command,
    (
        select
            string_agg(
                case named.role_name when 'public' then 'PUBLIC' else named.role_name end,
                ', ' order by named.role_name collate "C"
            )
        from unnest(roles::text[]) as named (role_name)
    ) as role_names,
    coalesce(qual, '') as reading,
    coalesce(with_check, '') as writing
from pg_catalog.pg_policies
where schemaname = any(%(schemas)s)
