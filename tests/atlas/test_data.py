"""The data of the pages: complete in both languages, and what Python says elsewhere."""

import json
import re
import subprocess
from fractions import Fraction

import pytest

import softknee as knee
from softknee.atlas.build import contents, data
from softknee.atlas.layout import positions
from softknee.atlas.library_tables import tree
from softknee.atlas.user_functions import own_functions
from softknee.display.describe import property_rows
from softknee.doctor import RULES
from softknee.functions.elementwise import Activation
from softknee.language.errors import ArgumentError
from softknee.language.expression import symbol
from softknee.language.ops import OPS
from tests.needed import built_app, program

CHINESE = re.compile(r"[\u4e00-\u9fff]")


@pytest.fixture(scope="module")
def found():
    return data([knee.get(name) for name in knee.names()])


@pytest.fixture(scope="module")
def entries(found):
    return {each["name"]: each for each in found["functions"]}


def test_every_function_is_there_with_formula_code_and_definition(entries):
    assert list(entries) == knee.names()
    for name, entry in entries.items():
        assert entry["formulas"][0].startswith("<math"), name
        assert set(entry["code"]) == {"NumPy", "PyTorch", "PyTorch module", "JAX", "ONNX"}
        assert f"def {name}(" in entry["definition"]
        assert '"""' not in entry["definition"]


def test_facts_are_the_computed_properties(entries):
    for name, entry in entries.items():
        function = knee.get(name)
        if not isinstance(function, Activation):
            assert "facts" not in entry
            continue
        assert entry["facts"]["range"] == list(function.range)
        assert entry["facts"]["gains"].get("forward") == pytest.approx(function.gain()) or function.range == (1, 1)
        assert entry["rows"]["en"] == property_rows(function)
        assert len(entry["rows"]["zh"]) == len(entry["rows"]["en"])


def test_what_needs_no_exponential(entries):
    cheap = {name for name, entry in entries.items() if entry.get("exponential") is False}
    assert {"relu", "hardswish", "softsign", "isru"} <= cheap
    assert not {"gelu", "tanh", "softplus", "sine", "elu"} & cheap


def test_chinese_is_complete(found, entries):
    for name, entry in entries.items():
        assert CHINESE.search(entry["notes"]["zh"]["summary"]), name
    for titles in (*found["families"].values(), *found["doctor"]["rules"].values()):
        assert CHINESE.search(titles["zh"]), titles
    for claim in found["claims"]:
        for part in (claim, *claim["parts"]):
            assert CHINESE.search(part["statement"]["zh"]), claim["name"]
            assert CHINESE.search(part["verdict"]["zh"]), claim["name"]


def test_all_claims_are_there(found):
    assert [claim["number"] for claim in found["claims"]] == list(range(1, 21))
    smooth = next(claim for claim in found["claims"] if claim["name"] == "smooth")
    assert {"mish", "relu", "swish"} <= set(smooth["functions"])
    words = {"holds", "does not hold", "cannot be told"}
    assert all(row["word"] in words for claim in found["claims"] for part in claim["parts"] for row in part["rows"])


def test_measured_figures_are_those_of_the_pages(found, entries):
    dtypes = {each["dtype"]: each["errors"] for each in entries["gelu"]["accuracy"]}
    assert list(dtypes) == ["float16", "bfloat16", "float32", "float64"]
    assert re.fullmatch(r"0\.\d\d / 0\.\d\d", dtypes["float32"]["softknee"])
    assert "torch" in dtypes["float32"]
    times = entries["mish"]["speed"]
    assert {(each["what"], each["elements"]) for each in times} == {
        (what, size) for what in ("forward", "forward + backward") for size in ("3e7", "1e5")
    }
    assert all(float(value) > 0 for each in times for value in each["times"].values())
    assert found["measured"]["accuracy"].startswith("20")
    assert "softknee" in found["measured"]["speed"]


def test_what_others_call_it_is_there(entries):
    libraries = {each["library"] for each in entries["leaky_relu"]["elsewhere"]}
    assert {"PyTorch", "JAX", "Keras", "NNlib.jl"} <= libraries


def test_places_on_the_map_are_apart_and_within(entries):
    places = [entry["place"] for entry in entries.values() if entry["place"]]
    assert all(-1 <= value <= 1 for place in places for value in place)
    assert len(set(places)) == len(places) == len(entries)

    def distance(one, other):
        return sum((a - b) ** 2 for a, b in zip(entries[one]["place"], entries[other]["place"])) ** 0.5

    assert distance("silu", "mish") < distance("silu", "tanh")
    assert distance("tanh", "erf") < distance("tanh", "relu")
    assert distance("softmax", "sigmoid") < distance("softmax", "relu")


def test_places_of_equal_functions_are_apart():
    def made(number):
        def same(x):
            return x * knee.ops.sigmoid(x)

        same.__name__ = f"same_{number}"
        return knee.activation(same)

    places = list(positions([made(number) for number in range(150)]).values())
    assert len(set(places)) == 150
    assert all(-1 <= value <= 1 for place in places for value in place)


def test_the_table_of_ops_is_the_librarys(found):
    series = {"lgamma", "digamma", "trigamma", "tetragamma", "pentagamma"}
    assert set(found["ops"]) == set(OPS) - series
    assert found["ops"]["pow"]["lower"][0] == "where"
    assert found["ops"]["sin"] == {"arity": 1, "partials": [["cos", "0"]]}
    assert found["ops"]["gt"]["partials"] is None
    x = symbol("x")
    assert tree(knee.where(x > 0, 2 * x, Fraction(1, 2))) == ["where", ["gt", "x", 0], ["mul", 2, "x"], 0.5]


def test_the_doctor_is_the_librarys(found):
    assert set(found["doctor"]["rules"]) == set(RULES)
    assert found["doctor"]["thresholds"]["VANISHING"] == 1e-3


@knee.activation
def strange(x):
    """</script><script>alert(1)</script> \u2028"""
    return x


@pytest.fixture(scope="module")
def written():
    built_app()
    return contents([strange])


def test_the_scripts_say_nothing_else_than_the_data(found, written, tmp_path):
    text = written["data.js"].decode()
    assert "</" not in text
    (tmp_path / "data.cjs").write_text(text)
    shown = "JSON.stringify(softkneeData, (k, v) => typeof v === 'number' && !Number.isFinite(v) ? String(v) : v)"
    (tmp_path / "run.cjs").write_text(f'require("./data.cjs");console.log({shown});')
    done = subprocess.run([program("node"), tmp_path / "run.cjs"], capture_output=True, text=True, check=True)
    first, expected = json.loads(done.stdout)["functions"][0], found["functions"][0]
    assert {**first, "place": None} == json.loads(json.dumps({**expected, "place": None}), parse_constant=str)


def test_a_hostile_text_ends_no_script(written):
    text = written["data.js"].decode()
    assert "alert(1)" in text
    assert "</script>" not in text
    assert "\u2028" not in text


def test_own_functions_of_a_module(tmp_path, monkeypatch):
    monkeypatch.syspath_prepend(tmp_path)
    (tmp_path / "mine_for_atlas.py").write_text(
        "import softknee as knee\nfrom softknee import relu\n\n"
        "@knee.activation(k=knee.Parameter(2.0))\ndef bent(x, k):\n"
        '    """Bent: steeper above zero."""\n    return knee.where(x > 0, k * x, x)\n\nagain = bent\n'
    )
    import mine_for_atlas

    (found,) = own_functions([mine_for_atlas])
    assert found.name == "bent"
    entry = data([knee.relu, found])["functions"][1]
    assert entry["facts"]["kinks"] == [0.0]
    assert "from mine_for_atlas import bent" in entry["code"]["NumPy"]
    for backend in ("NumPy", "PyTorch", "PyTorch module", "JAX"):
        exec(compile(entry["code"][backend], f"bent, {backend}", "exec"), {})


def test_a_module_without_activations_or_with_a_taken_name_is_refused(tmp_path, monkeypatch):
    monkeypatch.syspath_prepend(tmp_path)
    (tmp_path / "empty_for_atlas.py").write_text("x = 1\n")
    (tmp_path / "taken_for_atlas.py").write_text(
        "import softknee as knee\n\n@knee.activation\ndef relu(x):\n    return x\n"
    )
    import empty_for_atlas
    import taken_for_atlas

    with pytest.raises(ArgumentError, match="empty_for_atlas"):
        own_functions([empty_for_atlas])
    with pytest.raises(ArgumentError, match="relu, a name that is taken"):
        own_functions([taken_for_atlas])
