-- one row per line item, fee and refund, and one per order with shipping
-- layout: https://woocommerce.github.io/woocommerce-rest-api-docs/#order-properties
-- The order has no day of refund, so the order's day is used. Amounts are before tax and refunds after it, so that
-- the order's share of tax is taken off them.
with
lines as (
    select
        orders.source_line,
        orders.id,
        item ->> '$.id' as line_id,
        coalesce(nullif(item ->> '$.sku', ''), item ->> '$.product_id') as product,
        item ->> '$.name' as title,
        'product' as kind,
        item ->> '$.quantity' as quantity,
        item ->> '$.subtotal' as amount,
        cast(
            try_cast(item ->> '$.subtotal' as decimal(18, 4))
            - try_cast(item ->> '$.total' as decimal(18, 4)) as varchar
        ) as discount,
        item ->> '$.total_tax' as tax
    from orders, unnest(from_json(orders.line_items, '["json"]')) as items (item)
    union all
    select source_line, id, 'shipping', null, 'Shipping', 'shipping', '1', shipping_total, null, shipping_tax
    from orders
    where try_cast(shipping_total as decimal(18, 4)) <> 0
    union all
    select
        orders.source_line,
        orders.id,
        'fee-' || (fee ->> '$.id'),
        null,
        fee ->> '$.name',
        'fee',
        '1',
        fee ->> '$.total',
        null,
        fee ->> '$.total_tax'
    from orders, unnest(from_json(orders.fee_lines, '["json"]')) as fees (fee)
    union all
    select
        orders.source_line,
        orders.id,
        'refund-' || (refund ->> '$.id'),
        null,
        'Refund',
        'adjustment',
        '-1',
        case
            when try_cast(orders.total as decimal(18, 4)) > 0 and try_cast(orders.total_tax as decimal(18, 4)) > 0
                then cast(
                    round(
                        try_cast(refund ->> '$.total' as decimal(18, 4))
                        * (1 - try_cast(orders.total_tax as decimal(18, 4)) / try_cast(orders.total as decimal(18, 4))),
                        2
                    ) as varchar
                )
            else refund ->> '$.total'
        end,
        null,
        null
    from orders, unnest(from_json(orders.refunds, '["json"]')) as refunded (refund)
)

select
    lines.source_line,
    orders.id as order_id,
    lines.line_id as line_number,
    orders.billing ->> '$.email' as customer_id,
    lines.product as product_id,
    lines.title as product_name,
    lines.kind as line_type,
    orders.date_created as sold_at,
    lines.quantity,
    lines.amount as line_amount,
    lines.discount as discount_amount,
    lines.tax as tax_amount,
    orders.currency as currency_code,
    orders.status as order_status,
    orders.billing ->> '$.country' as country,
    orders.billing ->> '$.city' as city
from lines
inner join orders on lines.source_line = orders.source_line
