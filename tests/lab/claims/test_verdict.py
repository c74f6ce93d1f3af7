"""The rule from effects to verdicts, on numbers whose verdict is known."""

import numpy as np
import pytest

from softknee.lab.claims.bilingual import Text
from softknee.lab.claims.claim import Claim, Part
from softknee.lab.claims.evidence import Effect, Evidence
from softknee.lab.claims.verdict import Interval, decide, interval, judge, judge_part

NOTHING = Text("", "")


def part(kind="more", least=0.1, name="p"):
    return Part(name, NOTHING, NOTHING, kind, least, "number")


def effects(table, name="p"):
    """Effects of two seeds that nearly agree on each value."""
    return [Effect(name, condition, (value - 1e-3, value + 1e-3)) for condition, value in table]


@pytest.mark.parametrize(
    "kind, low, high, word",
    [
        ("more", 0.11, 0.3, "holds"),
        ("more", -0.3, 0.09, "does not hold"),
        ("more", 0.05, 0.15, "cannot be told"),
        ("no more", -0.3, 0.09, "holds"),
        ("no more", 0.1, 0.3, "does not hold"),
        ("no more", 0.05, 0.15, "cannot be told"),
        ("same", -0.09, 0.09, "holds"),
        ("same", 0.11, 0.2, "does not hold"),
        ("same", -0.2, -0.11, "does not hold"),
        ("same", -0.05, 0.15, "cannot be told"),
        ("same", -0.3, 0.3, "cannot be told"),
        ("more", np.nan, np.nan, "cannot be told"),
    ],
)
def test_an_interval_is_decided_by_the_side_it_lies_on(kind, low, high, word):
    assert decide(Interval((low + high) / 2, low, high), kind, 0.1) == word


def test_the_interval_is_students_and_wider_where_training_parts_overlap():
    values = (1.0, 2.0, 3.0, 4.0)
    plain, corrected = interval(values), interval(values, overlap=1 / 3)
    # t(0.975, 3) = 3.1824, the deviation 1.29099.
    assert plain.high - plain.mean == pytest.approx(3.18245 * 1.29099 / 2, rel=1e-4)
    assert corrected.high - corrected.mean == pytest.approx(3.18245 * 1.29099 * np.sqrt(1 / 4 + 1 / 3), rel=1e-4)


def test_one_seed_tells_nothing():
    assert judge_part(part(), [Effect("p", {}, (5.0,))]).word == "cannot be told"
    assert judge_part(part(), [Effect("p", {}, ())]).word == "cannot be told"


def test_a_verdict_that_one_factor_separates_depends_on_it_alone():
    found = judge_part(
        part(),
        effects([({"data": d, "depth": n}, 0.5 if n == "8" else 0.0) for d in ("a", "b") for n in ("2", "4", "8")]),
    )
    assert (found.word, found.factors) == ("depends", ("depth",))
    assert found.where("holds") == [{"depth": "8"}]
    assert found.where("does not hold") == [{"depth": "2"}, {"depth": "4"}]


def test_a_verdict_that_two_factors_separate_together_depends_on_both():
    found = judge_part(
        part(),
        effects(
            [
                ({"data": d, "rate": r, "depth": n}, 0.5 if (r, n) == ("high", "8") else 0.0)
                for d in ("a", "b")
                for r in ("low", "high")
                for n in ("2", "8")
            ]
        ),
    )
    assert found.factors == ("rate", "depth")


def test_half_of_the_conditions_have_to_be_decided():
    undecided = Effect("p", {"depth": "9"}, (-5.0, 5.0))
    decided = effects([({"depth": "2"}, 0.5)])
    assert judge_part(part(), [*decided, undecided]).word == "holds"
    assert judge_part(part(), [*decided, undecided, undecided]).word == "cannot be told"


@pytest.mark.parametrize(
    "first, second, word",
    [
        (0.5, 0.5, "holds"),
        (0.0, 0.0, "does not hold"),
        (0.5, 0.0, "depends"),
    ],
)
def test_a_claim_is_judged_by_its_parts(first, second, word):
    found = Claim(0, "c", NOTHING, NOTHING, "", NOTHING, (part(name="a"), part(name="b")), lambda scale: Evidence(()))
    evidence = Evidence((*effects([({}, first)], "a"), *effects([({}, second)], "b")))
    assert judge(found, evidence).word == word


def test_planted_effects_are_found_and_planted_nulls_are_not():
    random = np.random.default_rng(0)
    found = {"holds": 0, "does not hold": 0, "cannot be told": 0}
    null = dict(found)
    for _ in range(200):
        noise = random.normal(0.0, 0.03, (2, 8))
        found[judge_part(part(), [Effect("p", {}, tuple(0.2 + noise[0]))]).word] += 1
        null[judge_part(part(), [Effect("p", {}, tuple(noise[1]))]).word] += 1
    assert found["holds"] >= 195
    assert found["does not hold"] == null["holds"] == 0
    assert null["does not hold"] >= 195
