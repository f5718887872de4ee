-- one row per row of the export
select source_line, client as customer_id, age
from export
