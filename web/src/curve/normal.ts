/** What a function makes of a normally distributed input. */
import type { Curve } from "./bound";
import { normal_pdf } from "../numbers.js";

export interface Outcome {
  mean: number;
  std: number;
  /** Shares of the input: where the output is exactly 0, and where the slope is. */
  zeros: number;
  flat: number;
  /** The root of E f'^2: what a gradient is multiplied by, on average. */
  gradient: number;
  /** The output's density over equal parts of [low, high], and what lies on one single value. */
  density: number[];
  low: number;
  high: number;
  atoms: { at: number; share: number }[];
}

const COUNT = 6000;
const REACH = 8;

/** The distribution of f(mean + std z) for z ~ N(0, 1), seen between two values. */
export function outcome(curve: Curve, mean: number, std: number, low: number, high: number, bins = 96): Outcome {
  const density = new Array<number>(bins).fill(0);
  const repeated = new Map<number, number>();
  let [first, second, zeros, flat, steep, total] = [0, 0, 0, 0, 0, 0];
  let last = NaN;
  for (let k = 0; k < COUNT; k++) {
    const z = -REACH + (2 * REACH * (k + 0.5)) / COUNT;
    const weight = normal_pdf(z) * ((2 * REACH) / COUNT);
    const y = curve.value(mean + std * z);
    const slope = curve.slope(mean + std * z);
    total += weight;
    first += weight * y;
    second += weight * y * y;
    steep += weight * slope * slope;
    if (y === 0) zeros += weight;
    if (slope === 0) flat += weight;
    if (y === last) repeated.set(y, (repeated.get(y) ?? 0) + weight);
    last = y;
    const bin = Math.floor(((y - low) / (high - low)) * bins);
    if (bin >= 0 && bin < bins && !repeated.has(y)) density[bin]! += weight;
  }
  const middle = first / total;
  return {
    // What rounding leaves of halves that cancel is nothing.
    mean: Math.abs(middle) < 1e-12 * Math.sqrt(second / total) ? 0 : middle,
    std: Math.sqrt(Math.max(0, second / total - middle * middle)),
    zeros: zeros / total,
    flat: flat / total,
    gradient: Math.sqrt(steep / total),
    density,
    low,
    high,
    atoms: [...repeated].filter(([, share]) => share > 0.005).map(([at, share]) => ({ at, share })),
  };
}
