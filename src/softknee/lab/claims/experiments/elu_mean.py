"""Experiment 13: the mean outputs of ELU, and the faster learning ascribed to them."""

from __future__ import annotations

from collections.abc import Iterator

from softknee.comparison.models import Network
from softknee.lab.claims.bilingual import Text
from softknee.lab.claims.claim import Part, claim
from softknee.lab.claims.convergence import MEASURED, RATES, TUNED
from softknee.lab.claims.data import parts
from softknee.lab.claims.effects import effect, epochs, line, speedup
from softknee.lab.claims.evidence import Effect, Evidence, Panel
from softknee.lab.claims.lab import Setup, fit, layers_of, network, ran, tuned
from softknee.lab.claims.scale import Scale


def mean_size(model: Network, data: str, seed: int) -> float:
    """The size of units' mean outputs over their root mean square, over all hidden layers."""
    x = parts(data, seed).train.x
    found = [out for _, out in layers_of(model, x)]
    return sum(float(out.mean(0).square().mean().sqrt() / out.square().mean().sqrt()) for out in found) / len(found)


@claim(
    number=13,
    name="elu-mean",
    statement=Text(
        "ELU's outputs are closer to zero mean, and it converges faster.", "ELU 的输出均值更接近零，并且收敛更快。"
    ),
    belief=Text(
        "Negative values pull the mean towards zero, which brings the gradient nearer to the natural gradient.",
        "负值把均值拉向零，使梯度更接近自然梯度。",
    ),
    source="Clevert, Unterthiner & Hochreiter 2016, arXiv:1511.07289",
    setting=TUNED,
    parts=(
        Part(
            "mean",
            Text("ELU's mean is closer to zero than ReLU's.", "ELU 的均值比 ReLU 的更接近零。"),
            Text(
                "size of units' means over their root mean square, ReLU's minus ELU's",
                "单元均值与其均方根之比，ReLU 减去 ELU",
            ),
            "more",
            0.1,
            "number",
        ),
        Part(
            "faster",
            Text("ELU converges faster than ReLU.", "ELU 比 ReLU 收敛得快。"),
            MEASURED,
            "more",
            0.32,
            "times",
        ),
    ),
)
def elu_mean(scale: Scale) -> Evidence:
    """Measure means before and after training, and training curves."""
    effects, panels = [], []
    for data in scale.pick(("breast cancer", "digits")):
        for optimiser in scale.pick(("sgd", "adam")):
            for depth in scale.pick((2, 5)):
                setups = {}
                for name in ("relu", "elu"):
                    setup = Setup(name, data, depth=depth, optimiser=optimiser, epochs=scale.epochs(20))
                    setups[name] = tuned(setup, RATES[optimiser], scale, "training")
                curves = {n: [ran(s, seed).train_loss for seed in scale.seeds()] for n, s in setups.items()}
                condition = {"data": data, "optimiser": optimiser, "hidden layers": depth}
                gained = [speedup(a, b) for a, b in zip(curves["elu"], curves["relu"])]
                effects.append(effect("faster", condition, gained, data))
                if optimiser == "adam":
                    effects += _means(setups, data, depth, scale)
                if data == "digits" and depth == 5:
                    lines = [line(name, epochs(rows[0]), rows) for name, rows in curves.items()]
                    panels.append(
                        Panel(f"digits, 5 layers, {optimiser}", "epoch", "training loss", tuple(lines), log_y=True)
                    )
    return Evidence(tuple(effects), tuple(panels))


def _means(setups: dict[str, Setup], data: str, depth: int, scale: Scale) -> Iterator[Effect]:
    for state in scale.pick(("start", "trained")):
        sizes = {
            name: [
                mean_size(fit(setup, seed).model if state == "trained" else network(setup, seed), data, seed)
                for seed in scale.seeds()
            ]
            for name, setup in setups.items()
        }
        less = [a - b for a, b in zip(sizes["relu"], sizes["elu"])]
        yield effect("mean", {"data": data, "hidden layers": depth, "state": state}, less, data)
