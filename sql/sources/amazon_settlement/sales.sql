-- one row per principal, shipping, gift wrap and promotion amount of an order or refund
-- layout: https://developer-docs.amazon.com/sp-api/docs/report-type-values-settlement
-- Claims and chargebacks are refunds. Only the first row of a settlement has the currency. Amazon's fees and taxes
-- are excluded.
with
filled as (
    select
        source_line,
        "order-id" as order_id,
        sku,
        "transaction-type" as transaction_type,
        "amount-type" as amount_type,
        "amount-description" as amount_description,
        amount,
        "posted-date" as posted_date,
        "quantity-purchased" as pieces,
        max(nullif(currency, '')) over (partition by "settlement-id") as currency
    from settlement
)

select
    source_line,
    order_id,
    case when amount_type = 'ItemPrice' and amount_description = 'Principal' then sku end as product_id,
    case
        when amount_type = 'Promotion' then 'Promotion'
        when amount_description = 'Principal' then sku
        else amount_description
    end as product_name,
    case
        when amount_type = 'Promotion' then 'adjustment'
        when amount_description = 'Principal' then 'product'
        when amount_description = 'Shipping' then 'shipping'
        when amount_description = 'Goodwill' then 'adjustment'
        else 'fee'
    end as line_type,
    posted_date as sold_at,
    case
        when amount like '-%' then '-' || coalesce(nullif(pieces, ''), '1')
        else coalesce(nullif(pieces, ''), '1')
    end as quantity,
    amount as line_amount,
    currency as currency_code
from filled
where
    transaction_type in ('Order', 'Refund', 'Chargeback Refund', 'A-to-z Guarantee Refund')
    and (
        (amount_type = 'ItemPrice' and amount_description in ('Principal', 'Shipping', 'GiftWrap', 'Goodwill'))
        or amount_type = 'Promotion'
    )
