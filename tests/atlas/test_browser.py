"""The pages in a real browser: they render, move, agree with the oracle, and ask nobody else for anything."""

import re
from urllib.parse import quote, unquote

import numpy as np
import pytest

import softknee as knee
from softknee.atlas.build import contents
from softknee.atlas.serve import served
from softknee.functions.axiswise import Axiswise
from softknee.functions.elementwise import Activation
from softknee.language.derivative import derivative
from softknee.targets.mpmath import exact
from tests.needed import ROOT, built_app, lacks

from .browser import DRAWN, Visit, chromium

LISTS = ["find", "guide", "compare", "map", "timeline", "lab", "formula", "claims"]
SOME = [
    *LISTS,
    "f/gelu",
    "f/prelu",
    "f/swiglu",
    "f/softmax",
    "f/maxout",
    "compare?of=elu(alpha=0.3),relu,gelu,silu,mish,tanh,sine,leaky_relu,leaky_relu(negative_slope=0.2),softplus,glu",
    "claims/vanishing",
    "guide?where=hidden",
    "f/no_such",
]
CJK = re.compile(r"[\u3400-\u9fff]")
FOUND = "#formula-problem"
# What a page says in words of its own: headings, controls, and what a screen reader is told.
HEARD = """() => {
  const spoken = "h1, h2, legend, button, nav a, label > .name, .summary, .hint, footer, th";
  const texts = [...document.querySelectorAll(spoken)].map((e) => e.textContent);
  for (const e of document.querySelectorAll("[aria-label], [placeholder], [title]"))
    texts.push(e.getAttribute("aria-label"), e.getAttribute("placeholder"), e.getAttribute("title"));
  return texts.filter((text) => text && /[A-Za-z]{3}/.test(text));
}"""


@pytest.fixture(scope="module")
def files():
    built_app()
    return contents()


@pytest.fixture(scope="module")
def address(files):
    with served(files) as found:
        yield found


@pytest.fixture(scope="module")
def browser():
    with chromium() as found:
        yield found


@pytest.fixture
def visit(browser, address):
    found = Visit(browser, address)
    yield found
    assert found.troubles == []
    assert all(url.startswith((address, "data:")) for url in found.requests)
    found.close()


# -- all pages ----------------------------------------------------------------------------------
@pytest.mark.parametrize("language", ["en", "zh"])
def test_every_page_renders_without_a_complaint(visit, language):
    # What a page says is the catalogue's own in both languages; how it is put is the same for all.
    names = knee.names() if language == "en" else knee.names()[::4]
    for place in (*SOME, *(f"f/{name}" for name in names)):
        page = visit.go(f"{language}/{place}")
        assert page.inner_text("h1").strip(), place
        assert page.get_attribute("html", "lang") == {"en": "en", "zh": "zh-Hans"}[language]
        if place.startswith("f/") and place[2:] in knee.names():
            assert place[2:] in page.inner_text("h1")
            assert page.locator("svg path.line").count() >= 1, place
            assert page.locator("math").count() >= 1, place
        assert visit.troubles == [], place


def test_english_pages_are_english_and_chinese_ones_chinese(visit):
    # Names, code and formulas are the same in both languages.
    libraries = "NumPy|JAX|ONNX( Runtime)?|PyTorch( module)?|Keras|NNlib.jl|SciPy|NumExpr"
    same = re.compile(rf"^(English|{libraries}|[a-z0-9_.=,/*<>() √]+|softknee .*)$")
    for place in SOME:
        page = visit.go(f"en/{place}")
        text = page.inner_text("body").replace("中文", "").replace("（", "(")
        assert not CJK.search(text), (place, CJK.search(text))
        page = visit.go(f"zh/{place}")
        heard = page.evaluate(HEARD)
        wrong = [text for text in heard if not CJK.search(text) and not same.match(text.strip())]
        assert wrong == [], place


def test_pages_fit_a_phone(browser, address):
    phone = Visit(browser, address, width=390, height=844, has_touch=True, is_mobile=True)
    for language in ("en", "zh"):
        for place in SOME:
            page = phone.go(f"{language}/{place}")
            assert page.evaluate("document.documentElement.scrollWidth") <= 390, (language, place)
    assert phone.troubles == []
    phone.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_no_serious_fault(browser, address, scheme):
    source = ROOT / "web" / "node_modules" / "axe-core" / "axe.min.js"
    if not source.is_file():
        lacks("axe-core (npm ci in web/)")
    visit = Visit(browser, address, color_scheme=scheme)
    for place in SOME:
        page = visit.go(f"{'en' if scheme == 'light' else 'zh'}/{place}")
        if not page.evaluate("'axe' in window"):
            page.evaluate(source.read_text(encoding="utf-8"))
        found = page.evaluate("axe.run()")["violations"]
        serious = [each for each in found if each["impact"] in ("serious", "critical")]
        told = [(each["id"], each["help"], [node["html"][:160] for node in each["nodes"][:3]]) for each in serious]
        assert told == [], place
    visit.close()


def test_it_opens_from_a_disk(browser, files, tmp_path):
    for name, content in files.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(content)
    visit = Visit(browser, (tmp_path / "index.html").as_uri())
    page = visit.go("en/f/mish")
    assert page.locator("svg path.line").count() >= 2
    assert visit.troubles == []
    assert all(url.startswith(("file:", "data:")) for url in visit.requests)
    visit.close()


def test_the_shell_is_small():
    import gzip

    app = built_app()
    size = sum(len(gzip.compress(path.read_bytes())) for path in app.rglob("*") if path.is_file())
    assert size < 300_000


def test_nothing_is_evaluated_from_text():
    text = (built_app() / "app.js").read_text(encoding="utf-8")
    assert not re.search(r"\beval\s*\(|\bnew Function\b|\bFunction\s*\(", text)


# -- the plot ---------------------------------------------------------------------------------------
def settle(page):
    """Let the page draw what has changed."""
    page.evaluate(DRAWN)


def point_at(page, share):
    """Move the pointer to a share of the plot's width."""
    box = page.locator("rect.touch").bounding_box()
    page.mouse.move(box["x"] + share * box["width"], box["y"] + box["height"] / 2)


def readout(page):
    """The place of the pointer and the values there, by series."""
    settle(page)
    at = float(page.get_attribute(".readout", "data-x"))
    values = page.eval_on_selector_all(
        ".readout .value", "all => Object.fromEntries(all.map((e) => [e.dataset.series, Number(e.dataset.value)]))"
    )
    return at, values


def expected(definition, arguments, order):
    """The oracle's value of a derivative of the textbook's expression by its last input."""
    root = definition.textbook
    for _ in range(order):
        root = derivative(root, definition.inputs[-1])
    return float(exact(root, arguments))


def test_values_under_the_pointer_agree_with_the_oracle(visit):
    for name in knee.names():
        definition = knee.get(name).definition
        if isinstance(knee.get(name), Axiswise):
            continue
        page = visit.go(f"en/f/{name}?show=value,slope,curvature")
        numbers = {key: float(p.default) for key, p in definition.numeric_parameters.items()}
        for share in (0.31, 0.742):
            point_at(page, share)
            at, values = readout(page)
            arguments = {**dict.fromkeys(definition.inputs, 1.0), definition.inputs[-1]: at, **numbers}
            for order, spec in enumerate(("value", "slope", "curvature")):
                wanted = expected(definition, arguments, order)
                assert values[spec] == pytest.approx(wanted, rel=1e-6, abs=1e-9), (name, spec, at)


def test_the_readout_shows_what_it_has_read(visit):
    page = visit.go("en/f/tanh")
    point_at(page, 0.7)
    at, values = readout(page)
    text = page.inner_text(".readout")
    assert f"f(x) = {values['value']:.6g}" in text
    assert f"x = {at:.4g}" in text


def test_sliders_move_the_curve_and_the_address(visit):
    page = visit.go("en/f/elu")
    before = page.get_attribute("svg path.line.c1", "d")
    slider = page.locator("#slide-alpha")
    slider.focus()
    for _ in range(40):
        page.keyboard.press("ArrowRight")
    after = page.get_attribute("svg path.line.c1", "d")
    assert after != before
    alpha = float(re.search(r"alpha=([\d.]+)", page.url)[1])
    assert alpha > 1
    point_at(page, 0.3)
    at, values = readout(page)
    assert values["value"] == pytest.approx(float(knee.elu(at, alpha=alpha)), rel=1e-6)
    page.click("text=Parameters >> xpath=.. >> button")
    assert "alpha" not in page.url
    assert page.get_attribute("svg path.line.c1", "d") == before


@pytest.mark.parametrize("name", ["hardtanh", "rrelu", "srelu"])
def test_a_slider_takes_the_one_along_that_it_is_tied_to(visit, name):
    page = visit.go(f"en/f/{name}")
    for at in range(page.locator(".sliders input[type=range]").count()):
        slider = page.locator(".sliders input[type=range]").nth(at)
        for key, end in (("End", "max"), ("Home", "min")):
            slider.press(key)
            settle(page)
            assert page.locator(".notice").count() == 0
            assert float(slider.input_value()) == pytest.approx(float(slider.get_attribute(end)), abs=1e-3)


def test_the_normal_input_gives_the_computed_moments(visit):
    page = visit.go("en/f/selu")
    mean, std, gradient = (outcome(page, key) for key in ("mean", "std", "gradient"))
    assert mean == pytest.approx(0, abs=1e-5)
    assert std == pytest.approx(1, abs=1e-5)
    assert gradient == pytest.approx(1 / knee.selu.gain("backward"), abs=1e-5)
    page = visit.go("en/f/relu?input=1,2")
    found = knee.relu(2 * np.random.default_rng(0).standard_normal(400_000) + 1)
    assert outcome(page, "mean") == pytest.approx(found.mean(), rel=0.01)
    assert outcome(page, "std") == pytest.approx(found.std(), rel=0.01)


def test_a_mean_that_cancels_is_shown_as_zero(visit):
    page = visit.go("en/f/cube")
    assert page.inner_text("[data-outcome=mean]") == "0"


def outcome(page, key):
    return float(page.get_attribute(f"[data-outcome={key}]", "data-value"))


def test_zoom_pan_keys_and_the_way_back(visit):
    page = visit.go("en/f/hardswish")
    labels = page.locator(".axis text").all_inner_texts()
    page.click("button[aria-label='Zoom in']")
    assert page.locator(".axis text").all_inner_texts() != labels
    box = page.locator("rect.touch").bounding_box()
    page.mouse.move(box["x"] + 300, box["y"] + 100)
    page.mouse.down()
    page.mouse.move(box["x"] + 380, box["y"] + 120, steps=4)
    page.mouse.up()
    visit.wait("location.hash.includes('view=')")
    link = page.url
    zoomed = page.locator(".axis text").all_inner_texts()
    page.click("button[aria-label='Show all']")
    assert page.locator(".axis text").all_inner_texts() == labels
    assert "view=" not in page.url
    page.goto("about:blank")
    page.goto(link)
    assert page.locator(".axis text").all_inner_texts() == zoomed
    page.focus(".plot svg")
    page.keyboard.press("ArrowRight")
    first, _ = readout(page)
    page.keyboard.press("ArrowRight")
    assert readout(page)[0] > first
    page.keyboard.press("0")
    assert page.locator(".axis text").all_inner_texts() == labels


def test_the_pointer_finds_a_kink_and_the_slope_there_is_that_from_the_left(visit):
    page = visit.go("en/f/relu")
    box = page.locator("rect.touch").bounding_box()
    page.mouse.move(box["x"] + box["width"] / 2 + 2, box["y"] + 50)
    at, values = readout(page)
    assert at == 0
    assert values == {"value": 0, "slope": 0}


def test_dead_and_saturated_zones_are_shaded(visit):
    page = visit.go("en/f/relu")
    assert page.locator(".zone.dead").count() == 1
    page = visit.go("en/f/tanh")
    assert page.locator(".zone.saturated").count() == 2
    page = visit.go("en/f/gelu")
    assert page.locator(".zone.saturated").count() == 1  # the dip is no saturation
    page = visit.go("en/f/leaky_relu?negative_slope=0.3")
    assert page.locator(".zone").count() == 0


def test_values_are_read_aloud_for_keys_and_not_while_a_pointer_moves(visit):
    page = visit.go("en/f/gelu")
    point_at(page, 0.4)
    live = page.locator(".readout [aria-live]")
    assert live.get_attribute("aria-live") == "off"
    page.focus(".plot svg")
    page.keyboard.press("ArrowRight")
    assert live.get_attribute("aria-live") == "polite"
    assert live.get_attribute("aria-atomic") == "true"
    assert "f(x) =" in live.inner_text()
    assert "saturated" not in live.inner_text()
    page = visit.go("en/compare?of=relu,tanh")
    live = page.locator(".readout [aria-live]")
    point_at(page, 0.7)
    assert live.get_attribute("aria-live") == "off"
    assert page.locator(".readout output").count() == 0  # each would be read
    page.focus(".plot svg")
    page.keyboard.press("ArrowRight")
    at, _ = readout(page)
    assert f"relu = {at:.6g}" in live.text_content()


def test_a_click_on_the_plot_leaves_the_address_alone(visit):
    page = visit.go("en/f/gelu")
    point_at(page, 0.4)
    page.mouse.down()
    page.mouse.up()
    assert "view" not in page.url


def test_a_logarithmic_slider_says_its_value(visit):
    page = visit.go("en/f/gelu?input=0,10")
    assert page.locator(".distribution input[type=range]").nth(1).get_attribute("aria-valuetext") == "10"


def test_code_is_copied(browser, address):
    visit = Visit(browser, address, permissions=["clipboard-read", "clipboard-write"])
    page = visit.go("en/f/mish")
    page.click("role=tab[name='JAX']")
    page.click("role=button[name='Copy: JAX']")
    page.wait_for_selector("[role=tabpanel] button >> text=Copied")  # a browser copies in its own time
    assert "jax.jit(knee.mish)" in page.evaluate("navigator.clipboard.readText()")
    visit.close()


# -- links -------------------------------------------------------------------------------------------
def test_links_restore_what_they_show(visit):
    page = visit.go("en/f/elu?alpha=0.3&show=value,curvature&input=1,0.5")
    assert float(page.input_value("input[type=number]")) == 0.3
    checked = page.eval_on_selector_all(".faces input", "all => all.map((e) => e.checked)")
    assert checked == [True, False, True]
    assert page.locator(".distribution output").all_inner_texts() == ["1", "0.5"]
    page = visit.go("en/compare?of=tanh,softsign&show=slope")
    assert chosen(page) == ["tanh", "softsign"]
    point_at(page, 0.5)
    assert readout(page)[1]["tanh"] == pytest.approx(1, abs=1e-4)
    page.click("role=button[name='Remove tanh']")
    assert "of=softsign" in page.url
    page.select_option("select", "erf")
    assert "of=softsign,erf" in unquote(page.url)
    page.click("nav + .settings a")
    assert page.url.endswith("#/zh/compare?of=softsign,erf&show=slope")
    assert chosen(page) == ["softsign", "erf"]


def test_compare_and_gates_and_functions_along_an_axis(visit):
    page = visit.go("en/compare?of=relu,softmax,no_such")
    notices = page.locator(".notice").all_inner_texts()
    assert any("no_such" in text for text in notices)
    assert any("softmax" in text and "axis" in text for text in notices)
    assert page.locator(".chosen").count() == 1


def chosen(page):
    """What Compare draws, as its address has it."""
    return page.eval_on_selector_all(".chosen", "all => all.map((e) => e.dataset.series)")


def test_compare_draws_a_function_at_any_parameters_and_more_than_once(visit):
    both = ["leaky_relu", "leaky_relu(negative_slope=0.2)", "elu(alpha=0.3)", "gelu(approximate=tanh)"]
    page = visit.go(f"en/compare?of={','.join(both)}")
    assert page.locator(".notice").count() == 0
    assert chosen(page) == both
    point_at(page, 0.3)
    at, values = readout(page)
    wanted = (knee.leaky_relu(at), knee.leaky_relu(at, negative_slope=0.2), knee.elu(at, alpha=0.3))
    assert [values[name] for name in both[:3]] == pytest.approx([float(each) for each in wanted])
    assert values[both[3]] == pytest.approx(float(knee.gelu(at, approximate="tanh")))
    page.click(".chosen button >> nth=0")
    page.locator("#slide-negative_slope").press("End")
    assert chosen(page) == ["leaky_relu(negative_slope=3.01)", *both[1:]]
    assert f"of=leaky_relu(negative_slope=3.01),{','.join(both[1:])}" in page.url
    page.reload()
    assert chosen(page) == ["leaky_relu(negative_slope=3.01)", *both[1:]]
    page.select_option(".chooser select", "leaky_relu")
    assert chosen(page)[-1] == "leaky_relu"
    page.locator("#slide-negative_slope").press("End")
    assert chosen(page) == ["leaky_relu(negative_slope=3.01)", *both[1:], "leaky_relu(negative_slope=3.01)"]


def test_compare_draws_all_functions_and_tells_them_apart(visit):
    page = visit.go("en/compare")
    page.select_option(".chooser select", "*")
    wanted = {name for name in knee.names() if not isinstance(knee.get(name), Axiswise)}
    assert set(chosen(page)) == wanted
    assert len(chosen(page)) == len(wanted)
    look = """all => all.map((e) => {
        const { stroke, strokeDasharray, strokeWidth } = getComputedStyle(e);
        return [stroke, strokeDasharray, strokeWidth].join();
    })"""
    assert len(set(page.eval_on_selector_all(".chosen svg path", look))) == len(wanted)
    page.reload()
    assert set(chosen(page)) == wanted


def test_what_the_legend_or_the_pointer_is_on_stands_out(visit):
    page = visit.go("en/compare?of=relu,square,cube,tanh,erf,sine,elu,silu,mish&view=-5,5,-6,6")
    assert page.locator("path.lit").count() == 0
    page.hover(".chosen >> nth=1")
    assert page.locator("path.lit.c2").count() == 1
    assert page.locator(".dimmed path.line").count() >= 9
    page.mouse.move(0, 0)
    assert page.locator("path.lit").count() == 0
    page.locator(".chosen >> nth=2 >> button >> nth=0").focus()
    assert page.locator("path.lit.c3").count() == 1
    box = page.locator("rect.touch").bounding_box()
    page.mouse.move(box["x"] + 0.3 * box["width"], box["y"] + box["height"] * (6 - 4) / 12)
    settle(page)
    assert page.text_content(".pointer .name").startswith("square = ")
    assert page.locator(".chosen.lit").get_attribute("data-series") == "square"


def test_compares_zoom_is_in_the_address(visit):
    page = visit.go("en/compare?of=relu,elu")
    labels = page.locator(".axis text").all_inner_texts()
    page.click("button[aria-label='Zoom in']")
    visit.wait("location.hash.includes('view=')")
    zoomed, link = page.locator(".axis text").all_inner_texts(), page.url
    page.select_option(".chooser select", "mish")
    assert page.locator(".axis text").all_inner_texts() == zoomed
    page.click("role=button[name='Show all']")
    assert "view=" not in page.url
    page.goto("about:blank")
    page.goto(link)
    assert page.locator(".axis text").all_inner_texts() == zoomed
    page = visit.go("en/compare?of=relu,elu&view=-2,2,-1,1")  # a link from one view to another
    assert page.locator(".axis text").all_inner_texts() not in (labels, zoomed)
    page = visit.go("en/compare?of=relu,elu")
    assert page.locator(".axis text").all_inner_texts() == labels


def test_compare_of_nothing_stays_empty(visit):
    page = visit.go("en/compare")
    page.click("role=button[name='Clear']")
    assert chosen(page) == []
    page.reload()
    assert page.locator("p >> text=Choose a function").count() == 1
    assert chosen(page) == []


def test_compare_says_at_which_parameters_its_properties_are(visit):
    page = visit.go("en/compare?of=elu,relu")
    assert page.locator(".group").count() == 0
    page = visit.go("en/compare?of=elu(alpha=0.3),relu")
    groups = page.locator(".group").all_inner_texts()
    assert [("chosen" in text, "default" in text) for text in groups] == [(True, False), (False, True)]
    cells = page.locator("tr:has(th:text-is('mean of f')) td").all_inner_texts()
    wanted = (knee.elu.properties(alpha=0.3).mean, knee.relu.properties().mean)
    assert [float(cell) for cell in cells] == pytest.approx(wanted, abs=1e-4)
    cells = page.locator("tr:has(th:text('gains: forward')) >> nth=0 >> td").all_inner_texts()
    p = knee.elu.properties(alpha=0.3)
    wanted = [p.gain(kind) for kind in ("forward", "backward", "variance")]
    assert [float(gain) for gain in cells[0].split(", ")] == pytest.approx(wanted, rel=1e-3)


def test_a_functions_page_hands_its_parameters_to_compare(visit):
    page = visit.go("en/f/elu?alpha=0.3")
    page.click("main a >> text=Compare with others")
    assert chosen(page) == ["elu(alpha=0.3)"]
    page.click("thead a >> text=elu")
    assert page.url.endswith("#/en/f/elu?alpha=0.3")


def test_search_and_filters(visit):
    page = visit.go("en/find")
    page.fill("input[type=search]", "swish-1")
    assert page.locator(".cards strong").first.inner_text() == "silu"
    page.fill("input[type=search]", "")
    page.click("role=button[name='bounded']")
    page.click("role=button[name='no exponential']")
    shown = set(page.locator(".cards strong").all_text_contents())
    wanted = {name for name in knee.names() if isinstance(knee.get(name), Activation) and knee.get(name).is_bounded}
    assert shown == {name for name in wanted if name in shown}
    assert {"relu6", "softsign", "hardtanh"} <= shown
    assert not {"tanh", "relu", "gelu"} & shown
    page.click("role=button[name='Clear']")
    page.select_option("select", "periodic")
    assert set(page.locator(".cards strong").all_text_contents()) == {
        name for name in knee.names() if knee.get(name).family == "periodic"
    }
    page.fill("input[type=search]", "qqqq")
    assert "0 of" in page.inner_text(".count")


def test_kin_light_up_on_the_timeline(visit):
    page = visit.go("en/timeline")
    page.hover("a:has(text:text-is('swish'))")
    bright = page.eval_on_selector_all(".timeline a:not(.faint) > text", "all => all.map((e) => e.textContent)")
    assert {"sigmoid", "swish", "mish", "swiglu"} <= set(bright)
    assert "relu6" not in bright


def test_the_map_leads_to_the_functions(visit):
    page = visit.go("en/map")
    assert page.locator(".place").count() == len(knee.names())
    page.click("role=button[name='Periodic']")
    assert page.locator(".place:not(.faint)").count() == sum(
        knee.get(name).family == "periodic" for name in knee.names()
    )
    page.click(".place >> text=snake_beta")
    assert page.inner_text("h1").strip().startswith("snake_beta")


# -- the lab -------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("state", "rules"),
    [
        ("f=relu&init=he&depth=5", set()),
        ("f=sigmoid&depth=30", {"vanishing", "collapse"}),
        ("f=relu&init=other&gain=4&depth=40", {"exploding", "init"}),
        ("f=tanh&init=other&gain=0.2&depth=30", {"vanishing", "init"}),
        ("f=tanh&init=other&gain=9", {"exploding"}),
        ("f=tanh&init=other&gain=0.3&bias=3", {"saturated"}),
        ("f=relu&bias=-3", {"dead"}),
        ("f=square&depth=30&init=other&gain=3", {"non-finite"}),
    ],
)
def test_the_lab_says_what_the_doctor_would(visit, state, rules):
    page = visit.go(f"en/lab?{state}")
    found = set(page.eval_on_selector_all("[data-rule]", "all => all.map((e) => e.dataset.rule)"))
    assert rules <= found
    assert bool(found) == bool(rules)
    assert page.locator(".healthy").count() == (not rules)


def test_a_slope_of_a_third_is_not_saturated_and_one_of_a_hundredth_is(visit):
    for bias, slope in ((1.2, 0.305), (3.0, 0.0099)):
        assert knee.tanh.derivative(bias) == pytest.approx(slope, rel=0.01)
        page = visit.go(f"en/lab?f=tanh&init=other&gain=0.1&depth=2&bias={bias}")
        assert page.locator("[data-rule=saturated]").count() == (slope < 0.05)


def test_the_lab_moves_with_its_sliders(visit):
    page = visit.go("en/lab")
    before = page.get_attribute(".levels polyline.c1", "points")
    page.locator("input[type=range]").first.focus()
    page.keyboard.press("ArrowRight")
    assert "depth=11" in page.url
    assert page.get_attribute(".levels polyline.c1", "points") != before
    page.click("role=button[name='Draw again']")
    assert "seed=2" in page.url


def test_a_large_lab_is_computed_when_its_sliders_rest(visit):
    page = visit.go("en/lab?depth=60&width=128")
    bias = page.locator("input[type=range]").nth(2)
    before = page.get_attribute(".levels polyline.c1", "points")
    drawn = bias.evaluate("""async (slider) => {
        const points = () => document.querySelector(".levels polyline.c1").getAttribute("points");
        const seen = new Set();
        for (let k = 1; k <= 10; k++) {
            slider.value = k / 10;
            slider.dispatchEvent(new Event("input", { bubbles: true }));
            await Promise.resolve();
            seen.add(points());
        }
        return seen.size;
    }""")
    assert drawn == 1  # while it moves, what was there before is shown
    page.wait_for_selector(".results[aria-busy=false]")
    assert "bias=1" in page.url
    assert page.get_attribute(".levels polyline.c1", "points") != before


@pytest.mark.parametrize("state", ["depth=2.5", "width=8.5", "depth=2.5&width=9&seed=1e300", "scale=NaN&gain=-1"])
def test_the_lab_rounds_what_can_only_be_whole(visit, state):
    page = visit.go(f"en/lab?{state}")
    assert page.locator(".levels polyline.c1").count() == 1
    assert page.locator("[data-rule=non-finite]").count() == 0


def test_the_lab_keeps_signals_as_the_gain_promises(visit):
    for name in ("relu", "gelu", "tanh", "selu"):
        page = visit.go(f"en/lab?f={name}&depth=1&width=128")
        cells = page.locator("tbody td").all_text_contents()
        mean, std = (float(cell.replace("\u2212", "-")) for cell in cells[:2])
        # One layer with its own gain takes N(0, gain^2): sampled moments against sampled moments.
        z = knee.get(name).gain() * np.random.default_rng(0).standard_normal(200_000)
        wanted = knee.get(name)(z)
        assert mean == pytest.approx(wanted.mean(), abs=0.12)
        assert std == pytest.approx(wanted.std(), rel=0.12)


# -- one's own formula ------------------------------------------------------------------------------------
def definition_on(page):
    """The activation that the Python text on the page defines."""
    names = {}
    exec(compile(page.inner_text(".own .code code"), "page", "exec"), names)
    return names["my_activation"]


@pytest.mark.parametrize(
    ("formula", "state"),
    [
        ("x * sigmoid(beta * x)", "&p.beta=1.7"),
        ("where(x > 0, x, alpha * expm1(x))", "&p.alpha=0.4"),
        ("x*tanh(softplus(x))", ""),
        ("x if x > 1 else x ** 3 - 2", ""),
        ("max(x, 0)**2 / (1 + |x|)", ""),
        ("-x^2 + sqrt(1 + x^2) - erf(x)/pi", ""),
        ("x if x < -1 or (x > 1 and x < 2) else lambda * cos(x)", "&p.lambda=0.5"),
        ("0.5 * x * (1 + erf(x / sqrt(2)))", ""),
        ("log1p(exp(-x)) ** -2", ""),
    ],
)
def test_a_formula_is_the_same_function_in_python(visit, formula, state):
    page = visit.go(f"en/formula?f={quote(formula)}{state}")
    assert page.inner_text(FOUND) == ""
    own = definition_on(page)
    for share in (0.23, 0.41, 0.77):
        point_at(page, share)
        at, values = readout(page)
        assert values["value"] == pytest.approx(float(own(at)), rel=1e-9, abs=1e-12)
        assert values["slope"] == pytest.approx(float(own.derivative(at)), rel=1e-9, abs=1e-12)
        assert values["curvature"] == pytest.approx(float(own.derivative(at, order=2)), rel=1e-7, abs=1e-9)


@pytest.mark.parametrize(
    "formula",
    [
        "where(x >= 0, x, x / 10)",
        "x * where(x >= 0, 1, 0.1)",
        "where(exp(x) >= 1, 2 * x, x)",
        "where(-exp(x) > -1, 2 * x, x)",
        "where(x * x + x <= 0, x, 3 * x)",
        "where(exp(x) >= 1 and x < 3, 2 * x, x) * x",
    ],
)
def test_at_a_tie_a_formula_has_the_slopes_of_the_left(visit, formula):
    page = visit.go(f"en/formula?f={quote(formula)}")
    own = definition_on(page)
    page.focus(".plot svg")
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("ArrowRight")
    at, values = readout(page)
    assert at == 0
    assert values["slope"] == pytest.approx(float(own.derivative(0.0)))
    assert values["curvature"] == pytest.approx(float(own.derivative(0.0, order=2)))


@pytest.mark.parametrize(
    ("formula", "under", "said"),
    [
        ("x * sigmoi(x)", "sigmoi(x)", "no function sigmoi"),
        ("x + * 2", "*", "does not fit"),
        ("sin(x", "", "ends too early"),
        ("where(x, 1, 2)", "x", "no condition"),
        ("x > 1", "x > 1", "is a condition"),
        ("x ** 17", "17", "too large an exponent"),
        ("sin(x, 2)", "sin(x, 2)", "takes 1"),
        ("x $ 2", "$", "does not fit"),
        ("constructor(x)", "constructor(x)", "no function constructor"),
        ("__proto__(x)", "__proto__(x)", "no function"),
        ("1e999 * x", "1e999", "too large"),
        ("2x", "x", "does not fit"),
    ],
)
def test_an_error_is_shown_under_its_place(visit, formula, under, said):
    page = visit.go(f"en/formula?f={quote(formula)}")
    text, marks = page.text_content(f"{FOUND} pre").split("\n")
    assert text == formula
    start, end = marks.index("^"), len(marks)
    assert formula[start:end] == under
    assert said in page.inner_text(f"{FOUND} p")


def test_a_formulas_view_is_in_its_link_until_another_is_typed(visit):
    page = visit.go("en/formula?f=x*x&view=-1,2,-3,4")
    labels = page.locator(".axis text").all_inner_texts()
    page.click("button[aria-label='Zoom in']")
    visit.wait("!location.hash.includes('view=-1,2')")
    zoomed = page.locator(".axis text").all_inner_texts()
    assert zoomed != labels
    link = page.url
    page.goto("about:blank")
    page.goto(link)
    assert page.locator(".axis text").all_inner_texts() == zoomed
    page.fill(".formula-box input", "x*x*x")
    assert "view=" not in page.url


def test_typing_redraws_at_once(visit):
    page = visit.go("en/formula")
    page.fill(".formula-box input", "x * x")
    point_at(page, 0.9)
    at, values = readout(page)
    assert values["value"] == pytest.approx(at * at)
    page.fill(".formula-box input", "")
    assert "nothing to read" in page.inner_text(FOUND)
    page.fill(".formula-box input", "x+" * 300 + "x")
    assert "Too long" in page.inner_text(FOUND)


@pytest.mark.parametrize(
    ("formula", "said"),
    [
        ("(" * 190 + "x" + ")" * 190, ""),
        ("tanh(" * 60 + "x" + ")" * 60, ""),
        ("*".join(["x"] * 200), ""),
        ("*".join(["sigmoid(x)"] * 36), ""),
        ("where(x > 0, " * 20 + "x" + ", -x)" * 20, ""),
        ("((x^16)^16)^16", "more than 1500 operations"),
        ("(" * 9 + "x" + "^16)" * 9, "more than 1500 operations"),
    ],
)
def test_long_and_deep_formulas_do_not_freeze_the_page(visit, formula, said):
    page = visit.go(f"en/formula?f={quote(formula)}")
    assert said in page.inner_text(FOUND)
    assert page.locator("path.line").count() >= 3 or said


# -- bad input ---------------------------------------------------------------------------------------------
HOSTILE = "<img src=x onerror=window.hacked=1><script>window.hacked=1</script>"


@pytest.mark.parametrize(
    "place",
    [
        f"en/f/{quote(HOSTILE)}", f"en/{quote(HOSTILE)}", quote(HOSTILE), f"en/formula?f={quote(HOSTILE)}",
        f"en/compare?of={quote(HOSTILE)}", f"en/find?q={quote(HOSTILE)}", f"en/claims/{quote(HOSTILE)}",
        f"en/lab?f={quote(HOSTILE)}&depth={quote(HOSTILE)}", f"en/f/elu?alpha={quote(HOSTILE)}&view={quote(HOSTILE)}",
        f"en/compare?of=elu(alpha={quote(HOSTILE)}),elu(__proto__=1,constructor=2)&view={quote(HOSTILE)}",
        f"en/f/elu?__proto__={quote(HOSTILE)}&constructor=1", "en/f/%E0%A4%A", "en/guide?where=__proto__",
    ],
)  # fmt: skip
def test_nothing_hostile_is_executed(visit, place):
    page = visit.go(place)
    assert page.evaluate("window.hacked") is None
    assert page.locator("main img").count() == 0
    assert page.locator("main script").count() == 0


@pytest.mark.parametrize(
    ("place", "said"),
    [
        ("en/f/gellu", "There is no function or page called"),
        ("zh/f/gellu", "没有名为“gellu”的函数或页面"),
        ("en/f/elu?alpha=-1", "cannot be: alpha"),
        ("en/f/elu?alpha=ten", "cannot be: alpha"),
        ("en/f/hardtanh?min_val=3", "min_val < max_val"),
        ("en/f/gelu?approximate=never", "cannot be: approximate"),
        ("en/f/glu?a=much", "cannot be: a."),
        ("en/f/gelu?input=zero,one", "cannot be: input."),
        ("en/f/gelu?view=0,1e-300,0,1e-300", "cannot be: view."),
        ("en/f/gelu?view=-1,1,-1e308,1e308", "cannot be: view."),
        ("en/formula?f=a*x&p.a=much&view=1", "cannot be: a, view."),
        ("en/formula?f=x&input=0,none", "cannot be: input."),
        ("en/compare?of=elu(alpha=-1),relu", "cannot be: elu: alpha."),
        ("en/compare?of=elu(beta=1),relu", "cannot be: elu: beta."),
        ("en/compare?of=hardtanh(min_val=3)", "min_val < max_val"),
        ("en/compare?of=elu(alpha=1,relu", "No function is called elu(alpha=1,relu"),
        ("zh/compare?of=elu(alpha=ten)", "链接中的取值不可用：elu: alpha"),
        ("en/compare?view=1,1,0,0", "cannot be: view."),
        ("en/lab?f=softmax", "No function is called softmax"),
        ("en/claims/none", "No claim is called"),
        ("en/nowhere/at/all", "There is no function or page called"),
    ],
)
def test_what_cannot_be_shown_is_said_plainly(visit, place, said):
    page = visit.go(place)
    assert said in page.inner_text("main")


def test_a_long_address_is_not_shown_in_full(visit):
    for place in ("en/f/", "en/compare?of=", "en/compare?of=elu(", "en/lab?f=", "en/claims/"):
        page = visit.go(place + "a" * 50_000)
        assert len(page.inner_text("main")) < 10_000, place


def test_a_near_miss_leads_to_the_function(visit):
    page = visit.go("en/f/gellu")
    page.click("main a >> text=gelu")
    assert page.inner_text("h1").strip() == "gelu"


# -- the frame ---------------------------------------------------------------------------------------------
def test_colours_can_be_chosen_and_are_kept(visit):
    page = visit.go("en/find")
    background = "getComputedStyle(document.body).backgroundColor"
    light = page.evaluate(background)
    page.click(".settings button")
    page.click(".settings button")
    dark = page.evaluate(background)
    assert dark != light
    page.reload()
    assert page.evaluate(background) == dark


def test_the_guide_leads_to_a_function(visit):
    page = visit.go("en/guide")
    for _ in range(5):
        if page.locator(".choices").count():
            break
        page.click(".question button >> nth=0")
    assert page.locator(".choice").count() >= 1
    assert page.locator(".choice .hint").first.inner_text().startswith("Evidence:")
    page.click("role=button[name='Start again']")
    assert page.locator(".choices").count() == 0


def test_the_guide_and_compare_keep_the_keyboard_where_it_was(visit):
    page = visit.go("en/guide")
    for answered in (1, 2):
        page.locator(".question button").first.focus()
        page.keyboard.press("Enter")
        visit.wait(f"document.querySelectorAll('.asked li').length === {answered}")
        assert page.evaluate("document.activeElement.matches('.question, .choices h2')")
    page.locator(".asked button").first.press("Enter")
    assert page.evaluate("document.activeElement.matches('.question')")
    page = visit.go("en/compare")
    page.locator(".chosen button.quiet").first.press("Enter")
    visit.wait("document.activeElement.matches('.chooser select')")


def test_every_link_within_the_atlas_leads_somewhere(visit):
    seen = set()
    for place in SOME:
        page = visit.go(f"en/{place}")
        seen |= set(page.eval_on_selector_all("a[href^='#/']", "all => all.map((e) => e.getAttribute('href'))"))
    # The functions' own pages are visited by another test.
    functions = {link for link in seen if link.startswith("#/en/f/") and "?" not in link}
    assert {link.removeprefix("#/en/f/") for link in functions} <= set(knee.names())
    assert len(functions) == len(knee.names())
    for link in sorted(seen - functions):
        page = visit.go(link.removeprefix("#/"))
        assert "Nothing is here" not in page.inner_text("h1"), link
        assert page.locator(".notice").count() == 0, link


def test_the_keyboard_reaches_the_content_first(visit):
    page = visit.go("en/find")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"
