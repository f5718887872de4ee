"""A marked person goes through a run with failures in it; the marks are where they may be, and nowhere else."""

from __future__ import annotations

import csv
import logging
from collections.abc import Iterator
from pathlib import Path

import dagster as dg
import pytest

from warehouse_assets.bi.tableau.extract import has_library
from warehouse_assets.cli.runner import RunFailed, Runner
from warehouse_assets.generation import generate_export
from warehouse_assets.schemas import TABLES
from warehouse_assets_tests.pipeline.privacy.file_contents import holds, insides
from warehouse_assets_tests.pipeline.shop import Shop

MARKS = {
    "ID": "77310045522",
    "Name": "Quillfeather Ombersley",
    "CreditCard": "4929881200774455",
    "FullAddress": "19 Vexillum Crescent",
    "Comment": "utterly flibbertigibbet",
    "City": "Zzyzxborough",
    "Price": "12.x7761",
    "Date_Purchase": "31/31/9173",
    "UserSignUpDate": "32/32/9174",
    "Age": "five-and-ninety-six",
}
MAY_HOLD = {
    "ID": {"vault.identities"},
    "Name": {"vault.identities"},
    "FullAddress": {"vault.identities"},
    "City": {"staging.geographies", "dw.dim_geography", "staging.rejected_records"},
    "Price": {"staging.rejected_records"},
    "Date_Purchase": {"staging.rejected_records"},
    "UserSignUpDate": {"staging.rejected_records"},
    "Age": {"staging.rejected_records"},
}
"""Mark -> tables that may hold it; the original files aside, no other place may, nor any place the other marks."""
ORIGINALS = ("datasets", "incoming", "postgres")


class Told(logging.Handler):
    """Every message of every logger."""

    def __init__(self) -> None:
        super().__init__(logging.NOTSET)
        self.texts: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.texts.append(f"{record.getMessage()} {record.exc_info} {record.exc_text}")


@pytest.fixture(scope="module")
def instance(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dg.DagsterInstance]:
    with dg.DagsterInstance.local_temp(str(tmp_path_factory.mktemp("dagster"))) as instance:
        yield instance


@pytest.fixture(scope="module")
def told(module_shop: Shop, instance: dg.DagsterInstance, tmp_path_factory: pytest.TempPathFactory) -> str:
    """All that two runs said: refused files and rejected records in one, an error of the database in the other."""
    handler, folder, texts = Told(), tmp_path_factory.mktemp("files"), []
    logging.getLogger().addHandler(handler)
    try:
        module_shop.split(marked_export(folder / "export.csv", seed=6))
        module_shop.deliver(*broken_files(folder))
        texts += attempt(module_shop, instance)
        with module_shop.connect() as connection:
            connection.execute("alter table dw.dim_customer add constraint odd check (segment <> 'Canary') not valid")
        module_shop.deliver(marked_export(folder / "later.csv", seed=7, segment="Canary"))
        texts += attempt(module_shop, instance)
        with module_shop.connect() as connection:
            connection.execute("alter table dw.dim_customer drop constraint odd")
    finally:
        logging.getLogger().removeHandler(handler)
    return "\n".join([*texts, *handler.texts])


def marked_export(path: Path, seed: int, segment: str = "High Value") -> Path:
    """A generated export in which one person, with a good row and a bad one, carries every mark."""
    generate_export(path, rows=300, seed=seed)
    with path.open(encoding="utf-8", newline="") as file:
        reader = csv.DictReader(file)
        names, rows = list(reader.fieldnames or ()), list(reader)
    who = {name: MARKS[name] for name in ("ID", "Name", "CreditCard", "FullAddress", "Comment", "City")}
    person = rows[0] | who | {"UserSegment": segment, "UserLastLoginDate": "2023-12-30"}
    good = person | {"Price": "12.50", "Quantity": "2", "Date_Purchase": "2023-05-05", "Age": "44"}
    bad = person | {name: MARKS[name] for name in ("Price", "Date_Purchase", "UserSignUpDate", "Age")}
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, names)
        writer.writeheader()
        writer.writerows([*rows[1:], good, bad])
    return path


def broken_files(folder: Path) -> list[Path]:
    """Files that are refused whole: a column is missing, a quote is never closed, a header is no header."""
    marks = ",".join(MARKS.values())
    texts = {
        "lacking.csv": f"{','.join(name for name in MARKS if name != 'Price')}\n{marks}\n",
        "unclosed.csv": f'{",".join(MARKS)}\n"{marks}\n',
        "headless.csv": f"{marks}\n{marks}\n",
    }
    for name, text in texts.items():
        (folder / name).write_text(text, encoding="utf-8")
    return [folder / name for name in texts]


def attempt(shop: Shop, instance: dg.DagsterInstance) -> list[str]:
    """A run that fails, its errors and what Dagster recorded of it."""
    texts: list[str] = []
    with pytest.raises(RunFailed) as failed:
        Runner(shop.settings, instance, texts.append).run()
    events = [dg.serialize_value(entry) for run in instance.get_runs() for entry in instance.all_logs(run.run_id)]
    return [*texts, str(failed.value), *events]


def test_the_runs_failed_as_they_were_meant_to(told: str) -> None:
    assert "lacking.csv" in told
    assert "23514" in told, "the check that the database refused"


@pytest.mark.parametrize("name", MARKS)
def test_nothing_that_is_said_tells_of_the_person(name: str, told: str) -> None:
    assert MARKS[name] not in told


@pytest.mark.parametrize("name", MARKS)
def test_each_mark_is_in_the_tables_that_may_hold_it(name: str, told: str, module_shop: Shop) -> None:
    with module_shop.connect() as connection:
        found = {
            table
            for table in TABLES
            if connection.execute(
                f"select exists (select 1 from {table} as t where strpos(t::text, %s) > 0)".encode(), [MARKS[name]]
            ).fetchone()
            == (True,)
        }
    assert found <= MAY_HOLD.get(name, set())
    assert found or name not in ("City", "Price")


def files_of(shop: Shop, instance: dg.DagsterInstance) -> list[Path]:
    """Every file of the home and of Dagster's storage but the originals."""
    home = shop.settings.home
    found = [path for path in home.rglob("*") if path.relative_to(home).parts[0] not in ORIGINALS]
    return [path for path in (*found, *Path(str(instance.root_directory)).rglob("*")) if path.is_file()]


def test_no_file_but_the_originals_holds_a_mark(told: str, module_shop: Shop, instance: dg.DagsterInstance) -> None:
    files = files_of(module_shop, instance)
    contents = {path: list(insides(path)) for path in files}
    for name, mark in MARKS.items():
        values = (mark.encode(), mark.encode("utf-16-le"))
        holding = [path for path, parts in contents.items() if any(n in part for part in parts for n in values)]
        assert holding == [], name


def test_finished_files_for_power_bi_and_tableau_were_among_them(
    told: str, module_shop: Shop, instance: dg.DagsterInstance
) -> None:
    """And the search sees what is in them: a product's name is in the extract of the sales mart."""
    files = files_of(module_shop, instance)
    kinds = {path.suffix for path in files}
    assert {".pbip", ".tmdl", ".twb", ".html", ".png", *([".twbx"] if has_library() else [])} <= kinds
    if has_library():
        product = module_shop.one(
            "select max(product_name) from mart_sales.product_sales where revenue_rank is not null"
        )
        packaged = [path for path in files if path.suffix == ".twbx"]
        assert any(holds(path, product) for path in packaged)
        assert not any(product.encode() in path.read_bytes() for path in packaged), "packed, and so unpacked to be seen"
