"""`softknee atlas`: build or serve the pages on which every activation is drawn in the browser."""

from __future__ import annotations

import webbrowser
from pathlib import Path
from threading import Event
from typing import Annotated, Any

import typer
from rich.console import Console

from softknee.support.extras import need

from .command_arguments import module_of

atlas = typer.Typer(help="Every activation in the browser: see, move, compare, find.", no_args_is_help=True)

With = Annotated[
    list[str] | None,
    typer.Option("--with", help="A module (or file.py) whose own activations are shown, too; may be given again."),
]


def _functions(modules: list[str] | None) -> list[Any]:
    need("latex2mathml", "atlas")
    from softknee.atlas.user_functions import own_functions

    return own_functions([module_of(each, "atlas", "with") for each in modules or []])


@atlas.command()
def build(
    out: Annotated[Path, typer.Option(help="The folder to write into.")] = Path("reports/atlas"),
    modules: With = None,
    docs: Annotated[str, typer.Option(help="The address of documentation to link to.")] = "",
) -> None:
    """Write the atlas as files: for any static host, or to be opened from the disk."""
    functions = _functions(modules)
    from softknee.atlas.build import build as write

    console = Console(highlight=False)
    with console.status("Reading the catalogue"):
        written = write(out, functions, {"en": [("Docs", docs)], "zh": [("文档", docs)]} if docs else None)
    size = sum(path.stat().st_size for path in written)
    console.print(f"{len(written)} files, {size / 1e6:.1f} MB. Open {out / 'index.html'}", soft_wrap=True, markup=False)


@atlas.command()
def serve(
    port: Annotated[int, typer.Option(help="The port; 0 takes one that is free.")] = 0,
    modules: With = None,
    browser: Annotated[bool, typer.Option(help="Open a browser.")] = True,
) -> None:
    """Show the atlas in a browser; it listens on this machine alone, until Ctrl-C."""
    functions = _functions(modules)
    from softknee.atlas.build import contents
    from softknee.atlas.serve import served

    console = Console(highlight=False)
    with console.status("Reading the catalogue"):
        found = contents(functions)
    with served(found, port) as address:
        console.print(f"The atlas is at {address}; Ctrl-C ends it.", markup=False)
        if browser:
            webbrowser.open(address)
        try:
            Event().wait()
        except KeyboardInterrupt:
            console.print("Ended.")
