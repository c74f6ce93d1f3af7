"""Reading definitions: what is accepted, what is said about mistakes, the registry."""

import pickle

import jax.numpy as jnp
import numpy as np
import pytest

import softknee as knee
from softknee.language.definition import Registry, define, definition_of_token, notes_from_docstring
from softknee.language.errors import DefinitionError, UnknownActivationError, UnknownOpError
from softknee.language.ops import tanh


def test_an_unknown_op_is_named_with_the_definition_and_the_known_ops():
    @knee.activation
    def noisy(x):
        return np.sinc(x) + x

    with pytest.raises(UnknownOpError, match=r"noisy.*the ops are:.*softplus"):
        noisy(1.0)


def test_a_framework_that_refuses_symbols_itself_is_explained_too():
    @knee.activation
    def foreign(x):
        return jnp.exp(x)

    with pytest.raises(UnknownOpError, match=r"foreign.*the ops are:"):
        foreign(1.0)


def test_python_control_flow_says_what_to_write():
    @knee.activation
    def branching(x):
        return x if x > 0 else 0 * x

    with pytest.raises(UnknownOpError, match="where"):
        branching(1.0)


def test_returning_no_expression_is_refused():
    with pytest.raises(DefinitionError, match="NoneType"):
        _ = define(lambda x: None).textbook


def test_returning_a_condition_is_refused():
    with pytest.raises(DefinitionError, match="where"):
        _ = define(lambda x: x > 0).textbook


def test_a_parameter_without_an_argument_is_refused():
    with pytest.raises(DefinitionError, match="'k'"):

        @knee.activation(k=knee.Parameter(1.0))
        def lonely(x):
            return x


def test_an_argument_without_a_parameter_is_refused_for_one_input():
    with pytest.raises(DefinitionError, match="inputs"):

        @knee.activation
        def undeclared(x, slope):
            return x * slope


def test_activations_compose_inside_definitions():
    @knee.activation
    def composed(x):
        return x * knee.tanh(knee.softplus(x))

    x = np.linspace(-5, 5, 11)
    np.testing.assert_allclose(composed(x), knee.mish(x), rtol=1e-15)


def test_docstring_sections_are_read():
    notes = notes_from_docstring("""One sentence
    over two lines.

    For: this.
    Strengths: that;
      and more.
    Weaknesses: none.
    Instead: another.
    """)
    assert notes.summary == "One sentence over two lines."
    assert (notes.purpose, notes.strengths) == ("this.", "that; and more.")
    assert (notes.weaknesses, notes.instead) == ("none.", "another.")


def test_a_name_cannot_be_taken_twice():
    registry = Registry()
    registry.add(define(_first))
    with pytest.raises(DefinitionError, match="taken"):
        registry.add(define(_first))


def _first(x):
    return tanh(x)


def test_an_unknown_name_carries_the_nearest_ones():
    with pytest.raises(UnknownActivationError, match="did you mean mish"):
        knee.get("mihs")
    with pytest.raises(AttributeError):
        _ = knee.no_such_function


def test_catalogued_functions_are_pickled_by_name():
    assert pickle.loads(pickle.dumps(knee.relu)) is knee.relu
    assert not knee.activation(_first).is_catalogued


def test_own_functions_of_a_catalogued_name_stay_apart():
    @knee.activation
    def relu(x):
        return 2 * x

    assert relu(3.0) == 6.0
    assert knee.relu(3.0) == 3.0


def test_parameters_that_make_no_sense_are_refused():
    for wrong in (
        {"k": 2.0},
        {"k": knee.Parameter(-1.0, knee.Domain("positive", low=0.0, open_low=True))},
        {"out": knee.Parameter(1.0)},
    ):
        with pytest.raises(knee.DefinitionError):
            knee.activation(**wrong)(lambda x, k=None, out=None: x)


@knee.activation(k=knee.Parameter(2.0))
def mine(x, k):
    return k * tanh(x)


def test_ones_own_function_is_pickled_by_its_place():
    assert pickle.loads(pickle.dumps(mine)) is mine


def test_a_pickled_definition_never_takes_anothers_token():
    original = define(_first)
    copied = pickle.loads(pickle.dumps(original))
    assert copied.token != original.token
    assert definition_of_token(copied.token) is copied
    assert definition_of_token(original.token) is original


def test_every_kind_of_function_is_returned_as_it_is():
    for name in ("relu", "softmax", "glu"):
        assert knee.get(knee.get(name)) is knee.get(name)


def test_what_is_no_number_stays_ieee():
    for constant, expected in ((knee.ops.sqrt(-1), np.nan), (knee.ops.exp(1e10), np.inf)):
        np.testing.assert_array_equal(_plus(constant)(1.0), expected)


def _plus(constant):
    @knee.activation
    def shifted(x):
        return x + constant

    return shifted
