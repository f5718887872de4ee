-- grain: one row per relation, with its privileges, those that it has at first, and whether PostgreSQL made it
select
    case relations.relkind when 'S' then 'sequence' else 'table' end as kind,
    format('%%I.%%I', namespaces.nspname, relations.relname) as object_name,
    relations.relowner as owner_id,
    relations.relacl as acl,
    case relations.relkind
        when 'S' then acldefault('s', relations.relowner) else acldefault('r', relations.relowner)
    end as default_acl,
    case
        when
            relations.oid < 16384 and namespaces.nspname = 'information_schema'
            and relations.relname not like '\_%%' and relations.relname not in ('sql_parts', 'transforms')
            then array[makeaclitem(0, relations.relowner, 'SELECT', false)]
        else initial.initprivs
    end as initial_acl,
    relations.oid < 16384 as is_system
from pg_catalog.pg_class as relations
inner join pg_catalog.pg_namespace as namespaces on relations.relnamespace = namespaces.oid
left join pg_catalog.pg_init_privs as initial
    on initial.classoid = 'pg_class'::regclass and relations.oid = initial.objoid and initial.objsubid = 0
where relations.relkind in ('r', 'p', 'v', 'm', 'f', 'S', 't') and namespaces.nspname !~ '^pg_(toast_)?temp'
