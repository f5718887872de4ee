"""Rows that are no sales by what a column calls them: credit notes and refunds, payments and deposits."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

import numpy as np

from warehouse_assets.drafting.tables.profiles import Column
from warehouse_assets.drafting.weighing.evidence import Evidence
from warehouse_assets.drafting.weighing.known_words import all_words, is_known, plain_words, told
from warehouse_assets.drafting.weighing.names import words_of
from warehouse_assets.drafting.weighing.rows import Codes, Rows, determines
from warehouse_assets.ingestion.contract.words.status_words import is_like_returned

_SAY_KINDS = all_words(
    "type types kind typ art tipo soort nature document documento dokument doctype transaction transaktion"
    " transaccion transazione movement mouvement movimiento movimento operation operacion operazione causale vorgang"
    " vorgangsart vorgangstyp geschaftsvorfall belegart belegtyp dokumentart dokumenttyp buchungsart buchungstyp"
    " bewegungsart transaktionsart transaktionstyp geschaeftsart geschaftsart satzart zeilenart zeilentyp positionsart"
    " positionstyp auftragsart auftragstyp rechnungsart rechnungstyp documentsoort documenttype regelsoort"
    " transactietype mutatie mutatiesoort"
)
"""Words of columns that tell kinds of rows apart."""
_OF_ROWS = all_words(
    "doc docs rec trans tran trx txn record row line event journal ledger code name d l der des comprobante clase"
    " buchungs transaktions dokumenten belegs sale sales order invoice entry booking receipt amount of the beleg"
    " buchung zeile position verkauf auftrag bestellung rechnung piece ligne ecriture vente ventes commande facture de"
    " du la le venta pedido factura linea registro asiento del vendita ordine fattura riga di della verkoop bestelling"
    " factuur regel van"
)
"""Words that may stand beside; with any other word, the column tells something else: `Product type`."""
_REFUND = all_words(
    "avoir avoirs gutschrift gutschriften creditnota creditnote creditmemo rechnungskorrektur abono abonos refund"
    " refunds rimborso rimborsi remboursement remboursements reembolso reembolsos erstattung erstattungen"
    " terugbetaling terugbetalingen chargeback ruckgabe rueckgabe rucksendung ruecksendung devolucao devolucoes estorno"
)
_CREDIT_NOTE = re.compile(r"credit (?:note|memo)s?|nota (?:di|de) credito|notes? de credit|factura rectificativa")
_BESIDE_REFUND = all_words(
    "credit note notes memo nota di de credito full partial sale sales order orders customer client kunde kunden item"
    " items line goods and by und et y e of invoice charged back ware waren factura rectificativa vente ventes venta"
    " ventas vendita commande pedido ordine bestellung buyer"
)
_PAYMENT = all_words(
    "payment payments prepayment paiement paiements reglement reglements versement zahlung zahlungen anzahlung"
    " vorauszahlung einzahlung auszahlung pago pagos pagamento pagamenti betaling betalingen aanbetaling deposit"
    " deposits acompte acomptes anticipo anticipos acconto acconti tender payout payouts withdrawal"
)
_BESIDE_PAYMENT = all_words(
    "line order invoice card cash bank transfer customer received partial full and by of in credit carte especes"
    " cheque virement par client de commande karte bar uberweisung ueberweisung kunde kunden con tarjeta efectivo carta"
    " contanti bonifico di cliente"
)
_MOST = 12
_SHOWN = 6
"""Kinds that a doubt names."""
_ONE_PER_ORDER = 0.98


def is_of_kinds(column: Column) -> bool:
    """Whether it tells apart a few kinds of rows: its whole name says so, and its values are few texts."""
    words = set(words_of(column.label))
    is_named = bool(words & _SAY_KINDS) and words <= _SAY_KINDS | _OF_ROWS
    few = 2 <= column.distinct <= _MOST and column.present > column.rows / 2
    return is_named and few and not (column.numbers or column.is_dates or column.is_prose)


def speaks_of_refund(text: str) -> bool:
    """Whether words of it are a name of refunds; it may be free text, or an article such as `Refund protection`."""
    words = plain_words(text)
    is_named = bool(_REFUND.intersection(words)) or _CREDIT_NOTE.search(" ".join(words)) is not None
    return is_named or is_like_returned(text)


def is_refund(text: str) -> bool:
    """Whether the whole value is a name of refunds: `Credit note`, `Sales return`, but not `Return label`."""
    words = plain_words(text)
    rest = (word for word in words if word not in _REFUND and not is_like_returned(word))
    return speaks_of_refund(text) and is_known(text) and _BESIDE_REFUND.issuperset(rest)


def _is_payment(text: str) -> bool:
    """Whether the whole value is a name of payments: `Card payment`, but not `Payment fee`."""
    words = plain_words(text)
    return bool(_PAYMENT.intersection(words)) and (_PAYMENT | _BESIDE_PAYMENT).issuperset(words)


def find_kinds(
    columns: Sequence[Column], rows: Rows, orders: Codes | None, measures: Sequence[Column]
) -> tuple[Evidence, Mapping[str, str]] | None:
    """The column that tells kinds of rows apart, and the line types of those that its words tell."""
    for column in filter(is_of_kinds, columns):
        found = _row_kinds(column, rows, measures)
        differ = orders is not None and determines(orders, rows.codes(column)) < _ONE_PER_ORDER
        if not found and not differ:
            continue
        # Kinds that differ within orders may be sums and payments too: they stay unknown until somebody says.
        others = () if differ else sorted(filter(is_known, {*column.sample} - {*found}))
        kinds = told(sorted(set(column.sample)), _SHOWN)
        doubt = f"rows of several kinds ({kinds}): say under [line_types] what they are, and which are no sales"
        if any(map(is_like_returned, column.sample)):
            doubt += "; refunds with amounts above 0 are of the type refund"
        return Evidence("line_type", column, 1, 1, 1, doubt=doubt), {**found, **dict.fromkeys(others, "product")}
    return None


def _row_kinds(column: Column, rows: Rows, measures: Sequence[Column]) -> Mapping[str, str]:
    """Value -> line type of the values that name no sale. What most rows are is a sale.

    Payments are left out only where the other rows are of known kinds: beside bottles, a deposit is an article.
    """
    texts = [str(text) for text in rows.texts[column.table, column.name]]
    are_kinds = sum(map(is_known, texts)) > len(texts) / 2
    found: dict[str, str] = {}
    for text in column.sample:
        chosen = np.array([one == text for one in texts], dtype=np.bool_)
        if is_refund(text):
            found[text] = "product" if _are_below_zero(rows, measures, chosen) else "refund"
        elif are_kinds and _is_payment(text):
            found[text] = "left out"
    odd = sum(text in found for text in texts)
    return found if odd <= len(texts) / 2 else {}


def _are_below_zero(rows: Rows, measures: Sequence[Column], chosen: np.ndarray) -> bool:
    return any(bool((rows.numbers(one)[chosen] < 0).any()) for one in measures if rows.has(one))
