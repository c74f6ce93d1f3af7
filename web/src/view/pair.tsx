/** A function along an axis, drawn for x = (t, 0): each output and its slope. */
import { useMemo } from "preact/hooks";
import { viewOf } from "../curve/view";
import type { Entry } from "../data";
import { useText, useWords } from "./language";
import { Plot, type Series } from "./plot";

export function PairPlot({ entry }: { entry: Entry }) {
  const words = useWords();
  const text = useText();
  const { from, to, values, slopes } = entry.pair!;
  const series = useMemo(() => {
    const read = (curve: number[]) => (t: number) => {
      const at = ((t - from) / (to - from)) * (curve.length - 1);
      const k = Math.floor(at);
      if (k < 0 || k >= curve.length - 1) return k === curve.length - 1 && at === k ? curve[k]! : NaN;
      return curve[k]! + (at - k) * (curve[k + 1]! - curve[k]!);
    };
    const moving = [...values.keys()].filter((k) => new Set(values[k]).size > 1);
    return moving.flatMap((k): Series[] => {
      const name = moving.length > 1 ? `f${"₁₂₃₄"[k]}` : "f";
      const none = () => [];
      return [
        { name: `value${k}`, label: name, f: read(values[k]!), breaks: none, colour: 1 + k },
        { name: `slope${k}`, label: `∂${name}/∂t`, f: read(slopes[k]!), breaks: none, colour: 1 + k, dash: 1 },
      ];
    });
  }, [entry]);
  const start = useMemo(
    () =>
      viewOf(
        series.map((each) => each.f),
        from,
        to,
      ),
    [series],
  );
  return (
    <section class="moved">
      <Plot label={words.plotOf(text(entry.title))} mark="t" series={series} start={start} />
      <p class="hint">{words.pairHint}</p>
    </section>
  );
}
