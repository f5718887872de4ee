select
    s.sold_on,
    c.customer_key,
    p.product_key,
    g.geography_key,
    s.quantity,
    s.price,
    s.rating,
    (s.quantity * s.price)::numeric(18, 4) as amount
from {{ ref('stg_sales') }} as s
inner join {{ ref('dim_customer') }} as c on s.customer_id = c.customer_id
inner join {{ ref('dim_geography') }} as g on s.country = g.country and s.city = g.city
-- An absent name is equal to an absent name; written so that the join can be hashed.
inner join {{ ref('dim_product') }} as p
    on coalesce(s.product_name, '') = coalesce(p.product_name, '')
    and coalesce(s.category, '') = coalesce(p.category, '')
    and coalesce(s.subcategory, '') = coalesce(p.subcategory, '')
