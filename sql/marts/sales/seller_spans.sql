-- grain: one row per currency and shop, or "All shops": the days that its sales span
-- all shops cover a day where each of them does
select
    member,
    currency_code,
    is_total,
    min(first_date) as first_date,
    min(first_month) as first_month,
    max(first_date) as covered_from,
    min(as_of_date) as covered_to,
    max(as_of_date) as as_of_date
from sellers
group by member, currency_code, is_total
