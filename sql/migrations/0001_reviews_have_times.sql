-- Reviews keep their time and whether they have a number; deliveries keep what they were read with.
alter table staging.reviews
add column has_review_id boolean not null default false,
add column reviewed_at timestamptz;
alter table staging.reviews alter column has_review_id drop default;
update staging.reviews set reviewed_at = reviewed_date::timestamp at time zone 'UTC';
alter table ops.ingested_files add column mapping_fingerprint text;
-- The accounting of loaded records is written when a month is built.
insert into staging.pending_months (month)
select distinct date_trunc('month', sale_date::timestamp)::date from staging.sales
on conflict do nothing;
