-- grain: one row per object of the warehouse, privilege, grantee and grant option; excludes owners
with objects as (
    select
        'table' as kind,
        format('%%I.%%I', namespaces.nspname, relations.relname) as object_name,
        relations.relowner as owner_id,
        coalesce(relations.relacl, acldefault('r', relations.relowner)) as acl
    from pg_catalog.pg_class as relations
    inner join pg_catalog.pg_namespace as namespaces on relations.relnamespace = namespaces.oid
    where namespaces.nspname = any(%(schemas)s) and relations.relkind in ('r', 'p', 'v', 'm', 'f')
    union all
    select
        'sequence' as kind,
        format('%%I.%%I', namespaces.nspname, relations.relname) as object_name,
        relations.relowner as owner_id,
        coalesce(relations.relacl, acldefault('s', relations.relowner)) as acl
    from pg_catalog.pg_class as relations
    inner join pg_catalog.pg_namespace as namespaces on relations.relnamespace = namespaces.oid
    where namespaces.nspname = any(%(schemas)s) and relations.relkind = 'S'
    union all
    select
        'schema' as kind,
        format('%%I', nspname) as object_name,
        nspowner as owner_id,
        coalesce(nspacl, acldefault('n', nspowner)) as acl
    from pg_catalog.pg_namespace
    where nspname = any(%(schemas)s) or nspname = 'public'
    union all
    select
        'function' as kind,
        format('%%I.%%I(%%s)', namespaces.nspname, functions.proname, pg_get_function_identity_arguments(functions.oid))
            as object_name,
        functions.proowner as owner_id,
        coalesce(functions.proacl, acldefault('f', functions.proowner)) as acl
    from pg_catalog.pg_proc as functions
    inner join pg_catalog.pg_namespace as namespaces on functions.pronamespace = namespaces.oid
    where
        namespaces.nspname = any(%(schemas)s)
        or (%(owns_server)s and functions.oid::regprocedure::text = any(%(closed_functions)s))
    union all
    select
        'database' as kind,
        format('%%I', datname) as object_name,
        datdba as owner_id,
        coalesce(datacl, acldefault('d', datdba)) as acl
    from pg_catalog.pg_database
    where datname = any(%(databases)s)
)

select
    objects.kind,
    objects.object_name,
    privileges.privilege_type as privilege,
    case privileges.grantee when 0 then 'PUBLIC' else pg_get_userbyid(privileges.grantee)::text end as grantee,
    privileges.is_grantable
from objects
cross join lateral aclexplode(objects.acl) as privileges
where
    privileges.grantee != objects.owner_id
    and pg_get_userbyid(privileges.grantee) != %(administrator)s
    and not (privileges.grantee in (select oid from pg_roles where rolname = 'pg_database_owner'))
union all
select
    'column' as kind,
    format('%%I.%%I (%%I)', namespaces.nspname, relations.relname, attributes.attname) as object_name,
    privileges.privilege_type as privilege,
    case privileges.grantee when 0 then 'PUBLIC' else pg_get_userbyid(privileges.grantee)::text end as grantee,
    privileges.is_grantable
from pg_catalog.pg_attribute as attributes
inner join pg_catalog.pg_class as relations on attributes.attrelid = relations.oid
inner join pg_catalog.pg_namespace as namespaces on relations.relnamespace = namespaces.oid
cross join lateral aclexplode(attributes.attacl) as privileges
where namespaces.nspname = any(%(schemas)s) and privileges.grantee != relations.relowner
