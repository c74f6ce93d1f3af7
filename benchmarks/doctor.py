"""The doctor's hits, false alarms and cures: `python benchmarks/doctor.py --half reporting --workers 2`.

Diagnoses every case of the fault-injection suite (benchmarks.doctor_suite) that counts: healthy ones that learn, and
faults that hurt. Prints how many faults were found, how many healthy cases had a warning, how often the cause of the
first finding was right and how often its remedy restored learning, in full training runs, with 95 % intervals of
Wilson; the same per rule; and what published rules would have said of the same runs. Finished cases are kept in
reports/doctor.
"""

from __future__ import annotations

import json
from argparse import ArgumentParser
from collections.abc import Callable, Iterable
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import asdict, replace
from itertools import islice
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import torch
from doctor_suite.cases import Case, cases
from doctor_suite.faults import FAULTS
from doctor_suite.setup import Setup
from doctor_suite.truth import LEARNED, Truth, truth
from rivals import RIVALS
from scipy.stats import binomtest

from softknee.doctor import RULES, diagnose
from softknee.doctor.remedy import CannotApplyError, Remedy
from softknee.doctor.torch.start import TorchStart, standardiser

STEPS = 100
FOLDER = Path("reports/doctor")


def examine(case: Case) -> dict[str, Any]:
    """The doctor's findings and its rivals' alarms on a case, and the score of a full run after the first remedy."""
    torch.set_num_threads(1)
    setup = case.build()
    batches = list(islice(setup.batches(), STEPS))
    report = diagnose(setup.model, batches, setup.loss_fn, optimizer=setup.optimizer, steps=STEPS)
    told = [finding.to_dict() for finding in report.findings]
    first = report.warnings[0] if report.warnings else None
    cured = None
    if first is not None and first.remedies and first.tried:
        cured = _score_after(case, first.remedies[0], report.evidence)
    return {
        "case": asdict(case),
        "findings": told,
        "cured": cured,
        "constant": setup.constant_score,
        "rivals": {name: rule(report.evidence) for name, rule in RIVALS.items()},
    }


def _score_after(case: Case, remedy: Remedy, evidence: Any) -> float | None:
    """The validation score of a whole training with the remedy; None where it cannot be carried out or breaks."""
    setup = case.build()
    batches = list(islice(setup.batches(), setup.steps))
    try:
        start = TorchStart(setup.model, batches).after(remedy, evidence)
    except CannotApplyError:
        return None
    if remedy.action == "standardise":
        change = standardiser(batches)
        data = replace(setup.data, x=change(setup.data.x), x_validation=change(setup.data.x_validation))
        setup = replace(setup, data=data)
    if remedy.action == "dtype":
        data = replace(setup.data, x=setup.data.x.float(), x_validation=setup.data.x_validation.float())
        setup = replace(setup, data=data)
    return _trained(setup, start)


def _trained(setup: Setup, start: TorchStart) -> float | None:
    optimizer = setup.optimizer(start.model.parameters())
    for group in optimizer.param_groups:
        group["lr"] *= start.rate_factor
    torch.manual_seed(setup.seed)
    for x, y in start.batches:
        optimizer.zero_grad()
        setup.loss_fn(start.model(x), y).backward()
        optimizer.step()
    score = setup.score(start.model)
    return score if score == score else None


# -- the account -----------------------------------------------------------------------------


def warned(result: dict[str, Any]) -> list[dict[str, Any]]:
    """The findings that are more than information."""
    return [finding for finding in result["findings"] if finding["severity"] != "info"]


def share(hits: Iterable[bool]) -> str:
    """A share with its interval."""
    found = list(hits)
    if not found:
        return "–"
    interval = binomtest(sum(found), len(found)).proportion_ci(method="wilson")
    return f"{sum(found) / len(found):.3f} [{interval.low:.3f}, {interval.high:.3f}] ({sum(found)}/{len(found)})"


def account(results: list[dict[str, Any]], found: Truth) -> str:
    """The whole account as a table in Markdown."""
    healthy = [r for r in results if not r["case"]["fault"]]
    faulty = [r for r in results if r["case"]["fault"]]
    caught = [r for r in faulty if warned(r)]
    lines = [
        "| | share, 95 % interval |",
        "|:--|:--|",
        f"| faults found | {share(bool(warned(r)) for r in faulty)} |",
        f"| found by a rule that names them | {share(_names_it(r) for r in faulty)} |",
        f"| false alarms on healthy cases | {share(bool(warned(r)) for r in healthy)} |",
        f"| cause of the first finding right | {share(_cause_right(r) for r in caught)} |",
        f"| first remedy restored learning | {share(_restored(r, found) for r in caught)} |",
        "",
        "| rule | precision | alarms on healthy cases | recall where it should name the fault |",
        "|:--|:--|:--|:--|",
    ]
    for rule in RULES:
        fired = [r for r in results if _fired(r, rule)]
        due = [r for r in faulty if rule in _rules_of(r)]
        alarms = share(_fired(r, rule) for r in healthy)
        right = share(bool(r["case"]["fault"]) and rule in _rules_of(r) for r in fired)
        lines.append(f"| {rule} | {right} | {alarms} | {share(_fired(r, rule) for r in due)} |")
    lines += ["", "| rules | faults found | false alarms |", "|:--|:--|:--|"]
    lines.append(f"| softknee | {share(bool(warned(r)) for r in faulty)} | {share(bool(warned(r)) for r in healthy)} |")
    for name in RIVALS:
        lines.append(
            f"| {name} | {share(r['rivals'][name] for r in faulty)} | {share(r['rivals'][name] for r in healthy)} |"
        )
    lines += ["", "| fault | found | named | cause | restored |", "|:--|:--|:--|:--|:--|"]
    for fault in dict.fromkeys(r["case"]["fault"] for r in faulty):
        those = [r for r in faulty if r["case"]["fault"] == fault]
        seen = [r for r in those if warned(r)]
        cells = (len(seen), sum(map(_names_it, those)), sum(map(_cause_right, seen)))
        restored = sum(_restored(r, found) for r in seen)
        lines.append(f"| {fault} | {' | '.join(f'{n}/{len(those)}' for n in (*cells, restored))} |")
    return "\n".join(lines)


def _rules_of(result: dict[str, Any]) -> set[str]:
    return {rule.replace("_", "-") for rule in FAULTS[result["case"]["fault"]].rules}


def _fired(result: dict[str, Any], rule: str) -> bool:
    return any(finding["rule"] == rule for finding in warned(result))


def _names_it(result: dict[str, Any]) -> bool:
    return any(finding["rule"] in _rules_of(result) for finding in warned(result))


def _cause_right(result: dict[str, Any]) -> bool:
    return bool(warned(result)[0]["cause"] == FAULTS[result["case"]["fault"]].cause)


def _restored(result: dict[str, Any], found: Truth) -> bool:
    """True where the run after the remedy went most of the way from the constant predictor to the healthy reference."""
    if result["cured"] is None:
        return False
    way = found.reference(result["case"]["architecture"]) - result["constant"]
    return bool((result["cured"] - result["constant"]) / way >= LEARNED)


# -- running ---------------------------------------------------------------------------------


def examined(chosen: list[Case], path: Path, workers: int, tell: Callable[[str], None]) -> list[dict[str, Any]]:
    """The results of all cases; those in the file are taken from there."""
    path.parent.mkdir(parents=True, exist_ok=True)
    known = [json.loads(line) for line in path.read_text().splitlines()] if path.exists() else []
    done = {Case(**result["case"]): result for result in known}
    wanted = [case for case in chosen if case not in done]
    with path.open("a") as file, ProcessPoolExecutor(workers, get_context("spawn")) as pool:
        running = {pool.submit(examine, case): case for case in wanted}
        for k, future in enumerate(as_completed(running)):
            done[running[future]] = future.result()
            file.write(json.dumps(future.result()) + "\n")
            file.flush()
            tell(f"{k + 1}/{len(wanted)} {running[future]}")
    return [done[case] for case in chosen]


def main() -> None:
    """Read the options, diagnose and print."""
    parser = ArgumentParser(description=__doc__)
    parser.add_argument("--half", choices=["tuning", "reporting"], default="reporting")
    parser.add_argument("--seeds", type=int, default=1)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--fresh", action="store_true", help="diagnose again what is known")
    given = parser.parse_args()
    chosen = cases(given.half, seeds=range(given.seeds))
    found = truth(chosen, FOLDER / "truth.sqlite", workers=given.workers, tell=lambda case, _: print(case, flush=True))
    counted = [case for case in chosen if found.counts(case)]
    path = FOLDER / f"{given.half}.jsonl"
    if given.fresh:
        path.unlink(missing_ok=True)
    results = examined(counted, path, given.workers, lambda text: print(text, flush=True))
    print(f"\n{given.half}: {len(counted)} of {len(chosen)} cases count\n")
    print(account(results, found))


if __name__ == "__main__":
    main()
