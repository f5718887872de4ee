-- grain: one row per object, privilege, grantee and grant option that differs from what the object has at first
-- objects: the queries of `grants/`. is_missing: PostgreSQL's own object lacks what a fresh server grants on it.
select
    objects.kind,
    objects.object_name,
    differences.privilege_type as privilege,
    case differences.grantee when 0 then 'PUBLIC' else pg_get_userbyid(differences.grantee)::text end as grantee,
    differences.is_grantable,
    differences.is_missing
from objects
cross join
    lateral (
        (
            select privilege_type, grantee, is_grantable, false as is_missing
            from aclexplode(coalesce(objects.acl, objects.default_acl))
            except
            select privilege_type, grantee, is_grantable, false as is_missing
            from aclexplode(coalesce(objects.initial_acl, objects.default_acl))
        )
        union all
        (
            select privilege_type, grantee, is_grantable, true as is_missing
            from aclexplode(coalesce(objects.initial_acl, objects.default_acl))
            where objects.is_system
            except
            select privilege_type, grantee, is_grantable, true as is_missing
            from aclexplode(coalesce(objects.acl, objects.default_acl))
        )
    ) as differences
where
    differences.grantee != objects.owner_id
    and pg_get_userbyid(differences.grantee) != %(administrator)s
