"""Comparisons that version 0.1.0 pickled load: their tables are there, and their data are split as before.

`comparisons_0_1_0.json` was written by that version, before its modules were renamed: base64 of `pickle.dumps`.
"""

from __future__ import annotations

import base64
import json
import pickle
from pathlib import Path

import pytest

WRITTEN = json.loads(Path(__file__).with_name("comparisons_0_1_0.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize("name", sorted(WRITTEN))
def test_a_comparison_loads(name):
    found = pickle.loads(base64.b64decode(WRITTEN[name]))
    assert set(found.table["activation"]) == {"relu"}
    for problem in found.problems.values():
        parts = problem.split(0)
        assert all(next(part.batches(4)) for part in (parts.train, parts.validation, parts.test))
