"""Experiment 1: layers without a non-linearity between them are one linear map."""

from __future__ import annotations

import numpy as np
import torch
from torch import nn

from softknee.lab.claims.bilingual import Text
from softknee.lab.claims.claim import Part, claim
from softknee.lab.claims.data import overlap, parts
from softknee.lab.claims.effects import effect
from softknee.lab.claims.evidence import Evidence, Line, Panel
from softknee.lab.claims.lab import Setup, fit, network, ran
from softknee.lab.claims.scale import Scale

_DEPTHS = (1, 2, 4)
_SHAPES = ("moons", "circles", "spirals", "checkerboard")


def deep_linear(depth: int, seed: int, steps: int) -> nn.Module:
    """A deep linear network on the diabetes data in float64, trained by L-BFGS on all samples at once."""
    training = parts("diabetes", seed).train
    model = network(Setup("identity", "diabetes", depth=depth, width=16, init="lecun"), seed).double()
    x, y = training.x.double(), training.y.double()
    optimiser = torch.optim.LBFGS(
        model.parameters(), max_iter=steps, tolerance_grad=1e-12, tolerance_change=1e-15, line_search_fn="strong_wolfe"
    )

    def loss() -> torch.Tensor:
        optimiser.zero_grad()
        value = nn.functional.mse_loss(model(x)[:, 0], y)
        value.backward()  # type: ignore[no-untyped-call]
        return value

    optimiser.step(loss)  # type: ignore[no-untyped-call]
    return model


@torch.no_grad()
def collapse_error(model: nn.Module, x: torch.Tensor) -> float:
    """The distance of the outputs from those of the product of all layers' maps, relative to their size."""
    zero = torch.zeros(1, x.shape[1], dtype=x.dtype)
    offset = model(zero)
    matrix = model(torch.eye(x.shape[1], dtype=x.dtype)) - offset
    out = model(x)
    return float((x @ matrix + offset - out).abs().max() / out.abs().max())


def least_squares(seed: int) -> tuple[np.ndarray, float]:
    """The least-squares predictions on the test part, and their R²."""
    split = parts("diabetes", seed)
    design, target = _design(split.train.x), split.train.y.double().numpy()
    coefficients = np.linalg.lstsq(design, target, rcond=None)[0]
    out = _design(split.test.x) @ coefficients
    return out, r_squared(out, split.test.y.double().numpy())


def r_squared(out: np.ndarray, y: np.ndarray) -> float:
    """The coefficient of determination: 1 minus the squared error over that of the mean."""
    return float(1 - np.square(out - y).sum() / np.square(y - y.mean()).sum())


def _design(x: torch.Tensor) -> np.ndarray:
    return np.concatenate([x.double().numpy(), np.ones((len(x), 1))], axis=1)


@claim(
    number=1,
    name="linear",
    statement=Text(
        "Without a non-linearity, a deep network is a linear regression.", "没有非线性，深层网络就只是线性回归。"
    ),
    belief=Text(
        "A product of matrices is a matrix. It is the first reason that courses give for having activations at all.",
        "矩阵之积仍是矩阵。课程讲到为什么需要激活函数时，首先给出的就是这个理由。",
    ),
    source="Goodfellow, Bengio & Courville 2016, Deep Learning, section 6.1",
    setting=Text(
        "Networks of 16 units with the identity as activation on the diabetes data, in float64, trained by L-BFGS; "
        "and networks of 32 units with ReLU or the identity on shapes in the plane, with Adam.",
        "在糖尿病数据上，用恒等函数作激活、每层 16 个单元的网络，float64，以 L-BFGS 训练；"
        "在平面图形数据上，用 ReLU 或恒等函数、每层 32 个单元的网络，以 Adam 训练。",
    ),
    parts=(
        Part(
            "collapse",
            Text("The layers are one linear map.", "各层合起来就是一个线性映射。"),
            Text(
                "largest distance between the trained network's outputs and those of the one map, relative to the "
                "largest output",
                "训练后网络的输出与单个线性映射的输出之间的最大差距，相对于最大输出",
            ),
            "no more",
            1e-9,
            "number",
        ),
        Part(
            "regression",
            Text("Trained, it predicts as least squares does.", "训练之后，其预测与最小二乘法一致。"),
            Text("R² on the test part minus that of least squares", "测试集上的 R² 减去最小二乘法的 R²"),
            "same",
            0.01,
            "number",
        ),
        Part(
            "needed",
            Text("A non-linearity is needed where classes are not linear.", "类别不是线性可分时，必须有非线性。"),
            Text("test accuracy with ReLU minus that with the identity", "用 ReLU 的测试准确率减去用恒等函数的"),
            "more",
            0.05,
            "points",
        ),
    ),
)
def linear(scale: Scale) -> Evidence:
    """Measure deep linear networks against least squares, and against ReLU."""
    effects, panels = [], []
    by_depth: dict[int, list[float]] = {}
    for depth in scale.pick(_DEPTHS):
        errors, differences = [], []
        for seed in scale.seeds():
            model = deep_linear(depth, seed, scale.epochs(1500))
            test = parts("diabetes", seed).test
            x, y = test.x.double(), test.y.double().numpy()
            with torch.no_grad():
                reached = r_squared(model(x)[:, 0].numpy(), y)
            errors.append(collapse_error(model, x))
            differences.append(reached - least_squares(seed)[1])
        by_depth[depth] = differences
        effects.append(effect("collapse", {"hidden layers": depth}, errors))
        effects.append(effect("regression", {"hidden layers": depth}, differences, "diabetes"))
    for data in scale.pick(_SHAPES):
        setups = [Setup(f, data, width=32, rate=1e-2, epochs=scale.epochs(60), best=True) for f in ("relu", "identity")]
        gained = [ran(setups[0], seed).score - ran(setups[1], seed).score for seed in scale.seeds()]
        effects.append(effect("needed", {"data": data}, gained, data))
    panels = [_boundary(name, scale) for name in ("relu", "identity")]
    assert overlap("diabetes")
    return Evidence(tuple(effects), tuple(panels))


def _boundary(name: str, scale: Scale) -> Panel:
    """The panel of decision boundaries on the spirals: for each x the y at which the network's decision changes."""
    fitted = fit(Setup(name, "spirals", width=32, rate=1e-2, epochs=scale.epochs(60), best=True), 0)
    test = fitted.split.test
    with torch.no_grad():
        said = fitted.model(test.x).argmax(1)
    lines = []
    for each in (0, 1):
        x = test.x[said == each][:500]
        lines.append(
            Line(
                f"class {each}",
                tuple(map(float, x[:, 0].round(decimals=2))),
                tuple(map(float, x[:, 1].round(decimals=2))),
            )
        )
    return Panel(f"what {name} says on the spirals", "x₁", "x₂", tuple(lines), dots=True)
