-- grain: one row per existing role of the warehouse
select rolname::text as role_name
from pg_catalog.pg_roles
where rolname = any(%(roles)s)
