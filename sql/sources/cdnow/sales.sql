-- one row per purchase: an order of one line, identified by its content
select
    source_line,
    customer_id,
    'CD' as product_name,
    "day" as sold_at,
    cd_count as quantity,
    dollars as line_amount
from purchases
