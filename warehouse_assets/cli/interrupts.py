"""Ctrl-C and SIGTERM while a job runs in this process."""

from __future__ import annotations

import signal
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress

_MOST_SIGNALS = 4096


@contextmanager
def forgotten_interrupts() -> Iterator[None]:
    """Raises KeyboardInterrupt at the end of the block for a signal that came in it and interrupted nothing.

    Dagster holds signals back between the steps of a job, and forgets one that comes after the last step.
    """
    if threading.current_thread() is not threading.main_thread():
        yield  # signals reach the main thread only
        return
    reader, writer = socket.socketpair()
    with reader, writer:
        reader.setblocking(False)
        writer.setblocking(False)
        # The system's number of each signal is written here, whatever its handler does.
        former = signal.set_wakeup_fd(writer.fileno(), warn_on_full_buffer=False)
        try:
            yield
        finally:
            signal.set_wakeup_fd(former)
        received = b""
        with suppress(BlockingIOError):
            received = reader.recv(_MOST_SIGNALS)
    if {signal.SIGINT, signal.SIGTERM} & set(received):
        raise KeyboardInterrupt
