/** What Python wrote: the facts of all functions, and the functions themselves. */
import * as numbers from "./numbers.js";
import type { Language } from "./words/language";

export type Both<T> = Record<Language, T>;
export type Kind = "element" | "gate" | "axis";

export interface Notes {
  summary: string;
  purpose: string;
  strengths: string;
  weaknesses: string;
  instead: string;
}

export interface Parameter {
  name: string;
  symbol?: string;
  default: number | string;
  low?: number;
  high?: number;
  openLow?: boolean;
  openHigh?: boolean;
  domain?: string;
  learnable?: boolean;
  about?: string;
  choices?: Record<string, string>;
}

export interface Facts {
  range: [number, number];
  limits: [number, number];
  kinks: number[];
  dead: [number, number][];
  saturation: [number | null, number | null];
  bounded: boolean;
  smooth: boolean;
  smoothness: number;
  monotone: boolean;
  centred: boolean;
  symmetry: string;
  lipschitz: number;
  mean: number;
  std: number;
  gains: Partial<Record<"forward" | "backward" | "variance", number>>;
  chi: number | null;
}

export interface Elsewhere {
  library: string;
  name: string;
  differs: Both<string>;
}

/** Errors in ulps by library, of f and of f'. */
export interface Accuracy {
  dtype: string;
  errors: Record<string, string>;
}

/** Nanoseconds per element by library. */
export interface Speed {
  what: string;
  elements: string;
  times: Record<string, string>;
}

export interface Entry {
  name: string;
  kind: Kind;
  family: string;
  year: number;
  paper: string;
  module: string;
  aliases: string[];
  after: string[];
  title: Both<string>;
  notes: Both<Notes>;
  formulas: string[];
  code: Record<string, string>;
  definition: string;
  inputs: string[];
  parameters: Parameter[];
  learnable: boolean;
  exponential?: boolean;
  requires?: string;
  promise?: Both<[string, string]>;
  rows?: Both<[string, string][]>;
  facts?: Facts;
  pair?: { from: number; to: number; values: number[][]; slopes: number[][] };
  place: [number, number] | null;
  elsewhere: Elsewhere[];
  accuracy: Accuracy[];
  speed: Speed[];
}

export interface ClaimPart {
  statement: Both<string>;
  verdict: Both<string>;
  word: string;
  measured: Both<string>;
  rule: Both<string>;
  rows: { condition: Both<string>; effect: Both<string>; seeds: number; word: string }[];
}

export interface Claim {
  number: number;
  name: string;
  statement: Both<string>;
  belief: Both<string>;
  setting: Both<string>;
  source: string;
  word: string;
  verdict: Both<string>;
  parts: ClaimPart[];
  picture: Both<string>;
  functions: string[];
  day: string;
  versions: string;
}

/** A tree of ops: [op, ...arguments], an argument by its place "0", "1", or a number. */
export type Tree = string | number | [string, ...Tree[]];

export interface OpRow {
  arity: number;
  partials: Tree[] | null;
  /** The op in ops that JavaScript has, where it lacks this one. */
  lower?: Tree;
}

export interface Doctor {
  thresholds: Record<string, number>;
  rules: Record<string, Both<string>>;
  messages: Record<string, Both<string>>;
  causes: Record<string, Both<string>>;
}

export interface Choice {
  function: string;
  reason: Both<string>;
  evidence: Both<string>;
  links: { text: Both<string>; to: string }[];
}

export interface Question {
  name: string;
  asks: Both<string>;
  answers: { name: string; text: Both<string>; next?: string; choices?: Choice[] }[];
}

export interface Data {
  version: string;
  families: Record<string, Both<string>>;
  /** The functions that the library began with. */
  founding: string[];
  functions: Entry[];
  claims: Claim[];
  ops: Record<string, OpRow>;
  doctor: Doctor;
  questions: Question[];
  measured: { accuracy: string; speed: string };
  /** Titles and addresses of the documentation beside the atlas. */
  docs: Both<[string, string][]>;
}

export type Real = (...numbers: number[]) => number;

/** A function's faces by name ("value", "slope_x", ...), and the differences at whose roots its conditions change. */
export type Faces = { value: Real; breaks: Real[] } & Record<string, Real | Real[]>;

declare global {
  // eslint-disable-next-line no-var
  var softkneeData: Data;
  // eslint-disable-next-line no-var
  var softkneeFunctions: (N: typeof numbers) => Record<string, Faces>;
}

export const data: Data = globalThis.softkneeData;
export const faces: Record<string, Faces> = globalThis.softkneeFunctions(numbers);

const byName = new Map<string, Entry>();
for (const entry of data.functions) for (const name of [entry.name, ...entry.aliases]) byName.set(name, entry);

/** The function of a name or alias, in any case. */
export function find(name: string): Entry | undefined {
  return byName.get(name) ?? byName.get(name.toLowerCase().replace(/[- ]/g, "_"));
}

/** The names nearest to one that is not known. */
export function near(name: string): string[] {
  const wanted = name.slice(0, 80).toLowerCase();
  return [...byName.keys()]
    .map((known) => [distance(wanted, known), known] as const)
    .filter(([far, known]) => far <= Math.max(2, known.length / 3))
    .sort(([a], [b]) => a - b)
    .slice(0, 3)
    .map(([, known]) => known);
}

function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, at) => at);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const change = row[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(change, row[j]! + 1, next[j - 1]! + 1));
    }
    row = next;
  }
  return row[b.length]!;
}
