/** A plain deep network, simulated: signals forward, gradients backward, at the start of training. */
import type { Curve } from "../curve/bound";
import { data } from "../data";
import { steepest } from "../curve/zones";

export interface Setting {
  depth: number;
  width: number;
  /** Standard deviation of weights times sqrt(fan in). */
  gain: number;
  bias: number;
  /** The input's mean and deviation. */
  mean: number;
  scale: number;
  seed: number;
}

export interface Layer {
  mean: number;
  std: number;
  /** The second moment of what goes into the activation, and of what comes out. */
  before: number;
  after: number;
  /** Norm of a sample's gradient by this activation, the mean over samples; relative to the last layer's. */
  gradient: number;
  /** Shares of units: with slope 0 for all samples, with next to no slope for nearly all. */
  dead: number;
  deadCount: number;
  saturated: number;
  zeros: number;
  /** How many values and gradients are NaN or infinite. */
  wrong: number;
  /** The mean cosine of the activations of two samples. */
  meanCosine: number;
  histogram: number[];
  gradients: number[];
}

export interface Run {
  /** The second moment of the input. */
  input: number;
  layers: Layer[];
  samples: number;
  finite: boolean;
}

export const BINS = 41;
/** Histograms run over so many standard deviations of the widest layer. */
export const SPAN = 3;
// As many as the doctor asks for before it calls a unit dead.
const SAMPLES = data.doctor.thresholds.DEAD_LEAST!;
const NEARLY_ALL = data.doctor.thresholds.SATURATED_ON!;
const SATURATED = data.doctor.thresholds.SATURATION!;

/** Small, fast and the same in every browser (mulberry32), with normal numbers by Box and Muller. */
export function normals(seed: number): () => number {
  let state = seed >>> 0;
  const uniform = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
  let spare: number | undefined;
  return () => {
    if (spare !== undefined) {
      const kept = spare;
      spare = undefined;
      return kept;
    }
    const radius = Math.sqrt(-2 * Math.log(1 - uniform()));
    const angle = 2 * Math.PI * uniform();
    spare = radius * Math.sin(angle);
    return radius * Math.cos(angle);
  };
}

/** out = x w^T + bias for x of (n, width) and w of (width, width), four outputs at a time. */
function times(x: Float64Array, w: Float64Array, n: number, width: number, bias: number): Float64Array {
  const out = new Float64Array(n * width);
  const whole = width - (width % 4);
  for (let s = 0; s < n; s++) {
    const row = s * width;
    for (let i = 0; i < width;) {
      if (i < whole) {
        let [a, b, c, d] = [bias, bias, bias, bias];
        const [wa, wb, wc, wd] = [i * width, (i + 1) * width, (i + 2) * width, (i + 3) * width];
        for (let j = 0; j < width; j++) {
          const each = x[row + j]!;
          a += each * w[wa + j]!;
          b += each * w[wb + j]!;
          c += each * w[wc + j]!;
          d += each * w[wd + j]!;
        }
        out[row + i] = a;
        out[row + i + 1] = b;
        out[row + i + 2] = c;
        out[row + i + 3] = d;
        i += 4;
      } else {
        let sum = bias;
        for (let j = 0; j < width; j++) sum += x[row + j]! * w[i * width + j]!;
        out[row + i] = sum;
        i += 1;
      }
    }
  }
  return out;
}

function turned(w: Float64Array, width: number): Float64Array {
  const out = new Float64Array(w.length);
  for (let i = 0; i < width; i++) for (let j = 0; j < width; j++) out[j * width + i] = w[i * width + j]!;
  return out;
}

/** Draws for an input, the weights of all layers and a gradient at the top, kept while only gains and biases move. */
let drawn = { key: "", numbers: new Float64Array() };

function draws(seed: number, count: number): Float64Array {
  const key = `${seed},${count}`;
  if (drawn.key !== key) {
    const random = normals(seed);
    drawn = { key, numbers: new Float64Array(count).map(random) };
  }
  return drawn.numbers;
}

function moment(values: Float64Array): number {
  let sum = 0;
  for (let at = 0; at < values.length; at++) sum += values[at]! * values[at]!;
  return sum / values.length;
}

/** Run it. */
export function simulate(curve: Curve, setting: Setting): Run {
  const { depth, width, gain, bias, mean, scale, seed } = setting;
  const n = SAMPLES;
  const [size, square] = [n * width, width * width];
  const normal = draws(seed, 2 * size + depth * square);
  let h: Float64Array = normal.subarray(0, size).map((each) => mean + scale * each);
  const input = moment(h);
  const weights: Float64Array[] = [];
  const slopes: Float64Array[] = [];
  const values: Float64Array[] = [];
  const moments: number[] = [];
  const sigma = gain / Math.sqrt(width);
  for (let k = 0; k < depth; k++) {
    const w = normal.subarray(size + k * square, size + (k + 1) * square).map((each) => sigma * each);
    const z = times(h, w, n, width, bias);
    weights.push(w);
    moments.push(moment(z));
    slopes.push(z.map(curve.slope));
    h = z.map(curve.value);
    values.push(h);
  }
  // At the top each sample gets a gradient of its own, as a loss would give it.
  let g: Float64Array = normal.subarray(-size).map((each) => each / Math.sqrt(width));
  const gradients: Float64Array[] = [];
  for (let k = depth - 1; k >= 0; k--) {
    gradients[k] = g;
    if (k === 0) break;
    const through = g.map((each, at) => each * slopes[k]![at]!);
    g = times(through, turned(weights[k]!, width), n, width, 0);
  }
  const steep = steepest(curve);
  const layers = values.map((each, k) => summary(each, slopes[k]!, gradients[k]!, moments[k]!, n, width, steep));
  return {
    input,
    layers,
    samples: n,
    finite: layers.every((each) => each.wrong === 0),
  };
}

function summary(
  values: Float64Array,
  slopes: Float64Array,
  gradients: Float64Array,
  before: number,
  n: number,
  width: number,
  steep: number,
): Layer {
  const size = n * width;
  let total = 0;
  let [zeros, wrong] = [0, 0];
  for (let at = 0; at < size; at++) {
    const value = values[at]!;
    total += value;
    if (value === 0) zeros += 1;
    if (!Number.isFinite(value)) wrong += 1;
    if (!Number.isFinite(gradients[at]!)) wrong += 1;
  }
  const mean = total / size;
  const after = moment(values);
  const std = Math.sqrt(Math.max(0, after - mean * mean));
  let [dead, saturated] = [0, 0];
  for (let i = 0; i < width; i++) {
    let [alive, flat] = [false, 0];
    for (let s = 0; s < n; s++) {
      const slope = Math.abs(slopes[s * width + i]!);
      if (slope > 0) alive = true;
      if (slope < SATURATED * steep) flat += 1;
    }
    if (!alive) dead += 1;
    if (flat > NEARLY_ALL * n) saturated += 1;
  }
  return {
    mean,
    std,
    before,
    after,
    gradient: norm(gradients, n, width),
    dead: dead / width,
    deadCount: dead,
    saturated: saturated / width,
    zeros: zeros / size,
    wrong,
    meanCosine: meanCosine(values, n, width),
    histogram: histogram(values, SPAN),
    gradients: histogram(gradients, SPAN * Math.sqrt(moment(gradients))),
  };
}

function norm(gradients: Float64Array, n: number, width: number): number {
  let total = 0;
  for (let s = 0; s < n; s++) {
    let square = 0;
    for (let i = 0; i < width; i++) square += gradients[s * width + i]! ** 2;
    total += Math.sqrt(square);
  }
  return total / n;
}

function meanCosine(values: Float64Array, n: number, width: number): number {
  let total = 0;
  let pairs = 0;
  for (let s = 0; s + 1 < n; s += 2) {
    let [dot, a, b] = [0, 0, 0];
    for (let i = 0; i < width; i++) {
      const [u, v] = [values[s * width + i]!, values[(s + 1) * width + i]!];
      dot += u * v;
      a += u * u;
      b += v * v;
    }
    if (a > 0 && b > 0) {
      total += dot / Math.sqrt(a * b);
      pairs += 1;
    }
  }
  return pairs > 0 ? total / pairs : NaN;
}

/** Shares of values in equal parts of [-span, span]; what lies beyond counts to the outermost. */
function histogram(values: Float64Array, span: number): number[] {
  const bins = new Array<number>(BINS).fill(0);
  for (const value of values) {
    const at = Math.floor(((value / span + 1) / 2) * BINS);
    const bin = Number.isNaN(at) ? (BINS - 1) / 2 : Math.max(0, Math.min(BINS - 1, at));
    bins[bin]! += 1 / values.length;
  }
  return bins;
}
