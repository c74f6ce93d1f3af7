"""Code snippets of the atlas: each runs as it stands, and the exported model gives the same numbers."""

import os

import onnxruntime
import pytest

import softknee as knee
from softknee.atlas.snippets import snippets


@pytest.mark.parametrize("backend", ["NumPy", "PyTorch", "PyTorch module", "JAX"])
def test_code_that_people_copy_runs(backend):
    for name in knee.names():
        exec(compile(snippets(knee.get(name))[backend], f"{name}, {backend}", "exec"), {})


@pytest.mark.filterwarnings("ignore:.*treespec, LeafSpec.*:FutureWarning")
# Exports take a second each; that every function can be exported is tested in tests/nn/test_onnx.py.
@pytest.mark.parametrize("name", ["mish", "threshold", "swiglu", "softmax", "softmax2d"])
def test_the_code_for_onnx_writes_a_model(name, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    names: dict[str, object] = {}
    exec(compile(snippets(knee.get(name))["ONNX"], name, "exec"), names)
    session = onnxruntime.InferenceSession(os.fspath(tmp_path / f"{name}.onnx"), providers=["CPUExecutionProvider"])
    (found,) = session.run(None, {session.get_inputs()[0].name: names["x"].numpy()})
    assert found == pytest.approx(names["layer"](names["x"]).numpy(), rel=1e-5, abs=1e-6)


def test_the_onnx_code_of_every_function_names_its_layer():
    for name in knee.names():
        assert f"knee.nn.{knee.get(name).definition.module}(" in snippets(knee.get(name))["ONNX"]
