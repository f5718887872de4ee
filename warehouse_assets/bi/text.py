"""Text that a person reads in English or in French."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

Language = Literal["en", "fr"]
_SIGN = re.compile(r" (?=[;:?!»])|(?<=«) ")
LANGUAGES: tuple[Language, ...] = ("en", "fr")


@dataclass(frozen=True)
class Text:
    """The same words in both languages."""

    en: str
    fr: str

    def in_language(self, language: Language) -> str:
        """The words in one of them; French signs do not part from the word before them."""
        return self.en if language == "en" else _SIGN.sub("\u00a0", self.fr)
