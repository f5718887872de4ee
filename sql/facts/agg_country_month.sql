-- grain: one row per month, shop, currency and country, and one of all its countries (is_total)
-- an order, and a known customer, counts once in each row
with lines as (
    select
        sales.source_name,
        sales.currency_code,
        places.country,
        sales.customer_key,
        -- a line without an order's number is an order of its own, which no other line can make count twice
        case when sales.order_key = sales.line_key then -1 else sales.order_key end as order_key,
        sales.line_type,
        sales.is_return,
        sales.is_cancelled,
        (not sales.is_return and not sales.is_cancelled) as is_sale,
        sales.quantity,
        sales.gross_amount,
        sales.net_amount
    from dw.fct_sales as sales
    inner join dw.dim_geography as places on sales.geography_key = places.geography_key
    where
        sales.sale_date >= %(month_start)s
        and sales.sale_date < %(month_end)s
        and (%(as_of)s::date is null or sales.sale_date <= %(as_of)s::date)
),

sums as (
    select
        source_name,
        currency_code,
        country,
        count(*) filter (where not is_cancelled) as line_count,
        sum(quantity) filter (where is_sale and line_type = 'product') as units_sold,
        sum(gross_amount) filter (where is_sale) as gross_revenue_amount,
        sum(net_amount) filter (where is_return and not is_cancelled) as returned_amount,
        sum(net_amount) filter (where is_sale) as net_sale_amount,
        sum(net_amount) filter (where not is_cancelled) as net_revenue_amount,
        count(*) filter (where is_sale and order_key = -1) as sold_order_count,
        count(*) filter (where is_cancelled and order_key = -1) as void_order_count
    from lines
    group by source_name, currency_code, country
),

-- an order, or a buyer, with each row that counts it; no line is cancelled and returned, since no status may be both
counted as (
    select source_name, currency_code, country, order_key, -1 as customer_key, is_sale, is_cancelled
    from lines
    where order_key != -1
    union all
    select source_name, currency_code, country, -1 as order_key, customer_key, is_sale, is_cancelled
    from lines
    where is_sale and customer_key >= 0
),

counted_once as (
    select
        counted.source_name,
        counted.currency_code,
        members.country,
        members.is_total,
        counted.order_key,
        counted.customer_key,
        bool_or(counted.is_sale) as is_sold,
        bool_or(counted.is_cancelled) as is_void
    from counted
    cross join lateral (values (counted.country, false), ('All', true)) as members (country, is_total)
    group by
        counted.order_key, counted.customer_key, members.country, members.is_total, counted.currency_code,
        counted.source_name
),

counts as (
    select
        source_name,
        currency_code,
        country,
        is_total,
        count(*) filter (where order_key != -1 and is_sold) as sold_order_count,
        count(*) filter (where order_key != -1 and is_void) as void_order_count,
        count(*) filter (where customer_key != -1) as buyer_count
    from counted_once
    group by source_name, currency_code, country, is_total
)

select
    %(month_start)s::date as month,
    sums.source_name,
    sums.currency_code,
    members.country,
    members.is_total,
    sum(sums.line_count) as line_count,
    coalesce(sum(sums.units_sold), 0) as units_sold,
    coalesce(sum(sums.gross_revenue_amount), 0) as gross_revenue_amount,
    coalesce(-sum(sums.returned_amount), 0) as returned_amount,
    coalesce(sum(sums.net_sale_amount), 0) as net_sale_amount,
    coalesce(sum(sums.net_revenue_amount), 0) as net_revenue_amount,
    sum(sums.sold_order_count) + coalesce(max(counts.sold_order_count), 0) as sold_order_count,
    sum(sums.void_order_count) + coalesce(max(counts.void_order_count), 0) as void_order_count,
    coalesce(max(counts.buyer_count), 0) as buyer_count
from sums
cross join lateral (values (sums.country, false), ('All', true)) as members (country, is_total)
left join counts
    on
        sums.source_name = counts.source_name
        and sums.currency_code = counts.currency_code
        and members.country = counts.country
        and members.is_total = counts.is_total
group by members.country, members.is_total, sums.currency_code, sums.source_name
