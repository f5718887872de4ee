"""Physical lines of a text, handed out one by one or left out."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Sequence

from warehouse_assets.splitting.source import split_lines


class Lines:
    """Physical lines, block by block, with push-back. Its length is the number of lines at hand."""

    def __init__(self, blocks: Iterator[str]) -> None:
        self._blocks, self._waiting = blocks, deque[str]()
        self.blocks_read = 0

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        while not self._waiting:
            self.put(next(self._blocks))
            self.blocks_read += 1
        return self._waiting.popleft()

    def __len__(self) -> int:
        return len(self._waiting)

    def put(self, block: str) -> None:
        """Adds the lines of a block to those at hand."""
        self._waiting.extend(split_lines(block))

    def rest_of_block(self) -> str | None:
        """The lines at hand as one text, or the next block; None at the end."""
        if self._waiting:
            rest = "".join(self._waiting)
            self._waiting.clear()
            return rest
        return next(filter(None, self._blocks), None)

    def pass_over(self, count: int) -> None:
        """Leaves out lines at hand."""
        for _ in range(count):
            self._waiting.popleft()

    def recorded(self, taken: list[str]) -> Iterator[str]:
        """Yields the lines, and adds each one to `taken`."""
        for line in self:
            taken.append(line)
            yield line

    def hand_back(self, taken: Sequence[str]) -> None:
        """Pushes the lines back, to be read next."""
        self._waiting.extendleft(reversed(taken))
