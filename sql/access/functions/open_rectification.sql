-- A person wants fields of hers corrected: {"city": "Lyon"}. A second call before the answer replaces the first.
create or replace function governance.open_rectification(shop text, person text, corrections jsonb) returns bigint
language plpgsql volatile security definer
set search_path = pg_catalog, pg_temp
as $$
begin
    if jsonb_typeof(corrections) is distinct from 'object' or corrections = '{}'
        or jsonb_path_exists(corrections, '$.* ? (@.type() != "string")') then
        raise exception 'Write corrections as an object of fields and texts, such as {"city": "Lyon"}';
    end if;
    return governance.enter_request('rectification', shop, person, corrections);
end
$$;
