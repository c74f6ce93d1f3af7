"""The report that users hold: a diagnosis that prints itself and writes itself as HTML.

Not here: the views (doctor/views), each of which takes a diagnosis.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from .diagnosis import Diagnosis
from .evidence import Evidence
from .history import History
from .rules import judge

if TYPE_CHECKING:
    from rich.console import Console, ConsoleOptions, RenderResult


class Report(Diagnosis):
    """The findings on a model, the worst first: `print` it, `to_html(path)`, `to_dict()`.

    Attributes:
        model: The name of the model's class, or of the function.
        findings: A Finding for each fault, the worst first.
        evidence: The record that the findings rest on.
        steps: The count of training steps that were seen.
        seeds: The count of seeds that the model was built with.

    >>> import torch, softknee
    >>> model = torch.nn.Sequential(torch.nn.Linear(4, 8), torch.nn.Tanh(), torch.nn.Linear(8, 1))
    >>> with softknee.watch(model) as w:
    ...     model(torch.ones(2, 4)).sum().backward()
    >>> report = w.report()
    >>> report.model, report.steps, report.to_dict()["activations"]
    ('Sequential', 1, ['1'])
    """

    @classmethod
    def of(cls, model: str, history: History, steps: int) -> Report:
        """Judge the record of a run.

        Args:
            model: The name of the model.
            history: The record.
            steps: The count of steps that the run had.

        Returns:
            The report, its findings in order.
        """
        evidence = Evidence(history)
        return cls(model, judge(evidence), evidence, steps)

    # The views need packages of extras, or such as take long to import.
    def to_html(self, path: str | Path) -> None:
        """Write the report with its pictures as one HTML file that needs nothing else.

        Args:
            path: The file, which is overwritten.

        Raises:
            MissingExtraError: Matplotlib or Jinja is not installed, which `softknee[doctor]` brings.
        """
        from .views.html import html

        Path(path).write_text(html(self), encoding="utf-8")

    def __str__(self) -> str:
        from .views.terminal import as_text

        return as_text(self)

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        from .views.terminal import render

        yield from render(self)
