-- grain: one row per staged sale line of the month that is in the fact, with its whole discount
with
-- ordered by what is sold, because keys change with the secret; lines that tie are equal in every mart
discounted_lines as (
    select
        line_key, order_key, gross_amount, order_discount_amount,
        row_number() over (
            partition by order_key
            order by
                product_key, geography_key, sale_date, line_type, currency_code, is_cancelled, gross_amount, quantity,
                rating, line_key
        ) as line_rank
    from sale_lines
    where is_fact and order_key in (select order_key from sale_lines where is_fact and order_discount_amount != 0)
),

discounted_orders as (
    select
        order_key,
        max(order_discount_amount) as amount,
        case
            when max(order_discount_amount) = round(max(order_discount_amount), 2) then 0.01
            else 0.0001
        end as unit_amount,
        coalesce(sum(gross_amount) filter (where gross_amount > 0), 0) as positive_amount
    from discounted_lines
    group by order_key
),

weighted_lines as (
    select
        lines.line_key,
        lines.line_rank,
        orders.order_key,
        orders.unit_amount * sign(orders.amount) as unit_amount,
        abs(orders.amount) / orders.unit_amount as unit_count,
        case
            when orders.positive_amount > 0 then greatest(lines.gross_amount, 0)
            when lines.line_rank = 1 then 1
            else 0
        end as weight,
        case when orders.positive_amount > 0 then orders.positive_amount else 1 end as total_weight
    from discounted_lines as lines
    inner join discounted_orders as orders on lines.order_key = orders.order_key
),

whole_shares as (
    select
        line_key,
        line_rank,
        order_key,
        unit_amount,
        unit_count,
        div(round(unit_count) * weight, total_weight) as whole_count,
        mod(round(unit_count) * weight, total_weight) as remainder
    from weighted_lines
),

ranked_shares as (
    select
        line_key,
        unit_amount,
        whole_count,
        round(unit_count) - sum(whole_count) over (partition by order_key) as left_over_count,
        row_number() over (partition by order_key order by remainder desc, line_rank) as remainder_rank
    from whole_shares
),

order_discounts as (
    select
        line_key,
        unit_amount * (whole_count + case when remainder_rank <= left_over_count then 1 else 0 end) as amount
    from ranked_shares
)

select
    lines.line_key, lines.order_key, lines.sale_date, lines.sold_at, lines.customer_key, lines.product_key,
    lines.geography_key, lines.fallback_geography_key, lines.line_type, lines.order_status, lines.quantity,
    lines.unit_price, lines.gross_amount, lines.tax_amount, lines.currency_code, lines.is_cancelled,
    lines.is_returned, lines.rating, lines.source_name,
    round(lines.discount_amount + coalesce(order_discounts.amount, 0), 4) as whole_discount_amount
from sale_lines as lines
left join order_discounts on lines.line_key = order_discounts.line_key
where lines.is_fact and lines.sale_date >= %(month_start)s and lines.sale_date < %(month_end)s
union all
select
    line_key, order_key, sale_date, sold_at, customer_key, product_key, geography_key, fallback_geography_key,
    line_type, order_status, quantity, unit_price, gross_amount, tax_amount, currency_code, is_cancelled, is_returned,
    rating, source_name, whole_discount_amount
from plain_lines
-- the look-up of each customer's place then walks through the history instead of jumping about in it
order by customer_key
