-- one row per order: its first line tells the customer
select
    source_line,
    "Email" as customer_id,
    "Email" as email,
    "Billing Name" as full_name,
    "Billing Country" as country,
    "Created at" as observed_at
from orders_export
where "Email" <> ''
