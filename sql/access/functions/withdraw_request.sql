-- A request that was entered by mistake, or that the person takes back: true where it was still open.
create or replace function governance.withdraw_request(request_number bigint) returns boolean
language plpgsql volatile security definer
set search_path = pg_catalog, pg_temp
as $$
begin
    lock table governance.requests in share row exclusive mode;
    update governance.requests set completed_on = (now() at time zone 'UTC')::date, outcome = 'withdrawn'
    where request_key = request_number and completed_on is null;
    if not found then
        return false;
    end if;
    delete from vault.requests where request_key = request_number;
    return true;
end
$$;
