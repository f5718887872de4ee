-- grain: one row per day, from the first month that is accepted to the end of 2049
with
days as (
    select (%(first_month)s::date + number) as day
    from generate_series(0, date '2049-12-31' - %(first_month)s::date) as numbers (number)
),

parts as (
    select
        day,
        extract(year from day)::integer as year_number,
        extract(month from day)::integer as month_number,
        extract(isodow from day)::integer as weekday
    from days
)

select
    day as date_key,
    make_date(year_number, month_number, 1) as month_start,
    make_date(year_number, month_number - mod(month_number - 1, 3), 1) as quarter_start,
    make_date(year_number, 1, 1) as year_start,
    extract(isoyear from day)::integer as iso_year,
    extract(week from day)::integer as iso_week,
    weekday,
    (array[
        'January', 'February', 'March', 'April', 'May', 'June',
        'July', 'August', 'September', 'October', 'November', 'December'
    ])[month_number] as month_name_en,
    (array[
        'janvier', 'février', 'mars', 'avril', 'mai', 'juin',
        'juillet', 'août', 'septembre', 'octobre', 'novembre', 'décembre'
    ])[month_number] as month_name_fr,
    (array['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday'])[weekday] as weekday_name_en,
    (array['lundi', 'mardi', 'mercredi', 'jeudi', 'vendredi', 'samedi', 'dimanche'])[weekday] as weekday_name_fr
from parts
