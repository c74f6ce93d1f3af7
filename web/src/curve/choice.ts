/** Functions at chosen parameters as an address has them: `elu(alpha=0.3),tanh`. */
import { data, find, type Entry } from "../data";
import { defaults, read, stated, type Values } from "./bound";

export interface Choice {
  entry: Entry;
  values: Values;
}

interface Found {
  choices: Choice[];
  /** What names no function. */
  unknown: string[];
  /** Parameters that are none of their function's, or cannot have the value. */
  wrong: string[];
}

// The address of a choice of nothing.
const NOTHING = "none";

/** The choices in a text. */
export function readChoices(text: string): Found {
  const found: Found = { choices: [], unknown: [], wrong: [] };
  if (text === NOTHING) return found;
  for (const piece of text.match(/[^,()]+(?:\([^)]*\)?)?/g) ?? []) {
    const [, name = "", given = ""] = /^([^(]+)(?:\((.*)\))?$/s.exec(piece.trim()) ?? [];
    const entry = find(name.trim());
    if (!entry) {
      found.unknown.push(piece);
      continue;
    }
    const pairs = given.split(",").filter((each) => each.trim() !== "");
    const state = Object.fromEntries(pairs.map((each) => halves(each, "=")));
    const { values, wrong } = read(entry, state);
    const strange = Object.keys(state).filter((key) => !entry.parameters.some((each) => each.name === key));
    found.wrong.push(...[...strange, ...wrong].map((each) => `${entry.name}: ${each}`));
    found.choices.push({ entry, values });
  }
  return found;
}

function halves(text: string, sign: string): [string, string] {
  const at = text.indexOf(sign);
  return at < 0 ? [text.trim(), ""] : [text.slice(0, at).trim(), text.slice(at + 1).trim()];
}

/** A choice as a text; parameters at their defaults are left out. */
export function choiceText({ entry, values }: Choice): string {
  const given = Object.entries(state({ entry, values })).map(([name, value]) => `${name}=${value}`);
  return given.length > 0 ? `${entry.name}(${given.join(",")})` : entry.name;
}

/** Choices as a text. */
export function choicesText(choices: Choice[]): string {
  return choices.map(choiceText).join(",") || NOTHING;
}

/** The parameters of a choice that are not at their defaults, as the address of the function's page has them. */
export function state({ entry, values }: Choice): Record<string, string> {
  const found: Record<string, string> = {};
  for (const { name } of entry.parameters) {
    const text = stated(entry, name, values[name]!);
    if (text !== undefined) found[name] = text;
  }
  return found;
}

/** Functions at their defaults. */
export function usual(entries: Entry[]): Choice[] {
  return entries.map((entry) => ({ entry, values: defaults(entry) }));
}

/** All functions that have a curve. */
export const drawable: Entry[] = data.functions.filter((each) => each.kind !== "axis");
