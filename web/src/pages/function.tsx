/** The page of one function: its curves to be moved, what it does to a normal input, facts, code and sources. */
import { useMemo } from "preact/hooks";
import { curve, moved, read, stated } from "../curve/bound";
import { choiceText } from "../curve/choice";
import { outcome } from "../curve/normal";
import { readView, viewOf } from "../curve/view";
import { zones } from "../curve/zones";
import { data, type Entry } from "../data";
import { link } from "../route";
import { Code, Tabs } from "../view/code";
import { Html } from "../view/html";
import { useLanguage, useText, useWords } from "../view/language";
import { Measured, Said } from "../view/measured";
import { Distribution, isWrongInput, readInput } from "../view/distribution";
import { PairPlot } from "../view/pair";
import { Plot, type Series } from "../view/plot";
import { Sliders } from "../view/sliders";
import { Text } from "../view/text";
import { Notice } from "../view/notice";
import type { PageProps } from "./page";

const FACES = ["value", "slope", "curvature"] as const;
type FaceName = (typeof FACES)[number];

export function FunctionPage({ entry, route, setState }: PageProps & { entry: Entry }) {
  const words = useWords();
  const text = useText();
  const language = useLanguage();
  const notes = entry.notes[language];
  const shown = choiceText({ entry, values: read(entry, route.state).values });
  const origin = [entry.year || "", text(data.families[entry.family]!)].filter(Boolean).join(" · ");
  return (
    <article class="function">
      <header class="title">
        <div>
          <p class="kicker">{origin}</p>
          <h1>
            {text(entry.title)} {text(entry.title) !== entry.name && <code>{entry.name}</code>}
          </h1>
          <p class="summary">
            <Text text={notes.summary} />
          </p>
          {entry.aliases.length > 0 && (
            <p class="aliases">
              {words.alsoCalled}{" "}
              {entry.aliases.map((alias) => (
                <code key={alias}>{alias}</code>
              ))}
            </p>
          )}
        </div>
        {entry.kind !== "axis" && (
          <a class="button" href={link({ language, page: "compare", state: { of: shown } })}>
            {words.compareWith}
          </a>
        )}
      </header>
      {entry.kind === "axis" ? <PairPlot entry={entry} /> : <Moved entry={entry} route={route} setState={setState} />}
      <div class="columns">
        <section>
          <h2>{words.formula}</h2>
          {entry.formulas.map((formula, at) =>
            formula ? <Html key={at} html={inLanguage(formula, language)} block /> : <p key={at}>{words.longSlope}</p>,
          )}
          {entry.kind === "gate" && <p class="hint">{words.halves}</p>}
          {entry.facts && entry.facts.kinks.length > 0 && <p class="hint">{words.leftLimit}</p>}
          <h2>{words.notes}</h2>
          {(["purpose", "strengths", "weaknesses", "instead"] as const).map(
            (key) =>
              notes[key] && (
                <p key={key}>
                  <strong>{words.note[key]}</strong>
                  {words.space}
                  <Text text={notes[key]} links={key === "instead"} about={entry.name} />
                </p>
              ),
          )}
          {entry.paper && (
            <p>
              <strong>{words.origin}</strong>
              {words.space}
              <Text text={entry.paper} />
            </p>
          )}
          {entry.after.length > 0 && (
            <p>
              <strong>{words.goesOnFrom}</strong>
              {words.space}
              {entry.after.map((name, at) => (
                <>
                  {at > 0 && words.comma}
                  <a href={link({ language, page: "f", about: name })}>
                    <code>{name}</code>
                  </a>
                </>
              ))}
            </p>
          )}
        </section>
        <section>
          <h2>{words.use}</h2>
          <Tabs texts={entry.code} label={words.use} />
          <h2>{words.definition}</h2>
          <Code text={entry.definition} label={words.definition} />
          <p class="hint">{entry.kind === "axis" ? words.definitionAxis : words.definitionHint}</p>
        </section>
      </div>
      <div class="columns">
        {entry.rows && (
          <section>
            <h2>{words.properties}</h2>
            <table class="facts">
              <tbody>
                {[...entry.rows[language], ...(entry.promise ? [entry.promise[language]] : [])].map(
                  ([label, value]) => (
                    <tr key={label}>
                      <th scope="row">{label}</th>
                      <td>{value}</td>
                    </tr>
                  ),
                )}
              </tbody>
            </table>
            <p class="hint">{words.computedHint}</p>
            <Said entry={entry} />
          </section>
        )}
        <section>
          <Measured entry={entry} />
          {!entry.rows && <Said entry={entry} />}
        </section>
      </div>
    </article>
  );
}

/** The words within a formula. */
function inLanguage(formula: string, language: string): string {
  if (language !== "zh") return formula;
  return formula
    .replaceAll(">if&#x000A0;<", ">若&#x000A0;<")
    .replace(/>\s*if[\s\u00a0]*</g, ">若 <")
    .replace(/>\s*otherwise\s*</g, ">其他<");
}

function Moved({ entry, route, setState }: PageProps & { entry: Entry }) {
  const words = useWords();
  const text = useText();
  const state = route.state;
  const { values, wrong: impossible } = useMemo(() => read(entry, state), [entry, JSON.stringify(state)]);
  const wrong = [...impossible];
  if (isWrongInput(state)) wrong.push("input");
  if (state.view !== undefined && !readView(state.view)) wrong.push("view");
  const asked = Number(state.a ?? 1);
  const isFirst = state.a?.trim() !== "" && Math.abs(asked) <= 1e6;
  const first = isFirst ? asked : 1;
  if (entry.kind === "gate" && !isFirst) wrong.push("a");
  const bound = useMemo(() => curve(entry, values, first)!, [entry, JSON.stringify(values), first]);
  const chosen = (state.show ?? "value,slope").split(",");
  const shows = (face: FaceName) => chosen.includes(face);
  const mark = entry.kind === "gate" ? "b" : "x";
  const series = useMemo(() => {
    const all: (Series & { face: FaceName })[] = [
      {
        face: "value",
        name: "value",
        label: entry.kind === "gate" ? "f(a, b)" : "f(x)",
        f: bound.value,
        breaks: bound.breaks,
        colour: 1,
      },
      {
        face: "slope",
        name: "slope",
        label: entry.kind === "gate" ? "∂f/∂b" : "f′(x)",
        f: bound.slope,
        breaks: bound.breaks,
        colour: 2,
        dash: 1,
      },
      {
        face: "curvature",
        name: "curvature",
        label: entry.kind === "gate" ? "∂²f/∂b²" : "f″(x)",
        f: bound.curvature,
        breaks: bound.breaks,
        colour: 3,
        dash: 1,
      },
    ];
    return all.filter((each) => shows(each.face));
  }, [bound, chosen.join()]);
  const start = useMemo(() => {
    const found = curve(entry)!;
    return viewOf([found.value, found.slope], -5, 5, [-1.2, 1.2]);
  }, [entry]);
  const input = readInput(state);
  const isKink = (at: number) =>
    Math.abs(bound.slope(at - 1e-6) - bound.slope(at + 1e-6)) > 1e-4 ||
    bound.value(at) !== bound.value(at) ||
    Math.abs(bound.value(at - 1e-9) - bound.value(at + 1e-9)) > 1e-6;
  const kinks = useMemo(() => (low: number, high: number) => bound.breaks(low, high).filter(isKink), [bound]);
  const zoned = useMemo(() => (low: number, high: number) => zones(bound, low, high), [bound]);
  const toggle = (face: FaceName) => {
    const next = FACES.filter((each) => (each === face ? !shows(each) : shows(each)));
    setState({ show: next.join() === "value,slope" ? undefined : next.join() || "none" });
  };
  const { mean, std } = input ?? { mean: 0, std: 1 };
  const output = useMemo(
    () => (input ? (low: number, high: number) => outcome(bound, mean, std, low, high) : undefined),
    [bound, mean, std, input === undefined],
  );
  return (
    <section class="moved">
      {wrong.length > 0 && <Notice>{words.wrongParameter(wrong.join(", "))}</Notice>}
      <Plot
        label={words.plotOf(text(entry.title))}
        mark={mark}
        series={series}
        start={start}
        view={state.view}
        onView={(view) => setState({ view })}
        zones={zoned}
        kinks={kinks}
        tangent={{ f: bound.value, slope: bound.slope }}
        input={input}
        output={output}
      >
        <span class="legend">
          <i class="swatch dead" /> {words.deadZone} <i class="swatch saturated" /> {words.saturatedZone}
        </span>
      </Plot>
      <div class="controls">
        <fieldset class="faces">
          <legend>{words.shown}</legend>
          {FACES.map((face) => (
            <label key={face}>
              <input type="checkbox" checked={shows(face)} onChange={() => toggle(face)} />
              {{ value: "f", slope: "f′", curvature: "f″" }[face]}
            </label>
          ))}
          {mark === "b" && (
            <label class="slider">
              <span class="name">a</span>
              <input
                type="range"
                min={-3}
                max={3}
                step={0.05}
                value={first}
                onInput={(event) =>
                  setState({ a: event.currentTarget.value === "1" ? undefined : event.currentTarget.value })
                }
              />
              <output>{first}</output>
            </label>
          )}
        </fieldset>
        <Sliders
          entry={entry}
          values={values}
          onChange={(name, value) => {
            const change = Object.entries(moved(entry, values, name, value));
            setState(Object.fromEntries(change.map(([each, set]) => [each, stated(entry, each, set)])));
          }}
        />
        <Distribution bound={bound} state={state} setState={setState} />
      </div>
    </section>
  );
}
