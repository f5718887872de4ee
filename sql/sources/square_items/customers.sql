-- one row per sale to a customer in the directory
-- layout: Square Support, "Export your transaction history" (items detail)
select
    source_line,
    "Customer ID" as customer_id,
    "Customer Name" as full_name,
    "Date" || ' ' || "Time" as observed_at
from items
where "Customer ID" <> ''
