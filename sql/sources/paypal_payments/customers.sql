-- one row per completed payment received: who paid
-- layout: https://developer.paypal.com/api/nvp-soap/paypal-payments-standard/admin/download-history/
select
    source_line,
    "From Email Address" as customer_id,
    "From Email Address" as email,
    "Name" as full_name,
    "Address Line 1" as address,
    "Country Code" as country,
    case
        when
            max(try_cast(split_part("Date", '/', 2) as integer)) over () > 12
            or (
                "TimeZone" in ('PST', 'PDT', 'MST', 'MDT', 'CST', 'CDT', 'EST', 'EDT', 'AKST', 'AKDT', 'HST')
                and max(try_cast(split_part("Date", '/', 1) as integer)) over () <= 12
            )
            then regexp_replace("Date", '^(\d{1,2})/(\d{1,2})/', '\2/\1/')
        else "Date"
    end || ' ' || "Time" as observed_at
from activity
where
    "From Email Address" <> ''
    and "Balance Impact" = 'Credit'
    and "Status" in ('Completed', 'Partially Refunded', 'Refunded', 'Reversed')
    and "Type" ilike '%payment'
