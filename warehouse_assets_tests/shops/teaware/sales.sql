-- one row per line item, one more per order with shipping, one more per refunded order
with
orders as (
    select
        "Name" as number,
        min(source_line) as first_line,
        max("Email") as email,
        max("Financial Status") as status,
        max("Currency") as currency,
        max("Shipping") as shipping,
        max("Discount Amount") as discount,
        max("Refunded Amount") as refunded,
        max("Created at") as created_at,
        max("Billing Country") as country
    from orders_export
    group by "Name"
),

lines as (
    select
        source_line,
        "Name" as number,
        "Lineitem sku" as sku,
        "Lineitem name" as title,
        'product' as kind,
        "Lineitem quantity" as quantity,
        "Lineitem price" as price,
        "Taxes" as taxes
    from orders_export
    union all
    select first_line, number, null, 'Shipping', 'shipping', '1', shipping, null
    from orders
    where shipping not in ('', '0.00')
    union all
    select first_line, number, null, 'Refund', 'adjustment', '-1', refunded, null
    from orders
    where refunded not in ('', '0.00')
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
    case when lines.kind <> 'adjustment' then orders.discount end as order_discount_amount,
    lines.taxes as tax_amount,
    orders.currency as currency_code,
    orders.status as order_status,
    orders.country
from lines
inner join orders on lines.number = orders.number
