-- one row per captured payment, one more per refunded one and one more per lost dispute
-- layout: Stripe Dashboard, "Export payments" (all columns)
with
lines as (
    select
        source_line,
        'payment' as part,
        'product' as kind,
        coalesce(nullif("Description", ''), 'Payment') as title,
        "Created date (UTC)" as moment,
        '1' as quantity,
        "Amount" as amount
    from payments
    where lower("Captured") = 'true' and lower("Status") not in ('failed', 'canceled', 'uncaptured')
    union all
    select
        source_line,
        'refund',
        'adjustment',
        'Refund',
        coalesce(nullif("Refunded date (UTC)", ''), "Created date (UTC)"),
        '-1',
        '-' || "Amount Refunded"
    from payments
    where
        lower("Captured") = 'true'
        and try_cast(replace("Amount Refunded", ',', '') as decimal(18, 4)) <> 0
    union all
    select
        source_line,
        'dispute',
        'adjustment',
        'Lost dispute',
        coalesce(nullif("Dispute Date (UTC)", ''), "Created date (UTC)"),
        '-1',
        '-' || coalesce(nullif("Disputed Amount", ''), "Amount")
    from payments
    where lower("Captured") = 'true' and lower("Dispute Status") = 'lost'
)

select
    lines.source_line,
    payments.id as order_id,
    lines.part as line_number,
    coalesce(nullif(payments."Customer Email", ''), payments."Customer ID") as customer_id,
    lines.title as product_name,
    lines.kind as line_type,
    lines.moment as sold_at,
    lines.quantity,
    lines.amount as line_amount,
    upper(payments."Currency") as currency_code
from lines
inner join payments on lines.source_line = payments.source_line
