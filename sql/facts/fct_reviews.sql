-- grain: one row per review given separately from a sale; the same review in several deliveries counts once
select
    review_key,
    product_key,
    customer_key,
    reviewed_date,
    reviewed_at,
    rating,
    source_name
from review_versions
where is_fact
