"""The signal lab and the doctor on the same networks: the same rules, in the same words."""

import math
import re

import pytest
import torch
from torch import nn

import softknee as knee
from softknee.atlas.serve import served
from softknee.doctor import RULES

from .browser import Visit, chromium

WIDTH = 64
# The rules of the lab: the doctor sees training, too.
OF_LAB = {"dead", "saturated", "vanishing", "exploding", "init", "collapse", "non-finite"}


def network(name, depth, gain, bias):
    """The network of the lab in torch: equal layers, weights of this gain, biases of one value."""
    layers = []
    for _ in range(depth):
        linear = nn.Linear(WIDTH, WIDTH)
        nn.init.normal_(linear.weight, 0.0, gain / math.sqrt(WIDTH))
        nn.init.constant_(linear.bias, bias)
        layers += [linear, knee.nn.class_of(name)()]
    return nn.Sequential(*layers, nn.Linear(WIDTH, 4))


def doctors_findings(name, depth, gain, bias):
    """What the doctor says before a step has been taken."""
    torch.manual_seed(0)
    x, y = torch.randn(320, WIDTH), torch.randint(0, 4, (320,))
    batches = [(x[at : at + 64], y[at : at + 64]) for at in range(0, 320, 64)]
    report = knee.diagnose(network(name, depth, gain, bias), batches, nn.CrossEntropyLoss())
    return {finding.rule: finding.message for finding in report.findings if finding.severity != "info"}


@pytest.fixture(scope="module")
def visit():
    from softknee.atlas.build import contents
    from tests.needed import built_app

    built_app()
    with served(contents()) as address, chromium() as browser:
        yield Visit(browser, address)


@pytest.mark.parametrize(
    ("name", "depth", "gain", "bias", "both"),
    [
        ("sigmoid", 20, knee.sigmoid.gain(), 0.0, {"vanishing", "collapse"}),
        ("tanh", 30, 0.2, 0.0, {"vanishing", "init"}),
        ("relu", 30, 4.0, 0.0, {"exploding", "init"}),
        ("relu", 5, knee.relu.gain(), -3.0, {"dead"}),
        ("tanh", 3, knee.tanh.gain(), 0.0, set()),
    ],
)
def test_the_lab_and_the_doctor_find_the_same(visit, name, depth, gain, bias, both):
    page = visit.go(f"en/lab?f={name}&depth={depth}&width={WIDTH}&init=other&gain={gain:.6g}&bias={bias}")
    seen = dict(
        page.eval_on_selector_all(
            "[data-rule]", "all => all.map((e) => [e.dataset.rule, e.querySelector('p').innerText])"
        )
    )
    told = doctors_findings(name, depth, gain, bias)
    assert both <= set(seen)
    assert both <= set(told)
    assert both or not seen
    assert both or not OF_LAB & set(told)
    for rule in both:
        pattern = re.sub(r"\\\{\w+\\\}", ".+", re.escape(RULES[rule].message))
        assert re.match(pattern, seen[rule]), rule
        assert re.match(pattern, told[rule]), rule
