-- grain: one row per replication slot and origin of the embedded server: the warehouse replicates nothing
select
    'slot' as kind,
    slot_name::text as object_name
from pg_catalog.pg_replication_slots
where %(owns_server)s
union all
select
    'origin' as kind,
    roname as object_name
from pg_catalog.pg_replication_origin
where %(owns_server)s
