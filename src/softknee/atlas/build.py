"""The files of the atlas: the pages' program, and the data of all functions, for a static host or a disk."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import softknee as knee
from softknee.catalogue import FOUNDING
from softknee.display.notes import FAMILIES, LANGUAGES, family
from softknee.language.errors import ArgumentError, SoftkneeError

from .claims import folklore, pictures
from .facts import entry
from .guide.questions import QUESTIONS
from .javascript_functions import functions_file
from .layout import positions
from .library_tables import doctor, ops
from .measurements import measured, said
from .other_libraries import elsewhere

# The documentation's pages by language, each a title and an address.
Docs = Mapping[str, Sequence[tuple[str, str]]]

APP = Path(__file__).parent / "app"
DATA = "data.js"
FUNCTIONS = "functions.js"


class NotBuiltError(SoftkneeError):
    """An error for a missing program of the pages, which `make atlas` builds."""


def build(folder: Path, functions: Sequence[Any] = (), docs: Docs | None = None) -> list[Path]:
    """Write the whole atlas into `folder`, and give its files; see `contents` for the arguments.

    Raises ArgumentError where the folder cannot be written, NotBuiltError where the program of the pages was not built.
    """
    written = contents(functions, docs)
    try:
        for name, content in written.items():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_bytes(content)
    except OSError as error:
        raise ArgumentError("atlas", "out", str(folder), f"cannot be written: {error.strerror}") from None
    return [folder / name for name in written]


def contents(functions: Sequence[Any] = (), docs: Docs | None = None) -> dict[str, bytes]:
    """The bytes of all files of the atlas by name, with these functions after those of the catalogue.

    `docs` are titles and addresses of the documentation that the pages link to, by language. Raises NotBuiltError where
    the program of the pages was not built.
    """
    if not (APP / "index.html").is_file():
        raise NotBuiltError("atlas: the program of the pages is not built here; `make atlas` builds it")
    shown = [*(knee.get(name) for name in knee.names()), *functions]
    program = {path.relative_to(APP).as_posix(): path for path in sorted(APP.rglob("*")) if path.is_file()}
    return {
        **{name: path.read_bytes() for name, path in (program | pictures()).items()},
        # A script and not JSON, which a page that is opened from a disk may not load.
        DATA: f"globalThis.softkneeData={_script(data(shown, docs))};\n".encode(),
        FUNCTIONS: functions_file(shown).encode(),
    }


def data(functions: Sequence[Any], docs: Docs | None = None) -> dict[str, Any]:
    """The data of all pages, as plain values."""
    places = positions(functions)
    return {
        "version": knee.__version__,
        "families": _families(functions),
        "founding": list(FOUNDING),
        "functions": [{**_entry(each), "place": places.get(each.name)} for each in functions],
        "measured": said(),
        "claims": folklore(),
        "ops": ops(),
        "doctor": doctor(),
        "questions": QUESTIONS,
        "docs": docs or {language: [] for language in LANGUAGES},
    }


def _entry(function: Any) -> dict[str, Any]:
    return {**entry(function), **vars(measured(function.name)), "elsewhere": elsewhere(function)}


def _families(functions: Iterable[Any]) -> dict[str, dict[str, str]]:
    found = dict.fromkeys([*FAMILIES, *(function.family for function in functions)])
    return {name: {language: family(name, language) for language in LANGUAGES} for name in found}


def _script(value: Any) -> str:
    """A value as JavaScript: JSON in which Infinity and NaN may stand, and which ends no script element around it."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return text.replace("<", "\\u003c").replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")
