-- grain: one row per day, shop and currency, dense from the currency's first day with a line to the as-of date
with sales as (
    select
        sold_days.sale_date::timestamp as moment,
        sellers.member,
        sold_days.currency_code,
        sum(sold_days.order_count) as order_count,
        sum(sold_days.line_count) as line_count,
        sum(sold_days.units_sold) as units_sold,
        sum(sold_days.gross_revenue_amount) as gross_revenue_amount,
        sum(sold_days.returned_amount) as returned_amount,
        sum(sold_days.net_revenue_amount) as net_revenue_amount
    from dw.agg_sales_day as sold_days
    inner join sellers
        on
            sold_days.source_name = sellers.source_name
            and sold_days.currency_code = sellers.currency_code
            and sold_days.sale_date <= sellers.as_of_date
    group by moment, sellers.member, sold_days.currency_code
)

-- an order counts on each day with a line of it
select
    spans.member as source_name,
    calendar.moment::date as day,
    date_trunc('week', calendar.moment)::date as week,
    spans.currency_code,
    coalesce(sales.order_count, 0) as order_count,
    coalesce(sales.line_count, 0) as line_count,
    coalesce(sales.units_sold, 0) as units_sold,
    coalesce(sales.gross_revenue_amount, 0) as gross_revenue_amount,
    coalesce(sales.returned_amount, 0) as returned_amount,
    coalesce(sales.net_revenue_amount, 0) as net_revenue_amount,
    spans.is_total,
    spans.as_of_date
from seller_spans as spans
cross join
    generate_series(spans.first_date::timestamp, spans.as_of_date::timestamp, interval '1 day') as calendar (moment)
left join sales
    on
        spans.member = sales.member
        and spans.currency_code = sales.currency_code
        and calendar.moment = sales.moment
