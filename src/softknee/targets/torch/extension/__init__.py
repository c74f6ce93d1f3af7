"""Nodes of PyTorch's autograd in C++, built where they are used, for the torch that is there."""

from __future__ import annotations

import re
import sys
from functools import cache
from importlib import import_module
from os import environ, pathsep
from pathlib import Path
from shutil import which
from typing import Any

from softknee.language.errors import SoftkneeError
from softknee.support.extras import need
from softknee.targets.numpy.native import IS_COMPILED, native

__all__ = ["TorchExtensionError", "load_torch_extension"]

_HERE = Path(__file__).resolve().parent


class TorchExtensionError(SoftkneeError, RuntimeError):
    """The extension for torch could not be built or loaded."""


def load_torch_extension(*, verbose: bool = False) -> None:
    """Let activations of one CPU tensor record themselves for autograd in C++ from now on, in the whole process.

    A node in C++ saves some microseconds in each forward and backward, which is felt with tensors of some thousand
    elements; values and gradients are the same bit for bit. The first call on a machine compiles for half a minute
    (`torch.utils.cpp_extension`: it needs a C++ compiler and ninja, and keeps what it built in TORCH_EXTENSIONS_DIR);
    later ones load what is there. What the nodes leave out (learned parameters, gates, functions along an axis,
    transforms, torch.compile, other devices) goes the way it went before; torch's compiled autograd, which traces
    backward, refuses them. `verbose` shows the compiler at work.

    Raises TorchExtensionError where it cannot be built, and MissingExtraError where torch or ninja is missing.

    >>> import softknee as knee
    >>> knee.load_torch_extension()  # doctest: +SKIP
    """
    if not IS_COMPILED:
        raise TorchExtensionError("load_torch_extension: needs softknee's C module, which this installation lacks")
    need("torch", "torch")
    direct = import_module("softknee.targets.torch.fast_call")
    if not direct.READY:
        raise TorchExtensionError(
            "load_torch_extension: this version of torch lends no tensors to C; 2.10 and later do"
        )
    node = _built(verbose)
    node.start(native.lend())
    native.set_torch_node(node.record)


@cache
def _built(verbose: bool) -> Any:
    """The module, from the cache or compiled."""
    import torch
    from torch.utils import cpp_extension

    if which("ninja") is None:  # installed beside Python, which need not be in the path
        environ["PATH"] = pathsep.join((need("ninja", "extension").BIN_DIR, environ.get("PATH", "")))
    # A name of its own for each torch and Python: a module for another one would crash.
    name = "softknee_node_" + re.sub(r"\W+", "_", f"{torch.__version__}_{sys.implementation.cache_tag}")
    folder = Path(environ.get("TORCH_EXTENSIONS_DIR") or cpp_extension.get_default_build_root()) / name
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with need("filelock", "torch").FileLock(folder / "softknee.lock"):
            # torch's own lock outlives a process that is killed while it builds, and all later ones would wait for it.
            (folder / "lock").unlink(missing_ok=True)
            return cpp_extension.load(
                name,
                [str(_HERE / "node.cpp")],
                extra_include_paths=[str(_HERE)],
                extra_cflags=["-O2"],
                build_directory=str(folder),
                with_cuda=False,
                verbose=verbose,
            )
    except (RuntimeError, OSError, ImportError) as error:
        raise TorchExtensionError(
            f"load_torch_extension: torch could not build it: {_reason(error)} (verbose=True shows more)"
        ) from error


def _reason(error: Exception) -> str:
    """The line that tells most: a compiler's first complaint, or what the error begins with."""
    lines = [line.strip() for line in str(error).splitlines() if line.strip()] or [type(error).__name__]
    return next((line for line in lines if "error:" in line or "not found" in line), lines[0])
