/** Sliders for a function's parameters, each with a field for any number and the way back to the default. */
import { allowed, type Values } from "../curve/bound";
import type { Entry, Parameter } from "../data";
import { useWords } from "./language";
import { Html } from "./html";

interface Props {
  entry: Entry;
  values: Values;
  onChange: (name: string, value: number | string) => void;
}

export function Sliders({ entry, values, onChange }: Props) {
  const words = useWords();
  if (entry.parameters.length === 0) return null;
  return (
    <fieldset class="sliders">
      <legend>{words.parameters}</legend>
      {entry.parameters.map((each) =>
        each.choices ? (
          <label key={each.name} class="slider">
            <span class="name">{each.name}</span>
            <select
              value={String(values[each.name])}
              onChange={(event) => onChange(each.name, event.currentTarget.value)}
            >
              {Object.keys(each.choices).map((choice) => (
                <option key={choice}>{choice}</option>
              ))}
            </select>
          </label>
        ) : (
          <Slider
            key={each.name}
            parameter={each}
            value={Number(values[each.name])}
            onChange={(value) => onChange(each.name, value)}
          />
        ),
      )}
      {entry.requires && <p class="hint">{words.requires(entry.requires)}</p>}
    </fieldset>
  );
}

interface SliderProps {
  parameter: Parameter;
  value: number;
  onChange: (value: number) => void;
}

export function Slider({ parameter, value, onChange }: SliderProps) {
  const words = useWords();
  const [low, high] = span(parameter);
  const start = Number(parameter.default);
  const change = (text: string) => {
    const next = Number(text);
    if (text.trim() !== "" && allowed(parameter, next)) onChange(next);
  };
  return (
    <div class="slider">
      <label for={`slide-${parameter.name}`} class="name">
        {parameter.symbol ? <Html html={parameter.symbol} /> : null} <code>{parameter.name}</code>
        {parameter.learnable ? <small title={words.learnable}> ∗</small> : null}
      </label>
      <input
        id={`slide-${parameter.name}`}
        type="range"
        min={low}
        max={high}
        step={(high - low) / 400}
        value={value}
        onInput={(event) => change(event.currentTarget.value)}
      />
      <input
        type="number"
        aria-label={words.valueOf(parameter.name)}
        value={Number(value.toPrecision(5))}
        step="any"
        onChange={(event) => change(event.currentTarget.value)}
      />
      <button
        type="button"
        class="quiet"
        disabled={value === start}
        onClick={() => onChange(start)}
        aria-label={words.backTo(String(start))}
        title={words.backTo(String(start))}
      >
        ⟲
      </button>
    </div>
  );
}

/** Where a slider goes: the domain where it is finite, else some way around the default. */
export function span(parameter: Parameter): [number, number] {
  const { low = -Infinity, high = Infinity } = parameter;
  const start = Number(parameter.default);
  const reach = Math.max(4 * Math.abs(start), 3);
  const from = Number.isFinite(low) ? low : start - reach;
  const to = Number.isFinite(high) ? high : start + reach;
  const room = (to - from) / 400;
  return [parameter.openLow && from === low ? from + room : from, parameter.openHigh && to === high ? to - room : to];
}
