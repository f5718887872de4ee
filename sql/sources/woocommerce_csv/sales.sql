-- one row per item, and one each per order with shipping, fees or a refund
-- layout: https://woocommerce.com/document/ordercustomer-csv-export/ (default, one row per item)
-- Each row of an order repeats the order's values. The export has no day of refund, so the order's day is used.
-- Amounts are before tax and refunds after it, so that the order's share of tax is taken off them.
with
orders as (
    select
        order_id,
        min(source_line) as first_line,
        max(shipping_total) as shipping,
        max(shipping_tax_total) as shipping_tax,
        max(fee_total) as fees,
        max(refunded_total) as refunded,
        max(try_cast(order_total as decimal(18, 4))) as total,
        coalesce(max(try_cast(tax_total as decimal(18, 4))), 0) as tax
    from orders_export
    group by order_id
),

lines as (
    select
        source_line,
        item_id as line_id,
        coalesce(nullif(item_sku, ''), item_product_id) as product,
        item_name as title,
        'product' as kind,
        item_quantity as quantity,
        item_subtotal as amount,
        cast(try_cast(item_subtotal as decimal(18, 4)) - try_cast(item_total as decimal(18, 4)) as varchar) as discount,
        item_total_tax as tax
    from orders_export
    union all
    select first_line, 'shipping', null, 'Shipping', 'shipping', '1', shipping, null, shipping_tax
    from orders
    where try_cast(shipping as decimal(18, 4)) <> 0
    union all
    select first_line, 'fees', null, 'Fees', 'fee', '1', fees, null, null
    from orders
    where try_cast(fees as decimal(18, 4)) <> 0
    union all
    select
        first_line,
        'refund',
        null,
        'Refund',
        'adjustment',
        '-1',
        case
            when total > 0 and tax > 0
                then cast(round(-abs(try_cast(refunded as decimal(18, 4))) * (1 - tax / total), 2) as varchar)
            else cast(-abs(try_cast(refunded as decimal(18, 4))) as varchar)
        end,
        null,
        null
    from orders
    where try_cast(refunded as decimal(18, 4)) <> 0
)

select
    lines.source_line,
    orders_export.order_id,
    lines.line_id as line_number,
    orders_export.billing_email as customer_id,
    lines.product as product_id,
    lines.title as product_name,
    lines.kind as line_type,
    orders_export."date" as sold_at,
    lines.quantity,
    lines.amount as line_amount,
    lines.discount as discount_amount,
    lines.tax as tax_amount,
    orders_export.order_currency as currency_code,
    orders_export.status as order_status,
    orders_export.billing_country as country,
    orders_export.billing_city as city
from lines
inner join orders_export on lines.source_line = orders_export.source_line
