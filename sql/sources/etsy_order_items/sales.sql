-- one row per transaction, and one more per order with shipping
-- layout: Etsy Help, "How to download your shop data" (sold order items)
-- Each row of an order repeats its shipping and its discount.
with
orders as (
    select
        "Order ID" as number,
        min(source_line) as first_line,
        max("Order Shipping") as shipping,
        max("Shipping Discount") as shipping_discount
    from order_items
    group by "Order ID"
),

lines as (
    select
        source_line,
        "Transaction ID" as line_id,
        coalesce(nullif("SKU", ''), "Listing ID") as product,
        "Item Name" as title,
        'product' as kind,
        "Quantity" as quantity,
        "Price" as price,
        "Discount Amount" as discount
    from order_items
    union all
    select first_line, 'shipping', null, 'Shipping', 'shipping', '1', shipping, shipping_discount
    from orders
    where try_cast(shipping as decimal(18, 4)) <> 0
)

select
    lines.source_line,
    order_items."Order ID" as order_id,
    lines.line_id as line_number,
    order_items."Buyer" as customer_id,
    lines.product as product_id,
    lines.title as product_name,
    lines.kind as line_type,
    order_items."Sale Date" as sold_at,
    lines.quantity,
    lines.price as unit_price,
    lines.discount as discount_amount,
    order_items."Currency" as currency_code,
    order_items."Ship Country" as country,
    order_items."Ship City" as city
from lines
inner join order_items on lines.source_line = order_items.source_line
