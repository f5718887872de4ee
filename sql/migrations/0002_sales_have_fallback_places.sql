-- A sale without a country keeps the place that stands in where its customer has none.
alter table staging.sales add column fallback_geography_key bigint;
