-- one row per completed payment received, per refund or reversal of one, and per chargeback that was won
-- layout: https://developer.paypal.com/api/nvp-soap/paypal-payments-standard/admin/download-history/
-- Accounts in the United States write the month first: a day above 12 tells, else the time zone.
select
    source_line,
    case
        when "Balance Impact" = 'Debit' or "Type" ilike '%chargeback reversal%' then "Reference Txn ID"
        else "Transaction ID"
    end as order_id,
    left(md5("Transaction ID"), 16) as line_number,
    case when "Balance Impact" = 'Credit' then "From Email Address" else "To Email Address" end as customer_id,
    case
        when "Type" ilike '%chargeback reversal%' then 'Chargeback won'
        when "Balance Impact" = 'Credit' then coalesce(nullif("Item Title", ''), 'Payment')
        else 'Refund'
    end as product_name,
    case
        when "Balance Impact" = 'Credit' and "Type" not ilike '%chargeback reversal%' then 'product'
        else 'adjustment'
    end as line_type,
    case
        when
            max(try_cast(split_part("Date", '/', 2) as integer)) over () > 12
            or (
                "TimeZone" in ('PST', 'PDT', 'MST', 'MDT', 'CST', 'CDT', 'EST', 'EDT', 'AKST', 'AKDT', 'HST')
                and max(try_cast(split_part("Date", '/', 1) as integer)) over () <= 12
            )
            then regexp_replace("Date", '^(\d{1,2})/(\d{1,2})/', '\2/\1/')
        else "Date"
    end || ' ' || "Time" as sold_at,
    case when "Balance Impact" = 'Credit' then '1' else '-1' end as quantity,
    "Gross" as line_amount,
    "Sales Tax" as tax_amount,
    "Currency" as currency_code,
    "Country Code" as country
from activity
where
    "Status" in ('Completed', 'Partially Refunded', 'Refunded', 'Reversed')
    and (
        ("Balance Impact" = 'Credit' and "Type" ilike '%payment' and "Type" not ilike '%refund%')
        or ("Balance Impact" = 'Credit' and "Type" ilike '%chargeback reversal%' and "Reference Txn ID" <> '')
        or (
            "Balance Impact" = 'Debit'
            and ("Type" ilike '%refund%' or "Type" ilike '%reversal%' or "Type" ilike '%chargeback%')
            and "Reference Txn ID" <> ''
        )
    )
