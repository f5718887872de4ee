-- grain: one row per other database of the server that a role of the warehouse can enter
select databases.datname::text as database_name
from pg_catalog.pg_database as databases
where
    databases.datallowconn
    and databases.datname != pg_catalog.current_database()
    and exists (
        select 1 from pg_catalog.pg_roles as roles
        where
            roles.rolname = any(%(roles)s)
            and pg_catalog.has_database_privilege(roles.oid, databases.oid, 'CONNECT')
    )
order by database_name
