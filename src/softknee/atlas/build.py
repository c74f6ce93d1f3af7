"""Write the atlas: a page, its program, and the data of all functions, for any static host or a disk."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import softknee as knee
from softknee.families import FAMILIES, family
from softknee.language.errors import ArgumentError, SoftkneeError
from softknee.notes import LANGUAGES

from .code import functions_file
from .facts import entry
from .layout import positions

APP = Path(__file__).parent / "app"
DATA = "data.js"
FUNCTIONS = "functions.js"


class NotBuiltError(SoftkneeError):
    """The program of the pages is not there."""


def build(folder: Path, functions: Sequence[Any] = ()) -> list[Path]:
    """Write the whole atlas into `folder`, with these functions after those of the catalogue; returns the files.

    Raises ArgumentError where the folder cannot be written, NotBuiltError where the program of the pages was not built.
    """
    if not (APP / "index.html").is_file():
        raise NotBuiltError("atlas: the program of the pages is not built here; `make atlas` builds it")
    shown = [*(knee.get(name) for name in knee.names()), *functions]
    texts = {DATA: data_file(shown), FUNCTIONS: functions_file(shown)}
    try:
        shutil.copytree(APP, folder, dirs_exist_ok=True)
        for name, text in texts.items():
            (folder / name).write_text(text, encoding="utf-8")
    except OSError as error:
        raise ArgumentError("atlas", "out", str(folder), f"cannot be written: {error}") from None
    return [
        *(folder / path.relative_to(APP) for path in sorted(APP.rglob("*")) if path.is_file()),
        *map(folder.joinpath, texts),
    ]


def data_file(functions: Sequence[Any]) -> str:
    """All data as a script: a page that is opened from a disk may load scripts, but no JSON."""
    return f"globalThis.softkneeData={_script(data(functions))};\n"


def data(functions: Sequence[Any]) -> dict[str, Any]:
    """What the pages show."""
    places = positions(functions)
    return {
        "version": knee.__version__,
        "families": _families(functions),
        "functions": [{**entry(function), "place": places.get(function.name)} for function in functions],
    }


def _families(functions: Iterable[Any]) -> dict[str, dict[str, str]]:
    found = dict.fromkeys([*FAMILIES, *(function.family for function in functions)])
    return {name: {language: family(name, language) for language in LANGUAGES} for name in found}


def _script(value: Any) -> str:
    """JSON that is also JavaScript (Infinity and NaN are), and ends no script element it may stand in."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return text.replace("<", "\\u003c").replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")
