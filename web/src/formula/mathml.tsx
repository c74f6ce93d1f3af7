/** A tree as MathML. */
import type { ComponentChildren } from "preact";
import { Fragment } from "preact";
import type { Tree } from "../data";
import { shown } from "../view/number";
import { repeated } from "./python";

// How tightly things hold together.
const [CASES, SUM, PRODUCT, PREFIX, POWER, ATOM] = [0, 1, 2, 3, 4, 5];
type Made = [ComponentChildren, number];

const GREEK: Record<string, string> = {
  alpha: "α", beta: "β", gamma: "γ", delta: "δ", theta: "θ", lambda: "λ", lambd: "λ", mu: "μ", sigma: "σ", omega: "ω",
  tau: "τ", rho: "ρ", eta: "η",
}; // prettier-ignore
const FUNCTIONS: Record<string, string> = {
  sin: "sin", cos: "cos", tanh: "tanh", atan: "arctan", asinh: "arsinh", erf: "erf", erfc: "erfc", log: "ln",
  sigmoid: "σ", normal_cdf: "Φ", normal_pdf: "φ",
}; // prettier-ignore
const SIGNS: Record<string, string> = { gt: ">", ge: "≥", lt: "<", le: "≤", eq: "=", and: "∧", or: "∨" };

interface Props {
  left: ComponentChildren;
  tree: Tree;
  words: { if: string; otherwise: string };
}

export function Formula({ left, tree, words }: Props) {
  return (
    <math display="block">
      <mrow>
        {left}
        <mo>=</mo>
        {write(tree, words)[0]}
      </mrow>
    </math>
  );
}

/** A sign, not a difference. */
function Minus() {
  return <mo {...{ form: "prefix" }}>−</mo>;
}

function row(...parts: ComponentChildren[]): ComponentChildren {
  return <mrow>{parts}</mrow>;
}

function fenced(inner: ComponentChildren): ComponentChildren {
  return row(<mo>(</mo>, inner, <mo>)</mo>);
}

function write(tree: Tree, words: Props["words"]): Made {
  const inside = (part: Tree, level: number): ComponentChildren => {
    const [made, own] = write(part, words);
    return own >= level ? made : fenced(made);
  };
  if (typeof tree === "number")
    return tree < 0 ? [row(<mo>−</mo>, <mn>{shown(-tree, 7)}</mn>), SUM] : [<mn>{shown(tree, 7)}</mn>, ATOM];
  if (typeof tree === "string") return [<mi>{GREEK[tree] ?? tree}</mi>, ATOM];
  const [op, ...args] = tree;
  const [a, b] = args as [Tree, Tree];
  switch (op) {
    case "pi":
      return [<mi>π</mi>, ATOM];
    case "add":
    case "sub":
      return [row(inside(a, SUM), <mo>{op === "add" ? "+" : "−"}</mo>, inside(b, op === "add" ? SUM : PRODUCT)), SUM];
    case "neg":
      return [row(<Minus />, inside(a, PRODUCT)), SUM];
    case "mul": {
      const [base, count] = repeated(tree);
      if (count > 1)
        return [
          <msup>
            {inside(base, ATOM)}
            <mn>{count}</mn>
          </msup>,
          POWER,
        ];
      return [row(inside(a, PRODUCT), <mspace width="0.17em" />, inside(b, PREFIX)), PRODUCT];
    }
    case "div":
      return [
        <mfrac>
          {write(a, words)[0]}
          {write(b, words)[0]}
        </mfrac>,
        ATOM,
      ];
    case "sqrt":
      return [<msqrt>{write(a, words)[0]}</msqrt>, ATOM];
    case "exp":
      return [
        <msup>
          <mi>e</mi>
          {row(write(a, words)[0])}
        </msup>,
        POWER,
      ];
    case "expm1":
      return [
        row(
          <msup>
            <mi>e</mi>
            {row(write(a, words)[0])}
          </msup>,
          <mo>−</mo>,
          <mn>1</mn>,
        ),
        SUM,
      ];
    case "gauss":
      return [
        <msup>
          <mi>e</mi>
          {row(
            <Minus />,
            <msup>
              {inside(a, ATOM)}
              <mn>2</mn>
            </msup>,
          )}
        </msup>,
        POWER,
      ];
    case "pow":
      return [
        <msup>
          {inside(a, ATOM)}
          {row(write(b, words)[0])}
        </msup>,
        POWER,
      ];
    case "log1p":
      return [row(<mi>ln</mi>, fenced(row(<mn>1</mn>, <mo>+</mo>, inside(a, SUM)))), PREFIX];
    case "softplus":
      return [
        row(
          <mi>ln</mi>,
          fenced(
            row(
              <mn>1</mn>,
              <mo>+</mo>,
              <msup>
                <mi>e</mi>
                {row(write(a, words)[0])}
              </msup>,
            ),
          ),
        ),
        PREFIX,
      ];
    case "where":
      return cases(tree, words);
  }
  if (op in SIGNS) return [row(inside(a, SUM), <mo>{SIGNS[op]}</mo>, inside(b, SUM)), CASES];
  return [row(<mi>{FUNCTIONS[op] ?? op}</mi>, <mo>&#x2061;</mo>, fenced(write(a, words)[0])), PREFIX];
}

function cases(tree: Tree, words: Props["words"]): Made {
  const rows: [Tree, Tree][] = [];
  let rest: Tree = tree;
  while (Array.isArray(rest) && rest[0] === "where") {
    rows.push([rest[2] as Tree, rest[1] as Tree]);
    rest = rest[3] as Tree;
  }
  const made = (
    <mtable class="cases">
      {rows.map(([value, condition], at) => (
        <mtr key={at}>
          <mtd>{write(value, words)[0]}</mtd>
          <mtd>
            <mtext>{`${words.if}\u00a0`}</mtext>
            {write(condition, words)[0]}
          </mtd>
        </mtr>
      ))}
      <mtr>
        <mtd>{write(rest, words)[0]}</mtd>
        <mtd>
          <mtext>{words.otherwise}</mtext>
        </mtd>
      </mtr>
    </mtable>
  );
  return [<Fragment>{made}</Fragment>, CASES];
}
