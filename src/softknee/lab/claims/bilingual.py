"""`Text`: a text in English and in Chinese."""

from __future__ import annotations

from typing import Literal, NamedTuple

Language = Literal["en", "zh"]
LANGUAGES: tuple[Language, ...] = ("en", "zh")


class Text(NamedTuple):
    """A text in English and in Chinese.

    >>> Text("depth", "深度").in_("zh")
    '深度'
    """

    en: str
    zh: str

    def in_(self, language: Language) -> str:
        """The text in "en" or "zh"."""
        return self.en if language == "en" else self.zh
