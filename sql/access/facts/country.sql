-- grain: one row per login and country whose sales it sees
select
    login_name,
    country
from governance.login_countries
