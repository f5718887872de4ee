-- grain: one row per membership in or of a role of the warehouse; excludes other warehouses' logins
select distinct
    groups.rolname::text as group_name,
    members.rolname::text as member_name
from pg_catalog.pg_auth_members as memberships
inner join pg_catalog.pg_roles as groups on memberships.roleid = groups.oid
inner join pg_catalog.pg_roles as members on memberships.member = members.oid
where
    (
        groups.rolname = any(%(roles)s)
        or members.rolname = any(%(roles)s)
        or (%(owns_server)s and members.oid != 10 and not (members.oid = 3373 and groups.oid in (3374, 3375, 3377)))
    )
    and (members.rolname != %(administrator)s or groups.rolname = any(%(owners)s))
    and not (
        coalesce(pg_catalog.shobj_description(members.oid, 'pg_authid'), %(mark)s) not in (%(mark)s)
        and pg_catalog.shobj_description(members.oid, 'pg_authid') like %(any_mark)s
        and members.oid not in (
            select privileges.grantee
            from pg_catalog.pg_database as databases
            cross join lateral aclexplode(databases.datacl) as privileges
            where databases.datname = pg_catalog.current_database()
        )
    )
