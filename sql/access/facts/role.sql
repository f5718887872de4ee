-- grain: one row per role of ours that is there
select rolname::text as role_name
from pg_catalog.pg_roles
where rolname = any(%(roles)s)
