"""Columns of the log of requests, restrictions, retention, certificates and breaches."""

from __future__ import annotations

from warehouse_assets.schemas.classification import ASKED, NOT_PERSONAL, REQUEST
from warehouse_assets.schemas.column import NOT_NEGATIVE, column
from warehouse_assets.schemas.predicates import Check

REQUEST_KINDS = ("access", "erasure", "rectification", "restriction", "objection", "lifting")
RESTRICTION_KINDS = ("restriction", "objection")

GOVERNANCE = [
    column("request_key", "bigint", "Request: 63 bits of a hash of its kind, subject and day", REQUEST),
    column("request_kind", "text", "Right that the person exercises", REQUEST, Check.isin(REQUEST_KINDS)),
    column(
        "subject_hash",
        "text",
        "The person, as a keyed hash whose key is in no table; empty until a request entered by SQL is answered",
        REQUEST,
    ),
    column("changes", "jsonb", "Requested corrections as field and value, until they are made", ASKED),
    column("answer", "jsonb", "The person's data, until it is handed over", ASKED),
    column("received_on", "date", "Day of the request", REQUEST),
    column("due_on", "date", "Legal deadline: one month after the request", REQUEST),
    column("completed_on", "date", "Day of the answer; NULL while the request is open", REQUEST),
    column("outcome", "text", "What was done, in figures, without personal values", REQUEST),
    column(
        "restriction_kind",
        "text",
        "restriction (art. 18) or objection (art. 21)",
        REQUEST,
        Check.isin(RESTRICTION_KINDS),
    ),
    column("since_date", "date", "First day on which it is in force", REQUEST),
    column("certified_at", "timestamptz", "End of the search", NOT_PERSONAL),
    column("is_clean", "boolean", "Whether no trace of the person was found", NOT_PERSONAL),
    column("document", "jsonb", "The places searched and the traces found, in figures, without values", NOT_PERSONAL),
    column("deleted_on", "date", "Day of the retention run", NOT_PERSONAL),
    column("cutoff_date", "date", "Data last needed before this day was deleted", NOT_PERSONAL),
    column("deleted_count", "bigint", "Rows or files deleted", NOT_PERSONAL, NOT_NEGATIVE),
    column("retained_name", "text", "Data with a retention period: a table, or files", NOT_PERSONAL),
    column("breach_key", "bigint", "Breach: 63 bits of a hash of its time and description", NOT_PERSONAL),
    column("discovered_at", "timestamptz", "When the breach became known, which starts the 72 hours", NOT_PERSONAL),
    column("notify_by", "timestamptz", "Deadline to notify the authority (art. 33)", NOT_PERSONAL),
    column("description", "text", "What happened; no personal data", NOT_PERSONAL),
    column("person_count", "bigint", "Number of persons affected, if known", NOT_PERSONAL, NOT_NEGATIVE),
    column("authority_notified_at", "timestamptz", "When the authority was notified", NOT_PERSONAL),
    column("persons_notified_at", "timestamptz", "When the persons were notified (art. 34)", NOT_PERSONAL),
    column("measures", "text", "Measures taken", NOT_PERSONAL),
]
