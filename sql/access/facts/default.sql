-- grain: one row per creating role, schema ('' = any), kind of object, privilege and grantee, for new objects
with kinds (letter, word) as (
    values
    ('r', 'tables'), ('S', 'sequences'), ('f', 'functions'), ('T', 'types'), ('n', 'schemas'), ('L', 'large objects')
),

creators as (
    select
        oid as creator_id,
        rolname
    from pg_catalog.pg_roles
    where rolname = any(%(creators)s)
),

declared as (
    select
        defaults.defaclrole as creator_id,
        coalesce(namespaces.nspname, '') as schema_name,
        defaults.defaclobjtype::text as letter,
        defaults.defaclacl as acl
    from pg_catalog.pg_default_acl as defaults
    left join pg_catalog.pg_namespace as namespaces on defaults.defaclnamespace = namespaces.oid
),

built_in as (
    select
        creators.creator_id,
        '' as schema_name,
        initial.letter,
        initial.acl
    from creators
    cross join
        lateral (
            values ('r', acldefault('r', creators.creator_id)), ('f', acldefault('f', creators.creator_id))
        ) as initial (letter, acl)
    left join declared
        on creators.creator_id = declared.creator_id and initial.letter = declared.letter and declared.schema_name = ''
    where declared.acl is null
)

select
    pg_get_userbyid(defaults.creator_id)::text as creator,
    defaults.schema_name,
    kinds.word as kind,
    privileges.privilege_type as privilege,
    case privileges.grantee when 0 then 'PUBLIC' else pg_get_userbyid(privileges.grantee)::text end as grantee
from (
    select * from declared
    union all
    select * from built_in
) as defaults
inner join kinds on defaults.letter = kinds.letter
cross join lateral aclexplode(defaults.acl) as privileges
where
    privileges.grantee != defaults.creator_id
    and (
        %(owns_server)s
        or defaults.schema_name = any(%(schemas)s)
        or defaults.creator_id in (select creator_id from creators)
        or pg_get_userbyid(privileges.grantee) = any(%(roles)s)
    )
