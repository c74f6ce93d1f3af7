"""The sight of `watch`, and that it leaves no trace."""

import copy

import pytest
import torch
from torch import nn
from torch.nn import functional as F
from torch.utils.checkpoint import checkpoint

import softknee
from softknee.doctor import watch
from softknee.language.errors import ArgumentError, ArgumentTypeError, SoftkneeError

from .networks import classes, deep, rules_of, train, watched


class Functional(nn.Module):
    """Calls instead of modules, one in place, one of softknee's."""

    def __init__(self):
        super().__init__()
        self.first, self.second, self.third = nn.Linear(16, 32), nn.Linear(32, 32), nn.Linear(32, 32)
        self.dropout, self.norm, self.last = nn.Dropout(0.2), nn.BatchNorm1d(32), nn.Linear(32, 4)

    def forward(self, x):
        x = F.relu(self.norm(self.first(x)), inplace=True)
        x = self.dropout(torch.tanh(self.second(x)))
        return self.last(softknee.mish(self.third(x)))


def test_a_healthy_network_gives_no_warning():
    torch.manual_seed(0)
    w = watched(deep(nn.ReLU, 3, gain=2**0.5), *classes())
    assert w.report().verdict == "healthy", str(w.report())


@pytest.mark.parametrize("dtype", [torch.float64, torch.bfloat16])
def test_a_network_of_another_precision_is_read_alike(dtype):
    torch.manual_seed(0)
    x, y = classes()
    reports = [watched(deep(nn.ReLU, 3, gain=2**0.5).to(t), x.to(t), y).report() for t in (torch.float32, dtype)]
    assert [rules_of(report) for report in reports] == [set(), set()]
    usual, other = (report.evidence.first(report.evidence.judged[0]) for report in reports)
    assert set(usual) <= set(other)
    assert other["gradient_norm"] > 0


def test_functional_and_in_place_calls_are_seen_with_their_line():
    torch.manual_seed(0)
    w = watched(Functional(), *classes(), steps=8)
    names = [site.key for site in w.history.sites.values()]
    assert [site.name for site in w.history.sites.values()] == ["relu", "tanh", "mish"]
    assert names[0].startswith("F.relu at test_watch.py:")
    assert names[1].startswith("torch.tanh at test_watch.py:")
    assert names[2].startswith("softknee.mish at test_watch.py:")


@pytest.mark.parametrize("every", [1, 3, None])
@pytest.mark.parametrize("make", [Functional, lambda: deep(nn.GELU, 3)])
def test_training_is_the_same_bit_for_bit(make, every):
    x, y = classes()
    torch.manual_seed(0)
    plain = make()
    seen = copy.deepcopy(plain)
    torch.manual_seed(1)
    train(plain, x, y, steps=12)
    state = torch.get_rng_state()
    torch.manual_seed(1)
    with watch(seen, every=every):
        train(seen, x, y, steps=12)
    assert torch.equal(torch.get_rng_state(), state)
    for (name, a), (_, b) in zip(plain.state_dict().items(), seen.state_dict().items()):
        assert torch.equal(a, b), name
    for a, b in zip(plain.parameters(), seen.parameters()):
        assert torch.equal(a.grad, b.grad)


def test_nothing_is_left_behind():
    model = Functional()
    before = {path: (dict(m.__dict__), m.training) for path, m in model.named_modules()}
    backward = torch.Tensor.backward
    with pytest.raises(ZeroDivisionError), watch(model, every=1):
        train(model, *classes(), steps=2)
        raise ZeroDivisionError
    assert torch.Tensor.backward is backward
    assert torch.overrides._get_current_function_mode() is None
    for path, module in model.named_modules():
        now = {k: v for k, v in module.__dict__.items() if k not in ("_parameters", "_buffers")}
        then = {k: v for k, v in before[path][0].items() if k not in ("_parameters", "_buffers")}
        assert now == then, path
        assert not module._forward_hooks
        assert not module._forward_pre_hooks


def test_a_forward_that_raises_leaves_the_watch_usable():
    model = deep(nn.ReLU, 2)
    with watch(model, every=1) as w:
        with pytest.raises(RuntimeError, match="shapes"):
            model(torch.randn(3, 5))
        assert torch.overrides._get_current_function_mode() is None
        train(model, *classes(), steps=6)
    assert len(w.history.sites) == 2


def test_never_called_is_not_healthy():
    model = deep(nn.ReLU, 2)
    with watch(model) as w:
        pass
    with pytest.raises(SoftkneeError, match="was never called"):
        w.report()


def test_only_inference_is_not_healthy():
    model = deep(nn.ReLU, 2)
    with watch(model) as w, torch.no_grad():
        model(torch.randn(8, 16))
    with pytest.raises(SoftkneeError, match="always without gradients"):
        w.report()


def test_validation_between_is_not_counted():
    model, (x, y) = deep(nn.ReLU, 2), classes()
    with watch(model, every=1) as w:
        for _ in range(4):
            train(model, x, y, steps=1)
            model.eval()
            with torch.no_grad():
                model(x)
            model.train()
    assert (w.steps, w.inference_calls) == (4, 4)


def test_no_backward_is_said():
    model = deep(nn.ReLU, 2)
    with watch(model, every=1) as w:
        for _ in range(6):
            model(torch.randn(64, 16))
    assert "no backward pass was seen" in str(w.report())


def test_no_activation_is_said():
    w = watched(nn.Sequential(nn.Linear(16, 4)), *classes(), steps=6)
    assert "no activation was seen" in str(w.report())


def test_a_module_called_twice_is_two_places():
    class Twice(nn.Module):
        def __init__(self):
            super().__init__()
            self.a, self.b, self.c, self.act = nn.Linear(16, 32), nn.Linear(32, 32), nn.Linear(32, 4), nn.ReLU()

        def forward(self, x):
            return self.c(self.act(self.b(self.act(self.a(x)))))

    w = watched(Twice(), *classes(), steps=4)
    assert list(w.history.sites) == ["act", "act #2"]


def test_a_shared_module_goes_by_its_first_name():
    act = nn.Tanh()
    w = watched(nn.Sequential(nn.Linear(16, 8), act, nn.Linear(8, 8), act, nn.Linear(8, 4)), *classes(), steps=4)
    assert list(w.history.sites) == ["1", "1 #2"]


@pytest.mark.parametrize("reentrant", [False, True])
def test_checkpointing(reentrant):
    class Kept(nn.Module):
        def __init__(self):
            super().__init__()
            self.body, self.head = deep(nn.ReLU, 2, outputs=16), nn.Linear(16, 4)

        def forward(self, x):
            return self.head(torch.relu(checkpoint(self.body, x.requires_grad_(), use_reentrant=reentrant)))

    torch.manual_seed(0)
    w = watched(Kept(), *classes(), steps=40, rate=1e-2)
    # Computed once more in backward, and counted once.
    assert list(w.history.sites)[:2] == ["body.1", "body.3"]
    assert len(w.history.sites) == 3
    assert not rules_of(w.report()), str(w.report())


def test_a_batch_of_one():
    w = watched(deep(nn.ReLU, 2), *classes(), steps=8, batch=1)
    assert not rules_of(w.report(), ("critical",)), str(w.report())


@pytest.mark.parametrize(
    "layers",
    [
        [nn.Linear(16, 8), nn.ReLU(), nn.Linear(8, 4)],
        [nn.Unflatten(1, (1, 4, 4)), nn.Conv2d(1, 8, 3), nn.ReLU(), nn.Flatten(), nn.Linear(32, 4)],
    ],
)
def test_a_batch_of_nothing_is_passed_over(layers):
    model = nn.Sequential(*layers)
    x, y = classes()
    with watch(model, every=1) as w:
        for n in (0, 64, 0, 64, 64):
            F.cross_entropy(model(x[:n]), y[:n], reduction="sum").backward()
    (site,) = w.history.sites.values()
    assert w.report().evidence.units(site).samples == 192 * (1 if len(layers) == 3 else 4)


def test_integer_inputs():
    class Words(nn.Module):
        def __init__(self):
            super().__init__()
            self.table, self.a, self.b = nn.Embedding(20, 16), nn.Linear(16, 32), nn.Linear(32, 4)

        def forward(self, x):
            return self.b(F.gelu(self.a(self.table(x).mean(1))))

    torch.manual_seed(0)
    x = torch.randint(0, 20, (512, 5))
    w = watched(Words(), x, x[:, 0] % 4, steps=30, rate=1e-2)
    assert w.report().verdict == "healthy", str(w.report())


def test_accumulated_gradients():
    model, (x, y) = deep(nn.ReLU, 2), classes()
    optimizer = torch.optim.Adam(model.parameters(), lr=1e-3)
    with watch(model, every=1) as w:
        for step in range(12):
            F.cross_entropy(model(x[:64]), y[:64]).backward()
            if step % 4 == 3:
                optimizer.step()
                optimizer.zero_grad()
    assert len(w.history.updates) == 2  # what the last step did nobody has come to see


def test_two_watches_at_once():
    a, b = deep(nn.ReLU, 2), deep(nn.Tanh, 2)
    x, y = classes()
    with watch(a, every=1) as first, watch(b, every=1) as second:
        train(a, x, y, steps=4)
        train(b, x, y, steps=6)
    assert (first.steps, second.steps) == (4, 6)
    assert [s.name for s in second.history.sites.values()] == ["tanh", "tanh"]


def test_memory_does_not_grow_with_steps():
    model, (x, y) = deep(nn.ReLU, 2), classes()
    with watch(model, every=1) as w:
        train(model, x, y, steps=100)
        settled = len(w.history.snapshots), len(w.history.updates)
        train(model, x, y, steps=200, batch=8)
    assert max(settled) <= 96
    assert len(w.history.snapshots) < 96
    assert len(w.history.updates) < 96
    assert len(w.history.losses) < 1024
    held = [s for s in w.history.snapshots if any("steepest" in r for r in s.readings.values())]
    assert len(held) <= 25


def test_a_scaled_loss_is_told_as_it_was():
    model, (x, y) = deep(nn.ReLU, 2), classes()
    optimizer = torch.optim.SGD(model.parameters(), lr=1e-3)
    scaler = torch.amp.GradScaler("cpu", init_scale=1024.0, growth_interval=2)
    with watch(model, every=1) as w:
        for _ in range(6):
            optimizer.zero_grad()
            scaler.scale(F.cross_entropy(model(x), y)).backward()
            scaler.step(optimizer)
            scaler.update()
    losses = [loss for _, loss in w.report().evidence.losses]
    assert max(losses) < 3
    assert losses == sorted(losses, reverse=True)


def test_data_parallel():
    w = watched(nn.DataParallel(deep(nn.ReLU, 2)), *classes(), steps=4)
    assert list(w.history.sites) == ["module.1", "module.3"]


class Gated(nn.Module):
    def __init__(self, gate):
        super().__init__()
        self.a, self.b, self.gate = nn.Linear(16, 64), nn.Linear(32, 4), gate

    def forward(self, x):
        return self.b(self.gate(self.a(x)))


@pytest.mark.parametrize("gate", [F.glu, nn.GLU(), softknee.nn.SwiGLU(), lambda x: softknee.geglu(x, axis=-1)])
def test_gates_are_judged_by_what_opens_them(gate):
    model = Gated(gate)
    nn.init.constant_(model.a.bias[32:], -60.0)
    w = watched(model, *classes(), steps=6)
    (site,) = w.history.sites.values()
    assert site.is_factor
    assert w.report().evidence.units(site).saturated.all()
    healthy = watched(Gated(gate), *classes(), steps=6)
    assert not healthy.report().evidence.units(next(iter(healthy.history.sites.values()))).saturated.any()


@pytest.mark.parametrize(
    ("options", "error", "words"),
    [
        ({"model": 3}, ArgumentTypeError, "model"),
        ({"every": 0}, ArgumentError, "every = 0"),
        ({"every": 1.5}, ArgumentError, "every = 1.5"),
        ({"budget": 0.0}, ArgumentError, "budget = 0.0"),
        ({"budget": 2.0}, ArgumentError, "budget = 2.0"),
    ],
)
def test_bad_arguments(options, error, words):
    with pytest.raises(error, match=words):
        watch(**{"model": nn.Linear(2, 2), **options})


def test_entering_twice():
    with watch(nn.Linear(2, 2)) as w, pytest.raises(SoftkneeError, match="already"):
        w.__enter__()
