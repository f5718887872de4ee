"""Patterns of source.toml that name files by their path: `*` and `?` stay within a folder, `{delivery}` does not."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

_DELIVERY = "{delivery}"
_SIGN = re.compile(r"\{delivery\}|.", re.DOTALL)
_WILDCARDS = {"*": "[^/]*", "?": "[^/]", _DELIVERY: "(?P<delivery>.+?)"}
_REPEATED = ("*", _DELIVERY)


def named_by(pattern: str, path: str) -> re.Match[str] | None:
    """What the pattern finds in a path that it names, upper and lower case alike; `delivery` is a group."""
    text = "".join(_WILDCARDS.get(sign) or re.escape(sign) for sign in _SIGN.findall(pattern))
    return re.fullmatch(text, path, re.IGNORECASE)


def names_file(pattern: str, path: str) -> bool:
    """Whether the pattern names the file by its path; one that speaks of no folder, by its name in any folder."""
    return named_by(pattern, path.rpartition("/")[2] if _is_of_any_folder(pattern) else path) is not None


def may_name(pattern: str, paths: str) -> bool:
    """Whether the pattern may name a file, as `names_file` does, whose path another pattern names."""
    others = tuple(_SIGN.findall(paths.lower()))
    signs = tuple(_SIGN.findall(pattern.lower()))
    return _meet(signs, others) or (_is_of_any_folder(pattern) and _meet((_DELIVERY, "/", *signs), others))


def _is_of_any_folder(pattern: str) -> bool:
    return "/" not in pattern and _DELIVERY not in pattern


@lru_cache(maxsize=4096)
def _meet(one: Sequence[str], other: Sequence[str]) -> bool:
    """Whether some text fits both patterns; `{delivery}` may be empty here, which refuses nothing that is right."""
    if not one and not other:
        return True
    for first, second in ((one, other), (other, one)):
        if first and first[0] in _REPEATED:
            if _meet(first[1:], second):
                return True
            if second and (first[0] == _DELIVERY or second[0] != "/") and _meet(first, second[1:]):
                return True
    if not one or not other or one[0] in _REPEATED or other[0] in _REPEATED:
        return False
    a, b = one[0], other[0]
    return (a == b or (a == "?" and b != "/") or (b == "?" and a != "/")) and _meet(one[1:], other[1:])
