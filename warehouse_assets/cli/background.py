"""Work beside other work, in a thread that does not keep an interrupted command from ending."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Generic, TypeVar

Result = TypeVar("Result")


class Background(Generic[Result]):
    """Does the work in a thread of its own, from now on."""

    def __init__(self, work: Callable[[], Result]) -> None:
        self._work = work
        self._results, self._errors = list[Result](), list[BaseException]()
        self._thread = threading.Thread(target=self._do, daemon=True)
        self._thread.start()

    def _do(self) -> None:
        try:
            self._results.append(self._work())
        except BaseException as error:  # raised where the result is asked for
            self._errors.append(error)

    def result(self) -> Result:
        """Waits for the end of the work; raises its error."""
        self._thread.join()
        for error in self._errors:
            raise error
        return self._results[0]
