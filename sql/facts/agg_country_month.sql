-- grain: one row per month, shop, currency and country, and one of all its countries (is_total)
-- an order, and a known customer, counts once in each row
select
    %(month_start)s::date as month,
    sales.source_name,
    sales.currency_code,
    members.country,
    members.is_total,
    count(*) filter (where not sales.is_cancelled) as line_count,
    coalesce(sum(sales.quantity) filter (
        where sales.line_type = 'product' and not sales.is_return and not sales.is_cancelled
    ), 0) as units_sold,
    coalesce(sum(sales.gross_amount) filter (where not sales.is_return and not sales.is_cancelled), 0)
        as gross_revenue_amount,
    coalesce(-sum(sales.net_amount) filter (where sales.is_return and not sales.is_cancelled), 0) as returned_amount,
    coalesce(sum(sales.net_amount) filter (where not sales.is_return and not sales.is_cancelled), 0)
        as net_sale_amount,
    coalesce(sum(sales.net_amount) filter (where not sales.is_cancelled), 0) as net_revenue_amount,
    count(distinct sales.order_key) filter (where not sales.is_return and not sales.is_cancelled)
        as sold_order_count,
    count(distinct sales.order_key) filter (where sales.is_cancelled) as void_order_count,
    count(distinct sales.customer_key) filter (
        where sales.customer_key >= 0 and not sales.is_return and not sales.is_cancelled
    ) as buyer_count
from dw.fct_sales as sales
inner join dw.dim_geography as places on sales.geography_key = places.geography_key
cross join lateral (values (places.country, false), ('All', true)) as members (country, is_total)
where
    sales.sale_date >= %(month_start)s
    and sales.sale_date < %(month_end)s
    and (%(as_of)s::date is null or sales.sale_date <= %(as_of)s::date)
group by members.country, members.is_total, sales.currency_code, sales.source_name
