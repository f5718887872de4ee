-- grain: one row per login, path of roles that gives it a privilege, and relation or function
with recursive paths as (
    select
        oid as login_id,
        oid as role_id,
        rolname::text as path,
        array[oid] as passed
    from pg_catalog.pg_roles
    where rolcanlogin
    union all
    select
        paths.login_id,
        memberships.roleid as role_id,
        paths.path || ' > ' || pg_catalog.pg_get_userbyid(memberships.roleid) as path,
        paths.passed || memberships.roleid as passed
    from paths
    inner join pg_catalog.pg_auth_members as memberships on paths.role_id = memberships.member
    where memberships.roleid != all(paths.passed)
),

objects as (
    select
        'table' as kind,
        format('%%I.%%I', namespaces.nspname, relations.relname) as object_name,
        relations.relowner as owner_id,
        coalesce(relations.relacl, acldefault('r', relations.relowner)) as acl,
        relations.relrowsecurity as has_rows
    from pg_catalog.pg_class as relations
    inner join pg_catalog.pg_namespace as namespaces on relations.relnamespace = namespaces.oid
    where
        namespaces.nspname = any(%(schemas)s)
        and relations.relkind in ('r', 'p', 'v', 'm', 'f')
        and not relations.relispartition
    union all
    select
        'function' as kind,
        format('%%I.%%I(%%s)', namespaces.nspname, functions.proname, pg_get_function_identity_arguments(functions.oid))
            as object_name,
        functions.proowner as owner_id,
        coalesce(functions.proacl, acldefault('f', functions.proowner)) as acl,
        false as has_rows
    from pg_catalog.pg_proc as functions
    inner join pg_catalog.pg_namespace as namespaces on functions.pronamespace = namespaces.oid
    where namespaces.nspname = any(%(schemas)s)
),

grants as (
    select
        objects.kind,
        objects.object_name,
        objects.owner_id,
        objects.has_rows,
        privileges.grantee as role_id,
        string_agg(privileges.privilege_type, ', ' order by privileges.privilege_type collate "C") as privileges
    from objects
    cross join lateral aclexplode(objects.acl) as privileges
    group by objects.kind, objects.object_name, objects.owner_id, objects.has_rows, privileges.grantee
)

select
    pg_catalog.pg_get_userbyid(paths.login_id)::text as login_name,
    paths.path,
    grants.kind,
    grants.object_name,
    case grants.owner_id when paths.role_id then 'OWNER' else grants.privileges end as privileges,
    case
        when not grants.has_rows or grants.owner_id = paths.role_id then 'all'
        when exists (
            select 1 from pg_catalog.pg_policies as policies
            where
                format('%%I.%%I', policies.schemaname, policies.tablename) = grants.object_name
                and pg_catalog.pg_get_userbyid(paths.role_id) = any(policies.roles)
                and policies.qual = 'true'
        ) then 'all'
        else 'by policy'
    end as rows_seen,
    pg_catalog.pg_get_userbyid(paths.role_id)::text as role_name
from paths
inner join grants on paths.role_id = grants.role_id
union all
select
    rolname::text as login_name,
    rolname || ' (superuser)' as path,
    'everything' as kind,
    '*' as object_name,
    'ALL' as privileges,
    'all' as rows_seen,
    rolname::text as role_name
from pg_catalog.pg_roles
where rolcanlogin and rolsuper
union all
select
    'PUBLIC' as login_name,
    'PUBLIC' as path,
    grants.kind,
    grants.object_name,
    grants.privileges,
    'all' as rows_seen,
    'PUBLIC' as role_name
from grants
where grants.role_id = 0
order by login_name, path, kind, object_name
