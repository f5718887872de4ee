-- grain: one row per shop and currency that it sold in, as its own member and, where several shops sell, of "All shops"
with sold as (
    select
        days.source_name,
        days.currency_code,
        shops.as_of_date,
        min(days.sale_date) as first_date,
        date_trunc('month', min(days.sale_date)::timestamp)::date as first_month
    from dw.agg_sales_day as days
    inner join shops on days.source_name = shops.source_name
    where days.sale_date <= shops.as_of_date
    group by days.source_name, days.currency_code, shops.as_of_date
)

select
    sold.source_name,
    sold.currency_code,
    sold.first_date,
    sold.first_month,
    sold.as_of_date,
    members.member,
    members.is_total
from sold
cross join lateral (values (sold.source_name, false), ('All shops', true)) as members (member, is_total)
where not members.is_total or (select count(distinct counted.source_name) from sold as counted) > 1
