"""The plan: arguments are understood, or refused before any training."""

from __future__ import annotations

from fractions import Fraction

import pytest

import softknee as knee
from softknee.catalogue import FOUNDING
from softknee.comparison.builtin_problem import problem_of
from softknee.comparison.choice import choice_of
from softknee.comparison.plan import Plan, Run, tasks_named
from softknee.comparison.plan import make_plan as plan_of
from softknee.comparison.tasks import TASKS


def make_plan(activations: object = None, tasks: object = None, **arguments: object) -> Plan:
    problems = [problem_of(task) for task in tasks_named(tasks)]  # type: ignore[arg-type]
    return plan_of(problems, activations, **arguments)  # type: ignore[arg-type]


def final(plan: Plan) -> list[Run]:
    rates = {(problem.name, choice.label): problem.rate for problem in plan.problems for choice in plan.choices}
    return plan.final(rates)


def test_default_plan() -> None:
    plan = make_plan()
    assert [choice.label for choice in plan.choices] == list(FOUNDING)
    assert len(FOUNDING) == len(set(FOUNDING)) == 14
    assert set(FOUNDING) <= set(knee.names())
    assert [problem.name for problem in plan.problems] == ["digits-mlp", "digits-conv", "diabetes", "breast-cancer"]
    assert plan.seeds == (0, 1, 2)
    assert len(final(plan)) == 14 * 4 * 3


def test_all_activations_of_a_seed_come_before_the_next_seed() -> None:
    runs = final(make_plan(["relu", "mish"], ["wine", "diabetes"], seeds=2))
    assert [run.seed for run in runs] == [0] * 4 + [1] * 4


def test_epochs_are_the_tasks_own_unless_given() -> None:
    assert final(make_plan(["relu"], ["wine"]))[0].epochs == TASKS["wine"].epochs
    assert final(make_plan(["relu"], ["wine"], epochs=7))[0].epochs == 7


def test_parameters_and_aliases() -> None:
    choice = choice_of("leaky_relu:negative_slope=0.2")
    assert choice.function is knee.leaky_relu
    assert choice.parameters == {"negative_slope": 0.2}
    assert choice_of(choice.asked) == choice
    assert [c.label for c in make_plan(["relu", "rectifier", "ReLU"]).choices] == ["relu"]


def test_ones_own_activation() -> None:
    @knee.activation(k=knee.Parameter(2.0))
    def kinked(x, k):  # type: ignore[no-untyped-def]
        return knee.where(x > 0, k * x, x)

    assert make_plan([kinked, "relu"]).choices[0].function is kinked

    @knee.activation
    def relu(x):  # type: ignore[no-untyped-def]
        return knee.where(x > 0, x, 0)

    with pytest.raises(knee.ArgumentError, match="two different functions"):
        make_plan([relu, "relu"])


@pytest.mark.parametrize(
    ("name", "width"),
    [("mish", "1"), ("softmax", "1"), ("maxout", "1/2"), ("maxout:pool_size=5", "1/5"), ("glu", "1/2"), ("crelu", "2")],
)
def test_features_out_per_feature_in(name: str, width: str) -> None:
    assert choice_of(name).width == Fraction(width)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"activations": []}, "activations = .* at least one"),
        ({"activations": [3]}, "activations = 3 must be names"),
        ({"activations": 3}, "activations = 3 must be a list"),
        ({"activations": ["elu:alpha"]}, "must read NAME or NAME:PARAMETER=VALUE"),
        ({"activations": ["elu:alpha=-1"]}, "elu: alpha = -1 must be positive"),
        ({"activations": ["elu:beta=1"]}, "elu has no parameter 'beta'"),
        ({"activations": ["elu:alpha=much"]}, "elu: alpha = 'much'"),
        ({"activations": ["maxout:pool_size=0"]}, "pool_size = 0"),
        ({"tasks": ["digit"]}, "tasks = 'digit' is not known; the tasks are digits-mlp"),
        ({"tasks": []}, "tasks = .* at least one"),
        ({"seeds": 0}, "seeds = 0 must be at least 1"),
        ({"seeds": 2.5}, "seeds = 2.5 must be an integer"),
        ({"epochs": 0}, "epochs = 0 must be at least 1"),
        ({"epochs": True}, "epochs = True must be an integer"),
    ],
)
def test_bad_input_is_refused(arguments: dict[str, object], message: str) -> None:
    with pytest.raises(knee.ArgumentError, match=message):
        make_plan(**arguments)  # type: ignore[arg-type]


def test_unknown_activation_names_the_nearest() -> None:
    with pytest.raises(knee.UnknownActivationError, match="did you mean mish"):
        make_plan(["mihs"])
