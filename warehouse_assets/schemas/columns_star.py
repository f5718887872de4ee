"""Columns of dimensions, facts and aggregates."""

from __future__ import annotations

from warehouse_assets.schemas.classification import BEHAVIOUR, GENERALISED, NOT_PERSONAL, QUASI_IDENTIFIER
from warehouse_assets.schemas.column import AMOUNT, NOT_NEGATIVE, column
from warehouse_assets.schemas.predicates import Check

AGE_BANDS = ("13-17", "18-24", "25-34", "35-44", "45-54", "55-64", "65+", "Unknown")
GENDERS = ("F", "M", "Other", "Unknown")
LINE_TYPES = ("product", "shipping", "fee", "adjustment")


DATES = [
    column("date_key", "date", "The day", NOT_PERSONAL),
    column("month", "date", "First day of the month", NOT_PERSONAL),
    column("quarter", "date", "First day of the quarter", NOT_PERSONAL),
    column("year", "date", "First day of the year", NOT_PERSONAL),
    column("month_start", "date", "First day of the month", NOT_PERSONAL),
    column("quarter_start", "date", "First day of the quarter", NOT_PERSONAL),
    column("year_start", "date", "First day of the year", NOT_PERSONAL),
    column("iso_year", "integer", "Year of the ISO week", NOT_PERSONAL),
    column("iso_week", "integer", "ISO week 1..53", NOT_PERSONAL, Check.in_range(1, 53)),
    column("weekday", "integer", "ISO weekday, 1 = Monday", NOT_PERSONAL, Check.in_range(1, 7)),
    column("month_name_en", "text", "Month name in English", NOT_PERSONAL),
    column("month_name_fr", "text", "Month name in French", NOT_PERSONAL),
    column("weekday_name_en", "text", "Weekday name in English", NOT_PERSONAL),
    column("weekday_name_fr", "text", "Weekday name in French", NOT_PERSONAL),
    column(
        "as_of_date",
        "date",
        "The newest known day of activity; the mart ignores later days. In rows of products and categories by period,"
        " at most the last day of the period",
        NOT_PERSONAL,
    ),
    column(
        "period_kind",
        "text",
        "month, quarter, year or all",
        NOT_PERSONAL,
        Check.isin(["month", "quarter", "year", "all"]),
    ),
    column("period_start", "date", "First day of the period; for all, the currency's first month", NOT_PERSONAL),
    column("valid_from", "timestamptz", "Start of the version, -infinity for the first", QUASI_IDENTIFIER),
    column("valid_to", "timestamptz", "End of the version, exclusive, infinity for the current one", QUASI_IDENTIFIER),
    column("is_current", "boolean", "Whether the version is the current one", NOT_PERSONAL),
]

PERSONS = [
    column("observed_at", "timestamptz", "Time of the observation", QUASI_IDENTIFIER),
    column(
        "age",
        "smallint",
        "Age in whole years at the observation, as exported or from the birth date",
        QUASI_IDENTIFIER,
        Check.in_range(13, 120),
    ),
    column(
        "birth_month",
        "date",
        "First day of the month of birth; the day itself is not kept. NULL if the export has no birth date",
        QUASI_IDENTIFIER,
    ),
    column("age_band", "text", "Age band of the age at the observation", GENERALISED, Check.isin(AGE_BANDS)),
    column("gender", "text", "F, M, Other or Unknown", GENERALISED, Check.isin(GENDERS)),
    column("segment", "text", "The shop's own customer segment", BEHAVIOUR),
    column("status", "text", "The shop's own customer status", BEHAVIOUR),
    column("declared_status", "text", "The shop's own customer status; NULL if it has none", BEHAVIOUR),
    column("is_declared_churned", "boolean", "Whether that status means churned; NULL without a status", BEHAVIOUR),
    column("purchase_frequency", "text", "Declared purchase frequency", BEHAVIOUR),
    column("declared_purchase_count", "bigint", "Number of purchases as declared by the shop", BEHAVIOUR, NOT_NEGATIVE),
    column("acquisition_channel", "text", "Channel through which the shop acquired the customer", BEHAVIOUR),
    column("signup_date", "date", "Earliest known sign-up", QUASI_IDENTIFIER),
    column("signup_month", "date", "First day of the sign-up month", BEHAVIOUR),
    column("first_purchase_date", "date", "First accepted purchase (a line that is not a return)", QUASI_IDENTIFIER),
    column("last_purchase_date", "date", "Newest known purchase", QUASI_IDENTIFIER),
    column("declared_last_purchase_date", "date", "Newest last purchase as declared by the shop", QUASI_IDENTIFIER),
    column("last_login_date", "date", "Newest known login", QUASI_IDENTIFIER),
    column("last_seen_date", "date", "Newest of login, last purchase and accepted sale", QUASI_IDENTIFIER),
]

PLACES = [
    column("country", "text", "Country, English short name; Unknown", BEHAVIOUR),
    column("region", "text", "Region as exported, empty when unknown", QUASI_IDENTIFIER),
    column("city", "text", "City as exported, empty when unknown", QUASI_IDENTIFIER),
    column("country_iso2", "text", "ISO 3166-1 alpha-2 code", BEHAVIOUR, Check.str_matches("^[A-Z]{2}$")),
    column("country_iso3", "text", "ISO 3166-1 alpha-3 code", BEHAVIOUR, Check.str_matches("^[A-Z]{3}$")),
    column("continent", "text", "Continent; Unknown", BEHAVIOUR),
]

PRODUCTS = [
    column("product_id", "text", "Product number of the source; empty if it has none", NOT_PERSONAL),
    column(
        "product_name",
        "text",
        "Product name with the most lines in the newest month in which the product was sold; else its number; Unknown",
        NOT_PERSONAL,
    ),
    column("category", "text", "Category; Unknown; in category tables All", NOT_PERSONAL),
    column("subcategory", "text", "Subcategory; Unknown; All is the whole category", NOT_PERSONAL),
    column("last_sold_at", "timestamptz", "Newest sale in the delivery with these attributes", NOT_PERSONAL),
    column(
        "newest_line_count",
        "bigint",
        "Lines with these attributes in the delivery's newest month with the product; NULL in deliveries loaded by"
        " earlier versions",
        NOT_PERSONAL,
        NOT_NEGATIVE,
    ),
    column(
        "is_product", "boolean", "Whether the line is a product, not shipping, a fee or an adjustment", NOT_PERSONAL
    ),
]

SALES = [
    column("has_order_id", "boolean", "Whether the source numbers its orders", NOT_PERSONAL),
    column("has_line_number", "boolean", "Whether the source numbers the lines of its orders", NOT_PERSONAL),
    column("has_review_id", "boolean", "Whether the source identifies its reviews", NOT_PERSONAL),
    column("sold_at", "timestamptz", "Time of the sale", BEHAVIOUR),
    column("updated_at", "timestamptz", "Time of this version of the line, as declared", BEHAVIOUR),
    column("sale_date", "date", "Day of the sale in the shop's time zone", BEHAVIOUR),
    column("line_type", "text", "product, shipping, fee or adjustment", BEHAVIOUR, Check.isin(LINE_TYPES)),
    column("order_status", "text", "Status of the order as exported; Unknown", BEHAVIOUR),
    column("is_cancelled", "boolean", "Whether the order status means cancelled", BEHAVIOUR),
    column("is_returned", "boolean", "Whether the order status means that the line came back", BEHAVIOUR),
    column("is_return", "boolean", "quantity < 0 or gross < 0", BEHAVIOUR),
    column("quantity", "numeric", "Units, negative for returns", BEHAVIOUR),
    column(
        "unit_price",
        "numeric",
        "Price per unit as exported, unrounded; NULL if only the line's amount is known",
        BEHAVIOUR,
    ),
    column("line_amount", "numeric", "Amount of the line as exported, before discount and tax", BEHAVIOUR),
    column("gross_amount", AMOUNT, "quantity x unit price, or the line's amount, before discount and tax", BEHAVIOUR),
    column("discount_amount", AMOUNT, "Discount of the line, including its share of the order's discount", BEHAVIOUR),
    column(
        "order_discount_amount",
        AMOUNT,
        "Discount of the whole order, spread over its lines",
        BEHAVIOUR,
    ),
    column("net_amount", AMOUNT, "Gross less discounts", BEHAVIOUR),
    column("tax_amount", AMOUNT, "Tax of the line", BEHAVIOUR),
    column(
        "currency_code",
        "text",
        "ISO 4217 code; XXX if unknown",
        BEHAVIOUR,
        Check.str_matches("^[A-Z]{3}$"),
    ),
    column("rating", "numeric(3,2)", "Rating 1..5", BEHAVIOUR, Check.in_range(1, 5)),
    column("reviewed_date", "date", "Day of the review", BEHAVIOUR),
    column("reviewed_at", "timestamptz", "Time of the review; midnight if only the day is known", BEHAVIOUR),
]

AGGREGATES = [
    column("line_count", "bigint", "Sale lines", BEHAVIOUR, NOT_NEGATIVE),
    column("units_sold", "numeric", "Units of product lines that are not returns", BEHAVIOUR, NOT_NEGATIVE),
    column("gross_revenue_amount", AMOUNT, "Gross of lines that are not returns", BEHAVIOUR),
    column("returned_amount", AMOUNT, "Net of returns, as a positive amount", BEHAVIOUR),
    column("net_sale_amount", AMOUNT, "Net of lines that are not returns", BEHAVIOUR),
    column("net_revenue_amount", AMOUNT, "Sum of net, returns included", BEHAVIOUR),
    column("has_sale", "boolean", "Whether there is a line that is neither return nor cancelled", BEHAVIOUR),
    column(
        "line_order_count",
        "bigint",
        "Sold lines without order number, each one order",
        BEHAVIOUR,
        NOT_NEGATIVE,
    ),
    column(
        "sold_order_count",
        "bigint",
        "Orders with a line that is neither returned nor cancelled; 0 or 1 in a row of one order with a number",
        BEHAVIOUR,
        NOT_NEGATIVE,
    ),
    column(
        "void_order_count",
        "bigint",
        "Orders with a cancelled line; 0 or 1 in a row of one order with a number",
        BEHAVIOUR,
        NOT_NEGATIVE,
    ),
    column(
        "buyer_count",
        "bigint",
        "Known customers with a line that is neither returned nor cancelled",
        BEHAVIOUR,
        NOT_NEGATIVE,
    ),
    column("first_sale_date", "date", "First line that is not a return", BEHAVIOUR),
    column("last_sale_date", "date", "Last line that is not a return", BEHAVIOUR),
    column("last_line_date", "date", "Last line, returns included", BEHAVIOUR),
    column("rating_count", "bigint", "Ratings given", BEHAVIOUR, NOT_NEGATIVE),
    column("rating_sum", "numeric", "Sum of the ratings", BEHAVIOUR, NOT_NEGATIVE),
]
