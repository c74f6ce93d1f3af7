"""`softknee doctor`: is this network able to learn, and if not, why?"""

from __future__ import annotations

import importlib
import importlib.util
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any, Literal

import typer
from rich.console import Console

from softknee.language.errors import ArgumentError

NOT_HEALTHY = 1

LossName = Literal["cross-entropy", "mse", "bce"]


def doctor(
    target: Annotated[str, typer.Argument(help="What makes the model: module:function, or path/to/file.py:function.")],
    data: Annotated[
        str,
        typer.Option(help="digits, breast-cancer, wine, diabetes; an .npz with x and y; or a .csv, target last."),
    ] = "digits",
    loss: Annotated[
        LossName | None, typer.Option(help="The loss.", show_default="cross-entropy for classes, mse for numbers")
    ] = None,
    optimizer: Annotated[Literal["adam", "sgd"], typer.Option(help="The optimiser.")] = "adam",
    lr: Annotated[float, typer.Option(help="Its learning rate.", min=0.0)] = 1e-3,
    steps: Annotated[int, typer.Option(help="Steps of training.", min=1)] = 40,
    seeds: Annotated[int, typer.Option(help="How often the model is built anew.", min=1)] = 1,
    html: Annotated[Path | None, typer.Option(help="Write the report with its pictures to this file.")] = None,
    raw: Annotated[bool, typer.Option("--raw", help="Take the data as they are instead of standardised.")] = False,
) -> None:
    """Build a model, look at it through a few steps of training, and try what should mend it.

    Exits with 1 where there is a warning or worse.
    """
    from softknee.doctor import diagnose
    from softknee.doctor.data import load

    make = _maker(target)
    x, y = load(data, raw=raw)
    report = diagnose(make, (x, y), _loss(loss, y), optimizer=_optimizer(optimizer, lr), steps=steps, seeds=seeds)
    console = Console()
    console.print(report)
    if html is not None:
        report.to_html(html)
        console.print(f"\nReport: {html}", highlight=False, soft_wrap=True)
    if report.warnings:
        raise typer.Exit(NOT_HEALTHY)


def _maker(target: str) -> Callable[[], Any]:
    """The function that a target names."""
    place, separator, name = target.rpartition(":")
    if not separator or not place or not name:
        raise ArgumentError("doctor", "target", target, "must be module:function or file.py:function")
    module = _from_file(Path(place)) if place.endswith(".py") else _from_name(place, target)
    made = getattr(module, name, None)
    if not callable(made):
        known = ", ".join(n for n, v in vars(module).items() if callable(v) and not n.startswith("_"))
        raise ArgumentError("doctor", "target", target, f"has no function {name}; there is {known or 'none'}")
    return made  # type: ignore[no-any-return]


def _from_name(name: str, target: str) -> Any:
    sys.path.insert(0, str(Path.cwd()))
    try:
        return importlib.import_module(name)
    except ModuleNotFoundError as error:
        raise ArgumentError("doctor", "target", target, f"cannot be imported: {error}") from None
    finally:
        sys.path.remove(str(Path.cwd()))


def _from_file(path: Path) -> Any:
    spec = importlib.util.spec_from_file_location(path.stem, path) if path.exists() else None
    if spec is None or spec.loader is None:
        raise ArgumentError("doctor", "target", str(path), "is no file of Python")
    module = importlib.util.module_from_spec(spec)
    sys.modules[path.stem] = module  # classes look for their module there
    spec.loader.exec_module(module)
    return module


def _loss(name: LossName | None, y: Any) -> Callable[[Any, Any], Any]:
    from torch.nn import functional as F

    if name is None:
        name = "mse" if y.is_floating_point() else "cross-entropy"
    if name == "cross-entropy":
        return F.cross_entropy
    if name == "mse":
        return lambda out, y: F.mse_loss(out, y.to(out.dtype).reshape(out.shape))
    return lambda out, y: F.binary_cross_entropy_with_logits(out, y.to(out.dtype).reshape(out.shape))


def _optimizer(name: str, rate: float) -> Callable[[Any], Any]:
    import torch

    kind = torch.optim.Adam if name == "adam" else torch.optim.SGD
    return lambda parameters: kind(parameters, lr=rate)
