"""The proof: labels flow through every model until nothing changes, and arrive where they may or not."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from sqlglot import exp

from warehouse_assets.lineage.labels import Flow, Kind, Label, Mode
from warehouse_assets.lineage.models import Model, declared_relations, kind_of, parse, project_models
from warehouse_assets.lineage.queries import QueryReader
from warehouse_assets.lineage.reviews import REVIEWS, Review
from warehouse_assets.lineage.scope import Relation, UnreviewedSyntax
from warehouse_assets.schemas import TABLES

_MOST_PASSES = 8


@dataclass(frozen=True)
class Violation:
    """Where (`place`: a column, or the rows, of a table; `path`: the file) and what must not be there."""

    path: str
    place: str
    reason: str

    def __str__(self) -> str:
        return f"{self.path}: {self.place} {self.reason}"


@dataclass(frozen=True)
class Proof:
    """Every table and scratch result as it was read, and what must not be there; no violation, no leak."""

    relations: Mapping[str, Relation]
    violations: tuple[Violation, ...]


def prove(models: Iterable[Model] | None = None, reviews: Mapping[str, tuple[Review, ...]] = REVIEWS) -> Proof:
    """Reads the models (the project's by default), in their order and again until no label is new."""
    wanted = project_models() if models is None else list(models)
    relations = declared_relations()
    for _ in range(_MOST_PASSES):
        before, violations = dict(relations), []
        for model in wanted:
            try:
                found = read_model(model, relations, reviews)
            except UnreviewedSyntax as unknown:
                violations.append(Violation(model.path, model.name, f"cannot be vouched for: {unknown}"))
                continue
            violations += _arrivals(model, found)
            relations[model.name] = _joined(relations.get(model.name), found)
        if relations == before:
            return Proof(relations, tuple(dict.fromkeys(violations)))
    raise RuntimeError(f"labels still change after {_MOST_PASSES} passes over the models")


def prove_one(model: Model) -> tuple[Violation, ...]:
    """What must not be in one model that reads the tables as they are declared."""
    try:
        return tuple(_arrivals(model, read_model(model, declared_relations())))
    except UnreviewedSyntax as unknown:
        return (Violation(model.path, model.name, f"cannot be vouched for: {unknown}"),)


def read_model(
    model: Model, relations: Mapping[str, Relation], reviews: Mapping[str, tuple[Review, ...]] = REVIEWS
) -> Relation:
    """The relation that the model's SELECT gives. Raises UnreviewedSyntax."""
    reader = QueryReader(_reviewed_by(reviews.get(model.path.rsplit("/", 1)[0], ())))
    known = dict(relations)
    for name, text in model.relations.items():
        known[name] = reader.read(parse(text), known)
    return reader.read(parse(model.text), known)


def _reviewed_by(reviews: tuple[Review, ...]):  # type: ignore[no-untyped-def]
    def reviewed(node: exp.Expression, flow: Flow) -> Flow:
        if reviews and flow.of("pseudonym", Mode.DERIVED):
            text = node.sql("postgres", comments=False)
            for review in reviews:
                if review.text == text:
                    return review.applied(flow)
        return flow

    return reviewed


def _joined(known: Relation | None, found: Relation) -> Relation:
    """What the SELECT gives under the names that are declared, with what was known before."""
    if known is None:
        return found
    flows = [flow for _, flow in found.columns]
    columns = tuple(
        (name, flow.with_labels(flows[at].labels) if at < len(flows) else flow)
        for at, (name, flow) in enumerate(known.columns)
    )
    return Relation(columns, known.rows.with_labels(found.rows.labels))


def _arrivals(model: Model, found: Relation) -> Iterator[Violation]:
    table = TABLES.get(model.name)
    if table is None and not model.is_mart:
        return
    if table is not None and len(found.columns) != len(table.column_names):
        yield Violation(model.path, model.name, "has other columns than are declared")
        return
    for at, (name, flow) in enumerate(found.columns):
        column = table.column_list[at] if table is not None else None
        kind = None if column is None or model.is_mart else kind_of(column)
        place = f"column {model.name}.{column.name if column else name}"
        yield from _wrong(model, place, (label for label in flow.labels if not _may_arrive(model, label, kind)))
    rows = (label for label in found.rows.labels if not _may_decide(model, label))
    yield from _wrong(model, f"rows of {model.name}", rows)


def _may_arrive(model: Model, label: Label, kind: Kind | None) -> bool:
    """A mart takes nothing; the warehouse takes a pseudonym where one is declared, and details of people."""
    if model.is_mart or label.kind == "identity":
        return False
    if label.kind == "pseudonym":
        return label.mode is Mode.PERSON or (label.mode is Mode.COPY and kind == "pseudonym")
    return True


def _may_decide(model: Model, label: Label) -> bool:
    if model.is_mart or label.kind == "identity":
        return False
    return label.kind != "pseudonym" or label.mode is not Mode.DERIVED


def _wrong(model: Model, place: str, labels: Iterable[Label]) -> Iterator[Violation]:
    for label in sorted(labels, key=lambda found: (found.origin, found.mode.value)):
        what = label.kind.replace("_", " ")
        yield Violation(model.path, place, f"receives the {what} {label.origin} ({label.mode.value})")


def column_lineage(models: Iterable[Model] | None = None) -> dict[str, dict[str, tuple[str, ...]]]:
    """Table -> column -> the columns of stored tables that it is directly made of, as schema.table.column.

    A count of rows is made of what its rows are joined, filtered and grouped by. The assets emit it as Dagster
    column lineage; `docs/column_lineage.md` renders it. Raises UnreviewedSyntax.
    """
    wanted = project_models() if models is None else list(models)
    relations = dict(prove(wanted).relations)
    lineage = {}
    for model in wanted:
        found = read_model(model, relations)
        names = TABLES[model.name].column_names if model.name in TABLES else [name for name, _ in found.columns]
        flows = zip(names, found.columns, strict=True)
        lineage[model.name] = {name: tuple(sorted(flow.sources)) for name, (_, flow) in flows}
    return {name: columns for name, columns in lineage.items() if name in TABLES}
