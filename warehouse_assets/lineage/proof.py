"""The proof: reads every statement by the grammar, and checks what arrives in the tables that it fills."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

from warehouse_assets.ingestion.sources.source import list_sources, read_source
from warehouse_assets.lineage.deliveries import misused_columns
from warehouse_assets.lineage.models import SCRATCH, Model, check_models, project_models, scratch_models
from warehouse_assets.lineage.names import digest, expect_plain, named_tables, parse
from warehouse_assets.lineage.queries import QueryReader
from warehouse_assets.lineage.relations import Relation, Rules, declared_relations
from warehouse_assets.lineage.reviews import REVIEWS, Review
from warehouse_assets.lineage.values import Kind, Refused, Value, declared, is_of_persons
from warehouse_assets.schemas import TABLES
from warehouse_assets.settings import SQL_ROOT

_READ_BY_MARTS = ("dw", "mart_customers", "mart_sales")
_READ_BY_CHECKS = (*_READ_BY_MARTS, "ops")
_READ_BY_THE_WAREHOUSE = ("staging", "dw", "ops")
_READ_TOO = {
    "marts": {"governance.restrictions"},
    "checks": {"staging.pending_months", "staging.rejected_records"},
    "warehouse": set[str](),
}

_WHAT_TO_DO = " (use a form of docs/decisions/0015-a-grammar-of-what-a-mart-may-do.md, or have it reviewed: reviews.py)"


@dataclass(frozen=True)
class Violation:
    """Where (`place`: a table, a column of it, or a named relation; `path`: the file) and what is wrong there."""

    path: str
    place: str
    reason: str

    def __str__(self) -> str:
        return f"{self.path}: {self.place} {self.reason}"


@dataclass(frozen=True)
class Proof:
    """The models that were read, and the violations; none means that every statement has a form of the grammar."""

    models: tuple[Model, ...]
    violations: tuple[Violation, ...]


def prove(models: Iterable[Model] | None = None) -> Proof:
    """Checks each model (by default the project's, the sources' SELECTs and the queries of bad rows) by itself.

    What a statement reads is known from the declarations, and each statement must keep to the declaration of what
    it fills, so that no order and no repetition is needed.
    """
    wanted = tuple(project_models() if models is None else models)
    found = [violation for model in wanted for violation in prove_one(model)]
    if models is None:
        found += [*_without_select(wanted), *source_violations(SQL_ROOT / "sources"), *_without_statement(wanted)]
        found += [violation for model in check_models() for violation in prove_check(model)]
    return Proof(wanted, tuple(found))


def prove_one(model: Model) -> tuple[Violation, ...]:
    """The violations of one model."""
    try:
        found = read_model(model)
    except Refused as form:
        return (_refused(model, form),)
    return tuple(_arrivals(model, found))


def prove_check(model: Model) -> tuple[Violation, ...]:
    """The violations of a query of bad rows: a row may belong to a person, but tells of them no more than a group."""
    try:
        found = read_model(model)
    except Refused as form:
        return (_refused(model, form),)
    return tuple(
        Violation(model.path, f"column {name}", f"shows {value.kind.value} {value.origin}")
        for name, value in found.columns
        if value.is_labelled and not value.is_figure
    )


def read_model(model: Model) -> Relation:
    """The relation that the model's SELECT returns. Raises Refused."""
    try:
        return _read(model)
    except (AttributeError, IndexError, KeyError, RecursionError, TypeError, ValueError) as error:
        raise Refused(f"a form that the analysis cannot read ({type(error).__name__})") from error


def _read(model: Model) -> Relation:
    known: dict[str, Relation] = {**declared_relations(), **_scratch()}
    _expect_readable(model)
    texts: dict[str, str] = {}
    for name, text in model.relations.items():
        known[name] = _statement(name, text, texts, known, model)
        texts[name] = text
    return _statement(model.name, model.text, texts, known, model)


def _statement(
    name: str, text: str, before: Mapping[str, str], known: Mapping[str, Relation], model: Model
) -> Relation:
    """One statement's relation: by its review if there is one, and otherwise by the grammar."""
    review = REVIEWS.get(name)
    if review is not None:
        _expect_unchanged(name, review, text, before)
        found = QueryReader(Rules(is_reviewed=True)).read(parse(text), known)
        return _stored(name, found) if name in TABLES else review.applied(name, found)
    if model.name in REVIEWS:
        return QueryReader(Rules(is_reviewed=True)).read(parse(text), known)
    expect_plain(text, [*before, *SCRATCH])
    holds_details = name in TABLES and not model.is_mart
    rules = Rules(holds_details=holds_details, is_check=_is_check(model))
    return QueryReader(rules).read(parse(text), known)


def _is_check(model: Model) -> bool:
    return model.path.startswith("sql/checks/")


def _expect_unchanged(name: str, review: Review, text: str, before: Mapping[str, str]) -> None:
    current = statement_digest(text, before)
    if current != review.digest:
        raise Refused(
            f"{name} or what it reads has changed since it was reviewed; review it again, then write the digest"
            f" {current} in warehouse_assets/lineage/reviews.py"
        )


def statement_digest(text: str, before: Mapping[str, str]) -> str:
    """The hash of a statement and of the named relations that it reads, directly or not."""
    wanted, waiting = set[str](), [text]
    while waiting:
        fresh = (named_tables(waiting.pop()) & set(before)) - wanted
        wanted |= fresh
        waiting += [before[name] for name in sorted(fresh)]
    return digest([text, *(part for name in before if name in wanted for part in (name, before[name]))])


def _stored(name: str, found: Relation) -> Relation:
    """The reviewed result of a stored table: its declaration says what the columns tell."""
    table = TABLES[name]
    is_personal = is_of_persons(table)
    columns = tuple(
        (column.name, replace(declared(table, column, is_personal=is_personal), sources=value.sources))
        for column, value in zip(table.column_list, found.values, strict=True)
    )
    return Relation(columns, is_personal, found.rows)


@cache
def _scratch() -> Mapping[str, Relation]:
    """The temporary results that a build stores for later SELECTs, each of which may read the ones before it."""
    found: dict[str, Relation] = {}
    for model in scratch_models():
        with suppress(Refused):
            found[model.name] = _statement(model.name, model.text, {}, {**declared_relations(), **found}, model)
    return found


def _expect_readable(model: Model) -> None:
    """Raises Refused if the model reads a table that its kind of statement does not read."""
    kind = "checks" if _is_check(model) else "marts" if model.is_mart else "warehouse"
    schemas = {"checks": _READ_BY_CHECKS, "marts": _READ_BY_MARTS, "warehouse": _READ_BY_THE_WAREHOUSE}[kind]
    for name in sorted(model.reads):
        if "." in name and name.partition(".")[0] not in schemas and name not in _READ_TOO[kind]:
            raise Refused(f"reads {name}, which no statement of this kind may read")


def _refused(model: Model, form: Refused) -> Violation:
    return Violation(model.path, model.name, f"is not proved: {form}{_WHAT_TO_DO}")


def _arrivals(model: Model, found: Relation) -> Iterator[Violation]:
    """What arrives in a table that its declaration does not allow."""
    table = TABLES.get(model.name)
    if table is None and not model.is_mart:
        return
    if table is not None and len(found.columns) != len(table.column_list):
        yield Violation(model.path, model.name, "returns other columns than declared")
        return
    if found.is_personal and (table is None or not is_of_persons(table)):
        yield Violation(model.path, f"rows of {model.name}", "may belong to one person each")
    for at, (name, value) in enumerate(found.columns):
        own = None if table is None else declared(table, table.column_list[at], is_personal=True)
        column = name if table is None else table.column_list[at].name
        if not _may_arrive(value, own):
            told = f"receives {value.kind.value} {value.origin}".rstrip()
            yield Violation(model.path, f"column {model.name}.{column}", told)


def _may_arrive(value: Value, own: Value | None) -> bool:
    """A label arrives only where it is declared; figures may be shown; a column of pseudonyms receives only them."""
    if own is not None and own.kind is Kind.KEY:
        return value.kind is Kind.KEY and value.domain == own.domain
    return not value.is_labelled or value.is_figure or (own is not None and own.kind is value.kind)


def source_violations(folder: Path) -> Iterator[Violation]:
    """Where a source would make something that is kept and shown out of an identifier."""
    for name in list_sources(folder):
        for place, reason in misused_columns(read_source(folder, name)):
            yield Violation(f"sql/sources/{name}/{place}", name, reason)


def _without_select(models: Iterable[Model]) -> Iterator[Violation]:
    """Mart tables that no known SELECT fills, so that their content is unknown."""
    filled = {model.name for model in models}
    for name in TABLES:
        if name.startswith("mart_") and name not in filled:
            yield Violation("warehouse_assets/schemas/marts.py", name, "is not filled by a SELECT that the proof knows")


def _without_statement(models: Iterable[Model]) -> Iterator[Violation]:
    """Reviews of statements that are no more."""
    names = {name for model in models for name in (model.name, *model.relations)}
    names |= {model.name for model in check_models()}
    for name in REVIEWS:
        if name not in names:
            yield Violation("warehouse_assets/lineage/reviews.py", name, "is reviewed but no statement of the project")


def column_lineage(models: Iterable[Model] | None = None) -> dict[str, dict[str, tuple[str, ...]]]:
    """Table -> column -> the stored columns it is directly computed from, as schema.table.column.

    A count of rows depends on the columns that its rows are joined, filtered and grouped by. The assets emit
    this as Dagster column lineage; `docs/column_lineage.md` renders it. Raises Refused.
    """
    wanted = project_models() if models is None else list(models)
    lineage = {}
    for model in wanted:
        table = TABLES.get(model.name)
        if table is not None:
            values = read_model(model).values
            names = zip(table.column_names, values, strict=True)
            lineage[model.name] = {name: tuple(sorted(value.sources)) for name, value in names}
    return lineage
