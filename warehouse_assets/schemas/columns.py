"""Every column of the warehouse, each described once: name, type, meaning, rules, privacy class."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from pandera.pandas import Check

from warehouse_assets.schemas.classification import (
    BEHAVIOUR,
    DIRECT_IDENTIFIER,
    NOT_PERSONAL,
    PSEUDONYM,
    QUASI_IDENTIFIER,
    REJECT,
    Classification,
)

AMOUNT = "numeric(18,4)"
RATE = "numeric(18,6)"
AGE_BANDS = ("13-17", "18-24", "25-34", "35-44", "45-54", "55-64", "65+", "Unknown")
GENDERS = ("F", "M", "Other", "Unknown")
LINE_TYPES = ("product", "shipping", "fee", "adjustment")


@dataclass(frozen=True)
class Column:
    """One column name's single definition; `sql_type` is PostgreSQL's, `checks` are Pandera's."""

    name: str
    sql_type: str
    description: str
    classification: Classification = NOT_PERSONAL
    checks: tuple[Check, ...] = ()


def _column(
    name: str, sql_type: str, description: str, klass: Classification = NOT_PERSONAL, *checks: Check
) -> Column:
    return Column(name, sql_type, description, klass, checks)


_NOT_NEGATIVE = Check.ge(0)
_SHARE = Check.in_range(0, 1)

_KEYS = [
    _column("customer_key", "bigint", "Pseudonym of the customer: 63 bits of a keyed hash; -1 Unknown, -2 Anonymous", PSEUDONYM),
    _column("order_key", "bigint", "Pseudonym of the order: 63 bits of a keyed hash", PSEUDONYM),
    _column("line_key", "bigint", "Sale line within its order and occurrence, derived from order_key", PSEUDONYM),
    _column("review_key", "bigint", "Review, derived from its content and occurrence", PSEUDONYM),
    _column("product_key", "bigint", "Product: 63 bits of a hash of its natural key; -1 Unknown"),
    _column("geography_key", "bigint", "Place: 63 bits of a hash of country, region, city; -1 Unknown", QUASI_IDENTIFIER),
    _column("channel_key", "bigint", "Acquisition channel: 63 bits of a hash of its name; -1 Unknown"),
    _column("file_key", "bigint", "Delivery: 63 bits of a hash of source, file name and checksum"),
]

_DELIVERY = [
    _column("source_name", "text", "The source (shop export) that the record comes from"),
    _column("file_name", "text", "Path of the delivery within the incoming directory"),
    _column("source_line", "bigint", "Line of the original file on which the record starts"),
    _column("checksum", "text", "SHA-256 of the delivery's decompressed bytes"),
    _column("size_bytes", "bigint", "Size of the delivery as stored", NOT_PERSONAL, _NOT_NEGATIVE),
    _column("encoding", "text", "Text encoding that the delivery was read with"),
    _column("exported_on", "date", "Day of the export: declared by the source, else the day of first ingestion"),
    _column("is_exported_on_declared", "boolean", "Whether the source declares the export day"),
    _column("loaded_at", "timestamptz", "When the delivery was last loaded"),
    _column("delivery_status", "text", "current, replaced (by a correction) or forgotten", NOT_PERSONAL, Check.isin(["current", "replaced", "forgotten"])),
    _column("attempt", "integer", "How many times this content was loaded", NOT_PERSONAL, Check.ge(1)),
    _column("rows_read", "bigint", "Records of the file", NOT_PERSONAL, _NOT_NEGATIVE),
    *(
        _column(f"{kind}_{outcome}", "bigint", f"{kind.capitalize()} records {outcome}", NOT_PERSONAL, _NOT_NEGATIVE)
        for kind in ("sales", "customers", "reviews")
        for outcome in ("read", "loaded", "rejected", "duplicate", "suppressed")
    ),
    _column("rule_name", "text", "Rule of the contract"),
    _column("severity", "text", "reject, blank or warn", NOT_PERSONAL, Check.isin(["reject", "blank", "warn"])),
    _column("record_count", "bigint", "Records that broke the rule", NOT_PERSONAL, Check.ge(1)),
    _column("record_kind", "text", "Relation of the record: sales, customers, reviews or file", NOT_PERSONAL, Check.isin(["sales", "customers", "reviews", "file"])),
    _column("rules", "text[]", "All rules that the record broke"),
    _column("reasons", "text[]", "Why, rule by rule: column and shape of the value, never the value"),
    _column("record", "jsonb", "The canonical record with keys for ids, without vault and never-stored columns", REJECT),
    _column("name", "text", "Name of the entry"),
    _column("value", "text", "Value of the entry; of a secret its fingerprint only"),
    _column("table_name", "text", "Table, as schema.table"),
    _column("partition_name", "text", "Month as YYYY-MM, or all"),
    _column("build_id", "text", "Identifier of the build that the table or month is at"),
    _column("built_at", "timestamptz", "When it was built"),
    _column("row_count", "bigint", "Rows written by the build", NOT_PERSONAL, _NOT_NEGATIVE),
]

_IDENTITIES = [
    _column("key_hash", "bytea", "Full keyed hash behind customer_key; a collision is refused by its uniqueness", PSEUDONYM),
    _column("customer_id", "text", "Customer number of the source", DIRECT_IDENTIFIER),
    _column("order_id", "text", "Order number of the source", DIRECT_IDENTIFIER),
    _column("full_name", "text", "Name", DIRECT_IDENTIFIER),
    _column("email", "text", "E-mail address", DIRECT_IDENTIFIER),
    _column("phone", "text", "Telephone number", DIRECT_IDENTIFIER),
    _column("address", "text", "Postal address", DIRECT_IDENTIFIER),
]

_DATES = [
    _column("date_key", "date", "The day"),
    _column("month", "date", "First day of the month"),
    _column("quarter", "date", "First day of the quarter"),
    _column("year", "date", "First day of the year"),
    _column("month_start", "date", "First day of the month"),
    _column("quarter_start", "date", "First day of the quarter"),
    _column("year_start", "date", "First day of the year"),
    _column("iso_year", "integer", "Year of the ISO week"),
    _column("iso_week", "integer", "ISO week 1..53", NOT_PERSONAL, Check.in_range(1, 53)),
    _column("weekday", "integer", "ISO weekday, 1 = Monday", NOT_PERSONAL, Check.in_range(1, 7)),
    _column("month_name_en", "text", "Month name in English"),
    _column("month_name_fr", "text", "Month name in French"),
    _column("weekday_name_en", "text", "Weekday name in English"),
    _column("weekday_name_fr", "text", "Weekday name in French"),
    _column("as_of_date", "date", "The newest known day of activity; the mart says nothing of later days"),
    _column("period_kind", "text", "month, quarter, year or all", NOT_PERSONAL, Check.isin(["month", "quarter", "year", "all"])),
    _column("period_start", "date", "First day of the period; of all: the currency's first month"),
    _column("valid_from", "timestamptz", "Start of the version, -infinity for the first", QUASI_IDENTIFIER),
    _column("valid_to", "timestamptz", "End of the version, exclusive, infinity for the current one", QUASI_IDENTIFIER),
    _column("is_current", "boolean", "Whether the version is the current one"),
]

_PERSONS = [
    _column("observed_at", "timestamptz", "Time of the observation", QUASI_IDENTIFIER),
    _column("age", "smallint", "Age in whole years at the observation", QUASI_IDENTIFIER, Check.in_range(13, 120)),
    _column("age_band", "text", "Age band", QUASI_IDENTIFIER, Check.isin(AGE_BANDS)),
    _column("gender", "text", "F, M, Other or Unknown", QUASI_IDENTIFIER, Check.isin(GENDERS)),
    _column("segment", "text", "The shop's own customer segment", BEHAVIOUR),
    _column("status", "text", "The shop's own customer status", BEHAVIOUR),
    _column("declared_status", "text", "The shop's own customer status, NULL where it has none", BEHAVIOUR),
    _column("is_declared_churned", "boolean", "Whether that status means churned; NULL without a status", BEHAVIOUR),
    _column("purchase_frequency", "text", "Declared purchase frequency", BEHAVIOUR),
    _column("declared_purchase_count", "bigint", "Purchases that the shop declares", BEHAVIOUR, _NOT_NEGATIVE),
    _column("acquisition_channel", "text", "Channel through which the customer came", BEHAVIOUR),
    _column("signup_date", "date", "Earliest known sign-up", QUASI_IDENTIFIER),
    _column("signup_month", "date", "First day of the sign-up month", BEHAVIOUR),
    _column("first_purchase_date", "date", "First accepted purchase (a line that is not a return)", QUASI_IDENTIFIER),
    _column("last_purchase_date", "date", "Newest known purchase", QUASI_IDENTIFIER),
    _column("declared_last_purchase_date", "date", "Newest last purchase that the shop declares", QUASI_IDENTIFIER),
    _column("last_login_date", "date", "Newest known login", QUASI_IDENTIFIER),
    _column("last_seen_date", "date", "Newest of login, last purchase and accepted sale", QUASI_IDENTIFIER),
]

_PLACES = [
    _column("country", "text", "Country, English short name; Unknown", BEHAVIOUR),
    _column("region", "text", "Region as exported, empty when unknown", QUASI_IDENTIFIER),
    _column("city", "text", "City as exported, empty when unknown", QUASI_IDENTIFIER),
    _column("country_iso2", "text", "ISO 3166-1 alpha-2 code", BEHAVIOUR, Check.str_matches("^[A-Z]{2}$")),
    _column("country_iso3", "text", "ISO 3166-1 alpha-3 code", BEHAVIOUR, Check.str_matches("^[A-Z]{3}$")),
    _column("continent", "text", "Continent; Unknown", BEHAVIOUR),
]

_PRODUCTS = [
    _column("product_id", "text", "Product number of the source, empty when it has none"),
    _column("product_name", "text", "Product name; Unknown"),
    _column("category", "text", "Category; Unknown; in category tables All"),
    _column("subcategory", "text", "Subcategory; Unknown; All is the whole category"),
    _column("last_sold_at", "timestamptz", "Newest sale in the delivery with these attributes"),
    _column("is_product", "boolean", "Whether the line is a product and not shipping, a fee or an adjustment"),
]

_SALES = [
    _column("has_order_id", "boolean", "Whether the source numbers its orders"),
    _column("has_line_number", "boolean", "Whether the source numbers the lines of its orders"),
    _column("sold_at", "timestamptz", "Time of the sale", BEHAVIOUR),
    _column("updated_at", "timestamptz", "Time of this version of the line, as declared", BEHAVIOUR),
    _column("sale_date", "date", "Day of the sale in the shop's time zone", BEHAVIOUR),
    _column("line_type", "text", "product, shipping, fee or adjustment", BEHAVIOUR, Check.isin(LINE_TYPES)),
    _column("order_status", "text", "Status of the order as exported; Unknown", BEHAVIOUR),
    _column("is_cancelled", "boolean", "Whether the order status means cancelled", BEHAVIOUR),
    _column("is_return", "boolean", "quantity < 0 or gross < 0", BEHAVIOUR),
    _column("quantity", "numeric", "Units, negative for returns", BEHAVIOUR),
    _column("unit_price", "numeric", "Price per unit as exported, unrounded; NULL when only the line's amount is known", BEHAVIOUR),
    _column("line_amount", "numeric", "Amount of the line as exported, before discount and tax", BEHAVIOUR),
    _column("gross_amount", AMOUNT, "quantity x unit price, or the line's amount, before discount and tax", BEHAVIOUR),
    _column("discount_amount", AMOUNT, "Discount of the line, its share of the order's discount included", BEHAVIOUR),
    _column("order_discount_amount", AMOUNT, "Discount of the whole order, spread when the month is built", BEHAVIOUR),
    _column("net_amount", AMOUNT, "Gross less discounts", BEHAVIOUR),
    _column("tax_amount", AMOUNT, "Tax of the line", BEHAVIOUR),
    _column("currency_code", "text", "ISO 4217 code; XXX when the source names none", BEHAVIOUR, Check.str_matches("^[A-Z]{3}$")),
    _column("rating", "numeric(3,2)", "Rating 1..5", BEHAVIOUR, Check.in_range(1, 5)),
    _column("reviewed_date", "date", "Day of the review", BEHAVIOUR),
]

_AGGREGATES = [
    _column("line_count", "bigint", "Sale lines", BEHAVIOUR, _NOT_NEGATIVE),
    _column("units_sold", "numeric", "Units of product lines that are not returns", BEHAVIOUR, _NOT_NEGATIVE),
    _column("gross_revenue_amount", AMOUNT, "Gross of lines that are not returns", BEHAVIOUR),
    _column("returned_amount", AMOUNT, "Minus the net of returns", BEHAVIOUR),
    _column("net_sale_amount", AMOUNT, "Net of lines that are not returns", BEHAVIOUR),
    _column("net_revenue_amount", AMOUNT, "Sum of net, returns included", BEHAVIOUR),
    _column("has_sale", "boolean", "Whether there is a line that is neither return nor cancelled", BEHAVIOUR),
    _column("has_cancelled", "boolean", "Whether there is a cancelled line", BEHAVIOUR),
    _column("first_sale_date", "date", "First line that is not a return", BEHAVIOUR),
    _column("last_sale_date", "date", "Last line that is not a return", BEHAVIOUR),
    _column("last_line_date", "date", "Last line, returns included", BEHAVIOUR),
    _column("rating_count", "bigint", "Ratings given", BEHAVIOUR, _NOT_NEGATIVE),
    _column("rating_sum", "numeric", "Sum of the ratings", BEHAVIOUR, _NOT_NEGATIVE),
]

_SALES_MARTS = [
    _column("order_count", "bigint", "Distinct orders with a line that is not a return", NOT_PERSONAL, _NOT_NEGATIVE),
    _column("customer_count", "bigint", "Distinct known customers", NOT_PERSONAL, _NOT_NEGATIVE),
    _column("new_customer_revenue_amount", AMOUNT, "Net of known customers whose first purchase is in the period"),
    _column("returning_customer_revenue_amount", AMOUNT, "Net of all other known customers"),
    _column("average_order_value", AMOUNT, "Net of non-returns per order"),
    _column("cancelled_order_count", "bigint", "Orders with a cancelled line", NOT_PERSONAL, _NOT_NEGATIVE),
    _column("previous_net_revenue_amount", AMOUNT, "Net revenue of the period before; NULL before the span"),
    _column("last_year_net_revenue_amount", AMOUNT, "Net revenue of the period a year before; NULL before the span"),
    _column("growth_vs_previous", RATE, "(n - p) / p against the period before; NULL if p <= 0 or the period is not complete"),
    _column("growth_vs_last_year", RATE, "(n - p) / p against a year before; NULL if p <= 0 or the period is not complete"),
    _column("is_complete", "boolean", "Whether the period's last day is at or before the as-of date"),
    _column("average_rating", RATE, "Mean of line ratings and reviews, NULL under the smallest group", NOT_PERSONAL, Check.in_range(1, 5)),
    _column("revenue_rank", "bigint", "Rank by net revenue, 1..n", NOT_PERSONAL, Check.ge(1)),
    _column("units_rank", "bigint", "Rank by units, 1..n", NOT_PERSONAL, Check.ge(1)),
    _column("revenue_share", RATE, "Share of the currency's total net revenue in the period"),
    _column("rolling_3m_amount", AMOUNT, "Mean of 3 months including this one, NULL until full"),
    _column("rolling_12m_amount", AMOUNT, "Mean of 12 months including this one, NULL until full"),
    _column("year_to_date_amount", AMOUNT, "Net revenue from 1 January to the end of the month"),
    _column("trend_slope", AMOUNT, "Least squares over the last 12 complete months, money per month, NULL under 6"),
    _column("seasonal_index", RATE, "Mean over complete years of month / (year / 12), NULL under 2 years"),
    _column("anomaly_score", RATE, "(net - median of the 12 complete months before) / (1.4826 x MAD), NULL under 6 or MAD 0"),
]

_CUSTOMER_MARTS = [
    _column("attribute", "text", "What the customers are grouped by"),
    _column("member", "text", "The group"),
    _column("share_of_customers", RATE, "Share of all customers", NOT_PERSONAL, _SHARE),
    _column("active_count", "bigint", "Customers who are not churned", NOT_PERSONAL, _NOT_NEGATIVE),
    _column("churned_count", "bigint", "Churned customers", NOT_PERSONAL, _NOT_NEGATIVE),
    _column("churn_rate", RATE, "Churned per customer (at the start, for months)", NOT_PERSONAL, _SHARE),
    _column("average_age", RATE, "Mean age, NULL under the smallest group"),
    _column("signup_count", "bigint", "Sign-ups of the month", NOT_PERSONAL, _NOT_NEGATIVE),
    _column("cumulative_signups", "bigint", "Sign-ups up to the month", NOT_PERSONAL, _NOT_NEGATIVE),
    _column("rolling_3m_average", RATE, "Mean of 3 months including this one, NULL until full"),
    _column("cohort_month", "date", "Month of sign-up, or of the first purchase"),
    _column("months_since", "integer", "Months since the cohort month", NOT_PERSONAL, _NOT_NEGATIVE),
    _column("basis", "text", "last_seen, purchase or repeat_purchase", NOT_PERSONAL, Check.isin(["last_seen", "purchase", "repeat_purchase"])),
    _column("cohort_size", "bigint", "Customers of the cohort, NULL under the smallest group", NOT_PERSONAL, _NOT_NEGATIVE),
    _column("retained_count", "bigint", "Customers of the cohort still there", NOT_PERSONAL, _NOT_NEGATIVE),
    _column("retention_rate", RATE, "retained_count / cohort_size", NOT_PERSONAL, _SHARE),
    _column("is_observed", "boolean", "Whether the month is over and its data can be known"),
    _column("customers_at_start", "bigint", "Customers active at the start of the month", NOT_PERSONAL, _NOT_NEGATIVE),
    _column("new_count", "bigint", "Customers who entered in the month", NOT_PERSONAL, _NOT_NEGATIVE),
    _column("reactivated_count", "bigint", "Lapsed customers who came back in the month", NOT_PERSONAL, _NOT_NEGATIVE),
    _column("grouping", "text", "rfm_segment or cohort_month", NOT_PERSONAL, Check.isin(["rfm_segment", "cohort_month"])),
    _column("average_lifetime_value", AMOUNT, "Net to the as-of date per customer of the group"),
    _column("orders_per_customer", RATE, "Orders per customer of the group"),
    _column("average_recency_days", RATE, "Mean days from the last purchase to the as-of date"),
]


def _catalogue(columns: Iterable[Column]) -> dict[str, Column]:
    found: dict[str, Column] = {}
    for column in columns:
        if column.name in found:
            raise ValueError(f"column {column.name} is described twice; describe each name once")
        found[column.name] = column
    return found


COLUMNS = _catalogue(
    [*_KEYS, *_DELIVERY, *_IDENTITIES, *_DATES, *_PERSONS, *_PLACES]
    + [*_PRODUCTS, *_SALES, *_AGGREGATES, *_SALES_MARTS, *_CUSTOMER_MARTS]
)
