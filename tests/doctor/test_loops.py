"""Training loops as people get them wrong: what the doctor then says, and does not say."""

import pytest
import torch
from torch import nn
from torch.nn import functional as F

from softknee.doctor import diagnose, watch

from .networks import classes, deep, rules_of, train, watched


@pytest.fixture(autouse=True)
def seeded():
    torch.manual_seed(0)


def stepping(model, optimizer, steps=40):
    """A watch of a training with somebody's optimiser, None for a loop that calls none."""
    x, y = classes()
    with watch(model, every=1) as w:
        for _ in range(steps):
            model.zero_grad()
            F.cross_entropy(model(x[:64]), y[:64]).backward()
            if optimizer is not None:
                optimizer.step()
    return w


def unmoved(report):
    return [f for f in report.warnings if "no step has changed the weights" in f.message]


@pytest.mark.parametrize("of", ["none", "another model", "a rate of 0"])
def test_weights_that_no_step_changes(of):
    model = deep(nn.ReLU, 2)
    optimizer = {
        "none": None,
        "another model": torch.optim.Adam(deep(nn.ReLU, 2).parameters()),
        "a rate of 0": torch.optim.SGD(model.parameters(), lr=0.0),
    }[of]
    report = stepping(model, optimizer).report()
    assert report.verdict == "critical"
    assert [f.rule for f in unmoved(report)] == ["step-size"]
    assert "optimizer.step()" in unmoved(report)[0].remedy


def test_a_gradient_that_is_accumulated_is_no_standstill():
    model, (x, y) = deep(nn.ReLU, 2), classes()
    optimizer = torch.optim.Adam(model.parameters())
    with watch(model, every=1) as w:
        for step in range(40):
            F.cross_entropy(model(x[:64]), y[:64]).backward()
            if step % 16 == 15:
                optimizer.step()
                optimizer.zero_grad()
    assert not unmoved(w.report())


def test_weights_of_0_are_not_the_optimisers_fault():
    """Their gradient is 0, and only biases move."""
    model = deep(nn.ReLU, 2)
    for parameter in model.parameters():
        nn.init.zeros_(parameter)
    report = stepping(model, torch.optim.Adam(model.parameters())).report()
    assert not unmoved(report)
    assert report.warnings[0].cause == "init"


def test_a_head_alone_that_is_trained_is_not_too_slow():
    """The weights that the optimiser does not have say nothing of its rate."""
    model = deep(nn.ReLU, 6)
    report = stepping(model, torch.optim.Adam(model[-1].parameters(), lr=1e-2)).report()
    assert "step-size" not in rules_of(report)
    told = [f for f in report.findings if f.rule == "step-size"]
    assert told and told[0].severity == "info" and "0.weight" in told[0].message


def test_a_gradient_that_is_cut_off_is_said():
    class Cut(nn.Module):
        def __init__(self):
            super().__init__()
            self.a, self.b = nn.Linear(16, 32), nn.Linear(32, 4)

        def forward(self, x):
            return self.b(F.relu(self.a(x)).detach())

    report = watched(Cut(), *classes()).report()
    assert any("no gradient reached an activation" in spot for spot in report.evidence.blind_spots)
    assert not any("no backward pass was seen" in spot for spot in report.evidence.blind_spots)
    assert "step-size" not in rules_of(report)


def test_gates_alone_are_no_missing_backward_pass():
    class Last(nn.Module):
        def __init__(self):
            super().__init__()
            self.rnn, self.head = nn.LSTM(4, 16, batch_first=True), nn.Linear(16, 4)

        def forward(self, x):
            return self.head(self.rnn(x.reshape(-1, 4, 4))[0][:, -1])

    report = watched(Last(), *classes(), steps=8).report()
    assert not any("backward" in spot or "no gradient" in spot for spot in report.evidence.blind_spots)
    assert report.verdict == "healthy"


def test_without_a_backward_pass_nothing_is_healthy():
    model = deep(nn.ReLU, 2)
    with watch(model, every=1) as w:
        for _ in range(6):
            model(torch.randn(64, 16))
    assert w.report().verdict == "not judged"


def test_one_bad_batch_is_the_datas_fault():
    x, y = classes()
    x[200, 3] = float("nan")  # of the fourth batch
    report = watched(deep(nn.ReLU, 2), x, y).report()
    first = report.findings[0]
    assert (first.rule, first.cause, first.layer, first.step) == ("non-finite", "data scale", "the input", 3)


def test_one_bad_batch_between_looks_is_the_datas_fault():
    x, y = classes()
    x[200, 3] = float("nan")
    batches = list(zip(x.split(64), y.split(64)))
    first = diagnose(deep(nn.ReLU, 2), batches, F.cross_entropy).findings[0]
    assert (first.rule, first.cause, first.layer, first.step) == ("non-finite", "data scale", "the input", 3)


def test_a_break_between_looks_is_not_called_sure():
    x, y = classes()
    x[400, 3] = float("nan")  # of the seventh batch
    with watch(deep(nn.ReLU, 2), every=5) as w:
        train(w.model, x, y, steps=20)
    assert "every=1" in w.findings[0].message
    with watch(deep(nn.ReLU, 2), every=1) as w:
        train(w.model, *classes(), rate=1e30)
    assert "every=1" not in w.findings[0].message


def test_a_loss_that_breaks_by_itself_is_not_the_weights_fault():
    def logarithm(out, y):
        return torch.log(out - out.detach().max() - 1).mean()

    first = watched(deep(nn.ReLU, 2), *classes(), loss_fn=logarithm).report().findings[0]
    assert (first.rule, first.layer, first.cause) == ("non-finite", "the loss", "structure")
    assert "the loss" in first.remedy and "initialise" not in first.remedy


def test_what_is_not_finite_is_not_dead():
    report = watched(deep(nn.ReLU, 2), *classes(), loss_fn=lambda out, y: F.cross_entropy(out, y) * torch.nan).report()
    assert rules_of(report) == {"non-finite"}


def test_a_loss_that_does_not_fall_without_a_fault_is_said():
    x, _ = classes()
    report = watched(deep(nn.GELU, 2), x, torch.randint(0, 4, (512,)), steps=100).report()
    assert report.verdict == "healthy"
    assert any("has not fallen" in spot for spot in report.remarks)
    well = watched(deep(nn.GELU, 2), *classes(), steps=100).report()
    assert not any("has not fallen" in spot for spot in well.remarks)


def test_one_is_no_plural():
    model = deep(nn.ReLU, 2)
    with watch(model) as w:
        train(model, *classes(), steps=1)
    assert "1 step seen" in str(w.report()) and "only 1 loss was seen" in str(w.report())


@pytest.mark.parametrize(("rate", "times"), [(1e-5, "10 times"), (1e-7, "1000 times")])
def test_a_rate_that_is_far_too_low_is_raised_far_enough(rate, times):
    finding = next(f for f in watched(deep(nn.ReLU, 2), *classes(), rate=rate).findings if f.rule == "step-size")
    assert finding.remedy == f"a learning rate {times} higher"
