"""What PyTorch is doing around a call; the private names of torch that are needed to know it stand here alone.

Where a version of torch lacks one, the answer is the careful one: the graph of torch's own ops is always right.
"""

from __future__ import annotations

import ctypes
from collections.abc import Callable
from functools import cache
from typing import Any

import torch
from torch.autograd import forward_ad

from softknee.targets.numpy.native import native


def _private(name: str, otherwise: Any) -> Callable[[], Any]:
    found: Callable[[], Any] = getattr(torch._C, name, lambda: otherwise)
    return found


_dispatch_modes = _private("_len_torch_dispatch_stack", 1)
_in_functorch = _private("_are_functorch_transforms_active", True)
_tracing_state = _private("_get_tracing_state", None)

try:
    from torch._functorch.pyfunctorch import retrieve_all_functorch_interpreters as _interpreters
except ImportError:  # another version of torch
    _interpreters = list


def exchange_capsule() -> Any:
    """The table of functions through which torch lends its tensors to C (DLPack's); None before torch 2.10."""
    return getattr(torch.Tensor, "__dlpack_c_exchange_api__", None)


def watchers() -> tuple[Callable[[], Any], ...]:
    """Functions that give something true while a transform, a dispatch mode or torch.jit.trace is at work."""
    return _in_functorch, _dispatch_modes, _tracing_state


def flags() -> tuple[tuple[dict[str, Any], str, Any], ...]:
    """Module variables as (variables, name, value while nothing is at work): forward mode, compilation."""
    return (vars(forward_ad), "_current_level", -1), (vars(torch.compiler), "_is_compiling_flag", False)


def function_class(name: str, about: dict[str, Any]) -> Any:
    """A torch.autograd.Function of these attributes, and of what torch asks for with each call: found at once."""
    base = torch.autograd.Function
    asked = {key: getattr(base, key) for key in _ASKED if hasattr(base, key)}
    return _metaclass()(name, (base,), {**asked, **about})


_ASKED = ("setup_context", "boxed_grads_call", "clear_saved_tensors_on_access")


@cache
def _metaclass() -> Any:
    return native.make_metaclass(type(torch.autograd.Function))


def hasten(function: Any, backward: Any) -> None:
    """Let the nodes of an autograd function call its backward at once, without torch's choice between two names."""
    node = getattr(function, "_backward_cls", None)
    if node is not None:
        node.apply = backward


def is_traced() -> bool:
    """Whether torch.compile, torch.export or torch.jit.trace is watching."""
    return torch.compiler.is_compiling() or _tracing_state() is not None


def is_plain() -> bool:
    """Whether nothing watches or transforms the call, so that its numbers may be computed outside torch."""
    return not (is_traced() or _dispatch_modes() or _in_functorch())


def is_forward_over_forward() -> bool:
    """Whether two forward-mode transforms are nested; torch gives an autograd.Function a zero there, silently."""
    if not _in_functorch():
        return False
    return sum(interpreter.key().name == "Jvp" for interpreter in _interpreters()) > 1


def openmp_team() -> int:
    """The address of the function that runs something in the threads of torch's own OpenMP; 0 where there is none."""
    try:
        function = ctypes.CDLL(None).GOMP_parallel
    except (AttributeError, OSError, TypeError):  # another runtime, or a system without such a table of names
        return 0
    return ctypes.cast(function, ctypes.c_void_p).value or 0
