"""The pages in the documentation say what the record beside them says."""

import json
from pathlib import Path

import matplotlib as mpl
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from typer.testing import CliRunner

from softknee.cli.app import app
from softknee.lab.claims import page, pictures
from softknee.lab.claims.claim import claims
from softknee.lab.claims.run import Record

DOCS = Path(__file__).resolve().parents[3] / "docs"
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


def test_pages_are_drawn_again_without_measuring(tmp_path, monkeypatch):
    def never(*_):
        raise AssertionError("measured")

    monkeypatch.setattr("softknee.lab.claims.run._measured", never)
    monkeypatch.setattr(pictures, "svg", lambda record, language: f"<svg>{record.claim.name} {language}")
    (tmp_path / "records").mkdir()
    (tmp_path / "records" / page.RECORDS).write_text(json.dumps(KEPT))
    result = CliRunner().invoke(app, ["claims", "draw", "--docs", str(tmp_path)])
    assert result.exit_code == 0, result.output
    for record in RECORDS[:3]:
        text = (tmp_path / "claims" / f"{record.claim.name}.md").read_text(encoding="utf-8")
        assert text == page.page(record, "en")
    assert len(list((tmp_path / "claims" / "images").glob("*.svg"))) == 2 * len(RECORDS)


@pytest.mark.parametrize("text", [None, "{", "[]", '[{"claim": "linear"}]'])
def test_records_that_are_none_are_said_to_be(tmp_path, text):
    (tmp_path / "records").mkdir()
    if text is not None:
        (tmp_path / "records" / page.RECORDS).write_text(text)
    result = CliRunner().invoke(app, ["claims", "draw", "--docs", str(tmp_path)])
    assert "cannot be drawn from" in str(result.exception)


def texts(figure):
    """All texts of a picture but those below its axes, of which matplotlib keeps some that it does not show."""
    yield from figure.texts
    for axes in figure.axes:
        yield from (axes.title, axes.xaxis.label, axes.yaxis.label, axes._left_title, *axes.texts)
        yield from axes.get_yticklabels()
        if axes.get_legend():
            yield from axes.get_legend().get_texts()


@pytest.mark.parametrize("record", RECORDS, ids=lambda record: record.claim.name)
def test_no_text_leaves_the_picture(record):
    """In English, whose glyphs matplotlib knows."""
    with mpl.rc_context(pictures._STYLE):
        figure = pictures.drawn(record, "en")
        canvas = FigureCanvasAgg(figure)
        canvas.draw()
        for text in texts(figure):
            box = text.get_window_extent(canvas.get_renderer())
            assert not text.get_text() or (box.x0 >= 0 and box.x1 <= figure.bbox.width), text.get_text()


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
