"""The notes on functions and the titles of families, in English and Chinese.

English notes are the docstrings of the definitions, Chinese ones stand in `catalogue/zh/*.ini`.
"""

from __future__ import annotations

from configparser import ConfigParser
from dataclasses import fields
from functools import cache
from importlib.resources import files

from softknee.language.axiswise import AxiswiseDefinition
from softknee.language.definition import Definition, Notes
from softknee.language.errors import ArgumentError

LANGUAGES = ("en", "zh")
FAMILIES = {
    "rectifiers": ("Rectifiers", "整流单元"),
    "exponential": ("Exponential units", "指数单元"),
    "smooth": ("Smooth rectifiers", "光滑整流单元"),
    "softplus": ("Softplus and kin", "Softplus 及同类"),
    "sigmoidal": ("Sigmoidal", "S 形函数"),
    "hard": ("Hard (piecewise)", "硬（分段）函数"),
    "gates": ("Gates", "门控单元"),
    "axiswise": ("Along an axis", "沿轴函数"),
    "shrinkage": ("Shrinkage", "收缩函数"),
    "periodic": ("Periodic", "周期函数"),
    "algebraic": ("Algebraic", "代数函数"),
}


def notes_in(definition: Definition | AxiswiseDefinition, language: str) -> Notes:
    """The notes of a function in "en" or "zh"; a function that has no Chinese notes gives its English ones.

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
    """The usual Chinese name of a function, or its canonical name where there is none."""
    return _chinese(definition.family).get(definition.name, {}).get("name", definition.name)


def family(name: str, language: str) -> str:
    """The title of a family; one that has none is called by its name."""
    english, chinese = FAMILIES.get(name, (name.replace("_", " ").capitalize(), name))
    return chinese if language == "zh" else english


@cache
def _chinese(family: str) -> dict[str, dict[str, str]]:
    source = files("softknee.catalogue").joinpath("zh", f"{family}.ini")
    if not source.is_file():
        return {}
    parser = ConfigParser(interpolation=None)
    parser.read_string(source.read_text(encoding="utf-8"))
    return {section: dict(parser[section]) for section in parser.sections()}
