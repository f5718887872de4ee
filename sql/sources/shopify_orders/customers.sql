-- one row per order: its first row names the buyer
-- layout: https://help.shopify.com/en/manual/fulfillment/managing-orders/exporting-orders
select
    source_line,
    "Email" as customer_id,
    "Email" as email,
    coalesce(nullif("Billing Name", ''), "Shipping Name") as full_name,
    "Billing Phone" as phone,
    "Billing Street" as address,
    coalesce(nullif("Billing City", ''), "Shipping City") as city,
    coalesce(nullif("Billing Country", ''), "Shipping Country") as country,
    "Created at" as observed_at
from orders_export
where "Email" <> '' and "Currency" <> ''
