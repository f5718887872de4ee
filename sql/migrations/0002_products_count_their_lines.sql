-- The name of most lines names a product; deliveries loaded before count one line per name.
alter table staging.products
add column newest_line_count bigint,
add constraint products_newest_line_count_minimum check (newest_line_count >= 0);
