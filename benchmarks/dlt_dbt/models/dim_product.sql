select row_number() over () as product_key, product_name, category, subcategory
from {{ ref('stg_sales') }}
group by product_name, category, subcategory
