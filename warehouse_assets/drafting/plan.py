"""Which table gives which relation, by which joins, and which of its columns are which fields."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from warehouse_assets.drafting.files import DraftTable
from warehouse_assets.drafting.guesses import Guess, guess, least
from warehouse_assets.drafting.joins import Join
from warehouse_assets.drafting.names import OF_RELATION, is_never_read, likeness
from warehouse_assets.drafting.profiles import Column
from warehouse_assets.ingestion.sources.canonical import Relation

_IDENTITY = ("email", "full_name", "birth_date", "gender", "signup_at", "phone", "address", "age", "country")
_SALE = ("sold_at", "quantity", "unit_price", "line_amount", "product_id", "product_name", "customer_id", "order_id")
_AMOUNTS = ("unit_price", "line_amount")
_PRODUCT = ("product_name", "category", "subcategory")


@dataclass
class RelationPlan:
    """One SELECT: the driving table, the joined ones in their order, and the fields."""

    relation: Relation
    driving: DraftTable
    joins: list[Join] = field(default_factory=list)
    fields: dict[str, Guess] = field(default_factory=dict)

    def columns(self, tables: Sequence[DraftTable]) -> list[Column]:
        """All columns that the SELECT can reach."""
        reached = {self.driving.name, *(join.key.table for join in self.joins)}
        return [column for table in tables if table.name in reached for column in table.columns]


@dataclass
class Plan:
    """The relations that the files give."""

    sales: RelationPlan | None
    customers: RelationPlan | None
    reviews: RelationPlan | None

    def __iter__(self) -> Iterator[RelationPlan]:
        return iter([plan for plan in (self.customers, self.sales, self.reviews) if plan])


def make_plan(tables: Sequence[DraftTable], joins: Sequence[Join]) -> Plan:
    """The customers' table first: its columns are then in no sale, so that no name is taken for a product's."""
    people = _find_customers(tables, joins)
    sales = _find_sales(tables, joins, people)
    if people is None and sales is not None:
        people = _customers_of(sales)
    if sales and people and people.driving is not sales.driving:
        _share_customer_ids(sales, people, joins)
    return Plan(sales, people, _find_reviews(tables, joins, sales, people))


def _find_customers(tables: Sequence[DraftTable], joins: Sequence[Join]) -> RelationPlan | None:
    """A table with a row per person: a key, and at least two things that are said of persons."""
    found = []
    for table in tables:
        fields = guess("customers", table.own_columns)
        keys = [column for column in table.own_columns if column.is_unique]
        known = [name for name in _IDENTITY if name in fields and (fields[name].score >= 0.5 or fields[name].doubt)]
        if keys and len(known) >= 2 and not _is_sales(table):
            pointed = sum(join.key.table == table.name for join in joins)
            found.append((least(fields, *_IDENTITY) + pointed, table, fields))
    if not found:
        return None
    _, table, fields = max(found, key=lambda one: (one[0], one[1].name))
    key = _key_of(table, joins)
    if key is not None:
        fields = guess("customers", [column for column in table.columns if column is not key])
        fields["customer_id"] = Guess("customer_id", key, 1.0)
    return RelationPlan("customers", table, [], fields)


def _is_sales(table: DraftTable) -> bool:
    fields = guess("sales", table.columns)
    has_price = any(name in fields and fields[name].score > 0.5 for name in ("unit_price", "line_amount"))
    return has_price and "sold_at" in fields and "quantity" in fields


def _key_of(table: DraftTable, joins: Sequence[Join]) -> Column | None:
    """The key that other tables point to, else a unique column with the name of one."""
    pointed = [join.key for join in joins if join.key.table == table.name]
    named = sorted((column for column in table.columns if column.is_unique), key=lambda one: -_is_key(one))
    return pointed[0] if pointed else named[0] if named else None


def _is_key(column: Column) -> float:
    return max(likeness(column.name, "customer_id"), 0.5 * (column.name.lower() in ("id", "uid", "nr", "no", "code")))


def _customers_of(sales: RelationPlan) -> RelationPlan | None:
    """A flat export: its rows tell of customers too, where they tell anything but the number."""
    table, shared = sales.driving, OF_RELATION["customers"]
    of_sale = [one.column for name, one in sales.fields.items() if name not in shared]
    fields = guess("customers", [column for column in table.own_columns if column not in of_sale])
    if "customer_id" not in fields and "email" in fields:
        fields["customer_id"] = Guess("customer_id", fields["email"].column, 0.5, "the e-mail stands for the customer")
    told = [name for name in fields if name != "customer_id" and fields[name].score >= 0.5]
    return RelationPlan("customers", table, [], fields) if "customer_id" in fields and told else None


def _find_sales(
    tables: Sequence[DraftTable], joins: Sequence[Join], people: RelationPlan | None
) -> RelationPlan | None:
    found = []
    for table in tables:
        if people is not None and table is people.driving and len(tables) > 1:
            continue
        plan = RelationPlan("sales", table, list(_reach(table.name, joins, people)))
        plan.fields = _guess_sale(plan, tables, {join.column for join in joins})
        _prefer_keys(plan)
        if "sold_at" in plan.fields and {"unit_price", "line_amount"} & set(plan.fields):
            own = sum(one.column.table == table.name for name, one in plan.fields.items() if name in _SALE)
            found.append((least(plan.fields, *_SALE) + 0.3 * own, table.rows, plan))
    return max(found, key=lambda one: (one[0], one[1]))[2] if found else None


def _guess_sale(plan: RelationPlan, tables: Sequence[DraftTable], pointers: set[Column]) -> dict[str, Guess]:
    """Amounts are the driving table's own: those of its orders would count once per line, those of its products
    are of today. Only where it has none, a product's price is taken.
    """
    columns = plan.columns(tables)
    own = [one for one in columns if _is_of_line(one, plan.driving) or not _is_amount(one)]
    fields = guess("sales", own, pointers)
    if not {"unit_price", "line_amount"} & set(fields):
        fields = guess("sales", columns, pointers)
        for name in {"unit_price", "line_amount"} & set(fields):
            doubt = f"the lines have no price; this is that of table {fields[name].column.table}"
            fields[name] = replace(fields[name], doubt=doubt)
    return fields | _nameless_products(plan, tables, fields)


def _nameless_products(plan: RelationPlan, tables: Sequence[DraftTable], fields: dict[str, Guess]) -> dict[str, Guess]:
    """Where no name tells the product: the texts of a table without dates that the lines point to."""
    if "product_name" in fields:
        return {}
    for join in plan.joins:
        table = next(one for one in tables if one.name == join.key.table)
        texts = [one for one in table.columns if one is not join.key and not one.numbers and not one.is_emails]
        texts = [one for one in texts if one.present and not is_never_read(one.name)]
        if join.column.table == plan.driving.name and texts and not any(one.is_dates for one in table.columns):
            doubt = "guessed: texts of a table that the lines point to"
            texts.sort(key=lambda one: -one.distinct)
            names = ("product_name", "category") if len(texts) > 1 and texts[1].distinct > 1 else ("product_name",)
            return {name: Guess(name, one, 0.3, doubt) for name, one in zip(names, texts, strict=False)}
    return {}


def _is_of_line(column: Column, driving: DraftTable) -> bool:
    """Whether it is said of one line, not of the whole order."""
    return column.is_item if driving.nesting.items else column.table == driving.name


def _is_amount(column: Column) -> bool:
    return bool(column.amounts) and max(likeness(column.name, name) for name in _AMOUNTS) > 0


def _reach(start: str, joins: Sequence[Join], people: RelationPlan | None) -> Iterator[Join]:
    """Joins from a table outwards, each further table once; the people's is left out."""
    reached = {start} | ({people.driving.name} if people else set())
    frontier = [start]
    while frontier:
        table = frontier.pop(0)
        for join in joins:
            if join.column.table == table and join.key.table not in reached:
                reached.add(join.key.table)
                frontier.append(join.key.table)
                yield join


def _prefer_keys(plan: RelationPlan) -> None:
    """Order and product are known by the column that points to their tables, where there are such tables."""
    for join in plan.joins:
        inside = {name for name, one in plan.fields.items() if one.column.table == join.key.table}
        if join.column.table != plan.driving.name:
            continue
        doubt = "" if join.is_sure else "guessed by the values that it shares with another table"
        if inside & set(_PRODUCT) and "sold_at" not in inside:
            _take(plan, "product_id", Guess("product_id", join.column, 1.0, doubt))
        elif "sold_at" in inside:
            _take(plan, "order_id", Guess("order_id", join.column, 1.0, doubt))


def _take(plan: RelationPlan, name: str, one: Guess) -> None:
    plan.fields = {field: known for field, known in plan.fields.items() if known.column is not one.column}
    plan.fields[name] = one


def _share_customer_ids(sales: RelationPlan, people: RelationPlan, joins: Sequence[Join]) -> None:
    """The column of the sale that points to the people's table is the customer."""
    reached = [sales.driving.name, *(join.key.table for join in sales.joins)]
    pointing = [join for join in joins if join.key.table == people.driving.name and join.column.table in reached]
    if pointing:
        join = min(pointing, key=lambda one: reached.index(one.column.table))
        doubt = "" if join.is_sure else "guessed by the values that it shares with the customers"
        _take(sales, "customer_id", Guess("customer_id", join.column, 1.0, doubt))
        people.fields["customer_id"] = Guess("customer_id", join.key, 1.0)


def _find_reviews(
    tables: Sequence[DraftTable], joins: Sequence[Join], sales: RelationPlan | None, people: RelationPlan | None
) -> RelationPlan | None:
    used = {plan.driving.name for plan in (sales, people) if plan}
    used |= {join.key.table for join in (sales.joins if sales else ())}
    sold = sales.fields.get("product_id") if sales else None
    products = {join.key.table for join in (sales.joins if sales else ()) if sold and join.column is sold.column}
    for table in tables:
        fields = guess("reviews", table.own_columns)
        pointing = [join for join in joins if join.column.table == table.name]
        for join in pointing:
            if people and join.key.table == people.driving.name:
                fields["customer_id"] = Guess("customer_id", join.column, 1.0)
            elif join.key.table in products:
                fields["product_id"] = Guess("product_id", join.column, 1.0)
        if table.name not in used and {"product_id", "rating"} <= set(fields) and fields["rating"].score > 0.5:
            return RelationPlan("reviews", table, [], fields)
    return None
