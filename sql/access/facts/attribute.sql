-- grain: one row per role of the warehouse (or any other role of the embedded server) and attribute that it has
select
    roles.rolname::text as role_name,
    powers.word
from pg_catalog.pg_roles as roles
cross join
    lateral (
        values
        ('superuser', roles.rolsuper),
        ('createrole', roles.rolcreaterole),
        ('createdb', roles.rolcreatedb),
        ('replication', roles.rolreplication),
        ('bypassrls', roles.rolbypassrls),
        ('login', roles.rolcanlogin),
        ('inherit', roles.rolinherit)
    ) as powers (word, has_it)
where
    powers.has_it
    and (
        roles.rolname = any(%(roles)s)
        or (%(owns_server)s and roles.oid > 16383 and powers.word != 'inherit')
    )
    and roles.rolname != %(administrator)s
