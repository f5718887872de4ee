"""Files are recognised by their header, packed or not; and a draft says when a source is there already."""

from __future__ import annotations

import gzip
import shutil
from pathlib import Path

import pytest

from warehouse_assets.cli.layouts import known_layout, needs, recognise
from warehouse_assets.cli.source_drafts import draft
from warehouse_assets.ingestion.errors import IngestionError
from warehouse_assets.ingestion.sources.source import Source, list_sources, read_source
from warehouse_assets.settings import SQL_ROOT, Settings
from warehouse_assets_tests.platforms import PLATFORMS, Export

SOURCES = SQL_ROOT / "sources"


@pytest.fixture(scope="module")
def sources() -> list[Source]:
    return [read_source(SOURCES, name) for name in list_sources(SOURCES)]


@pytest.mark.parametrize("export", PLATFORMS, ids=[export.source for export in PLATFORMS])
def test_a_packed_file_is_recognised_under_any_name(sources: list[Source], export: Export, tmp_path: Path) -> None:
    plain = tmp_path / export.file
    export.write(plain)
    packed = tmp_path / f"march{plain.suffix}.gz"
    packed.write_bytes(gzip.compress(plain.read_bytes()))
    assert recognise(sources, packed, tmp_path / "tmp").name == export.source
    assert not list((tmp_path / "tmp").iterdir()), "nothing of the file stays behind"


def test_two_sources_that_fit_alike_are_told(sources: list[Source], tmp_path: Path) -> None:
    PLATFORMS[0].write(tmp_path / "orders.csv")
    [shopify] = [source for source in sources if source.name == "shopify_orders"]
    twin = Source("my_shopify", shopify.folder, shopify.settings, shopify.selects)
    with pytest.raises(
        IngestionError, match=r"fits shopify_orders and my_shopify alike\. Name the source with --source"
    ):
        recognise([*sources, twin], tmp_path / "orders.csv", tmp_path / "tmp")


def test_columns_that_a_source_needs(sources: list[Source]) -> None:
    found = {source.name: needs(source) for source in sources}
    assert found["square_items"] == ["date", "gross sales", "qty", "time"]
    assert "gift-wrap-price" not in found["amazon_orders"], "an optional column"


@pytest.mark.parametrize(
    ("name", "unpaid"),
    [("woocommerce_orders", "pending"), ("woocommerce_csv", "pending"), ("magento_orders", "pending_payment")],
)
def test_orders_that_are_not_paid_are_no_sales(sources: list[Source], name: str, unpaid: str) -> None:
    [source] = [one for one in sources if one.name == name]
    assert unpaid in source.settings.cancelled_statuses


def test_a_draft_of_a_known_layout_says_so(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    shutil.copytree(SOURCES, tmp_path / "sources")
    settings = Settings(home=tmp_path / "home", sources_path=tmp_path / "sources")
    PLATFORMS[0].write(tmp_path / "orders_export_1.csv")
    draft(settings, "mine", [tmp_path / "orders_export_1.csv"])
    told = " ".join(capsys.readouterr().out.split())
    assert "orders_export_1.csv has the header of shopify_orders: `warehouse run` reads it without a draft." in told
    (tmp_path / "other.csv").write_text("a,b\n1,2\n", encoding="utf-8")
    assert known_layout(settings, tmp_path / "other.csv") is None


def test_the_commands_that_a_draft_names_read_only_what_it_reads(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    settings = Settings(home=tmp_path / "home", sources_path=tmp_path / "sources")
    settings.sources_path.mkdir()
    sold = [f"{n},2026-01-{n:02d},C{n % 3},A,Mug,{n},5.00" for n in range(1, 20)]
    (tmp_path / "sold.csv").write_text("\n".join(["order_id,order_date,customer_id,sku,name,quantity,price", *sold]))
    (tmp_path / "back.csv").write_text("order_id,return_date,sku,refund\n3,2026-02-01,A,5.00\n5,2026-02-02,A,5.00\n")
    draft(settings, "mine", [tmp_path / "back.csv", tmp_path / "sold.csv"])
    told = "".join(capsys.readouterr().out.split()).partition("Then")[2]
    assert "sold.csv" in told
    assert "back.csv" not in told


def test_a_column_under_its_older_name_is_recognised(sources: list[Source], tmp_path: Path) -> None:
    [stripe] = [one for one in PLATFORMS if one.source == "stripe_payments"]
    stripe.write(tmp_path / "now.csv")
    text = (tmp_path / "now.csv").read_text()
    assert "Created date (UTC)" in text
    (tmp_path / "before.csv").write_text(text.replace("Created date (UTC)", "Created (UTC)"))
    assert recognise(sources, tmp_path / "before.csv", tmp_path / "tmp").name == "stripe_payments"
