-- one row per line of a receipt
select source_line, id as line_number, receipt as order_id, item as product_name, sold as sold_at, pieces as quantity, price as unit_price
from receipts
