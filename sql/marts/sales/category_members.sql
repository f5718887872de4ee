-- grain: one row per product and category member: its subcategory, and All of its category
select
    products.product_key,
    products.category,
    members.subcategory
from dw.dim_product as products
cross join
    lateral (
        values
        ('All'),
        (case products.subcategory when 'All' then 'All (subcategory)' else products.subcategory end)
    ) as members (subcategory)
