-- The countries of whoever logged in: a row policy asks it, as its caller may not read the mapping itself.
create or replace function governance.own_countries() returns text[]
language sql stable security definer
set search_path = pg_catalog, pg_temp
as $$
select coalesce(array_agg(country), '{}') from governance.login_countries where login_name = session_user
$$;
