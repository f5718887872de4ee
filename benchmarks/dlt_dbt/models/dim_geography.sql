select row_number() over () as geography_key, country, city
from {{ ref('stg_sales') }}
group by country, city
