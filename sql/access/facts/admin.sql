-- grain: one row per member of a role of the warehouse with ADMIN OPTION
select distinct
    groups.rolname::text as group_name,
    members.rolname::text as member_name
from pg_catalog.pg_auth_members as memberships
inner join pg_catalog.pg_roles as groups on memberships.roleid = groups.oid
inner join pg_catalog.pg_roles as members on memberships.member = members.oid
where
    memberships.admin_option
    and (groups.rolname = any(%(roles)s) or members.rolname = any(%(roles)s) or %(owns_server)s)
    and members.rolname != %(administrator)s
