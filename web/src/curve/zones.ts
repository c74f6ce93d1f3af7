/** Where a curve is dead (slope exactly 0) or saturated (less than a twentieth of its steepest slope). */
import { data } from "../data";
import type { Curve } from "./bound";

export interface Zone {
  kind: "dead" | "saturated";
  from: number;
  to: number;
}

// As in the computed properties and in the doctor.
const SATURATED = data.doctor.thresholds.SATURATION!;
const NEAR = 10;
const STEPS = 600;
// So many looks further out, up to a hundred away.
const FAR = 64;

/** The steepest slope between -10 and 10. */
export function steepest(curve: Curve): number {
  let found = 0;
  for (let k = 0; k <= STEPS; k++) {
    const slope = Math.abs(curve.slope(-NEAR + (2 * NEAR * k) / STEPS));
    if (Number.isFinite(slope)) found = Math.max(found, slope);
  }
  return found;
}

/** Whether a curve stays as flat to the left or to the right of a zone: a slope on its way through 0 does not. */
function goesOn(curve: Curve, zone: Zone, limit: number): boolean {
  const middle = (zone.from + zone.to) / 2;
  const isFlat = (side: number) => {
    for (let k = 1; k <= FAR; k++) {
      const slope = Math.abs(curve.slope(middle + (side * k * k) / 40));
      if (slope >= limit) return false;
    }
    return true;
  };
  return isFlat(1) || isFlat(-1);
}

/** The zones between two ends. */
export function zones(curve: Curve, low: number, high: number): Zone[] {
  const limit = SATURATED * steepest(curve);
  const found: Zone[] = [];
  const kindAt = (x: number): Zone["kind"] | undefined => {
    const slope = Math.abs(curve.slope(x));
    return slope === 0 ? "dead" : slope < limit ? "saturated" : undefined;
  };
  const step = (high - low) / STEPS;
  let open: Zone | undefined;
  for (let k = 0; k < STEPS; k++) {
    // The middle of a step: a slope that is 0 at one point only makes no zone.
    const [a, b] = [low + k * step, low + (k + 1) * step];
    const kind = kindAt(a + 0.381966 * step);
    if (open && open.kind === kind) {
      open.to = b;
    } else {
      open = kind && { kind, from: a, to: b };
      if (open) found.push(open);
    }
  }
  return found.filter(
    (zone) => zone.to - zone.from > 1.5 * step && (zone.kind === "dead" || goesOn(curve, zone, limit)),
  );
}
