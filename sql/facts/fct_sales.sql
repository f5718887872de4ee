-- grain: one row per accepted sale line of the month, and one per line that came back
select
    lines.sale_date,
    lines.customer_key,
    lines.product_key,
    coalesce(
        lines.geography_key,
        (
            select nullif(versions.geography_key, -1)
            from dw.dim_customer_history as versions
            where
                versions.customer_key = lines.customer_key
                and versions.valid_from <= lines.sold_at
                and versions.valid_to > lines.sold_at
        ),
        lines.fallback_geography_key,
        -1
    ) as geography_key,
    lines.order_key,
    case
        when parts.sign = 1 then lines.line_key
        else ('x' || encode(sha256(int8send(lines.line_key) || int4send(-1)), 'hex'))::bit(63)::bigint
    end as line_key,
    lines.line_type,
    lines.order_status,
    parts.sign * lines.quantity as quantity,
    lines.unit_price,
    parts.sign * lines.gross_amount as gross_amount,
    parts.sign * lines.whole_discount_amount as discount_amount,
    parts.sign * (lines.gross_amount - lines.whole_discount_amount) as net_amount,
    parts.sign * lines.tax_amount as tax_amount,
    lines.currency_code,
    (parts.sign * lines.quantity < 0 or parts.sign * lines.gross_amount < 0) as is_return,
    lines.is_cancelled,
    case when parts.sign = 1 then lines.rating end as rating,
    lines.source_name
from priced_lines as lines
-- a line whose status says that it came back is a sale and, of the same day, its return
cross join (values (1), (-1)) as parts (sign)
where
    parts.sign = 1
    or (
        lines.is_returned
        and lines.quantity >= 0
        and lines.gross_amount >= 0
        and (lines.quantity > 0 or lines.gross_amount > 0)
    )
