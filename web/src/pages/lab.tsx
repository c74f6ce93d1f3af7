/** Signal lab: a deep plain network at the start of training, and what the doctor would say of it. */
import { useMemo } from "preact/hooks";
import { data, find } from "../data";
import type { Layer, Run } from "../lab/network";
import { useRun } from "../lab/run";
import { judge, layerIn } from "../lab/verdict";
import { link } from "../route";
import { useLanguage, useText, useWords } from "../view/language";
import { Notice } from "../view/notice";
import { percent, raised, short, shown } from "../view/number";
import { useWidth } from "../view/size";
import type { PageProps } from "./page";

const USUAL = {
  f: "relu",
  depth: "10",
  width: "64",
  init: "own",
  gain: "1",
  bias: "0",
  mean: "0",
  scale: "1",
  seed: "1",
};
type Key = keyof typeof USUAL;

interface Range {
  key: Key;
  low: number;
  high: number;
  step: number;
}

const RANGES: Range[] = [
  { key: "depth", low: 1, high: 60, step: 1 },
  { key: "width", low: 8, high: 128, step: 4 },
  { key: "bias", low: -3, high: 3, step: 0.05 },
  { key: "mean", low: -3, high: 3, step: 0.05 },
  { key: "scale", low: 0.05, high: 10, step: 0.05 },
];
const INITS = ["own", "he", "xavier", "torch", "other"] as const;

/** A number of the address within its range; whatever else stands there counts as the usual one. */
function within(state: Record<string, string>, { key, low, high, step }: Range): number {
  const found = step < 1 ? Number(state[key]) : Math.round(Number(state[key]));
  return state[key] !== undefined && Number.isFinite(found) && found >= low && found <= high
    ? found
    : Number(USUAL[key]);
}

export function LabPage({ route, setState }: PageProps) {
  const words = useWords();
  const text = useText();
  const language = useLanguage();
  const { state } = route;
  const asked = find(state.f ?? USUAL.f);
  const entry = asked && asked.kind === "element" ? asked : find(USUAL.f)!;
  const init = INITS.find((each) => each === state.init) ?? "own";
  const numbers = Object.fromEntries(RANGES.map((each) => [each.key, within(state, each)])) as Record<Key, number>;
  const seed = Math.abs(Math.round(Number(state.seed ?? 1))) || 1;
  const own = entry.facts?.gains.forward ?? 1;
  const custom = within(state, { key: "gain", low: 0.01, high: 10, step: 0.01 });
  // Of weights as torch draws them the standard deviation is 1 / sqrt(3 fan_in).
  const gain = { own, he: Math.SQRT2, xavier: 1, torch: 1 / Math.sqrt(3), other: custom }[init];
  const { depth, width, bias, mean, scale } = numbers;
  const { run, isBehind } = useRun(entry, { depth, width, gain, bias, mean, scale, seed });
  const verdicts = useMemo(() => judge(run, entry.name, entry.facts, gain, numbers.bias), [run]);
  const pictures = useMemo(() => <Pictures run={run} />, [run]);
  const set = (key: Key, value: string) => setState({ [key]: value === USUAL[key] ? undefined : value });
  return (
    <article class="lab">
      <h1>{words.labTitle}</h1>
      <p class="summary">{words.labText}</p>
      {state.f !== undefined && asked !== entry && <Notice>{words.unknownFunctions(short(state.f))}</Notice>}
      <div class="bench">
        <form class="controls" onSubmit={(event) => event.preventDefault()}>
          <label class="slider">
            <span class="name">{words.activation}</span>
            <select value={entry.name} onChange={(event) => set("f", event.currentTarget.value)}>
              {data.functions
                .filter((each) => each.kind === "element")
                .map((each) => (
                  <option key={each.name}>{each.name}</option>
                ))}
            </select>
          </label>
          <label class="slider">
            <span class="name">{words.init}</span>
            <select value={init} onChange={(event) => set("init", event.currentTarget.value)}>
              {INITS.map((each) => (
                <option key={each} value={each}>
                  {words.inits[each]}
                </option>
              ))}
            </select>
          </label>
          {init === "other" && (
            <label class="slider">
              <span class="name">{words.weightGain}</span>
              <input
                type="range"
                min={-1.5}
                max={1}
                step={0.01}
                value={Math.log10(custom)}
                aria-valuetext={shown(custom, 3)}
                onInput={(event) =>
                  set("gain", String(Number((10 ** Number(event.currentTarget.value)).toPrecision(3))))
                }
              />
              <output>{shown(custom, 3)}</output>
            </label>
          )}
          {RANGES.map(({ key, low, high, step }) => (
            <label key={key} class="slider">
              <span class="name">{words.lab[key]}</span>
              <input
                type="range"
                min={low}
                max={high}
                step={step}
                value={numbers[key]}
                onInput={(event) => set(key, event.currentTarget.value)}
              />
              <output>{numbers[key]}</output>
            </label>
          ))}
          <button type="button" onClick={() => set("seed", String(seed + 1))}>
            {words.drawAgain}
          </button>
          <p class="hint">{words.gainHint(shown(gain, 4), shown(own, 4))}</p>
        </form>
        <div class="results" aria-busy={isBehind}>
          <section class="verdicts" aria-live="polite">
            <h2>{words.verdictTitle}</h2>
            {verdicts.length === 0 ? (
              <p class="healthy">{words.healthy}</p>
            ) : (
              <ul>
                {verdicts.map((each) => (
                  <li key={each.rule} class={each.severity} data-rule={each.rule}>
                    <strong>{text(data.doctor.rules[each.rule]!)}</strong>{" "}
                    <small>{layerIn(each.layer, language)}</small>
                    <p>{layerIn(text(each.message), language)}</p>
                    <p class="remedy">{text(each.remedy)}</p>
                  </li>
                ))}
              </ul>
            )}
            <p class="hint">
              <a href={link({ language, page: "f", about: entry.name })}>
                <code>{entry.name}</code>
              </a>{" "}
              · {words.labDoctor}
            </p>
          </section>
          {pictures}
        </div>
      </div>
    </article>
  );
}

/** What a run looks like, layer by layer. */
function Pictures({ run }: { run: Run }) {
  const words = useWords();
  return (
    <>
      <Levels run={run} />
      <Ridges title={words.activations} layers={run.layers} pick={(layer) => layer.histogram} note={words.ridgeHint} />
      <Ridges
        title={words.gradients}
        layers={run.layers}
        pick={(layer) => layer.gradients}
        note={words.gradientHint}
        warm
      />
      <Table run={run} />
    </>
  );
}

interface RidgesProps {
  title: string;
  layers: Layer[];
  pick: (layer: Layer) => number[];
  note: string;
  warm?: boolean;
}

/** A column of shades for each layer: where its values lie. */
function Ridges({ title, layers, pick, note, warm }: RidgesProps) {
  const [frame, width] = useWidth<HTMLDivElement>();
  const height = 150;
  const step = width / layers.length;
  return (
    <figure class="ridges">
      <figcaption>
        <strong>{title}</strong> <small>{note}</small>
      </figcaption>
      <div ref={frame}>
        <svg width={width} height={height} viewBox={`0 0 ${width} ${height}`} role="img" aria-label={title}>
          {layers.map((layer, at) => {
            const bins = pick(layer);
            const most = Math.max(...bins, 1e-12);
            const size = height / bins.length;
            return (
              <g key={at} transform={`translate(${at * step},0)`}>
                {bins.map(
                  (share, bin) =>
                    share > 0 && (
                      <rect
                        key={bin}
                        class={warm ? "warm" : ""}
                        width={Math.max(1, step - 1)}
                        y={height - (bin + 1) * size}
                        height={size + 0.3}
                        opacity={Math.sqrt(share / most)}
                      />
                    ),
                )}
              </g>
            );
          })}
          <line class="zero" x2={width} y1={height / 2} y2={height / 2} />
        </svg>
      </div>
    </figure>
  );
}

/** Size of signals and gradients by layer, on a logarithmic scale, and the share of dead units. */
function Levels({ run }: { run: Run }) {
  const words = useWords();
  const [frame, width] = useWidth<HTMLDivElement>();
  const [height, left, bottom] = [190, 46, 26];
  const { layers } = run;
  const top = layers[layers.length - 1]!.gradient;
  const lines = {
    signal: layers.map((each) => Math.log10(Math.sqrt(each.after))),
    gradient: layers.map((each) => Math.log10(each.gradient / top)),
  };
  const all = Object.values(lines).flat().filter(Number.isFinite);
  const low = Math.max(-40, Math.min(-1, Math.floor(Math.min(...all, 0))));
  const high = Math.min(40, Math.max(1, Math.ceil(Math.max(...all, 0))));
  const x = (at: number) => left + ((at + 0.5) / layers.length) * (width - left - 8);
  const y = (value: number) => 8 + ((high - value) / (high - low)) * (height - bottom - 8);
  const every = Math.max(1, Math.ceil((high - low) / 6));
  const marks = Array.from({ length: high - low + 1 }, (_, at) => low + at).filter((mark) => mark % every === 0);
  const path = (values: number[]) =>
    values
      .map((value, at) =>
        Number.isFinite(value) ? `${x(at).toFixed(1)},${y(Math.max(low, Math.min(high, value))).toFixed(1)}` : "",
      )
      .filter(Boolean)
      .join(" ");
  return (
    <figure class="levels">
      <figcaption>
        <strong>{words.levels}</strong>{" "}
        <small>
          <i class="swatch c1" /> {words.signalSize} <i class="swatch c2" /> {words.gradientSize}{" "}
          <i class="swatch dead" /> {words.deadUnits}
        </small>
      </figcaption>
      <div ref={frame}>
        <svg width={width} height={height} viewBox={`0 0 ${width} ${height}`} role="img" aria-label={words.levels}>
          {layers.map((each, at) => {
            const tall = each.dead * (height - bottom - 8);
            const wide = Math.max(1, ((width - left - 8) / layers.length) * 0.7);
            return (
              <rect
                key={at}
                class="deadbar"
                x={x(at) - wide / 2}
                y={height - bottom - tall}
                width={wide}
                height={tall}
              />
            );
          })}
          <g class="axis" aria-hidden="true">
            {marks.map((mark) => (
              <g key={mark} class={mark === 0 ? "zero" : ""} transform={`translate(0,${y(mark)})`}>
                <line x1={left} x2={width - 8} />
                <text x={left - 6} dy="0.32em" text-anchor="end">
                  {mark === 0 ? "1" : `10${raised(mark)}`}
                </text>
              </g>
            ))}
            {layers.map(
              (_, at) =>
                (at === 0 || (at + 1) % Math.ceil(layers.length / 10) === 0) && (
                  <text key={at} x={x(at)} y={height - 8} text-anchor="middle">
                    {at + 1}
                  </text>
                ),
            )}
          </g>
          <polyline class="line c1" points={path(lines.signal)} />
          <polyline class="line c2" points={path(lines.gradient)} />
        </svg>
      </div>
    </figure>
  );
}

function Table({ run }: { run: Run }) {
  const words = useWords();
  const top = run.layers[run.layers.length - 1]!.gradient;
  return (
    <details>
      <summary>{words.numbersByLayer}</summary>
      <div class="scroll" tabIndex={0} role="region" aria-label={words.numbersByLayer}>
        <table class="grid">
          <thead>
            <tr>
              {[
                words.layer,
                words.mean,
                words.std,
                words.zeros,
                words.deadUnits,
                words.saturatedUnits,
                words.gradientSize,
              ].map((each) => (
                <th key={each} scope="col">
                  {each}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {run.layers.map((layer, at) => (
              <tr key={at}>
                <th scope="row">{at + 1}</th>
                <td>{shown(layer.mean, 3)}</td>
                <td>{shown(layer.std, 3)}</td>
                <td>{percent(layer.zeros)}</td>
                <td>{percent(layer.dead)}</td>
                <td>{percent(layer.saturated)}</td>
                <td>{shown(layer.gradient / top, 3)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </details>
  );
}
