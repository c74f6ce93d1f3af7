"""The C extension (native/module.c)."""

from collections.abc import Callable
from typing import Any

import numpy as np
from typing_extensions import Buffer

instruction_set: str
ops_digest: str
MAX_THREADS: int

def adopt_team(address: int, /) -> None: ...
def get_num_threads() -> int: ...
def kernel_names() -> list[str]: ...
def make_face(
    kernel: str | None,
    n_inputs: int,
    n_arguments: int,
    n_registers: int,
    result: int,
    constants: Buffer,
    code: Buffer,
    tails: bool,
    /,
) -> Any: ...
def make_metaclass(base: type, /) -> type: ...
def make_ufunc(name: str, doc: str, face: Any, bfloat16: int, /) -> np.ufunc: ...
def set_num_threads(number: int, /) -> None: ...
def shorten_calls(cls: type, /) -> None: ...
def setup_torch(
    exchange: Any,
    tensor: type,
    parameter: type,
    overridden: Callable[[Any], Any],
    watchers: tuple[Callable[[], Any], ...],
    flags: tuple[tuple[dict[str, Any], str, Any], ...],
    is_grad_enabled: Callable[[], Any],
    is_neg: Callable[[Any], Any],
    empty_like: Callable[[Any], Any],
    num_threads: Callable[[], int],
    /,
) -> bool: ...
def is_readable(object: Any, /) -> bool: ...

class Direct:
    def __new__(
        cls,
        faces: Callable[[int], Any],
        n_inputs: int,
        numbers: tuple[float | None, ...],
        keeps_output: bool = False,
        /,
    ) -> Direct: ...
    def __call__(self, *tensors: Any) -> Any: ...
    def bind(self, apply: Callable[..., Any], general: Callable[..., Any], /) -> None: ...
    def forward(self, ctx: Any, /, *tensors: Any) -> Any: ...
    def backward(self, ctx: Any, gradient: Any, /) -> Any: ...
    def backward_method(self) -> Any: ...
    def value(self, out: Any, /, *tensors: Any) -> Any: ...
    def product(self, index: int, out: Any, gradient: Any, /, *tensors: Any) -> Any: ...
