-- A line whose order status says that it came back gives its return too, which the accounts count.
-- Homes of the oldest version get that table with the column, after the migrations.
alter table staging.sales add column is_returned boolean not null default false;
alter table staging.sales alter column is_returned drop default;
alter table if exists ops.record_outcomes
add column returned_count bigint not null default 0,
add constraint record_outcomes_returned_count_minimum check (returned_count >= 0);
alter table if exists ops.record_outcomes alter column returned_count drop default;
