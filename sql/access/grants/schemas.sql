-- grain: one row per schema, with its privileges and those that it has at first
-- PUBLIC may not even name an object of the schema public of the warehouse's own database. A fresh server lets it use
-- information_schema, which programs read to list tables, but does not say so in pg_init_privs.
select
    'schema' as kind,
    format('%%I', namespaces.nspname) as object_name,
    namespaces.nspowner as owner_id,
    namespaces.nspacl as acl,
    acldefault('n', namespaces.nspowner) as default_acl,
    case
        when namespaces.nspname = any(%(closed_schemas)s)
            then array[makeaclitem(namespaces.nspowner, namespaces.nspowner, 'USAGE', false)]
        when namespaces.oid < 16384 and namespaces.nspname = 'information_schema'
            then array[makeaclitem(0, namespaces.nspowner, 'USAGE', false)]
        else initial.initprivs
    end as initial_acl,
    namespaces.oid < 16384 and not (namespaces.nspname = any(%(closed_schemas)s)) as is_system
from pg_catalog.pg_namespace as namespaces
left join pg_catalog.pg_init_privs as initial
    on namespaces.oid = initial.objoid and initial.classoid = 'pg_namespace'::regclass
where namespaces.nspname !~ '^pg_(toast_)?temp'
