"""Files through a source's SELECTs: canonical rows, or a message that says what to correct."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from warehouse_assets.ingestion.errors import IngestionError, SourceError
from warehouse_assets.ingestion.readers.relations import Landed, land
from warehouse_assets.ingestion.readers.workspace import open_workspace
from warehouse_assets.ingestion.sources.column_usage import find_column_usage, is_streamed
from warehouse_assets.ingestion.sources.delivery import find_deliveries
from warehouse_assets.ingestion.sources.source import read_source
from warehouse_assets.ingestion.staging.records import note_records
from warehouse_assets_tests.unit.ingestion.test_source import written

ONE = '[tables.export]\nfiles = ["*"]\n'
TWO = '[sales]\ndriving = "lines"\n[tables.lines]\nfiles = ["l*.csv"]\n[tables.people]\nfiles = ["p*.csv"]\n'
SALES = 'select source_line, "when" as sold_at, number as quantity, price as unit_price, note as comment from export'
FILE = "when,number,price,note\n2023-01-02,1,5,hello\n 2023-01-03 ,,,\n"
JOINED = (
    "select l.source_line, l.day as sold_at, l.n as quantity, l.price as unit_price, p.name as product_name"
    " from lines as l left join people as p on p.id = l.id"
)
LINES, PEOPLE = "id,day,n,price\n1,2023-01-02,1,5\n2,2023-01-03,1,5\n", "id,name\n1,Ann\n2,Bob\n"


class Landing:
    """A delivery landed, with all rows of its canonical relations."""

    def __init__(self, landed: Landed, rows: dict[str, list[dict[str, Any]]], kept: dict[str, int]) -> None:
        self.landed, self.rows, self.kept = landed, rows, kept

    @property
    def sales(self) -> list[tuple[Any, ...]]:
        return [tuple(row[name] for name in row if name not in ("record", "source_line")) for row in self.rows["sales"]]


def landed(tmp_path: Path, toml: str, files: dict[str, str | bytes], **selects: str) -> Landing:
    folder = tmp_path / "incoming" / "shop"
    folder.mkdir(parents=True)
    for name, text in files.items():
        (folder / name).write_bytes(text if isinstance(text, bytes) else text.encode())
    source = read_source(written(tmp_path / "sources", toml, **selects), "shop")
    [delivery] = find_deliveries(source, tmp_path / "incoming")
    with open_workspace(tmp_path / "tmp") as workspace:
        found = land(workspace, delivery)
        rows, kept = {}, {}
        for relation in found.relations:
            cursor = workspace.execute(f"select * from canonical_{relation} order by record")
            names = [column[0] for column in cursor.description or ()]
            rows[str(relation)] = [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
            kept[str(relation)] = note_records(workspace, found, relation, keep_repeats=False)
    assert list((tmp_path / "tmp").iterdir()) == []
    return Landing(found, rows, kept)


def test_values_are_trimmed_text_and_empty_is_missing(tmp_path: Path) -> None:
    found = landed(tmp_path, ONE, {"a.csv": FILE}, sales=SALES)
    assert found.sales == [("2023-01-02", "1", "5", "hello"), ("2023-01-03", None, None, None)]
    assert [row["source_line"] for row in found.rows["sales"]] == [2, 3]
    assert (found.landed.rows_read, found.landed.encoding) == (2, "utf-8")


def test_a_missing_optional_column_is_null_and_told(tmp_path: Path) -> None:
    found = landed(tmp_path, ONE, {"a.csv": "when,number,price,extra\n2023-01-02,1,5,x\n"}, sales=SALES)
    assert found.sales == [("2023-01-02", "1", "5", None)]
    assert (found.landed.missing_columns, found.landed.unmapped_columns) == (["note"], ["extra"])


@pytest.mark.parametrize(
    ("header", "message"),
    [
        ("number,price,note", "Column 'when' is missing, which sales.sql of source shop needs for sold_at"),
        ("when,price,note", "'number' is missing, which sales.sql of source shop needs for quantity"),
        ("when,number,note", "'price' is missing, which sales.sql of source shop needs for unit_price"),
    ],
)
def test_a_missing_required_column_refuses_the_file(tmp_path: Path, header: str, message: str) -> None:
    with pytest.raises(IngestionError, match="Nothing was loaded") as raised:
        landed(tmp_path, ONE, {"a.csv": f"{header}\n1,2,3\n"}, sales=SALES)
    assert message in str(raised.value)


def test_a_column_of_a_condition_is_required(tmp_path: Path) -> None:
    with pytest.raises(IngestionError, match=r"'kind' is missing.*a join or a condition"):
        landed(tmp_path, ONE, {"a.csv": FILE}, sales=f"{SALES} where kind = 'sale'")


def test_names_are_compared_as_sql_does(tmp_path: Path) -> None:
    found = landed(tmp_path, ONE, {"a.csv": FILE.replace("number", "NUMBER")}, sales=SALES)
    assert found.sales[0][1] == "1"
    assert found.landed.missing_columns == []


def test_columns_that_differ_in_upper_case_only(tmp_path: Path) -> None:
    with pytest.raises(IngestionError, match="columns 3 and 4 have the same name"):
        landed(tmp_path, ONE, {"a.csv": "when,number,Price,price\n"}, sales=SALES)


@pytest.mark.parametrize(
    ("select", "message"),
    [
        ("select source_line, price as cost from export", "cost is no canonical column of sales; known are: order_id"),
        ("select source_line, price as unit_price from export", "sold_at, quantity is required of sales"),
        (SALES.replace("price as unit_price, ", ""), "unit_price or line_amount is required of sales"),
        (SALES.replace("source_line, ", ""), "select source_line of the driving table too"),
        (SALES.replace("from export", "from elsewhere"), "sales.sql fails: "),
        (SALES.replace("number as", "number + as"), "sales.sql cannot be read as SQL"),
        ("delete from export", "is no SELECT"),
        (f"{SALES} where number = 1", "gives 1 of the 2 rows of export: a join or condition loses some"),
        (f"{SALES} cross join (values (1), (2)) as t(x)", "gives 4 rows for 2 of export: a join multiplies them"),
        (SALES.replace("price as", "error('secret value') as"), "sales.sql fails: "),
    ],
)
def test_a_select_that_cannot_be_used(tmp_path: Path, select: str, message: str) -> None:
    file = FILE.replace(" 2023-01-03 ,,,", "2023-01-03,2,5,")
    with pytest.raises(SourceError) as raised:
        landed(tmp_path, ONE, {"a.csv": file}, sales=select)
    assert message in str(raised.value)
    assert "secret value" not in str(raised.value)


def test_two_tables_are_joined(tmp_path: Path) -> None:
    found = landed(tmp_path, TWO, {"l.csv": LINES, "p.csv": PEOPLE}, sales=JOINED)
    assert [row["product_name"] for row in found.rows["sales"]] == ["Ann", "Bob"]
    assert found.landed.rows_read == 2


def test_a_join_that_multiplies_is_refused_unless_declared(tmp_path: Path) -> None:
    files = {"l.csv": LINES, "p.csv": PEOPLE + "2,Eve\n"}
    with pytest.raises(SourceError, match=r"gives 3 rows for 2 of lines.*may_multiply = true under \[sales\]"):
        landed(tmp_path / "no", TWO, files, sales=JOINED)
    declared = TWO.replace('driving = "lines"\n', 'driving = "lines"\nmay_multiply = true\n')
    found = landed(tmp_path / "yes", declared, files, sales=JOINED)
    assert [row["source_line"] for row in found.rows["sales"]] == [2, 3, 3]


def test_a_join_that_loses_is_refused_unless_declared(tmp_path: Path) -> None:
    files, select = {"l.csv": LINES, "p.csv": "id,name\n1,Ann\n"}, JOINED.replace("left join", "inner join")
    with pytest.raises(SourceError, match="gives 1 of the 2 rows of lines"):
        landed(tmp_path / "no", TWO, files, sales=select)
    declared = TWO.replace('driving = "lines"\n', 'driving = "lines"\nmay_lose = true\n')
    assert len(landed(tmp_path / "yes", declared, files, sales=select).sales) == 1


def test_repeats_are_known_by_the_record_where_lines_multiply(tmp_path: Path) -> None:
    toml = ONE + "[sales]\nmay_multiply = true\n"
    file = "when,a,b\n2023-01-01,1,2\n2023-01-01,1,3\n2023-01-01,2,2\n"
    select = (
        "select source_line, \"when\" as sold_at, a as quantity, '5' as unit_price from export"
        " union all select source_line, \"when\", b, '5' from export"
    )
    found = landed(tmp_path, toml, {"a.csv": file}, sales=select)
    assert (found.landed.read["sales"], found.kept["sales"]) == (6, 3)


def test_a_delivery_without_one_of_its_tables(tmp_path: Path) -> None:
    with pytest.raises(IngestionError, match=r"no file of table people \(patterns p\*.csv\) is there"):
        landed(tmp_path, TWO, {"l.csv": LINES}, sales=JOINED)


def test_the_files_of_one_table_keep_their_lines_apart(tmp_path: Path) -> None:
    toml = '[tables.export]\nfiles = ["{delivery}-?.csv"]\n'
    files = {"jan-1.csv": FILE, "jan-2.csv": "note,price,number,when\nbye,6,2,2023-01-04\n,5,1,2023-01-02\n"}
    found = landed(tmp_path, toml, files, sales=SALES)
    assert [row["source_line"] for row in found.rows["sales"]] == [2, 3, 10**12 + 2, 10**12 + 3]
    assert found.sales[2] == ("2023-01-04", "2", "6", "bye")
    assert found.landed.files == {"sales": ["jan-1.csv", "jan-2.csv"]}
    assert found.kept == {"sales": 4}


def mentioned(tmp_path: Path, select: str) -> tuple[set[str], bool, bool]:
    source = read_source(written(tmp_path, ONE, sales=select), "shop")
    found = find_column_usage(source)
    return found.names, found.takes_all, is_streamed(source, "sales")


@pytest.mark.parametrize(
    ("select", "names", "takes_all", "streamed"),
    [
        ("select source_line, a as b, lower(c) as d from export", {"a", "c"}, False, True),
        ("select e.a as b from export as e where e.b > '1'", {"a", "b"}, False, False),
        ("select a as b from export order by b", {"a"}, False, False),
        ("select b as a, a as b from export", {"a", "b"}, False, True),
        ("with x as (select a as b, c from export) select b, c from x", {"a", "c"}, False, False),
        ("select y.b from (select a as b from export) as y", {"a"}, False, False),
        ("select * from export", set(), True, True),
        ("select count(*) over () as n, a from export", {"a"}, False, False),
        ("select random() as r, a from export", {"a"}, False, False),
    ],
)
def test_the_columns_that_a_select_reads(
    tmp_path: Path, select: str, names: set[str], takes_all: bool, streamed: bool
) -> None:
    assert mentioned(tmp_path, select) == (names, takes_all, streamed)


def test_columns_that_are_never_read_stay_unread(tmp_path: Path) -> None:
    toml = 'never_read = ["secret"]\n' + ONE
    select = (
        'select source_line, "when" as sold_at, number as quantity, price as unit_price from (select * from export)'
    )
    found = landed(tmp_path, toml, {"a.csv": "when,number,price,secret\n2023-01-01,1,2,x\n"}, sales=select)
    assert found.landed.unmapped_columns == []


def test_a_column_that_is_only_a_card_is_not_even_read(tmp_path: Path) -> None:
    select = f"{SALES.replace('source_line', 'source_line, upper(who) as customer_id')}"
    people = "select source_line, who as customer_id, lower(card) as payment_card from export"
    file = "when,number,price,note,who,card\n2023-01-02,1,5,hello,ann,4111\n"
    source = read_source(written(tmp_path / "seen", ONE, sales=select, customers=people), "shop")
    assert find_column_usage(source).dropped == {"card"}
    found = landed(tmp_path, ONE, {"a.csv": file}, sales=select, customers=people)
    assert found.landed.relations["customers"] == ("customer_id",)
    assert (found.landed.missing_columns, found.landed.unmapped_columns) == ([], [])
    both = written(tmp_path / "both", ONE, sales=select.replace("upper(who)", "card"), customers=people)
    assert find_column_usage(read_source(both, "shop")).dropped == set()


def test_json_lines(tmp_path: Path) -> None:
    records: list[Any] = [
        {"when": "2023-01-01", "number": 1, "price": 5.10, "note": {"a": [1, None]}},
        ["no object"],
        {"when": "2023-01-01", "number": "1\0", "price": "5"},
        {"when": "2023-01-01", "number": "\ud800", "price": "5"},
        {"when": "2023-01-02", "number": None, "price": True},
    ]
    file = "\n".join(map(json.dumps, records)) + "\n\n{broken\n"
    found = landed(tmp_path, ONE, {"a.jsonl": file}, sales=SALES)
    assert found.sales == [("2023-01-01", "1", "5.1", '{"a": ["1", null]}'), ("2023-01-02", None, "true", None)]
    assert [row["source_line"] for row in found.rows["sales"]] == [1, 5]
    assert sorted(bad.line for _, bad in found.landed.malformed) == [2, 3, 4, 7]


def test_sqlite(tmp_path: Path) -> None:
    path = tmp_path / "made.sqlite"
    with closing(sqlite3.connect(path)) as connection:
        connection.execute('create table t ("when", number, price, note)')
        rows = [("2023-01-01", 1, 5.5, None), ("2023-01-02", 2, "", "a\x1fb"), ("2023-01-03", 3, "é", "")]
        connection.executemany("insert into t values (?, ?, ?, ?)", rows)
        connection.commit()
    found = landed(tmp_path, ONE, {"a.sqlite": path.read_bytes()}, sales=SALES)
    assert found.sales == [("2023-01-01", "1", "5.5", None), ("2023-01-03", "3", "é", None)]
    assert [(bad.line, bad.reason.split(" (")[0]) for _, bad in found.landed.malformed] == [(2, "a control character")]


def test_a_file_that_is_no_sqlite(tmp_path: Path) -> None:
    with pytest.raises(IngestionError, match=r"a.sqlite: is not a readable SQLite database"):
        landed(tmp_path, ONE, {"a.sqlite": "no database at all"}, sales=SALES)


def test_a_name_that_the_select_itself_gives_is_no_column_of_the_file(tmp_path: Path) -> None:
    select = (
        "with sums as (select source_line as line, price as amount from export)"
        ' select source_line, trim("when") as moment, moment as sold_at, number as quantity, amount as unit_price'
        " from export inner join sums on sums.line = source_line"
    )
    picked = f"select source_line, sold_at, quantity, unit_price from ({select})"
    found = landed(tmp_path, ONE, {"a.csv": FILE}, sales=picked)
    assert found.sales[0] == ("2023-01-02", "1", "5")
    assert found.landed.missing_columns == []


def test_a_misspelled_column_is_told_with_the_one_that_is_meant(tmp_path: Path) -> None:
    with pytest.raises(IngestionError, match=r"Column 'pric' is missing.* Did you mean 'price'\? Nothing was loaded"):
        landed(tmp_path, ONE, {"a.csv": FILE}, sales=SALES.replace(" price", " pric"))


@pytest.mark.parametrize(
    "select",
    [
        "select source_line, (select content from read_text('{file}')) as product_name, {rest} from export",
        "select source_line, c as product_name, {rest} from export, read_csv('{file}', columns = {{c: 'varchar'}})",
    ],
)
def test_a_select_reads_nothing_but_the_delivery(tmp_path: Path, select: str) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("do not read\n")
    rest = '"when" as sold_at, number as quantity, price as unit_price'
    with pytest.raises(SourceError, match=r"sales.sql fails: .*Permission"):
        landed(tmp_path, ONE, {"a.csv": FILE}, sales=select.format(file=secret, rest=rest))


def test_a_conversion_that_fails_is_told_with_the_select_and_without_the_value(tmp_path: Path) -> None:
    file = FILE.replace(",1,5,", ",1,Ann Example,")
    with pytest.raises(SourceError, match=r"sales.sql fails: ConversionException on some record") as raised:
        landed(tmp_path, ONE, {"a.csv": file}, sales=SALES.replace("price as", "price::int as"))
    assert "Ann" not in str(raised.value)


def test_the_values_of_a_file_without_a_header_are_not_told(tmp_path: Path) -> None:
    with pytest.raises(IngestionError, match="Is there a header line") as raised:
        landed(tmp_path, ONE, {"a.csv": "2023-01-02,1,5,Ann Example\n2023-01-02,2,5,Bob Example\n"}, sales=SALES)
    assert "Ann" not in str(raised.value)
