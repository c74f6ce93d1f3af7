"""The device of training; "meta" stands for one that is not the CPU."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
import torch
from torch import nn

import softknee as knee
from softknee.comparison import devices
from softknee.comparison.choice import choice_of
from softknee.comparison.data_split import ArrayPart
from softknee.comparison.user_problem import problem_of

from .networks import make_model, table

META = torch.device("meta")


def test_a_network_and_its_batches_are_moved() -> None:
    problem = replace(problem_of(make_model, table()), device="meta")
    model, parts = devices.ready(problem, choice_of("relu"), 0)
    assert {p.device for p in model.parameters()} == {META}
    x, y = next(parts.train.batches(8, np.random.default_rng(0)))
    assert x.device == y.device == META and len(y) == 8
    assert model(x).shape == (8, 2)


def test_on_the_cpu_the_parts_are_those_of_the_split() -> None:
    model, parts = devices.ready(problem_of(make_model, table()), choice_of("relu"), 0)
    assert isinstance(parts.train, ArrayPart) and devices.device_of(model).type == "cpu"


def test_a_model_is_trained_where_it_is() -> None:
    plain = problem_of(make_model, table())
    problem = replace(plain, build=lambda *_: nn.Linear(5, 2, device="meta"))
    model, parts = devices.ready(problem, choice_of("relu"), 0)
    assert devices.device_of(model) == META and next(parts.test.batches(4))[0].device == META


def test_inputs_of_every_kind_are_moved() -> None:
    x = {"ids": torch.zeros(3), "more": [torch.zeros(2), (torch.zeros(1), "text")]}
    found = devices.moved(x, META)
    assert found["ids"].device == found["more"][0].device == found["more"][1][0].device == META
    assert found["more"][1][1] == "text"


@pytest.mark.parametrize(
    ("device", "says"),
    [
        ("cuda:99", "compare: device = 'cuda:99' cannot be trained on"),
        ("gpu", "compare: device = 'gpu' cannot be trained on"),
        (3.5, "compare: device = '3.5' cannot be trained on"),
        ("meta", "compare: device = 'meta' holds no numbers"),
    ],
)
def test_a_device_that_is_not_here(device: Any, says: str) -> None:
    with pytest.raises(knee.ArgumentError, match=says):
        knee.compare(activations=["relu"], tasks=["wine"], device=device, progress=False)


def test_the_cpu_by_name() -> None:
    arguments: dict[str, Any] = {"seeds": 1, "epochs": 1, "rate": 1e-2, "progress": False, "workers": 1}
    found = knee.compare(make_model, table(), ["relu"], tasks=["wine"], device="cpu", **arguments)
    plain = knee.compare(make_model, table(), ["relu"], tasks=["wine"], **arguments)
    assert [r.score for r in found.results] == [r.score for r in plain.results]
    assert "device='cpu'" in found.command
    assert {problem.fingerprint["device"] for problem in found.plan.problems} == {"cpu"}


def test_a_cluster_has_its_own_devices() -> None:
    with pytest.raises(knee.ArgumentError, match="compare: device = 'cpu' has no meaning with ray"):
        knee.compare(activations=["relu"], tasks=["wine"], device="cpu", ray="local", progress=False)
