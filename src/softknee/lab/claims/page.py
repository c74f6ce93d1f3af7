"""The claims' pages in the documentation, in English and Chinese, written by `softknee claims run --docs docs`."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

from jinja2 import Environment, PackageLoader, StrictUndefined

from softknee.language.errors import ArgumentError

from . import formatting, pictures
from .bilingual import LANGUAGES, Language
from .claim import claims
from .run import Record

RECORDS = "claims.json"


def read(docs: Path) -> list[Record]:
    """The records that are kept beside the pages; raises ArgumentError where they are not those of all claims."""
    path = docs / "records" / RECORDS
    try:
        kept = json.loads(path.read_text(encoding="utf-8"))
        return [Record.of_json(claim, each) for claim, each in zip(claims(), kept, strict=True)]
    except (OSError, KeyError, TypeError, ValueError) as error:
        why = f"cannot be drawn from: {type(error).__name__}: {error}"
        raise ArgumentError("claims", "docs", str(path), why) from None


def write(records: Sequence[Record], docs: Path) -> list[Path]:
    """Write a page for each record with its pictures, the index, and the records themselves; raises OSError."""
    english, chinese = docs / "claims", docs / "zh" / "claims"
    for folder in (english / "images", chinese, docs / "records"):
        folder.mkdir(parents=True, exist_ok=True)
    files = {docs / "records" / RECORDS: json.dumps([each.as_json() for each in records], separators=(",", ":")) + "\n"}
    for record in records:
        name = record.claim.name
        files[english / f"{name}.md"] = page(record, "en")
        files[chinese / f"{name}.md"] = page(record, "zh")
        files[english / "images" / f"{name}.svg"] = pictures.svg(record, "en")
        files[english / "images" / f"{name}.zh.svg"] = pictures.svg(record, "zh")
    for language, folder in zip(LANGUAGES, (english, chinese)):
        files[folder / "index.md"] = index(records, language)
    for path, text in files.items():
        path.write_text(text, encoding="utf-8")
    return list(files)


def page(record: Record, language: Language) -> str:
    """A claim's page in Markdown."""
    return _rendered(
        f"page.{language}.md",
        claim=record.claim,
        record=record,
        parts=record.verdict.parts,
        verdict=formatting.claim_verdict(record.verdict, language),
    )


def index(records: Sequence[Record], language: Language) -> str:
    """The table of verdicts in Markdown."""
    return _rendered(f"index.{language}.md", records=records, minutes=sum(each.seconds for each in records) / 60)


def _rendered(template: str, **values: object) -> str:
    environment = Environment(  # for Markdown, not HTML: only what would end a table's cell is escaped
        loader=PackageLoader("softknee.lab.claims"),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        finalize=lambda value: value.replace("|", "&#124;") if isinstance(value, str) else value,
    )
    return environment.get_template(template).render(formatting=formatting, **values)
