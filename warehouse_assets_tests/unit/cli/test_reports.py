"""The reports are written by two processes at once; what either could not do is told."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

import pytest

from warehouse_assets.cli import jobs_here
from warehouse_assets.settings import Settings


class Halves:
    """The half of each process, and whether the other's has ended."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, here: Callable[[], str | None], there: str | None) -> None:
        self._there, self.has_ended = there, False
        monkeypatch.setattr(jobs_here, "build_defs", lambda *_, **__: None)
        monkeypatch.setattr(jobs_here, "current", lambda: SimpleNamespace(begin=lambda *_: self._end))
        instance = SimpleNamespace()
        self.jobs = jobs_here.JobsHere(Settings(home=Path("not used")), instance)  # type: ignore[arg-type]
        monkeypatch.setattr(self.jobs, "shown", lambda keys: here())

    def _end(self) -> str | None:
        self.has_ended = True
        return self._there


@pytest.mark.parametrize(
    ("here", "there", "told"),
    [(None, None, None), ("No disk", None, "No disk"), (None, "No login", "No login"), ("A", "B", "A\nB")],
)
def test_both_halves_say_why_they_failed(
    here: str | None, there: str | None, told: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert Halves(monkeypatch, lambda: here, there).jobs.reports() == told


def test_an_error_of_this_half_does_not_cut_off_the_other(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail() -> str | None:
        raise OSError("no disk")

    halves = Halves(monkeypatch, fail, "No login")
    with pytest.raises(OSError, match="no disk") as raised:
        halves.jobs.reports()
    assert halves.has_ended and raised.value.__notes__ == ["No login"]


def test_ctrl_c_waits_for_neither(monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupt() -> str | None:
        raise KeyboardInterrupt

    halves = Halves(monkeypatch, interrupt, None)
    with pytest.raises(KeyboardInterrupt):
        halves.jobs.reports()
    assert not halves.has_ended
