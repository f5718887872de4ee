-- one row per invoice line
select source_line, customer as customer_id, item as product_id, invoiced as sold_at, pieces as quantity, price as unit_price
from invoices
