"""Turns, medians and calibration, on a clock that moves only when a contestant works."""

import gc
from functools import partial

import pytest

from softknee.lab.bench.clock import LostError, Pace, Timing, measure, timed


class Workshop:
    """A clock, and contestants of which each call takes a known time; notes who worked when."""

    def __init__(self):
        self.now = 0.0
        self.turns = []

    def clock(self):
        return self.now

    def contestant(self, name, *seconds):
        """A batch of calls that take `seconds` one after the other, then the last for ever."""
        left = list(seconds)

        def call():
            self.now += left.pop(0) if len(left) > 1 else left[0]
            if not self.turns or self.turns[-1] != name:
                self.turns.append(name)

        return partial(timed, call, clock=self.clock)


def test_contestants_take_turns_and_each_round_begins_with_another():
    shop = Workshop()
    calls = {name: shop.contestant(name, 1.0) for name in "abc"}
    found = measure(calls, Pace(rounds=3, span=1.0, limit=1e9), shop.clock)
    assert "".join(shop.turns) == "abc" + "abc" + "bc" + "a" + "cab"  # calibrated; then three rounds
    assert {name: timing.rounds for name, timing in found.items()} == dict.fromkeys("abc", (1.0, 1.0, 1.0))


def test_a_turn_lasts_as_long_as_it_should():
    shop = Workshop()
    quick, slow = shop.contestant("quick", 0.001), shop.contestant("slow", 3.0)
    found = measure({"quick": quick, "slow": slow}, Pace(rounds=3, span=1.0, limit=1e9), shop.clock)
    assert found["quick"].calls == pytest.approx(1000, abs=1)
    assert found["slow"].calls == 1
    assert found["quick"].median == pytest.approx(0.001)
    assert found["slow"].median == pytest.approx(3.0)


def test_the_limit_ends_a_long_measurement_but_never_before_three_rounds():
    shop = Workshop()
    assert len(measure({"a": shop.contestant("a", 1.0)}, Pace(100, 1.0, limit=5.5), shop.clock)["a"].rounds) == 5
    assert len(measure({"a": shop.contestant("a", 1.0)}, Pace(100, 1.0, limit=0.1), shop.clock)["a"].rounds) == 3
    assert len(measure({"a": shop.contestant("a", 1.0)}, Pace(2, 1.0, limit=0.1), shop.clock)["a"].rounds) == 2


def test_one_disturbed_round_moves_no_median():
    shop = Workshop()
    found = measure({"a": shop.contestant("a", 1, 1, 50, 1, 2, 3)}, Pace(5, 0.5, limit=1e9), shop.clock)["a"]
    assert found.rounds == (1, 50, 1, 2, 3)
    assert (found.median, found.fastest, found.quartiles) == (2, 1, (1, 3))


def test_ratios_are_taken_within_rounds():
    """The machine is three times slower in two of the rounds: the ratio does not see it."""
    ours, theirs = Timing((2.0, 6.0, 2.0, 6.0, 6.0), 1), Timing((1.0, 3.0, 1.0, 3.0, 3.0), 1)
    assert ours.ratio(theirs) == 2.0
    assert Timing((9.0, 1.0, 1.0), 1).ratio(Timing((1.0, 1.0, 9.0), 1)) == 1.0
    with pytest.raises(ValueError, match="shorter"):
        ours.ratio(Timing((1.0,), 1))


def test_one_round_has_no_spread():
    assert Timing((2.0,), 3).quartiles == (2.0, 2.0)


def test_calls_that_warm_up_do_not_count():
    shop, durations = Workshop(), [100.0] * 2 + [1.0] * 16

    def call():
        shop.now += durations.pop(0)

    assert timed(call, 16, shop.clock) == 16
    assert durations == []


def test_a_single_call_is_its_own_warm_up():
    shop = Workshop()
    assert shop.contestant("a", 5.0, 1.0)(1) == 5


def test_who_is_lost_is_left_out_and_the_others_go_on():
    shop = Workshop()

    def lost_after(turns):
        left = iter(range(turns))

        def batch(count):
            if next(left, None) is None:
                raise LostError("crashed")
            return float(count)

        return batch

    contestants = {"never": lost_after(0), "a": shop.contestant("a", 1.0), "once": lost_after(2), "z": lost_after(99)}
    found = measure(contestants, Pace(rounds=4, span=1.0, limit=1e9), shop.clock)
    assert {name: timing.rounds for name, timing in found.items()} == dict.fromkeys("az", (1.0,) * 4)
    assert measure({"never": lost_after(0)}, Pace(), shop.clock) == {}


def test_no_garbage_is_collected_meanwhile_and_again_afterwards():
    seen = []

    def broken():
        raise RuntimeError("broken")

    timed(lambda: seen.append(gc.isenabled()), 9)
    assert seen == [False] * 10
    assert gc.isenabled()
    with pytest.raises(RuntimeError, match="broken"):
        timed(broken, 1)
    assert gc.isenabled()
