/** The part of the plane that a plot shows, and how an address has it. */
import { extent, sample } from "./sample";

export interface View {
  x: [number, number];
  y: [number, number];
}

// Beyond these the ticks of an axis are the same number.
const FINEST = 1e-8;
const FURTHEST = 1e7;

/** The view that an address asks for; undefined where it asks for none, or for what cannot be shown. */
export function readView(text: string | undefined): View | undefined {
  const found = text?.split(",").map(Number);
  if (found?.length !== 4 || !found.every(Number.isFinite)) return undefined;
  const [a, b, c, d] = found as [number, number, number, number];
  const isSeen = (from: number, to: number) =>
    to - from >= FINEST && Math.max(Math.abs(from), Math.abs(to)) <= FURTHEST;
  return isSeen(a, b) && isSeen(c, d) ? { x: [a, b], y: [c, d] } : undefined;
}

/** A view as an address has it. */
export function viewText(view: View): string {
  return [...view.x, ...view.y].map((each) => Number(each.toPrecision(6))).join(",");
}

/** A view that shows a set of curves between two ends. */
export function viewOf(functions: ((x: number) => number)[], low: number, high: number, least?: View["y"]): View {
  const lines = functions.flatMap((f) => sample(f, low, high, 200));
  const [bottom, top] = extent(lines) ?? [-1, 1];
  const limit = 1.2 * Math.max(Math.abs(low), Math.abs(high));
  const y: View["y"] = [Math.max(bottom, -limit), Math.min(top, limit)];
  if (least) return { x: [low, high], y: [Math.min(y[0], least[0]), Math.max(y[1], least[1])] };
  return { x: [low, high], y: y[0] < y[1] ? y : [-1, 1] };
}
