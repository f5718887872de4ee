-- grain: rows to add up per month, shop, currency and product: sales and orders
select
    sold.month,
    sellers.member as source_name,
    sold.currency_code,
    sold.product_key,
    sold.is_product,
    sum(sold.line_count) as line_count,
    sum(sold.units_sold) as units_sold,
    sum(sold.net_revenue_amount) as net_revenue_amount,
    sum(sold.returned_amount) as returned_amount,
    coalesce(sum(sold.sold_order_count) filter (where sold.is_product), 0) as order_count
from dw.agg_product_month as sold
inner join sellers
    on
        sold.source_name = sellers.source_name
        and sold.currency_code = sellers.currency_code
        and sold.month <= sellers.as_of_date
group by sold.month, sellers.member, sold.currency_code, sold.product_key, sold.is_product
