"""Adding a rule is writing one file and its test, as CONTRIBUTING.md says: it is then in every view and language."""

import json
import re

import pytest

from tests.copied_tree import ROOT, copy_project, snippet, succeed, suite

SECTION = "Add a rule to the doctor"
FIRED = """
import json, sys
import torch
from torch import nn
from softknee.atlas.library_tables import doctor
from softknee.doctor import RULES
from tests.doctor.networks import classes, deep, watched

torch.manual_seed(0)
model = deep(nn.Tanh, 3, gain=1.6)
nn.init.constant_(model[2].bias, 20.0)
report = watched(model, *classes()).report()
report.to_html("report.html")
(told,) = [finding for finding in report.to_dict()["findings"] if finding["rule"] == "one-sign"]
json.dump({"finding": told, "text": str(report), "html": open("report.html").read(), "rules": list(RULES),
           "atlas": doctor()}, sys.stdout)
"""


@pytest.fixture(scope="module")
def tree(tmp_path_factory):
    """A copy of the project with the two files that CONTRIBUTING.md shows, where it says, and nothing else."""
    root = copy_project(tmp_path_factory.mktemp("tree"))
    text = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8").partition(f"## {SECTION}\n")[2]
    for number, path in enumerate(re.findall(r"here `(\S+\.py)`", text)):
        assert not (root / path).exists()
        (root / path).write_text(snippet(SECTION, number), encoding="utf-8")
    return root


def test_it_is_in_every_view_and_language(tree):
    seen = json.loads(succeed(tree, FIRED))
    finding = seen["finding"]
    assert (finding["layer"], finding["severity"], finding["cause"]) == ("3", "warning", "init")
    assert finding["message"] == "100% of the outputs of tanh have the same sign"
    assert finding["remedy"]
    for view in (seen["text"], seen["html"]):
        assert "Outputs of one sign only" in view
        assert "100% of the outputs of tanh have the same sign" in view
    assert seen["rules"][-1] == "one-sign"
    assert seen["atlas"]["rules"]["one-sign"] == {"en": "Outputs of one sign only", "zh": "输出只有一种符号"}
    assert seen["atlas"]["messages"]["one-sign"]["zh"] == "{activation} 有 {share} 的输出符号相同"
    assert seen["atlas"]["thresholds"]["ONE_SIGN"] == 0.99


def test_the_rules_suite_passes(tree):
    assert "passed" in suite(tree, "tests/doctor/rules")
