"""The record of bits tells every changed bit, the sign of a zero among them, and names where it is."""

import runpy
from pathlib import Path

import numpy as np
import pytest

ROOT = Path(__file__).resolve().parents[2]
TOOL = runpy.run_path(str(ROOT / "tools" / "record_bits.py"))
FUNCTIONS = ["relu", "prelu", "glu", "softmax"]


@pytest.fixture(scope="module")
def before(tmp_path_factory):
    file = tmp_path_factory.mktemp("bits") / "before.npz"
    assert TOOL["main"]([str(file), "--functions", *FUNCTIONS]) == 0
    return file


def test_a_second_record_is_the_same(before, tmp_path, capsys):
    after = tmp_path / "after.npz"
    TOOL["main"]([str(after), "--grid", str(before), "--functions", *FUNCTIONS])
    assert TOOL["main"](["--compare", str(before), str(after)]) == 0
    with np.load(after) as entries:
        total = sum(entries[key].size for key in entries.files)
    assert capsys.readouterr().out.endswith(f"0 of {total} numbers differ\n")


def test_the_sign_of_a_zero_is_a_difference(before, tmp_path, capsys):
    with np.load(before) as entries:
        changed = dict(entries)
    x = changed["relu 0 float32 x"]
    at = np.flatnonzero(x == np.float32(-2.0).view(np.uint32))[0]
    changed["relu 0 float32 value"][at] ^= np.uint32(1 << 31)
    after = tmp_path / "after.npz"
    np.savez(after, **changed)
    assert TOOL["main"](["--compare", str(before), str(after)]) == 1
    out = capsys.readouterr().out
    assert out.startswith("relu 0 float32 value: 1 differ \n    x=-2.0: 0x0 (0.0) -> 0x80000000 (-0.0)\n1 of ")


def test_an_entry_that_is_missing_is_a_difference(before):
    with np.load(before) as entries:
        kept = dict(entries)
    fewer = {key: bits for key, bits in kept.items() if key != "glu 0 float64 value/a"}
    assert [key for key, *_ in TOOL["differences"](kept, fewer)] == ["glu 0 float64 value/a"]


def test_all_kinds_of_entries_are_there(before):
    """One entry of each kind; what is recorded silently less guards nothing."""
    with np.load(before) as entries:
        kept = set(entries.files)
    assert kept >= {
        "relu 0 float16 value",
        "relu 0 bfloat16 value/x@right",
        "relu 0 float32 value/x@mean spread",
        "relu 0 float32 value high",
        "relu 0 float64 together slope",
        "prelu 1 float64 inverse",
        "prelu 0 float64 value/weight",
        "prelu 0 float32 value/x/weight channelwise",
        "glu 0 float64 value/a/b",
        "softmax 0 bfloat16 gradient",
    }
