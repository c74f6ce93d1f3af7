"""The bytes kept for backward, and the peak of a step, on cases whose answer is known."""

import subprocess
import sys
from dataclasses import replace

import pytest
import torch
import torch.nn.functional as F

import softknee as knee
from softknee.lab.bench import memory
from softknee.lab.bench.machine import Machine
from softknee.lab.bench.memory_page import text, write
from softknee.lab.bench.peak_memory import Peak, check_counters, hidden_bytes, measure, plan
from softknee.lab.bench.saved_tensors import Saved, everything, saved_by, saving_output
from softknee.language.errors import SoftkneeError

linux = pytest.mark.skipif(sys.platform != "linux", reason="the kernel's count of a process is Linux's")
MB = 2**20
X = torch.linspace(-2, 2, 1000)


def test_each_storage_is_counted_once_and_knows_whose_it_is():
    assert saved_by(F.relu, X) == {"input": 0, "output": 4, "other": 0}
    assert saved_by(F.gelu, X) == {"input": 4, "output": 0, "other": 0}
    assert saved_by(lambda x: x.exp().sin().relu(), X) == {"input": 0, "output": 4, "other": 4}
    assert saved_by(lambda x: x * x, X) == {"input": 4, "output": 0, "other": 0}
    assert saved_by(lambda x: x[:500] * x[500:], X) == {"input": 4, "output": 0, "other": 0}
    assert saved_by(F.gelu, X.bfloat16())["input"] == 2
    assert saved_by(lambda x: x + 1, X) == {"input": 0, "output": 0, "other": 0}


def test_the_whole_catalogue_is_measured_and_keeps_at_most_one_tensor():
    rows = list(everything())
    ours = {r.function: r for r in rows if r.variant == "softknee"}
    smooth = [n for n in knee.names() if isinstance(knee.get(n), (knee.Activation, knee.Gate))]
    assert list(ours) == smooth
    assert {name: r.total for name, r in ours.items() if r.total > 4} == {}
    assert all(r.other == 0 for r in ours.values())
    theirs = {r.function: r.total for r in rows if r.variant == "torch"}
    assert (theirs["mish"], theirs["softsign"], theirs["swiglu"]) == (4, 8, 6)


def test_saving_the_output_is_measured_where_a_module_offers_it(monkeypatch):
    class Fake(torch.nn.Module):
        own_signature = type("Signature", (), {"parameters": {"save": None}})

        def __init__(self, save):
            super().__init__()
            assert save == "output"

        def forward(self, x):
            return x.sigmoid()

    class Refusing(Fake):
        def __init__(self, save):
            raise knee.ArgumentError("gcu", "save", save, "is unsafe")

    made = {"relu": Refusing, "mish": Fake}
    monkeypatch.setattr("softknee.lab.bench.saved_tensors.class_of", lambda name: made[name])
    assert saved_by(saving_output("mish"), X)["output"] == 4
    assert saving_output("relu") is None


@linux
def test_the_peak_counts_arrays_and_tensors_even_if_they_are_gone():
    check_counters()
    # A process of its own: memory that earlier tests have freed would be taken again, and not count.
    program = """if True:
        import numpy as np, torch
        from softknee.lab.bench.peak_memory import peak_of
        MB = 1 << 20
        torch.set_num_threads(1)  # the stacks of a large machine's threads would count

        def forward():
            np.ones(64 * MB, np.uint8)
            return torch.ones(16 * MB, dtype=torch.uint8)

        print(*peak_of(forward, lambda y: torch.ones(32 * MB, dtype=torch.uint8)))
        print(*peak_of(forward, lambda y: torch.ones(96 * MB, dtype=torch.uint8)))
    """
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    kept, most, _, more = (int(number) for number in done.stdout.split())
    assert kept == pytest.approx(16 * MB, abs=4 * MB)
    assert most == pytest.approx(64 * MB, abs=4 * MB)
    assert more == pytest.approx(112 * MB, abs=4 * MB)


@linux
def test_a_step_of_the_mlp_keeps_what_its_tensors_weigh():
    found = measure("mlp", "gelu", "torch")
    hidden = hidden_bytes("mlp")
    assert found.kept == pytest.approx(2.25 * hidden, rel=0.05)  # gelu's input and output, and the block's output
    assert found.peak > 3.2 * hidden


def test_a_step_that_fails_is_told():
    with pytest.raises(SoftkneeError, match="relu7"):
        measure("mlp", "relu7", "softknee")


def test_the_plan_holds_both_libraries():
    steps = plan()
    assert {(n, v) for n, _, v in steps} >= {(n, v) for n in ("mlp", "convnet") for v in ("torch", "softknee")}
    offered = {f for _, f, v in steps if v == "save_output"}
    assert offered == {f for f in ("relu", "gelu", "silu", "mish") if saving_output(f) is not None}


FOUND = memory.Memory(
    Machine("AVX2 x86-64", 2, "Linux", "2026-01-31", {"torch": "2.9.0", "jax": "0.5"}),
    [
        Saved("relu", "softknee", 4.0, 0.0, 0.0),
        Saved("relu", "torch", 0.0, 4.0, 0.0),
        Saved("reglu", "softknee", 4.0, 0.0, 0.0),
        Saved("reglu", "torch", 4.0, 0.0, 2.0),
        Saved("prelu", "torch", 4.0, 0.0, 0.001),
    ],
    [Peak("mlp", "relu", "torch", 42.0e6, 109.0e6), Peak("mlp", "relu", "softknee", 75.5e6, 142.4e6)],
)


def test_files_and_page(tmp_path):
    memory.save(tmp_path, FOUND)
    assert memory.load(tmp_path) == FOUND
    (page,) = write(FOUND, tmp_path)
    written = page.read_text(encoding="utf-8")
    for expected in (
        "AVX2 x86-64, 2 cores, Linux, 2026-01-31. torch 2.9.0.",
        "33.6 MB in the MLP block",
        "| `relu` | 42.0 | 109.0 | 75.5 | 142.4 |",
        "| `reglu` | 4 (input) | 6 (input 4, other 2) |",
        "| `prelu` | – | 4 (input) |",
    ):
        assert expected in written, expected
    assert "save=" not in text(FOUND)
    offered = replace(FOUND, saved=[*FOUND.saved, Saved("relu", "save_output", 0.0, 4.0, 0.0)])
    assert "| `relu` | 4 (input) | 4 (output) | 4 (output) |" in text(offered)


def test_no_measured_memory_to_read(tmp_path):
    with pytest.raises(knee.ArgumentError, match="holds no measured memory"):
        memory.load(tmp_path)
