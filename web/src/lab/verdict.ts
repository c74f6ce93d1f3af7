/** The doctor's rules on a simulated network, by the doctor's own thresholds and in its words. */
import { data, type Both, type Facts } from "../data";
import type { Language } from "../words/language";
import type { Run } from "./network";

export interface Verdict {
  rule: string;
  severity: "critical" | "warning";
  layer: string;
  message: Both<string>;
  remedy: Both<string>;
}

const { thresholds, messages } = data.doctor;

function said(rule: string, values: Record<string, string>): Both<string> {
  const fill = (text: string) => text.replace(/\{(\w+)\}/g, (all, name: string) => values[name] ?? all);
  const template = messages[rule]!;
  return { en: fill(template.en), zh: fill(template.zh) };
}

const name = (layer: number) => `layer ${layer + 1}`;

/** What the doctor would say at the start of training; nothing of a healthy network. */
export function judge(run: Run, activation: string, facts: Facts | undefined, gain: number, bias: number): Verdict[] {
  const { layers } = run;
  const found: Verdict[] = [];
  const first = layers[0]!;
  const last = layers[layers.length - 1]!;
  const remedy = remedyFor(activation, facts, gain, bias);
  if (!run.finite) {
    const at = layers.findIndex((each) => each.wrong > 0);
    found.push({
      rule: "non-finite",
      severity: "critical",
      layer: name(at),
      message: said("non-finite", { what: name(at), count: String(layers[at]!.wrong) }),
      remedy,
    });
    return found;
  }
  const hasDeadZone = (facts?.dead.length ?? 0) > 0;
  const worst = (of: (layer: (typeof layers)[number]) => number) =>
    layers.reduce((best, each, at) => (of(each) > of(layers[best]!) ? at : best), 0);
  const deadAt = worst((each) => each.dead);
  if (layers[deadAt]!.dead > thresholds.DEAD_WARNING!) {
    const { dead, deadCount } = layers[deadAt]!;
    found.push({
      rule: "dead",
      severity: dead > thresholds.DEAD_CRITICAL! ? "critical" : "warning",
      layer: name(deadAt),
      message: said("dead", {
        count: String(deadCount),
        units: String(Math.round(deadCount / dead)),
        activation,
        samples: String(run.samples),
      }),
      remedy,
    });
  }
  const flatAt = worst((each) => each.saturated);
  if (layers[flatAt]!.saturated > thresholds.SATURATED_SHARE! && !(hasDeadZone && !facts?.bounded)) {
    const share = `${Math.round(100 * layers[flatAt]!.saturated)}%`;
    found.push({
      rule: "saturated",
      severity: "warning",
      layer: name(flatAt),
      message: said("saturated", { share, activation }),
      remedy,
    });
  }
  const ratio = first.gradient / last.gradient;
  const slope = Math.log10(ratio) / (layers.length - 1);
  const values = { first: name(0), last: name(layers.length - 1), slope: signed(slope) };
  const isCut = layers.some((each) => each.dead > thresholds.DEAD_CRITICAL!);
  if (layers.length > 1 && ratio < thresholds.VANISHING! && !isCut) {
    const ratioShown = exponential(ratio, 1);
    found.push({
      rule: "vanishing",
      severity: "critical",
      layer: name(0),
      message: said("vanishing", { ...values, ratio: ratioShown }),
      remedy,
    });
  }
  if (layers.length > 1 && ratio > thresholds.EXPLODING!) {
    const ratioShown = ratio >= 1000 ? exponential(ratio, 2) : String(Number(ratio.toPrecision(3)));
    found.push({
      rule: "exploding",
      severity: "critical",
      layer: name(0),
      message: said("exploding", { ...values, ratio: ratioShown }),
      remedy,
    });
  }
  found.push(...departure(run, remedy));
  // Of the second half of the network the last layer where it is so.
  const likeAt = layers.map((each) => each.meanCosine > thresholds.MEAN_COSINE!).lastIndexOf(true);
  const own = facts ? facts.mean ** 2 / (facts.mean ** 2 + facts.std ** 2) : 1;
  if (likeAt >= Math.floor(layers.length / 2) && own < thresholds.MEAN_COSINE!) {
    found.push({
      rule: "collapse",
      severity: "warning",
      layer: name(likeAt),
      message: said("collapse", { cosine: layers[likeAt]!.meanCosine.toFixed(3) }),
      remedy,
    });
  }
  return found;
}

/** The signal's second moment leaves a band over all layers, and most at one. */
function departure(run: Run, remedy: Both<string>): Verdict[] {
  const levels = [run.input, ...run.layers.map((each) => each.before)];
  const growths = levels.slice(1).map((each, at) => each / levels[at]!);
  const total = levels[levels.length - 1]! / levels[0]!;
  const far = (growth: number) => Math.abs(Math.log(growth));
  const at = growths.reduce((best, each, place) => (far(each) > far(growths[best]!) ? place : best), 0);
  const { LAYER_GROWTH, TOTAL_GROWTH } = thresholds;
  if (far(growths[at]!) <= Math.log(LAYER_GROWTH!) || far(total) <= Math.log(TOTAL_GROWTH!)) return [];
  const message = said("init", {
    total: exponential(total, 1),
    layers: String(run.layers.length),
    growth: growths[at]! >= 100 ? exponential(growths[at]!, 1) : String(Number(growths[at]!.toPrecision(2))),
    layer: name(at),
  });
  return [{ rule: "init", severity: "warning", layer: name(at), message, remedy }];
}

/** Its own gain without biases; where it has that, another function if it takes from gradients even so, or to normalise. */
function remedyFor(activation: string, facts: Facts | undefined, gain: number, bias: number): Both<string> {
  const wanted = facts?.gains.forward;
  if (!facts || wanted === undefined) return said("remedy-normalise", {});
  const isOwn = Math.abs(gain / wanted - 1) < 0.02 && bias === 0;
  if (!isOwn) return said("remedy-gain", { activation, gain: wanted.toPrecision(4) });
  const takes = facts.lipschitz * wanted < 1;
  return takes ? said("remedy-swap", { new: "gelu", old: activation }) : said("remedy-normalise", {});
}

/** As Python writes it: with two digits in the exponent. */
function exponential(value: number, digits: number): string {
  return value.toExponential(digits).replace(/e([+-])(\d)$/, "e$10$2");
}

function signed(value: number): string {
  return Number.isFinite(value) ? `${value < 0 ? "\u2212" : "+"}${Math.abs(value).toFixed(2)}` : "\u2212\u221e";
}

/** A layer's name in a language; messages hold it in English. */
export function layerIn(text: string, language: Language): string {
  return language === "zh" ? text.replace(/ ?layer (\d+) ?/g, "第 $1 层") : text;
}
