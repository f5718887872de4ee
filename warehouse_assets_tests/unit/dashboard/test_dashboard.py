"""What the dashboard does without a database: sessions, figures in two languages, CSV, filters, logins' addresses."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import psycopg.conninfo
import pytest
from babel import Locale
from country_converter import CountryConverter

from warehouse_assets.bi.text import Text
from warehouse_assets.dashboard.blocks import Column, Table
from warehouse_assets.dashboard.charts import Axis, Series, label, over_time, plain, ranking
from warehouse_assets.dashboard.export import to_csv
from warehouse_assets.dashboard.formats import Kind, show, show_change, show_compact
from warehouse_assets.dashboard.members import country_name, member_name
from warehouse_assets.dashboard.rules import rule_name
from warehouse_assets.dashboard.view import Control
from warehouse_assets.dashboard.web.sessions import (
    FAILURES_ALLOWED,
    IDLE_SECONDS,
    LONGEST_SECONDS,
    Attempts,
    Credentials,
    Sessions,
)
from warehouse_assets.database.urls import with_login
from warehouse_assets.ingestion.contract.words.rule_words import RULES as DESCRIBED
from warehouse_assets.ingestion.contract.words.rule_words import require_described
from warehouse_assets.ingestion.sources.canonical import FIELDS
from warehouse_assets.ingestion.staging.warnings import _QUERIES
from warehouse_assets.settings import PROJECT_ROOT

SOMEBODY = Credentials("somebody", "correct horse")


class Clock:
    """Seconds that pass when told."""

    now = 0.0

    def __call__(self) -> float:
        return self.now


def test_a_session_ends_when_unused_and_after_its_longest_time() -> None:
    clock = Clock()
    sessions = Sessions(clock)
    token = sessions.open(SOMEBODY)
    clock.now = IDLE_SECONDS
    assert sessions.find(token) == SOMEBODY
    clock.now = 2 * IDLE_SECONDS + 1
    assert sessions.find(token) is None
    token = sessions.open(SOMEBODY)
    for _ in range(int(LONGEST_SECONDS / IDLE_SECONDS)):
        clock.now += IDLE_SECONDS
        assert sessions.find(token) == SOMEBODY
    clock.now += 1
    assert sessions.find(token) is None


def test_a_closed_session_and_a_made_up_token_find_nobody() -> None:
    sessions = Sessions()
    token = sessions.open(SOMEBODY)
    sessions.close(token)
    assert [sessions.find(token), sessions.find("x"), sessions.find(None)] == [None, None, None]


def test_credentials_are_never_printed_with_their_password() -> None:
    assert SOMEBODY.password not in f"{SOMEBODY} {SOMEBODY!r}"


def test_after_five_failures_a_place_waits_a_minute() -> None:
    clock = Clock()
    attempts = Attempts(clock)
    assert all(attempts.begin("here", f"user {number}") for number in range(FAILURES_ALLOWED))
    assert not attempts.begin("here", "ann")
    assert attempts.begin("elsewhere", "ann")
    clock.now = 61
    assert attempts.begin("here", "ann")


@pytest.mark.parametrize(
    ("value", "kind", "currency", "english", "french"),
    [
        (Decimal("1234567.5"), "money", "EUR", "€1,234,567.50", "1 234 567,50 €"),
        (Decimal("1234.5"), "money", "XXX", "1,234.50", "1 234,50"),
        (12345, "count", None, "12,345", "12 345"),
        (Decimal("0.1234"), "percent", None, "12.3%", "12,3 %"),
        (date(2023, 8, 1), "month", None, "Aug 2023", "août 2023"),
        (date(2023, 7, 1), "quarter", None, "Q3 2023", "T3 2023"),
        (date(2023, 8, 25), "date", None, "25 August 2023", "25 août 2023"),
        (None, "money", "EUR", "–", "–"),
    ],
)
def test_values_are_shown_as_readers_write_them(
    value: Any, kind: Any, currency: str | None, english: str, french: str
) -> None:
    def spaces(text: str) -> str:
        return text.replace("\u202f", " ").replace("\xa0", " ")

    assert spaces(show(value, kind, "en", currency)) == english
    assert spaces(show(value, kind, "fr", currency)) == french


def test_headlines_are_short_and_changes_have_a_sign() -> None:
    assert show_compact(Decimal("3366539.28"), "money", "en", "GBP") == "£3.37M"
    assert show_compact(Decimal("812.5"), "money", "en", "GBP") == "£812.50"
    assert [show_change(Decimal(text), "en") for text in ("0.034", "-0.2", "0")] == ["+3.4%", "-20.0%", "+0.0%"]
    assert show_change(None, "fr") == "–"


def test_members_and_countries_have_french_names_and_data_stay() -> None:
    assert member_name("25-34 × F", "fr") == "25-34 × Femmes"
    assert member_name("Other Africa", "fr") == "Afrique, autres pays"
    assert [country_name(name, "fr") for name in ("Germany", "Cote d'Ivoire", "Turkey")] == [
        "Allemagne",
        "Côte d’Ivoire",
        "Turquie",
    ]
    assert member_name("Chairs & Tables", "fr") == "Chairs & Tables"


def test_every_country_of_the_warehouse_has_a_french_name() -> None:
    french = set(Locale.parse("fr").territories.values())
    names = CountryConverter().data.name_short
    assert [name for name in names if country_name(name, "fr") not in french] == []


def test_csv_has_exact_values_and_no_formula() -> None:
    columns = [Column("name", "Name", "text"), Column("amount", "Amount", "money"), Column("at", "At", "time")]
    at = datetime(2023, 8, 1, 12, tzinfo=UTC)
    rows = [
        {"name": "=cmd()", "amount": Decimal("1234.5000"), "at": at},
        {"name": 'a "b", c', "amount": None, "at": None},
    ]
    table = Table(columns, rows, "EUR")
    assert to_csv(table, "en").splitlines() == [
        '\ufeff"Name","Amount","At","Currency"',
        '"\'=cmd()","1234.5000","2023-08-01T12:00:00+00:00","EUR"',
        '"a ""b"", c","","","EUR"',
    ]
    assert to_csv(table, "fr").splitlines()[1] == '"\'=cmd()";"1234,5000";"2023-08-01T12:00:00+00:00";"EUR"'


@pytest.mark.parametrize(
    "text",
    [
        "=1+1",
        "+1+1",
        "-1+1",
        "@sum(a1)",
        "\t=1+1",
        "\r=1",
        " =1+1",
        "\uff1d1+1",
        "\uff0b1",
        "\uff0d1",
        "\uff20a",
        "\u200b=1",
        "|cmd",
    ],
)
def test_a_text_that_a_spreadsheet_would_run_has_an_apostrophe(text: str) -> None:
    table = Table([Column("name", "Name", "text")], [{"name": text}], None)
    assert to_csv(table, "en").split("\r\n", 1)[1].startswith("\"'")


@pytest.mark.parametrize("text", ["Thé noir", "a=b", "5-pack", "x;=1+1", "(=1)"])
def test_any_other_text_stays_as_it_is_and_in_one_cell(text: str) -> None:
    table = Table([Column("name", "Name", "text")], [{"name": text}], None)
    assert to_csv(table, "en").split("\r\n")[1] == f'"{text}"'


def test_a_filter_takes_offered_values_only() -> None:
    one = Control("currency", "Currency", [("EUR", "EUR"), ("GBP", "GBP")], "EUR")
    assert one.choose(["GBP", "EUR"]).chosen == ("GBP",)
    assert one.choose(["'; drop table x"]).chosen == ("EUR",)
    many = Control("country", "Countries", [("FR", "France"), ("ES", "Spain")], "", "many")
    assert many.choose(["ES", "DE", "FR"]).chosen == ("ES", "FR")
    assert many.choose([]).chosen == ()


def test_names_of_the_data_are_no_markup_in_charts() -> None:
    assert plain("<b>x</b>") == "&lt;b&gt;x&lt;/b&gt;"
    figure = ranking(["<a href='x'>y</a>"], [Series("s", [1])], Axis("Amount", "money", "EUR"), "en", ["key"])
    assert "<a" not in str(figure)
    assert figure["data"][0]["customdata"] == ["key"]


def test_bars_of_one_label_stand_beside_each_other() -> None:
    figure = ranking(["Mug", "Mug"], [Series("s", [2, 1])], Axis("Amount", "money", "EUR"), "en")
    assert figure["data"][0]["y"] == figure["layout"]["yaxis"]["tickvals"] == ["0", "1"]
    assert figure["layout"]["yaxis"]["ticktext"] == ["Mug", "Mug"]


@pytest.mark.parametrize(("kind", "largest", "step"), [("count", 2, 1), ("count", 40, None), ("money", 2, None)])
def test_few_things_are_counted_in_whole_numbers(kind: Kind, largest: int, step: int | None) -> None:
    figure = over_time(["Jan", "Feb"], "Month", [Series("s", [None, largest])], Axis("Things", kind), "en")
    assert figure["layout"]["yaxis"].get("dtick") == step


def test_days_that_are_chosen_are_said_as_days() -> None:
    ends = [("2023-01-01", "1 Jan 2023"), ("2023-03-31", "31 Mar 2023")]
    control = Control("from", "From", ends, "2023-01-01", "day").choose(["2023-02-05"])
    assert control.labels("en") == ["5 Feb 2023"]
    assert control.labels("fr") == ["5 févr. 2023"]


def test_rates_change_by_points() -> None:
    assert show_change(Decimal("0.012"), "en", is_points=True) == "+1.2 points"
    assert show_change(Decimal("-0.012"), "fr", is_points=True) == "-1,2 points"
    assert show_change(None, "fr", is_points=True) == "–"


def test_a_login_s_address_asks_for_scram_and_keeps_no_other_login() -> None:
    url = with_login("postgresql://warehouse:secret@h:5432/w?sslmode=require&user=x", "a@b:c", "p/w?d")
    parts = psycopg.conninfo.conninfo_to_dict(url)
    assert parts == {
        "user": "a@b:c",
        "password": "p/w?d",
        "host": "h",
        "port": "5432",
        "dbname": "w",
        "sslmode": "require",
        "require_auth": "scram-sha-256",
    }


def _rules_of_the_contract() -> set[str]:
    """Names that stand in the ingestion's code, and those that it makes for every column."""
    code = "".join(path.read_text("utf-8") for path in (PROJECT_ROOT / "warehouse_assets" / "ingestion").rglob("*.py"))
    written = set(re.findall(r'\b(?:Rule|Finding|_above_zero)\(\s*"(\w+)"', code))
    columns = {column for relation in FIELDS.values() for column in relation}
    forms = ("unparsable_{}", "implausible_{}", "missing_{}", "{}_out_of_range", "{}_too_long")
    return written | {form.format(column) for form in forms for column in columns} | {"missing_price"}


def test_every_rule_of_the_contract_has_words_in_both_languages() -> None:
    rules = _rules_of_the_contract()
    assert len(rules) > 200
    for rule in rules:
        plain_name = rule.replace("_", " ")
        words = (rule_name(rule, "en"), rule_name(rule, "fr"))
        assert plain_name not in words, f"name {rule} in RULES of warehouse_assets/dashboard/rules.py"
        assert rule_name(rule, "fr") != rule_name(rule, "en"), rule


def test_every_rule_of_the_contract_is_described_in_the_documentation() -> None:
    code = "".join(path.read_text("utf-8") for path in (PROJECT_ROOT / "warehouse_assets" / "ingestion").rglob("*.py"))
    written = re.findall(r'\b(?:Rule|Finding)\(\s*"(\w+)"(?:, "\w+")??, "(reject|blank|warn)"', code)
    assert len(written) > 25
    for rule, severity in {*written, *((rule, "warn") for rule in _QUERIES)}:
        require_described(rule, severity)
        assert rule in DESCRIBED, rule
    for rule in DESCRIBED:
        assert rule.replace("_", " ") != rule_name(rule, "en"), rule
    with pytest.raises(ValueError, match="describe it there"):
        require_described("odd_rule", "warn")
    with pytest.raises(ValueError, match="describe it there"):
        require_described("zero_quantity", "warn")


def test_french_signs_do_not_part_from_their_word() -> None:
    assert Text("", "Commandes : toutes ; « oui » !").in_language("fr") == (
        "Commandes\u00a0: toutes\u00a0; «\u00a0oui\u00a0»\u00a0!"
    )


def test_a_moment_is_told_to_the_minute() -> None:
    moment = datetime(2023, 3, 5, 14, 7, 59, tzinfo=UTC)
    assert show(moment, "time", "en") == "5 Mar 2023, 14:07"
    assert show(moment, "time", "fr") == "5 mars 2023, 14:07"


def test_a_long_name_beside_a_bar_takes_two_lines_and_is_no_markup() -> None:
    assert label("Lamp") == "Lamp"
    assert label("REGENCY CAKESTAND 3 TIER") == "REGENCY CAKESTAND<br>3 TIER"
    assert label("a <b>lamp</b> & more") == "a &lt;b&gt;lamp&lt;/b&gt; &amp;<br>more"
    assert label("Retour qui augmente le chiffre d'affaires") == "Retour qui<br>augmente le…"
    assert label("x" * 60) == "x" * 17 + "<br>" + "x" * 16 + "…"
    assert label("Bio Vollkornhaferflocken 500g") != label("Bio Dinkelvollkornmehlmischung 1kg")
    assert label("") == ""
