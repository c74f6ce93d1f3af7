"""Record the bits of every function of the catalogue, and compare two records: no bit may change unseen.

A change that is to leave all results alone (a kernel replaced, files moved) is held to that with two checkouts, each
with its own build:

    python tools/record_bits.py before.npz                          # in the first checkout
    python tools/record_bits.py --grid before.npz after.npz         # in the second, at the same points
    python tools/record_bits.py --compare before.npz after.npz      # exit status 1 where bits differ

A record holds, in float16, bfloat16, float32 and float64 and at several sets of parameters: values, derivatives of
first and second order from each side of a kink, by inputs and by parameters, inverses where they are written; gates
and functions along an axis with their gradients; the ufuncs on contiguous and spread arrays, `value_and_derivative`,
parameters by channel, float32 in precision "high", and PyTorch's values and gradients on the CPU. The points are
zeros, infinities, NaN, the smallest and largest numbers, neighbours of kinks, roots and parameters, sizes from end to
end of the range, and random bits. NaN counts as equal to NaN; zeros of two signs differ.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterable, Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

import ml_dtypes
import numpy as np

import softknee as knee

DTYPES = {"float16": np.float16, "bfloat16": ml_dtypes.bfloat16, "float32": np.float32, "float64": np.float64}
# What has no public name, newest place first: also records of older checkouts can be made.
EVALUATE = ("softknee.targets.numpy.evaluate", "softknee.backends.numpy")
SPECS = (("softknee.language.derivative_spec", "DerivativeSpec"), ("softknee.language.face", "Face"))
CHANNELS = 4
RANDOM = 400  # random bit patterns of each type
SHOWN = 8  # differences shown of one entry

Array = np.ndarray[Any, Any]
Parameters = dict[str, float]


def found(places: Iterable[str | tuple[str, str]]) -> Any:
    """The first module, or attribute of a module, that there is."""
    for place in places:
        module, *names = (place,) if isinstance(place, str) else place
        try:
            made = import_module(module)
        except ModuleNotFoundError:
            continue
        return getattr(made, names[0]) if names else made
    raise ModuleNotFoundError(f"none of {list(places)}")


def bits(x: Array) -> Array:
    """The bit patterns, all NaN as one."""
    kept = np.ascontiguousarray(x)
    quiet = np.array(np.nan).astype(kept.dtype)
    with np.errstate(invalid="ignore"):
        return np.where(kept != kept, quiet, kept).astype(kept.dtype).view(f"u{kept.dtype.itemsize}")


def parameter_sets(f: Any) -> list[Parameters]:
    """None, and two more sets inside the domains where there are parameters."""
    definition, sets = f.definition, [Parameters()]
    for scale, shift in ((1.3, 0.05), (0.4, -0.17)):
        chosen = {}
        for name, p in definition.numeric_parameters.items():
            value = float(p.default) * scale + shift
            chosen[name] = value if value in p.domain else float(p.default)
        if chosen and (definition.constraint is None or definition.constraint(**chosen)) and chosen not in sets:
            sets.append(chosen)
    return sets


def sign_changes(evaluate: Any) -> list[float]:
    """Where a function of float64 changes its sign, by bisection."""
    grid = np.linspace(-12, 12, 961) + 1e-3
    sign = np.sign(evaluate(grid))
    at = np.flatnonzero(sign[1:] * sign[:-1] < 0)[:8]
    low, high = grid[at], grid[at + 1]
    for _ in range(60):
        middle = (low + high) / 2
        same = np.sign(evaluate(middle)) == sign[at]
        low, high = np.where(same, middle, low), np.where(same, high, middle)
    return [float(x) for x in high]


def special_points(f: Any, parameters: Parameters) -> list[float]:
    """Kinks, roots of value and slope, and parameters with their negatives."""
    given = [float(p.default) for p in f.definition.numeric_parameters.values()] + list(parameters.values())
    points = [*given, *(-x for x in given)]
    if isinstance(f, knee.Activation):
        points += f.properties(**parameters).kinks
        points += sign_changes(lambda x: f(x, **parameters)) + sign_changes(lambda x: f.derivative(x, **parameters))
    return sorted(set(points))


def points(dtype: Any, special: Iterable[float] = ()) -> Array:
    """The grid of one type, with the neighbours of the special points; its length is a multiple of CHANNELS."""
    kind = np.dtype(dtype)
    info, pattern = ml_dtypes.finfo(kind), np.dtype(f"u{kind.itemsize}")
    random = np.random.default_rng(0)
    top = 2.0 ** random.uniform(-150 if kind.itemsize < 8 else -1074, 128 if kind.itemsize < 8 else 1023, 300)
    ends = [0.0, 1.0, 9.7, 11.1, 16.7, 17.4, 87.3, 88.7, 103.97, 708.4, 709.8, 745.2, 2.0**-12, 2.0**-27, 1e10, 1e30]
    ends += [float(x) for x in (info.smallest_subnormal, info.tiny, info.max, info.eps)]
    parts = [np.arange(-64, 65) / 8, np.linspace(-30, 30, 301), 2.0 ** np.arange(-30, 16), top, ends, list(special)]
    with np.errstate(all="ignore"):
        x = np.concatenate([np.array(part, np.float64) for part in parts]).astype(kind)
        centres = np.concatenate([np.array([*ends, *special], np.float64).astype(kind)])
        whole = centres.view(pattern).astype(np.int64)
        beside = np.concatenate([(whole + step).astype(pattern).view(kind) for step in (-3, -2, -1, 1, 2, 3)])
        draws = random.integers(0, 2 ** (8 * kind.itemsize) - 1, RANDOM, dtype=np.uint64, endpoint=True)
        drawn = draws.astype(pattern).view(kind)
        x = np.concatenate([x, beside, drawn, np.array([np.inf, np.nan], kind)])
        x = np.concatenate([x, -x])
    return x[: len(x) // (2 * CHANNELS) * 2 * CHANNELS]


def specs_of(f: Any) -> Iterator[Any]:
    """All derivative specs up to the second order that have an expression of their own."""
    make, definition = found(SPECS), f.definition
    inputs, seen = definition.inputs, list[Any]()
    paths = [(), *((a,) for a in definition.arguments), *((a, b) for a in inputs for b in definition.arguments)]
    for path in paths:
        for side in ("left", "right", "mean") if path else ("left",):
            spec = make(path, side)
            expression = spec.expression(definition)
            if side == "left":
                seen = []
            if not any(expression is other for other in seen):
                seen.append(expression)
                yield spec
    if getattr(definition, "inverse", None) is not None:
        yield make(base="inverse")


def of_torch(f: Any, data: tuple[Array, ...], parameters: dict[str, Any]) -> Iterator[tuple[str, Array]]:
    """PyTorch's value and gradients, by data and by parameters that are learnt."""
    import torch

    def as_tensor(x: Array) -> Any:
        brain = x.dtype == ml_dtypes.bfloat16
        return torch.from_numpy(x.view(np.int16)).view(torch.bfloat16) if brain else torch.from_numpy(x.copy())

    def as_array(x: Any) -> Array:
        x = x.detach().contiguous()
        return x.view(torch.int16).numpy().view(ml_dtypes.bfloat16) if x.dtype == torch.bfloat16 else x.numpy()

    tensors = [as_tensor(x).clone().requires_grad_() for x in data]
    learnt = {name: as_tensor(v).requires_grad_() for name, v in parameters.items() if isinstance(v, np.ndarray)}
    for _ in range(3):  # the first calls may go another way than all that follow
        y = (f.combine if len(data) == 2 else f)(*tensors, **{**parameters, **learnt})
    yield "value", as_array(y)
    # A gradient of 1 leaves the slope; another one shows where the product is rounded.
    for name, by in (("ones", torch.ones_like(y)), ("thirds", torch.full_like(y, 1 / 3))):
        found_here = torch.autograd.grad(y, [*tensors, *learnt.values()], by, retain_graph=True)
        yield from ((f"{name} {k}", as_array(g)) for k, g in enumerate(found_here))


def elementwise(f: Any, parameters: Parameters, grids: dict[str, Array], key: str) -> Iterator[tuple[str, Array]]:
    """All entries of an activation or a gate at some parameters."""
    evaluate, definition = found(EVALUATE).evaluate, f.definition
    values = tuple(parameters.get(name, float(p.default)) for name, p in definition.numeric_parameters.items())
    special = None
    specs = list(specs_of(f))
    for name, dtype in DTYPES.items():
        if f"{key} {name} x" not in grids:
            special = special_points(f, parameters) if special is None else special
            grids[f"{key} {name} x"] = points(dtype, special)
        x = grids[f"{key} {name} x"]
        data = (x,) if len(definition.inputs) == 1 else (np.random.default_rng(1).permutation(x), x)
        spread = tuple(np.repeat(a, 2)[::2] for a in data)
        for spec in specs:
            yield f"{name} {spec}", evaluate(definition, spec, data, values, {})
            if spec.by in ((), definition.inputs[:1]):
                yield f"{name} {spec} spread", evaluate(definition, spec, spread, values, {})
        if isinstance(f, knee.Activation):
            yield f"{name} called", f(x, **parameters)
            for which, y in zip(("value", "slope"), f.value_and_derivative(x, **parameters)):
                yield f"{name} together {which}", y
        columns = tuple(a.reshape(-1, CHANNELS) for a in data)
        learnt = {n: p for n, p in definition.numeric_parameters.items() if p.learnable}
        each = {n: float(p.default) + 0.07 * np.arange(CHANNELS) for n, p in learnt.items()}
        for spec in specs if each else ():
            given = tuple(each.get(n, v) for n, v in zip(definition.numeric_parameters, values))
            yield f"{name} {spec} channelwise", evaluate(definition, spec, columns, given, {})
        if "torch" in sys.modules:
            for which, y in of_torch(f, data, dict(parameters)):
                yield f"{name} torch {which}", y
            for which, y in of_torch(f, columns, {n: v.astype(np.float32) for n, v in each.items()}) if each else ():
                yield f"{name} torch channelwise {which}", y
        if name == "float32":
            knee.set_float32_precision("high")
            try:
                for spec in specs:
                    if spec.by in ((), *((a,) for a in definition.inputs)):
                        yield f"{name} {spec} high", evaluate(definition, spec, data, values, {})
            finally:
                knee.set_float32_precision("highest")


def along_axis(f: Any, grids: dict[str, Array], key: str) -> Iterator[tuple[str, Array]]:
    """All entries of a function along an axis: rows of the grid, with what is not finite in some."""
    for name, dtype in DTYPES.items():
        x = grids.setdefault(f"{key} {name} x", points(dtype)).reshape(-1, 2, CHANNELS, 1)
        if "axis" in f.options:
            x = x.reshape(-1, 2 * CHANNELS)
        y = f(x)
        g = np.random.default_rng(2).normal(size=y.shape).astype(dtype)
        yield f"{name} value", y
        yield f"{name} gradient", f.vjp(x, g)
        if "torch" in sys.modules:
            for which, y in of_torch(f, (x,), {}):
                yield f"{name} torch {which}", y


def record(names: Iterable[str], grids: dict[str, Array]) -> dict[str, Array]:
    """All entries of the functions of these names; grids that are missing are made."""
    entries = {}
    for name in names:
        f = knee.get(name)
        for at, parameters in enumerate([Parameters()] if isinstance(f, knee.Axiswise) else parameter_sets(f)):
            key = f"{name} {at}"
            with np.errstate(all="ignore"):
                made = (
                    along_axis(f, grids, key)
                    if isinstance(f, knee.Axiswise)
                    else elementwise(f, parameters, grids, key)
                )
                for what, y in made:
                    entries[f"{key} {what}"] = bits(np.asarray(y))
    return entries


def differences(before: dict[str, Array], after: dict[str, Array]) -> Iterator[tuple[str, int, str]]:
    """For each entry that is not the same in both: its name, how many elements differ, and the first of them."""
    for key in sorted(before.keys() | after.keys()):
        if key not in before or key not in after:
            yield key, 1, "only in the " + ("first" if key in before else "second")
            continue
        old, new = before[key], after[key]
        if old.shape != new.shape or old.dtype != new.dtype:
            yield key, 1, f"{old.dtype}{list(old.shape)} became {new.dtype}{list(new.shape)}"
            continue
        at = np.flatnonzero(old.ravel() != new.ravel())
        if len(at):
            function, number, dtype = key.split()[:3]
            kind = np.dtype(DTYPES[dtype])
            x = before.get(f"{function} {number} {dtype} x")
            lines = []
            for i in at[:SHOWN]:
                was, now = (side.ravel()[i : i + 1] for side in (old, new))
                place = f"x={x[i : i + 1].view(kind)[0]!s}" if x is not None and x.size == old.size else f"element {i}"
                shown = (
                    f"{b[0]:#x} ({b.view(kind)[0]!s})" if b.itemsize == kind.itemsize else f"{b[0]:#x}"
                    for b in (was, now)
                )
                lines.append(f"    {place}: {' -> '.join(shown)}")
            yield key, len(at), "\n" + "\n".join(lines)


def main(arguments: list[str] | None = None) -> int:
    """The command."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("files", nargs="+", type=Path, help="the record to write, or the two to compare")
    parser.add_argument("--compare", action="store_true", help="compare two records")
    parser.add_argument("--grid", type=Path, help="a record whose points are taken")
    parser.add_argument("--functions", nargs="+", help="only these functions")
    parser.add_argument("--no-torch", action="store_true", help="NumPy's part alone")
    asked = parser.parse_args(arguments)
    if len(asked.files) != (2 if asked.compare else 1):
        parser.error("one file to write, or with --compare two to read")
    if asked.compare:
        before, after = (dict(np.load(file)) for file in asked.files)
        found_here = list(differences(before, after))
        for key, count, shown in found_here:
            print(f"{key}: {count} differ {shown}")
        print(f"{sum(count for _, count, _ in found_here)} of {sum(y.size for y in before.values())} numbers differ")
        return 1 if found_here else 0
    if not asked.no_torch:
        import torch  # noqa: F401  (its presence asks for its part)
    grids: dict[str, Array] = {}
    if asked.grid is not None:
        with np.load(asked.grid) as kept:
            for key in kept.files:
                if key.endswith(" x"):
                    grids[key] = kept[key].view(DTYPES[key.split()[2]])
    entries = record(asked.functions or knee.names(), grids)
    entries |= {key: bits(x) for key, x in grids.items()}
    np.savez_compressed(asked.files[0], **entries)  # type: ignore[arg-type]
    print(f"{len(entries)} entries, {sum(y.size for y in entries.values())} numbers")
    return 0


if __name__ == "__main__":
    sys.exit(main())
