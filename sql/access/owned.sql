-- grain: one row per object of this database, or the database itself, that a role of the warehouse owns
select
    described.type as object_type,
    described.identity,
    roles.rolname::text as owner_name
from pg_catalog.pg_shdepend as dependencies
inner join pg_catalog.pg_roles as roles on dependencies.refobjid = roles.oid
inner join pg_catalog.pg_database as databases on databases.datname = pg_catalog.current_database()
cross join
    lateral pg_catalog.pg_identify_object(dependencies.classid, dependencies.objid, dependencies.objsubid) as described
where
    dependencies.refclassid = 'pg_catalog.pg_authid'::regclass
    and dependencies.deptype = 'o'
    and roles.rolname = any(%(roles)s)
    and (
        dependencies.dbid = databases.oid
        or (dependencies.classid = 'pg_catalog.pg_database'::regclass and dependencies.objid = databases.oid)
    )
