-- one row per item, and one more per order with shipping
-- layout: eBay Help, "Downloading order reports from Seller Hub"
-- An order of several items has a summary row with shipping and the buyer. An order without a day of payment is unpaid.
with
orders as (
    select
        "Order Number" as number,
        min(source_line) as first_line,
        max("Buyer Username") as buyer,
        max("Shipping And Handling") as shipping,
        max("Sale Date") as sale_date,
        max("Paid On Date") as paid_on,
        max("Ship To Country") as country,
        max("Ship To City") as city
    from report
    where "Order Number" <> ''
    group by "Order Number"
),

lines as (
    select
        source_line,
        "Order Number" as number,
        coalesce(nullif("Custom Label", ''), "Item Number") as product,
        "Item Title" as title,
        'product' as kind,
        "Quantity" as quantity,
        "Sold For" as price
    from report
    where "Item Number" <> ''
    union all
    select first_line, number, null, 'Shipping', 'shipping', '1', shipping
    from orders
    where try_cast(regexp_replace(shipping, '[^0-9.]', '', 'g') as decimal(18, 4)) <> 0
)

select
    lines.source_line,
    lines.number as order_id,
    orders.buyer as customer_id,
    lines.product as product_id,
    lines.title as product_name,
    lines.kind as line_type,
    orders.sale_date as sold_at,
    lines.quantity,
    lines.price as unit_price,
    case when orders.paid_on <> '' then 'paid' else 'unpaid' end as order_status,
    orders.country,
    orders.city
from lines
inner join orders on lines.number = orders.number
