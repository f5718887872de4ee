-- grain: one row per role of the warehouse and session setting
select
    roles.rolname::text as role_name,
    assignments.assignment,
    coalesce(databases.datname, '') as database_name
from pg_catalog.pg_db_role_setting as settings
inner join pg_catalog.pg_roles as roles on settings.setrole = roles.oid
left join pg_catalog.pg_database as databases on settings.setdatabase = databases.oid
cross join lateral unnest(settings.setconfig) as assignments (assignment)
where
    roles.rolname = any(%(roles)s)
    and (databases.datname is null or databases.datname = pg_catalog.current_database())
