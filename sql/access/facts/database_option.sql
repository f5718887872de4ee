-- grain: one row per database of the embedded server and option that decides who may connect to it or copy it
select
    format('%%I', databases.datname) as database_name,
    options.option_name,
    options.setting
from pg_catalog.pg_database as databases
cross join
    lateral (
        values
        ('allow_connections', databases.datallowconn::text),
        ('is_template', databases.datistemplate::text),
        ('connection limit', databases.datconnlimit::text)
    ) as options (option_name, setting)
where %(owns_server)s and databases.datname = any(%(databases)s)
