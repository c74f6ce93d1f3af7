"""The cases: the same setup each time, no word twice, and two halves that share nothing."""

from __future__ import annotations

from itertools import islice

import pytest
import torch
from benchmarks.doctor_suite import ARCHITECTURES, FAULTS, Case, cases

ONE_EACH = {(case.architecture, case.fault): case for case in reversed(cases(seeds=(0,)))}


@pytest.mark.parametrize("case", ONE_EACH.values(), ids=lambda case: f"{case.architecture}-{case.fault or 'healthy'}")
def test_it_builds_and_takes_a_step(case: Case) -> None:
    setup = case.build()
    x, y = next(setup.batches())
    loss = setup.loss_fn(setup.model(x), y)
    loss.backward()  # type: ignore[no-untyped-call]
    setup.optimizer(setup.model.parameters()).step()
    assert loss.shape == ()


@pytest.mark.parametrize("fault", ["", "negative_biases", "default_init", "raw_inputs"])
@pytest.mark.parametrize("name", ["deep_mlp", "convnet", "siren"])
def test_it_builds_the_same_each_time(name: str, fault: str) -> None:
    case = Case(name, ARCHITECTURES[name].activations[0], fault, 1)
    state = torch.get_rng_state()
    one = case.build()
    assert torch.equal(torch.get_rng_state(), state)
    torch.manual_seed(7)
    again = case.build()
    for a, b in zip(one.model.state_dict().values(), again.model.state_dict().values(), strict=True):
        assert torch.equal(a, b)
    for first, second in zip(islice(one.batches(), 3), islice(again.batches(), 3)):
        assert torch.equal(first[0], second[0]) and torch.equal(first[1], second[1])


def test_seeds_draw_other_weights() -> None:
    one, other = (Case("shallow_mlp", "relu", seed=seed).build().model.state_dict() for seed in (0, 1))
    assert not torch.equal(one["0.weight"], other["0.weight"])


def test_the_halves_are_disjoint() -> None:
    tuning, reporting = cases("tuning"), cases("reporting")
    assert sorted(tuning + reporting) == cases()
    assert not {case.architecture for case in tuning} & {case.architecture for case in reporting}
    pairs = [
        {(ARCHITECTURES[case.architecture].network, ARCHITECTURES[case.architecture].dataset) for case in half}
        for half in (tuning, reporting)
    ]
    assert not pairs[0] & pairs[1]
    assert 0.5 < len(tuning) / len(reporting) < 2


def test_every_cause_is_in_both_halves() -> None:
    causes = {fault.cause for fault in FAULTS.values()}
    for half in ("tuning", "reporting"):
        assert {FAULTS[case.fault].cause for case in cases(half) if case.fault} == causes


def test_none_is_twice_and_every_fault_has_its_healthy_twin() -> None:
    found = cases()
    assert len(set(found)) == len(found)
    assert {case.twin for case in found} <= set(found)
    assert {case.fault for case in found} == {"", *FAULTS}


def test_seeds_and_faults_can_be_chosen() -> None:
    found = cases("tuning", seeds=(5,), faults=["he_gain"])
    assert {case.seed for case in found} == {5}
    assert [case for case in found if not case.is_healthy] == [Case("deep_mlp", "selu", "he_gain", 5)]
