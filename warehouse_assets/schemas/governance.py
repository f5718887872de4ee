"""What the data protection officer works with: requests, restrictions, certificates, retention, breaches."""

from warehouse_assets.schemas.table import Table

GOVERNANCE = (
    Table(
        "governance.requests",
        "one row per request of a person, kind and day",
        "request_key request_kind subject_hash received_on due_on completed_on? outcome?",
        ("request_key",),
        rules={"due_after_receipt": "due_on > received_on"},
    ),
    Table(
        "governance.restrictions",
        "one row per person and kind of restriction in force; the customer marts exclude these people",
        "customer_key restriction_kind since_date",
        ("customer_key", "restriction_kind"),
    ),
    Table(
        "governance.certificates",
        "one row per search for traces of an erased person",
        "request_key certified_at is_clean document",
        ("request_key", "certified_at"),
    ),
    Table(
        "governance.retention_log",
        "one row per day of a retention run and kind of data",
        "deleted_on retained_name cutoff_date deleted_count",
        ("deleted_on", "retained_name"),
    ),
    Table(
        "governance.breaches",
        "one row per personal data breach",
        "breach_key discovered_at notify_by description person_count? authority_notified_at? persons_notified_at?"
        " measures?",
        ("breach_key",),
        rules={"notified_in_time_span": "notify_by = discovered_at + interval '72 hours'"},
    ),
)
