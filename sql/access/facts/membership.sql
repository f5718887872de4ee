-- grain: one row per membership in or of a role of the warehouse and option of it; from PostgreSQL 16 on
select distinct
    groups.rolname::text as group_name,
    members.rolname::text as member_name,
    options.option_name,
    options.setting
from pg_catalog.pg_auth_members as memberships
inner join pg_catalog.pg_roles as groups on memberships.roleid = groups.oid
inner join pg_catalog.pg_roles as members on memberships.member = members.oid
inner join pg_catalog.pg_roles as grantors on memberships.grantor = grantors.oid
cross join
    lateral (
        values ('inherit', memberships.inherit_option::text), ('set', memberships.set_option::text)
    ) as options (option_name, setting)
where
    (groups.rolname = any(%(roles)s) or members.rolname = any(%(roles)s))
    and members.rolname != %(administrator)s
    and (grantors.rolsuper or grantors.rolname = %(administrator)s)
