"""What functions of the catalogue still lack: `python tools/check_catalogue.py`, from the root of the project.

A first draft works, and its tests pass, without these; a finished one has them. Each line says what to add and where.
It ends with status 1 where anything is lacking.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from tests.catalogue.sources import SOURCES, TRIED

import softknee as knee
from softknee.display.notes import chinese_name
from softknee.language.definition import Notes

_PARTS = [field.name for field in fields(Notes)]


def lacking(name: str) -> Iterator[str]:
    """Sentences that say what a function lacks."""
    function = knee.get(name)
    english, chinese = function.notes("en"), function.notes("zh")
    missing = [part for part in _PARTS if not getattr(english, part)]
    if missing:
        yield f"its docstring lacks {', '.join(missing)} (`For:`, `Strengths:`, `Weaknesses:`, `Instead:`)"
    if len(function.paper) < 6 or not function.year:
        yield "its definition names no origin: paper= and year="
    untranslated = [part for part in _PARTS if not re.search("[\u4e00-\u9fff]", getattr(chinese, part))]
    if untranslated:
        place = f"src/softknee/catalogue/zh/{function.family}.ini"
        yield f"{place}, section [{name}], lacks {', '.join(['name', *untranslated])} in Chinese"
    elif not re.search("[\u4e00-\u9fffA-Z]", chinese_name(function.definition)):
        yield f"src/softknee/catalogue/zh/{function.family}.ini, section [{name}], lacks name"
    if name not in SOURCES:
        yield (
            "no independent source: add its formula, as the paper or library prints it, to PAPERS in "
            "tests/catalogue/test_papers.py, or a row to the table of the library it comes from in "
            "tests/catalogue/test_torch.py or test_jax.py"
        )
    if isinstance(function, knee.Activation):
        defaults = {n: float(p.default) for n, p in function.definition.numeric_parameters.items()}
        tried = [parameters for of, parameters in TRIED if of == name]
        same = [n for n, d in defaults.items() if not any(parameters.get(n, d) != d for parameters in tried)]
        if same:
            yield (
                f"nothing independent is tried at another {', '.join(same)}: add a row to PAPERS_WITH_PARAMETERS in "
                "tests/catalogue/test_papers.py"
            )


def main() -> int:
    """Print all that is lacking; 1 where there is anything."""
    found = [f"{name}: {sentence}" for name in knee.names() for sentence in lacking(name)]
    found += [f"{name}: a source is left, but the function is gone" for name in SOURCES - set(knee.names())]
    print("\n".join(found) if found else f"all {len(knee.names())} functions are complete")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
