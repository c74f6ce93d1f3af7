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

/** A tree with each op made anew by `make`, a part that stands in several places once. */
export function simplified(tree: Tree, known = new Map<Node, Tree>()): Tree {
  if (!isNode(tree)) return tree;
  const [op, ...args] = tree;
  const found = known.get(tree) ?? make(op, ...args.map((each) => simplified(each, known)));
  known.set(tree, found);
  return found;
}

/** The names in a tree, in the order of their first use. */
export function namesOf(tree: Tree, found = new Set<string>()): Set<string> {
  if (typeof tree === "string") found.add(tree);
  if (isNode(tree)) tree.slice(1).forEach((each) => namesOf(each as Tree, found));
  return found;
}

/** Whether a tree, written out, has more than so many ops, names and numbers. */
export function isLarger(tree: Tree, most: number): boolean {
  const waiting: Tree[] = [tree];
  for (let count = 0; waiting.length > 0; count++) {
    if (count === most) return true;
    const part = waiting.pop()!;
    if (isNode(part)) waiting.push(...(part.slice(1) as Tree[]));
  }
  return false;
}

type Known = Map<Node, Tree>;

/** The derivative by a name; at a kink, its limit from the left. */
export function derivative(tree: Tree, name: string): Tree {
  return fromLeft(partial(tree, name), name);
}

/** The derivative, conditions as they stand: they select derivatives. */
function partial(tree: Tree, name: string, known: Known = new Map()): Tree {
  if (tree === name) return 1;
  if (!isNode(tree)) return 0;
  // Derivatives share their parts: without `known` their number would multiply from level to level.
  const found = known.get(tree) ?? partialOf(tree, name, known);
  known.set(tree, found);
  return found;
}

function partialOf([op, ...args]: Node, name: string, known: Known): Tree {
  const by = (part: Tree) => partial(part, name, known);
  if (op === "where") return make("where", args[0]!, by(args[1]!), by(args[2]!));
  let total: Tree = 0;
  data.ops[op]!.partials?.forEach((factor, at) => {
    const inner = by(args[at]!);
    if (inner !== 0) total = make("add", total, make("mul", inner, filled(factor, args)));
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

/** A tree in which each comparison decides a tie as it does just left of it. */
function fromLeft(tree: Tree, name: string, known: Known = new Map()): Tree {
  if (!isNode(tree)) return tree;
  const found = known.get(tree) ?? leftOf(tree, name, known);
  known.set(tree, found);
  return found;
}

function leftOf(tree: Node, name: string, known: Known): Tree {
  const [op, ...old] = tree;
  const args = old.map((each) => fromLeft(each, name, known));
  if (!(op in TIES) || !namesOf(tree).has(name)) return make(op, ...args);
  const strict = op === "gt" || op === "ge" ? "gt" : "lt";
  // Left of the tie a rising difference is below zero.
  const holds = strict === "gt" ? "lt" : "gt";
  const rise = partial(make("sub", old[0]!, old[1]!), name);
  if (typeof rise === "number") return [(holds === "lt" ? rise < 0 : rise > 0) ? TIES[strict]! : strict, ...args];
  return ["or", [strict, ...args], ["and", ["eq", ...args], [holds, rise, 0]]];
}

type Step = (done: number[]) => number;

/** A tree as a function of the numbers of these names: steps one after another, each part of the tree once. */
export function compiled(tree: Tree, names: string[]): (...values: number[]) => number {
  const steps: Step[] = [];
  const places = new Map<Tree, number>();
  const place = (part: Tree): number => {
    const known = places.get(part);
    if (known !== undefined) return known;
    const made = step(part, place);
    steps.push(made);
    places.set(part, steps.length - 1);
    return steps.length - 1;
  };
  names.forEach(place);
  place(tree);
  const done = new Array<number>(steps.length);
  return (...values) => {
    values.forEach((value, at) => (done[at] = value));
    for (let at = names.length; at < steps.length; at++) done[at] = steps[at]!(done);
    return done[places.get(tree)!]!;
  };
}

const library: Record<string, unknown> = numbers;

const INFIX: Record<string, (a: number, b: number) => number> = {
  add: (a, b) => a + b,
  sub: (a, b) => a - b,
  mul: (a, b) => a * b,
  div: (a, b) => a / b,
  gt: (a, b) => Number(a > b),
  ge: (a, b) => Number(a >= b),
  lt: (a, b) => Number(a < b),
  le: (a, b) => Number(a <= b),
  eq: (a, b) => Number(a === b),
  and: (a, b) => a && b,
  or: (a, b) => a || b,
};

/** One step: what a part makes of the steps before it; a condition gives 1 or 0. */
function step(part: Tree, place: (part: Tree) => number): Step {
  if (typeof part === "number") return () => part;
  if (typeof part === "string") return () => NaN; // the names that have a number are no steps
  const [op, ...args] = part;
  if (op === "pi") return () => Math.PI;
  if (op === "nan") return () => NaN;
  const lower = data.ops[op]?.lower;
  if (lower !== undefined) {
    const at = place(filled(lower, args));
    return (done) => done[at]!;
  }
  const [a, b, c] = args.map(place) as [number, number, number];
  if (op === "where") return (done) => (done[a] ? done[b]! : done[c]!);
  if (op === "neg") return (done) => -done[a]!;
  const infix = INFIX[op];
  if (infix) return (done) => infix(done[a]!, done[b]!);
  const f = (library[op] ?? (Math as unknown as Record<string, unknown>)[op]) as (x: number) => number;
  return (done) => f(done[a]!);
}

const COMPARES = new Set(["gt", "ge", "lt", "le", "eq"]);

/** The differences at whose roots conditions on a name change. */
export function differences(tree: Tree, name: string, found: Tree[] = []): Tree[] {
  if (!isNode(tree)) return found;
  const [op, ...args] = tree;
  if (COMPARES.has(op) && namesOf(tree).has(name)) found.push(make("sub", args[0]!, args[1]!));
  args.forEach((each) => differences(each, name, found));
  return found;
}
