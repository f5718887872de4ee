-- grain: one row per security label of an object of the database or of the server
select
    labels.provider::text as provider,
    labels.objtype::text as object_type,
    labels.objname::text as object_name
from pg_catalog.pg_seclabels as labels
