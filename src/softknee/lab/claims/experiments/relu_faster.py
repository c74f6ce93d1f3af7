"""Experiment 3: the epochs that ReLU saves."""

from __future__ import annotations

from softknee.lab.claims.bilingual import Text
from softknee.lab.claims.claim import Part, claim
from softknee.lab.claims.convergence import MEASURED, RATES, TUNED
from softknee.lab.claims.effects import effect, epochs, line, speedup
from softknee.lab.claims.evidence import Evidence, Panel
from softknee.lab.claims.lab import Setup, ran, tuned
from softknee.lab.claims.scale import Scale

_LEAST = 0.32  # log2 of 1.25: a quarter faster


def _against(name: str, statement: Text) -> Part:
    return Part(name, statement, MEASURED, "more", _LEAST, "times")


@claim(
    number=3,
    name="relu-faster",
    statement=Text("ReLU converges faster than sigmoid and tanh.", "ReLU 比 sigmoid 和 tanh 收敛得更快。"),
    belief=Text(
        "A network with ReLU reached 25 % training error on CIFAR-10 six times sooner than one with tanh.",
        "在 CIFAR-10 上，ReLU 网络达到 25% 训练误差的速度是 tanh 网络的六倍。",
    ),
    source="Krizhevsky, Sutskever & Hinton 2012, figure 1",
    setting=TUNED,
    parts=(
        _against("sigmoid", Text("ReLU converges faster than sigmoid.", "ReLU 比 sigmoid 收敛得快。")),
        _against("tanh", Text("ReLU converges faster than tanh.", "ReLU 比 tanh 收敛得快。")),
    ),
)
def relu_faster(scale: Scale) -> Evidence:
    """Measure training curves at each function's own best learning rate."""
    effects, panels = [], []
    for data in scale.pick(("breast cancer", "digits")):
        for optimiser in scale.pick(("sgd", "adam")):
            for depth in scale.pick((2, 5)):
                curves = {}
                for name in ("relu", "sigmoid", "tanh"):
                    setup = Setup(name, data, depth=depth, optimiser=optimiser, epochs=scale.epochs(20))
                    best = tuned(setup, RATES[optimiser], scale, "training")
                    curves[name] = [ran(best, seed).train_loss for seed in scale.seeds()]
                condition = {"data": data, "optimiser": optimiser, "hidden layers": depth}
                for name in ("sigmoid", "tanh"):
                    gained = [speedup(a, b) for a, b in zip(curves["relu"], curves[name])]
                    effects.append(effect(name, condition, gained, data))
                if data == "digits" and depth == 5:
                    lines = [line(name, epochs(rows[0]), rows) for name, rows in curves.items()]
                    panels.append(
                        Panel(f"digits, 5 layers, {optimiser}", "epoch", "training loss", tuple(lines), log_y=True)
                    )
    return Evidence(tuple(effects), tuple(panels))
