"""The parts of the choice guide's answers: texts in two languages, evidence, links and recommendations."""

from __future__ import annotations

from typing import Any

Both = dict[str, str]
Choice = dict[str, Any]
Link = dict[str, Any]


def both(english: str, chinese: str) -> Both:
    """A text in both languages."""
    return {"en": english, "zh": chinese}


def paper(reference: str) -> Both:
    """The evidence that cites the function's paper."""
    return both(f"Its paper: {reference}.", f"原论文：{_in_chinese(reference)}。")


def used(reference: str) -> Both:
    """The evidence that names a model which uses the function."""
    return both(f"Used by {reference}.", f"采用它的模型：{_in_chinese(reference)}。")


def _in_chinese(reference: str) -> str:
    return reference.replace(", arXiv", "，arXiv").replace("; ", "；")


def link(to: str, english: str, chinese: str) -> Link:
    """An address within the atlas with its title."""
    return {"text": both(english, chinese), "to": to}


def choice(function: str, reason: Both, evidence: Both, *links: Link) -> Choice:
    """A recommended function with the reason, the evidence, and links into the atlas."""
    return {"function": function, "reason": reason, "evidence": evidence, "links": list(links)}
