"""NumPy's ufuncs in C: a program that the C module interprets, or the kernel that was compiled of it."""

from __future__ import annotations

from typing import Any
from weakref import WeakKeyDictionary

import ml_dtypes
import numpy as np

from softknee.language.definition import Definition
from softknee.language.derivative_spec import VALUE, DerivativeSpec
from softknee.language.expression import Expr
from softknee.language.program import linearise
from softknee.targets.c.bytecode import OPS_DIGEST, SPELLED, encode

from .native import native

if native.ops_digest != OPS_DIGEST:
    raise ImportError("softknee's C module was built from another table of ops; build it again: `make` does")

_BFLOAT16 = np.dtype(ml_dtypes.bfloat16)
_KERNELS = frozenset(native.kernel_names())
# Ops that can leave the range of double on the way to a result that is inside it.
_EXACT_RANGE = frozenset(
    {"symbol", "constant", "add", "sub", "neg", "where", "gt", "ge", "lt", "le", "eq", "and", "or"}
)
_specs: WeakKeyDictionary[Definition, dict[DerivativeSpec, Any]] = WeakKeyDictionary()


def native_face(definition: Definition, spec: DerivativeSpec = VALUE) -> Any:
    """What the C module knows of a spec: its program and its compiled kernel."""
    specs = _specs.setdefault(definition, {})
    if spec not in specs:
        root = spec.expression(definition)
        specs.setdefault(spec, native_face_of(root, definition.arguments, len(definition.inputs)))
    return specs[spec]


def native_face_of(root: Expr, arguments: tuple[str, ...], inputs: int) -> Any:
    """`native_face` of an expression of `arguments`, the first `inputs` of which are data."""
    program = linearise(root, arguments, SPELLED)
    code = encode(program)
    return native.make_face(
        code.digest if code.digest in _KERNELS else None,
        inputs,
        code.arguments,
        code.registers,
        code.result,
        code.constants,
        code.code,
        not program.ops <= _EXACT_RANGE,
    )


def ufunc_of_expressions(
    roots: tuple[Expr, ...], arguments: tuple[str, ...], inputs: int, name: str, doc: str, arrays: bool = False
) -> np.ufunc:
    """One or two expressions of the same arguments, the first `inputs` of which are data, as one ufunc.

    `arrays` is for parameters that are arrays.
    """
    faces = tuple(native_face_of(root, arguments, inputs) for root in roots)
    return native.make_ufunc(name, doc, faces, _BFLOAT16.num, arrays)
