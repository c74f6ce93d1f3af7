declare module "*.peggy" {
  import type { Tree } from "../data";

  interface Place {
    start: { offset: number };
    end: { offset: number };
  }
  /** What is wrong with the meaning of a formula. */
  export class FormulaError extends Error {
    kind: string;
    what: string;
    location: Place;
  }
  /** What is wrong with its form. */
  export class SyntaxError extends Error {
    found: string | null;
    location: Place;
  }
  export function parse(text: string, options: { arity: Record<string, number> }): Tree;
}
