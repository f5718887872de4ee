"""Every leak of the corpus is outside the grammar, every clean SELECT inside; what the grammar lacks fails."""

from __future__ import annotations

import pytest

from warehouse_assets.lineage import Model, Violation, prove
from warehouse_assets.lineage.proof import prove_one
from warehouse_assets_tests.unit.lineage.corpus import attacks_by_class, attacks_on_rows, attacks_on_values
from warehouse_assets_tests.unit.lineage.corpus.clean import CLEAN
from warehouse_assets_tests.unit.lineage.corpus.comparisons import COMPARED
from warehouse_assets_tests.unit.lineage.corpus.figures import FIGURES, SHOWN
from warehouse_assets_tests.unit.lineage.corpus.forms import FORMS
from warehouse_assets_tests.unit.lineage.corpus.identities import LEAKS
from warehouse_assets_tests.unit.lineage.corpus.pseudonyms import DETAILS, PSEUDONYMS, UNKNOWN

MUTANTS = {
    f"{kind}: {name}": text
    for kind, corpus in (
        ("identity", LEAKS),
        ("pseudonym", PSEUDONYMS),
        ("detail", DETAILS),
        ("compared", COMPARED),
        ("form", FORMS),
        ("unknown", UNKNOWN),
        ("name", attacks_on_values.NAMES),
        ("generaliser", attacks_on_values.GENERALISERS),
        ("constant", attacks_on_values.CONSTANTS),
        ("threshold", attacks_on_values.THRESHOLDS),
        ("null", attacks_on_values.NULLS),
        ("picked", attacks_on_rows.PICKED),
        ("set", attacks_on_rows.SETS),
        ("read", attacks_on_rows.READ),
        ("figure", FIGURES),
        ("multiplied", attacks_on_rows.MULTIPLIED),
        ("class", attacks_by_class.BY_CLASS),
    )
    for name, text in corpus.items()
}

ALLOWED = {**CLEAN, **SHOWN, **attacks_by_class.BESIDE}


def violations(text: str) -> tuple[Violation, ...]:
    return prove_one(Model("mart_customers.probe", "probe.sql", text))


@pytest.mark.parametrize("name", MUTANTS)
def test_a_leak_is_caught(name: str) -> None:
    assert violations(MUTANTS[name])


@pytest.mark.parametrize("name", ALLOWED)
def test_a_clean_select_passes(name: str) -> None:
    assert [str(found) for found in violations(ALLOWED[name])] == []


def test_the_corpus_is_large() -> None:
    assert len(MUTANTS) >= 510
    assert len(ALLOWED) >= 62


@pytest.mark.parametrize("name", LEAKS)
def test_a_leak_of_an_identity_is_caught_within_the_warehouse_too(name: str) -> None:
    assert prove_one(Model("dw.dim_channel", "dim_channel.sql", LEAKS[name]))


def test_the_project_is_clean() -> None:
    assert [str(found) for found in prove().violations] == []
