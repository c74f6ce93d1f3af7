"""Each rule fires on what it is for, names place and cause, and stays silent on the sound twin."""

import re
from pathlib import Path

import pytest
import torch
from torch import nn
from torch.nn import functional as F

import softknee
from softknee.doctor import RULES
from tests.doctor.networks import classes, deep, rules_of, watched

HE = 2**0.5


def found(report, rule):
    return next((f for f in report.findings if f.rule == rule), None)


def report_of(model, x=None, y=None, **options):
    if x is None:
        x, y = classes()
    return watched(model, x, y, **options).report()


@pytest.fixture(autouse=True)
def seeded():
    torch.manual_seed(0)


def killed(activation=nn.ReLU):
    model = deep(activation, 3, gain=HE)
    nn.init.constant_(model[2].bias, -30.0)
    return model


def test_dead_at_the_start():
    finding = found(report_of(killed()), "dead")
    assert (finding.layer, finding.severity, finding.cause) == ("3", "critical", "init")
    assert (finding.measured, finding.step) == (1.0, 0)
    assert "gain 1.414" in finding.remedy


def test_dead_by_the_learning_rate():
    report = report_of(deep(nn.ReLU, 3, gain=HE), rate=1.0)
    finding = found(report, "dead")
    assert finding.cause == "learning rate", str(report)
    assert finding.step > 0
    assert "learning rate" in finding.remedy


def test_zeros_are_not_death():
    """Nine outputs of ten are zero, and every unit fires for some sample."""
    model = deep(nn.ReLU, 2, width=64, gain=HE)
    nn.init.constant_(model[0].bias, -1.3)
    x = torch.randn(2048, 16)
    report = report_of(model, x, (x[:, 0] > 0).long(), steps=20)
    shown = report.evidence.last(report.evidence.judged[0])["shown"]
    assert (shown == 0).mean() > 0.85
    assert found(report, "dead") is None, str(report)


def test_dead_holds_for_ones_own_function():
    @softknee.activation
    def notch(x):
        return softknee.where(x > -1, x, -1)

    class Own(nn.Module):
        def __init__(self):
            super().__init__()
            self.a, self.b = nn.Linear(16, 32), nn.Linear(32, 4)
            nn.init.constant_(self.a.bias, -40.0)

        def forward(self, x):
            return self.b(notch(self.a(x)))

    finding = found(report_of(Own()), "dead")
    assert finding.layer.startswith("softknee.notch at test_rules.py")
    assert finding.measured == 1.0


CONVOLUTIONS = [(nn.Conv1d, (16,)), (nn.Conv2d, (4, 4)), (nn.Conv3d, (4, 2, 2))]


def convolved(kind, shape, padding=0):
    """Scores of images of this shape, after one convolution and a ReLU."""
    layer = kind(1, 8, 2, padding=padding)
    places = layer(torch.zeros(1, 1, *shape)).numel()
    return nn.Sequential(layer, nn.ReLU(), nn.Flatten(), nn.Linear(places, 4))


@pytest.mark.parametrize(("kind", "shape"), CONVOLUTIONS)
def test_channels_of_a_convolution_are_units(kind, shape):
    model = convolved(kind, shape)
    with torch.no_grad():
        model[0].bias[:6] = -50
    x, y = classes()
    finding = found(report_of(model, x.reshape(-1, 1, *shape), y), "dead")
    assert finding.measured == 0.75
    assert finding.message.startswith("6 of 8 units")


@pytest.mark.parametrize(("kind", "shape"), CONVOLUTIONS)
def test_a_convolution_is_followed_to_its_weights(kind, shape):
    model = convolved(kind, shape, padding=1)
    nn.init.normal_(model[0].weight, std=20.0 / model[0].weight[0].numel() ** 0.5)
    x, y = classes()
    watch = watched(model, x.reshape(-1, 1, *shape), y, rate=1e-6)
    (site,) = watch.history.sites.values()
    (feed,) = site.node.feeds
    assert (feed.kind, feed.path, feed.fan_in) == ("linear", "0", model[0].weight[0].numel())
    assert watch.history.gains["0"] == pytest.approx(20, rel=0.5)
    assert "gain 1.414" in found(watch.report(), "init").remedy


def test_saturated():
    model = deep(nn.Tanh, 3, gain=40.0)
    x, y = classes()
    report = report_of(model, x, torch.randint(0, 4, y.shape))  # nothing to be learned
    finding = found(report, "saturated")
    assert finding.cause == "init", str(report)
    assert finding.measured > 0.5


def test_saturation_is_the_functions_own():
    """At 3 the slope of tanh is a hundredth of its steepest, that of softsign a sixteenth."""

    def around_three(activation):
        model = deep(activation, 2, gain=0.1)
        nn.init.constant_(model[2].bias, 3.0)
        x, y = classes()
        return report_of(model, x, torch.randint(0, 4, y.shape), rate=1e-5)

    assert found(around_three(nn.Tanh), "saturated").layer == "3"
    assert found(around_three(nn.Softsign), "saturated") is None


def test_vanishing():
    finding = found(report_of(deep(nn.Sigmoid, 10)), "vanishing")
    assert (finding.layer, finding.severity, finding.cause) == ("1", "critical", "structure")
    assert finding.measured < 1e-3


def test_exploding():
    model = deep(nn.Softplus, 12, gain=6.0)
    x, y = classes()
    report = report_of(model, x, torch.randint(0, 4, y.shape), rate=1e-7)
    finding = found(report, "exploding")
    assert finding is not None, str(report)
    assert (finding.severity, finding.cause) == ("critical", "init")


@pytest.mark.parametrize(("rate", "high"), [(1.0, True), (1e-8, False)])
def test_step_size(rate, high):
    x, y = classes()
    finding = found(report_of(deep(nn.GELU, 3, gain=1.5), x, torch.randint(0, 4, y.shape), rate=rate), "step-size")
    assert finding.cause == "learning rate"
    assert (finding.measured > finding.threshold) == high
    assert ("lower" if high else "higher") in finding.remedy


def test_init_names_the_gain():
    model = deep(nn.Mish, 6, gain=0.2)
    finding = found(report_of(model, steps=10), "init")
    assert finding.cause == "init"
    assert "1.487" in finding.message
    assert "gain 1.487 for mish" in finding.remedy


def test_init_that_training_has_overcome_is_information():
    """A plain stack drawn too small, as torch draws it: it starts slowly, and learns."""
    finding = found(report_of(deep(nn.ReLU, 5, width=64, gain=0.5), steps=100, rate=3e-3), "init")
    assert finding.severity == "info"


def test_init_of_equal_weights():
    model = deep(nn.Tanh, 3, gain=1.6)
    nn.init.zeros_(model[2].weight)
    finding = found(report_of(model, steps=10), "init")
    assert (finding.layer, finding.cause) == ("3", "init")


def test_init_spares_a_residual_branch_that_starts_at_zero():
    class Block(nn.Module):
        def __init__(self):
            super().__init__()
            self.a, self.b = nn.Linear(32, 32), nn.Linear(32, 32)
            nn.init.zeros_(self.b.weight)

        def forward(self, x):
            return x + self.b(F.gelu(self.a(x)))

    model = nn.Sequential(nn.Linear(16, 32), *(Block() for _ in range(3)), nn.Linear(32, 4))
    assert found(report_of(model), "init") is None


def test_init_follows_through_norm_and_residuals():
    class Block(nn.Module):
        def __init__(self):
            super().__init__()
            self.norm, self.a, self.b = nn.LayerNorm(32), nn.Linear(32, 32), nn.Linear(32, 32)

        def forward(self, x):
            return x + self.b(F.relu(self.a(self.norm(x))))

    model = nn.Sequential(nn.Linear(16, 32), *(Block() for _ in range(8)), nn.Linear(32, 4))
    assert found(report_of(model), "init") is None


def test_scale_of_the_data():
    x, y = classes()
    report = report_of(deep(nn.Tanh, 3), 1000 * x, torch.randint(0, 4, y.shape))
    finding = found(report, "scale")
    assert (finding.layer, finding.cause, finding.severity) == ("the input", "data scale", "warning"), str(report)
    assert "standardise" in finding.remedy


def test_mean_shift_and_scale_are_information():
    report = report_of(deep(nn.Softplus, 3, gain=0.1))
    assert found(report, "mean-shift").severity == "info"
    assert found(report, "scale").severity == "info"


def test_collapse():
    x, y = classes()
    model = deep(nn.Sigmoid, 6)
    report = report_of(model, x, y, rate=1e-6)
    finding = found(report, "collapse")
    assert finding.cause == "structure"  # a stack of sigmoids
    assert finding.measured > 0.95


def test_dormant():
    model = deep(nn.LeakyReLU, 2, width=64, gain=HE)
    with torch.no_grad():
        model[0].weight[:40] *= 1e-4
        model[0].bias[:40] = 0
    finding = found(report_of(model, rate=1e-6), "dormant")
    assert (finding.severity, finding.layer) == ("info", "1")
    assert finding.measured > 0.6


def test_underflow():
    """In float16 the slope of a sigmoid is 0 from about 17 on, long before that of float32."""

    class Half(nn.Module):
        def __init__(self):
            super().__init__()
            self.a, self.b = nn.Linear(16, 32).half(), nn.Linear(32, 4).half()
            nn.init.constant_(self.a.bias, -20.0)

        def forward(self, x):
            return self.b(torch.sigmoid(self.a(x.half()))).float()

    report = report_of(Half(), optimizer=torch.optim.SGD)
    finding = found(report, "underflow")
    assert (finding.cause, finding.severity) == ("precision", "warning"), str(report)
    assert "float32" in finding.remedy


def test_non_finite_by_the_learning_rate():
    def square(out, y):
        return (out - F.one_hot(y, 4)).square().mean()

    report = report_of(deep(nn.ReLU, 3), rate=1e4, optimizer=torch.optim.SGD, loss_fn=square)
    finding = found(report, "non-finite")
    assert (finding.severity, finding.cause) == ("critical", "learning rate")
    assert finding.step > 0


def test_non_finite_data():
    x, y = classes()
    x[3, 3] = torch.nan
    finding = found(report_of(deep(nn.ReLU, 3), x, y), "non-finite")
    assert (finding.layer, finding.cause) == ("the input", "data scale")


def test_structure_linear_after_linear():
    model = nn.Sequential(nn.Linear(16, 32), nn.ReLU(), nn.Linear(32, 32), nn.Linear(32, 4))
    finding = found(report_of(model), "structure")
    assert finding.layer == "3"
    assert "directly after 2" in finding.message


def test_structure_no_activation_at_all():
    finding = found(report_of(nn.Sequential(nn.Linear(16, 8), nn.Linear(8, 8), nn.Linear(8, 4))), "structure")
    assert "3 layers have no activation" in finding.message


@pytest.mark.parametrize(
    "body",
    [
        nn.Sequential(nn.Linear(16, 64), nn.Linear(64, 4)),  # put below into a sound network
        nn.Sequential(nn.Linear(16, 3, bias=False), nn.Linear(3, 16)),
    ],
    ids=["plain", "narrow"],
)
def test_structure_spares_what_is_meant(body):
    narrow = body[0].out_features == 3
    model = nn.Sequential(nn.Linear(16, 16), nn.ReLU(), *body, nn.ReLU(), nn.Linear(16 if narrow else 4, 4))
    assert (found(report_of(model), "structure") is None) == narrow


def test_structure_softmax_over_one_unit():
    x, y = classes(outputs=2)
    model = nn.Sequential(nn.Linear(16, 16), nn.ReLU(), nn.Linear(16, 1), nn.Softmax(dim=1))
    finding = found(report_of(model, x, y.float()[:, None], loss_fn=F.binary_cross_entropy), "structure")
    assert (finding.layer, finding.severity) == ("3", "critical")


@pytest.mark.parametrize(
    ("loss_fn", "first"),
    [(F.binary_cross_entropy, "use sigmoid"), (F.binary_cross_entropy_with_logits, "drop")],
)
def test_structure_softmax_over_one_unit_is_mended_as_the_loss_wants(loss_fn, first):
    x, y = classes(outputs=2)
    model = nn.Sequential(nn.Linear(16, 16), nn.ReLU(), nn.Linear(16, 1), nn.Softmax(dim=1))
    finding = found(report_of(model, x, y.float()[:, None], loss_fn=loss_fn), "structure")
    assert finding.severity == "critical" and finding.remedy.startswith(first)


def test_structure_sigmoid_before_logits():
    x, y = classes(outputs=2)
    model = nn.Sequential(nn.Linear(16, 16), nn.ReLU(), nn.Linear(16, 1), nn.Sigmoid())
    report = report_of(model, x, y.float()[:, None], loss_fn=F.binary_cross_entropy_with_logits)
    assert "sigmoid is applied before" in found(report, "structure").message


@pytest.mark.parametrize("softmax", [nn.Softmax(dim=1), nn.LogSoftmax(dim=1), softknee.nn.Softmax(dim=1)])
def test_structure_softmax_before_cross_entropy(softmax):
    model = nn.Sequential(nn.Linear(16, 16), nn.ReLU(), nn.Linear(16, 4), softmax)
    assert "before cross-entropy" in found(report_of(model), "structure").message


def test_structure_relu_and_negative_targets():
    x, _ = classes()
    model = nn.Sequential(nn.Linear(16, 16), nn.GELU(), nn.Linear(16, 1), nn.ReLU())
    finding = found(report_of(model, x, x.sum(1, keepdim=True), loss_fn=F.mse_loss), "structure")
    assert "never negative" in finding.message
    sound = nn.Sequential(nn.Linear(16, 16), nn.GELU(), nn.Linear(16, 1), nn.ReLU())
    assert found(report_of(sound, x, x.square().sum(1, keepdim=True), loss_fn=F.mse_loss), "structure") is None


def test_every_rule_has_a_test():
    """A test of a rule stands in this folder, and its name begins with the rule's."""
    files = Path(__file__).parent.glob("test_*.py")
    tests = [name for file in files for name in re.findall(r"^def test_(\w+)", file.read_text("utf-8"), re.MULTILINE)]
    for name in (name.replace("-", "_") for name in RULES):
        assert any(test.startswith(name) for test in tests), f"add test_{name} in a file of tests/doctor/rules"


def test_nothing_of_all_this_in_a_sound_network():
    assert rules_of(report_of(deep(nn.ReLU, 4, gain=HE))) == set()
