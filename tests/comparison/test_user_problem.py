"""The user's own model, loss, metric and training."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

import numpy as np
import pytest
import torch
from torch import Tensor, nn
from torch.nn import functional as F
from torch.utils.data import DataLoader, TensorDataset

import softknee as knee
from softknee.comparison import Comparison, Metric
from softknee.comparison.activation_argument import ActivationArgument
from softknee.comparison.choice import choice_of
from softknee.comparison.plan import Run
from softknee.comparison.result import Result
from softknee.comparison.train import train
from softknee.comparison.user_problem import problem_of

from .networks import FEATURES, Functional, make_model, table

TABLE: Any = object()


def compared(model: Any, data: Any = TABLE, activations: Any = ("relu", "mish"), **arguments: Any) -> Comparison:
    arguments = {"seeds": 1, "epochs": 2, "rate": 1e-2, "progress": False, "workers": 1, **arguments}
    return knee.compare(model, table() if data is TABLE else data, activations, **arguments)


def trained(model: Any, asked: Any = "relu", **arguments: Any) -> Result:
    problem = problem_of(model, table(), **arguments)
    return train(Run(problem.name, choice_of(asked), 0, 2, 1e-2), problem)


def built(model: Any, asked: Any = "relu", seed: int = 0, **arguments: Any) -> nn.Module:
    problem = problem_of(model, table(), **arguments)
    return problem.build(choice_of(asked), problem.split(seed), seed)


def weights(model: nn.Module) -> list[Tensor]:
    return [m.weight.detach() for m in model.modules() if isinstance(m, nn.Linear)]


# -- make_model ----------------------------------------------------------------------------


@knee.activation
def bent(x):  # type: ignore[no-untyped-def]
    return knee.where(x > 0, x, x / 4)


def test_ones_own_model_learns() -> None:
    found = compared(make_model, activations=["relu", "gelu", "mish", bent, "swiglu"], epochs=40, seeds=2)
    assert {row.activation for row in found.rows} == {"relu", "gelu", "mish", "bent", "swiglu"}
    assert all(row.score > 0.8 and not row.failed for row in found.rows)
    assert "make_model" in str(found)
    assert found.command.startswith("softknee.compare(make_model, data, activations=['relu', 'gelu', 'mish', bent")


def test_workers_give_the_same_results() -> None:
    def local(activation: Any) -> nn.Module:  # cannot be imported by its name
        return make_model(activation)

    def measured(found: Comparison) -> list[dict[str, Any]]:
        rows = [asdict(result) for result in found.results]
        kept = ("activation", "seed", "score", "train_loss", "validation", "reason")
        return sorted(({k: r[k] for k in kept} for r in rows), key=lambda r: (r["activation"], r["seed"]))

    here = measured(compared(local, activations=["relu", bent], seeds=2))
    assert measured(compared(local, activations=["relu", bent], seeds=2, workers=2)) == here
    assert not any(each["reason"] for each in here)


def test_beside_built_in_tasks() -> None:
    found = compared(make_model, tasks=["wine"], activations=["relu"], epochs=1)
    assert [problem.name for problem in found.plan.problems] == ["own", "wine"]


def test_the_activation_is_a_module_a_factory_and_a_function() -> None:
    given = ActivationArgument(choice_of("prelu:weight=0.5"))
    x = torch.tensor([[-1.0, 2.0]])
    one, other = given(), given()
    assert one(x).tolist() == other(x).tolist() == given(x).tolist() == [[-0.5, 2.0]]
    assert one is not other and one.weight is not other.weight
    assert given(inplace=True).inplace
    assert ActivationArgument(choice_of("softmax"))(dim=0).dim == 0
    assert given.name == "prelu(weight=0.5)"


@pytest.mark.parametrize("name", ["relu", "glu", "crelu", "maxout:pool_size=3"])
def test_wide_enough(name: str) -> None:
    given = ActivationArgument(choice_of(name))
    for features in (1, 7, 64):
        got = given(torch.randn(2, given.wide(features))).shape[1]
        assert features <= got < features + 2


class Registered(nn.Module):
    """Holds the activation itself, and calls it twice."""

    def __init__(self, activation: Any) -> None:
        super().__init__()
        self.activation = activation
        self.first, self.second, self.head = nn.Linear(FEATURES, 8), nn.Linear(8, 8), nn.Linear(8, 2)

    def forward(self, x: Tensor) -> Tensor:
        return self.head(self.activation(self.second(self.activation(self.first(x)))))


class Closed(nn.Module):
    """Calls an activation that it does not hold."""

    def __init__(self, activation: Any) -> None:
        super().__init__()
        self.first, self.head = nn.Linear(FEATURES, 8), nn.Linear(8, 2)
        self.kept = [activation]

    def forward(self, x: Tensor) -> Tensor:
        return self.head(self.kept[0](self.first(x)))


@pytest.mark.parametrize("model", [make_model, Registered, Closed, Functional()])
def test_draws_are_shared_and_scaled_by_the_gain(model: Any) -> None:
    one, other = weights(built(model, "relu")), weights(built(model, "tanh"))
    ratio = knee.tanh.gain("forward") / knee.relu.gain("forward")
    torch.testing.assert_close(one[0], other[0])
    for a, b in zip(one[1:], other[1:]):
        torch.testing.assert_close(a * ratio, b)
    assert one[0].std() == pytest.approx(FEATURES**-0.5, rel=0.3)
    assert not torch.equal(one[0], weights(built(model, "relu", seed=1))[0])


def test_gates_have_their_gain_too() -> None:
    def wide(activation: Any) -> nn.Module:
        return nn.Sequential(nn.Linear(300, activation.wide(400)), activation(), nn.Linear(400, 50))

    model = built(wide, "swiglu")
    with torch.no_grad():
        out = model(torch.randn(500, 300))
    assert float(out.square().mean()) == pytest.approx(1.0, rel=0.3)


def test_other_layers_draw_by_themselves_from_the_same_seed() -> None:
    class Scaled(nn.Module):
        def __init__(self, activation: Any) -> None:
            super().__init__()
            self.scale = nn.Parameter(torch.randn(FEATURES))
            self.inner = make_model(activation)

        def forward(self, x: Tensor) -> Tensor:
            return self.inner(self.scale * x)  # type: ignore[no-any-return]

    scales = [built(Scaled, name, seed).scale for name, seed in (("relu", 0), ("mish", 0), ("relu", 1))]
    assert torch.equal(scales[0], scales[1]) and not torch.equal(scales[0], scales[2])


def test_own_initial_weights_are_kept() -> None:
    model = Functional()
    torch.testing.assert_close(weights(built(model, init="own")), weights(model))
    assert not torch.equal(weights(built(model))[0], weights(model)[0])


def test_lazy_layers() -> None:
    def lazy(activation: Any) -> nn.Module:
        return nn.Sequential(nn.LazyLinear(16), activation(), nn.LazyLinear(2))

    assert not trained(lazy).failed


# -- a model that is made already ----------------------------------------------------------


def test_modules_are_swapped_and_the_model_is_left_alone() -> None:
    model = nn.Sequential(nn.Linear(FEATURES, 8), nn.ReLU(), nn.Linear(8, 2))
    before = [each.clone() for each in weights(model)]
    swapped = built(model, "mish")
    assert type(swapped[1]) is knee.nn.Mish
    assert type(model[1]) is nn.ReLU
    torch.testing.assert_close(weights(model), before)


def test_functional_calls_are_swapped() -> None:
    x = torch.randn(4, FEATURES)
    model = built(Functional(), "tanh")
    h = knee.tanh(model.second(knee.tanh(model.first(x))))
    torch.testing.assert_close(model(x), model.head(h))
    assert trained(Functional(), "prelu").parameters == sum(p.numel() for p in Functional().parameters()) + 1


def test_a_swapped_model_goes_to_workers() -> None:
    found = compared(Functional(), activations=["relu", "prelu"], seeds=2, workers=2)
    assert not any(row.failed for row in found.rows)


def test_which_activation_is_swapped() -> None:
    model = nn.Sequential(nn.Linear(FEATURES, 8), nn.ReLU(), nn.Linear(8, 8), nn.Tanh(), nn.Linear(8, 2))
    with pytest.raises(knee.ArgumentError, match=r"compare: old = None is to say which.*relu: 1; tanh: 3"):
        built(model)
    swapped = built(model, "mish", old="tanh")
    assert type(swapped[1]) is nn.ReLU and type(swapped[3]) is knee.nn.Mish


# -- loss, metric, training ----------------------------------------------------------------


def test_own_loss_and_metric() -> None:
    def loss(out: Tensor, y: Tensor) -> Tensor:
        return F.multi_margin_loss(out, y)

    def errors(out: Tensor, y: Tensor) -> Tensor:
        return (out.argmax(1) != y).float().mean()

    found = compared(make_model, loss=loss, metric=Metric("errors", errors, sign=-1), epochs=10)
    assert all(0 <= row.score < 0.3 for row in found.rows)
    best, other = found.rows
    assert best.score <= other.score
    assert compared(make_model, metric=errors).problems["own"].metric.name == "errors"


def test_one_logit() -> None:
    def one(activation: Any) -> nn.Module:
        return nn.Sequential(nn.Linear(FEATURES, 16), activation(), nn.Linear(16, 1))

    assert compared(one, loss="bce", epochs=15).rows[0].score > 0.8


def test_numbers_are_told() -> None:
    def one(activation: Any) -> nn.Module:
        return nn.Sequential(nn.Linear(FEATURES, 16), activation(), nn.Linear(16, 2))

    x, _ = table(200)
    y = 1000 + 50 * x[:, :2]
    found = compared(one, (x, y), epochs=30)
    assert found.problems["own"].metric.name == "R²"
    assert found.rows[0].score > 0.5
    # Where the metric is a person's own, the numbers are as they were given.
    split = problem_of(one, (x, y), metric=lambda out, y: 0.0).split(0)
    assert float(split.train.y.mean()) == pytest.approx(1000, rel=0.05)  # type: ignore[attr-defined]


def test_own_training() -> None:
    seen: list[Any] = []

    def fit(model: nn.Module, train: Any, validation: Any, **how: Any) -> list[float]:
        seen.append(how)
        optimiser = torch.optim.SGD(model.parameters(), lr=how["rate"])
        scores = []
        for epoch in range(how["epochs"]):
            for x, y in train.batches(how["batch"], np.random.default_rng(epoch)):
                optimiser.zero_grad()
                F.cross_entropy(model(x), y).backward()
                optimiser.step()
            scores.append(
                float(np.mean([float((model(x).argmax(1) == y).float().mean()) for x, y in validation.batches(64)]))
            )
        return scores

    found = compared(make_model, train=fit, batch=16, epochs=8, rate=0.3)
    assert seen[0] == {"rate": 0.3, "epochs": 8, "batch": 16, "seed": 0}
    assert all(len(result.validation) == 8 and result.score > 0.7 for result in found.results)


def test_training_that_fails_is_recorded() -> None:
    def fit(*_: Any, **__: Any) -> list[float]:
        raise RuntimeError("no luck")

    result = trained(make_model, train=fit)
    assert result.reason == "RuntimeError: no luck"
    assert "no validation score" in trained(make_model, train=lambda *_, **__: []).reason


def test_a_metric_that_gives_nan_is_recorded() -> None:
    found = compared(make_model, metric=lambda out, y: float("nan"))
    assert all("became nan" in result.reason for result in found.results)


# -- what does not fit, told before any training --------------------------------------------


def two(outputs: int) -> Any:
    return lambda activation: nn.Sequential(nn.Linear(FEATURES, 8), activation(), nn.Linear(8, outputs))


def leaves_out(activation: Any) -> nn.Module:
    return nn.Sequential(nn.Linear(FEATURES, 8), nn.ReLU(), nn.Linear(8, 2))


def of_channels(activation: Any) -> nn.Module:
    return nn.Sequential(nn.Linear(FEATURES, 8), activation(), nn.Linear(8, 2))


def flat(activation: Any) -> nn.Module:
    return nn.Sequential(make_model(activation), nn.Flatten(0))


def no_weights(activation: Any) -> nn.Module:
    return nn.Sequential(activation())


X, Y = table()


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ({"model": nn.Linear(FEATURES, 2)}, "compare: model = Linear has no activation that could be swapped"),
        ({"model": 3}, "compare: model = 3 must be make_model"),
        ({"model": lambda activation: activation(torch.ones(3))}, "does not run: TypeError: it returned Tensor"),
        ({"model": lambda: None}, "does not run: TypeError"),
        ({"model": leaves_out}, "model = leaves_out makes no use of its activation, relu"),
        ({"model": no_weights}, "has no parameters to train"),
        ({"model": of_channels, "activations": ["relu", "glu"]}, "activations = 'glu' does not fit the model: Runtime"),
        ({"model": of_channels, "activations": ["relu", "softmax2d"]}, "activations = 'softmax2d' does not fit"),
        ({"model": Closed, "activations": ["prelu"]}, "calls prelu, which has parameters, without holding it"),
        ({"model": Functional(), "old": "gelu"}, "compare: old = 'gelu' is not in Functional: there is relu"),
        ({"old": "relu"}, "compare: old = 'relu' has a meaning only for a model that is made already"),
        ({"init": "xavier"}, "compare: init = 'xavier' must be"),
        ({"model": two(1)}, "labels out of range, 0 to 1: the model gives 1 outputs"),
        ({"data": (X, Y * 5)}, "labels out of range, 0 to 5: the model gives 2 outputs"),
        ({"data": (X, X[:, 0])}, r"shape \(64, 2\) for targets of shape \(64,\): it is to give one number for each"),
        ({"model": flat}, r"gives shape \(128,\) for targets of shape"),
        ({"loss": lambda out, y: 1 / 0}, r"loss = <lambda> fails for outputs of shape \(64, 2\).*ZeroDivision"),
        ({"loss": "bce", "model": two(2)}, r"shape \(64, 2\) for targets of shape \(64,\): it is to give one number"),
        ({"loss": "bce", "model": two(1), "data": (X, Y * 3)}, "labels out of range, 0 to 3: bce takes 0 and 1"),
        ({"loss": lambda out, y: out}, r"compare: loss = <lambda> gives shape \(64, 2\), not one number"),
        ({"loss": lambda out, y: 1.0}, "gives float, not one number"),
        ({"loss": "hinge"}, "compare: loss = 'hinge' must be a function"),
        ({"metric": lambda out, y: out}, "compare: metric = <lambda> gives no number"),
        ({"metric": lambda out, y: 1 / 0}, "gives no number.*ZeroDivisionError"),
        ({"metric": "f1"}, "compare: metric = 'f1' must be a function"),
        ({"train": 3}, "compare: train = 3 must be a function"),
        ({"batch": 0}, "compare: batch = 0 must be a positive integer"),
        ({"data": None}, "compare: data = None must be given with a model: a pair of inputs and targets, a table"),
        ({"model": None}, "compare: model = None must be given with data"),
        ({"data": (X[:, :3], Y)}, "does not run: RuntimeError: mat1 and mat2"),
    ],
)  # fmt: skip
def test_what_does_not_fit(arguments: dict[str, Any], says: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def never(*_: Any) -> None:
        raise AssertionError("trained")

    monkeypatch.setattr("softknee.comparison.train.train", never)
    with pytest.raises(knee.ArgumentError, match=says):
        compared(arguments.pop("model", make_model), arguments.pop("data", (X, Y)), **arguments)


def test_arguments_of_ones_own_need_a_model() -> None:
    with pytest.raises(knee.ArgumentError, match="compare: target = 'x' has a meaning only with"):
        knee.compare(target="x", progress=False)


# -- labels that only a loader knows ---------------------------------------------------------


def late(label: int) -> DataLoader[Any]:
    """A loader whose last batch has a label that the model has no output for."""
    x, y = table(40)
    y[-1] = label
    pairs = TensorDataset(torch.from_numpy(x).float(), torch.from_numpy(y))
    return DataLoader(pairs, batch_size=16)


@pytest.mark.parametrize("label", [7, -1])
@pytest.mark.parametrize("bad", [0, 1, 2])
def test_labels_out_of_range_in_a_later_batch_are_recorded(label: int, bad: int) -> None:
    """The first parts are of training, validation and test."""
    fine = late(1)
    loaders = tuple(late(label) if at == bad else fine for at in range(3))
    found = compared(make_model, loaders, ["relu"])
    (result,) = found.results
    assert f"ValueError: targets: label {label} is out of range, the model gives 2 outputs" in result.reason


def test_one_logit_takes_no_other_labels() -> None:
    x, y = table(40)
    y[-1] = 5
    pairs = TensorDataset(torch.from_numpy(x).float(), torch.from_numpy(y))
    found = compared(two(1), (DataLoader(pairs, batch_size=16),) * 3, ["relu"], loss="bce")
    assert "label 5 is out of range, which is 0 to 1" in found.results[0].reason


# -- parameters ----------------------------------------------------------------------------


def test_parameters_are_counted_and_where_uneven_it_is_said() -> None:
    found = compared(make_model, activations=["relu", "prelu", "swiglu"])
    counts = dict(zip(found.table["activation"], found.table["parameters"]))
    assert counts == {"relu": 130, "prelu": 131, "swiglu": 226}
    (note,) = found.notes
    assert note.startswith("Parameters differ by more than 5 %, 130 with relu, 131 with prelu, 226 with swiglu")
    assert compared(make_model, activations=["relu", "prelu"]).notes == []


# -- how to repeat it ----------------------------------------------------------------------


def test_the_call_says_all_that_was_asked() -> None:
    def errors(out: Tensor, y: Tensor) -> float:
        return float((out.argmax(1) != y).float().mean())

    asked = {"metric": Metric("mistakes", errors, sign=-1), "loss": F.cross_entropy, "batch": 7, "raw": True}
    found = compared(make_model, activations=["relu"], tasks=["wine"], scale=0.5, init="own", **asked)
    assert found.command == (
        "softknee.compare(make_model, data, activations=['relu'], tasks=['wine'], seeds=1, loss=cross_entropy, "
        "metric=mistakes, init='own', batch=7, raw=True, epochs=2, rate=0.01, scale=0.5)"
    )


# -- fingerprints --------------------------------------------------------------------------


def test_the_fingerprint_tells_what_is_another() -> None:
    def other_model(activation: Any) -> nn.Module:
        return nn.Sequential(nn.Linear(FEATURES, 17), activation(), nn.Linear(17, 2))

    first = problem_of(make_model, table()).fingerprint
    assert problem_of(make_model, table()).fingerprint == first
    changes: dict[str, Any] = {
        "model": problem_of(other_model, table()),
        "data": problem_of(make_model, table(seed=1)),
        "loss": problem_of(make_model, table(), loss=nn.CrossEntropyLoss(label_smoothing=0.1)),
        "metric": problem_of(make_model, table(), metric=lambda out, y: 0.0),
        "train": problem_of(make_model, table(), train=lambda *_, **__: [0.0]),
        "setting": problem_of(make_model, table(), batch=7),
    }
    for name, problem in changes.items():
        assert {part for part in first if first[part] != problem.fingerprint[part]} == {name}


def test_a_loss_with_other_settings_is_another() -> None:
    one, other = (
        problem_of(make_model, table(), loss=nn.CrossEntropyLoss(label_smoothing=s)).fingerprint for s in (0.1, 0.2)
    )
    assert one["loss"] != other["loss"]


def test_the_folder_refuses_other_data(tmp_path: Any) -> None:
    compared(make_model, out=tmp_path)
    again = compared(make_model, out=tmp_path)
    assert again.done_before == 2 and "2 of 2 runs in" in str(again) and "2 of them from before" in str(again)
    assert "2 of them from before" in (tmp_path / "report.html").read_text(encoding="utf-8")
    with pytest.raises(knee.ArgumentError, match="another data of task 'own'"):
        compared(make_model, table(seed=1), out=tmp_path)
