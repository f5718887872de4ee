-- one row per captured payment: who paid
-- layout: Stripe Dashboard, "Export payments" (all columns)
select
    source_line,
    coalesce(nullif("Customer Email", ''), "Customer ID") as customer_id,
    "Customer Email" as email,
    "Created date (UTC)" as observed_at
from payments
where lower("Captured") = 'true' and ("Customer Email" <> '' or "Customer ID" <> '')
