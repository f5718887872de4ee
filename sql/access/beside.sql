-- grain: one row per way into the warehouse's database that its own roles do not show, on a server of one's own
select
    'member' as kind,
    groups.rolname::text as first_part,
    members.rolname::text as second_part
from pg_catalog.pg_auth_members as memberships
inner join pg_catalog.pg_roles as groups on memberships.roleid = groups.oid
inner join pg_catalog.pg_roles as members on memberships.member = members.oid
where
    (
        groups.rolname = %(administrator)s
        or groups.oid in (select datdba from pg_catalog.pg_database where datname = pg_catalog.current_database())
    )
    and members.rolname != %(administrator)s
    and not members.rolname = any(%(roles)s)
union
select
    'replication' as kind,
    'slot' as first_part,
    slot_name::text as second_part
from pg_catalog.pg_replication_slots
where database = pg_catalog.current_database()
union
select
    'object' as kind,
    'subscription' as first_part,
    subname::text as second_part
from pg_catalog.pg_subscription
where subdbid in (select oid from pg_catalog.pg_database where datname = pg_catalog.current_database())
