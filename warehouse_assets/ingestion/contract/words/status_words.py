"""Order statuses that read as if nothing was sold, or as if it came back, in seven languages."""

from __future__ import annotations

import re
from collections.abc import Sequence

_CANCEL = r"cancel|annul|storn|void|abgebrochen|abandon|anulad|geannuleerd|fail|declin|refus|reject|denied|expired"
_UNPAID = r"unpaid|not paid|impay|unbezahlt|nicht bezahlt|no pagado|non pagato|onbetaald"
_RETURN = (
    r"return|refund|charged? ?back|rembours|retour"
    r"|erstattet|erstattung|zur(?:ü|ue)ckge|r(?:ü|ue)ckgabe|devuelt|devolvid|devoluci|reembols|rimborsat|\bres[oi]\b"
)
_CANCELLED = re.compile(f"{_CANCEL}|{_UNPAID}", re.IGNORECASE)
_ONLY_UNPAID = re.compile(_UNPAID, re.IGNORECASE)
_RETURNED = re.compile(_RETURN, re.IGNORECASE)
_PARTLY = re.compile(r"parti|teil|gedeeltelijk|return(ing| window| label| request)", re.IGNORECASE)
_NOT_DONE = re.compile(
    r"\b(?:not|no|non|never|nicht|noch nicht|kein\w*|pas|jamais|niet|geen) (?:yet |been |be |encore |ancora |noch )*"
    rf"(?:{_CANCEL}|{_RETURN})\w*"
    rf"|(?:{_CANCEL}|{_RETURN})\w*(?<!ed) (?:is |was )?(?:request\w*|pending|ausstehend|beantragt|angefragt|demand\w*)"
    rf"|\b(?:pending|requested) (?:{_CANCEL}|{_RETURN})\w*(?<!ed)",
    re.IGNORECASE,
)
"""`Not returned`, `Refund pending`: what is not done, or not yet."""
_REFUSED = r"reject\w*|declin\w*|denied|refus\w*|abgelehnt|rechazad\w*|rifiutat\w*|geweigerd|afgewezen"
_NOT_TAKEN_BACK = re.compile(
    rf"(?:{_RETURN})\w*(?<!ed) (?:request )?(?:is |was )?(?:{_REFUSED}|cancel\w*|annul\w*|storniert|expired|failed)"
    rf"|(?:{_REFUSED}) (?:{_RETURN})\w*(?<!ed)",
    re.IGNORECASE,
)
"""`Return rejected`: the sale stands."""

_OF_ORDERS = re.compile(
    r"paid|pay(e|é)|bezahlt|pagad|pagato|betaald|open|pending|process|shipped|sent|exp(e|é)di|versand|versendet|enviad"
    r"|spedit|verzonden|deliver|livr|geliefert|zugestellt|entregad|consegnat|geleverd|bezorgd|complete|done|closed"
    r"|fulfilled|abgeschlossen|termin|finish|on hold|backorder|confirm|best(a|ä)tigt|invoiced"
    r"|berechnet|factur|new order",
    re.IGNORECASE,
)


def is_like_cancelled(status: str) -> bool:
    """`Canceled by buyer`, `storniert`, `impayé`; a sale of this status is hardly one."""
    return _CANCELLED.search(_without_undone(status)) is not None


def is_like_unpaid(status: str) -> bool:
    """`Unpaid`, `impayé`: nothing else says that the sale did not happen."""
    said = _without_undone(status)
    return _ONLY_UNPAID.search(said) is not None and not is_like_cancelled(_ONLY_UNPAID.sub(" ", said))


def is_like_returned(status: str) -> bool:
    """`refunded`, `zurückgegeben`; `partially refunded` does not tell how much came back."""
    said = _without_undone(status)
    return _RETURNED.search(said) is not None and not _PARTLY.search(said) and not _CANCELLED.search(said)


def are_statuses(texts: Sequence[str]) -> bool:
    """Whether most of these values say how an order stands."""
    found = [text for text in texts if any(words.search(text) for words in (_OF_ORDERS, _CANCELLED, _RETURNED))]
    return len(found) > len(texts) / 2


def _without_undone(status: str) -> str:
    """Without what was refused, is only asked for or did not happen; words parted by single spaces."""
    spaced = re.sub(r"[\s_-]+", " ", status)
    return _NOT_DONE.sub(" ", _NOT_TAKEN_BACK.sub(" ", spaced))
