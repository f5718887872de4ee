"""Tables before the warehouse: the vault, staging, and the ledger that accounts for every record."""

from warehouse_assets.schemas.table import Table

VAULT_AND_STAGING = (
    Table(
        "vault.customer_keys",
        "one row per customer pseudonym in use",
        "customer_key key_hash source_name",
        ("customer_key",),
        unique=(("key_hash",),),
    ),
    Table(
        "vault.order_keys",
        "one row per order pseudonym in use",
        "order_key key_hash",
        ("order_key",),
        unique=(("key_hash",),),
    ),
    Table(
        "vault.identities",
        "one row per current delivery and customer with direct identifiers",
        "file_key customer_key customer_id full_name? email? phone? address? last_seen_date? observed_at",
        (),
        indexes=(("file_key",), ("customer_key",)),
    ),
    Table(
        "vault.orders",
        "one row per current delivery and order number",
        "file_key order_key customer_key order_id last_seen_date",
        (),
        indexes=(("file_key",), ("customer_key",)),
    ),
    Table(
        "vault.requests",
        "one row per unanswered request, and per answer that is not yet handed over",
        "request_key source_name customer_id changes? answer?",
        ("request_key",),
    ),
    Table(
        "staging.customers",
        "one row per accepted customer observation of a current delivery",
        "file_key source_line customer_key observed_at age? birth_month? gender? geography_key channel_key segment?"
        " status? is_declared_churned? purchase_frequency? declared_purchase_count? signup_date? last_login_date?"
        " last_purchase_date?",
        ("file_key", "source_line", "customer_key"),
        indexes=(("customer_key",),),
    ),
    Table(
        "staging.geographies",
        "one row per delivery and place that it names",
        "file_key geography_key country region city country_iso2? country_iso3? continent",
        ("file_key", "geography_key"),
    ),
    Table(
        "staging.channels",
        "one row per delivery and acquisition channel that it names",
        "file_key channel_key acquisition_channel",
        ("file_key", "channel_key"),
    ),
    Table(
        "staging.products",
        "one row per delivery, product and set of attributes given to it",
        "file_key product_key source_name product_id product_name category subcategory last_sold_at newest_line_count?",
        ("file_key", "product_key", "product_name", "category", "subcategory"),
        indexes=(("product_key",),),
    ),
    Table(
        "staging.sales",
        "one row per accepted sale line of a current delivery, including repeats across deliveries",
        "file_key source_line sale_date sold_at order_key line_key has_order_id has_line_number customer_key"
        " product_key geography_key? fallback_geography_key? line_type order_status? is_cancelled is_returned quantity"
        " unit_price? line_amount? discount_amount order_discount_amount? tax_amount? currency_code rating?"
        " updated_at?",
        (),
        partial_indexes={("order_key",): "has_order_id"},
        partitioned_by="sale_date",
    ),
    Table(
        "staging.reviews",
        "one row per accepted review of a current delivery",
        "file_key source_line review_key has_review_id product_key customer_key reviewed_date? reviewed_at? rating",
        ("file_key", "source_line"),
    ),
    Table(
        "staging.rejected_records",
        "one row per record that the contract rejected, with all reasons",
        "file_key source_name file_name source_line record_kind rules reasons sold_at? record",
        (),
        indexes=(("file_key",),),
    ),
    Table("staging.pending_months", "one row per month whose facts are to be rebuilt", "month", ("month",)),
    Table(
        "staging.pending_customers",
        "one row per customer whose dimension rows are to be rebuilt",
        "customer_key",
        ("customer_key",),
    ),
)

_COUNTS = " ".join(
    f"{kind}_{outcome}"
    for kind in ("sales", "customers", "reviews")
    for outcome in ("read", "loaded", "rejected", "duplicate", "suppressed")
)

OPERATIONS = (
    Table(
        "ops.ingested_files",
        "one row per delivery ever loaded (source, file name and content)",
        "file_key source_name file_name checksum mapping_fingerprint? size_bytes encoding exported_on"
        f" is_exported_on_declared loaded_at delivery_status attempt rows_read {_COUNTS}",
        ("file_key",),
        unique=(("source_name", "file_name", "checksum"),),
        rules={
            f"{kind}_balance": f"{kind}_read = {kind}_loaded + {kind}_rejected + {kind}_duplicate + {kind}_suppressed"
            for kind in ("sales", "customers", "reviews")
        },
    ),
    Table(
        "ops.data_quality",
        "one row per current delivery, rule and month",
        "file_key source_name file_name rule_name severity month? record_count",
        (),
        indexes=(("file_key",),),
    ),
    Table(
        "ops.record_outcomes",
        "one row per delivery and month with its sale lines, and one per delivery with reviews",
        "file_key record_kind month? fact_count superseded_count repeated_count returned_count contradicted_count",
        (),
        indexes=(("file_key",), ("month",)),
    ),
    Table(
        "ops.watermarks",
        "one row per delivery (including forgotten ones) and table of a shop's database: how far it was read",
        "file_key source_name table_name watermark",
        ("file_key", "table_name"),
    ),
    Table(
        "ops.fingerprints",
        "one row per secret in use, and one for the declarations applied to the database",
        "name value",
        ("name",),
    ),
    Table(
        "ops.schema_versions",
        "one row per migration applied to the database, or included when it was created",
        "schema_version migration_name migrated_at",
        ("schema_version",),
    ),
    Table(
        "ops.locks",
        "one row per lock of the pipeline, locked by the transaction that holds it; names of deliveries share 256 rows",
        "lock_name",
        ("lock_name",),
    ),
    Table(
        "ops.file_deletions",
        "one row per original file that is no longer needed and not yet deleted",
        "file_path size_bytes modified_ns requested_at",
        ("file_path",),
    ),
    Table(
        "ops.table_builds",
        "one row per table and month: its current build",
        "table_name partition_name build_id built_at as_of_date? row_count",
        ("table_name", "partition_name"),
    ),
)
