"""A rule registers itself, and complains at once about what it lacks."""

import re

import pytest

from softknee.doctor import RULES
from softknee.doctor.rule import rule
from softknee.language.errors import DefinitionError

WORDS = {"title": "A title", "zh": "标题"}


def silent(e):
    """Nothing is found."""
    return []


def dead(e):
    """The name of a rule that is registered."""
    return []


@pytest.mark.parametrize(
    ("search", "words", "complaint"),
    [
        (dead, WORDS, "'dead' is registered already"),
        (silent, WORDS | {"zh": ""}, "a title in English .title. and in Chinese .zh."),
        (silent, WORDS | {"title": ""}, "a title in English .title. and in Chinese .zh."),
        (silent, WORDS | {"message": "{count} units"}, "its message in both languages"),
    ],
)
def test_an_incomplete_rule_is_refused_where_it_is_written(search, words, complaint):
    with pytest.raises(DefinitionError, match=complaint):
        rule(**words)(search)
    assert "silent" not in RULES


def test_messages_have_the_same_places_in_both_languages():
    for each in RULES.values():
        english, chinese = (set(re.findall(r"\{(\w+)\}", text)) for text in (each.message, each.message_zh))
        assert english == chinese, each.name
