"""Order statuses that read as if nothing was sold, or as if it came back, in seven languages."""

from __future__ import annotations

import re
from collections.abc import Sequence

_CANCELLED = re.compile(
    r"cancel|annul|storn|void|abgebrochen|abandon|anulad|geannuleerd|fail|declin|refus|reject|denied|expired|unpaid"
    r"|not paid|impay|unbezahlt|nicht bezahlt|no pagado|non pagato|onbetaald",
    re.IGNORECASE,
)
_RETURNED = re.compile(
    r"return|refund|charged? ?back|rembours|retour"
    r"|erstattet|zur(ü|ue)ckge|devuelt|devolvid|reembols|rimborsat|\bres[oi]\b",
    re.IGNORECASE,
)
_PARTLY = re.compile(r"parti|teil|gedeeltelijk|return(ing| window| label| request)", re.IGNORECASE)

_OF_ORDERS = re.compile(
    r"paid|pay(e|é)|bezahlt|pagad|pagato|betaald|open|pending|process|shipped|sent|exp(e|é)di|versand|versendet|enviad"
    r"|spedit|verzonden|deliver|livr|geliefert|zugestellt|entregad|consegnat|geleverd|bezorgd|complete|done|closed"
    r"|fulfilled|abgeschlossen|termin|finish|on hold|backorder|confirm|best(a|ä)tigt|invoiced"
    r"|berechnet|factur|new order",
    re.IGNORECASE,
)


def is_like_cancelled(status: str) -> bool:
    """`Canceled by buyer`, `storniert`, `impayé`; a sale of this status is hardly one."""
    return _CANCELLED.search(status) is not None


def is_like_returned(status: str) -> bool:
    """`refunded`, `zurückgegeben`; `partially refunded` does not tell how much came back."""
    return _RETURNED.search(status) is not None and not _PARTLY.search(status) and not is_like_cancelled(status)


def are_statuses(texts: Sequence[str]) -> bool:
    """Whether most of these values say how an order stands."""
    found = [text for text in texts if _OF_ORDERS.search(text) or is_like_cancelled(text) or _RETURNED.search(text)]
    return len(found) > len(texts) / 2
