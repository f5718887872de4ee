"""The privacy commands as a person uses them, on a whole warehouse."""

from __future__ import annotations

import csv
import json
from io import StringIO
from pathlib import Path

from warehouse_assets_tests.pipeline.test_command_line import call, environment, warehouse
from warehouse_assets_tests.short_exports import generate_short_export

__all__ = ["environment"]
_TOTALS = (
    "select month, order_count, units_sold, gross_revenue_amount, net_revenue_amount from mart_sales.sales_by_month"
)
_BY_COUNTRY = "select month, country, order_count, net_revenue_amount from mart_sales.sales_by_country order by 1, 2"


def test_a_person_is_told_erased_and_does_not_come_back(environment: dict[str, str], tmp_path: Path) -> None:
    export = tmp_path / "export.csv"
    generate_short_export(export, rows=300, seed=4, dirt=0)
    rows = list(csv.DictReader(StringIO(export.read_text(encoding="utf-8"))))
    person = rows[0]
    assert warehouse(environment, "run", export).returncode == 0
    before = [call("sql", query, "--csv").output for query in (_TOTALS, _BY_COUNTRY)]
    told = call("privacy", "access", person["ID"])
    assert told.exit_code == 0, told.output
    [path] = (Path(environment["WAREHOUSE_HOME"]) / "reports" / "privacy").glob("request-*/access.json")
    assert person["Name"] in path.read_text(encoding="utf-8")
    erased = warehouse(environment, "privacy", "erase", person["ID"], "--prove")
    assert erased.returncode == 0, erased.stdout + erased.stderr
    assert "are now Anonymous" in erased.stdout
    assert "were not searched" in erased.stdout
    [certificate] = (Path(environment["WAREHOUSE_HOME"]) / "reports" / "privacy").glob("certificate-*.json")
    assert json.loads(certificate.read_text(encoding="utf-8"))["nothing was found"] is True
    for mark in (person["Name"], person["FullAddress"]):
        assert mark not in told.output + erased.stdout + erased.stderr
    assert [call("sql", query, "--csv").output for query in (_TOTALS, _BY_COUNTRY)] == before
    assert warehouse(environment, "run", export).returncode == 0
    assert warehouse(environment, "privacy", "rotate").returncode == 0
    assert [call("sql", query, "--csv").output for query in (_TOTALS, _BY_COUNTRY)] == before
    listed = call("privacy", "requests").output
    assert "access" in listed
    assert "erasure" in listed
    assert person["Name"] not in listed


def test_what_cannot_be_done_is_said(environment: dict[str, str]) -> None:
    for arguments, message in (
        (("rectify", "1", "city"), "FIELD=VALUE"),
        (("rectify", "1", "city=Lyon"), "holds no customer data about this person"),
        (("rotate", "--secret-lost"), "is not lost"),
    ):
        done = warehouse(environment, "privacy", *arguments)
        assert done.returncode == 1, arguments
        assert message in done.stderr, (arguments, done.stderr)
        assert "Traceback" not in done.stderr
    for arguments, message in (
        (("access", "1", "--source", "nope"), "There is no source 'nope'"),
        (("blast-radius", "nobody_here"), "no login 'nobody_here'"),
        (("breach-note", "5", "--authority"), "No breach has the number 5"),
    ):
        refused = call("privacy", *arguments)
        assert refused.exit_code == 1, arguments
        assert message in refused.stderr, arguments
