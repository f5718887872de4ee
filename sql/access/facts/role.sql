-- grain: one row per existing role of the warehouse, or any other role of the embedded server
select rolname::text as role_name
from pg_catalog.pg_roles
where rolname = any(%(roles)s) or (%(owns_server)s and oid > 16383 and rolname != %(administrator)s)
