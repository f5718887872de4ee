"""The customer mart computed plainly: person by person, month by month, folding one member at a time."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any

from warehouse_assets_tests.integration.marts.customer_mart_folding import (
    STATES,
    Blank,
    Fold,
    average,
    blanked,
    fold,
    month_number,
    month_start,
    rounded,
)
from warehouse_assets_tests.integration.marts.customer_mart_shop import Person, Row, Sale
from warehouse_assets_tests.integration.marts.customer_value_oracle import Buyers

PAIRS = {"age_band×gender": "age_band", "continent×gender": "continent"}
CROSSED = ("age_band", "gender", "continent", *PAIRS)
"""Attributes that tell active people from never active ones all or not at all."""


@dataclass(frozen=True)
class Oracle:
    people: Sequence[Person]
    sales: Sequence[Sale]
    as_of: date
    k: int = 1
    w: int = 3

    @property
    def now(self) -> int:
        return month_number(self.as_of)

    def is_over(self, month: int) -> bool:
        return month_start(month + 1) - timedelta(days=1) <= self.as_of

    def bought(self, person: Person) -> list[Sale]:
        return [s for s in self.sales if s.customer == person.key and not s.is_return]

    def last_seen(self, person: Person) -> date | None:
        lines = [sale.day for sale in self.sales if sale.customer == person.key]
        return max((day for day in (person.login, person.purchase, *lines) if day), default=None)

    def state(self, person: Person) -> str:
        if person.is_declared_churned is not None:
            return "churned" if person.is_declared_churned else "active"
        active = max((day for day in (person.signup, self.last_seen(person)) if day), default=None)
        if active is None:
            return "never"
        return "churned" if month_number(active) <= self.now - self.w else "active"

    def customer_demographics(self) -> dict[tuple[Any, ...], Row]:
        if len(self.people) < self.k:
            return {}
        groups: dict[tuple[str, str], list[Person]] = defaultdict(list)
        folds = self._single_folds()
        for person in self.people:
            for attribute, shown in self._shown(person, folds):
                groups[attribute, shown].append(person)
        shown = self._blank(groups, folds)
        return {key: self._demographic_row(key, members, shown) for key, members in groups.items()}

    def _blank(self, groups: Mapping[tuple[str, str], Sequence[Person]], folds: Mapping[str, Fold]) -> Blank:
        """The groups whose churned, active and never active, and average age are not published."""
        counts = {key: Counter(map(self.state, members)) for key, members in groups.items()}
        for key, members in groups.items():
            counts[key]["known age"] = sum(person.age is not None for person in members)
        siblings: dict[tuple[str, str], dict[tuple[str, str], Counter[str]]] = defaultdict(dict)
        for key in groups:
            parent = self._continent(groups[key][0], folds) if key[0] == "country" else ""
            siblings[key[0], parent][key] = counts[key]
        blank: Blank = {what: set() for what in STATES}
        for own in siblings.values():
            for what, keys in blanked(own, self.k).items():
                blank[what] |= keys
        self._hide_together(blank, groups, folds)
        return blank

    def _hide_together(
        self, blank: Blank, groups: Mapping[tuple[str, str], Sequence[Person]], folds: Mapping[str, Fold]
    ) -> None:
        for keys in blank.values():
            for key, members in groups.items():
                if key[0] == "country" and ("continent", self._continent(members[0], folds)) in keys:
                    keys.add(key)
        blank["age"] |= {key for key in groups if key[0] == "age_band" or key[0] in PAIRS}
        if any(key[0] in CROSSED for key in blank["split"] - blank["churn"]):
            blank["split"] |= {key for key in groups if key[0] in (*CROSSED, "country")}
        blank["split"] |= blank["churn"]
        genders = {key for key in groups if key[0] == "gender"}
        firsts = set(folds["continent×gender"].values())
        if any(("continent×gender", f"{first} × {gender}") not in groups for first in firsts for _, gender in genders):
            blank["age"] |= genders

    def _continent(self, person: Person, folds: Mapping[str, Fold]) -> str:
        return folds["continent"][person.continent]

    def _single_folds(self) -> dict[str, Fold]:
        names = ("age_band", "gender", "continent", "segment", "channel", "status", "purchase_frequency")
        folds = {}
        for name in names:
            sizes = Counter(getattr(person, name) for person in self.people)
            folds[name] = fold({member: [size] for member, size in sizes.items()}, self.k)
        for continent in folds["continent"]:
            sizes = Counter(p.country for p in self.people if p.continent == continent)
            folds[f"country {continent}"] = fold({m: [n] for m, n in sizes.items()}, self.k, f"Other {continent}")
        for pair, first in PAIRS.items():
            folds[pair] = self._pair_fold(first, folds)
        return folds

    def _pair_fold(self, first: str, folds: Mapping[str, Fold]) -> Fold:
        """From the members as shown alone; every cell's customers, churned and not churned are to be none or k."""
        alone = folds[first]
        cells = Counter(
            (alone[getattr(p, first)], folds["gender"][p.gender], self.state(p) == "churned") for p in self.people
        )
        genders = sorted(set(folds["gender"].values()))
        grid = {
            shown: [(cells[shown, gender, False], cells[shown, gender, True]) for gender in genders]
            for shown in set(alone.values())
        }
        names = fold(
            {
                shown: [sum(map(sum, row)), *(count for a, b in row for count in (a, b, a + b))]
                for shown, row in grid.items()
            },
            self.k,
        )
        return {member: names[shown] for member, shown in alone.items()}

    def _shown(self, person: Person, folds: Mapping[str, Fold]) -> Iterable[tuple[str, str]]:
        yield "All", "All"
        for name in ("age_band", "gender", "continent", "segment", "channel", "status", "purchase_frequency"):
            yield name, folds[name][getattr(person, name)]
        is_folded = folds["continent"][person.continent] == "Other"
        yield "country", "Other" if is_folded else folds[f"country {person.continent}"][person.country]
        for pair, first in PAIRS.items():
            yield pair, f"{folds[pair][getattr(person, first)]} × {folds['gender'][person.gender]}"

    def _demographic_row(self, key: tuple[str, str], members: Sequence[Person], blank: Blank) -> Row:
        states = Counter(map(self.state, members))
        shows_churn, shows_split, shows_age = (key not in blank[what] for what in ("churn", "split", "age"))
        ages = [person.age for person in members if person.age is not None]
        return {
            "attribute": key[0],
            "member": key[1],
            "customer_count": len(members),
            "share_of_customers": rounded(Fraction(len(members), len(self.people))),
            "active_count": states["active"] if shows_split else None,
            "churned_count": states["churned"] if shows_churn else None,
            "never_active_count": states["never"] if shows_split else None,
            "churn_rate": rounded(Fraction(states["churned"], len(members))) if shows_churn else None,
            "average_age": average(sum(ages), len(ages)) if ages and shows_age else None,
            "is_total": key[0] == "All",
        }

    def signup_trends(self) -> dict[tuple[Any, ...], Row]:
        if sum(p.signup is not None for p in self.people) < max(self.k, 1):
            return {}
        known = self._single_folds()["channel"]
        signed = [(month_number(p.signup), known[p.channel]) for p in self.people if p.signup]
        sizes = Counter(channel for _, channel in signed)
        folded = fold({("Other" if name == "All" else name): [0] for name in sizes}, 1)
        folded = fold({name: [sizes[name] + (sizes["All"] if name == "Other" else 0)] for name in folded}, self.k)
        rows = {}
        for shown in {"All", *folded.values()}:
            counts = Counter(m for m, c in signed if shown in ("All", folded["Other" if c == "All" else c]))
            rows.update(self._signup_rows(shown, counts, min(p.signup for p in self.people if p.signup)))
        return rows

    def _signup_rows(self, channel: str, counts: Counter[int], first_day: date) -> dict[tuple[Any, ...], Row]:
        first = month_number(first_day)

        def is_whole(month: int) -> bool:
            return first_day <= month_start(month) and self.is_over(month)

        def growth(month: int, before: int) -> Decimal | None:
            if not is_whole(before) or not counts[before] or not is_whole(month):
                return None
            return rounded(Fraction(counts[month] - counts[before], counts[before]))

        return {
            (month_start(m), channel): {
                "month": month_start(m),
                "acquisition_channel": channel,
                "signup_count": counts[m],
                "cumulative_signups": sum(counts[n] for n in range(first, m + 1)),
                "growth_vs_previous": growth(m, m - 1),
                "growth_vs_last_year": growth(m, m - 12),
                "rolling_3m_average": rounded(Fraction(sum(counts[n] for n in range(m - 2, m + 1)), 3))
                if is_whole(m - 2) and is_whole(m)
                else None,
                "is_total": channel == "All",
            }
            for m in range(first, self.now + 1)
        }

    def retention_cohorts(self) -> dict[tuple[Any, ...], Row]:
        def purchase_months(person: Person) -> set[int]:
            return {month_number(sale.day) for sale in self.bought(person)}

        def seen_until(person: Person) -> int:
            last = self.last_seen(person)
            return month_number(last) if last else -1

        signed = [(month_number(p.signup), p) for p in self.people if p.signup]
        buyers = [(min(purchase_months(p)), p) for p in self.people if self.bought(p)]
        return {
            **self._rectangle("last_seen", signed, lambda p, month: seen_until(p) >= month),
            **self._rectangle("purchase", signed, lambda p, month: month in purchase_months(p)),
            **self._rectangle("repeat_purchase", buyers, lambda p, month: month in purchase_months(p)),
        }

    def _rectangle(
        self, basis: str, members: Sequence[tuple[int, Person]], is_retained: Callable[[Person, int], bool]
    ) -> dict[tuple[Any, ...], Row]:
        if not members:
            return {}
        first = min(cohort for cohort, _ in members)
        rows: dict[tuple[Any, ...], Row] = {}
        for cohort in range(first, self.now + 1):
            own = [person for start, person in members if start == cohort]
            for since in range(self.now - first + 1):
                month = cohort + since
                is_observed = month <= self.now and self.is_over(month)
                is_shown = len(own) >= self.k and is_observed
                retained = sum(is_retained(person, month) for person in own)
                rows[basis, month_start(cohort), since] = {
                    "cohort_month": month_start(cohort),
                    "months_since": since,
                    "basis": basis,
                    "cohort_size": len(own) if len(own) >= self.k else None,
                    "retained_count": retained if is_shown else None,
                    "retention_rate": rounded(Fraction(retained, len(own))) if is_shown else None,
                    "is_observed": is_observed,
                }
        return rows

    def churn_rates(self) -> dict[tuple[Any, ...], Row]:
        active = {person: self._active_months(person) for person in self.people}
        entered = [person for person in self.people if active[person]]
        if not entered or len(entered) < self.k:
            return {}
        months = range(min(min(active[p]) for p in entered), self.now + 1)
        rows, known = {}, self._single_folds()
        for attribute in ("All", "segment", "channel"):
            own = {p: "All" if attribute == "All" else getattr(p, attribute) for p in entered}
            if attribute != "All":
                own = {p: known[attribute][member] for p, member in own.items()}
            names = fold({m: [n] for m, n in Counter(own.values()).items()}, self.k)
            for shown in set(names.values()):
                members = [active[p] for p in entered if names[own[p]] == shown]
                for month in months:
                    row = self._churn_row(members, month)
                    rows[month_start(month), attribute, shown] = {
                        "month": month_start(month),
                        "attribute": attribute,
                        "member": shown,
                        **row,
                        "is_total": attribute == "All",
                    }
        return rows

    def _active_months(self, person: Person) -> set[int]:
        lines = [sale.day for sale in self.sales if sale.customer == person.key]
        days = (person.signup, person.login, person.purchase, *lines)
        return {month_number(day) for day in days if day}

    def _churn_row(self, members: Sequence[set[int]], month: int) -> Row:
        start = new = reactivated = churned = 0
        for active in members:
            before = max((m for m in active if m < month), default=None)
            is_at_start = before is not None and before >= month - self.w
            start += is_at_start
            new += before is None and month in active
            reactivated += before is not None and not is_at_start and month in active
            churned += is_at_start and month not in active and before == month - self.w
        return {
            "customers_at_start": start,
            "new_count": new,
            "reactivated_count": reactivated,
            "churned_count": churned,
            "churn_rate": rounded(Fraction(churned, start)) if start else None,
        }

    def customer_value(self) -> dict[tuple[Any, ...], Row]:
        return Buyers(self.people, self.sales, self.as_of, self.k).customer_value()
