/** Compare: any set of functions in one picture, with their properties side by side. */
import { useMemo, useRef } from "preact/hooks";
import { curve, type Curve } from "../curve/bound";
import { data, find, type Entry } from "../data";
import { link } from "../route";
import { useLanguage, useText, useWords } from "../view/language";
import { Notice } from "../view/notice";
import { short, shown } from "../view/number";
import { Plot, viewOf, type Series } from "../view/plot";
import type { PageProps } from "./page";

const USUAL = ["relu", "gelu", "silu", "mish"];
const MOST = 8;

export function ComparePage({ route, setState }: PageProps) {
  const words = useWords();
  const text = useText();
  const language = useLanguage();
  const asked = route.state.of === undefined ? USUAL : route.state.of.split(",").filter(Boolean);
  const entries = [...new Set(asked.map(find))].filter((each): each is Entry => each !== undefined);
  const unknown = asked.filter((name) => !find(name));
  const flat = entries.filter((each) => each.kind === "axis").map((each) => each.name);
  const drawn = entries.filter((each) => each.kind !== "axis").slice(0, MOST);
  const which = route.state.show === "slope" ? "slope" : "value";
  const names = drawn.map((each) => each.name).join();
  const curves = useMemo(() => drawn.map((each) => curve(each)!), [names]);
  const series = useMemo(
    () =>
      curves.map((each: Curve, at): Series => ({
        name: drawn[at]!.name,
        label: drawn[at]!.name,
        f: which === "slope" ? each.slope : each.value,
        breaks: each.breaks,
        colour: at + 1,
      })),
    [names, which],
  );
  const start = useMemo(
    () =>
      viewOf(
        series.map((each) => each.f),
        -5,
        5,
        [-1.2, 1.2],
      ),
    [series],
  );
  const adder = useRef<HTMLSelectElement>(null);
  const choose = (next: string[]) => setState({ of: next.join(",") });
  const chosen = drawn.map((each) => each.name);
  return (
    <article class="compare">
      <h1>{words.compareTitle}</h1>
      {unknown.length > 0 && <Notice>{words.unknownFunctions(short(unknown.join(", ")))}</Notice>}
      {flat.length > 0 && <Notice>{words.noCurve(flat.join(", "))}</Notice>}
      {entries.length - flat.length > MOST && <Notice>{words.tooMany(MOST)}</Notice>}
      <div class="chooser">
        {drawn.map((each, at) => (
          <span key={each.name} class="chosen">
            <i class={`swatch c${at + 1}`} />
            <a href={link({ language, page: "f", about: each.name })}>{each.name}</a>
            <button
              type="button"
              class="quiet"
              aria-label={words.remove(each.name)}
              onClick={() => {
                choose(chosen.filter((name) => name !== each.name));
                // The button goes with its function; with all eight chosen there was no list yet.
                requestAnimationFrame(() => adder.current?.focus());
              }}
            >
              ×
            </button>
          </span>
        ))}
        {drawn.length < MOST && (
          <select
            ref={adder}
            aria-label={words.add}
            value=""
            onChange={(event) => event.currentTarget.value && choose([...chosen, event.currentTarget.value])}
          >
            <option value="">{words.add}</option>
            {data.functions
              .filter((each) => each.kind !== "axis" && !chosen.includes(each.name))
              .map((each) => (
                <option key={each.name}>{each.name}</option>
              ))}
          </select>
        )}
        <span class="switch" role="group" aria-label={words.shown}>
          <button type="button" aria-pressed={which === "value"} onClick={() => setState({ show: undefined })}>
            f
          </button>
          <button type="button" aria-pressed={which === "slope"} onClick={() => setState({ show: "slope" })}>
            f′
          </button>
        </span>
      </div>
      {drawn.length > 0 ? (
        <Plot key={which + names} label={words.plotOf(chosen.join(", "))} series={series} start={start} />
      ) : (
        <p>{words.chooseSome}</p>
      )}
      {drawn.length > 0 && (
        <div class="scroll" tabIndex={0} role="region" aria-label={words.properties}>
          <table class="grid">
            <thead>
              <tr>
                <th scope="col">{words.property}</th>
                {drawn.map((each, at) => (
                  <th key={each.name} scope="col">
                    <i class={`swatch c${at + 1}`} /> {each.name}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              <Row label={words.year} cells={drawn.map((each) => (each.year ? String(each.year) : "–"))} />
              <Row label={words.family} cells={drawn.map((each) => text(data.families[each.family]!))} />
              {labels(drawn, language).map((label) => (
                <Row
                  key={label}
                  label={label}
                  cells={drawn.map((each) => each.rows?.[language].find(([name]) => name === label)?.[1] ?? "–")}
                />
              ))}
              <Row label={words.exponentials} cells={drawn.map((each) => (each.exponential ? words.yes : words.no))} />
              <Row
                label={words.parameters}
                cells={drawn.map(
                  (each) =>
                    each.parameters
                      .map(
                        (one) =>
                          `${one.name} = ${typeof one.default === "number" ? shown(one.default, 4) : one.default}`,
                      )
                      .join(", ") || "–",
                )}
              />
            </tbody>
          </table>
        </div>
      )}
    </article>
  );
}

function labels(entries: Entry[], language: "en" | "zh"): string[] {
  return [...new Set(entries.flatMap((each) => each.rows?.[language].map(([label]) => label) ?? []))];
}

function Row({ label, cells }: { label: string; cells: string[] }) {
  return (
    <tr>
      <th scope="row">{label}</th>
      {cells.map((cell, at) => (
        <td key={at}>{cell}</td>
      ))}
    </tr>
  );
}
