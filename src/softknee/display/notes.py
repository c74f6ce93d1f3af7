"""What is said about each function, in English (its docstring) and in Chinese (`catalogue/zh/*.ini`)."""

from __future__ import annotations

from configparser import ConfigParser
from dataclasses import fields
from functools import cache
from importlib.resources import files

from softknee.language.axiswise import AxiswiseDefinition
from softknee.language.definition import Definition, Notes
from softknee.language.errors import ArgumentError

LANGUAGES = ("en", "zh")


def notes_in(definition: Definition | AxiswiseDefinition, language: str) -> Notes:
    """The notes in "en" or "zh"; a function that has no Chinese notes gives its English ones.

    Raises ArgumentError for another language.
    """
    if language not in LANGUAGES:
        raise ArgumentError(definition.name, "language", language, f"must be one of {', '.join(LANGUAGES)}")
    if language == "zh":
        section = _chinese(definition.family).get(definition.name)
        if section:
            return Notes(**{f.name: section.get(f.name, "") for f in fields(Notes)})
    return definition.notes


def chinese_name(definition: Definition | AxiswiseDefinition) -> str:
    """The usual Chinese name, or the canonical name where there is none."""
    return _chinese(definition.family).get(definition.name, {}).get("name", definition.name)


@cache
def _chinese(family: str) -> dict[str, dict[str, str]]:
    source = files("softknee.catalogue").joinpath("zh", f"{family}.ini")
    if not source.is_file():
        return {}
    parser = ConfigParser(interpolation=None)
    parser.read_string(source.read_text(encoding="utf-8"))
    return {section: dict(parser[section]) for section in parser.sections()}
