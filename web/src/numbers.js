// The ops that JavaScript's Math lacks, to some 1e-14 of their value; generated functions take them as N.

const TWO_OVER_ROOT_PI = 2 / Math.sqrt(Math.PI);
const ROOT_HALF = Math.SQRT1_2;
const PDF_AT_0 = 1 / Math.sqrt(2 * Math.PI);
// Where the fraction for erfc takes over from the series for erf.
const FAR = 2;

/** @param {number} x */
export const gauss = (x) => Math.exp(-x * x);

/** erf(x) = 2/sqrt(pi) e^(-x^2) sum of 2^n x^(2n+1) / (2n+1)!!: all terms have one sign. @param {number} x */
function series(x) {
  let term = x;
  let sum = x;
  for (let n = 1; n < 200 && Math.abs(term) > 1e-17 * Math.abs(sum); n++) {
    term *= (2 * x * x) / (2 * n + 1);
    sum += term;
  }
  return TWO_OVER_ROOT_PI * gauss(x) * sum;
}

/** erfc(x) for x >= FAR by its continued fraction, from the inside out. @param {number} x */
function fraction(x) {
  let inner = x;
  for (let n = 80; n > 0; n--) inner = x + n / 2 / inner;
  return (gauss(x) / inner) * (TWO_OVER_ROOT_PI / 2);
}

/** @param {number} x */
export const erf = (x) => (Math.abs(x) < FAR ? series(x) : x > 0 ? 1 - erfc(x) : x < 0 ? erfc(-x) - 1 : x);

/** @param {number} x @returns {number} */
export const erfc = (x) => (x < FAR ? (x > -FAR ? 1 - series(x) : 2 - erfc(-x)) : x === Infinity ? 0 : fraction(x));

/** @param {number} x */
export const sigmoid = (x) => (x < 0 ? Math.exp(x) / (1 + Math.exp(x)) : 1 / (1 + Math.exp(-x)));

/** @param {number} x */
export const softplus = (x) => (x > 0 ? x : 0) + Math.log1p(Math.exp(-Math.abs(x)));

/** @param {number} x */
export const normal_cdf = (x) => erfc(-x * ROOT_HALF) / 2;

/** @param {number} x */
export const normal_pdf = (x) => PDF_AT_0 * Math.exp((-x * x) / 2);
