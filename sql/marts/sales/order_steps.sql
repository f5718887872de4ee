-- grain: one row per month, shop, currency and earlier month: orders; less those that the earlier month has, if any
select
    months.month,
    sellers.member as source_name,
    months.currency_code,
    null::date as earlier_month,
    sum(months.sold_order_count) as order_count,
    sum(months.void_order_count) as cancelled_order_count
from dw.agg_country_month as months
inner join sellers
    on
        months.source_name = sellers.source_name
        and months.currency_code = sellers.currency_code
        -- cancelled orders from before a shop's first sale are in none of its rows, so in none of all shops
        and months.month between sellers.first_month and sellers.as_of_date
where months.is_total
group by months.month, sellers.member, months.currency_code
union all
select
    steps.month,
    steps.source_name,
    steps.currency_code,
    steps.earlier_month,
    -count(*) filter (where steps.is_sold) as order_count,
    -count(*) filter (where not steps.is_sold) as cancelled_order_count
from (
    select
        orders.month,
        orders.source_name,
        orders.currency_code,
        orders.is_sold,
        lag(orders.month) over (
            partition by orders.order_key, orders.source_name, orders.currency_code, orders.is_sold
            order by orders.month
        ) as earlier_month
    from (
        -- one row per month and shop, whose own count has the order once
        select distinct
            spanning.month,
            spanning.source_name as shop,
            sellers.member as source_name,
            spanning.currency_code,
            spanning.order_key,
            kinds.is_sold
        from spanning_orders as spanning
        inner join sellers
            on
                spanning.source_name = sellers.source_name
                and spanning.currency_code = sellers.currency_code
                and spanning.month between sellers.first_month and sellers.as_of_date
        cross join
            lateral (values (true, spanning.is_sold), (false, spanning.is_cancelled)) as kinds (is_sold, is_counted)
        where kinds.is_counted
    ) as orders
) as steps
where steps.earlier_month is not null
group by steps.month, steps.source_name, steps.currency_code, steps.earlier_month
