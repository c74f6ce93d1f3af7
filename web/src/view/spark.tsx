/** A small curve beside a name. */
import { curve } from "../curve/bound";
import { sample, type Point } from "../curve/sample";
import type { Entry } from "../data";

const SPAN = 4;
const SIZE = 44;
const known = new Map<string, string>();

/** The path of a function's curve from -4 to 4, in a box of 88 by 88 around 0. */
function path(entry: Entry): string {
  const found = known.get(entry.name);
  if (found !== undefined) return found;
  const bound = curve(entry);
  const scale = SIZE / SPAN;
  let lines: Point[][] = [];
  if (bound) {
    lines = sample(bound.value, -SPAN, SPAN, 60, bound.breaks(-SPAN, SPAN));
  } else if (entry.pair) {
    const { from, to, values } = entry.pair;
    const step = (to - from) / (values[0]!.length - 1);
    lines = [values[0]!.map((y, k): Point => [from + k * step, y]).filter(([x]) => Math.abs(x) <= SPAN)];
  }
  const made = lines
    .map(
      (line) =>
        "M" + line.map(([x, y]) => `${round(x * scale)} ${round(-Math.max(-9, Math.min(9, y)) * scale)}`).join("L"),
    )
    .join("");
  known.set(entry.name, made);
  return made;
}

const round = (value: number) => Math.round(10 * value) / 10;

export function Spark({ entry, size = 44 }: { entry: Entry; size?: number }) {
  return (
    <svg
      class="spark"
      width={size}
      height={size}
      viewBox={`${-SIZE} ${-SIZE} ${2 * SIZE} ${2 * SIZE}`}
      aria-hidden="true"
    >
      <path class="axes" d={`M${-SIZE} 0H${SIZE}M0 ${-SIZE}V${SIZE}`} />
      <path class="curve" d={path(entry)} />
    </svg>
  );
}
