/** What comes out for a normally distributed input, moved by sliders. */
import { useMemo } from "preact/hooks";
import type { Curve } from "../curve/bound";
import { outcome } from "../curve/normal";
import { useWords } from "./language";
import { percent, shown } from "./number";

interface Props {
  bound: Curve;
  state: Record<string, string>;
  setState: (state: Record<string, string | undefined>) => void;
}

/** The input's mean and deviation that an address asks for; undefined where none is wanted, N(0, 1) for nonsense. */
export function readInput(state: Record<string, string>): { mean: number; std: number } | undefined {
  if (state.input === "off") return undefined;
  return normal(state.input ?? "") ?? { mean: 0, std: 1 };
}

/** Whether an address asks for an input that is none. */
export function isWrongInput(state: Record<string, string>): boolean {
  return state.input !== undefined && state.input !== "off" && !normal(state.input);
}

function normal(text: string): { mean: number; std: number } | undefined {
  const [mean, std] = text.split(",").map(Number);
  const isGood = mean !== undefined && std !== undefined && Math.abs(mean) <= 1e6 && std > 0 && std <= 100;
  return isGood ? { mean, std } : undefined;
}

export function Distribution({ bound, state, setState }: Props) {
  const words = useWords();
  const input = readInput(state);
  const found = useMemo(() => input && outcome(bound, input.mean, input.std, 0, 1), [bound, input?.mean, input?.std]);
  const set = (mean: number, std: number) =>
    setState({
      input: mean === 0 && std === 1 ? undefined : `${Number(mean.toPrecision(3))},${Number(std.toPrecision(3))}`,
    });
  return (
    <fieldset class="distribution">
      <legend>{words.input}</legend>
      <label>
        <input
          type="checkbox"
          checked={input !== undefined}
          onChange={(event) => setState({ input: event.currentTarget.checked ? undefined : "off" })}
        />
        {words.normalInput}
      </label>
      {input && found && (
        <>
          <label class="slider">
            <span class="name">{words.mean}</span>
            <input
              type="range"
              min={-4}
              max={4}
              step={0.05}
              value={input.mean}
              onInput={(event) => set(Number(event.currentTarget.value), input.std)}
            />
            <output>{shown(input.mean, 3)}</output>
          </label>
          <label class="slider">
            <span class="name">{words.std}</span>
            <input
              type="range"
              min={-2}
              max={1}
              step={0.01}
              value={Math.log10(input.std)}
              aria-valuetext={shown(input.std, 3)}
              onInput={(event) => set(input.mean, 10 ** Number(event.currentTarget.value))}
            />
            <output>{shown(input.std, 3)}</output>
          </label>
          <dl class="outcome">
            <div>
              <dt>{words.outMean}</dt>
              <dd data-outcome="mean" data-value={found.mean}>
                {shown(found.mean, 4)}
              </dd>
            </div>
            <div>
              <dt>{words.outStd}</dt>
              <dd data-outcome="std" data-value={found.std}>
                {shown(found.std, 4)}
              </dd>
            </div>
            <div>
              <dt>{words.outGradient}</dt>
              <dd data-outcome="gradient" data-value={found.gradient}>
                {shown(found.gradient, 4)}
              </dd>
            </div>
            <div>
              <dt>{words.outZeros}</dt>
              <dd>{percent(found.zeros)}</dd>
            </div>
            <div>
              <dt>{words.outFlat}</dt>
              <dd>{percent(found.flat)}</dd>
            </div>
          </dl>
        </>
      )}
    </fieldset>
  );
}
