-- grain: rows to add up per month, shop, currency and country with a line: an order counts in each of its countries
select
    months.month,
    sellers.member as source_name,
    months.currency_code,
    months.country,
    months.sold_order_count as order_count
from dw.agg_country_month as months
inner join sellers
    on
        months.source_name = sellers.source_name
        and months.currency_code = sellers.currency_code
        and months.month <= sellers.as_of_date
where not months.is_total
union all
-- an order of several shops counts once among all of them
select
    shops.month,
    shops.source_name,
    shops.currency_code,
    shops.country,
    count(distinct shops.order_key) - count(*) as order_count
from (
    select distinct
        spanning.month,
        spanning.source_name as shop,
        sellers.member as source_name,
        spanning.currency_code,
        spanning.country,
        spanning.order_key
    from spanning_orders as spanning
    inner join sellers
        on
            spanning.source_name = sellers.source_name
            and spanning.currency_code = sellers.currency_code
            and spanning.month <= sellers.as_of_date
    where spanning.is_sold
) as shops
group by shops.month, shops.source_name, shops.currency_code, shops.country
