"""Experiment 5: the cost of outputs whose mean is not 0."""

from __future__ import annotations

from typing import Any

import torch
from torch import nn

from softknee.comparison.models import Network
from softknee.functions.base import Function
from softknee.functions.public import activation
from softknee.lab.claims.bilingual import Text
from softknee.lab.claims.claim import Part, claim
from softknee.lab.claims.convergence import MEASURED, RATES, TUNED
from softknee.lab.claims.data import parts
from softknee.lab.claims.effects import effect, epochs, line, speedup
from softknee.lab.claims.evidence import Evidence, Panel
from softknee.lab.claims.lab import Build, Setup, network, ran, tuned
from softknee.lab.claims.scale import Scale
from softknee.language.ops import tanh

_LEAST = 0.32  # log2 of 1.25: a quarter faster


@activation
def raised_tanh(x):  # type: ignore[no-untyped-def]  # run on symbols only
    """The function tanh(x) + 1: the same slope, and all outputs positive, as sigmoid's are."""
    return tanh(x) + 1


def raised(setup: Setup, seed: int) -> Network:
    """The network with biases that cancel the offset of raised outputs: at the start it computes what tanh's does."""
    model = network(setup, seed)
    with torch.no_grad():
        for layer in model.linear_maps[1:]:
            assert layer.bias is not None
            layer.bias -= layer.weight.sum(dim=1)
    return model


def sign_agreement(name: str, batch: int, seed: int) -> float:
    """The agreement in sign of the gradients of a unit's weights: 1 where all share it, near 0 where signs are
    mixed.
    """
    model = network(Setup(name, "digits"), seed)
    training = parts("digits", seed).train
    second = model.linear_maps[1]
    shares = []
    for at in range(0, batch * 8, batch):
        model.zero_grad()
        loss = nn.functional.cross_entropy(model(training.x[at : at + batch]), training.y[at : at + batch])
        loss.backward()  # type: ignore[no-untyped-call]
        assert second.weight.grad is not None
        shares.append(float(second.weight.grad.sign().mean(dim=1).abs().mean()))
    return sum(shares) / len(shares)


@claim(
    number=5,
    name="zero-centred",
    statement=Text("Outputs that are not zero-centred slow convergence.", "输出不以零为中心会减慢收敛。"),
    belief=Text(
        "Where all inputs of a unit are positive, the gradients of its weights all have the same sign, so weights can "
        "only zig-zag towards where they should be.",
        "若一个单元的输入全为正，则其各权重的梯度同号，权重只能以之字形路线靠近目标。",
    ),
    source="LeCun, Bottou, Orr & Müller 1998, Efficient BackProp, section 4.3; CS231n",
    setting=TUNED,
    parts=(
        Part(
            "sigmoid",
            Text("Tanh converges faster than sigmoid.", "Tanh 比 sigmoid 收敛得快。"),
            MEASURED,
            "more",
            _LEAST,
            "times",
        ),
        Part(
            "centre",
            Text(
                "Tanh converges faster than tanh + 1, which computes the same at the start.",
                "Tanh 比 tanh + 1 收敛得快，而两者在开始时计算结果相同。",
            ),
            MEASURED,
            "more",
            _LEAST,
            "times",
        ),
        Part(
            "signs",
            Text(
                "With sigmoid the gradients of a unit's weights share their sign more than with tanh.",
                "用 sigmoid 时，同一单元各权重的梯度比用 tanh 时更倾向于同号。",
            ),
            Text(
                "excess of one sign over the other among a unit's gradients, sigmoid's minus tanh's",
                "同一单元各权重梯度中多数符号的超出份额，sigmoid 减去 tanh",
            ),
            "more",
            0.1,
            "share",
        ),
    ),
)
def zero_centred(scale: Scale) -> Evidence:
    """Measure tanh against sigmoid and against itself with a mean."""
    effects, panels = [], []
    for data in scale.pick(("breast cancer", "digits")):
        for optimiser in scale.pick(("sgd", "adam")):
            for depth in scale.pick((2, 5)):
                condition = {"data": data, "optimiser": optimiser, "hidden layers": depth}
                setups = {}
                for name in ("tanh", "sigmoid"):
                    setup = Setup(name, data, depth=depth, optimiser=optimiser, epochs=scale.epochs(20))
                    setups[name] = tuned(setup, RATES[optimiser], scale, "training")
                curves = {n: [ran(s, seed).train_loss for seed in scale.seeds()] for n, s in setups.items()}
                gained = [speedup(a, b) for a, b in zip(curves["tanh"], curves["sigmoid"])]
                effects.append(effect("sigmoid", condition, gained, data))
                centred = _curves("tanh", network, condition, scale)
                lifted = _curves(raised_tanh, raised, condition, scale)
                effects.append(effect("centre", condition, [speedup(a, b) for a, b in zip(centred, lifted)], data))
                if data == "digits" and depth == 5:
                    shown = {**curves, "tanh + 1": lifted}
                    lines = [line(name, epochs(rows[0]), rows) for name, rows in shown.items()]
                    panels.append(
                        Panel(f"digits, 5 layers, {optimiser}", "epoch", "training loss", tuple(lines), log_y=True)
                    )
    for batch in (1, 64):
        more = [sign_agreement("sigmoid", batch, s) - sign_agreement("tanh", batch, s) for s in scale.seeds()]
        effects.append(effect("signs", {"batch": batch}, more))
    return Evidence(tuple(effects), tuple(panels))


def _curves(function: str | Function, build: Build, condition: dict[str, Any], scale: Scale) -> list[tuple[float, ...]]:
    """The training losses by seed, at the best learning rate."""
    optimiser = condition["optimiser"]
    setup = Setup(
        function,
        condition["data"],
        condition["hidden layers"],
        init="lecun",
        optimiser=optimiser,
        epochs=scale.epochs(20),
    )
    best = tuned(setup, RATES[optimiser], scale, "training", build)
    return [ran(best, seed, build).train_loss for seed in scale.seeds()]
