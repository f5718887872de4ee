-- grain: one row per membership that somebody else than an administrator gave
select
    groups.rolname::text as group_name,
    members.rolname::text as member_name,
    grantors.rolname::text as grantor_name
from pg_catalog.pg_auth_members as memberships
inner join pg_catalog.pg_roles as groups on memberships.roleid = groups.oid
inner join pg_catalog.pg_roles as members on memberships.member = members.oid
inner join pg_catalog.pg_roles as grantors on memberships.grantor = grantors.oid
where
    (groups.rolname = any(%(roles)s) or members.rolname = any(%(roles)s) or %(owns_server)s)
    and not grantors.rolsuper and grantors.rolname != %(administrator)s
    and members.rolname != %(administrator)s
