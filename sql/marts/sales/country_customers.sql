-- grain: one row per month, shop, currency and country with k or more known buyers, where their number may be shown
with buyers as (
    select
        months.month,
        sellers.member,
        months.currency_code,
        months.country,
        false as is_total,
        months.buyer_count as customer_count
    from dw.agg_country_month as months
    inner join sellers
        on
            months.source_name = sellers.source_name
            and months.currency_code = sellers.currency_code
            and months.month <= sellers.as_of_date
    where not months.is_total and not sellers.is_total
    union all
    -- shops may share customers; a cluster asks no node where one shop is alone
    select
        bought.month,
        sellers.member,
        bought.currency_code,
        bought.country,
        true as is_total,
        count(distinct bought.customer_key) filter (where bought.has_sale) as customer_count
    from dw.agg_customer_month as bought
    inner join sellers
        on
            bought.source_name = sellers.source_name
            and bought.currency_code = sellers.currency_code
            and bought.month <= sellers.as_of_date
    where sellers.is_total and %(are_several_shops)s
    group by bought.month, sellers.member, bought.currency_code, bought.country
),

compared as (
    select
        *,
        max(customer_count) over (partition by month, currency_code, country) as all_count
    from buyers
),

-- from all shops and one of them, no small group of the others can be worked out
checked as (
    select
        *,
        bool_and(
            customer_count in (0, all_count)
            or (
                customer_count >= %(minimum_group_size)s
                and all_count - customer_count >= %(minimum_group_size)s
            )
        ) over (partition by month, currency_code, country) as are_shown
    from compared
)

select
    month,
    member as source_name,
    currency_code,
    country,
    customer_count
from checked
where customer_count >= %(minimum_group_size)s and (not is_total or are_shown)
