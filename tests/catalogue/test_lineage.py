"""Whose idea each function goes on from: `after` in the catalogue."""

import pytest

import softknee.catalogue  # noqa: F401  (registers the definitions)
from softknee.language.definition import CATALOGUE

DESCENDANTS = [definition for definition in CATALOGUE if definition.after]


def _name(definition):
    return definition.name


def _ancestors(name, path=()):
    assert name not in path, f"a cycle: {' after '.join((*path, name))}"
    for each in CATALOGUE[name].after:
        _ancestors(each, (*path, name))


def test_at_least_sixty_functions_have_one():
    assert len(DESCENDANTS) >= 60


@pytest.mark.parametrize("definition", DESCENDANTS, ids=_name)
def test_names_are_canonical_and_few(definition):
    assert len(set(definition.after)) == len(definition.after) <= 3
    assert set(definition.after) <= set(CATALOGUE.names)


@pytest.mark.parametrize("definition", DESCENDANTS, ids=_name)
def test_no_ancestor_is_younger(definition):
    younger = [each for each in definition.after if CATALOGUE[each].year > definition.year > 0]
    assert not younger


@pytest.mark.parametrize("definition", DESCENDANTS, ids=_name)
def test_none_descends_from_itself(definition):
    _ancestors(definition.name)


@pytest.mark.parametrize(
    ("name", "ancestors"),
    [
        ("leaky_relu", ("relu",)),
        ("selu", ("elu",)),
        ("swiglu", ("glu", "swish")),
        ("entmax15", ("softmax", "sparsemax")),
    ],
)
def test_what_everybody_knows(name, ancestors):
    assert CATALOGUE[name].after == ancestors
