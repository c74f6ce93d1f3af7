/** Trees of ops: simplified as they are built, differentiated by the catalogue's own table, evaluated without `eval`. */
import { data, type Tree } from "../data";
import * as numbers from "../numbers.js";

type Node = [string, ...Tree[]];
const isNode = (tree: Tree | undefined): tree is Node => Array.isArray(tree);

/** An op on trees, without what is exactly superfluous. */
export function make(op: string, ...args: Tree[]): Tree {
  const [a, b] = args as [Tree, Tree];
  switch (op) {
    case "add":
      return a === 0 ? b : b === 0 ? a : isNode(b) && b[0] === "neg" ? make("sub", a, b[1]!) : folded(op, a, b);
    case "sub":
      return b === 0
        ? a
        : a === 0
          ? make("neg", b)
          : same(a, b)
            ? 0
            : isNode(b) && b[0] === "neg"
              ? make("add", a, b[1]!)
              : folded(op, a, b);
    case "mul":
      if (a === 0 || b === 0) return 0;
      return a === 1 ? b : b === 1 ? a : a === -1 ? make("neg", b) : b === -1 ? make("neg", a) : folded(op, a, b);
    case "div":
      return b === 1 ? a : a === 0 && b !== 0 ? 0 : folded(op, a, b);
    case "neg":
      return typeof a === "number" ? -a : isNode(a) && a[0] === "neg" ? a[1]! : [op, a];
    case "where":
      return same(args[1]!, args[2]!) ? args[1]! : [op, ...args];
    default:
      return [op, ...args];
  }
}

function folded(op: string, a: Tree, b: Tree): Tree {
  if (typeof a !== "number" || typeof b !== "number" || (op === "div" && b === 0)) return [op, a, b];
  return { add: a + b, sub: a - b, mul: a * b, div: a / b }[op]!;
}

export function same(a: Tree, b: Tree): boolean {
  return a === b || (isNode(a) && isNode(b) && a.length === b.length && a.every((each, at) => same(each, b[at]!)));
}

/** A tree with each op made anew by `make`. */
export function simplified(tree: Tree): Tree {
  if (!isNode(tree)) return tree;
  const [op, ...args] = tree;
  return make(op, ...args.map(simplified));
}

/** The names in a tree, in the order of their first use. */
export function namesOf(tree: Tree, found = new Set<string>()): Set<string> {
  if (typeof tree === "string") found.add(tree);
  if (isNode(tree)) tree.slice(1).forEach((each) => namesOf(each as Tree, found));
  return found;
}

/** How many ops a tree has. */
export function sizeOf(tree: Tree): number {
  return isNode(tree) ? 1 + tree.slice(1).reduce((sum: number, each) => sum + sizeOf(each as Tree), 0) : 1;
}

/** The derivative by a name. Conditions select derivatives; at a tie they decide as just left of it. */
export function derivative(tree: Tree, name: string): Tree {
  if (tree === name) return 1;
  if (!isNode(tree)) return 0;
  const [op, ...args] = tree;
  if (op === "where")
    return make("where", fromLeft(args[0]!, name), derivative(args[1]!, name), derivative(args[2]!, name));
  let total: Tree = 0;
  data.ops[op]!.partials?.forEach((partial, at) => {
    total = make("add", total, make("mul", derivative(args[at]!, name), filled(partial, args)));
  });
  return total;
}

/** A rule of the table with its places "0", "1" filled in. */
function filled(rule: Tree, args: Tree[]): Tree {
  if (typeof rule === "string") return args[Number(rule)]!;
  if (!isNode(rule)) return rule;
  const [op, ...inner] = rule;
  return make(op, ...inner.map((each) => filled(each, args)));
}

const TIES: Record<string, string> = { gt: "ge", ge: "gt", lt: "le", le: "lt" };

function fromLeft(condition: Tree, name: string): Tree {
  if (!isNode(condition)) return condition;
  const [op, ...args] = condition;
  if (op === "and" || op === "or") return [op, ...args.map((each) => fromLeft(each, name))];
  const rise = derivative(make("sub", args[0]!, args[1]!), name);
  if (typeof rise !== "number" || rise === 0) return condition;
  const strict = op === "gt" || op === "ge" ? "gt" : "lt";
  // Left of the tie a rising difference is below zero.
  const holds = strict === "gt" ? rise < 0 : rise > 0;
  return [holds ? TIES[strict]! : strict, ...args];
}

/** A tree as a function of the numbers of these names. */
export function compiled(tree: Tree, names: string[]): (...values: number[]) => number {
  const run = closure(tree, names);
  return (...values) => run(values);
}

type Run = (values: number[]) => number;

const library: Record<string, unknown> = numbers;

const COMPARES: Record<string, (a: number, b: number) => boolean> = {
  gt: (a, b) => a > b,
  ge: (a, b) => a >= b,
  lt: (a, b) => a < b,
  le: (a, b) => a <= b,
  eq: (a, b) => a === b,
};

const INFIX: Record<string, (a: number, b: number) => number> = {
  add: (a, b) => a + b,
  sub: (a, b) => a - b,
  mul: (a, b) => a * b,
  div: (a, b) => a / b,
};

function closure(tree: Tree, names: string[]): Run {
  if (typeof tree === "number") return () => tree;
  if (typeof tree === "string") {
    const at = names.indexOf(tree);
    return (values) => values[at] ?? NaN;
  }
  const [op, ...args] = tree;
  if (op === "pi") return () => Math.PI;
  if (op === "where") {
    const holds = test(args[0]!, names);
    const [a, b] = [closure(args[1]!, names), closure(args[2]!, names)];
    return (values) => (holds(values) ? a(values) : b(values));
  }
  const [first, second] = args.map((each) => closure(each, names)) as [Run, Run];
  if (op === "neg") return (values) => -first(values);
  const infix = INFIX[op];
  if (infix) return (values) => infix(first(values), second(values));
  const f = (library[op] ?? (Math as unknown as Record<string, unknown>)[op]) as (x: number) => number;
  return (values) => f(first(values));
}

function test(tree: Tree, names: string[]): (values: number[]) => boolean {
  const [op, ...args] = tree as Node;
  if (op === "and" || op === "or") {
    const [a, b] = args.map((each) => test(each, names)) as [(v: number[]) => boolean, (v: number[]) => boolean];
    return op === "and" ? (values) => a(values) && b(values) : (values) => a(values) || b(values);
  }
  const compares = COMPARES[op]!;
  const [a, b] = args.map((each) => closure(each, names)) as [Run, Run];
  return (values) => compares(a(values), b(values));
}

/** The differences at whose roots conditions on a name change. */
export function differences(tree: Tree, name: string, found: Tree[] = []): Tree[] {
  if (!isNode(tree)) return found;
  const [op, ...args] = tree;
  if (op in COMPARES && namesOf(tree).has(name)) found.push(make("sub", args[0]!, args[1]!));
  args.forEach((each) => differences(each, name, found));
  return found;
}
