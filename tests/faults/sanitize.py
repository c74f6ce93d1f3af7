"""Build the C module with a sanitizer, in a folder of its own, and run the tests of C and of faults under it.

    python tests/faults/sanitize.py address thread [-- PYTEST ARGUMENTS]

Fails if a test does, or if the sanitizer has anything to report.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import venv
from importlib.util import find_spec
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
FLAGS = {"address": "-fsanitize=address,undefined,float-cast-overflow", "thread": "-fsanitize=thread"}
RUNTIMES = {"address": ("libasan.so", "libubsan.so"), "thread": ("libtsan.so",)}
OPTIONS = {
    # Python itself frees little at its end: leaks are what test_leaks.py looks for.
    "address": {"ASAN_OPTIONS": "detect_leaks=0", "UBSAN_OPTIONS": "print_stacktrace=1"},
    "thread": {"TSAN_OPTIONS": f"suppressions={HERE / 'thread.supp'}:die_after_fork=0:report_signal_unsafe=0"},
}
TESTS = ["tests/native", "tests/faults", "tests/targets/test_numpy.py"]
DESELECTED = [
    "tests/native/test_pool.py::test_the_pool_is_clean_under_sanitizers",  # brings another runtime with it
    "tests/native/test_pool.py::test_fewer_workers_do_where_the_system_gives_none",  # the runtime reserves terabytes
    # The runtimes' own locks may be held at a fork, and stay so in the child; freed memory is kept for a while.
    "tests/native/test_pool.py::test_forked_children_start_workers_of_their_own",
    "tests/faults/test_forks.py",
    "tests/faults/test_leaks.py",
]


def runtimes(kind: str) -> str:
    """The sanitizer's shared libraries, for LD_PRELOAD."""
    found = []
    for name in RUNTIMES[kind]:
        path = subprocess.run(["cc", f"-print-file-name={name}"], capture_output=True, text=True, check=True).stdout
        if not Path(path.strip()).is_absolute():
            raise SystemExit(f"the compiler has no {name}")
        found.append(str(Path(path.strip()).resolve()))
    return " ".join(found)


def install(kind: str, folder: Path) -> Path:
    """An environment with the module built for the sanitizer, which borrows all else from this one; its Python."""
    venv.create(folder / "venv", with_pip=False, symlinks=True)
    python = folder / "venv/bin/python"
    packages = next((folder / "venv/lib").glob("python*/site-packages"))
    # Listed folders come after its own packages, and their editable installs are not in force here.
    (packages / "borrowed.pth").write_text("\n".join(p for p in sys.path if p.endswith("site-packages")))
    command = [python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-deps"]
    if all(map(find_spec, ("scikit_build_core", "cmake"))):
        command.append("--no-build-isolation")
    settings = {"build-dir": folder / "build", "cmake.define.SOFTKNEE_SANITIZE": kind}
    subprocess.run([*command, *(f"--config-settings={k}={v}" for k, v in settings.items()), ROOT], check=True)
    return python


WRAPPER = """#!{python}
import os, sys
os.environ.pop("LD_PRELOAD", None)
os.execv({compiler!r}, [{compiler!r}, {flag!r}, *sys.argv[1:]])
"""


def compiler(kind: str, folder: Path) -> Path:
    """A folder with a `cc` that instruments what the tests compile; no shell script, for a shell dies there."""
    folder.mkdir(exist_ok=True)
    program = folder / "cc"
    program.write_text(WRAPPER.format(python=sys.executable, compiler=shutil.which("cc"), flag=FLAGS[kind]))
    program.chmod(0o755)
    return folder


def run(kind: str, arguments: list[str]) -> bool:
    folder = ROOT / "build" / f"sanitize-{kind}"
    shutil.rmtree(folder, ignore_errors=True)
    python = install(kind, folder)
    log = folder / "report"
    options = {name: f"{value}:log_path={log}" for name, value in OPTIONS[kind].items()}
    environment = {
        **os.environ, **options, "LD_PRELOAD": runtimes(kind),
        "PATH": f"{compiler(kind, folder / 'bin')}{os.pathsep}{os.environ['PATH']}",
    }  # fmt: skip
    command = [python, "-m", "pytest", *(f"--deselect={test}" for test in DESELECTED), *(arguments or TESTS)]
    print(f"== {kind}", flush=True)
    passed = subprocess.run(command, env=environment, cwd=ROOT).returncode == 0
    reports = sorted(folder.glob("report.*"))
    for report in reports:
        print(report.read_text(errors="replace"))
    print(
        f"== {kind}: {'tests passed' if passed else 'TESTS FAILED'}, {len(reports)} processes with reports", flush=True
    )
    return passed and not reports


def main() -> None:
    kinds, _, arguments = " ".join(sys.argv[1:]).partition("--")
    unknown = set(kinds.split()) - set(FLAGS)
    if unknown or not kinds:
        raise SystemExit(f"sanitizers are {', '.join(FLAGS)}, not {', '.join(unknown)}")
    results = [run(kind, arguments.split()) for kind in kinds.split()]
    raise SystemExit(0 if all(results) else 1)


if __name__ == "__main__":
    main()
