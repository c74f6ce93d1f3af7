/** A tree as a Python definition that softknee takes. */
import type { Tree } from "../data";
import { same } from "./tree";

const INFIX: Record<string, [string, number]> = {
  or: ["|", 1],
  and: ["&", 2],
  gt: [">", 3],
  ge: [">=", 3],
  lt: ["<", 3],
  le: ["<=", 3],
  add: ["+", 4],
  sub: ["-", 4],
  mul: ["*", 5],
  div: ["/", 5],
};
const SIGN = 6;
const POWER = 7;
const ATOM = 8;

// Names that Python or softknee's own calls have taken.
const TAKEN = new Set(
  (
    "False None True and as assert async await break class continue def del elif else except finally for from global if " +
    "import in is lambda nonlocal not or pass raise return try while with yield " +
    "out where casting order subok at_kink axis dtype knee"
  ).split(" "),
);
const safe = (name: string) => (TAKEN.has(name) ? `${name}_` : name);

/** The whole definition, parameters with their present values as defaults. */
export function definition(tree: Tree, name: string, parameters: Record<string, number>): string {
  const given = Object.entries(parameters).map(([each, value]) => `${safe(each)}=knee.Parameter(${float(value)})`);
  const head = given.length > 0 ? `@knee.activation(${given.join(", ")})` : "@knee.activation";
  const args = ["x", ...Object.keys(parameters).map(safe)].join(", ");
  return `import softknee as knee\n\n\n${head}\ndef ${safe(name)}(${args}):\n    return ${text(tree)}\n`;
}

const float = (value: number) => (Number.isInteger(value) && Math.abs(value) < 1e15 ? `${value}.0` : String(value));

/** The expression alone. */
export function text(tree: Tree): string {
  return written(tree)[0];
}

function inside(tree: Tree, level: number): string {
  const [found, own] = written(tree);
  return own >= level ? found : `(${found})`;
}

function written(tree: Tree): [string, number] {
  if (typeof tree === "number") return [String(tree), tree < 0 ? SIGN : ATOM];
  if (typeof tree === "string") return [safe(tree), ATOM];
  const [op, ...args] = tree;
  if (op === "pi") return ["knee.ops.pi", ATOM];
  if (op === "neg") return [`-${inside(args[0]!, SIGN)}`, SIGN];
  const infix = INFIX[op];
  if (infix) {
    const [sign, level] = infix;
    const [base, count] = repeated(tree);
    if (count > 1) return [`${inside(base, ATOM)} ** ${count}`, POWER];
    // Python's & binds tighter than a comparison: there each side stands in parentheses.
    const side = level < 3 ? ATOM : level;
    return [`${inside(args[0]!, side)} ${sign} ${inside(args[1]!, level < 3 ? ATOM : level + 1)}`, level];
  }
  if (op === "pow") return [`${inside(args[0]!, ATOM)} ** ${inside(args[1]!, ATOM)}`, POWER];
  if (op === "where") return [`knee.where(${args.map(text).join(", ")})`, ATOM];
  return [`knee.ops.${op}(${args.map(text).join(", ")})`, ATOM];
}

/** x * x * x as x and 3. */
export function repeated(tree: Tree): [Tree, number] {
  let count = 1;
  let rest = tree;
  while (Array.isArray(rest) && rest[0] === "mul") {
    const [, left, right] = rest as [string, Tree, Tree];
    if (!same(right, Array.isArray(left) && left[0] === "mul" ? (left as Tree[])[2]! : left)) return [tree, 1];
    count += 1;
    rest = left;
  }
  return count > 1 ? [rest, count] : [tree, 1];
}
