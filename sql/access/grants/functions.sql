-- grain: one row per function, with its privileges, those that it has at first, and whether PostgreSQL made it
select
    case functions.prokind when 'p' then 'procedure' else 'function' end as kind,
    format(
        '%%I.%%I(%%s)', namespaces.nspname, functions.proname,
        case
            when functions.oid < 16384 then oidvectortypes(functions.proargtypes)
            else pg_get_function_identity_arguments(functions.oid)
        end
    ) as object_name,
    functions.proowner as owner_id,
    functions.proacl as acl,
    acldefault('f', functions.proowner) as default_acl,
    case
        when
            functions.oid >= 16384 and initial.initprivs is null and extensions.oid is null
            or %(owns_server)s and functions.oid::regprocedure::text = any(%(closed_functions)s)
            then array[makeaclitem(functions.proowner, functions.proowner, 'EXECUTE', false)]
        else initial.initprivs
    end as initial_acl,
    functions.oid < 16384 as is_system
from pg_catalog.pg_proc as functions
inner join pg_catalog.pg_namespace as namespaces on functions.pronamespace = namespaces.oid
left join
    pg_catalog.pg_init_privs as initial
    on initial.classoid = 'pg_proc'::regclass and functions.oid = initial.objoid
left join
    pg_catalog.pg_depend as parts
    on parts.classid = 'pg_proc'::regclass and functions.oid = parts.objid and parts.deptype = 'e'
left join
    pg_catalog.pg_extension as extensions
    on parts.refobjid = extensions.oid and extensions.extname = any(%(extensions)s)
where namespaces.nspname !~ '^pg_temp'
