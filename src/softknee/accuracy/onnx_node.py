"""A single ONNX operator as a function of arrays, run by onnxruntime."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any

import onnx
import onnxruntime
from onnx import helper

from .ulps import Array

_ELEMENTS = {
    "float16": onnx.TensorProto.FLOAT16,
    "float32": onnx.TensorProto.FLOAT,
    "float64": onnx.TensorProto.DOUBLE,
}


def runner(operator: str, attributes: Mapping[str, Any], opset: int) -> Callable[[Array], Array]:
    """The operator as a function; NotImplementedError where onnxruntime cannot run it in the dtype."""

    @lru_cache
    def session(dtype: str) -> Any:
        if dtype not in _ELEMENTS:
            raise NotImplementedError(f"onnxruntime has no arrays of {dtype}")
        kind = _ELEMENTS[dtype]
        ends = [helper.make_tensor_value_info(name, kind, ["n"]) for name in ("x", "y")]
        node = helper.make_node(operator, ["x"], ["y"], **attributes)
        graph = helper.make_graph([node], operator, ends[:1], ends[1:])
        model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", opset)], ir_version=10)
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1
        options.log_severity_level = 4
        try:
            return onnxruntime.InferenceSession(model.SerializeToString(), options, ["CPUExecutionProvider"])
        except Exception as error:  # its errors have no common base but Exception
            raise NotImplementedError(f"onnxruntime: {operator} in {dtype}: {error}") from None

    def run(x: Array) -> Array:
        found: Array = session(x.dtype.name).run(None, {"x": x})[0]
        return found

    return run
