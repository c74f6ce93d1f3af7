/** A formula of one's own: read by a grammar, drawn, differentiated, and given back as a Python definition. */
import { useMemo, useState } from "preact/hooks";
import { roots, type Curve } from "../curve/bound";
import { outcome } from "../curve/normal";
import { readView, viewOf } from "../curve/view";
import { zones } from "../curve/zones";
import { data, type Tree } from "../data";
import { FormulaError, parse, SyntaxError } from "../formula/grammar.peggy";
import { Formula } from "../formula/mathml";
import { definition } from "../formula/python";
import { compiled, derivative, differences, isLarger, namesOf, simplified } from "../formula/tree";
import { Code } from "../view/code";
import { Distribution, isWrongInput, readInput } from "../view/distribution";
import { useWords } from "../view/language";
import { Notice } from "../view/notice";
import { Plot, type Series } from "../view/plot";
import { Slider } from "../view/sliders";
import type { PageProps } from "./page";

const USUAL = "x * sigmoid(beta * x)";
const LONGEST = 400;
// Powers are written out as products: a short text may stand for more ops than any page could draw.
const MOST_OPS = 1500;
// A formula beyond this many ops is no help to a reader; its curve is drawn all the same.
const READABLE = 60;
const EXAMPLES = [
  USUAL,
  "where(x > 0, x, alpha * expm1(x))",
  "x * tanh(softplus(x))",
  "x if x > 1 else x ** 3",
  "max(x, 0) ** 2",
];
const arity = Object.fromEntries(Object.entries(data.ops).map(([name, op]) => [name, op.arity]));
for (const name of ["add", "sub", "mul", "div", "neg", "gt", "ge", "lt", "le", "eq", "and", "or", "nan", "pi"])
  delete arity[name];

interface Problem {
  kind: string;
  what: string;
  from: number;
  to: number;
}

type Read = { tree: Tree } | { problem: Problem };

/** A formula's tree, or what is wrong with it and where. */
export function readFormula(text: string): Read {
  const all = { from: 0, to: text.length };
  if (text.trim() === "") return { problem: { kind: "empty", what: "", ...all } };
  if (text.length > LONGEST)
    return { problem: { kind: "long", what: String(LONGEST), from: LONGEST, to: text.length } };
  try {
    const tree = parse(text, { arity });
    if (isLarger(tree, MOST_OPS)) return { problem: { kind: "large", what: String(MOST_OPS), ...all } };
    return { tree: simplified(tree) };
  } catch (error) {
    if (!(error instanceof FormulaError) && !(error instanceof SyntaxError)) throw error;
    const { start, end } = error.location;
    const place = { from: start.offset, to: Math.max(end.offset, start.offset + 1) };
    if (error instanceof FormulaError) return { problem: { kind: error.kind, what: error.what, ...place } };
    return { problem: { kind: error.found === null ? "end" : "unexpected", what: error.found ?? "", ...place } };
  }
}

export function FormulaPage({ route, setState }: PageProps) {
  const words = useWords();
  const { state } = route;
  const text = state.f ?? USUAL;
  const found = useMemo(() => readFormula(text), [text]);
  const problem = "problem" in found ? found.problem : undefined;
  // Another formula is seen whole.
  const ask = (f: string) => setState({ f: f === USUAL ? undefined : f, view: undefined });
  return (
    <article class="own">
      <h1>{words.formulaTitle}</h1>
      <p class="summary">{words.formulaText}</p>
      <label class="formula-box">
        <span>f(x) =</span>
        <input
          type="text"
          spellcheck={false}
          autocomplete="off"
          autocapitalize="off"
          value={text}
          aria-invalid={problem !== undefined}
          aria-describedby="formula-problem"
          onInput={(event) => ask(event.currentTarget.value || " ")}
        />
      </label>
      <div id="formula-problem" class="problem" role="status">
        {problem && (
          <>
            <pre>
              {text}
              {"\n"}
              {" ".repeat(problem.from)}
              {"^".repeat(Math.max(1, Math.min(problem.to, text.length + 1) - problem.from))}
            </pre>
            <p>{words.formulaProblem[problem.kind]!(problem.what)}</p>
          </>
        )}
      </div>
      <p class="examples">
        {words.examples}{" "}
        {EXAMPLES.map((each) => (
          <button key={each} type="button" class="quiet" onClick={() => ask(each)}>
            <code>{each}</code>
          </button>
        ))}
      </p>
      {"tree" in found && <Drawn tree={found.tree} route={route} setState={setState} />}
      <details>
        <summary>{words.formulaHelp}</summary>
        <p>{words.formulaGrammar}</p>
        <p>
          {[...Object.keys(arity), "abs", "max", "min", "relu", "log_sigmoid", "pi"].sort().map((name) => (
            <>
              <code key={name}>{name}</code>{" "}
            </>
          ))}
        </p>
      </details>
    </article>
  );
}

function Drawn({ tree, route, setState }: PageProps & { tree: Tree }) {
  const words = useWords();
  const { state } = route;
  const [name, setName] = useState("my_activation");
  const parameters = [...namesOf(tree)].filter((each) => each !== "x");
  const asked = (each: string) => state[`p.${each}`];
  const values = Object.fromEntries(parameters.map((each) => [each, finite(asked(each)) ?? 1]));
  const wrong = parameters.filter((each) => asked(each) !== undefined && finite(asked(each)) === undefined);
  if (isWrongInput(state)) wrong.push("input");
  if (state.view !== undefined && !readView(state.view)) wrong.push("view");
  const key = JSON.stringify(tree);
  const slope = useMemo(() => simplified(derivative(tree, "x")), [key]);
  const bound = useMemo((): Curve => {
    const names = ["x", ...parameters];
    const numbers = parameters.map((each) => values[each]!);
    const of = (part: Tree) => {
      const run = compiled(part, names);
      return (x: number) => run(x, ...numbers);
    };
    const first = of(slope);
    const breaks = differences(tree, "x").map(of);
    return {
      value: of(tree),
      slope: first,
      right: first,
      curvature: of(derivative(slope, "x")),
      breaks: (low, high) => roots(breaks, low, high),
    };
  }, [key, JSON.stringify(values)]);
  const series = useMemo(
    (): Series[] => [
      { name: "value", label: "f(x)", f: bound.value, breaks: bound.breaks, colour: 1 },
      { name: "slope", label: "f′(x)", f: bound.slope, breaks: bound.breaks, colour: 2, dash: 1 },
      { name: "curvature", label: "f″(x)", f: bound.curvature, breaks: bound.breaks, colour: 3, dash: 1 },
    ],
    [bound],
  );
  const start = useMemo(() => viewOf([bound.value, bound.slope], -5, 5, [-1.2, 1.2]), [key]);
  const input = readInput(state);
  const output = useMemo(
    () => (input ? (low: number, high: number) => outcome(bound, input.mean, input.std, low, high) : undefined),
    [bound, input?.mean, input?.std],
  );
  const zoned = useMemo(() => (low: number, high: number) => zones(bound, low, high), [bound]);
  const choice = { if: words.if, otherwise: words.otherwise };
  const isName = /^[A-Za-z_][A-Za-z0-9_]*$/.test(name);
  return (
    <>
      <section class="moved">
        {wrong.length > 0 && <Notice>{words.wrongParameter(wrong.join(", "))}</Notice>}
        <Plot
          key={key}
          label={words.plotOf("f")}
          series={series}
          start={start}
          view={state.view}
          onView={(view) => setState({ view })}
          zones={zoned}
          tangent={{ f: bound.value, slope: bound.slope }}
          input={input}
          output={output}
        />
        <div class="controls">
          {parameters.length > 0 && (
            <fieldset class="sliders">
              <legend>{words.parameters}</legend>
              {parameters.map((each) => (
                <Slider
                  key={each}
                  parameter={{ name: each, default: 1 }}
                  value={values[each]!}
                  onChange={(value) =>
                    setState({ [`p.${each}`]: value === 1 ? undefined : String(Number(value.toPrecision(5))) })
                  }
                />
              ))}
            </fieldset>
          )}
          <Distribution bound={bound} state={state} setState={setState} />
        </div>
      </section>
      <div class="columns">
        <section>
          <h2>{words.formula}</h2>
          <div class="formula">
            <Formula
              left={
                <mrow>
                  <mi>f</mi>
                  <mo>(</mo>
                  <mi>x</mi>
                  <mo>)</mo>
                </mrow>
              }
              tree={tree}
              words={choice}
            />
          </div>
          {!isLarger(slope, READABLE) ? (
            <div class="formula">
              <Formula
                left={
                  <mrow>
                    <msup>
                      <mi>f</mi>
                      <mo>′</mo>
                    </msup>
                    <mo>(</mo>
                    <mi>x</mi>
                    <mo>)</mo>
                  </mrow>
                }
                tree={slope}
                words={choice}
              />
            </div>
          ) : (
            <p>{words.longSlope}</p>
          )}
        </section>
        <section>
          <h2>{words.asPython}</h2>
          <label class="slider">
            <span class="name">{words.itsName}</span>
            <input
              type="text"
              value={name}
              aria-invalid={!isName}
              onInput={(event) => setName(event.currentTarget.value)}
            />
          </label>
          <Code text={definition(tree, isName ? name : "my_activation", values)} label={words.asPython} />
          <p class="hint">{words.asPythonHint}</p>
        </section>
      </div>
    </>
  );
}

function finite(text: string | undefined): number | undefined {
  const found = Number(text);
  return text?.trim() && Number.isFinite(found) ? found : undefined;
}
