-- grain: one row per object that somebody added to an extension which PostgreSQL itself made
select
    extensions.extname::text as extension_name,
    described.type as object_type,
    described.identity
from pg_catalog.pg_depend as dependencies
inner join pg_catalog.pg_extension as extensions on dependencies.refobjid = extensions.oid
cross join
    lateral pg_catalog.pg_identify_object(dependencies.classid, dependencies.objid, dependencies.objsubid) as described
where
    dependencies.refclassid = 'pg_catalog.pg_extension'::regclass
    and dependencies.deptype = 'e'
    and dependencies.refobjid < 16384
    and dependencies.objid >= 16384
