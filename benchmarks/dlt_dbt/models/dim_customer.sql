select row_number() over () as customer_key, newest.*
from (
    select distinct on (customer_id) customer_id, country, gender, signed_up_on
    from {{ ref('stg_sales') }}
    order by customer_id, sold_on desc
) as newest
