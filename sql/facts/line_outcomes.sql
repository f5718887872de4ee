-- grain: one row per delivery with a sale line in the month
with
-- an e-mail address may change between two versions of a line, but hardly the product or the month
reused_numbers as (
    select distinct order_key
    from (
        select order_key
        from sale_lines
        where has_line_number
        group by order_key, line_key
        having min(product_key) <> max(product_key) or max(sale_date) - min(sale_date) > 31
    ) as reused_lines
),

shared_orders as (
    select
        lines.order_key,
        -- numbers that begin again, each year or in each store, give one order several customers
        min(lines.customer_key) filter (where lines.customer_key >= 0)
        <> max(lines.customer_key) filter (where lines.customer_key >= 0)
        and (bool_or(not lines.has_line_number) or bool_or(reused.order_key is not null)) as has_two_customers,
        -- or replace lines of long ago
        min(lines.sale_date) filter (where not lines.is_fact and not lines.is_repeated)
        < min(lines.sale_date) filter (where lines.is_fact) - 31
        or max(lines.sale_date) filter (where not lines.is_fact and not lines.is_repeated)
        > max(lines.sale_date) filter (where lines.is_fact) + 31 as has_distant_versions
    from sale_lines as lines
    left join reused_numbers as reused on lines.order_key = reused.order_key
    where lines.has_order_id
    group by lines.order_key
    having min(lines.file_key) <> max(lines.file_key)
),

-- a delivery that does not number its lines tells a changed line as another line; a return is no change of the sale
told_lines as (
    select line_key, order_key, product_key, line_type, quantity < 0 or gross_amount < 0 as is_return, file_key
    from sale_lines
    where not has_line_number and (is_fact or is_repeated) and order_key in (select order_key from shared_orders)
),

told_products as (
    select order_key, product_key, line_type, is_return, count(distinct file_key) as file_count
    from told_lines
    group by order_key, product_key, line_type, is_return
),

contradicted_lines as (
    select lines.line_key
    from told_lines as lines
    inner join told_products as products
        on
            lines.order_key = products.order_key
            and lines.product_key = products.product_key
            and lines.line_type = products.line_type
            and lines.is_return = products.is_return
    group by lines.line_key
    having count(distinct lines.file_key) < max(products.file_count)
    union
    select line_key
    from sale_lines
    where order_key in (select order_key from shared_orders where has_two_customers or has_distant_versions)
)

select
    lines.file_key,
    'sales' as record_kind,
    %(month_start)s::date as month,
    count(*) filter (where lines.is_fact) as fact_count,
    count(*) filter (where not lines.is_fact and not lines.is_repeated) as superseded_count,
    count(*) filter (where not lines.is_fact and lines.is_repeated) as repeated_count,
    count(*) filter (
        where
        lines.is_fact and lines.is_returned and lines.quantity >= 0 and lines.gross_amount >= 0
        and (lines.quantity > 0 or lines.gross_amount > 0)
    ) as returned_count,
    count(*) filter (where lines.is_fact and contradicted.line_key is not null) as contradicted_count
from sale_lines as lines
left join contradicted_lines as contradicted on lines.line_key = contradicted.line_key
where lines.sale_date >= %(month_start)s and lines.sale_date < %(month_end)s
group by lines.file_key
union all
select
    file_key,
    'sales' as record_kind,
    %(month_start)s::date as month,
    count(*) as fact_count,
    0 as superseded_count,
    0 as repeated_count,
    count(*) filter (
        where is_returned and quantity >= 0 and gross_amount >= 0 and (quantity > 0 or gross_amount > 0)
    ) as returned_count,
    0 as contradicted_count
from plain_lines
group by file_key
