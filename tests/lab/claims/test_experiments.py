"""Every experiment runs at the quick scale, and its pages are whole in both languages."""

import re
from functools import cache
from math import isfinite

import pytest

import softknee as knee
from softknee.lab.claims import formatting, page, pictures
from softknee.lab.claims.claim import claims
from softknee.lab.claims.run import Record, key
from softknee.lab.claims.scale import SCALES
from softknee.lab.claims.terminal import bar

CLAIMS = {claim.name: claim for claim in claims()}
QUICK = SCALES["quick"]
CHINESE = re.compile("[\u4e00-\u9fff]")
# Names in code, numbers and formulas, which no language translates.
NEUTRAL = {
    "xavier",
    "he",
    "lecun",
    "sgd",
    "adam",
    "softknee",
    "softmax",
    "float32",
    "bfloat16",
    "linear",
    "adagrad",
    "torch",
    "tanh + 1",
}


@cache
def record(name):
    claim = CLAIMS[name]
    return Record(claim, claim.measure(QUICK), key(claim, QUICK), "quick", "2024-01-01", 1.0, {"torch": "2"}, "Linux")


def test_all_twenty_are_there():
    assert [claim.number for claim in claims()] == list(range(1, 21))


@pytest.mark.parametrize("claim", CLAIMS.values(), ids=list(CLAIMS))
def test_a_claim_is_declared_in_both_languages(claim):
    texts = [claim.statement, claim.belief, claim.setting]
    for part in claim.parts:
        texts += [part.statement, part.measured]
        assert part.least > 0
    for text in texts:
        assert text.en
        assert not CHINESE.search(text.en)
        assert CHINESE.search(text.zh)
    assert claim.source
    assert len({part.name for part in claim.parts}) == len(claim.parts)


@pytest.mark.parametrize("name", CLAIMS)
def test_an_experiment_yields_finite_numbers_for_every_part(name):
    evidence = record(name).evidence
    assert {effect.part for effect in evidence.effects} == {part.name for part in CLAIMS[name].parts}
    for effect in evidence.effects:
        assert all(map(isfinite, effect.values)), effect
        assert effect.values or effect.lost, effect
    assert evidence.panels
    for panel in evidence.panels:
        assert panel.lines
        assert all(len(line.x) == len(line.y) for line in panel.lines)


@pytest.mark.parametrize("name", CLAIMS)
def test_evidence_survives_being_kept(name):
    assert Record.of_json(CLAIMS[name], record(name).as_json()).evidence == record(name).evidence


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("name", CLAIMS)
def test_pages_and_pictures_are_whole(name, language):
    text, picture = page.page(record(name), language), pictures.svg(record(name), language)
    assert text.startswith(f"# {CLAIMS[name].number}. {CLAIMS[name].statement.in_(language)}\n")
    for part in CLAIMS[name].parts:
        assert f"## {part.statement.in_(language)}" in text
        assert part.statement.in_(language) in picture
    assert "{{" not in text
    assert "nan" not in text.lower()
    widths = [line.count("|") for line in text.splitlines() if line.startswith("|")]
    assert set(widths) <= {3, 5}
    assert picture.startswith("<svg")


@pytest.mark.parametrize("name", CLAIMS)
def test_conditions_and_pictures_have_chinese_words(name):
    evidence = record(name).evidence
    said = [word for effect in evidence.effects for pair in effect.condition.items() for word in pair]
    for panel in evidence.panels:
        said += [panel.title, panel.x, panel.y, *panel.ticks, *(line.label for line in panel.lines)]
    for text in said:
        chinese = formatting.word(text, "zh")
        assert CHINESE.search(chinese) or is_neutral(text), text


def is_neutral(text):
    known = {*knee.names(), *NEUTRAL}
    return all(
        part in known or re.fullmatch(r"[\W\d]*|[a-z]?[₁₂]|x|[\d.e+-]+", part) for part in re.split("[ ,−]+", text)
    )


@pytest.mark.parametrize("name", CLAIMS)
def test_the_bar_shows_mean_and_mark(name):
    for part in record(name).verdict.parts:
        for one in part.judged:
            if isfinite(one.interval.mean):
                assert "●" in bar(one, part)


@pytest.mark.parametrize("name", ["vanishing", "sparse", "magnitude"])
def test_the_same_seeds_give_the_same_numbers(name):
    again = CLAIMS[name].measure(QUICK)
    assert again == record(name).evidence
