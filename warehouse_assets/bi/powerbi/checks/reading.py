"""A small reader of TMDL, so that what was written is checked as a file and not as what was meant."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache

_PROPERTY = re.compile(r"^(\w+): (.*)$")
_OBJECT = re.compile(r"^(\w+)(?: ('(?:[^']|'')*'|[^=]+?))?(?: =(.*))?$")


@dataclass
class Parsed:
    """A property or an object: its word, its name or None, what follows the sign, and what is in it."""

    word: str
    name: str | None = None
    value: str = ""
    inside: list[Parsed] = field(default_factory=list)
    description: str = ""

    def all(self, word: str) -> Iterator[Parsed]:
        """Objects or properties of one kind, directly in this one."""
        return (each for each in self.inside if each.word == word)

    def text(self, word: str) -> str | None:
        """The value of a property, None where it is not there."""
        return next((each.value for each in self.all(word)), None)


@lru_cache(maxsize=128)
def parse(text: str) -> Parsed:
    """A document, which is only read; unreadable lines raise ValueError with their number."""
    root = Parsed("document")
    stack: list[tuple[int, Parsed]] = [(-1, root)]
    description = ""
    for number, line in enumerate(text.splitlines(), 1):
        words = line.lstrip("\t")
        depth = len(line) - len(words)
        if words.startswith("///"):
            description = words.removeprefix("///").strip()
        if not words.strip() or words.startswith("///"):
            continue
        while stack[-1][0] >= depth:
            stack.pop()
        above, parent = stack[-1]
        if depth > above + 1:
            parent.value += f"\n{words}"
            continue
        entry = _entry(words, number)
        entry.description, description = description, ""
        parent.inside.append(entry)
        stack.append((depth, entry))
    return root


def _entry(words: str, number: int) -> Parsed:
    if found := _PROPERTY.match(words):
        return Parsed(found[1], None, found[2])
    if found := _OBJECT.match(words):
        name = found[2]
        if name and name.startswith("'"):
            name = name[1:-1].replace("''", "'")
        return Parsed(found[1], name, (found[3] or "").strip())
    raise ValueError(f"line {number} is neither a property nor an object: {words[:40]}")


@dataclass(frozen=True)
class Model:
    """The files of a semantic model, read."""

    documents: Mapping[str, Parsed]

    def of_kind(self, word: str) -> Iterator[tuple[str, Parsed]]:
        """File and object for every top-level object of a kind."""
        for name, document in self.documents.items():
            yield from ((name, each) for each in document.all(word))

    def columns(self) -> dict[str, set[str]]:
        """Table -> its columns."""
        return self._named("column")

    def measures(self) -> dict[str, set[str]]:
        """Table -> its measures."""
        return self._named("measure")

    def _named(self, word: str) -> dict[str, set[str]]:
        tables = (table for _, table in self.of_kind("table"))
        return {str(table.name): {str(each.name) for each in table.all(word)} for table in tables}


def read_model(files: Mapping[str, str]) -> Model:
    """The model in a project's files, by path."""
    return Model({name: parse(text) for name, text in files.items() if name.endswith(".tmdl")})
