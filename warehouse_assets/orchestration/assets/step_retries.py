"""Retries of steps when the database is unavailable, or short of disk, memory or connections."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from inspect import isgeneratorfunction
from typing import Any, TypeVar, cast

import dagster as dg
import psycopg

from warehouse_assets.database import refused
from warehouse_assets.orchestration.passing_faults import PASSING_TAG, may_pass

Step = TypeVar("Step", bound=Callable[..., Any])

MOST_RETRIES = 4
FIRST_PAUSE_SECONDS = 2.0
"""Each pause is twice as long as the one before: half a minute in total."""


def retry_transient_errors(step: Step) -> Step:
    """For the function of every asset that uses the database, beneath Dagster's own decorator.

    A fault that may pass has the step done again, later each time; what is wrong with a file, a rule or an address
    fails at once. A step is whole transactions, so doing it again doubles nothing.
    """

    @wraps(step)
    def generating(*arguments: Any, **named: Any) -> Iterator[Any]:
        with request_retry():
            yield from step(*arguments, **named)

    @wraps(step)
    def returning(*arguments: Any, **named: Any) -> Any:
        with request_retry():
            return step(*arguments, **named)

    return cast("Step", generating if isgeneratorfunction(step) else returning)


@contextmanager
def request_retry() -> Iterator[None]:
    """Turns a transient error into Dagster's request to retry the step, while retries are left."""
    try:
        yield
    except Exception as error:
        fault = refused(error) if isinstance(error, psycopg.Error) else error
        if not may_pass(fault):
            raise fault from fault.__cause__
        context = dg.OpExecutionContext.get()
        if context.retry_number >= MOST_RETRIES:
            # The sensors request such a run again.
            context.instance.add_run_tags(context.run_id, {PASSING_TAG: context.run_id})
            raise fault from fault.__cause__
        # Random, so that steps that failed together do not return together.
        pause = FIRST_PAUSE_SECONDS * 2**context.retry_number * random.uniform(0.5, 1.5)  # noqa: S311
        raise dg.RetryRequested(max_retries=MOST_RETRIES, seconds_to_wait=pause) from fault
