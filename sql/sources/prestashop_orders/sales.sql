-- one row per order row, one more each per order with shipping, gift wrap or a refund
-- layout: https://devdocs.prestashop-project.org/8/webservice/resources/orders/
-- Prices include tax. They are in the order's currency, and its rate gives them in the shop's. State 7 is a refunded
-- order; the refund uses the order's day.
with
rates as (
    select
        source_line,
        coalesce(nullif(try_cast(conversion_rate as decimal(18, 6)), 0), 1) as rate
    from orders
),

lines as (
    select
        orders.source_line,
        item ->> '$.id' as line_id,
        coalesce(nullif(item ->> '$.product_reference', ''), item ->> '$.product_id') as product,
        item ->> '$.product_name' as title,
        'product' as kind,
        item ->> '$.product_quantity' as quantity,
        item ->> '$.unit_price_tax_incl' as price,
        cast(
            (
                try_cast(item ->> '$.unit_price_tax_incl' as decimal(18, 6))
                - try_cast(item ->> '$.unit_price_tax_excl' as decimal(18, 6))
            ) * try_cast(item ->> '$.product_quantity' as integer) as varchar
        ) as tax
    from orders, unnest(from_json(orders.associations -> '$.order_rows', '["json"]')) as items (item)
    union all
    select source_line, 'shipping', null, 'Shipping', 'shipping', '1', total_shipping_tax_incl, null
    from orders
    where try_cast(total_shipping_tax_incl as decimal(18, 6)) <> 0
    union all
    select source_line, 'wrapping', null, 'Gift wrap', 'fee', '1', total_wrapping_tax_incl, null
    from orders
    where try_cast(total_wrapping_tax_incl as decimal(18, 6)) <> 0
    union all
    select source_line, 'refund', null, 'Refund', 'adjustment', '-1', total_paid_tax_incl, null
    from orders
    where current_state = '7'
)

select
    lines.source_line,
    orders.id as order_id,
    lines.line_id as line_number,
    nullif(orders.id_customer, '0') as customer_id,
    lines.product as product_id,
    lines.title as product_name,
    lines.kind as line_type,
    orders.date_add as sold_at,
    lines.quantity,
    cast(cast(try_cast(lines.price as decimal(18, 6)) / rates.rate as decimal(18, 6)) as varchar) as unit_price,
    case
        when lines.kind <> 'adjustment'
            then cast(round(try_cast(orders.total_discounts_tax_incl as decimal(18, 6)) / rates.rate, 2) as varchar)
    end as order_discount_amount,
    cast(cast(try_cast(lines.tax as decimal(18, 6)) / rates.rate as decimal(18, 6)) as varchar) as tax_amount,
    orders.current_state as order_status
from lines
inner join orders on lines.source_line = orders.source_line
inner join rates on lines.source_line = rates.source_line
