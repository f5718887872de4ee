-- one row per review
select source_line, isbn as product_id, person as customer_id, stars as rating, written as reviewed_at
from opinions
