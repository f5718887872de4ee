"""The encoding of a text file that is neither UTF-8 nor marked: the candidates that fit, and how sure they are."""

from __future__ import annotations

import codecs
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from warehouse_assets.splitting.source import byte_blocks, scan_source

_EAST_ASIAN = ("cp932", "euc_jp", "gb18030", "big5", "euc_kr")
_CANDIDATES = ("cp1252", *_EAST_ASIAN, "cp1250", "cp1251", "cp1253", "cp1254", "mac_roman")
_BLOCKS = 8
"""Mebibytes that are decoded for each candidate."""
_COMMON = "àâäáãåæçèéêëìíîïñòóôõöøœùúûüýÿßÀÂÄÁÃÅÆÇÈÉÊËÌÍÎÏÑÒÓÔÕÖØŒÙÚÛÜŸ€£°’‘“”«»–—…ºª¿¡·®©"

_CENTRAL = "ąćęłńóśźżĄĆĘŁŃÓŚŹŻáéíúýčďěňřšťůžÁÉÍÚÝČĎĚŇŘŠŤŮŽöőüűÖŐÜŰäÄßăâîşţ€–—„”’"


@dataclass(frozen=True)
class Encoding:
    """The encoding to name in `source.toml`, and others that fit too; None where it needs no name."""

    name: str | None
    others: tuple[str, ...] = ()


def find_encoding(path: Path) -> Encoding:
    """What to name for a text file. UTF-8 and marked files name themselves."""
    scan = scan_source(path)
    if scan.encoding != "cp1252":
        return Encoding(None)
    blocks = list(islice(byte_blocks(path), _BLOCKS))
    fitting = {name: score for name in _CANDIDATES if (score := _plausibility(blocks, name)) is not None}
    ranked = sorted(fitting, key=lambda name: (-fitting[name], _CANDIDATES.index(name)))
    if not ranked:
        return Encoding("latin-1")
    return Encoding(ranked[0], tuple(name for name in ranked[1:] if fitting[name] > 0.5)[:3])


def _plausibility(blocks: list[bytes], name: str) -> float | None:
    """How much of the text beyond ASCII is letters of one script, as people write; None where it does not decode."""
    decoder = codecs.getincrementaldecoder(name)("strict")
    try:
        text = "".join(_decoded(decoder, blocks))
    except UnicodeDecodeError:
        return None
    foreign = [character for character in text if not character.isascii()]
    if not foreign:
        return None
    if name == "cp1250":
        return sum(character in _CENTRAL for character in foreign) / len(foreign) - 0.01
    if name in _EAST_ASIAN:
        return sum(map(_is_east_asian, foreign)) / len(foreign) - 0.01 * _rare(foreign, name)
    if name in ("cp1252", "mac_roman"):
        return sum(character in _COMMON for character in foreign) / len(foreign) - 0.05 * (name == "mac_roman")
    return _one_script(text)


def _decoded(decoder: codecs.IncrementalDecoder, blocks: list[bytes]) -> Iterator[str]:
    for block in blocks:
        yield decoder.decode(block)


def _is_east_asian(character: str) -> bool:
    name = unicodedata.name(character, "")
    return name.startswith(("CJK UNIFIED", "HIRAGANA", "KATAKANA", "HANGUL SYLLABLE", "FULLWIDTH", "IDEOGRAPHIC"))


def _rare(foreign: list[str], name: str) -> float:
    """Japanese text has kana and Korean text has Hangul; without them another reading is likelier."""
    expected = {"cp932": "HIRAGANA KATAKANA", "euc_jp": "HIRAGANA KATAKANA", "euc_kr": "HANGUL"}.get(name)
    names = [unicodedata.name(character, "").partition(" ")[0] for character in foreign]
    if name == "euc_kr" and names.count("HANGUL") > 0.9 * len(names):
        return -50.0
    if expected is None:
        return float(any(one in ("HIRAGANA", "KATAKANA", "HANGUL") for one in names)) * 20
    return 0.0 if any(one in expected.split() for one in names) else 30.0


def _one_script(text: str) -> float:
    """The share of words beyond ASCII that are written in Cyrillic or Greek throughout."""
    words = [word for word in text.replace(",", " ").replace(";", " ").replace('"', " ").split() if not word.isascii()]
    letters = [[c for c in word if c.isalpha()] for word in words]
    whole = [
        word
        for word in letters
        if word
        and all(unicodedata.name(c, "").startswith(("CYRILLIC", "GREEK")) for c in word)
        and all(c.islower() for c in word[1:])
    ]
    return 0.9 * len(whole) / len(words)
