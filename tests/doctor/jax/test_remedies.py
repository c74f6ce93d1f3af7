"""Each remedy changes what it says, in a training run of its own."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest

import softknee as knee
from softknee.doctor import remedy
from softknee.doctor.jax import step
from softknee.doctor.jax.leaves import Leaves
from softknee.doctor.jax.reports import batches_of
from softknee.doctor.jax.step import Adam, Function, Training
from softknee.doctor.jax.subject import JaxSubject
from softknee.doctor.remedy import CannotApplyError

from .networks import classes, cross_entropy, layers, mlp


def subject(model, parameters, batch=None, steps=2):
    training = Training(Function(model, cross_entropy, "model"), Adam())
    return JaxSubject(training, Leaves("parameters", parameters), batches_of(batch or classes(), True), steps)


def after(change, model=None, parameters=None, **options):
    s = subject(model or mlp(knee.relu), parameters or layers((16, 32, 32, 4), 10.0), **options)
    before = s.run().report.evidence
    return before, s.run(change, before).report.evidence


def test_init_draws_weights_with_the_gain_and_zeroes_biases():
    parameters = jax.tree.map(lambda p: p + 3.0, layers((16, 32, 32, 4), 10.0))
    before, found = after(remedy.initialise("initialise"), parameters=parameters)
    gains = list(found.history.gains.values())
    np.testing.assert_allclose(gains, [1.0, 2**0.5, 2**0.5], rtol=0.15)
    assert max(before.history.gains.values()) > 5
    assert abs(found.first(found.sites[0])["z_mean"]) < 1


def test_rate_multiplies_the_step():
    before, found = after(remedy.rate(0.1), steps=1)
    (_, first), (_, second) = before.history.updates[0], found.history.updates[0]
    for name in first:
        assert second[name].change == pytest.approx(0.1 * first[name].change, rel=1e-2)


def test_swap_exchanges_the_activation():
    _, found = after(remedy.swap("relu", "gelu"))
    assert [site.reference.name for site in found.sites] == ["gelu", "gelu"]
    assert min(found.first(found.sites[0])["shown"]) < 0
    _, found = after(remedy.swap("relu", "tanh", redraw=True))
    assert list(found.history.gains.values())[1] == pytest.approx(knee.tanh.gain(), rel=0.15)


def test_normalise_comes_before_each_activation():
    _, found = after(remedy.normalise())
    for site in found.sites:
        assert found.first(site)["z_second"] == pytest.approx(1.0, rel=1e-3)


def test_the_activation_at_the_output_is_dropped():
    model = mlp(knee.relu)
    before, found = after(remedy.drop_output("drop"), lambda p, x: knee.sigmoid(model(p, x)))
    assert before.sites[-1].is_output
    last = found.first(found.sites[-1])
    assert last["second"] == pytest.approx(last["z_second"])
    assert before.first(before.sites[-1])["second"] < 1


def test_inputs_are_standardised():
    x, y = classes()
    before, found = after(remedy.standardise(), batch=(50 * x + 100, y))
    assert before.data["rms"] > 100
    assert found.data["rms"] == pytest.approx(1.0, rel=0.1)


def test_half_precision_is_widened():
    parameters = jax.tree.map(lambda p: p.astype(jnp.bfloat16), layers((16, 32, 4), 1.0))
    x, y = classes()
    before, found = after(remedy.widen("float32"), parameters=parameters, batch=(jnp.asarray(x, "bfloat16"), y))
    assert "underflow" in before.first(before.sites[0])
    assert "underflow" not in found.first(found.sites[0])


def test_runs_that_differ_by_numbers_share_a_compiled_step(monkeypatch):
    made, make = [], step._make_step
    monkeypatch.setattr(step, "_make_step", lambda *given: made.append(given) or make(*given))
    s = subject(mlp(knee.relu), layers((16, 32, 4), 10.0))
    before = s.run().report.evidence
    for change in (remedy.rate(0.1), remedy.initialise("initialise"), remedy.standardise()):
        s.run(change, before)
    assert len(made) == 1
    s.run(remedy.swap("relu", "gelu"), before)
    s.run(remedy.swap("relu", "gelu", redraw=True), before)
    assert len(made) == 2


def test_seeds_with_other_slopes_have_yardsticks_of_their_own():
    def model(p, x):
        return knee.prelu(x @ p["w"], p["slope"]) @ p["v"]

    training = Training(Function(model, cross_entropy, "model"), Adam())
    for slope in (0.25, 0.75):
        parameters = {"w": jnp.ones((16, 8)), "v": jnp.ones((8, 4)), "slope": jnp.float32(slope)}
        one = JaxSubject(training, Leaves("parameters", parameters), batches_of(classes(), True), 1)
        (site,) = one.run().report.evidence.sites
        assert set(site.reference.parameters.values()) == {slope}


def test_what_is_no_change_is_not_tried():
    with pytest.raises(CannotApplyError):
        after(remedy.Remedy("think again"))
