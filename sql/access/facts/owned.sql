-- grain: one row per object of this database that a role owns which is to own nothing, but for functions and extensions
-- An undeclared function or extension is removed whoever owns it. What PostgreSQL's own administrator owns is not
-- listed here.
select
    described.type as object_type,
    described.identity,
    roles.rolname::text as owner_name
from pg_catalog.pg_shdepend as dependencies
inner join pg_catalog.pg_roles as roles on dependencies.refobjid = roles.oid
inner join pg_catalog.pg_database as databases on dependencies.dbid = databases.oid
cross join
    lateral pg_catalog.pg_identify_object(dependencies.classid, dependencies.objid, dependencies.objsubid) as described
where
    dependencies.refclassid = 'pg_catalog.pg_authid'::regclass
    and dependencies.deptype = 'o'
    and dependencies.classid not in ('pg_catalog.pg_proc'::regclass, 'pg_catalog.pg_default_acl'::regclass)
    and databases.datname = pg_catalog.current_database()
    and roles.rolname != %(administrator)s
    and not (roles.rolname = any(%(owners)s))
    and roles.oid != databases.datdba
    and described.type not in ('index', 'toast table', 'extension')
