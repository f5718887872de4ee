"""The proof: propagates labels through every model until nothing changes, then checks where they arrive."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from sqlglot import exp

from warehouse_assets.ingestion.sources.source import list_sources, read_source
from warehouse_assets.lineage.deliveries import misused_columns
from warehouse_assets.lineage.examples import check_models, shown_labels
from warehouse_assets.lineage.labels import Flow, Kind, Label, Mode
from warehouse_assets.lineage.models import Model, declared_relations, kind_of, parse, project_models
from warehouse_assets.lineage.queries import QueryReader, Reviewed
from warehouse_assets.lineage.reviews import REVIEWS, Review, answerable
from warehouse_assets.lineage.scope import Relation, UnreviewedSyntax
from warehouse_assets.schemas import TABLES
from warehouse_assets.settings import SQL_ROOT

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
    """The labels of every table and temporary result, and the violations; no violation means no leak."""

    models: tuple[Model, ...]
    relations: Mapping[str, Relation]
    violations: tuple[Violation, ...]


def prove(models: Iterable[Model] | None = None, since: Proof | None = None) -> Proof:
    """Analyses the models (by default the project's) in order, and repeats until no label is new.

    `since` is an earlier proof without violations; only models that differ from it are analysed again.
    """
    wanted = tuple(project_models() if models is None else models)
    relations = declared_relations() if since is None else dict(since.relations)
    known: dict[str, tuple[Violation, ...]] = {model.name: () for model in wanted if since and model in since.models}
    changed = _pass(wanted, relations, known, set())
    for _ in range(_MOST_PASSES):
        if not changed:
            beside = _beside_the_models(wanted, relations) if models is None else ()
            return Proof(wanted, relations, (*beside, *(found for each in known.values() for found in each)))
        changed = _pass(wanted, relations, known, changed)
    raise RuntimeError(f"labels still change after {_MOST_PASSES} passes over the models")


def _pass(
    models: Iterable[Model],
    relations: dict[str, Relation],
    violations: dict[str, tuple[Violation, ...]],
    changed: set[str],
) -> set[str]:
    """Analyses the models whose inputs changed; returns the relations that change now."""
    fresh: set[str] = set()
    for model in models:
        if model.name in violations and not model.reads & (changed | fresh):
            continue
        before = relations.get(model.name)
        try:
            found = read_model(model, relations)
        except UnreviewedSyntax as unknown:
            violations[model.name] = (_unknown(model, unknown),)
            continue
        violations[model.name] = tuple(_arrivals(model, found))
        relations[model.name] = _joined(before, found)
        if relations[model.name] != before:
            fresh.add(model.name)
    return fresh


def _unknown(model: Model, unknown: UnreviewedSyntax) -> Violation:
    return Violation(model.path, model.name, f"cannot be checked: {unknown}")


def _beside_the_models(models: Iterable[Model], relations: Mapping[str, Relation]) -> Iterator[Violation]:
    """Violations of other readers of personal data: the sources' SELECTs and the queries of bad rows."""
    yield from _without_select(models)
    yield from _differing_bounds(models, relations)
    yield from source_violations(SQL_ROOT / "sources")
    for model in check_models(SQL_ROOT):
        yield from prove_check(model, relations)


def _differing_bounds(models: Iterable[Model], relations: Mapping[str, Relation]) -> Iterator[Violation]:
    """Marts with different bounds of one detail: the difference of their figures is a window, as in one table."""
    known: dict[str, set[tuple[Mode, str]]] = {}
    for model in models:
        if model.is_mart and model.name in relations:
            for label in _labels_of(relations[model.name]):
                if label.bound:
                    bounds = known.setdefault(label.origin, set())
                    bounds.add((label.mode, label.bound))
                    if len(bounds) > 1:
                        yield Violation(model.path, model.name, f"has another bound of {label.origin} than other marts")


def _labels_of(relation: Relation) -> frozenset[Label]:
    return relation.rows.labels.union(*(flow.labels for _, flow in relation.columns))


def source_violations(folder: Path) -> Iterator[Violation]:
    """Where a source would make something that is kept and shown out of an identifier."""
    for name in list_sources(folder):
        for place, reason in misused_columns(read_source(folder, name)):
            yield Violation(f"sql/sources/{name}/{place}", name, reason)


def prove_check(model: Model, relations: Mapping[str, Relation]) -> Iterator[Violation]:
    """The personal data that a query of bad rows would show; Dagster's pages display its rows."""
    try:
        found = read_model(model, relations)
    except UnreviewedSyntax as unknown:
        yield _unknown(model, unknown)
        return
    for name, labels in shown_labels(found).items():
        yield from _wrong(model, f"example column {name}", labels)
    yield from _vault_reads(model)


def _without_select(models: Iterable[Model]) -> Iterator[Violation]:
    """Mart tables that no known SELECT fills, so that their content is unknown."""
    filled = {model.name for model in models}
    for name in TABLES:
        if name.startswith("mart_") and name not in filled:
            yield Violation("warehouse_assets/schemas/marts.py", name, "is not filled by a SELECT that the proof knows")


def prove_one(model: Model) -> tuple[Violation, ...]:
    """The violations of one model that reads the declared tables."""
    try:
        return tuple(_arrivals(model, read_model(model, declared_relations())))
    except UnreviewedSyntax as unknown:
        return (_unknown(model, unknown),)


def read_model(model: Model, relations: Mapping[str, Relation]) -> Relation:
    """The relation that the model's SELECT returns. Raises UnreviewedSyntax."""
    try:
        return _read(model, relations)
    except (AttributeError, IndexError, KeyError, RecursionError, TypeError, ValueError) as error:
        raise UnreviewedSyntax(f"a form that the analysis cannot process ({type(error).__name__})") from error


def _read(model: Model, relations: Mapping[str, Relation]) -> Relation:
    reader = QueryReader(_reviewed_by(REVIEWS.get(model.path.rsplit("/", 1)[0], ())))
    known = dict(relations)
    for name, text in model.relations.items():
        known[name] = reader.read(parse(text), known)
    return reader.read(parse(model.text), known)


def _reviewed_by(reviews: tuple[Review, ...]) -> Reviewed:
    has_totals = any(review.gives == "total" for review in reviews)

    def reviewed(node: exp.Expr, flow: Flow) -> Flow:
        if not (has_totals and flow.labels) and not (reviews and answerable(flow)):
            return flow
        text = node.sql("postgres", comments=False)
        return next((review.applied(flow) for review in reviews if review.text == text), flow)

    return reviewed


def _joined(known: Relation | None, found: Relation) -> Relation:
    """The SELECT's result under the declared names, merged with the earlier labels."""
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
    yield from _vault_reads(model)
    if table is None and not model.is_mart:
        return
    if table is not None and len(found.columns) != len(table.column_names):
        yield Violation(model.path, model.name, "returns other columns than declared")
        return
    told = _labels_of(found)
    for at, (name, flow) in enumerate(found.columns):
        column = table.column_list[at] if table is not None else None
        kind = None if column is None or model.is_mart else kind_of(column)
        place = f"column {model.name}.{column.name if column else name}"
        arrived = (label for label in flow.labels if not _is_only_bound(label, told))
        yield from _wrong(model, place, (label for label in arrived if not _may_arrive(model, label, kind)))
    decided = (label for label in found.rows.labels if not _is_only_bound(label, told))
    rows = (label for label in decided if not _may_decide(model, label))
    yield from _wrong(model, f"rows of {model.name}", rows)


def _vault_reads(model: Model) -> Iterator[Violation]:
    for name in sorted(model.reads):
        if name.lower().startswith("vault."):
            yield Violation(model.path, model.name, f"reads {name}: no SELECT may read the vault")


def _is_only_bound(label: Label, told: frozenset[Label]) -> bool:
    """A bound without a second one in the table. "In the last months" is a group; two bounds make a window of days.

    A lower and an upper bound make one in a query; two on the same side make one by the difference of two figures.
    """
    bounds = {(one.mode, one.bound) for one in told if one.origin == label.origin and one.bound}
    return label.mode in (Mode.SINCE, Mode.UNTIL) and len(bounds) == 1


def _may_arrive(model: Model, label: Label, kind: Kind | None) -> bool:
    """A mart may hold no label; `dw` may hold declared pseudonyms and details of people."""
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
    for label in sorted(labels, key=lambda found: (found.kind, list(Mode).index(found.mode), found.origin)):
        what = label.kind.replace("_", " ")
        yield Violation(model.path, place, f"receives the {what} {label.origin} ({label.mode.value})")


def column_lineage(models: Iterable[Model] | None = None) -> dict[str, dict[str, tuple[str, ...]]]:
    """Table -> column -> the stored columns it is directly computed from, as schema.table.column.

    A count of rows depends on the columns that its rows are joined, filtered and grouped by. The assets emit
    this as Dagster column lineage; `docs/column_lineage.md` renders it. Raises UnreviewedSyntax.
    """
    wanted = project_models() if models is None else list(models)
    relations = dict(declared_relations())
    lineage = {}
    for model in wanted:
        found = read_model(model, relations)
        declared = TABLES.get(model.name)
        if declared is None:
            # A temporary result is replaced by the columns of the tables behind it.
            relations[model.name] = found
            continue
        flows = zip(declared.column_names, found.columns, strict=True)
        lineage[model.name] = {name: tuple(sorted(flow.sources)) for name, (_, flow) in flows}
    return lineage
