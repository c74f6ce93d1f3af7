/** The legend of many curves: which line is whose, its value, and the way to its parameters or out of the plot. */
import { choiceText, state, type Choice } from "../curve/choice";
import { useWords } from "./language";
import { shown } from "./number";
import type { Series } from "./plot";
import { Swatch } from "./swatch";

interface Props {
  choices: Choice[];
  series: Series[];
  x: number | undefined;
  lit: number | undefined;
  picked: number | undefined;
  onLight: (at: number | undefined) => void;
  onPick: (at: number | undefined) => void;
  onRemove: (at: number) => void;
}

/** The parameters that are not at their defaults, for people. */
export function givenText(choice: Choice): string {
  return Object.entries(state(choice))
    .map(([name, value]) => `${name} = ${value.replace(/^-/, "−")}`)
    .join(", ");
}

export function Legend({ choices, series, x, lit, picked, onLight, onPick, onRemove }: Props) {
  const words = useWords();
  return (
    <ul class="key" aria-label={words.drawn}>
      {choices.map((choice, at) => {
        const value = x === undefined ? undefined : series[at]!.f(x);
        const given = givenText(choice);
        return (
          <li
            key={at}
            class={`chosen value${lit === at ? " lit" : ""}`}
            data-series={choiceText(choice)}
            data-value={value}
            onPointerEnter={() => onLight(at)}
            onPointerLeave={() => onLight(undefined)}
            onFocusIn={() => onLight(at)}
            onFocusOut={() => onLight(undefined)}
          >
            <button
              type="button"
              aria-expanded={picked === at}
              aria-controls="picked"
              onClick={() => onPick(picked === at ? undefined : at)}
            >
              <Swatch of={series[at]!} />
              <span class="name">{choice.entry.name}</span>
              <span>{value === undefined ? "" : shown(value, 4)}</span>
              {given && <small>{given}</small>}
            </button>
            <button
              type="button"
              class="quiet"
              aria-label={words.remove(choiceText(choice))}
              onClick={() => onRemove(at)}
            >
              ×
            </button>
          </li>
        );
      })}
    </ul>
  );
}
