"""The pages in the documentation say what the record beside them says."""

import json
from pathlib import Path

import pytest

from softknee.claims import page
from softknee.claims.claim import claims
from softknee.claims.run import Record

DOCS = Path(__file__).resolve().parents[2] / "docs"
KEPT = json.loads((DOCS / "records" / page.RECORDS).read_text(encoding="utf-8"))
RECORDS = [Record.of_json(claim, kept) for claim, kept in zip(claims(), KEPT, strict=True)]


def test_the_record_is_of_all_claims_at_the_full_scale():
    assert [kept["claim"] for kept in KEPT] == [claim.name for claim in claims()]
    assert {record.scale for record in RECORDS} == {"full"}


@pytest.mark.parametrize("folder, language", [("claims", "en"), ("zh/claims", "zh")])
def test_pages_are_those_of_the_record(folder, language):
    for record in RECORDS:
        assert (DOCS / folder / f"{record.claim.name}.md").read_text(encoding="utf-8") == page.page(record, language)
    assert (DOCS / folder / "index.md").read_text(encoding="utf-8") == page.index(RECORDS, language)


def test_every_claim_has_its_pictures():
    for record in RECORDS:
        for ending in ("svg", "zh.svg"):
            picture = (DOCS / "claims" / "images" / f"{record.claim.name}.{ending}").read_text(encoding="utf-8")
            assert picture.startswith("<svg")


def test_writing_gives_pages_pictures_and_record(tmp_path):
    written = page.write(RECORDS[:2], tmp_path)
    assert {path.relative_to(tmp_path).as_posix() for path in written} == {
        "records/claims.json",
        "claims/index.md",
        "zh/claims/index.md",
        *(f"claims/{name}.md" for name in ("linear", "vanishing")),
        *(f"zh/claims/{name}.md" for name in ("linear", "vanishing")),
        *(f"claims/images/{name}.{e}" for name in ("linear", "vanishing") for e in ("svg", "zh.svg")),
    }
