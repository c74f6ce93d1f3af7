"""Rows, files, page and pictures of a run whose times are known."""

import csv
import math
import re
from dataclasses import replace

import pytest

import softknee as knee
from softknee.lab.bench.clock import Timing
from softknee.lab.bench.machine import Machine, this_machine
from softknee.lab.bench.page import text, write
from softknee.lab.bench.pictures import draw
from softknee.lab.bench.plan import DTYPES, LIBRARIES, MLP, BenchmarkCase
from softknee.lab.bench.results import Outcome, load, ratios, results_of, save

COLUMNS = ["function", "library", "kind", "dtype", "size", "median", "fastest", "first_quartile", "third_quartile"]
COLUMNS += ["rounds", "calls", "to_copy", "to_peer"]
# Seconds per element that are easy to read off.
COSTS = {"softknee": 4e-9, "softknee_out": 2e-9, "softknee_torch": 6e-9, "torch": 8e-9, "jax": 5e-9, "copy": 1e-9}


def timed(function, size, kind="forward", dtype="float32", costs=COSTS):
    case = BenchmarkCase(function, size, dtype, kind, LIBRARIES)
    return results_of(case, {name: Timing((cost * size,) * 3, 7) for name, cost in costs.items()})


@pytest.fixture
def outcome():
    sizes = (10, 100, 1000, 10_000, 100_000, 1_000_000)
    results = [r for size in sizes for f in ("relu", "mish") for r in timed(f, size)]
    training = {name: cost for name, cost in COSTS.items() if name in ("softknee_torch", "torch", "copy")}
    results += [r for size in (10, 1_000_000) for r in timed("relu", size, "both", costs=training)]
    results += [r for dtype in DTYPES if dtype != "float32" for r in timed("relu", 1_000_000, dtype=dtype)]
    results += timed(MLP, 1_000_000, "both", costs={"softknee_torch": 9e-9, "torch": 9e-9})
    machine = Machine("AVX2 x86-64", 2, "Linux", "2026-01-31", {"Python": "3.12.0", "torch": "2.9.0"})
    return Outcome(machine, 2, 1.0, results, {"scipy": {"has no such function": ["relu", "mish"]}}, 12.5)


def test_ratios_are_to_the_copy_and_to_the_fastest_of_the_others():
    rows = {r.library: r for r in timed("relu", 1000)}
    assert rows["softknee_out"].to_copy == pytest.approx(2)
    assert rows["softknee_out"].to_peer == pytest.approx(0.4)  # jax is the fastest, and a copy is no peer
    assert rows["jax"].to_peer == 1
    assert rows["torch"].nanoseconds == pytest.approx(8)
    alone = {r.library: r for r in timed("relu", 1000, costs={"softknee": 1e-9})}
    assert math.isnan(alone["softknee"].to_copy)
    assert math.isnan(alone["softknee"].to_peer)


def test_the_high_precision_has_a_ratio_of_its_own():
    row = {r.library: r for r in timed("mish", 1000, costs={**COSTS, "softknee_high": 1e-9})}
    assert ratios(row) == pytest.approx({"ours : copy": 2, "ours : best peer": 0.4, "high : best peer": 0.2})
    assert row["jax"].to_peer == 1  # of the others the fastest, for "high" is no peer
    assert list(ratios({k: r for k, r in row.items() if k != "softknee_high"})) == ["ours : copy", "ours : best peer"]
    assert ratios({"jax": row["jax"]}) == {}


def test_csv_columns_and_numbers(outcome, tmp_path):
    save(tmp_path, outcome)
    with (tmp_path / "bench.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert list(rows[0]) == COLUMNS
    assert len(rows) == len(outcome.results)
    row = next(r for r in rows if (r["function"], r["library"], r["size"]) == ("mish", "jax", "1000"))
    assert (float(row["median"]), row["rounds"], row["calls"], row["to_copy"]) == (5e-6, "3", "7", "5")


def test_a_run_can_be_read_again(outcome, tmp_path):
    save(tmp_path, outcome)
    again = load(tmp_path)
    assert replace(again, results=[]) == replace(outcome, results=[])
    for found, expected in zip(again.results, outcome.results, strict=True):
        assert (found.function, found.library, found.size) == (expected.function, expected.library, expected.size)
        assert found.median == pytest.approx(expected.median, rel=1e-5)


def test_no_run_to_read(tmp_path):
    with pytest.raises(knee.ArgumentError, match="bench: again = .* holds no run"):
        load(tmp_path)


def test_the_page_holds_every_part_and_the_figures(outcome, tmp_path):
    page, *pictures = write(outcome, tmp_path)
    written = page.read_text(encoding="utf-8")
    assert [p.name for p in pictures] == ["speed-ratios.svg", "speed-curves.svg"]
    assert all(f"(images/{p.name})" in written and p.is_file() for p in pictures)
    for expected in (
        "AVX2 x86-64, 2 cores, Linux, 2 threads, 2026-01-31. Python 3.12.0, torch 2.9.0.",
        "| `mish` | 2 | 0.4 | 4 | **2** | 6 | 8 | 5 | 1 |",
        "| `softknee.nn.GELU` | 9 ms | 1 |",
        "| `relu` | 2 · 6 · 8 · 1 | 2 · 6 · 8 · 1 | 2 · 6 · 8 · 1 | 2 · 6 · 8 · 1 |",
        "| `relu` | 2 | 0.4 | 0.04 | **0.02** | 0.06 | 0.08 | 0.05 | 0.01 |",
        "No accelerator was at hand",
        "*torch eager*, *torch.compile* and *torch_activation*; *NumPy*, *SciPy* and *copy, one thread* share",
        "`x * np.tanh(np.log1p(np.exp(x)))`",
    ):
        assert expected in written, expected
    for table in re.findall(r"(?:^\|.*\n)+", written, re.MULTILINE):
        assert len({line.count("|") for line in table.splitlines()}) == 1, table


def test_a_busy_machine_is_told(outcome):
    assert "Other programs" not in text(outcome, [])
    busy = replace(outcome, machine=replace(outcome.machine, load=3.25))
    assert "    Other programs were running (load average 3.25" in text(busy, [])
    assert not replace(outcome.machine, load=0.9).is_busy


def test_a_page_of_a_small_run_has_no_empty_parts(outcome):
    small = replace(outcome, results=timed("relu", 1000))
    written = text(small, [])
    assert "ns per element" in written
    for absent in ("Compiled MLP", "By dtype", "What a call costs", "How the cost grows"):
        assert absent not in written


def test_pictures_are_drawn_of_what_there_is(outcome, tmp_path):
    drawn = draw(outcome, tmp_path, "png")
    assert [p.name for p in drawn] == ["speed-ratios.png", "speed-curves.png"]
    assert all(p.read_bytes().startswith(b"\x89PNG") for p in drawn)
    few = replace(outcome, results=timed("relu", 1000))
    assert [p.name for p in draw(few, tmp_path, "svg")] == ["speed-ratios.svg"]
    assert draw(replace(outcome, results=[]), tmp_path, "svg") == []


def test_the_machine_is_told_without_a_brand():
    machine = this_machine()
    assert machine.cores >= 1
    assert {"Python", "softknee", "torch", "numpy"} <= set(machine.versions)
    assert not re.search("intel|amd|xeon|epyc", machine.title, re.IGNORECASE)
