-- grain: one row per role of the warehouse: its connection limit
select
    rolname::text as role_name,
    rolconnlimit::text as connections
from pg_catalog.pg_roles
where rolname = any(%(roles)s)
