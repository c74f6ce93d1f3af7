"""The C extension (native/module.c)."""

import numpy as np
from typing_extensions import Buffer

instruction_set: str
ops_digest: str
MAX_THREADS: int

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
) -> object: ...
def make_ufunc(name: str, doc: str, face: object, bfloat16: int, /) -> np.ufunc: ...
def set_num_threads(number: int, /) -> None: ...
