"""Texts that look the same are the same; what a spreadsheet rounded is told; countries in seven languages."""

from __future__ import annotations

import unicodedata

import duckdb
import pytest

from warehouse_assets.ingestion.contract.places import find_country
from warehouse_assets.ingestion.contract.plain_text import plain
from warehouse_assets.ingestion.readers.cells import number_text
from warehouse_assets.ingestion.sources.normal_ids import id_expression, normal_id
from warehouse_assets.ingestion.sources.settings import SourceSettings
from warehouse_assets_tests.unit.ingestion.frames import read_customers, read_reviews, read_sales

NFD = unicodedata.normalize("NFD", "Orléans")
NO_BREAK, MARK, ZERO_WIDTH = "\u00a0", "\u200e", "\u200b"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Thé" + NO_BREAK, "Thé"),
        (MARK + "Thé", "Thé"),
        ("Thé  noir", "Thé noir"),
        ("Thé" + NO_BREAK + "noir", "Thé noir"),
        ("a" + ZERO_WIDTH + "b", "ab"),
        (NFD, "Orléans"),
        ("Tea &amp; Co", "Tea & Co"),
        ("Caf&eacute; &#233;", "Café é"),
        ("AT&T; x", "AT&T; x"),
        ("R&D", "R&D"),
        ("👩\u200d🍳", "👩\u200d🍳"),
        ("line\r\none", "line one"),
        ("plain text", "plain text"),
    ],
)
def test_one_text_has_one_form(text: str, expected: str) -> None:
    assert plain(text) == expected
    assert plain(expected) == expected


def test_names_and_places_of_each_relation_are_in_that_form() -> None:
    sales = read_sales(
        {"product_name": "Thé", "category": "Tea &amp; Co", "city": NFD, "country": "FR"},
        {"product_name": "Thé" + NO_BREAK, "category": "Tea & Co", "city": "Orléans", "country": "FR" + ZERO_WIDTH},
    ).rows
    assert len({(row["product_key"], row["geography_key"]) for row in sales}) == 1
    customers = read_customers({"city": NFD, "segment": "A  B"}, {"city": "Orléans", "segment": "A B"}).rows
    assert len({(row["geography_key"], row["segment"]) for row in customers}) == 1
    reviews = read_reviews({"product_id": None, "product_name": "x"}).rules()
    assert reviews == [["missing_product_id"]]


@pytest.mark.parametrize("options", [(), ("nfc",), ("trim",), ("lower",), ("nfc", "trim", "lower")])
@pytest.mark.parametrize("field", ["customer_id", "order_id", "product_id"])
def test_an_id_that_is_typed_meets_the_one_that_was_loaded(field: str, options: tuple[str, ...]) -> None:
    for text in ("Ab@X.org", "José@x.org", NFD, NO_BREAK + "Ab1" + ZERO_WIDTH, "A B"):
        query = f"select {id_expression(field, 'trim(t)', options)} from (select ? as t)"
        row = duckdb.execute(query, [text]).fetchone()
        assert row == (normal_id(field, text, options),)


def test_an_address_is_one_person_however_it_is_typed_and_other_ids_stay_as_they_are() -> None:
    assert normal_id("customer_id", "Jo@X.org", ()) == "jo@x.org"
    assert normal_id("customer_id", "AB-1", ()) == "AB-1"
    assert normal_id("order_id", "Jo@X.org", ()) == "Jo@X.org"
    assert normal_id("product_id", NFD, ()) == "Orléans"
    assert normal_id("order_id", NFD, ()) == NFD


@pytest.mark.parametrize(
    ("name", "country"),
    [
        ("Belgique", "Belgium"), ("Suisse", "Switzerland"), ("Namibie", "Namibia"), ("ESPAÑA", "Spain"),
        ("Deutschland", "Germany"), ("Oesterreich", None), ("Österreich", "Austria"), ("Paesi Bassi", "Netherlands"),
        ("Verenigd Koninkrijk", "United Kingdom"), ("Guinea Ecuatorial", "Equatorial Guinea"),
        ("Corée du Sud", "South Korea"), ("Cote d’Ivoire", "Côte d'Ivoire"), ("NA", "Namibia"), ("EIRE", "Ireland"),
        ("República Dominicana", "Dominican Republic"), ("European Community", None), ("Unspecified", None),
    ],
)  # fmt: skip
def test_countries_in_the_languages_of_shops(name: str, country: str | None) -> None:
    found = find_country(name)
    assert (found.name if found else None) == country


@pytest.mark.parametrize("name", ["product_id", "line_number"])
@pytest.mark.parametrize("text", ["1.14E+17", "1,14E+17", "1.14000000012346E+17", "4E+19"])
def test_an_id_that_a_spreadsheet_rounded_is_refused(name: str, text: str) -> None:
    assert read_sales({name: text}).rules() == [[f"{name}_rounded"]]
    assert read_reviews({"product_id": text}).rules() == [["product_id_rounded"]]


def test_a_number_of_more_than_fifteen_digits_keeps_its_exponent() -> None:
    assert number_text(114000000123456700.0) == "1.14000000123457E+17"
    assert number_text(114000000123456700) == "114000000123456700"


def test_ids_that_only_look_like_numbers_with_exponents_stay() -> None:
    assert read_sales({"product_id": "1E5"}, {"product_id": "12E10"}).rules() == []


def test_a_quantity_of_zero_is_a_policy_of_its_own() -> None:
    assert read_sales({"quantity": "0", "line_amount": "5"}).rules() == [["nonpositive_quantity"]]
    assert read_sales({"quantity": "0"}, zero_quantity="keep").rules() == []
    assert read_sales({"quantity": "-1"}, zero_quantity="keep").rules() == [["negative_quantity"]]
    assert read_sales({"quantity": "0"}, negative_quantity="return").rules() == [["zero_quantity"]]
    both = {"zero_quantity": "keep", "negative_quantity": "return"}
    assert read_sales({"quantity": "0"}, {"quantity": "-1"}, **both).rules() == []


def test_a_number_that_is_refused_is_shown_and_an_identifier_is_not() -> None:
    [reject] = read_sales({"quantity": "0"}).rejects
    assert reject["reasons"] == ["quantity must be greater than 0: 0"]
    [reject] = read_sales({"sold_at": "2031-05-01"}).rejects
    assert reject["reasons"][0].endswith(": 2031-05-01")
    [reject] = read_sales({"quantity": "4111111111111111x"}).rejects
    assert "4111" not in reject["reasons"][0]
    [reject] = read_sales({"quantity": "-33612345678"}).rejects
    assert "336" not in reject["reasons"][0]


def test_dates_with_different_separators_are_told_apart() -> None:
    formats = {"sold_at": ("%m-%d-%Y", "%d/%m/%Y", "%d.%m.%Y")}
    given = ("03-10-2023", "03/05/2023", "4.5.2023")
    rows = read_sales(*({"sold_at": text} for text in given), date_formats=formats).rows
    assert [str(row["sale_date"]) for row in rows] == ["2023-03-10", "2023-05-03", "2023-05-04"]
    for both in (("%m-%d-%Y", "%d-%m-%Y"), ("%d/%m/%y", "%m/%d/%Y")):
        with pytest.raises(ValueError, match="same separator"):
            SourceSettings(tables={"a": {"files": ["*"]}}, date_formats={"sold_at": both})
