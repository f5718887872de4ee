"""A source's folder: what is refused, and with which words; which files form a delivery."""

from __future__ import annotations

import gzip
from datetime import date
from pathlib import Path

import pytest

from warehouse_assets.ingestion.errors import IngestionError, SourceError
from warehouse_assets.ingestion.sources.date_formats import day_order
from warehouse_assets.ingestion.sources.delivery import find_deliveries
from warehouse_assets.ingestion.sources.source import list_sources, read_source

EXPORT = '[tables.export]\nfiles = ["*.csv"]\n'


def written(folder: Path, toml: str, name: str = "shop", **selects: str) -> Path:
    place = folder / name
    place.mkdir(parents=True)
    (place / "source.toml").write_text(toml, encoding="utf-8")
    for relation, text in (selects or {"sales": "select 1"}).items():
        (place / f"{relation}.sql").write_text(text, encoding="utf-8")
    return folder


@pytest.mark.parametrize(
    ("toml", "message"),
    [
        ("[tables.export", "is not valid TOML"),
        ("", "tables: Field required"),
        ("flavour = 1\n" + EXPORT, "flavour: is no setting; known are: cancelled_statuses"),
        ('time_zone = "Mars/Base"\n' + EXPORT, "'Mars/Base' is no time zone; write it as in Europe/Paris"),
        ('default_currency = "euro"\n' + EXPORT, "default_currency: "),
        ('negative_quantity = "keep"\n' + EXPORT, "negative_quantity: "),
        ('exported_on = "export_\\\\d+"\n' + EXPORT, "a pattern needs the groups"),
        ('exported_on = "export_("\n' + EXPORT, "exported_on: "),
        ('[date_formats]\nsold_at = ["%d/%m/%Y", "%m/%d/%Y"]\n' + EXPORT, "day-first and month-first"),
        ('[date_formats]\nsold = ["%d/%m/%Y"]\n' + EXPORT, "date_formats.sold is no canonical column"),
        ("cancelled_status = []\n" + EXPORT, "cancelled_status: is no setting; did you mean 'cancelled_statuses'?"),
        ('[tables.export]\nfile = ["*"]\n', "tables.export.file: is no setting; did you mean 'files'?"),
        ('[tables.export]\nfiles = ["*"]\nshared = true\n', "all tables are shared"),
        ('[tables.a]\nfiles = ["{delivery}/a.csv"]\nshared = true\n' + EXPORT, "a shared table has files without"),
        ('cancelled_statuses = ["Back"]\nreturned_statuses = ["back"]\n' + EXPORT, "'back' is in cancelled_statuses"),
        ('[line_types]\ntip = "gift"\n' + EXPORT, "line_types.tip: "),
        ('[line_types]\ntip = "fee"\nTip = "shipping"\n' + EXPORT, "line_types holds one text twice"),
        ("[tables.export]\n", "give one of: files (patterns), table or query"),
        ('[tables.canonical_x]\nfiles = ["*"]\n', "'canonical_x' cannot be the name of a table"),
        ('[tables.a]\nfiles = ["*"]\nwatermark = "id"\n', "watermark belongs to a table of a database"),
        ('[money]\ndecimal = ","\n' + EXPORT, "decimal takes one character, and thousands another one"),
        ('[money]\nsymbols = { "$" = "dollar" }\n' + EXPORT, "'dollar' is no currency code"),
        ('[money]\nsymbols = { "€" = "EUT" }\n' + EXPORT, "'EUT' is no currency code"),
        ('default_currency = "ZZZ"\n' + EXPORT, "default_currency: 'ZZZ' is no currency code"),
        ('[sales]\ndriving = "lines"\n' + EXPORT, "sales.driving names 'lines', which is no table of this source"),
        ('[normalise]\nid = ["lower"]\n' + EXPORT, "normalise.id is no canonical column"),
        ('[normalise]\ncustomer_id = ["upper"]\n' + EXPORT, "normalise.customer_id.0: "),
    ],
)
def test_a_source_that_cannot_be_used(tmp_path: Path, toml: str, message: str) -> None:
    with pytest.raises(SourceError) as raised:
        read_source(written(tmp_path, toml), "shop")
    assert message in str(raised.value)
    assert "source.toml" in str(raised.value)


def test_a_folder_without_selects(tmp_path: Path) -> None:
    written(tmp_path, EXPORT)
    (tmp_path / "shop" / "sales.sql").unlink()
    with pytest.raises(SourceError, match=r"has none of customers.sql, sales.sql and reviews.sql"):
        read_source(tmp_path, "shop")


@pytest.mark.parametrize("name", ["other", "../shop", "Shop", "shop/..", ""])
def test_a_name_that_is_no_source(tmp_path: Path, name: str) -> None:
    written(tmp_path, EXPORT)
    with pytest.raises(SourceError, match="known: shop"):
        read_source(tmp_path, name)


def test_several_tables_need_a_driving_one(tmp_path: Path) -> None:
    toml = '[tables.lines]\nfiles = ["l.csv"]\n[tables.people]\nfiles = ["p.csv"]\n'
    source = read_source(written(tmp_path, toml), "shop")
    with pytest.raises(SourceError, match=r"\[sales\] needs driving"):
        source.driving_table("sales")


def test_the_sources_are_listed(tmp_path: Path) -> None:
    written(tmp_path, EXPORT, "b")
    written(tmp_path, EXPORT, "a")
    (tmp_path / "c").mkdir()
    assert list_sources(tmp_path) == ["a", "b"]


@pytest.mark.parametrize(
    ("text", "order"),
    [("%d/%m/%Y", "day first"), ("%m/%d/%Y", "month first"), ("%Y-%m-%d", None), ("%d %B %Y", None)],
)
def test_the_order_of_day_and_month(text: str, order: str | None) -> None:
    assert day_order(text) == order


def delivered(tmp_path: Path, toml: str, *names: str) -> dict[str, dict[str, list[str]]]:
    """Delivery -> table -> files, of empty files with those names."""
    source = read_source(written(tmp_path / "sources", toml), "shop")
    folder = tmp_path / "incoming" / "shop"
    for name in names:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("x\n")
    found = find_deliveries(source, tmp_path / "incoming")
    return {
        one.name: {table: [path.relative_to(folder).as_posix() for path in paths] for table, paths in one.files.items()}
        for one in found
    }


def test_each_file_is_a_delivery(tmp_path: Path) -> None:
    found = delivered(tmp_path, EXPORT, "b.csv", "a.csv", "notes.txt", "deep/c.csv")
    assert found == {"a.csv": {"export": ["a.csv"]}, "b.csv": {"export": ["b.csv"]}}


def test_a_pattern_groups_files(tmp_path: Path) -> None:
    toml = '[tables.lines]\nfiles = ["{delivery}/l*.csv"]\n[tables.people]\nfiles = ["{delivery}/people.csv"]\n'
    found = delivered(tmp_path, toml, "jan/l1.csv", "jan/l2.csv", "jan/people.csv", "feb/l1.csv")
    assert found == {
        "feb": {"lines": ["feb/l1.csv"]},
        "jan": {"lines": ["jan/l1.csv", "jan/l2.csv"], "people": ["jan/people.csv"]},
    }


def test_what_is_hidden_linked_or_set_aside_is_left_alone(tmp_path: Path) -> None:
    toml = '[tables.export]\nfiles = ["*", "*/*"]\n'
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "passwd.csv").write_text("x\n")
    folder = tmp_path / "incoming" / "shop"
    folder.mkdir(parents=True)
    (folder / "link.csv").symlink_to(outside / "passwd.csv")
    (folder / "linked").symlink_to(outside)
    found = delivered(tmp_path, toml, ".hidden.csv", ".dir/a.csv", "a.malformed.jsonl", "a.csv")
    assert list(found) == ["a.csv"]


def test_a_name_with_wildcards_is_only_a_name(tmp_path: Path) -> None:
    assert list(delivered(tmp_path, '[tables.export]\nfiles = ["a+b?.csv"]\n', "a+b1.csv", "aab1.csv")) == ["a+b1.csv"]


def test_the_day_of_export_is_read_from_the_name(tmp_path: Path) -> None:
    toml = "exported_on = 'export_(?P<year>\\d{4})-(?P<month>\\d{2})'\n" + EXPORT
    delivered(tmp_path, toml, "export_2023-04.csv", "export_2023-13.csv", "other.csv")
    source = read_source(tmp_path / "sources", "shop")
    good, impossible, other = find_deliveries(source, tmp_path / "incoming")
    assert good.declared_export_day() == date(2023, 4, 30)
    with pytest.raises(IngestionError, match="finds no date that exists"):
        impossible.declared_export_day()
    with pytest.raises(IngestionError, match="does not match exported_on"):
        other.declared_export_day()


def test_the_checksum_is_of_what_is_in_the_files(tmp_path: Path) -> None:
    toml = '[tables.export]\nfiles = ["*.csv", "*.csv.gz"]\n'
    delivered(tmp_path, toml, "a.csv")
    (tmp_path / "incoming" / "shop" / "b.csv.gz").write_bytes(gzip.compress(b"x\n"))
    plain, zipped = find_deliveries(read_source(tmp_path / "sources", "shop"), tmp_path / "incoming")
    assert plain.checksum() == zipped.checksum()
    assert plain.key(plain.checksum()) != zipped.key(zipped.checksum())


SHARED = 'shares_customers_with = ["{}"]\n'


def test_sources_that_share_customers_have_the_namespace_of_the_one_that_was_there(tmp_path: Path) -> None:
    written(tmp_path, EXPORT, "shop")
    written(tmp_path, EXPORT, "other")
    assert read_source(tmp_path, "shop").namespace == "shop"
    written(tmp_path, SHARED.format("shop") + EXPORT, "app")
    written(tmp_path, SHARED.format("app") + EXPORT, "zoo")
    spaces = {name: read_source(tmp_path, name).namespace for name in list_sources(tmp_path)}
    assert spaces == {"app": "shop", "other": "other", "shop": "shop", "zoo": "shop"}


def test_sources_that_name_each_other_share_one_namespace(tmp_path: Path) -> None:
    written(tmp_path, SHARED.format("b") + EXPORT, "a")
    written(tmp_path, SHARED.format("a") + EXPORT, "b")
    assert {read_source(tmp_path, name).namespace for name in "ab"} == {"a"}


def test_sharing_with_a_source_that_is_none(tmp_path: Path) -> None:
    written(tmp_path, EXPORT, "shop")
    with pytest.raises(SourceError, match=r"names 'shpo', which is no source; did you mean 'shop'\?"):
        read_source(written(tmp_path, SHARED.format("shpo") + EXPORT, "app"), "app")


@pytest.mark.parametrize("text", ["select 1;", "select 1; -- done", "select 1;\n-- a\n\n-- b\n", "select 1 -- c"])
def test_a_select_may_end_with_a_semicolon_and_comments(tmp_path: Path, text: str) -> None:
    found = read_source(written(tmp_path, EXPORT, sales=text), "shop").selects["sales"]
    assert found.rstrip() in ("select 1", "select 1 -- c")
