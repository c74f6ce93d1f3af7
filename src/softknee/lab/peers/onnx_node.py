"""A single ONNX operator as a model that onnxruntime runs."""

from __future__ import annotations

import ast
from typing import Any

import numpy as np

from softknee.support.extras import need

_OPSET = 20
_IR_VERSION = 10
_CONTRIBUTED = {"QuickGelu": "com.microsoft"}


def session(text: str, dtype: str, size: int | str = "n", threads: int = 1) -> Any:
    """An onnxruntime session of one node `Operator(x, constant, ..., attribute=...)`, from x to y of `size` elements
    each.

    Raises NotImplementedError where onnxruntime cannot run it in the dtype.
    """
    onnx, runtime = need("onnx", "bench"), need("onnxruntime", "bench")
    if dtype == "bfloat16":
        raise NotImplementedError("takes no bfloat16 arrays")
    options = runtime.SessionOptions()
    options.intra_op_num_threads = threads
    options.log_severity_level = 4
    node = ast.parse(text, mode="eval").body
    if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Name):
        raise ValueError(f"{text!r} is no call of an op")
    reason = ""
    for opset in _opsets(onnx, node.func.id):
        try:
            model = _model(onnx, node.func.id, node, np.dtype(dtype), size, opset).SerializeToString()
            return runtime.InferenceSession(model, options, providers=["CPUExecutionProvider"])
        except Exception as error:  # onnxruntime's errors have no narrower base class
            reason = type(error).__name__
    raise NotImplementedError(f"has no kernel of it for {dtype}: {reason}")


def _opsets(onnx: Any, operator: str) -> list[int]:
    """The opset versions to try: in some an operator without a kernel for a dtype is expanded into others that have
    one.
    """
    if operator in _CONTRIBUTED:
        return [_OPSET]
    return sorted({onnx.defs.get_schema(operator, _OPSET).since_version, _OPSET})


def _model(onnx: Any, operator: str, node: ast.Call, dtype: np.dtype[Any], size: int | str, opset: int) -> Any:
    helper, kind = onnx.helper, onnx.helper.np_dtype_to_tensor_dtype(dtype)
    inputs = ["x"]
    constants = []
    for at, given in enumerate(node.args[1:]):
        shape: tuple[int, ...] = (1,) if operator == "PRelu" else ()
        value = np.full(shape, ast.literal_eval(given), dtype)
        inputs.append(f"c{at}")
        constants.append(onnx.numpy_helper.from_array(value, f"c{at}"))
    attributes = {str(keyword.arg): ast.literal_eval(keyword.value) for keyword in node.keywords}
    domain = _CONTRIBUTED.get(operator, "")
    made = helper.make_node(operator, inputs, ["y"], domain=domain, **attributes)
    values = [helper.make_tensor_value_info(name, kind, [size]) for name in ("x", "y")]
    graph = helper.make_graph([made], "one", [values[0]], [values[1]], constants)
    opsets = [helper.make_opsetid("", opset), helper.make_opsetid("com.microsoft", 1)]
    return helper.make_model(graph, opset_imports=opsets, ir_version=_IR_VERSION)
