-- The one way in: the log gets the request without saying who asks, the vault who it is until it is answered.
-- Nobody may call it; the functions that a data protection officer may call do.
create or replace function governance.enter_request(kind text, shop text, person text, corrections jsonb) returns bigint
language plpgsql volatile security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    today constant date := (now() at time zone 'UTC')::date;
    entered bigint;
begin
    if btrim(shop) = '' or btrim(person) = '' or shop is null or person is null then
        raise exception 'A request needs the source and the number of a customer';
    end if;
    lock table governance.requests in share row exclusive mode;
    select logged.request_key into entered
    from vault.requests as waiting
    inner join governance.requests as logged on waiting.request_key = logged.request_key
    where logged.request_kind = kind and logged.completed_on is null
        and waiting.source_name = btrim(shop) and waiting.customer_id = btrim(person);
    if entered is null then
        entered := ('x' || encode(sha256(gen_random_uuid()::text::bytea), 'hex'))::bit(63)::bigint;
        insert into governance.requests (request_key, request_kind, subject_hash, received_on, due_on)
        values (entered, kind, '', today, (today + interval '1 month')::date);
        insert into vault.requests (request_key, source_name, customer_id, changes)
        values (entered, btrim(shop), btrim(person), corrections);
    else
        update vault.requests set changes = corrections where request_key = entered;
    end if;
    return entered;
end
$$;
