-- grain: one row per login of the warehouse: the comment that marks it as such
select
    roles.rolname::text as role_name,
    pg_catalog.shobj_description(roles.oid, 'pg_authid') as mark
from pg_catalog.pg_roles as roles
where
    roles.rolname = any(%(logins)s)
    and pg_catalog.shobj_description(roles.oid, 'pg_authid') is not null
