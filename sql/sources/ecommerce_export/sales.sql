-- one row per row of the export: a purchase of one line, which is a separate order
select
    source_line,
    "ID" as customer_id,
    "Product Name" as product_name,
    "Category" as category,
    "Subcategory" as subcategory,
    "Date_Purchase" as sold_at,
    "Quantity" as quantity,
    "Price" as unit_price,
    "Rating" as rating,
    "Comment" as comment
from export
