"""Columns of the log of requests, restrictions, retention, certificates and breaches."""

from __future__ import annotations

from pandera.pandas import Check

from warehouse_assets.schemas.classification import ASKED, NOT_PERSONAL, REQUEST
from warehouse_assets.schemas.column import NOT_NEGATIVE, column

REQUEST_KINDS = ("access", "erasure", "rectification", "restriction", "objection", "lifting")
RESTRICTION_KINDS = ("restriction", "objection")

GOVERNANCE = [
    column("request_key", "bigint", "Request: 63 bits of a hash of its kind, subject and day", REQUEST),
    column("request_kind", "text", "Right that is exercised", REQUEST, Check.isin(REQUEST_KINDS)),
    column(
        "subject_hash",
        "text",
        "Who asks: a keyed hash whose key is in no table; empty until a request entered by SQL is answered",
        REQUEST,
    ),
    column("changes", "jsonb", "What the person wants corrected: field and value, until it is done", ASKED),
    column("answer", "jsonb", "All that is held of the person, until it is handed over", ASKED),
    column("received_on", "date", "Day of the request", REQUEST),
    column("due_on", "date", "Legal deadline: one month after the request", REQUEST),
    column("completed_on", "date", "Day of the answer, NULL while it is open", REQUEST),
    column("outcome", "text", "What was done, in figures and without values", REQUEST),
    column(
        "restriction_kind",
        "text",
        "restriction (art. 18) or objection (art. 21)",
        REQUEST,
        Check.isin(RESTRICTION_KINDS),
    ),
    column("since_date", "date", "First day on which it holds", REQUEST),
    column("certified_at", "timestamptz", "When the search ended", NOT_PERSONAL),
    column("is_clean", "boolean", "Whether nothing of the person was found anywhere", NOT_PERSONAL),
    column("document", "jsonb", "What was searched and what was found: places and figures, no values", NOT_PERSONAL),
    column("deleted_on", "date", "Day on which retention ran", NOT_PERSONAL),
    column("cutoff_date", "date", "What was last needed before this day was deleted", NOT_PERSONAL),
    column("deleted_count", "bigint", "Rows or files deleted", NOT_PERSONAL, NOT_NEGATIVE),
    column("retained_name", "text", "What is kept for a limited time: a table, or files", NOT_PERSONAL),
    column("breach_key", "bigint", "Breach: 63 bits of a hash of its time and description", NOT_PERSONAL),
    column("discovered_at", "timestamptz", "When the breach became known: the 72 hours start", NOT_PERSONAL),
    column("notify_by", "timestamptz", "Until when the authority is to be told (art. 33)", NOT_PERSONAL),
    column("description", "text", "What happened; no personal data", NOT_PERSONAL),
    column("person_count", "bigint", "Persons concerned, as far as known", NOT_PERSONAL, NOT_NEGATIVE),
    column("authority_notified_at", "timestamptz", "When the authority was told", NOT_PERSONAL),
    column("persons_notified_at", "timestamptz", "When the persons were told (art. 34)", NOT_PERSONAL),
    column("measures", "text", "What was done about it", NOT_PERSONAL),
]
