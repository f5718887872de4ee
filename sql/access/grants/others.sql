-- grain: one row per object of the smaller catalogues, with its privileges and those that it has at first
select
    'type' as kind,
    format('%%I.%%I', namespaces.nspname, types.typname) as object_name,
    types.typowner as owner_id,
    types.typacl as acl,
    acldefault('T', types.typowner) as default_acl,
    initial.initprivs as initial_acl,
    types.oid < 16384 as is_system
from pg_catalog.pg_type as types
inner join pg_catalog.pg_namespace as namespaces on types.typnamespace = namespaces.oid
left join pg_catalog.pg_init_privs as initial
    on initial.classoid = 'pg_type'::regclass and types.oid = initial.objoid
where types.typacl is not null and namespaces.nspname !~ '^pg_temp'
union all
select
    'language' as kind,
    format('%%I', languages.lanname) as object_name,
    languages.lanowner as owner_id,
    languages.lanacl as acl,
    acldefault('l', languages.lanowner) as default_acl,
    initial.initprivs as initial_acl,
    languages.oid < 16384 as is_system
from pg_catalog.pg_language as languages
left join pg_catalog.pg_init_privs as initial
    on initial.classoid = 'pg_language'::regclass and languages.oid = initial.objoid
union all
select
    'foreign data wrapper' as kind,
    format('%%I', fdwname) as object_name,
    fdwowner as owner_id,
    fdwacl as acl,
    acldefault('F', fdwowner) as default_acl,
    null as initial_acl,
    false as is_system
from pg_catalog.pg_foreign_data_wrapper
union all
select
    'foreign server' as kind,
    format('%%I', srvname) as object_name,
    srvowner as owner_id,
    srvacl as acl,
    acldefault('S', srvowner) as default_acl,
    null as initial_acl,
    false as is_system
from pg_catalog.pg_foreign_server
union all
select
    'large object' as kind,
    oid::text as object_name,
    lomowner as owner_id,
    lomacl as acl,
    acldefault('L', lomowner) as default_acl,
    null as initial_acl,
    false as is_system
from pg_catalog.pg_largeobject_metadata
union all
select
    'database' as kind,
    format('%%I', datname) as object_name,
    datdba as owner_id,
    datacl as acl,
    acldefault('d', datdba) as default_acl,
    array[makeaclitem(datdba, datdba, 'CONNECT', false)] as initial_acl,
    false as is_system
from pg_catalog.pg_database
where %(is_home)s and (%(owns_server)s or datname = any(%(databases)s))
union all
select
    'tablespace' as kind,
    format('%%I', spcname) as object_name,
    spcowner as owner_id,
    spcacl as acl,
    acldefault('t', spcowner) as default_acl,
    null as initial_acl,
    false as is_system
from pg_catalog.pg_tablespace
where %(is_home)s
union all
select
    'column' as kind,
    format('%%I.%%I (%%I)', namespaces.nspname, relations.relname, attributes.attname) as object_name,
    relations.relowner as owner_id,
    attributes.attacl as acl,
    array[makeaclitem(relations.relowner, relations.relowner, 'SELECT', false)] as default_acl,
    initial.initprivs as initial_acl,
    false as is_system
from pg_catalog.pg_attribute as attributes
inner join pg_catalog.pg_class as relations on attributes.attrelid = relations.oid
inner join pg_catalog.pg_namespace as namespaces on relations.relnamespace = namespaces.oid
left join pg_catalog.pg_init_privs as initial
    on
        initial.classoid = 'pg_class'::regclass
        and relations.oid = initial.objoid
        and attributes.attnum = initial.objsubid
where attributes.attacl is not null and namespaces.nspname !~ '^pg_temp'
union all
select
    'parameter' as kind,
    parname as object_name,
    10 as owner_id,
    paracl as acl,
    acldefault('p', 10) as default_acl,
    null as initial_acl,
    false as is_system
from pg_catalog.pg_parameter_acl
where %(is_home)s
