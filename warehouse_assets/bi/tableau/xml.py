"""XML as short calls: an element is its tag, attributes and children."""

from __future__ import annotations

from collections.abc import Iterable
from xml.etree import ElementTree as ET

_HEADER = "<?xml version='1.0' encoding='utf-8' ?>\n"


def element(tag: str, attributes: dict[str, str] | None = None, *children: ET.Element, text: str = "") -> ET.Element:
    """An element; attributes keep their order, so that the same calls give the same text."""
    made = ET.Element(tag, attributes or {})
    made.text = text or None
    made.extend(children)
    return made


def group(tag: str, children: Iterable[ET.Element]) -> ET.Element:
    """An element without attributes."""
    return element(tag, None, *children)


def as_text(root: ET.Element) -> str:
    """The document, indented by two spaces."""
    ET.indent(root)
    return _HEADER + ET.tostring(root, encoding="unicode") + "\n"
