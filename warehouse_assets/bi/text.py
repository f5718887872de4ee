"""Text that a person reads in English or in French."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Language = Literal["en", "fr"]
LANGUAGES: tuple[Language, ...] = ("en", "fr")


@dataclass(frozen=True)
class Text:
    """The same words in both languages."""

    en: str
    fr: str

    def in_language(self, language: Language) -> str:
        """The words in one of them."""
        return self.en if language == "en" else self.fr
