"""Who was erased under an id as exported stays erased when ids are compared in another form."""

from __future__ import annotations

import pytest

from warehouse_assets.privacy import rotation
from warehouse_assets.privacy.recovery import recover
from warehouse_assets.pseudonyms.hashing import ANONYMOUS_KEY, leading_63_bits
from warehouse_assets.pseudonyms.secret import open_secret
from warehouse_assets.pseudonyms.tombstones import add_tombstones, read_tombstones
from warehouse_assets.settings import Settings
from warehouse_assets_tests.integration.ingestion.loading import Loading, loading, own_source

TOML = 'default_currency = "EUR"\n{more}[tables.lines]\nfiles = ["*.csv"]\n'
SALES = (
    "select source_line, o as order_id, c as customer_id, 'P' as product_id, '2023-01-05' as sold_at,"
    " '1' as quantity, '10' as unit_price from lines"
)
CUSTOMERS = "select source_line, c as customer_id, c as email from lines"


def erase_as_exported(shop: Loading, text: str) -> None:
    """A tombstone as it was made when ids were compared as exported."""
    folder = shop.settings.secrets_path
    secret = open_secret(folder, shop.connection)
    keys = secret.keys(leading_63_bits(secret.people("shop", [text]))).tolist()
    add_tombstones(folder, secret.generation, map(read_tombstones(folder).subject, keys))


@pytest.mark.parametrize("rotations", [0, 1])
@pytest.mark.parametrize(
    ("exported", "other", "more"),
    [
        ("Ada@Example.ORG", "ada@example.org", ""),
        ("JOSE\u0301@example.org", "jos\u00e9@example.org", ""),
        ("\u00a0C-77", "c-77", 'normalise = { customer_id = ["trim", "lower"] }\n'),
    ],
)
def test_no_spelling_of_an_erased_person_comes_back(
    database: Settings, exported: str, other: str, more: str, rotations: int
) -> None:
    settings = own_source(database, "shop", TOML.format(more=more), sales=SALES, customers=CUSTOMERS)
    with loading(settings, "shop") as shop:
        erase_as_exported(shop, exported)
        for _ in range(rotations):
            rotation.rotate(shop.connection, shop.settings.secrets_path)
        shop.put("a.csv", f"o,c\n1,{other}\n")
        shop.load()
        shop.put("b.csv", f"o,c\n2,{exported}\n3,somebody@example.org\n")
        shop.put("c.csv", f"o,c\n4,{other}\n")
        shop.load()
        assert recover(shop.connection, shop.settings) == 1
        assert shop.rows("vault.identities", "email") == [("somebody@example.org",)]
        assert shop.one(f"select count(*) from staging.sales where customer_key = {ANONYMOUS_KEY}") == 3
        assert shop.one("select count(*) from staging.customers") == 1


def test_who_was_not_erased_gets_no_tombstone(database: Settings) -> None:
    settings = own_source(database, "shop", TOML.format(more=""), sales=SALES, customers=CUSTOMERS)
    with loading(settings, "shop") as shop:
        erase_as_exported(shop, "Bea@example.org")
        before = read_tombstones(shop.settings.secrets_path)
        shop.put("a.csv", "o,c\n1,Ada@Example.org\n2,ada@example.org\n")
        shop.load()
        assert read_tombstones(shop.settings.secrets_path).state == before.state
        assert shop.one("select count(distinct customer_key) from staging.sales where customer_key >= 0") == 1
