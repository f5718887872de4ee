-- one row per row of the export: the customer as exported with each purchase
select
    source_line,
    "ID" as customer_id,
    "Name" as full_name,
    "FullAddress" as address,
    "Age" as age,
    "Gender" as gender,
    "City" as city,
    "Country" as country,
    "UserSignUpDate" as signup_at,
    "UserLastLoginDate" as last_login_at,
    "UserLastPurchaseDate" as last_purchase_at,
    "UserStatus" as status,
    "UserSegment" as segment,
    "UserSourceType" as acquisition_channel,
    "UserPurchaseFrequency" as purchase_frequency,
    "UserTotalPurchases" as declared_purchase_count
from export
