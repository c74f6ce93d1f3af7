"""The functions in JavaScript, run by Node.js, against the oracle."""

import json
import math
import subprocess

import mpmath
import pytest

import softknee as knee
from softknee.atlas.javascript_functions import differences, functions_file, specs
from softknee.functions.axiswise import Axiswise
from softknee.language.derivative import derivative
from softknee.language.derivative_spec import DerivativeSpec
from softknee.language.expression import symbol, where
from softknee.language.program import linearise
from softknee.targets.javascript import function
from softknee.targets.mpmath import exact
from tests.needed import ROOT, program
from tests.numbers.parameters import parameter_sets

NUMBERS = ROOT / "web" / "src" / "numbers.js"
POINTS = (-30.0, -4.3, -1.0, -0.37, 0.0, 1e-3, 0.61, 2.2, 27.0)
NAMES = [name for name in knee.names() if not isinstance(knee.get(name), Axiswise)]


def run(tmp_path, lines):
    """What a script prints as JSON, in which numbers that JSON lacks are texts."""
    script = tmp_path / "run.mjs"
    shown = "const shown = (v) => Number.isFinite(v) && !Object.is(v, -0) ? v : Object.is(v, -0) ? 0 : String(v);"
    script.write_text("\n".join([f"import * as N from {json.dumps(NUMBERS.as_uri())};", shown, *lines]))
    done = subprocess.run([program("node"), script], capture_output=True, text=True, check=True)
    return json.loads(done.stdout)


def number(value):
    return float(value.replace("Infinity", "inf")) if isinstance(value, str) else value


@pytest.fixture(scope="module")
def everything(tmp_path_factory):
    """By function: rows of arguments, and the results of each spec at them."""
    folder = tmp_path_factory.mktemp("javascript")
    (folder / "functions.cjs").write_text(functions_file(knee.get(name) for name in knee.names()))
    rows = {}
    for name in NAMES:
        definition = knee.get(name).definition
        sets = parameter_sets(name)[:3]
        numbers = [[s.get(k, float(p.default)) for k, p in definition.numeric_parameters.items()] for s in sets]
        before = [[]] if len(definition.inputs) == 1 else [[1.0], [-0.7]]
        rows[name] = [[*first, x, *given] for given in numbers for first in before for x in POINTS]
    lines = [
        'import "./functions.cjs";',
        "const functions = softkneeFunctions(N), results = {};",
        f"for (const [name, rows] of Object.entries({json.dumps(rows)})) {{",
        "  const { breaks, ...specs } = functions[name];",
        "  results[name] = Object.fromEntries(Object.entries(specs).map(([spec, f]) =>",
        "    [spec, rows.map((row) => shown(f(...row)))]));",
        "}",
        "console.log(JSON.stringify(results));",
    ]
    return rows, run(folder, lines)


def textbook(definition, spec):
    """The spec of the textbook's expression, not of the kernel that is printed."""
    root = definition.textbook
    kind, _, by = spec.partition("_")
    side = "right" if kind == "right" else "left"
    for _ in range({"value": 0, "slope": 1, "right": 1, "curvature": 2}[kind]):
        root = derivative(root, by, side)
    return root


@pytest.mark.parametrize("name", NAMES)
def test_every_face_agrees_with_the_oracle(name, everything):
    rows, results = everything
    definition = knee.get(name).definition
    assert {"value", *(f"slope_{by}" for by in definition.inputs)} <= set(results[name])
    for spec, found in results[name].items():
        root = textbook(definition, spec)
        for row, value in zip(rows[name], found, strict=True):
            expected = float(exact(root, dict(zip(definition.arguments, row, strict=True))))
            where_ = f"{name} {spec} {row}"
            if math.isfinite(expected):
                assert number(value) == pytest.approx(expected, rel=1e-9, abs=1e-12), where_
            else:
                assert str(number(value)) == str(expected), where_


@pytest.mark.parametrize(
    ("op", "points"),
    [
        ("erf", (-5.0, -1.9, -1e-8, 0.3, 1.99, 2.01, 6.0)),
        ("erfc", (-6.0, -2.0, 0.0, 1.5, 1.99, 2.0, 5.0, 20.0, 26.0)),
        ("normal_cdf", (-37.0, -8.0, -2.9, 0.0, 1.0, 9.0)),
        ("normal_pdf", (-20.0, 0.0, 3.0)),
        ("gauss", (-20.0, 0.0, 3.0)),
        ("sigmoid", (-700.0, -40.0, -1.0, 0.0, 2.0, 50.0)),
        ("softplus", (-700.0, -40.0, -1.0, 0.0, 2.0, 50.0, 1e5)),
    ],
)
def test_ops_that_javascript_lacks_agree_with_mpmath(op, points, tmp_path):
    found = run(tmp_path, [f"console.log(JSON.stringify({json.dumps(points)}.map((x) => shown(N.{op}(x)))));"])
    meaning = knee.ops.OPS[op].meaning
    with mpmath.workprec(300):
        for x, value in zip(points, found, strict=True):
            # Beyond x = 2 the exponential magnifies the rounding of x^2.
            assert number(value) == pytest.approx(float(meaning(mpmath.mp, mpmath.mpf(x))), rel=2e-13), (op, x)


def test_ends_of_the_ops(tmp_path):
    lines = ["console.log(JSON.stringify([Infinity, -Infinity, NaN].flatMap((x) =>", "[N.erf(x), N.erfc(x), "]
    lines += ["N.sigmoid(x), N.softplus(x), N.normal_cdf(x), N.gauss(x)].map(shown))));"]
    found = [number(value) for value in run(tmp_path, lines)]
    assert found[:12] == [1, 0, 1, math.inf, 1, 0, -1, 2, 0, 0, 0, 0]
    assert all(map(math.isnan, found[12:]))


def test_names_signs_and_precedence():
    x, new = symbol("x"), symbol("new")
    arguments = ("x", "new")
    assert function(linearise(x - (-new), arguments)) == "(a0,a1)=>a0+a1"
    assert function(linearise(x - (new - x), arguments)) == "(a0,a1)=>a0-(a1-a0)"
    assert function(linearise(x * (-2), arguments)) == "(a0,a1)=>a0*(-2)"
    assert function(linearise(x / (new * x), arguments)) == "(a0,a1)=>a0/(a1*a0)"
    nested = where((x > 0) & (new < 1) | (x < -3), where(x > 2, x, 1), -x)
    assert function(linearise(nested, arguments)) == "(a0,a1)=>a0>0&&a1<1||a0<(-3)?a0>2?a0:1:-a0"


def test_what_is_used_twice_is_computed_once():
    x = symbol("x")
    e = knee.ops.exp(x)
    assert function(linearise(e * (1 + e), ("x",))) == "(a0)=>{const v0=Math.exp(a0);return v0*(1+v0)}"


def test_breaks_are_where_conditions_change():
    definition = knee.hardtanh.definition
    roots = [
        exact(each, {"x": at, "min_val": -1.0, "max_val": 1.0}) for each in differences(definition) for at in (-1, 1)
    ]
    assert sum(root == 0 for root in roots) == 2
    assert differences(knee.tanh.definition) == []


def test_a_slope_from_the_right_is_there_only_where_it_differs():
    rows = functions_file([knee.relu, knee.tanh]).splitlines()
    assert "right_x" in rows[1]
    assert "right_x" not in rows[2]
    assert set(specs(knee.relu.definition)) == {"value", "slope_x", "curvature_x", "right_x"}
    assert specs(knee.relu.definition)["right_x"] is DerivativeSpec(("x",), "right").expression(knee.relu.definition)
