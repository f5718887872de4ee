-- one row per customer and country: the newest invoice line that names them
select
    source_line,
    regexp_replace("CustomerID", '\.0$', '') as customer_id,
    "Country" as country,
    "InvoiceDate" as observed_at
from invoice_lines
where "CustomerID" <> ''
qualify row_number() over (
    partition by "CustomerID", "Country"
    order by "InvoiceDate" desc, source_line
) = 1
