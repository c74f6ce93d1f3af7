"""The registration of a rule of the doctor: `@rule(title=..., zh=...)` over a function of the evidence.

Not here: the rules, a file each in doctor/rules; importing that package registers all of them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from softknee.language.errors import DefinitionError

from .evidence import Evidence
from .finding import Cause, Finding, Severity
from .remedy import Remedy

Search = Callable[[Evidence], Iterable[Finding]]

# The place of a rule that names none: after all of the doctor's own.
LAST = 1000

_REGISTERED: dict[str, Rule] = {}


@dataclass(frozen=True)
class Rule:
    """A rule: one kind of fault, the search for it in the evidence of a run, and its words in both languages.

    `title` and `zh` head its findings in English and Chinese; `message` and `message_zh` are templates of the finding
    itself, filled in by `say`. `cause` is the cause that the rule sees directly, "" where it sees a symptom; `is_share`
    shows the number that is measured as a percentage; findings stand in a report in the order of `place`.
    """

    name: str
    search: Search
    title: str
    zh: str
    message: str
    message_zh: str
    cause: Cause
    is_share: bool
    place: int

    def __call__(self, evidence: Evidence) -> list[Finding]:
        """The findings of this rule in the evidence of a run, in the order of the network's layers."""
        return list(self.search(evidence))

    def finding(
        self,
        severity: Severity,
        layer: str,
        message: str,
        measured: float,
        threshold: float,
        step: int = 0,
        cause: Cause = "",
        activation: str = "",
        remedies: Iterable[Remedy] = (),
    ) -> Finding:
        """A finding of this rule; the first of the remedies is the one that it names."""
        every = tuple(remedies)
        remedy = every[0].text if every else ""
        return Finding(
            self.name, severity, layer, cause, measured, threshold, remedy, step, message, activation, "", every
        )

    def say(self, **values: str) -> str:
        """The English message with its values filled in."""
        return self.message.format(**values)

    def shown(self, measured: float) -> str:
        """The number that was measured, as people write it."""
        return f"{measured:.0%}" if self.is_share else f"{measured:.3g}"


def rule(
    *,
    title: str,
    zh: str,
    message: str = "",
    message_zh: str = "",
    cause: Cause = "",
    is_share: bool = False,
    place: int = LAST,
) -> Callable[[Search], Rule]:
    """Register a function of the evidence as a rule of the function's name, with hyphens for underscores.

    Args:
        title: The heading of its findings, in English.
        zh: The same in Chinese.
        message: A template of the finding in English, one sentence without its end, with {places} for `Rule.say`.
        message_zh: The same in Chinese, with the same places.
        cause: The cause that the rule sees directly; its findings stand first where the run has that cause.
        is_share: Show the number that is measured as a percentage.
        place: The place of its findings in a report, the lowest first.

    Returns:
        A decorator, which puts the Rule in the function's place.

    Raises:
        DefinitionError: A rule of that name is registered already, or a text is missing in one language.
    """

    def register(search: Search) -> Rule:
        name = getattr(search, "__name__", "").replace("_", "-")
        if name in _REGISTERED:
            raise DefinitionError(f"rule: {name!r} is registered already: rules need names of their own")
        if not (title and zh):
            raise DefinitionError(f"rule: {name!r} must have a title in English (title) and in Chinese (zh)")
        if bool(message) != bool(message_zh):
            raise DefinitionError(f"rule: {name!r} must have its message in both languages (message, message_zh)")
        made = Rule(name, search, title, zh, message, message_zh, cause, is_share, place)
        _REGISTERED[name] = made
        return made

    return register


def registered() -> list[Rule]:
    """The rules registered so far, in the order in which their findings stand in a report."""
    return sorted(_REGISTERED.values(), key=lambda each: (each.place, each.name))
