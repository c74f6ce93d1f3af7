/** A function at chosen parameters, as a curve of one number. */
import { faces, find, type Entry, type Faces, type Parameter, type Real } from "../data";

export type Values = Record<string, number | string>;

export interface Curve {
  value: (x: number) => number;
  slope: (x: number) => number;
  /** The slope just right of x: another one than `slope` at a kink only. */
  right: (x: number) => number;
  curvature: (x: number) => number;
  /** Where a condition of the definition changes, between two ends. */
  breaks: (low: number, high: number) => number[];
}

/** The parameters' defaults. */
export function defaults(entry: Entry): Values {
  return Object.fromEntries(entry.parameters.map((each) => [each.name, each.default]));
}

/** Values out of an address; texts that are no values of their parameter are named in `wrong`. */
export function read(entry: Entry, state: Record<string, string>): { values: Values; wrong: string[] } {
  const values = defaults(entry);
  const wrong: string[] = [];
  for (const each of entry.parameters) {
    const text = state[each.name];
    if (text === undefined) continue;
    if (each.choices) {
      if (Object.hasOwn(each.choices, text)) values[each.name] = text;
      else wrong.push(each.name);
    } else if (typeof each.default === "number" && text.trim() !== "" && allowed(each, Number(text))) {
      values[each.name] = Number(text);
    } else {
      wrong.push(each.name);
    }
  }
  if (!consistent(entry, values)) return { values: defaults(entry), wrong: [...wrong, entry.requires ?? ""] };
  return { values, wrong };
}

/** Whether a number lies in a parameter's domain. */
export function allowed(parameter: Parameter, value: number): boolean {
  const { low = -Infinity, high = Infinity } = parameter;
  const above = parameter.openLow ? value > low : value >= low;
  const below = parameter.openHigh ? value < high : value <= high;
  return Number.isFinite(value) && above && below;
}

const conditions: Record<string, (values: Values) => boolean> = {
  "<": ({ a, b }) => Number(a) < Number(b),
  "<=": ({ a, b }) => Number(a) <= Number(b),
};

/** Whether values keep a condition between parameters, such as "lower <= upper"; others are not checked here. */
export function consistent(entry: Entry, values: Values): boolean {
  const [a, sign, b] = (entry.requires ?? "").split(" ");
  const holds = sign ? conditions[sign] : undefined;
  if (!holds || a === undefined || b === undefined || !(a in values) || !(b in values)) return true;
  return holds({ a: values[a]!, b: values[b]! });
}

// By how much "<" keeps two parameters apart.
const APART = 0.01;

/** What changes with a parameter: the one that a condition ties it to is taken along where it would break it. */
export function moved(entry: Entry, values: Values, name: string, value: number | string): Values {
  const [a, sign, b] = (entry.requires ?? "").split(" ");
  const other = entry.parameters.find((each) => each.name === (name === a ? b : a));
  if (typeof value === "string" || !other || consistent(entry, { ...values, [name]: value })) return { [name]: value };
  const gap = sign === "<" ? APART : 0;
  const along = name === a ? value + gap : value - gap;
  return allowed(other, along) ? { [name]: value, [other.name]: along } : { [name]: value };
}

/** A parameter's value as an address has it; undefined at its default, which an address leaves out. */
export function stated(entry: Entry, name: string, value: number | string): string | undefined {
  const usual = entry.parameters.find((each) => each.name === name)!.default;
  if (value === usual) return undefined;
  return String(typeof value === "number" ? Number(value.toPrecision(5)) : value);
}

/** The curve; of a gate it is that of its last input, the first fixed. Undefined along an axis. */
export function curve(entry: Entry, values: Values = defaults(entry), first = 1): Curve | undefined {
  const chosen = entry.parameters.find((each) => each.choices);
  const other = chosen?.choices?.[String(values[chosen.name])];
  const meant = (other !== undefined && other !== entry.name && find(other)) || entry;
  const found = faces[meant.name];
  if (!found || entry.kind === "axis") return undefined;
  const numbers = meant.parameters
    .filter((each) => !each.choices)
    .map((each) => Number(values[each.name] ?? each.default));
  return bound(found, meant.inputs, numbers, first);
}

function bound(found: Faces, inputs: string[], numbers: number[], first: number): Curve {
  const name = inputs[inputs.length - 1] ?? "x";
  const before = inputs.length > 1 ? [first] : [];
  const of = (f: Real) => fixed(f, before, numbers);
  const face = (which: string): Real | undefined => found[`${which}_${name}`] as Real | undefined;
  const slope = of(face("slope")!);
  const right = face("right");
  return {
    value: of(found.value),
    slope,
    right: right ? of(right) : slope,
    curvature: of(face("curvature")!),
    breaks: (low, high) => roots(found.breaks.map(of), low, high),
  };
}

/** A function of x alone; the usual numbers of parameters without spreading, which every point would pay for. */
function fixed(f: Real, before: number[], numbers: number[]): (x: number) => number {
  const [a, b] = numbers as [number, number];
  if (before.length === 0 && numbers.length === 0) return (x) => f(x);
  if (before.length === 0 && numbers.length === 1) return (x) => f(x, a);
  if (before.length === 0 && numbers.length === 2) return (x) => f(x, a, b);
  return (x) => f(...before, x, ...numbers);
}

const STEPS = 480;

/** Where one of several functions changes sign between two ends, or is 0 there. */
export function roots(functions: ((x: number) => number)[], low: number, high: number): number[] {
  const found = new Set<number>();
  for (const f of functions) {
    const step = (high - low) / STEPS;
    let x = low;
    let y = f(x);
    for (let k = 1; k <= STEPS; k++) {
      const next = low + k * step;
      const end = f(next);
      if (y === 0) found.add(x);
      else if (y * end < 0) found.add(bisect(f, x, next));
      [x, y] = [next, end];
    }
  }
  return [...found].sort((a, b) => a - b);
}

function bisect(f: (x: number) => number, low: number, high: number): number {
  const sign = Math.sign(f(low));
  for (let k = 0; k < 80; k++) {
    const middle = (low + high) / 2;
    if (middle === low || middle === high) break;
    const y = f(middle);
    if (y === 0) return middle + 0;
    if (Math.sign(y) === sign) low = middle;
    else high = middle;
  }
  return Math.abs(high) < 1e-12 ? 0 : high;
}
