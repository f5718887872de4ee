-- grain: one row per setting in a file of the embedded server
select
    name::text as setting_name,
    coalesce(setting, '') as setting,
    pg_catalog.regexp_replace(sourcefile, '^.*/', '') as file_name
from pg_catalog.pg_file_settings
