"""The schedule of probes."""

import pytest

from softknee.doctor import schedule
from softknee.doctor.schedule import FIRST, Schedule


@pytest.fixture
def clock(monkeypatch):
    now = [0.0]
    monkeypatch.setattr(schedule, "perf_counter", lambda: now[0])
    return now


def run(plan, clock, steps, step_time, probe_time):
    probed = []
    for step in range(steps):
        if plan.is_due(step):
            probed.append(step)
            plan.spent += probe_time
            clock[0] += probe_time
        clock[0] += step_time
    return probed


def test_a_period():
    plan = Schedule(7, 0.02)
    assert [s for s in range(20) if plan.is_due(s)] == [0, 7, 14]


def test_the_first_steps_and_then_within_the_budget(clock):
    plan = Schedule(None, 0.02)
    probed = run(plan, clock, 20_000, 0.1, 0.1)
    assert probed[:FIRST] == list(range(FIRST))
    assert plan.spent <= 0.021 * clock[0]
    assert plan.spent > 0.015 * clock[0]


def test_dear_probes_come_with_each_doubling(clock):
    plan = Schedule(None, 0.02)
    probed = run(plan, clock, 1000, 0.001, 1.0)
    assert probed[FIRST:] == [8, 16, 32, 64, 128, 256, 512]
