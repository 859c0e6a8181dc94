// The operations between the linear maps of a transformer, forwards and backwards: normalisation, attention, the Gaussian unit.
//
// D. Hendrycks, K. Gimpel: Gaussian error linear units (2016), arXiv 1606.08415; J. Ba, J. Kiros, G. Hinton: Layer normalization
// (2016), arXiv 1607.06450; A. Vaswani et al.: Attention is all you need (2017), arXiv 1706.03762.
import { rowDot } from '@infimum/linalg/numerics';

/** out <- (x - mean) / sqrt(variance + epsilon) * scale + shift, row by row; 1 / sqrt(variance + epsilon) of every row. */
export function normalize(
  x: Float64Array,
  scale: Float64Array,
  shift: Float64Array,
  epsilon: number,
  out: Float64Array,
): Float64Array {
  const width = scale.length;
  const factors = new Float64Array(x.length / width);
  for (let t = 0; t < factors.length; t++) {
    const at = t * width;
    let [mean, variance] = [0, 0];
    for (let j = 0; j < width; j++) mean += x[at + j] / width;
    for (let j = 0; j < width; j++) variance += (x[at + j] - mean) ** 2 / width;
    const factor = 1 / Math.sqrt(variance + epsilon);
    factors[t] = factor;
    for (let j = 0; j < width; j++) out[at + j] = (x[at + j] - mean) * factor * scale[j] + shift[j];
  }
  return factors;
}

/** gx <- gx + the gradient through a normalisation of x. */
export function normaliseBack(
  x: Float64Array,
  scale: Float64Array,
  factors: Float64Array,
  gy: Float64Array,
  gx: Float64Array,
): void {
  const width = scale.length;
  for (let t = 0; t < factors.length; t++) {
    const at = t * width;
    const factor = factors[t];
    let [mean, sum, along] = [0, 0, 0];
    for (let j = 0; j < width; j++) mean += x[at + j] / width;
    for (let j = 0; j < width; j++) {
      const pull = gy[at + j] * scale[j];
      sum += pull / width;
      along += (pull * (x[at + j] - mean) * factor) / width;
    }
    for (let j = 0; j < width; j++) gx[at + j] += factor * (gy[at + j] * scale[j] - sum - (x[at + j] - mean) * factor * along);
  }
}

/** The sizes of an attention: samples, tokens of each, numbers of a token, heads. */
export interface AttentionShape {
  readonly samples: number;
  readonly tokens: number;
  readonly width: number;
  readonly heads: number;
}

/** out <- softmax(Q K' / sqrt(d)) V, head by head; the shares, samples x heads x tokens x tokens. */
export function attend(
  { samples, tokens, width, heads }: AttentionShape,
  q: Float64Array,
  k: Float64Array,
  v: Float64Array,
  out: Float64Array,
): Float64Array {
  const d = width / heads;
  const root = 1 / Math.sqrt(d);
  const shares = new Float64Array(samples * heads * tokens * tokens);
  out.fill(0, 0, samples * tokens * width);
  for (let s = 0; s < samples; s++) {
    for (let h = 0; h < heads; h++) {
      const base = s * tokens * width + h * d;
      for (let i = 0; i < tokens; i++) {
        const at = ((s * heads + h) * tokens + i) * tokens;
        const row = base + i * width;
        let most = -Infinity;
        for (let j = 0; j < tokens; j++) {
          shares[at + j] = rowDot(q, row, k, base + j * width, d) * root;
          most = Math.max(most, shares[at + j]);
        }
        let total = 0;
        for (let j = 0; j < tokens; j++) {
          shares[at + j] = Math.exp(shares[at + j] - most);
          total += shares[at + j];
        }
        for (let j = 0; j < tokens; j++) {
          shares[at + j] /= total;
          for (let c = 0; c < d; c++) out[row + c] += shares[at + j] * v[base + j * width + c];
        }
      }
    }
  }
  return shares;
}

/** Gradients of queries, keys and values; the three arrays are overwritten. */
export function attendBack(
  { samples, tokens, width, heads }: AttentionShape,
  [q, k, v]: readonly [Float64Array, Float64Array, Float64Array],
  shares: Float64Array,
  gy: Float64Array,
  [gq, gk, gv]: readonly [Float64Array, Float64Array, Float64Array],
): void {
  const d = width / heads;
  const root = 1 / Math.sqrt(d);
  const slopes = new Float64Array(tokens);
  for (const gradient of [gq, gk, gv]) gradient.fill(0);
  for (let s = 0; s < samples; s++) {
    for (let h = 0; h < heads; h++) {
      const base = s * tokens * width + h * d;
      for (let i = 0; i < tokens; i++) {
        const at = ((s * heads + h) * tokens + i) * tokens;
        const row = base + i * width;
        let mean = 0;
        for (let j = 0; j < tokens; j++) {
          const other = base + j * width;
          let slope = 0;
          for (let c = 0; c < d; c++) {
            slope += gy[row + c] * v[other + c];
            gv[other + c] += shares[at + j] * gy[row + c];
          }
          slopes[j] = slope;
          mean += shares[at + j] * slope;
        }
        for (let j = 0; j < tokens; j++) {
          const pull = shares[at + j] * (slopes[j] - mean) * root;
          const other = base + j * width;
          for (let c = 0; c < d; c++) {
            gq[row + c] += pull * k[other + c];
            gk[other + c] += pull * q[row + c];
          }
        }
      }
    }
  }
}

/** out <- x Phi(x), the Gaussian error linear unit. */
export function gelu(x: Float64Array, out: Float64Array): void {
  for (let k = 0; k < x.length; k++) out[k] = x[k] * normalShare(x[k]);
}

/** gx <- gy (Phi(x) + x phi(x)). */
export function geluBack(x: Float64Array, gy: Float64Array, gx: Float64Array): void {
  for (let k = 0; k < x.length; k++) {
    const density = normalDensity(x[k]);
    gx[k] = gy[k] * (normalShare(x[k], density) + x[k] * density);
  }
}

/** phi(x). */
function normalDensity(x: number): number {
  return Math.exp((-x * x) / 2) / Math.sqrt(2 * Math.PI);
}

/** 1/3, 1/5, …: more than the series has terms up to 5. */
const RECIPROCALS = /* @__PURE__ */ Float64Array.from({ length: 100 }, (_, i) => 1 / (2 * i + 3));

/** Phi(x), by its series x phi(x) (1 + x²/3 + x⁴/15 + …) up to 5 and the continued fraction of its tail beyond. */
export function normalShare(x: number, density = normalDensity(x)): number {
  const size = Math.abs(x);
  if (size <= 5) {
    const square = x * x;
    let [term, sum] = [1, 1];
    for (let i = 0; term > 1e-17 * sum; i++) {
      term *= square * RECIPROCALS[i];
      sum += term;
    }
    return 0.5 + density * x * sum;
  }
  let fraction = size;
  for (let k = 30; k >= 1; k--) fraction = size + k / fraction;
  const tail = density / fraction;
  return x > 0 ? 1 - tail : tail;
}
