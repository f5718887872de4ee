-- grain: one row per shop, currency, product and country with a line that is not cancelled, over all months
with sums as (
    select
        sellers.member,
        sold.currency_code,
        sold.product_key,
        sold.country,
        sellers.is_total,
        sum(sold.units_sold) as units_sold,
        sum(sold.net_revenue_amount) as net_revenue_amount,
        sum(sold.returned_amount) as returned_amount
    from dw.agg_sales_month as sold
    inner join sellers
        on
            sold.source_name = sellers.source_name
            and sold.currency_code = sellers.currency_code
            and sold.month <= sellers.as_of_date
    where sold.is_product
    group by sellers.member, sold.currency_code, sold.product_key, sold.country, sellers.is_total
)

select
    sums.member as source_name,
    sums.currency_code,
    sums.product_key,
    products.product_name,
    products.category,
    products.subcategory,
    sums.country,
    sums.units_sold,
    sums.net_revenue_amount,
    sums.returned_amount,
    sums.is_total,
    spans.as_of_date
from sums
inner join seller_spans as spans
    on sums.member = spans.member and sums.currency_code = spans.currency_code
inner join dw.dim_product as products on sums.product_key = products.product_key
