"""Where the C is, for tests that compile parts of it."""

from pathlib import Path

NATIVE = Path(__file__).resolve().parents[2] / "src/softknee/native"
INCLUDES = [f"-I{folder}" for folder in sorted(NATIVE.iterdir()) if folder.is_dir()]
