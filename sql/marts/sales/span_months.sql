-- grain: one row per month, shop and currency, dense from the currency's first month with a line to the as-of month
with sales as (
    select
        sold.month,
        sellers.member,
        sold.currency_code,
        sum(sold.line_count) as line_count,
        sum(sold.units_sold) as units_sold,
        sum(sold.gross_revenue_amount) as gross_revenue_amount,
        sum(sold.returned_amount) as returned_amount,
        sum(sold.net_sale_amount) as net_sale_amount,
        sum(sold.net_revenue_amount) as net_revenue_amount
    from dw.agg_country_month as sold
    inner join sellers
        on
            sold.source_name = sellers.source_name
            and sold.currency_code = sellers.currency_code
            and sold.month <= sellers.as_of_date
    where sold.is_total
    group by sold.month, sellers.member, sold.currency_code
)

-- a month is complete where the span covers its first and its last day
select
    months.first_day::date as month,
    spans.member as source_name,
    spans.currency_code,
    spans.is_total,
    spans.first_month,
    spans.covered_from,
    spans.covered_to,
    spans.as_of_date,
    months.first_day >= spans.covered_from
    and months.first_day + interval '1 month' <= spans.covered_to + interval '1 day' as is_complete,
    coalesce(sales.line_count, 0) as line_count,
    coalesce(sales.units_sold, 0) as units_sold,
    coalesce(sales.gross_revenue_amount, 0) as gross_revenue_amount,
    coalesce(sales.returned_amount, 0) as returned_amount,
    coalesce(sales.net_sale_amount, 0) as net_sale_amount,
    coalesce(sales.net_revenue_amount, 0) as net_revenue_amount
from seller_spans as spans
cross join
    generate_series(spans.first_month::timestamp, spans.as_of_date::timestamp, interval '1 month')
        as months (first_day)
left join sales
    on
        spans.member = sales.member
        and spans.currency_code = sales.currency_code
        and months.first_day = sales.month
