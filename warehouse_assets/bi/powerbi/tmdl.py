"""TMDL, the text form of a semantic model: objects, their properties and children, indented by tabs."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

_PLAIN = re.compile(r"^[A-Za-z_]\w*$")


def quoted(name: str) -> str:
    """An object's name as TMDL wants it: in quotes where it is not a plain word."""
    return name if _PLAIN.match(name) else "'" + name.replace("'", "''") + "'"


@dataclass(frozen=True)
class Node:
    """One object: `head` is its kind and name; a property is a pair, or a lone word that says yes.

    `expression` follows the head: on its line where it is one line, else below it, two levels deeper.
    """

    head: str
    properties: tuple[tuple[str, str] | str, ...] = ()
    children: tuple[Node, ...] = field(default=())
    expression: str | None = None
    description: str | None = None

    def lines(self, depth: int = 0) -> Iterator[str]:
        """The object's text."""
        indent = "\t" * depth
        if self.description:
            yield f"{indent}/// {self.description}"
        yield from self._opening(indent)
        for each in self.properties:
            yield f"{indent}\t{each}" if isinstance(each, str) else f"{indent}\t{each[0]}: {each[1]}"
        for child in self.children:
            yield ""
            yield from child.lines(depth + 1)

    def _opening(self, indent: str) -> Iterator[str]:
        if self.expression is None:
            yield f"{indent}{self.head}"
        elif "\n" not in self.expression:
            yield f"{indent}{self.head} = {self.expression}"
        else:
            yield f"{indent}{self.head} ="
            yield from (f"{indent}\t\t{line}" for line in self.expression.splitlines())


def document(nodes: Iterable[Node]) -> str:
    """Objects as one file."""
    return "\n\n".join("\n".join(node.lines()) for node in nodes) + "\n"
