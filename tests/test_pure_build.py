"""Builds without the C module: where no compiler is found, and where it is asked for; each ends well and says so."""

import os
import subprocess

import pytest

from .needed import ROOT, program


@pytest.mark.parametrize(
    ("environment", "said"),
    [
        (
            {"CC": "/nonexistent/cc", "SOFTKNEE_PURE": "0"},
            "softknee: no C compiler was found, so it is installed without",
        ),
        ({"SOFTKNEE_PURE": "1"}, "softknee: SOFTKNEE_PURE is set, so it is installed without its C module"),
    ],
    ids=["no-compiler", "asked"],
)
def test_the_build_ends_well_and_says_what_it_does_without(environment, said, tmp_path):
    cmake = program("cmake")
    done = subprocess.run(
        [cmake, "-S", str(ROOT), "-B", str(tmp_path)], env={**os.environ, **environment}, capture_output=True, text=True
    )
    printed = done.stdout + done.stderr
    assert done.returncode == 0, printed
    assert said in printed
    assert "C compiler identification" not in printed
    subprocess.run([cmake, "--build", str(tmp_path)], check=True, capture_output=True)
    assert not list(tmp_path.rglob("_native*"))
