-- one row per person
select source_line, id as customer_id, name as full_name, born as birth_date, sex as gender, land as country, joined as signup_at
from people
