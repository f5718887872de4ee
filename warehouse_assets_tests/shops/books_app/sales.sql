-- one row per purchase in the app
select source_line, person as customer_id, title as product_name, bought as sold_at, '1' as quantity, price as unit_price
from purchases
