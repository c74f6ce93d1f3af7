"""The built-in problem "characters": the next character in the source of Python's own standard library."""

from __future__ import annotations

import platform
from functools import lru_cache, partial
from importlib.util import find_spec
from typing import Any

import numpy as np
import torch
from torch import nn

from softknee.language.errors import SoftkneeError

from . import fingerprint, transformer
from .array_data import SHARES, TEST_TO_TRAIN
from .choice import Choice
from .data_split import ArrayPart, Split
from .metrics import BITS
from .problem import Problem
from .random_streams import generator
from .tasks import Task

Array = np.ndarray[Any, Any]

# Modules that every Python since 3.10 has as source, together some 1.2 million characters.
MODULES = (
    "argparse", "ast", "bdb", "calendar", "cmd", "codeop", "colorsys", "configparser", "contextlib", "copy", "csv",
    "dataclasses", "difflib", "enum", "filecmp", "fileinput", "fnmatch", "fractions", "ftplib", "functools", "getopt",
    "gettext", "glob", "graphlib", "hashlib", "heapq", "hmac", "imaplib", "inspect", "ipaddress", "linecache", "locale",
    "mailbox", "mimetypes", "numbers", "optparse", "pickle", "pickletools", "plistlib", "poplib", "pprint", "queue",
    "quopri", "random", "reprlib", "sched", "selectors", "shelve", "shlex", "shutil", "smtplib", "socket", "statistics",
    "string", "stringprep", "subprocess", "tarfile", "tempfile", "textwrap", "threading", "timeit", "tokenize", "trace",
    "traceback", "typing", "uuid", "warnings", "weakref", "zipapp",
)  # fmt: skip

# Newline and the printable ASCII; one more symbol stands for everything else.
_KNOWN = "\n" + "".join(map(chr, range(32, 127)))
SYMBOLS = len(_KNOWN) + 1
CONTEXT = 64
# The number of neighbouring windows that go to the same part, so that few windows border on another part's.
_TOGETHER = 16


def problem_of(task: Task) -> Problem:
    """The problem of the task: characters, transformer, loss, metric and settings."""
    symbols = source(task.size)
    return Problem(
        name=task.name,
        title=task.title,
        about=f"{task.about} Python {platform.python_version()}, {len(symbols):,} characters.",
        split=partial(_split, task),
        build=partial(_build, task),
        loss=nn.functional.cross_entropy,
        metric=BITS,
        epochs=task.epochs,
        batch=task.batch,
        rate=task.rate,
        setting=f"{len(task.widths)} blocks, MLPs of {task.widths[0]}, context of {CONTEXT}",
        overlap=TEST_TO_TRAIN,
        looked_at=128,
        fingerprint={
            "task": repr(task),
            "Python": platform.python_version(),
            "data": fingerprint.digest(symbols),
        },
    )


@lru_cache(maxsize=2)
def source(thousands: int) -> Array:
    """The numbers of the first characters of the source, module after module: `thousands` times 1000, if there are so
    many.
    """
    number = {character: at for at, character in enumerate(_KNOWN)}
    text, wanted = "", 1000 * thousands
    for name in MODULES:
        text += _source_of(name)
        if len(text) >= wanted:
            break
    return np.array([number.get(character, len(_KNOWN)) for character in text[:wanted]], dtype=np.int64)


def _source_of(name: str) -> str:
    spec = find_spec(name)
    get = getattr(spec.loader, "get_source", None) if spec is not None else None
    found = get(name) if get is not None else None
    if not found:
        raise SoftkneeError(f"compare: the task characters needs the source of the module {name}, which is not here")
    return str(found)


def _split(task: Task, seed: int) -> Split:
    symbols = source(task.size)
    windows = len(symbols) // (CONTEXT + 1)
    whole = torch.from_numpy(symbols[: windows * (CONTEXT + 1)]).reshape(windows, CONTEXT + 1)
    random, deck = generator(seed, 0), np.repeat(np.arange(3), SHARES)
    groups = -(-windows // _TOGETHER)
    hands = np.concatenate([random.permutation(deck) for _ in range(0, groups, len(deck))])
    places = np.repeat(hands, _TOGETHER)[:windows]
    rows = (whole[torch.from_numpy(places == part)] for part in range(3))
    return Split(*(ArrayPart(each[:, :-1].contiguous(), each[:, 1:].contiguous()) for each in rows))


def _build(task: Task, choice: Choice, parts: Split, seed: int) -> nn.Module:
    return transformer.build(task.widths, SYMBOLS, CONTEXT, choice, seed)
