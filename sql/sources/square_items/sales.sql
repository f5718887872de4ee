-- one row per item sold or refunded, but for gift cards, which count when they are spent
-- layout: Square Support, "Export your transaction history" (items detail)
-- Discounts are negative (positive for refunds); net sales are gross sales plus discounts.
select
    source_line,
    "Transaction ID" as order_id,
    "Customer ID" as customer_id,
    "SKU" as product_id,
    concat_ws(' ', "Item", nullif("Price Point Name", '')) as product_name,
    "Category" as category,
    "Date" || ' ' || "Time" as sold_at,
    "Qty" as quantity,
    "Gross Sales" as line_amount,
    case
        when "Discounts" like '-%' or "Discounts" like '(%' then regexp_replace("Discounts", '[-()]', '', 'g')
        else '-' || "Discounts"
    end as discount_amount,
    "Tax" as tax_amount
from items
where
    case
        when "Itemization Type" <> '' then "Itemization Type" not ilike '%gift%card%'
        -- with an amount, but not a holder or a box of gift cards
        else regexp_replace(
            lower("Item"), '^\P{L}*(e-?)?gift ?cards?\P{L}*((usd|eur|gbp|jpy|cad|aud)\P{L}*)?$', 'gift card'
        ) <> 'gift card'
    end
