"""Every rule of the contract: what becomes of a record that breaks it, and what it says in one sentence."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache

from warehouse_assets.ingestion.sources.canonical import FIELDS

RULES: Mapping[str, tuple[str, str]] = {
    "malformed_record": ("reject", "A record of the file cannot be read: too many fields, or a quote that never ends."),
    "missing_sold_at": ("reject", "A sale has no date."),
    "sold_before_first_month": ("reject", "A sale is older than the setting `first_month`."),
    "sold_after_export": ("reject", "A sale is of a day after the export."),
    "total_of_rows": (
        "reject",
        'A row says that it is a total and lacks what other rows have (`total_of_rows = "keep"` keeps it).',
    ),
    "missing_price": ("reject", "A sale has neither a price nor an amount."),
    "nonpositive_price": ("reject", 'A price is 0 or below (`nonpositive_price = "keep"` keeps it).'),
    "nonpositive_quantity": ("reject", "A quantity is 0 or below (`zero_quantity` and `negative_quantity` keep it)."),
    "zero_quantity": ("reject", "A quantity is 0, in a source that keeps those below 0."),
    "negative_quantity": ("reject", "A quantity is below 0, in a source that keeps those of 0."),
    "amount_out_of_range": ("reject", "The amount of a line is larger than any that is kept (14 digits)."),
    "unknown_money_sign": ("reject", "An amount has a sign of money that `[money]` does not name."),
    "unknown_currency": ("reject", "A currency is no code of ISO 4217."),
    "currency_mismatch": ("reject", "The currency's code and the sign of an amount disagree."),
    "rating_out_of_range": ("blank or reject", "A rating is outside 1 to 5: blanked in a sale, rejected in a review."),
    "missing_product_name": ("blank", "A product has no name; its number stands for it."),
    "not_a_country": ("blank", "A country is none, in any of seven languages."),
    "unknown_gender": ("blank", "A gender is none of those that are known."),
    "unknown_line_type": ("blank", "A type of line is not under `[line_types]`, so the line counts as a product."),
    "discount_share_out_of_range": ("blank", "A discount that should be a share or a percentage is none."),
    "implausible_birth_date": ("blank", "A date of birth is no living person's."),
    "age_out_of_range": ("blank", "An age is outside 13 to 120."),
    "negative_purchase_count": ("blank", "A customer's number of purchases is below 0."),
    "ambiguous_quantity": ("warn", "The point of a quantity may be a decimal sign or part thousands."),
    "charge_as_product": ("warn", "A line called shipping, a fee, a discount or a gift card counts as a product."),
    "cancelled_as_sold": ("warn", "An order's status reads as cancelled or unpaid, and its lines count as sold."),
    "returned_as_sold": ("warn", "An order's status reads as returned, and its lines count as sold."),
    "return_raises_revenue": ("warn", "A return has an amount above 0."),
    "refund_below_zero": ("warn", "A refund (`[line_types]`, `refund_files`) is below 0 already, and counts as it is."),
    "total_as_sold": (
        "warn",
        'A row reads as a total, has what a sale has, and counts (`total_of_rows = "keep"`: it is a sale).',
    ),
    "line_amount_differs": ("warn", "The amount of a line is not its quantity x its price; the amount counts."),
    "discount_raises_amount": ("warn", "A discount has the sign that raises the amount."),
    "discount_above_amount": ("warn", "A discount is larger than its line."),
    "purchase_before_signup": ("warn", "A customer bought before the sign-up."),
    "customer_in_two_countries": ("warn", "A customer bought in two countries on one day."),
    "product_in_two_categories": ("warn", "A product stands in two categories."),
    "product_renamed": ("warn", "A line calls a product by a name that is not the product's."),
    "repeated_line_number": ("warn", "Several lines of an order have one number; each counts."),
    "order_of_two_customers": ("warn", "An order has lines of several customers: its number may be given twice."),
    "order_over_a_month": ("warn", "An order has goods of days over a month apart: its number may be given twice."),
    "order_at_two_times": ("warn", "An order has goods of several times, as few have: its number may be given twice."),
    "order_in_two_places": (
        "warn",
        "The file tells its orders one after the other, and comes back to this one: its number may be given twice.",
    ),
    "order_with_two_discounts": ("warn", "The lines of an order tell different discounts of it; the largest counts."),
    "repeated_review_id": ("warn", "Several reviews of a product have one id; each counts."),
    "row_left_out": ("warn", "A row gives no sale, by a join or a condition of `sales.sql`."),
    "line_type_left_out": ("warn", "A line is of a type that `[line_types]` leaves out."),
    "unmapped_column": ("warn", "A column of the file is read by no SELECT."),
    "missing_column": ("warn", "A column that a SELECT reads is in no file; it is taken for empty."),
    "unused_setting": ("warn", "A setting has no effect: no SELECT or file has what it speaks of."),
}  # fmt: skip
"""Rules that speak of one thing, the most severe first."""
FAMILIES: Mapping[str, tuple[str, str]] = {
    r"missing_(?P<column>\w+)": ("reject", "A required field is empty."),
    r"unparsable_(?P<column>\w+)": (
        "reject or blank",
        "A text is no number, date or amount: rejected where the field is required, else blanked.",
    ),
    r"(?P<column>\w+)_rounded": ("reject", "A spreadsheet has rounded an id, as in `1.14E+17`."),
    r"implausible_(?P<column>\w+)": ("blank", "A date is before the setting `first_month` or after the export."),
    r"(?P<column>\w+)_out_of_range": ("blank", "An amount is larger than any that is kept."),
    r"(?P<column>\w+)_too_long": ("blank", "A text is longer than 400 bytes (a product's name: 1,500)."),
}  # fmt: skip
"""Rules that hold for several fields, by the form of their names."""


@lru_cache(maxsize=1024)
def require_described(rule: str, severity: str) -> None:
    """Raises ValueError for a rule that no sentence describes, or that does something else than is said."""
    described = RULES.get(rule) or next((one for form, one in FAMILIES.items() if _is_of(form, rule)), None)
    if described is None or severity not in described[0].split(" or "):
        raise ValueError(f"Rule {rule} ({severity}) is not in RULES of {__name__}; describe it there in one sentence.")


def _is_of(form: str, rule: str) -> bool:
    found = re.fullmatch(form, rule)
    return found is not None and any(found["column"] in fields for fields in FIELDS.values())
