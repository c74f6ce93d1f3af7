"""Records of measurements are kept, and measured again only by other code."""

import json

import pytest

from softknee.lab.claims import run
from softknee.lab.claims.bilingual import Text
from softknee.lab.claims.claim import Claim, Part, claims, claims_named
from softknee.lab.claims.evidence import Effect, Evidence, Line, Panel
from softknee.lab.claims.run import kept, key, measure
from softknee.lab.claims.scale import SCALES, scale_named
from softknee.language.errors import ArgumentError

NOTHING = Text("", "")
QUICK = SCALES["quick"]
CALLS = []


def counted(scale):
    CALLS.append(scale)
    return Evidence((Effect("p", {"a": "1"}, (1.0, 1.1)),), (Panel("t", "x", "y", (Line("l", (0.0,), (1.0,)),)),))


@pytest.fixture
def claim():
    CALLS.clear()
    return Claim(
        1, "counted", NOTHING, NOTHING, "", NOTHING, (Part("p", NOTHING, NOTHING, "more", 0.1, "number"),), counted
    )


def test_what_is_kept_is_not_measured_again(claim, tmp_path):
    (first,) = measure([claim], QUICK, tmp_path)
    (second,) = measure([claim], QUICK, tmp_path)
    assert len(CALLS) == 1
    assert first == second
    assert first.verdict.word == "holds"


def test_another_scale_or_code_is_measured_anew(claim, tmp_path, monkeypatch):
    measure([claim], QUICK, tmp_path)
    measure([claim], SCALES["full"], tmp_path)
    monkeypatch.setattr(run, "versions", lambda: {"softknee": "another"})
    measure([claim], SCALES["full"], tmp_path)
    assert len(CALLS) == 3


def test_an_interruption_costs_one_claim(claim, tmp_path):
    def stop(scale):
        raise KeyboardInterrupt

    broken = Claim(2, "broken", NOTHING, NOTHING, "", NOTHING, claim.parts, stop)
    with pytest.raises(KeyboardInterrupt):
        measure([claim, broken], QUICK, tmp_path)
    assert kept(claim, tmp_path) is not None
    assert kept(broken, tmp_path) is None


def test_a_file_of_something_else_is_measured_over(claim, tmp_path):
    for text in ("{", "{}", json.dumps({"evidence": {"effects": [], "panels": []}})):
        (tmp_path / "counted.json").write_text(text)
        assert kept(claim, tmp_path) is None


def test_the_key_is_of_code_not_of_words():
    source = 'x = 1\n@claim(statement=Text("a", "b"))\ndef f(n):\n    """Says."""\n    return n\n'

    def code(text):
        return run.ast.dump(run._Wordless().visit(run.ast.parse(text)))

    assert code(source) == code(source.replace('"a"', '"c"').replace("Says", "Tells").replace("x = 1", "x  =  1"))
    assert code(source) != code(source.replace("return n", "return n + 1"))
    one, other, *_ = claims()
    assert key(one, QUICK) != key(other, QUICK)


def test_a_folder_that_cannot_be_written_is_said(claim, tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(ArgumentError, match="out"):
        measure([claim], QUICK, tmp_path / "file")


def test_claims_are_found_by_name_and_number():
    assert [claim.name for claim in claims_named(["4", "linear", "relu-cheap"])] == ["linear", "relu-cheap"]
    with pytest.raises(ArgumentError, match="the claims are linear, vanishing"):
        claims_named(["nothing"])
    with pytest.raises(ArgumentError, match="quick, full"):
        scale_named("huge")
