-- grain: one row per rule of the embedded server that says who may log in from where
select
    coalesce(type, 'invalid') as rule_type,
    coalesce(array_to_string(database, ','), '') as databases,
    coalesce(array_to_string(user_name, ','), '') as user_names,
    coalesce(address, '') || coalesce('/' || netmask, '') as address,
    coalesce(auth_method, error, '') || coalesce(' ' || array_to_string(options, ' '), '') as method
from pg_catalog.pg_hba_file_rules
