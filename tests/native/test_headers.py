"""Headers stand alone, none includes itself by way of others, and an op without its function does not compile."""

import re
import shlex
import shutil
import subprocess
import sysconfig

import numpy as np
import pytest

from softknee.targets.c.kernels import op_list, ops_header

from . import INCLUDES, NATIVE

EXTENSION = NATIVE.parent / "targets/torch/extension"
HEADERS = sorted(path for folder in (NATIVE, EXTENSION) for path in folder.rglob("*.h"))
# Headers that are written over names of another one, which whoever includes them chooses.
OVER = {
    "error_bounded.h": '#include "real_double.h"\n',
    "vm.inc.h": '#include "vm.h"\n#include "real_double.h"\n#define VM_BLOCK BLOCK\n',
    "pair_kernel.h": "#define PAIR_WIDE\n",
}
CMAKE = (NATIVE.parents[2] / "CMakeLists.txt").read_text(encoding="utf-8")
FLAGS = re.search(r"set\(FLAGS ([^)]*)\)", CMAKE).group(1).split()


def compile_c(folder, text):
    """The exit status of a compilation with the project's flags, and the compiler's words."""
    (folder / "ops.inc").exists() or (folder / "ops.inc").write_text(op_list())
    (folder / "ops.h").write_text(ops_header())
    source = folder / "alone.c"
    source.write_text(text)
    python = [f"-I{sysconfig.get_path('include')}", f"-I{np.get_include()}"]
    command = ["cc", "-std=gnu11", *FLAGS, "-Wno-unused", "-c", "-o", str(folder / "alone.o"), f"-I{folder}"]
    made = subprocess.run([*command, *INCLUDES, f"-I{EXTENSION}", *python, str(source)], capture_output=True, text=True)
    return made.returncode == 0, f"{shlex.join(made.args)}\n{made.stderr}"


@pytest.mark.skipif(shutil.which("cc") is None, reason="no C compiler")
@pytest.mark.parametrize("header", HEADERS, ids=lambda path: path.name)
def test_a_header_stands_alone(header, tmp_path):
    compiles, said = compile_c(tmp_path, f'{OVER.get(header.name, "")}#include "{header.name}"\n')
    assert compiles, said


def test_no_header_includes_itself():
    included = {path.name: re.findall(r'^#include "(.*)"', path.read_text(), re.MULTILINE) for path in HEADERS}

    def reached(name, seen):
        assert name not in seen, f"a circle of includes: {' -> '.join([*seen, name])}"
        for other in included.get(name, ()):
            reached(other, [*seen, name])

    for name in included:
        reached(name, [])


@pytest.mark.skipif(shutil.which("cc") is None, reason="no C compiler")
def test_an_op_without_its_function_does_not_compile(tmp_path):
    interpreter = (NATIVE / "engine/vm_double.c").read_text()
    assert compile_c(tmp_path, interpreter)[0]
    (tmp_path / "ops.inc").write_text(f"{op_list()}UNARY(haversine, 999)\n")
    compiles, said = compile_c(tmp_path, interpreter)
    assert not compiles
    assert "real_haversine" in said
