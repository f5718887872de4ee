-- grain: one row per month with a sale that takes its place from its customer, if that place has changed
with
moves as materialized (
    select
        stale.customer_key,
        greatest(stale.valid_from, fresh.valid_from) as moved_from,
        least(stale.valid_to, fresh.valid_to) as moved_to
    from stale_versions as stale
    inner join new_versions as fresh
        on
            stale.customer_key = fresh.customer_key
            and stale.valid_from < fresh.valid_to
            and stale.valid_to > fresh.valid_from
    where stale.customer_key >= 0 and stale.geography_key != fresh.geography_key
)

select distinct days.month_start as month
from moves
inner join staging.sales as sales
    on
        moves.customer_key = sales.customer_key
        and moves.moved_from <= sales.sold_at
        and moves.moved_to > sales.sold_at
inner join dw.dim_date as days on sales.sale_date = days.date_key
where
    sales.geography_key is null
    -- the day in the shop's time zone differs from the day in UTC by at most one
    and sales.sale_date >= (select (min(moved_from) at time zone 'UTC')::date - 1 from moves)
    and sales.sale_date <= (select (max(moved_to) at time zone 'UTC')::date + 1 from moves)
