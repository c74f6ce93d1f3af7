"""Scalars of a watch, in TensorBoard's own files and in any writer."""

from collections import Counter

import pytest
import torch
from torch import nn

import softknee
from softknee.doctor.callbacks.tensorboard import log


class Writer:
    """Keeps what it is given; not hashable, as a dataclass is not."""

    __hash__ = None

    def __init__(self):
        self.written = []

    def add_scalar(self, tag, value, step):
        self.written.append((tag, value, step))

    def of(self, tag):
        return [(step, value) for name, value, step in self.written if name == tag]


@pytest.fixture
def training():
    """A watch, and a function that trains for some steps."""
    torch.manual_seed(0)
    model = nn.Sequential(nn.Linear(4, 16), nn.ReLU(), nn.Linear(16, 16), nn.Tanh(), nn.Linear(16, 1))
    nn.init.constant_(model[0].bias, -50.0)
    optimizer = torch.optim.Adam(model.parameters(), lr=1e-3)

    def train(steps):
        for _ in range(steps):
            x = torch.randn(64, 4)
            optimizer.zero_grad()
            (model(x) - x.sum(1, keepdim=True)).square().mean().backward()
            optimizer.step()

    return softknee.watch(model, every=2), train


def test_every_probe_is_written_once_at_its_step(training):
    w, train = training
    writer = Writer()
    with w:
        for _ in range(3):
            train(4)
            log(w, writer)
            log(w, writer)
    log(w, writer)
    log(w.report(), writer)
    assert writer.of("softknee/1/dead") == [(step, 1.0) for step in range(0, 12, 2)]
    assert [step for step, _ in writer.of("softknee/loss")] == list(range(12))
    assert [step for step, _ in writer.of("softknee/relative_step")] == list(range(0, 12, 2))
    assert max(Counter((tag, step) for tag, _, step in writer.written).values()) == 1
    for name in ("dead", "saturated", "dormant", "output_std", "gradient_norm"):
        assert len(writer.of(f"softknee/3/{name}")) == 6
    assert dict(writer.of("softknee/loss")) == dict(w.report().evidence.losses)


def test_the_numbers_are_those_of_the_probe(training):
    w, train = training
    writer = Writer()
    seen = []
    w.model[3].register_forward_hook(lambda module, args, out: seen.append(out.detach()))
    with w:
        train(1)
    log(w, writer, "mine")
    assert writer.of("mine/3/output_std")[0][1] == pytest.approx(float(seen[0].std(correction=0)), rel=1e-3)
    # Dead units before it: its input is the bias alone, and no two samples differ.
    assert writer.of("mine/1/output_std") == [(0, 0.0)]
    assert writer.of("mine/1/saturated") == [(0, 1.0)]


def test_another_writer_and_another_prefix_get_it_all(training):
    w, train = training
    first, second = Writer(), Writer()
    with w:
        train(3)
    log(w, first)
    log(w, second)
    log(w, second, prefix="again")
    assert first.written == [row for row in second.written if row[0].startswith("softknee/")]
    assert len(second.written) == 2 * len(first.written)


def test_tensorboards_files(training, tmp_path):
    from tensorboard.backend.event_processing.event_accumulator import EventAccumulator
    from torch.utils.tensorboard import SummaryWriter

    w, train = training
    with w, SummaryWriter(tmp_path) as writer:
        for _ in range(3):
            train(2)
            log(w, writer, histograms=True)
    events = EventAccumulator(str(tmp_path), size_guidance={"histograms": 0}).Reload()
    assert [(e.step, e.value) for e in events.Scalars("softknee/1/dead")] == [(0, 1.0), (2, 1.0), (4, 1.0)]
    assert [e.step for e in events.Histograms("softknee/3/output")] == [0, 2, 4]


def test_the_place_of_a_functional_call_makes_a_plain_tag():
    class Net(nn.Module):
        def __init__(self):
            super().__init__()
            self.a = nn.Linear(4, 4)

        def forward(self, x):
            return torch.relu(self.a(x))

    model = Net()
    writer = Writer()
    with softknee.watch(model) as w:
        model(torch.ones(2, 4)).sum().backward()
    log(w, writer)
    tags = {tag for tag, _, _ in writer.written if tag.endswith("/dead")}
    assert len(tags) == 1
    assert tags.pop().startswith("softknee/torch.relu_at_test_tensorboard.py_")
