-- Spreads the tables over the nodes of a Citus cluster; run again, it changes nothing.
-- Dimensions are copied to each node. What a customer did is on the node of the customer, and joins there. All other
-- tables stay on the coordinator.
select
    set_config('citus.multi_shard_modify_mode', 'sequential', true) as modify_mode,
    set_config('citus.enable_local_reference_table_foreign_keys', 'off', true) as local_keys;

do $$
declare
    table_name text;
    column_name text;
    spread text[] := '{}';
begin
    for table_name, column_name in
        values
        ('dw.dim_date', null),
        ('dw.dim_geography', null),
        ('dw.dim_channel', null),
        ('dw.dim_product', null),
        ('dw.dim_customer', null),
        ('dw.dim_customer_history', null),
        ('dw.fct_sales', 'customer_key'),
        ('dw.fct_reviews', null),
        ('dw.fct_customer_lifecycle', 'customer_key'),
        ('dw.agg_customer_month', 'customer_key'),
        ('dw.agg_rating_month', 'customer_key'),
        ('dw.agg_order_month', 'order_key')
    loop
        continue when exists (select from pg_dist_partition where logicalrelid = table_name::regclass);
        if column_name is null then
            perform create_reference_table(table_name);
        else
            perform create_distributed_table(table_name, column_name);
        end if;
        spread := table_name || spread;
    end loop;
    -- the rows that a table had stay on the coordinator too, where no query sees them; facts go before dimensions
    foreach table_name in array spread loop
        perform truncate_local_data_after_distributing_table(table_name);
    end loop;
end
$$;
