"""The tool that goes through all of float32, on a small part of it."""

import csv
import runpy
from pathlib import Path

import numpy as np
import pytest

from softknee.lab.accuracy.ulps import DTYPES, Wide, ulp_errors

TOOL = runpy.run_path(str(Path(__file__).resolve().parents[3] / "tools" / "exhaustive_float32.py"))


def test_its_errors_are_those_of_the_package():
    exact = np.array([1.0, 1e-40, 1e-45, 0.3, 3.4028236e38, 1e300, -1e300, 0.0, np.nan, 3.0, 0.0])
    computed = np.array([1.0000001, 1e-40, 0, 0.3, np.inf, np.inf, np.inf, 0, np.nan, np.nan, 1e-45], np.float32)
    expected = ulp_errors(computed, exact.astype(Wide), DTYPES["float32"])
    np.testing.assert_allclose(TOOL["errors"](computed, exact), expected, rtol=1e-6)


@pytest.fixture
def small(monkeypatch):
    """Blocks of 64 numbers, spread over all patterns' beginnings, so that all of them are done in a moment."""
    function = TOOL["main"]
    monkeypatch.setitem(function.__globals__, "BLOCK_BITS", 6)
    monkeypatch.setitem(function.__globals__, "STEP", 64)
    monkeypatch.setitem(function.__globals__, "BLOCKS", 4)
    return function


def test_it_goes_on_where_it_stopped_and_records_what_is_complete(small, tmp_path, capsys):
    record, done = tmp_path / "new" / "record.csv", tmp_path / "done.jsonl"
    files = ["--workers", "1", "--record", str(record), "--done", str(done)]
    small(["relu", "--blocks", "0:3", *files])
    assert not record.exists()
    small(["relu", "--blocks", "0:4", *files])
    assert "8 blocks, 6 done before" in capsys.readouterr().out
    with record.open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert [(row["function"], row["spec"], row["finite_inputs"]) for row in rows] == [
        ("relu", "value", "256"),
        ("relu", "slope", "256"),
    ]
    assert all(float(row["max_ulp"]) == 0 for row in rows)
    small(["relu", "--blocks", "0:4", *files])
    assert record.read_text(encoding="utf-8").count("\n") == 3


def test_it_starts_with_the_founding_functions():
    names = TOOL["default_names"]()
    assert {"relu", "mish", "gelu", "silu"} <= set(names)
    assert "maxout" not in names
