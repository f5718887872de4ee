-- one row per order line
select
    lines.source_line,
    lines.order_no as order_id,
    lines.line_no as line_number,
    orders.person as customer_id,
    lines.isbn as product_id,
    products.title as product_name,
    products.genre as category,
    orders.ordered_at as sold_at,
    lines.copies as quantity,
    lines.price as unit_price,
    orders.voucher as order_discount_amount,
    -- the order's tax once, on its first line
    case when lines.line_no = '1' then orders.vat end as tax_amount,
    orders.changed_at as updated_at
from lines
left join orders on lines.order_no = orders.order_no
left join products on lines.isbn = products.isbn
