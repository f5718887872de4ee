{% set date = "case when pg_input_is_valid({0}, 'date') then {0}::date end" %}
{% set number = "case when pg_input_is_valid({0}, 'numeric') then {0}::numeric end" %}

with rows_of_export as (
    select distinct * from raw.export
),

typed as (
    select
        id as customer_id,
        product_name,
        category,
        subcategory,
        coalesce(country, 'Unknown') as country,
        coalesce(city, 'Unknown') as city,
        gender,
        {{ date.format('date_purchase') }} as sold_on,
        {{ date.format('user_sign_up_date') }} as signed_up_on,
        {{ number.format('quantity') }}::numeric(18, 4) as quantity,
        {{ number.format('price') }}::numeric(18, 4) as price,
        {{ number.format('rating') }}::numeric(3, 2) as rating
    from rows_of_export
)

select * from typed
where sold_on < date '2100-01-01' and quantity > 0 and price > 0
