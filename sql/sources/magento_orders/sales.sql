-- one row per item, one more per order with shipping, one more each per order with a refund or cancelled pieces
-- layout: https://developer.adobe.com/commerce/webapi/rest/quick-reference/ (salesOrderRepositoryV1)
-- Components of a configurable product or bundle are excluded, because their parent has the price; discounts on them
-- are the parent's. An order has no day of refund, so its own day is used. Prices are before tax, and totals of
-- refunds and cancelled pieces after it.
with
items as (
    select
        orders.source_line,
        item ->> '$.item_id' as line_id,
        coalesce(item ->> '$.parent_item_id', '') as parent_id,
        item ->> '$.sku' as product,
        item ->> '$.name' as title,
        item ->> '$.qty_ordered' as quantity,
        item ->> '$.price' as price,
        coalesce(try_cast(item ->> '$.discount_amount' as decimal(18, 4)), 0) as discount,
        item ->> '$.tax_amount' as tax
    from orders, unnest(from_json(orders.items, '["json"]')) as unnested (item)
),

whole_items as (
    select
        source_line,
        line_id,
        parent_id,
        product,
        title,
        quantity,
        price,
        tax,
        sum(discount) over (
            partition by source_line, case when parent_id = '' then line_id else parent_id end
        ) as whole_discount
    from items
),

lines as (
    select
        source_line,
        line_id,
        product,
        title,
        'product' as kind,
        quantity,
        price,
        cast(whole_discount as varchar) as discount,
        tax
    from whole_items
    where parent_id = ''
    union all
    select
        source_line,
        'shipping',
        null,
        'Shipping',
        'shipping',
        '1',
        shipping_amount,
        shipping_discount_amount,
        shipping_tax_amount
    from orders
    where try_cast(shipping_amount as decimal(18, 4)) <> 0
    union all
    select
        source_line,
        'refund',
        null,
        'Refund',
        'adjustment',
        '-1',
        cast(
            try_cast(total_refunded as decimal(18, 4))
            - coalesce(try_cast(tax_refunded as decimal(18, 4)), 0) as varchar
        ),
        null,
        null
    from orders
    where try_cast(total_refunded as decimal(18, 4)) <> 0
    union all
    select
        source_line,
        'cancelled',
        null,
        'Cancelled pieces',
        'adjustment',
        '-1',
        cast(
            try_cast(total_canceled as decimal(18, 4))
            - coalesce(try_cast(tax_canceled as decimal(18, 4)), 0) as varchar
        ),
        null,
        null
    from orders
    where status <> 'canceled' and try_cast(total_canceled as decimal(18, 4)) <> 0
)

select
    lines.source_line,
    orders.increment_id as order_id,
    lines.line_id as line_number,
    orders.customer_email as customer_id,
    lines.product as product_id,
    lines.title as product_name,
    lines.kind as line_type,
    orders.created_at as sold_at,
    lines.quantity,
    lines.price as unit_price,
    lines.discount as discount_amount,
    lines.tax as tax_amount,
    orders.order_currency_code as currency_code,
    orders.status as order_status,
    orders.billing_address ->> '$.country_id' as country,
    orders.billing_address ->> '$.city' as city
from lines
inner join orders on lines.source_line = orders.source_line
