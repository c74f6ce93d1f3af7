/** Numbers, and what an address holds, as people read them. */

const MINUS = "\u2212";

/** So many significant digits, without needless zeros; infinities as signs. */
export function shown(value: number | null | undefined, digits = 5): string {
  if (value === null || value === undefined || Number.isNaN(value)) return "\u2013";
  if (!Number.isFinite(value)) return value > 0 ? "\u221e" : `${MINUS}\u221e`;
  if (value === 0) return "0";
  const size = Math.abs(value);
  const text = size < 1e-4 || size >= 1e6 ? scientific(value, digits) : String(Number(value.toPrecision(digits)));
  return text.replace(/^-/, MINUS);
}

const RAISED: Record<string, string> = { "-": "\u207b" };
[..."⁰¹²³⁴⁵⁶⁷⁸⁹"].forEach((sign, digit) => (RAISED[digit] = sign));

function scientific(value: number, digits: number): string {
  const [mantissa = "", exponent = "0"] = value.toExponential(Math.max(0, digits - 1)).split("e");
  return `${Number(mantissa)}·10${raised(Number(exponent))}`;
}

/** An exponent in raised digits. */
export function raised(exponent: number): string {
  return [...String(exponent)].map((sign) => RAISED[sign] ?? sign).join("");
}

/** A share as a percentage. */
export function percent(share: number): string {
  const value = 100 * share;
  return `${value !== 0 && value < 9.95 ? Number(value.toPrecision(2)) : Math.round(value)}\u202f%`;
}

/** What somebody wrote, cut where it goes on for long. */
export function short(text: string): string {
  return text.length > 80 ? `${text.slice(0, 80)}…` : text;
}
