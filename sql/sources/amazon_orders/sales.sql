-- one row per line of an order, and one more each for shipping and gift wrap
-- layout: https://developer-docs.amazon.com/sp-api/docs/report-type-values-order
-- item-price is the amount of the line: unit price times quantity.
with
lines as (
    select
        source_line,
        "order-item-id" as line_id,
        sku,
        "product-name" as title,
        'product' as kind,
        "quantity-purchased" as quantity,
        "item-price" as amount,
        "item-promotion-discount" as discount,
        "item-tax" as tax
    from orders
    union all
    select
        source_line,
        "order-item-id" || '-shipping',
        null,
        'Shipping',
        'shipping',
        '1',
        "shipping-price",
        "ship-promotion-discount",
        "shipping-tax"
    from orders
    where try_cast("shipping-price" as decimal(18, 4)) <> 0
    union all
    select
        source_line, "order-item-id" || '-wrap', null, 'Gift wrap', 'fee', '1', "gift-wrap-price", null, "gift-wrap-tax"
    from orders
    where try_cast("gift-wrap-price" as decimal(18, 4)) <> 0
)

select
    lines.source_line,
    orders."order-id" as order_id,
    lines.line_id as line_number,
    orders."buyer-email" as customer_id,
    lines.sku as product_id,
    lines.title as product_name,
    lines.kind as line_type,
    orders."purchase-date" as sold_at,
    lines.quantity,
    lines.amount as line_amount,
    replace(lines.discount, '-', '') as discount_amount,
    lines.tax as tax_amount,
    orders.currency as currency_code,
    orders."ship-country" as country,
    orders."ship-city" as city
from lines
inner join orders on lines.source_line = orders.source_line
