-- one row per invoice line
select
    source_line,
    "InvoiceNo" as order_id,
    regexp_replace("CustomerID", '\.0$', '') as customer_id,
    "StockCode" as product_id,
    "Description" as product_name,
    case
        -- 23444 is Next Day Carriage
        when upper("StockCode") in ('POST', 'DOT', 'C2', '23444') then 'shipping'
        when upper("StockCode") in ('BANK CHARGES', 'AMAZONFEE', 'CRUK') then 'fee'
        when upper("StockCode") in ('M', 'D', 'S', 'B', 'ADJUST', 'ADJUST2') then 'adjustment'
        when "StockCode" ilike 'gift\_%' escape '\' then 'adjustment'
        else 'product'
    end as line_type,
    "InvoiceDate" as sold_at,
    "Quantity" as quantity,
    "UnitPrice" as unit_price,
    "Country" as country
from invoice_lines
