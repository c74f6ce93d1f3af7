"""The errors of float32 functions over all 2^32 bit patterns: `python tools/exhaustive_float32.py [NAMES]`.

The reference is the float64 ufunc at the same inputs: double-double arithmetic, right to half an ulp of float64 (a few
near roots), 2^-28 of what is measured here, and itself held to the oracle by `tests/numbers`. One row for each function
and spec goes into docs/records/float32-exhaustive.csv. Blocks that are done are kept in build/, so that a run that was
stopped goes on where it was; a rebuilt C module starts anew.
"""

from __future__ import annotations

import argparse
import csv
import hashlib
import json
import multiprocessing
from collections.abc import Iterator
from datetime import date
from importlib.metadata import version
from pathlib import Path
from time import perf_counter
from typing import Any

import numpy as np

import softknee as knee
from softknee import _native

ROOT = Path(__file__).resolve().parents[1]
RECORD = ROOT / "docs" / "records" / "float32-exhaustive.csv"
DONE = ROOT / "build" / "exhaustive-float32.jsonl"
SPECS = ("value", "slope")
BLOCK_BITS = 24
BLOCKS = 1 << (32 - BLOCK_BITS)
STEP = 1 << 14  # the patterns measured at once, few enough for the cache
# From this |x| on the functions are monotone: where a step gives one number, or x itself, a few points stand for all.
SATURATED = 64.0
WHOLE = 0x3F * STEP  # masks the steps of which every 64th is measured whole
ABOVE = {"above_0.5+2^-12": 0.5 + 2.0**-12, "above_0.5+2^-8": 0.5 + 2.0**-8, "above_0.5+2^-4": 0.5 + 2.0**-4}
HEADINGS = ["function", "spec", "max_ulp", "at", *ABOVE, "finite_inputs", "date", "version", "isa"]

# Exact values from half an ulp above the largest float32 on round to infinity.
EDGE = float(np.finfo(np.float32).max) * (1 + 2.0**-25)


def errors(computed: Any, exact: Any) -> Any:
    """The errors in ulps of float32; inf where only one of both is finite, or only one is 0."""
    exponent = ((exact.view(np.int64) >> 52) & 0x7FF) - 1023
    scale = ((1023 + 23 - np.maximum(exponent, -126)) << 52).view(np.float64)
    wide = computed.astype(np.float64)
    with np.errstate(all="ignore"):
        error = np.abs(wide - exact) * scale
        odd = ~(np.abs(exact) < EDGE) | ~np.isfinite(wide) | (exact == 0)
    if odd.any():
        same = (wide == np.where(np.abs(exact) >= EDGE, np.copysign(np.inf, exact), exact)) | (
            np.isnan(wide) & np.isnan(exact)
        )
        error[odd] = np.where(same[odd], 0.0, np.inf)
    return error


def measure(job: tuple[str, str, int]) -> dict[str, Any]:
    """The errors of one block of one function and spec."""
    name, spec, block = job
    knee.set_num_threads(1)
    function = knee.get(name)
    evaluate = function if spec == "value" else function.derivative
    found: dict[str, Any] = {"function": name, "spec": spec, "block": block, "max_ulp": -1.0, "at": 0.0, "inputs": 0}
    found |= dict.fromkeys(ABOVE, 0)
    for start in range(block << BLOCK_BITS, (block + 1) << BLOCK_BITS, STEP):
        x = np.arange(start, start + STEP, dtype=np.uint32).view(np.float32)
        x = x[np.isfinite(x)]
        if not len(x):
            continue
        found["inputs"] += len(x)
        computed = evaluate(x)
        if abs(x[0]) >= SATURATED and ((computed == computed[0]).all() or (computed == x).all()):
            some = np.linspace(0, len(x) - 1, 16).astype(int)
            x, computed = x[some], computed[some]
        exact = evaluate(x.astype(np.float64))
        if start & WHOLE:
            # Results that equal the rounded exact value are within half an ulp; the others are measured.
            with np.errstate(all="ignore"):
                off = np.flatnonzero(exact.astype(np.float32).view(np.int32) != computed.view(np.int32))
            if not len(off):
                continue
            x, computed, exact = x[off], computed[off], exact[off]
        error = errors(computed, exact)
        at = int(error.argmax())
        if error[at] > found["max_ulp"]:
            found["max_ulp"], found["at"] = float(error[at]), float(x[at])
        for heading, bound in ABOVE.items():
            found[heading] += int((error > bound).sum())
    return found


def build() -> str:
    """A hash of the C module and the instruction set, which tells one build from another."""
    return f"{hashlib.sha256(Path(_native.__file__).read_bytes()).hexdigest()[:16]} {_native.instruction_set}"


def read_done(path: Path, of: str) -> dict[tuple[str, str, int], dict[str, Any]]:
    """The blocks that this build has measured before."""
    if not path.exists():
        return {}
    lines = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.endswith("}")]
    return {(r["function"], r["spec"], r["block"]): r for r in lines if r["build"] == of}


def record(path: Path, blocks: list[dict[str, Any]]) -> None:
    """Write the row of a spec, or replace it."""
    worst = max(blocks, key=lambda r: r["max_ulp"])
    row = {
        "function": worst["function"],
        "spec": worst["spec"],
        "max_ulp": repr(worst["max_ulp"]),
        "at": repr(worst["at"]),
        **{heading: str(sum(r[heading] for r in blocks)) for heading in ABOVE},
        "finite_inputs": str(sum(r["inputs"] for r in blocks)),
        "date": date.today().isoformat(),
        "version": version("softknee"),
        "isa": _native.instruction_set,
    }
    rows: list[dict[str, str]] = []
    if path.exists():
        with path.open(encoding="utf-8") as file:
            rows = list(csv.DictReader(file))
    key = (row["function"], row["spec"], row["isa"])
    kept = [r for r in rows if (r["function"], r["spec"], r["isa"]) != key]
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, HEADINGS, lineterminator="\n")
        writer.writeheader()
        writer.writerows([*kept, row])


def results(jobs: list[tuple[str, str, int]], workers: int) -> Iterator[dict[str, Any]]:
    """The measurements of all jobs, in so many processes."""
    if workers == 1:
        yield from map(measure, jobs)
        return
    with multiprocessing.get_context("spawn").Pool(workers) as pool:
        yield from pool.imap_unordered(measure, jobs)


def default_names() -> list[str]:
    """The functions that softknee was founded on, gelu and silu."""
    from softknee.catalogue import FOUNDING

    return [name for name in (*FOUNDING, "gelu", "silu") if isinstance(knee.get(name), knee.Activation)]


def main(arguments: list[str] | None = None) -> None:
    """Measure the blocks that are not done yet, and write a row for each spec that is complete."""
    parser = argparse.ArgumentParser(description="Measure float32 over all its 2^32 bit patterns.")
    parser.add_argument("names", nargs="*", help="functions; the founding ones, gelu and silu by default")
    parser.add_argument("--blocks", default=f"0:{BLOCKS}", help=f"of {BLOCKS}, FROM:TO; a row needs all of them")
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--record", type=Path, default=RECORD)
    parser.add_argument("--done", type=Path, default=DONE)
    chosen = parser.parse_args(arguments)
    names = [knee.get(name).name for name in chosen.names] or default_names()
    low, high = (int(part) for part in chosen.blocks.split(":"))
    this = build()
    done = read_done(chosen.done, this)
    jobs = [(n, f, b) for n in names for f in SPECS for b in range(low, high)]
    todo = [job for job in jobs if job not in done]
    print(f"{len(names)} functions, {len(jobs)} blocks, {len(jobs) - len(todo)} done before; {this}")
    start = perf_counter()
    chosen.done.parent.mkdir(parents=True, exist_ok=True)
    with chosen.done.open("a", encoding="utf-8") as lines:
        for count, found in enumerate(results(todo, chosen.workers), 1):
            print(json.dumps(found | {"build": this}), file=lines, flush=True)
            name, spec = found["function"], found["spec"]
            done[name, spec, found["block"]] = found
            blocks = [r for key, r in done.items() if key[:2] == (name, spec)]
            spent = perf_counter() - start
            left = spent / count * (len(todo) - count)
            worst = max(r["max_ulp"] for r in blocks)
            print(
                f"\r{name} {spec}: {len(blocks)} of {BLOCKS} blocks, worst {worst:.6f} ulp; "
                f"{count} of {len(todo)} in {spent:.0f} s, {left / 60:.0f} min left   ",
                end="",
                flush=True,
            )
            if len(blocks) == BLOCKS:
                record(chosen.record, blocks)
                print(f"\n{name} {spec}: recorded in {chosen.record}")
    print()


if __name__ == "__main__":
    main()
