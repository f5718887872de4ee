-- grain: one row per login of the warehouse: the expiry of its password
select
    rolname::text as role_name,
    coalesce(
        to_char(nullif(rolvaliduntil, 'infinity') at time zone 'UTC', 'YYYY-MM-DD HH24:MI:SS+00'), 'infinity'
    ) as until
from pg_catalog.pg_roles
where rolname = any(%(logins)s)
