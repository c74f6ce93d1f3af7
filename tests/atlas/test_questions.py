"""The choice guide: each path ends soon, in functions that exist, with links that lead somewhere."""

import re
from pathlib import Path
from urllib.parse import parse_qs

import pytest

import softknee as knee
from softknee.atlas.guide.questions import QUESTIONS
from softknee.functions.axiswise import Axiswise
from softknee.functions.elementwise import Activation

CLAIMS = Path(__file__).parents[2] / "docs" / "claims"
BY_NAME = {question["name"]: question for question in QUESTIONS}


def _paths(question, asked=()):
    asked = (*asked, question["name"])
    assert len(asked) <= 4, asked
    for answer in question["answers"]:
        if "next" in answer:
            yield from _paths(BY_NAME[answer["next"]], asked)
        else:
            yield asked, answer


PATHS = list(_paths(QUESTIONS[0]))
CHOICES = [choice for question in QUESTIONS for answer in question["answers"] for choice in answer.get("choices", ())]


def _pairs(value):
    if isinstance(value, dict) and "en" in value:
        yield value
    elif isinstance(value, dict):
        for each in value.values():
            yield from _pairs(each)
    elif isinstance(value, list):
        for each in value:
            yield from _pairs(each)


def test_every_path_ends_in_one_or_two_choices():
    assert len(PATHS) > 30
    for asked, answer in PATHS:
        assert 1 <= len(answer["choices"]) <= 2, (asked, answer["name"])
        assert len({choice["function"] for choice in answer["choices"]}) == len(answer["choices"])


def test_names_are_unique_and_every_question_is_reached():
    assert len(BY_NAME) == len(QUESTIONS)
    assert {name for asked, _ in PATHS for name in asked} == set(BY_NAME)
    for question in QUESTIONS:
        names = [answer["name"] for answer in question["answers"]]
        assert len(set(names)) == len(names) >= 2
        for answer in question["answers"]:
            assert ("next" in answer) != ("choices" in answer)
            assert re.fullmatch("[a-z0-9]+", answer["name"])


@pytest.mark.parametrize("choice", CHOICES, ids=lambda choice: choice["function"])
def test_choices_are_functions_with_reason_and_evidence(choice):
    assert knee.get(choice["function"]).name == choice["function"]
    assert set(choice) == {"function", "reason", "evidence", "links"}
    assert choice["links"]
    for part in ("reason", "evidence"):
        assert choice[part]["en"].endswith(".")
        assert choice[part]["zh"].endswith("。")


def test_all_is_said_in_both_languages():
    pairs = list(_pairs(QUESTIONS))
    assert len(pairs) > 200
    proper = {"CLIP", "MobileNetV2、MobileNetV3", "BERT、ViT、ConvNeXt", "LLaMA、Mistral、Qwen"}
    for pair in pairs:
        assert set(pair) == {"en", "zh"}
        assert not re.search("[\u4e00-\u9fff]", pair["en"])
        assert re.search("[\u4e00-\u9fff]", pair["zh"]) or pair["zh"] in proper, pair


def test_arxiv_numbers_are_the_same_in_both_languages():
    for pair in _pairs(QUESTIONS):
        english, chinese = (re.findall(r"arXiv:\d{4}\.\d{4,5}", pair[language]) for language in ("en", "zh"))
        assert english == chinese, pair


@pytest.mark.parametrize("to", sorted({link["to"] for choice in CHOICES for link in choice["links"]}))
def test_links_lead_somewhere(to):
    path, _, query = to.partition("?")
    page, _, about = path.partition("/")
    state = {key: value for key, (value,) in parse_qs(query, strict_parsing=bool(query)).items()}
    if page == "claims":
        assert (CLAIMS / f"{about}.md").is_file()
        assert not query
    elif page == "f":
        assert knee.get(about).name == about
        assert set(state) <= set(knee.get(about).definition.parameters if state else ())
        for name, value in state.items():
            assert float(value) in knee.get(about).definition.parameters[name].domain
    elif page == "compare":
        of = state.pop("of").split(",")
        assert len(of) >= 2
        assert [knee.get(name).name for name in of] == of
        assert not any(isinstance(knee.get(name), Axiswise) for name in of)
        assert state in ({}, {"show": "slope"})
    else:
        assert page == "lab"
        assert isinstance(knee.get(state.pop("f")), Activation)
        assert 1 <= int(state.pop("depth")) <= 60
        assert not state


@pytest.mark.parametrize(
    "choice",
    [choice for choice in CHOICES if "Measured here" in choice["evidence"]["en"]],
    ids=lambda each: each["function"],
)
def test_what_was_measured_stands_in_a_claim(choice):
    claims = [link["to"].partition("/")[2] for link in choice["links"] if link["to"].startswith("claims/")]
    assert claims
    pages = "".join((CLAIMS / f"{claim}.md").read_text(encoding="utf-8") for claim in claims)
    for language, phrase in (("en", "Measured here"), ("zh", "实测")):
        measured = choice["evidence"][language].split(phrase, 1)[1]
        for figure in re.findall(r"\d+(?:\.\d+)?", measured):
            assert re.search(rf"(?<![\d.]){re.escape(figure)}(?![\d.])", pages), figure
