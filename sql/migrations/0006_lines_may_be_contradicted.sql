-- Lines of an order that another delivery tells otherwise are counted. Deliveries that are there fill the count: their
-- files are read again, because this version reads them otherwise.
alter table if exists ops.record_outcomes
add column contradicted_count bigint not null default 0,
add constraint record_outcomes_contradicted_count_minimum check (contradicted_count >= 0);
alter table if exists ops.record_outcomes alter column contradicted_count drop default;
