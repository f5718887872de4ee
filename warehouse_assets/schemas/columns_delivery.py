"""Columns of keys, deliveries, the ledger and direct identifiers."""

from __future__ import annotations

from warehouse_assets.schemas.classification import DIRECT_IDENTIFIER, NOT_PERSONAL, PSEUDONYM, QUASI_IDENTIFIER, REJECT
from warehouse_assets.schemas.column import NOT_NEGATIVE, column
from warehouse_assets.schemas.predicates import Check

KEYS = [
    column(
        "customer_key",
        "bigint",
        "Pseudonym of the customer: 63 bits of a keyed hash; -1 Unknown, -2 Anonymous",
        PSEUDONYM,
    ),
    column("order_key", "bigint", "Pseudonym of the order: 63 bits of a keyed hash", PSEUDONYM),
    column("line_key", "bigint", "Sale line within its order and occurrence, derived from order_key", PSEUDONYM),
    column("review_key", "bigint", "Review, derived from its content and occurrence", PSEUDONYM),
    column("product_key", "bigint", "Product: 63 bits of a hash of its natural key; -1 Unknown", NOT_PERSONAL),
    column(
        "geography_key", "bigint", "Place: 63 bits of a hash of country, region, city; -1 Unknown", QUASI_IDENTIFIER
    ),
    column(
        "fallback_geography_key",
        "bigint",
        "Place of a sale without a country whose customer has none: the default country, region or city",
        QUASI_IDENTIFIER,
    ),
    column("channel_key", "bigint", "Acquisition channel: 63 bits of a hash of its name; -1 Unknown", NOT_PERSONAL),
    column("file_key", "bigint", "Delivery: 63 bits of a hash of source, file name and checksum", NOT_PERSONAL),
]

DELIVERY = [
    column("source_name", "text", "The source (shop export) of the record", NOT_PERSONAL),
    column("file_name", "text", "Path of the delivery within the incoming directory", NOT_PERSONAL),
    column("source_line", "bigint", "Line of the original file where the record starts", NOT_PERSONAL),
    column("checksum", "text", "SHA-256 of the delivery's decompressed bytes", NOT_PERSONAL),
    column(
        "mapping_fingerprint",
        "text",
        "Hash of the mapping used for the delivery: source.toml, the SELECTs, the version of the contract",
        NOT_PERSONAL,
    ),
    column("size_bytes", "bigint", "Size of the delivery as stored", NOT_PERSONAL, NOT_NEGATIVE),
    column("encoding", "text", "Text encoding of the delivery", NOT_PERSONAL),
    column(
        "exported_on",
        "date",
        "Day of the export: declared by the source, else the day of first ingestion",
        NOT_PERSONAL,
    ),
    column("is_exported_on_declared", "boolean", "Whether the source declares the export day", NOT_PERSONAL),
    column("loaded_at", "timestamptz", "When the delivery was last loaded", NOT_PERSONAL),
    column(
        "delivery_status",
        "text",
        "current, replaced (by a correction) or forgotten",
        NOT_PERSONAL,
        Check.isin(["current", "replaced", "forgotten"]),
    ),
    column("attempt", "integer", "Number of times this content was loaded", NOT_PERSONAL, Check.ge(1)),
    column("rows_read", "bigint", "Records in the file", NOT_PERSONAL, NOT_NEGATIVE),
    *(
        column(f"{kind}_{outcome}", "bigint", f"{kind.capitalize()} records {outcome}", NOT_PERSONAL, NOT_NEGATIVE)
        for kind in ("sales", "customers", "reviews")
        for outcome in ("read", "loaded", "rejected", "duplicate", "suppressed")
    ),
    column("rule_name", "text", "Rule of the contract", NOT_PERSONAL),
    column("severity", "text", "reject, blank or warn", NOT_PERSONAL, Check.isin(["reject", "blank", "warn"])),
    column("record_count", "bigint", "Records that broke the rule", NOT_PERSONAL, Check.ge(1)),
    column(
        "record_kind",
        "text",
        "Relation of the record: sales, customers, reviews or file",
        NOT_PERSONAL,
        Check.isin(["sales", "customers", "reviews", "file"]),
    ),
    column("rules", "text[]", "All rules that the record broke", NOT_PERSONAL),
    column(
        "reasons",
        "text[]",
        "Why, rule by rule: column, problem, and the value where it is a number or date of a sale, else its shape",
        NOT_PERSONAL,
    ),
    column("record", "jsonb", "The canonical record with keys for ids, without vault and never-stored columns", REJECT),
    column("fact_count", "bigint", "Loaded records that are rows of the fact table", NOT_PERSONAL, NOT_NEGATIVE),
    column(
        "superseded_count",
        "bigint",
        "Loaded records replaced by a newer version",
        NOT_PERSONAL,
        NOT_NEGATIVE,
    ),
    column(
        "returned_count",
        "bigint",
        "Further rows of the fact: the returns of lines whose order status means that they came back",
        NOT_PERSONAL,
        NOT_NEGATIVE,
    ),
    column(
        "repeated_count",
        "bigint",
        "Loaded records that another delivery also has; they count once",
        NOT_PERSONAL,
        NOT_NEGATIVE,
    ),
    column(
        "contradicted_count",
        "bigint",
        "Rows of the fact whose order another delivery tells otherwise: with another line of the same product, which"
        " counts too, of another customer, or more than a month away",
        NOT_PERSONAL,
        NOT_NEGATIVE,
    ),
    column("watermark", "text", "Kind and greatest value of the column that identifies new rows", NOT_PERSONAL),
    column("schema_version", "integer", "Number of the migration", NOT_PERSONAL, Check.ge(1)),
    column("migration_name", "text", "Name of the migration", NOT_PERSONAL),
    column("migrated_at", "timestamptz", "When the migration was applied", NOT_PERSONAL),
    column("lock_name", "text", "Name of the lock", NOT_PERSONAL),
    column("file_path", "text", "Path of the file within the home", NOT_PERSONAL),
    column("modified_ns", "bigint", "Modification time of the file, nanoseconds since 1970", NOT_PERSONAL),
    column("requested_at", "timestamptz", "When its deletion was requested", NOT_PERSONAL),
    column("name", "text", "Name of the entry", NOT_PERSONAL),
    column("value", "text", "Value of the entry; for a secret, its fingerprint only", NOT_PERSONAL),
    column("table_name", "text", "Table, as schema.table; for a source, as named in its source.toml", NOT_PERSONAL),
    column("partition_name", "text", "Month as YYYY-MM, or all", NOT_PERSONAL),
    column("build_id", "text", "Identifier of the current build of the table or month", NOT_PERSONAL),
    column("built_at", "timestamptz", "Time of the build", NOT_PERSONAL),
    column("row_count", "bigint", "Rows written by the build", NOT_PERSONAL, NOT_NEGATIVE),
]

IDENTITIES = [
    column(
        "key_hash", "bytea", "Full keyed hash behind customer_key; unique, so that collisions are refused", PSEUDONYM
    ),
    column("customer_id", "text", "Customer number of the source", DIRECT_IDENTIFIER),
    column("order_id", "text", "Order number of the source", DIRECT_IDENTIFIER),
    column("full_name", "text", "Name", DIRECT_IDENTIFIER),
    column("email", "text", "E-mail address", DIRECT_IDENTIFIER),
    column("phone", "text", "Telephone number", DIRECT_IDENTIFIER),
    column("address", "text", "Postal address", DIRECT_IDENTIFIER),
]
