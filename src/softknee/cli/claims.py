"""`softknee claims`: common statements about activation functions, measured."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

import typer
from rich.console import Console

from softknee.lab.claims.claim import Claim, claims_named
from softknee.lab.claims.scale import SCALES, scale_named
from softknee.language.errors import ArgumentError
from softknee.support.extras import need

claims = typer.Typer(help="The folklore about activation functions, as experiments.", invoke_without_command=True)

Lang = Annotated[Literal["en", "zh"], typer.Option(help="The language.")]
Out = Annotated[Path, typer.Option(help="Folder where what was measured is kept.")]
_OUT = Path("reports/claims")


@claims.callback()
def main(context: typer.Context) -> None:
    """List the claims where nothing else is asked."""
    if context.invoked_subcommand is None:
        list_claims()


@claims.command("list")
def list_claims(lang: Lang = "en", out: Out = _OUT) -> None:
    """List the claims, with the verdicts of those that were measured."""
    from softknee.lab.claims.run import kept
    from softknee.lab.claims.terminal import overview

    chosen = claims_named()
    Console().print(overview(chosen, [kept(claim, out) for claim in chosen], lang))


@claims.command()
def show(
    name: Annotated[str, typer.Argument(help="A claim's name or number.")], lang: Lang = "en", out: Out = _OUT
) -> None:
    """Show a claim: its statement, how it is decided, and what was measured."""
    from softknee.lab.claims.run import kept
    from softknee.lab.claims.terminal import about, result

    (claim,) = claims_named([name])
    console = Console(highlight=False)
    console.print(about(claim, lang))
    record = kept(claim, out)
    if record is not None:
        console.print(result(record, lang))


@claims.command()
def run(
    names: Annotated[
        list[str] | None, typer.Argument(help="Claims: names or numbers. Without any, all.", show_default=False)
    ] = None,
    scale: Annotated[str, typer.Option(help=f"How much is measured, of {', '.join(SCALES)}.")] = "full",
    lang: Lang = "en",
    out: Out = _OUT,
    docs: Annotated[
        Path | None, typer.Option(help="Also write the pages of the docs into this folder; for all claims only.")
    ] = None,
) -> None:
    """Measure claims and say what holds.

    What the same code has measured before is not measured again, so that Ctrl-C costs at most one claim.
    """
    for module in ("torch", "sklearn", "scipy", "jinja2", "matplotlib"):
        need(module, "compare")
    from softknee.lab.claims import page
    from softknee.lab.claims.run import Record, measure
    from softknee.lab.claims.terminal import result

    if docs is not None and names:
        raise ArgumentError("claims", "docs", str(docs), "is written for all claims: give no names")
    console = Console(highlight=False)

    def tell(claim: Claim, record: Record | None) -> None:
        if record is None:
            Console(stderr=True).print(f"measuring {claim.number} {claim.name} …", style="bright_black")
        else:
            console.print(result(record, lang))

    records = measure(claims_named(names), scale_named(scale), out, tell)
    if docs is not None:
        written = page.write(records, docs)
        console.print(f" Written to {docs}: {len(written)} files", soft_wrap=True)


@claims.command()
def draw(docs: Annotated[Path, typer.Option(help="Folder of the docs.")] = Path("docs")) -> None:
    """Write the pages and pictures of the docs again, from the records kept there; nothing is measured."""
    for module in ("torch", "sklearn", "scipy", "jinja2", "matplotlib"):
        need(module, "compare")
    from softknee.lab.claims import page

    written = page.write(page.read(docs), docs)
    Console(highlight=False).print(f" Written to {docs}: {len(written)} files", soft_wrap=True)
