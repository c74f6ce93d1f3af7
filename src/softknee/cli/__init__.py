"""The command line: `softknee list | show | doctor | suggest | compare | claims | accuracy | bench | atlas`."""

from __future__ import annotations

import io
import sys


def main() -> None:
    """Run the command line; errors of the library are one line on stderr and exit status 2."""
    try:
        from .app import app
    except ModuleNotFoundError as error:
        if error.name not in ("typer", "rich"):
            raise
        sys.exit(f"softknee: {error.name} is not installed; pip install 'softknee[cli]' brings it")

    from softknee.language.errors import SoftkneeError

    # A terminal that cannot show a sign gets a question mark, not a traceback.
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")

    try:
        app()
    except SoftkneeError as error:
        print(f"softknee: {error}", file=sys.stderr)
        sys.exit(2)
