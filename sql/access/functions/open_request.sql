-- A person exercises a right; the job of that right, or the daily one, answers. The same again changes nothing.
create or replace function governance.open_request(kind text, shop text, person text) returns bigint
language plpgsql volatile security definer
set search_path = pg_catalog, pg_temp
as $$
begin
    if kind not in ('access', 'erasure', 'restriction', 'objection', 'lifting') or kind is null then
        raise exception 'The rights are access, erasure, restriction, objection and lifting (of the two before)'
            using hint = 'A rectification is opened by governance.open_rectification.';
    end if;
    return governance.enter_request(kind, shop, person, null);
end
$$;
