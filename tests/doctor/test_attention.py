"""Attention in one fused call: its softmax is followed, and what cannot be followed is named."""

import copy
import math

import pytest
import torch
from torch import nn
from torch.nn import functional as F

import softknee
from softknee.doctor import watch
from softknee.doctor.torch.statistics import TENSORS
from softknee.doctor.views.overview import rows

from .networks import classes, train


class Attending(nn.Module):
    """One layer of attention over four tokens, by one of torch's ways."""

    def __init__(self, way, scale=1.0):
        super().__init__()
        self.way = way
        self.embed, self.act, self.head = nn.Linear(4, 16), nn.GELU(), nn.Linear(16, 4)
        if way.startswith("module"):
            self.attention = nn.MultiheadAttention(16, 4, batch_first=True)
            weight = self.attention.in_proj_weight
        else:
            self.project = nn.Linear(16, 48)
            weight = self.project.weight
        with torch.no_grad():
            weight[:32] *= scale

    def forward(self, x):
        x = self.act(self.embed(x.reshape(len(x), 4, 4)))
        if self.way.startswith("module"):
            y, _ = self.attention(x, x, x, need_weights="with weights" in self.way)
        else:
            q, k, v = (t.reshape(len(x), 4, 4, 4).transpose(1, 2) for t in self.project(x).chunk(3, -1))
            if self.way == "fused":
                y = F.scaled_dot_product_attention(q, k, v)
            else:
                y = torch.softmax(q @ k.transpose(-2, -1) / 2, dim=-1) @ v
            y = y.transpose(1, 2).reshape(len(x), 4, 16)
        return self.head(y.mean(1))


WAYS = ("fused", "written out", "module", "module with weights")


def looked_at(way, scale, labels=None):
    torch.manual_seed(0)
    x, y = classes()
    with watch(Attending(way, scale), every=1) as w:
        train(w.model, x, y if labels is None else labels, steps=12, rate=1e-4)
    return w.report()


def of_softmax(report):
    (site,) = [site for site in report.evidence.sites if site.name == "softmax"]
    return site


@pytest.mark.parametrize("way", WAYS)
def test_heads_that_look_at_one_key_are_saturated(way):
    report = looked_at(way, 300.0, torch.randint(0, 4, (512,)))
    finding = next(f for f in report.findings if f.rule == "saturated" and f.activation == "softmax")
    assert finding.layer == of_softmax(report).key
    assert (finding.severity, finding.measured, finding.cause) == ("warning", 1.0, "init")
    assert finding.layer in " ".join(str(report).split())
    (row,) = [row for row in rows(report) if row.site.key == finding.layer]
    assert (row.flat, row.severity) == (1.0, "warning")


@pytest.mark.parametrize("way", WAYS)
def test_sound_attention_is_seen_and_healthy(way):
    report = looked_at(way, 1.0)
    reading = report.evidence.last(of_softmax(report))
    assert reading["flat"].max() == 0
    assert reading["shown"].max() <= 1
    assert "saturated" not in {f.rule for f in report.findings}
    assert report.verdict == "healthy", str(report)


def test_fused_and_written_out_read_alike():
    fused, written = (looked_at(way, 30.0) for way in ("fused", "written out"))
    ours, theirs = (report.evidence.first(of_softmax(report)) for report in (fused, written))
    for name in ("count", "flat", "steepest"):
        assert ours[name] == pytest.approx(theirs[name], rel=1e-4), name


@pytest.mark.parametrize("way", WAYS)
def test_training_is_the_same_bit_for_bit(way):
    torch.manual_seed(0)
    plain = Attending(way)
    seen = copy.deepcopy(plain)
    x, y = classes()
    train(plain, x, y, steps=4)
    with watch(seen, every=1):
        train(seen, x, y, steps=4)
    for a, b in zip(plain.state_dict().values(), seen.state_dict().values()):
        assert torch.equal(a, b)


def test_the_projections_of_multi_head_attention_are_layers():
    evidence = looked_at("module", 1.0).evidence
    names = {node.parameter for node in evidence.nodes if node.kind == "linear"}
    assert {"attention.in_proj_weight", "attention.out_proj.weight"} <= names
    assert evidence.history.gains.keys() >= {"attention.in_proj_weight", "attention.out_proj"}


def of_weights(p):
    """The trace of the softmax's Jacobian over its largest."""
    n = p.shape[-1]
    return (
        torch.diagonal(torch.diag_embed(p) - p[..., :, None] * p[..., None, :], dim1=-2, dim2=-1).sum(-1) * n / (n - 1)
    )


def test_slopes_are_those_of_the_jacobian():
    z = torch.randn(64, 7)
    torch.testing.assert_close(TENSORS.slopes_of_softmax(z), of_weights(z.softmax(-1)))


def test_masked_keys_do_not_count():
    z = torch.zeros(5, 8)
    z[:, 4:] = torch.tensor([-math.inf, -1e9, -1e4, torch.finfo().min])
    torch.testing.assert_close(TENSORS.slopes_of_softmax(z), torch.ones(5))
    z[:, 1:4] = -math.inf
    assert TENSORS.slopes_of_softmax(z).isnan().all()  # one key alone: there is nothing to choose


@pytest.mark.parametrize(
    "options", [{"is_causal": True}, {"mask": True}, {"bias": True}, {"gqa": True}, {"scale": 3.0}]
)
def test_options_of_fused_attention(options):
    class Net(nn.Module):
        def __init__(self):
            super().__init__()
            self.out = nn.Linear(8, 1)

        def forward(self, q, k):
            given = dict(options)
            if given.pop("mask", False):
                given["attn_mask"] = torch.ones(6, 6, dtype=torch.bool).tril()
            if given.pop("bias", False):
                given["attn_mask"] = torch.full((6, 6), -math.inf).triu(1)
            if given.pop("gqa", False):
                k, given = k[:, :2], {"enable_gqa": True, "is_causal": True}
            if "scale" in given:
                given["is_causal"] = True
            return self.out(F.scaled_dot_product_attention(q, k, k, **given))

    q, k = torch.randn(3, 4, 6, 8), torch.randn(3, 4, 6, 8)
    with watch(Net(), every=1) as w:
        w.model(q, k).sum().backward()
    reading = w.report().evidence.first(of_softmax(w.report()))
    keys = k[:, :2].repeat_interleave(2, 1) if "gqa" in options else k
    z = q @ keys.transpose(-2, -1) * options.get("scale", 8**-0.5)
    z = z.masked_fill(torch.ones(6, 6, dtype=torch.bool).triu(1), -math.inf)
    expected = TENSORS.slopes_of_softmax(z)[:, :, 1:].transpose(0, 1).flatten(1)
    assert reading["steepest"] == pytest.approx(expected.amax(1).numpy(), rel=1e-4)
    assert reading["flat"] == pytest.approx((expected < 0.05).float().mean(1).numpy())
    assert reading["count"] == 3 * 5


class Cube(torch.autograd.Function):
    """An activation that no call of torch shows."""

    @staticmethod
    def forward(ctx, x):
        ctx.save_for_backward(x)
        return x**3

    @staticmethod
    def backward(ctx, g):
        return 3 * ctx.saved_tensors[0] ** 2 * g


class Opaque(nn.Module):
    def __init__(self):
        super().__init__()
        self.a, self.b, self.c = nn.Linear(16, 16), nn.Linear(16, 16), nn.Linear(16, 4)

    def forward(self, x):
        return self.c(torch.tanh(self.b(Cube.apply(self.a(x)))))


def test_a_function_with_its_own_backward_is_named_as_unseen():
    with watch(Opaque(), every=1) as w:
        train(w.model, *classes(), steps=4)
    assert any("Cube" in spot for spot in w.report().evidence.blind_spots)
    assert "? Cube" in str(w.report())


def test_gates_behind_dropout_are_named_as_unseen():
    class Net(nn.Module):
        def __init__(self):
            super().__init__()
            self.rnn, self.out = nn.LSTM(4, 8, 3, dropout=0.5, batch_first=True), nn.Linear(8, 4)

        def forward(self, x):
            return self.out(self.rnn(x.reshape(len(x), 4, 4))[0][:, -1])

    with watch(Net(), every=1) as w:
        train(w.model, *classes(), steps=4)
    assert [s for s in w.report().evidence.blind_spots if "rnn" in s] == [
        "layers 1 to 2 of rnn are behind dropout within one call: their gates were not seen"
    ]


@pytest.mark.filterwarnings("ignore:`torch.jit.trace(_method)?` is deprecated:DeprecationWarning")
def test_torchscript_within_a_model_is_named_as_unseen():
    model = nn.Sequential(nn.Linear(16, 16), nn.ReLU(), torch.jit.trace(nn.Linear(16, 4), torch.ones(1, 16)))
    with watch(model, every=1) as w:
        train(model, *classes(), steps=4)
    assert any(spot.startswith("2 is TorchScript") for spot in w.report().evidence.blind_spots)


def test_diagnose_tries_to_mend_attention():
    torch.manual_seed(0)
    x, y = classes()
    report = softknee.diagnose(Attending("module", 300.0), (x, y), F.cross_entropy, steps=12)
    assert any(f.activation == "softmax" for f in report.findings), str(report)
