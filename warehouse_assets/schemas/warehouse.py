"""The star: dimensions, facts, and the monthly aggregates that the marts are built from."""

from warehouse_assets.schemas.table import Table, to

_SALE_DATE = to("dw.dim_date", "sale_date", "date_key")
_CUSTOMER = to("dw.dim_customer", "customer_key")
_PRODUCT = to("dw.dim_product", "product_key")
_GEOGRAPHY = to("dw.dim_geography", "geography_key")
_CHANNEL = to("dw.dim_channel", "channel_key")

DIMENSIONS = (
    Table(
        "dw.dim_date",
        "one row per day",
        "date_key month_start quarter_start year_start iso_year iso_week weekday"
        " month_name_en month_name_fr weekday_name_en weekday_name_fr",
        ("date_key",),
    ),
    Table(
        "dw.dim_geography",
        "one row per country, region and city, and Unknown",
        "geography_key country region city country_iso2? country_iso3? continent",
        ("geography_key",),
        unique=(("country", "region", "city"),),
    ),
    Table(
        "dw.dim_channel",
        "one row per acquisition channel, and Unknown",
        "channel_key acquisition_channel",
        ("channel_key",),
        unique=(("acquisition_channel",),),
    ),
    Table(
        "dw.dim_product",
        "one row per product (type 1), and Unknown",
        "product_key source_name product_id product_name category subcategory",
        ("product_key",),
    ),
    Table(
        "dw.dim_customer",
        "one row per customer as of the newest observation, Unknown and Anonymous",
        "customer_key source_name age? birth_month? age_band gender geography_key channel_key segment status"
        " purchase_frequency signup_month?",
        ("customer_key",),
        foreign_keys=(_GEOGRAPHY, _CHANNEL),
    ),
    Table(
        "dw.dim_customer_history",
        "one row per customer and version (type 2)",
        "customer_key valid_from valid_to is_current age_band gender geography_key channel_key segment status"
        " purchase_frequency",
        ("customer_key", "valid_from"),
        foreign_keys=(_CUSTOMER, _GEOGRAPHY, _CHANNEL),
        rules={"version_order": "valid_from < valid_to", "current_is_open": "is_current = (valid_to = 'infinity')"},
    ),
)

FACTS = (
    Table(
        "dw.fct_sales",
        "one row per accepted sale line",
        "sale_date customer_key product_key geography_key order_key line_key line_type order_status quantity"
        " unit_price? gross_amount discount_amount net_amount tax_amount? currency_code is_return is_cancelled"
        " rating? source_name",
        ("line_key", "customer_key", "sale_date"),
        foreign_keys=(_SALE_DATE, _CUSTOMER, _PRODUCT, _GEOGRAPHY),
        rules={
            "net_is_gross_less_discount": "net_amount = gross_amount - discount_amount",
            "return_is_negative": "is_return = (quantity < 0 or gross_amount < 0)",
        },
        partitioned_by="sale_date",
    ),
    Table(
        "dw.fct_reviews",
        "one row per review given apart from a sale",
        "review_key product_key customer_key reviewed_date? reviewed_at? rating source_name",
        ("review_key",),
        foreign_keys=(_PRODUCT, _CUSTOMER, to("dw.dim_date", "reviewed_date", "date_key")),
    ),
    Table(
        "dw.fct_customer_lifecycle",
        "one row per known customer",
        "customer_key signup_date? first_purchase_date? last_purchase_date? declared_last_purchase_date?"
        " last_login_date? last_seen_date? declared_status? is_declared_churned?",
        ("customer_key",),
        foreign_keys=(_CUSTOMER,),
    ),
)

# What differs most is first in the keys, and in the groups of their SELECTs: rows are then told apart by one number.
AGGREGATES = (
    Table(
        "dw.agg_sales_day",
        "one row per day, shop and currency with a line (no cancelled lines)",
        "sale_date source_name currency_code order_count line_count units_sold gross_revenue_amount returned_amount"
        " net_revenue_amount",
        ("sale_date", "source_name", "currency_code"),
        partitioned_by="sale_date",
    ),
    Table(
        "dw.agg_sales_month",
        "one row per month, shop, currency, country, product and kind of line (no cancelled lines)",
        "month source_name currency_code country product_key is_product line_count units_sold gross_revenue_amount"
        " returned_amount net_sale_amount net_revenue_amount",
        ("product_key", "country", "currency_code", "is_product", "source_name", "month"),
        partitioned_by="month",
    ),
    Table(
        "dw.agg_country_month",
        "one row per month, shop, currency and country, and one of all its countries (is_total)",
        "month source_name currency_code country is_total line_count units_sold gross_revenue_amount returned_amount"
        " net_sale_amount net_revenue_amount sold_order_count void_order_count buyer_count",
        ("country", "is_total", "currency_code", "source_name", "month"),
        partitioned_by="month",
    ),
    Table(
        "dw.agg_product_month",
        "one row per month, shop, currency, product and kind of line (no cancelled lines)",
        "month source_name currency_code product_key is_product line_count units_sold returned_amount"
        " net_revenue_amount sold_order_count",
        ("product_key", "currency_code", "is_product", "source_name", "month"),
        partitioned_by="month",
    ),
    Table(
        "dw.agg_customer_month",
        "one row per month, shop, currency, country and known customer (no cancelled lines)",
        "month source_name currency_code country customer_key line_count line_order_count net_sale_amount"
        " net_revenue_amount has_sale first_sale_date? last_sale_date? last_line_date",
        ("customer_key", "country", "currency_code", "source_name", "month"),
        partitioned_by="month",
    ),
    Table(
        "dw.agg_order_month",
        "one row per month, shop, currency, country, order, product and kind of line; one-line orders as order -1",
        "month source_name currency_code country order_key product_key is_product customer_key sold_order_count"
        " void_order_count",
        ("order_key", "product_key", "country", "customer_key", "currency_code", "is_product", "source_name", "month"),
        partitioned_by="month",
    ),
    Table(
        "dw.agg_rating_month",
        "one row per month, shop, currency, product and customer who rated a line of it (no cancelled lines)",
        "month source_name currency_code product_key customer_key rating_count rating_sum",
        ("customer_key", "product_key", "currency_code", "source_name", "month"),
        partitioned_by="month",
    ),
)
