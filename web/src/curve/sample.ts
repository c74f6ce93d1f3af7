/** Curves as lines of points: broken where a function may jump, with a point on either side of each kink. */
export type Point = [number, number];

/** The lines of f over [low, high] with about `count` points; a value that is no number ends a line. */
export function sample(
  f: (x: number) => number,
  low: number,
  high: number,
  count: number,
  breaks: readonly number[] = [],
): Point[][] {
  const lines: Point[][] = [];
  const ends = [low, ...breaks.filter((each) => each > low && each < high), high];
  for (let k = 0; k + 1 < ends.length; k++) {
    const [a, b] = [ends[k]!, ends[k + 1]!];
    const pieces = Math.max(2, Math.ceil((count * (b - a)) / (high - low)));
    let line: Point[] = [];
    for (let j = 0; j <= pieces; j++) {
      const x =
        j === 0 && k > 0
          ? beside(a, 1)
          : j === pieces && k + 2 < ends.length
            ? beside(b, -1)
            : a + ((b - a) * j) / pieces;
      const y = f(x);
      if (Number.isFinite(y)) {
        line.push([x, y]);
      } else if (line.length > 0) {
        lines.push(line);
        line = [];
      }
    }
    if (line.length > 0) lines.push(line);
  }
  return lines;
}

/** The next place right or left of x that curves can tell from it. */
export function beside(x: number, side: 1 | -1): number {
  return x + side * 1e-9 * Math.max(1, Math.abs(x));
}

/** The least and largest value of lines, with some room. */
export function extent(lines: Point[][]): [number, number] | undefined {
  let low = Infinity;
  let high = -Infinity;
  for (const line of lines) {
    for (const [, y] of line) {
      low = Math.min(low, y);
      high = Math.max(high, y);
    }
  }
  if (low > high) return undefined;
  const room = 0.08 * (high - low || 1);
  return [low - room, high + room];
}
