-- one row per line item, one more per order with shipping, one more per refunded order
-- layout: https://help.shopify.com/en/manual/fulfillment/managing-orders/exporting-orders
-- Only the first row of an order has the order's columns. The export has no day of refund, so the order's day is used.
-- Refunds hold tax; where the shop adds tax to its prices, the order's share of it is taken off them.
with
orders as (
    select
        "Name" as number,
        min(source_line) as first_line,
        max("Email") as email,
        case when max("Cancelled at") <> '' then 'cancelled' else max("Financial Status") end as status,
        max("Currency") as currency,
        max("Shipping") as shipping,
        max("Discount Amount") as discount,
        max("Refunded Amount") as refunded,
        max(try_cast("Subtotal" as decimal(18, 4))) + max(try_cast("Shipping" as decimal(18, 4))) as before_tax,
        max(try_cast("Taxes" as decimal(18, 4))) as tax,
        max(try_cast("Total" as decimal(18, 4))) as total,
        max("Created at") as created_at,
        max("Billing Country") as billing_country,
        max("Shipping Country") as shipping_country,
        max("Billing City") as billing_city,
        max("Shipping City") as shipping_city,
        -- the subtotal shows whether the order's discount includes those of its lines
        sum(try_cast("Lineitem price" as decimal(18, 4)) * try_cast("Lineitem quantity" as decimal(18, 4)))
        - coalesce(max(try_cast("Discount Amount" as decimal(18, 4))), 0)
        - max(try_cast("Subtotal" as decimal(18, 4))) as missing_discount,
        -- lines of tips are in the total, but not in the subtotal
        coalesce(
            sum(try_cast("Lineitem price" as decimal(18, 4))) filter (
                where
                "Lineitem name" = 'Tip'
                and lower("Lineitem requires shipping") = 'false'
                and lower("Lineitem taxable") = 'false'
            ), 0
        ) as tips
    from orders_export
    group by "Name"
),

lines as (
    select
        source_line,
        "Name" as number,
        "Lineitem sku" as sku,
        "Lineitem name" as title,
        case
            when
                "Lineitem name" = 'Tip'
                and lower("Lineitem requires shipping") = 'false'
                and lower("Lineitem taxable") = 'false'
                then 'fee'
            else 'product'
        end as kind,
        "Lineitem quantity" as quantity,
        "Lineitem price" as price,
        "Lineitem discount" as line_discount,
        "Taxes" as taxes
    from orders_export
    where
        not (
            regexp_matches(
                lower("Lineitem name"),
                'gift card|carte[- ]cadeau|geschenk(gutschein|karte)|tarjeta (de )?regalo|carta regalo|buono regalo'
                || '|cadeau(bon|kaart)|cart[aã]o[- ]presente|vale[- ]presente'
            )
            and lower("Lineitem requires shipping") = 'false'
            and lower("Lineitem taxable") = 'false'
        )
    union all
    select first_line, number, null, 'Shipping', 'shipping', '1', shipping, null, null
    from orders
    where try_cast(shipping as decimal(18, 4)) <> 0
    union all
    select
        first_line,
        number,
        null,
        'Refund',
        'adjustment',
        '-1',
        case
            when tax > 0 and total > 0 and abs(before_tax + tips + tax - total) < 0.01
                then cast(round(try_cast(refunded as decimal(18, 4)) * (1 - tax / total), 2) as varchar)
            else refunded
        end,
        null,
        null
    from orders
    where try_cast(refunded as decimal(18, 4)) <> 0
)

select
    lines.source_line,
    lines.number as order_id,
    orders.email as customer_id,
    lines.sku as product_id,
    lines.title as product_name,
    lines.kind as line_type,
    orders.created_at as sold_at,
    lines.quantity,
    lines.price as unit_price,
    case when orders.missing_discount > orders.tips then lines.line_discount end as discount_amount,
    case
        when lines.kind = 'adjustment' then null
        -- a discount on shipping: the shipping has it taken off already, the goods have not
        when orders.missing_discount < orders.tips and orders.total > orders.before_tax + orders.tips - 0.01
            then cast(
                try_cast(orders.discount as decimal(18, 4)) + orders.missing_discount - orders.tips as varchar
            )
        else orders.discount
    end as order_discount_amount,
    lines.taxes as tax_amount,
    orders.currency as currency_code,
    orders.status as order_status,
    coalesce(nullif(orders.billing_country, ''), orders.shipping_country) as country,
    coalesce(nullif(orders.billing_city, ''), orders.shipping_city) as city
from lines
inner join orders on lines.number = orders.number
