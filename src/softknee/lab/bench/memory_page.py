"""The page docs/memory.md, written from the findings of the memory benchmark."""

from __future__ import annotations

from pathlib import Path

from .memory import LABELS, NETWORK_TITLES, Memory, kept_words, saved_rows
from .page import markdown
from .peak_memory import VARIANTS, Peak, hidden_bytes

_ABOUT = """\
# Memory

Written by `softknee bench --memory`: {machine}, {date}. {versions}.

## A training step at its peak

Each figure comes from a process of its own on one thread, read from the kernel's count of resident pages (`VmHWM`,
reset before the step), so it holds everything that a step touches: tensors, arrays, and what kernels need besides.
Large blocks go back to the system as soon as they are freed. *Kept* is what is there when the forward pass is done,
*peak* the most at any time of forward and backward, both above what was resident before the step, in MB, medians of
three steps; the parameters' gradients are there before. {scale}
"""

_SAVED = """\
## What autograd keeps of a function

Bytes for each float32 element of the input, seen by `torch.autograd.graph.saved_tensors_hooks`; each storage is counted
once, the input's and the output's too. In brackets whose it is: the *input* of a function belongs to the layer before,
which seldom needs it again; its *output* is mostly kept by the next layer anyway; *other* is nobody else's. torch has
no single function for a gate but `glu`: the others are written there as `f(b) * a`.
"""


def write(memory: Memory, docs: Path) -> list[Path]:
    """Write memory.md into the folder of the docs."""
    page = docs / "memory.md"
    page.write_text(text(memory), encoding="utf-8")
    return [page]


def text(memory: Memory) -> str:
    """The page in Markdown."""
    about = memory.machine
    versions = ", ".join(
        f"{name} {about.versions[name]}" for name in ("Python", "softknee", "torch") if name in about.versions
    )
    networks = list(dict.fromkeys(found.network for found in memory.peaks))
    scale = " and ".join(f"{hidden_bytes(name) / 1e6:.1f} MB in the {_SHORT[name]}" for name in networks)
    parts = [
        _ABOUT.format(
            machine=about.title,
            date=about.date,
            versions=versions,
            scale=f"The largest tensor that goes into an activation has {scale}.",
        )
    ]
    for network in networks:
        found = [p for p in memory.peaks if p.network == network]
        parts.append(f"### {NETWORK_TITLES[network]}\n\n{_peaks(found)}")
    return "\n".join([*parts, _SAVED, _saved(memory)])


_SHORT = {"mlp": "MLP block", "convnet": "convnet"}


def _peaks(found: list[Peak]) -> str:
    variants = [v for v in VARIANTS if any(p.variant == v for p in found)]
    headings = ["", *(f"{LABELS[v]}: {what}" for v in variants for what in ("kept", "peak"))]
    rows = []
    for function in dict.fromkeys(p.function for p in found):
        of = {p.variant: p for p in found if p.function == function}
        cells = [f"{getattr(of[v], what) / 1e6:.1f}" if v in of else "–" for v in variants for what in ("kept", "peak")]
        rows.append([f"`{function}`", *cells])
    return markdown(headings, rows)


def _saved(memory: Memory) -> str:
    rows = saved_rows(memory)
    variants = [v for v in ("softknee", "save_output", "torch") if any(v in row.cells for row in rows)]
    return markdown(
        ["", *(LABELS[v] for v in variants)],
        [[f"`{row.function}`", *(kept_words(row.cells.get(v)) for v in variants)] for row in rows],
    )
