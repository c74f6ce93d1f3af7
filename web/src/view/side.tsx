/** Properties of functions side by side. */
import { useMemo } from "preact/hooks";
import { curve, type Values } from "../curve/bound";
import { choiceText, state, type Choice } from "../curve/choice";
import { outcome, type Outcome } from "../curve/normal";
import { data, type Entry, type Parameter } from "../data";
import { link } from "../route";
import { useKept } from "./kept";
import { useLanguage, useText, useWords } from "./language";
import { givenText } from "./legend";
import { percent, shown } from "./number";
import { lineStyle, Swatch } from "./swatch";

export function SideBySide({ choices }: { choices: Choice[] }) {
  const words = useWords();
  const text = useText();
  const language = useLanguage();
  const entries = choices.map((each) => each.entry);
  const isMoved = choices.some((each) => Object.keys(state(each)).length > 0);
  const names = entries.map((each) => each.name).join();
  // What Python computed at the defaults stays while a slider moves.
  const computed = useMemo(
    () =>
      labels(entries, language).map((label) => (
        <Row
          key={label}
          label={label}
          cells={entries.map((each) => each.rows?.[language].find(([name]) => name === label)?.[1] ?? "–")}
        />
      )),
    [names, language],
  );
  return (
    <div class="scroll" tabIndex={0} role="region" aria-label={words.properties}>
      <table class="grid">
        <thead>
          <tr>
            <th scope="col">{words.property}</th>
            {choices.map((each, at) => (
              <th key={at} scope="col">
                <Swatch of={lineStyle(at)} />{" "}
                <a href={link({ language, page: "f", about: each.entry.name, state: state(each) })}>
                  {each.entry.name}
                </a>
                {givenText(each) && <small>{givenText(each)}</small>}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          <Row label={words.year} cells={entries.map((each) => (each.year ? String(each.year) : "–"))} />
          <Row label={words.family.toLowerCase()} cells={entries.map((each) => text(data.families[each.family]!))} />
          <Row label={words.exponentials} cells={entries.map((each) => (each.exponential ? words.yes : words.no))} />
          <Row
            label={words.parameters.toLowerCase()}
            cells={choices.map(
              ({ entry, values }) =>
                entry.parameters.map((one) => `${one.name} = ${read(one, values)}`).join(", ") || "–",
            )}
          />
        </tbody>
        {isMoved && <Outcomes choices={choices} />}
        <tbody>
          {isMoved && <Group label={words.atDefaults} columns={choices.length} />}
          {computed}
        </tbody>
      </table>
    </div>
  );
}

/** What a normal input becomes at the chosen parameters. */
function Outcomes({ choices }: { choices: Choice[] }) {
  const words = useWords();
  const found = useKept(choices.map(choiceText), (at) => {
    const { entry, values } = choices[at]!;
    return outcome(curve(entry, values)!, 0, 1, 0, 1);
  });
  return (
    <tbody>
      <Group label={words.atChosen} columns={choices.length} />
      <Row label={words.outMean} cells={found.map((each) => shown(each.mean, 4))} />
      <Row label={words.outStd} cells={found.map((each) => shown(each.std, 4))} />
      <Row label={words.outGradient} cells={found.map((each) => shown(each.gradient, 4))} />
      <Row label={words.gains} cells={found.map(gains)} />
      <Row label={words.outZeros} cells={found.map((each) => percent(each.zeros))} />
      <Row label={words.outFlat} cells={found.map((each) => percent(each.flat))} />
    </tbody>
  );
}

/** What keeps the second moment forward, that of gradients backward, and the variance. */
function gains({ mean, std, gradient }: Outcome): string {
  return [Math.hypot(mean, std), gradient, std].map((size) => (size > 0 ? shown(1 / size, 4) : "–")).join(", ");
}

function read(parameter: Parameter, values: Values): string {
  const value = values[parameter.name]!;
  return typeof value === "number" ? shown(value, 4) : value;
}

function labels(entries: Entry[], language: "en" | "zh"): string[] {
  return [...new Set(entries.flatMap((each) => each.rows?.[language].map(([label]) => label) ?? []))];
}

function Group({ label, columns }: { label: string; columns: number }) {
  return (
    <tr class="group">
      <th scope="rowgroup" colSpan={1 + columns}>
        <span>{label}</span>
      </th>
    </tr>
  );
}

// So many letters would make a tall row of a narrow cell.
const LONG = 50;

function Row({ label, cells }: { label: string; cells: string[] }) {
  return (
    <tr>
      <th scope="row">{label}</th>
      {cells.map((cell, at) => (
        <td key={at} class={cell.length > LONG ? "long" : undefined}>
          {cell}
        </td>
      ))}
    </tr>
  );
}
