"""`diagnose`: on copies only, and no remedy without proof."""

import re

import pytest
import torch
from torch import nn
from torch.nn import functional as F

import softknee
from softknee.language.errors import ArgumentError, ArgumentTypeError

from .networks import classes, deep, rules_of


@pytest.fixture(autouse=True)
def seeded():
    torch.manual_seed(0)


def killed():
    model = deep(nn.ReLU, 3, gain=2**0.5)
    nn.init.constant_(model[2].bias, -30.0)
    return model


def test_the_remedy_is_tried_and_told():
    report = softknee.diagnose(killed(), classes(), F.cross_entropy)
    finding = next(f for f in report.findings if f.rule == "dead")
    assert finding.remedy.startswith("initialise with gain 1.414")
    assert finding.tried.startswith("dead 100% -> gone; loss after 40 steps ")


def test_a_remedy_that_does_not_help_is_not_recommended():
    """Labels that have nothing to do with the inputs: no change of the network teaches them in forty steps."""
    x, _ = classes(n=4096)
    y = torch.randint(0, 4, (4096,))
    report = softknee.diagnose(
        killed(), [(x[k : k + 512], y[k : k + 512]) for k in range(0, 4096, 512)], F.cross_entropy
    )
    finding = next(f for f in report.findings if f.rule == "dead")
    assert finding.remedy == ""
    assert "none of it helped within 40 steps" in finding.tried


@pytest.mark.parametrize(
    ("model", "loss_fn", "rate", "scale", "remedy"),
    [
        (lambda: deep(nn.ReLU, 3, gain=2**0.5), F.cross_entropy, 300.0, 1.0, "learning rate"),
        (lambda: deep(nn.Sigmoid, 12), F.cross_entropy, 0.1, 1.0, "gelu instead of sigmoid"),
        (lambda: nn.Sequential(*deep(nn.ReLU, 2), nn.Softmax(1)), F.cross_entropy, 0.3, 1.0, "drop the softmax"),
    ],
    ids=["rate", "swap", "drop-output"],
)
def test_other_remedies(model, loss_fn, rate, scale, remedy):
    x, y = classes()

    def make(parameters):
        return torch.optim.SGD(parameters, lr=rate)

    report = softknee.diagnose(model(), (scale * x, y), loss_fn, optimizer=make)
    assert any(remedy in f.remedy and f.tried for f in report.warnings), str(report)


def test_model_and_random_state_stay():
    model, (x, y) = killed(), classes()
    before = {name: value.clone() for name, value in model.state_dict().items()}
    state = torch.get_rng_state()
    softknee.diagnose(model.eval(), (x, y), F.cross_entropy)
    assert torch.equal(torch.get_rng_state(), state)
    assert not model.training
    assert all(torch.equal(value, before[name]) for name, value in model.state_dict().items())
    assert all(p.grad is None for p in model.parameters())


def test_seeds_are_counted():
    report = softknee.diagnose(killed, classes(), F.cross_entropy, seeds=3, try_remedies=False)
    finding = next(f for f in report.findings if f.rule == "dead")
    assert "(on 3 of 3 seeds)" in finding.message
    assert report.seeds == 3


def test_a_healthy_network_is_called_so():
    report = softknee.diagnose(deep(nn.GELU, 3, gain=1.534), classes(), F.cross_entropy)
    assert report.verdict == "healthy", str(report)


def test_several_batches_and_inputs_by_keyword():
    class Two(nn.Module):
        def __init__(self):
            super().__init__()
            self.body = deep(nn.ReLU, 2)

        def forward(self, left, right):
            return self.body(torch.cat([left, right], 1))

    x, y = classes()
    batches = [({"left": x[k : k + 64, :8], "right": x[k : k + 64, 8:]}, y[k : k + 64]) for k in range(0, 512, 64)]
    assert not rules_of(softknee.diagnose(Two(), batches, F.cross_entropy, steps=60))


def test_what_came_out_can_be_kept(tmp_path):
    import json

    report = softknee.diagnose(killed(), classes(), F.cross_entropy, try_remedies=False)
    told = json.loads(json.dumps(report.to_dict()))
    assert told["verdict"] == "critical"
    assert {"rule", "severity", "layer", "cause", "measured", "threshold", "remedy", "step"} <= set(told["findings"][0])
    report.to_html(tmp_path / "report.html")
    page = (tmp_path / "report.html").read_text()
    assert "http" not in page.replace("http://www.w3.org", "")
    places = set(re.findall(r'id="([^"]*)"', page))
    links = re.findall(r'href="#([^"]*)"', page)
    assert set(links) <= places
    for finding in report.findings:
        assert (f"layer-{finding.layer}" if finding.layer != "the model" else "loss") in links
    for site in report.evidence.judged:
        assert f'id="layer-{site.key}"' in page


@pytest.mark.parametrize(
    ("change", "error", "words"),
    [
        ({"batch": 3}, ArgumentTypeError, "batch"),
        ({"batch": torch.zeros(3)}, ArgumentTypeError, "batch"),
        ({"batch": []}, ArgumentTypeError, "batch"),
        ({"model": "relu"}, ArgumentTypeError, "model"),
        ({"model": lambda: 3}, ArgumentTypeError, "model"),
        ({"steps": 0}, ArgumentError, "steps = 0"),
        ({"seeds": 0}, ArgumentError, "seeds = 0"),
        ({"loss_fn": lambda out, y: out}, ArgumentError, "loss_fn"),
        ({"loss_fn": lambda out, y: 1.0}, ArgumentTypeError, "loss_fn"),
        ({"loss_fn": lambda out, y: torch.zeros(())}, ArgumentError, "loss_fn"),
    ],
)
def test_bad_arguments(change, error, words):
    given = {"model": deep(nn.ReLU, 2), "batch": classes(), "loss_fn": F.cross_entropy, "steps": 4, **change}
    with pytest.raises(error, match=words):
        softknee.diagnose(
            given["model"],
            given["batch"],
            given["loss_fn"],
            **{k: v for k, v in given.items() if k in ("steps", "seeds")},
        )


def test_a_model_that_cannot_be_copied():
    model = deep(nn.ReLU, 2)
    model.kept = torch.randn(3, requires_grad=True) * 2  # no leaf
    with pytest.raises(ArgumentError, match="cannot be copied"):
        softknee.diagnose(model, classes(), F.cross_entropy)
