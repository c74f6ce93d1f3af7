"""The measured claims, as the pages of the atlas show them."""

from __future__ import annotations

import json
import re
from functools import cache
from pathlib import Path
from typing import Any

import softknee as knee
from softknee.lab.claims import formatting
from softknee.lab.claims.bilingual import LANGUAGES, Language, Text
from softknee.lab.claims.claim import Claim, claims
from softknee.lab.claims.run import Record
from softknee.lab.claims.verdict import PartVerdict

from .result_files import CLAIMS, PICTURES, record

FOLDER = "claims"


@cache
def records() -> tuple[Record, ...]:
    """The records that are in the repository or the installed package, by number; none where no claim has been
    measured.
    """
    path = record(CLAIMS)
    if path is None:
        return ()
    known = {claim.name: claim for claim in claims()}
    return tuple(Record.of_json(known[kept["claim"]], kept) for kept in json.loads(path.read_text(encoding="utf-8")))


def folklore() -> list[dict[str, Any]]:
    """The measured claims, one entry each."""
    return [_entry(each) for each in records()]


def pictures() -> dict[str, Path]:
    """The files of the claims' pictures, by their names in the atlas."""
    folder = record(PICTURES)
    names = [_picture(each.claim, language) for each in records() for language in LANGUAGES]
    return {f"{FOLDER}/{name}": folder / name for name in names} if folder else {}


def _picture(claim: Claim, language: Language) -> str:
    return f"{claim.name}.svg" if language == "en" else f"{claim.name}.zh.svg"


def _entry(kept: Record) -> dict[str, Any]:
    claim, verdict = kept.claim, kept.verdict
    return {
        "number": claim.number,
        "name": claim.name,
        "statement": _both(claim.statement),
        "belief": _both(claim.belief),
        "setting": _both(claim.setting),
        "source": claim.source,
        "word": verdict.word,
        "verdict": {language: formatting.claim_verdict(verdict, language) for language in LANGUAGES},
        "parts": [_part(part) for part in verdict.parts],
        "picture": {language: f"{FOLDER}/{_picture(claim, language)}" for language in LANGUAGES},
        "functions": _functions(claim),
        "day": kept.day,
        "versions": ", ".join(f"{name} {version}" for name, version in kept.versions.items()),
    }


def _part(found: PartVerdict) -> dict[str, Any]:
    unit = found.part.unit
    return {
        "statement": _both(found.part.statement),
        "word": found.word,
        "verdict": {language: formatting.part_verdict(found, language) for language in LANGUAGES},
        "measured": _both(found.part.measured),
        "rule": {language: formatting.rule(found.part, language) for language in LANGUAGES},
        "rows": [
            {
                "condition": {each: formatting.condition(one.effect.condition, each) for each in LANGUAGES},
                "effect": {each: formatting.effect(one.interval, unit, each) for each in LANGUAGES},
                "seeds": len(one.effect.values),
                "word": one.word,
            }
            for one in found.judged
        ],
    }


def _both(text: Text) -> dict[str, str]:
    return {language: text.in_(language) for language in LANGUAGES}


def _functions(claim: Claim) -> list[str]:
    """The names of the functions that a claim mentions."""
    text = " ".join([claim.statement.en, *(part.statement.en for part in claim.parts)]).lower()
    known = set(knee.names())
    # "Leaky ReLU" is one name in two words, and "ReLUs" the plural of another.
    spoken = text.replace("leaky relu", "leaky_relu").replace("relus", "relu")
    return list(dict.fromkeys(word for word in re.findall(r"\w+", spoken) if word in known))
