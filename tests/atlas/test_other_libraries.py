"""The atlas's statements on other libraries, held to the installed ones and to docs/accuracy.md."""

import re
from fractions import Fraction
from importlib import import_module
from pathlib import Path

import jax
import numpy as np
import pytest
import torch

import softknee as knee
from softknee.atlas.other_libraries import FAULTS, KINKS, LIBRARIES, NAMES, OTHER_VALUES, OTHERWISE, elsewhere
from softknee.functions.axiswise import Axiswise
from softknee.functions.gate import Gate

ROWS = [(name, row) for name in knee.names() for row in elsewhere(knee.get(name))]
INSTALLED = [(name, row["name"]) for name, row in ROWS if row["library"] in ("PyTorch", "JAX")]
ACCURACY = Path(__file__).parents[2] / "docs" / "accuracy.md"
SPREAD = torch.linspace(-3, 3, 240, dtype=torch.float64)
# What those names must be told, for which the catalogue has defaults.
GIVEN = {"threshold": (0.0, 0.0), "softmax": (-1,), "log_softmax": (-1,), "softmin": (-1,)}


def _callable(there):
    path, _, name = there.rpartition(".")
    found = getattr(import_module(path), name)
    return found().double() if isinstance(found, type) else found


def _apply(name, there, x):
    given = GIVEN.get(there.rpartition(".")[2], ()) if there.startswith("torch") else ()
    if there.startswith("torch"):
        return _callable(there)(torch.as_tensor(x), *given)
    return _callable(there)(jax.numpy.asarray(np.asarray(x)), *given)


def _slopes(name, there, x):
    if there.startswith("torch"):
        at = torch.tensor(x, requires_grad=True)
        _apply(name, there, at).sum().backward()
        return at.grad.numpy()
    return np.asarray(jax.vmap(jax.grad(_callable(there)))(x))


def _values(result):
    return np.asarray(result.detach() if isinstance(result, torch.Tensor) else result, dtype=np.float64)


def test_there_are_rows_of_every_library():
    counts = {library: sum(row["library"] == library for _, row in ROWS) for library in LIBRARIES}
    assert min(counts.values()) >= 20, counts
    assert [row["library"] for row in elsewhere(knee.relu)] == list(LIBRARIES)


def test_no_row_stands_twice_and_each_note_has_its_row():
    known = [(name, row["name"]) for name, row in ROWS]
    assert len(known) == len(set(known))
    noted = {*NAMES, *OTHER_VALUES, *OTHERWISE, *(row[:2] for row in KINKS), *(row[:2] for row in FAULTS)}
    assert noted <= set(known)


@pytest.mark.parametrize(("name", "row"), ROWS, ids=[f"{name}-{row['name']}" for name, row in ROWS])
def test_both_languages_say_it_in_short(name, row):
    english, chinese = row["differs"]["en"], row["differs"]["zh"]
    assert bool(english) == bool(chinese)
    if english:
        assert re.search("[\u4e00-\u9fff]", chinese)
        assert english.endswith(".")
        assert chinese.endswith("。")
        assert len(english) < 170


@pytest.mark.parametrize(("name", "there"), INSTALLED)
def test_values_agree_unless_another_default_is_told(name, there):
    function = knee.get(name)
    x = SPREAD.reshape(2, 3, 4, 10) if isinstance(function, (Axiswise, Gate)) else SPREAD
    theirs = _values(_apply(name, there, x))
    gap = np.abs(theirs - _values(function(x))).max()
    if (name, there) in OTHER_VALUES:
        assert gap > 1e-4
    else:
        assert gap < 1e-4


@pytest.mark.parametrize(("name", "there"), [pair for pair in INSTALLED if pair not in OTHER_VALUES])
def test_slopes_at_kinks_are_as_told(name, there):
    function = knee.get(name)
    if isinstance(function, (Axiswise, Gate)):
        return
    told = {
        at: (theirs, ours)
        for row in KINKS
        if row[:2] == (name, there)
        for at, theirs, ours in zip(row[2], row[3], row[4])
    }
    for kink in {0.0, *function.properties().kinks}:
        here = float(function.derivative(np.float64(kink)))
        their, our = told.get(kink, (here, here))
        assert float(Fraction(our)) == pytest.approx(here, abs=1e-6)
        assert _slopes(name, there, np.array([kink]))[0] == pytest.approx(float(Fraction(their)), abs=1e-6)
        assert kink not in told or Fraction(their) != Fraction(our)


@pytest.mark.parametrize("row", [row for row in KINKS if row[1].startswith("NNlib")], ids=lambda row: row[0])
def test_our_slopes_at_the_kinks_of_others(row):
    for at, ours in zip(row[2], row[4]):
        assert float(knee.get(row[0]).derivative(float(at))) == pytest.approx(float(Fraction(ours)))


def _measured():
    library, found = "", set()
    for line in ACCURACY.read_text(encoding="utf-8").splitlines():
        library = (re.match(r'\?\?\? note "(\w+):', line) or [line, library])[1]
        cells = [cell.strip() for cell in line.strip().strip("|").split("|")]
        if len(cells) == 8 and cells[1] == "float32":
            found.add((library, cells[0].strip("`"), *cells[2:3], *cells[5:]))
    return found


def test_faults_are_those_that_were_measured():
    measured = _measured()
    assert len(measured) > 50
    for name, there, *told in FAULTS:
        assert (there.partition(".")[0], name, *told) in measured, (name, there)


@pytest.mark.parametrize("row", FAULTS, ids=lambda row: f"{row[0]}-{row[1]}")
def test_faults_are_still_there(row):
    name, there, spec, x, computed, _ = row
    # The page prints six digits.
    around = np.float32(x) * np.linspace(1 - 1e-5, 1 + 1e-5, 256, dtype=np.float32)
    if spec == "f′":
        found = _slopes(name, there, around)
    elif (name, there) == ("gelu_tanh", "torch.nn.functional.gelu"):
        found = torch.nn.functional.gelu(torch.tensor(around), approximate="tanh").numpy()
    else:
        found = _values(_apply(name, there, around))
    assert np.isclose(found, float(computed), rtol=0, atol=0, equal_nan=True).any()


def test_a_function_of_ones_own_is_nowhere_else():
    class Own:
        name = "own"

    assert elsewhere(Own()) == []
