"""`softknee list` and `softknee show`: the catalogue in the terminal."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table
from rich.text import Text

from softknee.display import notes as texts
from softknee.display.describe import promise_row, property_rows
from softknee.functions.axiswise import Axiswise
from softknee.functions.elementwise import Activation
from softknee.functions.public import get, names
from softknee.support.extras import need
from softknee.targets.text import text

Lang = Annotated[str, typer.Option("--lang", help="Language of the notes: en or zh.")]

_NOTE_LABELS = {
    "purpose": ("For", "适用"),
    "strengths": ("Strengths", "优点"),
    "weaknesses": ("Weaknesses", "缺点"),
    "instead": ("Instead", "替代"),
}


def list_functions(
    search: Annotated[str, typer.Argument(help="Show only functions whose name, alias or text holds this.")] = "",
    family: Annotated[str, typer.Option(help="Show only this family.")] = "",
    lang: Lang = "en",
) -> None:
    """List the activations, by family; searchable."""
    _check_language(lang)
    functions = [get(name) for name in names()]
    families = sorted({f.family for f in functions})
    if family and family not in families:
        raise typer.BadParameter(f"{family!r} is no family; they are {', '.join(families)}", param_hint="--family")
    table = Table(box=None, padding=(0, 2, 0, 0), header_style="bold")
    console = Console()
    for heading in ("name", "parameters", "summary"):
        table.add_column(
            heading, overflow="fold", no_wrap=heading == "name", max_width=26 if heading != "summary" else None
        )
    shown = 0
    for group in families:
        members = [f for f in functions if f.family == group and family in ("", group) and _matches(f, search, lang)]
        if members:
            table.add_row(Text(group, style="bold cyan"))
        for f in members:
            table.add_row(Text(f"  {f.name}"), Text(_parameters(f), style="dim"), f.notes(lang).summary)
        shown += len(members)
    if not shown:
        console.print(f"nothing matches {search!r}; `softknee list` shows all {len(functions)}", markup=False)
        raise typer.Exit(1)
    console.print(table)
    console.print(f"{shown} of {len(functions)} functions; `softknee show NAME` tells more", style="dim")


def _check_language(lang: str) -> None:
    if lang not in texts.LANGUAGES:
        raise typer.BadParameter(f"{lang!r} is not one of {', '.join(texts.LANGUAGES)}", param_hint="--lang")


def _matches(function: Any, search: str, lang: str) -> bool:
    about = " ".join([function.name, *function.aliases, function.notes(lang).summary, function.paper])
    return search.lower() in f"{about} {texts.chinese_name(function.definition)}".lower()


def _parameters(function: Any) -> str:
    if isinstance(function, Axiswise):
        return ", ".join(f"{k}={v}" for k, v in function.options.items())
    parts = []
    for name, p in function.parameters.items():
        default = f"{p.default:.4g}" if isinstance(p.default, float) else str(p.default)
        parts.append(f"{name}={default}{'*' if p.learnable else ''}")
    return ", ".join(parts)


def show(
    name: Annotated[str, typer.Argument(help="A name or alias.")],
    save: Annotated[Path | None, typer.Option(help="Write the picture to this file (.svg, .png, .pdf).")] = None,
    lang: Lang = "en",
) -> None:
    """Show one activation: formula, computed properties, notes and a plot."""
    _check_language(lang)
    function = get(name)
    notes = function.notes(lang)
    console = Console()
    title = texts.chinese_name(function.definition) if lang == "zh" else function.name
    console.print(Text(title, style="bold") + Text(f"  {function.name}" if lang == "zh" else "", style="dim"))
    console.print(notes.summary, markup=False, highlight=False)
    console.print()
    if not isinstance(function, Axiswise):
        arguments = ", ".join(function.definition.arguments)
        console.print(f"  {function.name}({arguments}) = {text(function.definition.textbook)}", markup=False)
    _print_facts(console, function, lang)
    column = 1 if lang == "zh" else 0
    for key, labels in _NOTE_LABELS.items():
        if getattr(notes, key):
            console.print(f"[bold]{labels[column]}:[/bold] {escape(getattr(notes, key))}", highlight=False)
    if function.paper:
        console.print(f"[dim]{escape(function.paper)}[/dim]", highlight=False)
    if isinstance(function, Activation):
        _terminal_plot(function, console)
        if save is not None:
            _save(function, save)
            console.print(f"picture written to {save}", markup=False)
    elif save is not None:
        raise typer.BadParameter(
            f"{function.name} is no function of one number: there is no curve", param_hint="--save"
        )


def _print_facts(console: Console, function: Any, lang: str) -> None:
    facts = Table(box=None, padding=(0, 2, 0, 2), show_header=False)
    facts.add_column(overflow="fold")
    facts.add_column(overflow="fold")
    if function.aliases:
        facts.add_row("别名" if lang == "zh" else "aliases", ", ".join(function.aliases))
    if _parameters(function):
        label = "参数（* 可学习）" if lang == "zh" else "parameters (* learnable)"
        facts.add_row(label, _parameters(function))
    if isinstance(function, Activation):
        for label, value in property_rows(function, lang):
            facts.add_row(label, Text(value))
        facts.add_row(*map(Text, promise_row(function.definition.ulp, lang)))
    console.print(facts)


def _terminal_plot(function: Activation, console: Console) -> None:
    plotext = need("plotext", "plot")
    x = [i / 20 for i in range(-100, 101)]
    plotext.clear_figure()
    plotext.theme("clear")
    plotext.plot_size(min(console.width, 84), 20)
    plotext.plot(x, [float(v) for v in function(x)], label="f")
    plotext.plot(x, [float(v) for v in function.derivative(x)], label="f'")
    built = plotext.build()
    console.print(Text.from_ansi(built if sys.stdout.isatty() else plotext.uncolorize(built)))


def _save(function: Activation, path: Path) -> None:
    if not path.suffix or path.is_dir():
        raise typer.BadParameter(f"{path} must be a file name that ends in .svg, .png or .pdf", param_hint="--save")
    figure_module = need("matplotlib.figure", "plot")
    figure = figure_module.Figure(figsize=(6.4, 4.0), layout="constrained")
    function.plot(ax=figure.subplots())
    try:
        figure.savefig(path)
    except (OSError, ValueError) as error:
        raise typer.BadParameter(f"cannot write {path}: {error}", param_hint="--save") from None
