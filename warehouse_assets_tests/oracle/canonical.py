"""Small flat exports for tests: a valid record, changed where the test says so."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping
from pathlib import Path

from warehouse_assets_tests.oracle.raw import HEADER

ORDINARY: Mapping[str, str] = {
    "ID": "1",
    "Name": "Ada Example",
    "Age": "30",
    "Gender": "F",
    "City": "Paris",
    "Country": "France",
    "CreditCard": "4111111111111111",
    "FullAddress": "1 Rue de la Paix, 75002 Paris",
    "UserSignUpDate": "2022-01-15",
    "UserLastPurchaseDate": "2022-03-10",
    "UserStatus": "Active",
    "UserTotalPurchases": "3",
    "UserSegment": "High Value",
    "UserLocation": "Paris",
    "UserSourceType": "Referral",
    "UserLastLoginDate": "2022-03-20",
    "UserPurchaseFrequency": "Monthly",
    "Product Name": "Lamp",
    "Category": "Furniture",
    "Subcategory": "Light",
    "Price": "10",
    "Date_Purchase": "2022-03-10",
    "Quantity": "1",
    "Rating": "4",
    "Comment": "",
}
"""A record without any fault."""


def write_flat_export(path: Path, rows: Iterable[Mapping[str, object]]) -> Path:
    """Write one record per mapping: what a mapping leaves out is as in `ORDINARY`; None is an empty field."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, HEADER, lineterminator="\n")
        writer.writeheader()
        for row in rows:
            values = {**ORDINARY, **row}
            writer.writerow({name: "" if value is None else str(value) for name, value in values.items()})
    return path
