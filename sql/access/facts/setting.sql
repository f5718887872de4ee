-- grain: one row per session setting of a role, of a database ('' = all) or of both ('' as role = everybody)
select
    coalesce(roles.rolname, '')::text as role_name,
    assignments.assignment,
    coalesce(databases.datname, '')::text as database_name
from pg_catalog.pg_db_role_setting as settings
left join pg_catalog.pg_roles as roles on settings.setrole = roles.oid
left join pg_catalog.pg_database as databases on settings.setdatabase = databases.oid
cross join lateral unnest(settings.setconfig) as assignments (assignment)
where
    %(owns_server)s
    or databases.datname = pg_catalog.current_database()
    or (databases.datname is null and (roles.rolname = any(%(roles)s) or settings.setrole = 0))
