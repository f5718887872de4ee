-- All that is held of the person who asked for it, to hand over: given once, and deleted by giving it; else NULL.
create or replace function governance.take_answer(request_number bigint) returns jsonb
language sql volatile security definer
set search_path = pg_catalog, pg_temp
as $$
delete from vault.requests where request_key = request_number and answer is not null returning answer
$$;
