"""Formulas, bytecode and C, read off expressions."""

import shutil
import subprocess
from pathlib import Path

import matplotlib.mathtext
import pytest

import softknee as knee
from softknee.language import ops
from softknee.language.definition import CATALOGUE, Definition
from softknee.language.derivative_spec import VALUE
from softknee.language.expression import symbol, where
from softknee.language.program import linearise
from softknee.targets.c.bytecode import CONSTANT_PARTS, OPCODES, SPELLED, encode
from softknee.targets.c.generate import main as generate
from softknee.targets.latex import latex, name_latex
from softknee.targets.text import text

ARITY = {code: ops.OPS[name].arity for name, code in OPCODES.items()}
x, alpha = symbol("x"), symbol("alpha")


@pytest.mark.parametrize(
    ("root", "as_latex", "as_text"),
    [
        (x * alpha, r"x \, \alpha", "x·alpha"),
        (x * x * x, "x^{3}", "x³"),
        ((x + 1) * x, r"\left(x + 1\right) \, x", "(x + 1)·x"),
        (x - (x - alpha), r"x - \left(x - \alpha\right)", "x - (x - alpha)"),
        (x / (1 + abs(x)), r"\frac{x}{1 + \left|x\right|}", "x/(1 + |x|)"),
        (-(x + alpha), r"-\left(x + \alpha\right)", "-(x + alpha)"),
        (
            where(x > 0, x, 0),
            r"\begin{cases} x & \text{if } x > 0 \\ 0 & \text{otherwise} \end{cases}",
            "x if x > 0 else 0",
        ),
        (2 * ops.exp(-x), r"2 \, e^{-x}", "2·exp(-x)"),
        (ops.exp(x) * ops.exp(x), r"\left(e^{x}\right)^{2}", "exp(x)²"),
        (ops.tanh(2 * x), r"\tanh \left(2 \, x\right)", "tanh(2·x)"),
        (x / 6, r"\frac{x}{6}", "x/6"),
    ],
)
def test_formulas(root, as_latex, as_text):
    assert latex(root) == as_latex
    assert text(root) == as_text


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("alpha", r"\alpha"),
        ("beta_p", r"\beta_{p}"),
        ("a1", "a_{1}"),
        ("lambd", r"\lambda"),
        ("weight", "a"),
        ("b", "b"),
    ],
)
def test_names(name, expected):
    assert name_latex(name) == expected


@pytest.mark.parametrize("definition", [d for d in CATALOGUE if isinstance(d, Definition)], ids=lambda d: d.name)
def test_formulas_are_well_formed(definition):
    """Braces and \\left..\\right balance; matplotlib's own parser reads all that has no cases in it."""
    for root in (definition.textbook, definition.expression):
        written = latex(root)
        assert written.count("{") == written.count("}")
        assert written.count(r"\left") == written.count(r"\right")
        if "cases" not in written and r"\text" not in written:
            matplotlib.mathtext.MathTextParser("path").parse(f"${written}$".replace(r"\,", " "))


@pytest.mark.parametrize("definition", [d for d in CATALOGUE if isinstance(d, Definition)], ids=lambda d: d.name)
def test_bytecode_never_writes_what_it_still_reads(definition):
    program = linearise(VALUE.expression(definition), definition.arguments, SPELLED)
    code = encode(program)
    for at in range(0, len(code.code), 5):
        op, target, *sources = code.code[at : at + 5]
        assert target not in sources[: ARITY[op]]
        assert target >= code.arguments + len(code.constants) // CONSTANT_PARTS


def test_other_parameters_or_names_do_not_change_a_program_but_another_formula_does():
    one = encode(linearise(x * alpha, ("x", "alpha")))
    same = encode(linearise(symbol("x") * symbol("k"), ("x", "k")))
    other = encode(linearise(x * alpha + 1, ("x", "alpha")))
    assert one.digest == same.digest != other.digest


@pytest.mark.skipif(shutil.which("cc") is None, reason="no C compiler")
def test_the_generated_c_compiles_without_a_warning(tmp_path):
    generate(str(tmp_path))
    native = Path(knee.__file__).parent / "native"
    includes = [f"-I{folder}" for folder in (*native.iterdir(), tmp_path)]
    command = ["cc", "-std=gnu11", "-Wall", "-Wextra", "-Werror", "-fsyntax-only", *includes]
    subprocess.run([*command, str(tmp_path / "kernels.c")], check=True)
