-- Age bands of the marts are of the as-of date where the month of birth is known. Deliveries that are there fill it:
-- their files are read again, because this version reads them otherwise.
alter table staging.customers add column birth_month date;
