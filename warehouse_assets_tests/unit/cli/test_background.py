"""Work in the background gives its result or its error to who asks for it."""

from __future__ import annotations

import threading
from functools import partial

import pytest

from warehouse_assets.cli.background import Background


def test_the_result_is_waited_for() -> None:
    may_end = threading.Event()
    work = Background(may_end.wait)
    may_end.set()
    assert work.result() is True


def test_the_error_is_raised_where_the_result_is_asked_for() -> None:
    with pytest.raises(ValueError, match="invalid literal"):
        Background(partial(int, "x")).result()
