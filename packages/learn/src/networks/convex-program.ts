// The convex program of a two-layer network over given patterns: its maps, its bound, and the network of its solution.
//
// Y. Bai, T. Gautam, S. Sojoudi: Efficient global optimization of two-layer ReLU networks: quadratic-time algorithms and
// adversarial training (2022), arXiv 2201.01965; M. Pilanci, T. Ergen: Neural networks are convex regularizers (2020),
// arXiv 2002.10553.
//
//   min over v_i, w_i of l(S sum_i D_i X (v_i - w_i), y) + beta sum_i (|v_i| + |w_i|),  (2 D_i - I) X v_i >= 0, the same for w_i,
//
// where S takes the mean over the rows that are the patches of one sample; without patches it is the identity.
import type { Iterate, Outcome, Steps } from '@infimum/core';
import { norm, rowDot } from '@infimum/linalg/numerics';
import { projectOntoCone } from './cone-projection.ts';
import type { Patterns } from './patterns.ts';
import type { ReluInstance, ReluLoss, ReluNetwork } from './relu-network.ts';
import { dualOf, lossOf, networkOf, reluObjective } from './relu-network.ts';
import { reluLowerBound } from './two-layer-relu-checker.ts';
import { reluWitness } from './two-layer-relu-prover.ts';

/** A trained network and its bound. */
export interface ReluSolution extends ReluNetwork {
  /** F of the network: loss and penalty. */
  readonly value: number;
  /** A lower bound of F over all networks (`isProof`), or over those whose units have the patterns that were used. */
  readonly lowerBound: number;
  /** Whether the bound is proved for all networks: every pattern enumerated exactly, every sum rounded outward. */
  readonly isProof: boolean;
  /** Patterns that were used. */
  readonly patterns: number;
}

/** One iteration. */
export interface ReluIterate extends Iterate<ReluSolution> {
  /** The difference of the copies of the variables, or another error estimate of the method. */
  readonly residual: number;
}

/** The result of a convex training. */
export type ReluOutcome = Outcome<ReluSolution, ReluIterate>;

/** The steps of a convex training. */
export type ReluSteps = Steps<ReluSolution, ReluIterate>;

/**
 * An instance in units in which numbers are near 1: X over a power of two a, and for the squared loss y over a power of two c;
 * then v is in units of c / a and beta in those of a c.
 */
export class ReluProgram {
  readonly instance: ReluInstance;
  readonly patterns: Patterns;
  /** Rows of X: samples, or their patches. */
  readonly rows: number;
  /** Samples n. */
  readonly samples: number;
  /** Patches of a sample K, the rows that belong to it. */
  readonly patches: number;
  /** Columns d. */
  readonly cols: number;
  /** Patterns P. */
  readonly count: number;
  /** X / a. */
  readonly x: Float64Array;
  /** y / c. */
  readonly y: Float64Array;
  readonly beta: number;
  readonly loss: ReluLoss;
  /** The power of two a by which points are divided. */
  readonly unit: number;
  /** The factor from an objective in these units to the user's. */
  readonly valueScale: number;
  readonly #blockScale: number;
  /** The numbers of all blocks. */
  readonly #all: readonly number[];

  constructor(instance: ReluInstance, patterns: Patterns) {
    const { points, targets, loss, beta } = instance;
    this.instance = instance;
    this.patterns = patterns;
    this.rows = points.rows;
    this.samples = targets.length;
    this.patches = points.rows / targets.length;
    this.cols = points.cols;
    this.count = patterns.count;
    const a = powerOfTwoOf(points.values);
    const c = loss === 'squared' ? powerOfTwoOf(targets) : 1;
    this.x = Float64Array.from(points.values, (value) => value / a);
    this.y = targets.map((target) => target / c);
    this.loss = loss;
    this.unit = a;
    this.valueScale = c * c;
    this.beta = beta / a / c;
    this.#blockScale = c / a;
    this.#all = Array.from({ length: 2 * patterns.count }, (_, i) => i);
  }

  /** Whether row k is active in pattern i. */
  isActive(i: number, k: number): boolean {
    return this.patterns.bits[i * this.rows + k] === 1;
  }

  /** out_k <- x_k . v for a block that begins at `at`. */
  heights(blocks: Float64Array, at: number, out: Float64Array, to = 0): void {
    const { x, rows, cols } = this;
    for (let k = 0; k < rows; k++) {
      out[to + k] = rowDot(x, k * cols, blocks, at, cols);
    }
  }

  /** out <- out + X' t for t of length n. */
  addTransposed(t: Float64Array, out: Float64Array, at: number): void {
    const { x, rows, cols } = this;
    for (let k = 0; k < rows; k++) {
      const factor = t[k];
      if (factor === 0) continue;
      for (let j = 0; j < cols; j++) out[at + j] += factor * x[k * cols + j];
    }
  }

  /** out <- out + factor S D_i t for t of a number a row, from `at` on; a number a sample. */
  addMeans(i: number, factor: number, t: Float64Array, out: Float64Array, at = 0): void {
    const { rows, patches } = this;
    const { bits } = this.patterns;
    const share = factor / patches;
    for (let k = 0, sample = 0, left = patches; k < rows; k++) {
      if (bits[i * rows + k] === 1) out[sample] += share * t[at + k];
      if (--left > 0) continue;
      sample++;
      left = patches;
    }
  }

  /** out <- factor D_i S' t for t of a number a sample; a number a row. */
  spread(i: number, factor: number, t: Float64Array, out: Float64Array): void {
    const { rows, patches } = this;
    const { bits } = this.patterns;
    const share = factor / patches;
    for (let k = 0, sample = 0, left = patches; k < rows; k++) {
      out[k] = bits[i * rows + k] === 1 ? share * t[sample] : 0;
      if (--left > 0) continue;
      sample++;
      left = patches;
    }
  }

  /** S D_i X: the means of a sample's active rows, a row a sample. */
  activeMeans(i: number): Float64Array {
    const { x, rows, cols, patches } = this;
    const means = new Float64Array(this.samples * cols);
    for (let k = 0; k < rows; k++) {
      if (!this.isActive(i, k)) continue;
      const to = Math.floor(k / patches) * cols;
      for (let j = 0; j < cols; j++) means[to + j] += x[k * cols + j] / patches;
    }
    return means;
  }

  /** The predictions F u of blocks v_1 … v_P, w_1 … w_P, of which all but those among the given ones are zero. */
  predictions(blocks: Float64Array, out: Float64Array, among: readonly number[] = this.#all): void {
    const { rows, cols, count } = this;
    const heights = new Float64Array(rows);
    out.fill(0);
    for (const i of among) {
      if (isZeroBlock(blocks, i * cols, cols)) continue;
      this.heights(blocks, i * cols, heights);
      this.addMeans(i % count, i < count ? 1 : -1, heights, out);
    }
  }

  /** The value of the convex program, in these units; blocks must lie in their cones. */
  value(blocks: Float64Array, among: readonly number[] = this.#all): number {
    const { samples, cols, beta } = this;
    const predictions = new Float64Array(samples);
    this.predictions(blocks, predictions, among);
    let penalty = 0;
    for (const i of among) penalty += norm(blocks.subarray(i * cols, (i + 1) * cols));
    return lossOf(this.loss, predictions, this.y) + beta * penalty;
  }

  /** Blocks moved to the nearest points of their cones, which makes the network's value equal to that of the program. */
  feasible(blocks: Float64Array): Float64Array {
    const { cols, count, rows, patterns } = this;
    const moved = new Float64Array(blocks.length);
    const out = new Float64Array(cols);
    for (let i = 0; i < 2 * count; i++) {
      if (isZeroBlock(blocks, i * cols, cols)) continue;
      const pattern = patterns.bits.subarray((i % count) * rows, ((i % count) + 1) * rows);
      projectOntoCone(this.x, pattern, cols, blocks.subarray(i * cols, (i + 1) * cols), out);
      moved.set(out, i * cols);
    }
    return moved;
  }

  /**
   * The value of the dual at nu scaled to be feasible: -l*(-t nu), t = min(1, beta / M), M = max over patterns of the largest
   * |nu . S (X u)_+| over units u of that pattern, which is the length of the projection of X' D_i S' nu onto the cone.
   */
  dualValue(nu: Float64Array): number {
    const { rows, cols, count, patterns } = this;
    const masked = new Float64Array(rows);
    const gradient = new Float64Array(cols);
    const out = new Float64Array(cols);
    let most = 0;
    for (let i = 0; i < count; i++) {
      const pattern = patterns.bits.subarray(i * rows, (i + 1) * rows);
      for (const sign of [1, -1]) {
        this.spread(i, sign, nu, masked);
        gradient.fill(0);
        this.addTransposed(masked, gradient, 0);
        if (!(norm(gradient) > most)) continue; // the projection is no longer
        projectOntoCone(this.x, pattern, cols, gradient, out);
        most = Math.max(most, norm(out));
      }
    }
    const share = most > this.beta ? this.beta / most : 1;
    return conjugateValue(this.loss, nu, this.y, share);
  }

  /**
   * The lower bound for all networks that a dual point proves, in the user's units, by an independent checker; undefined if it proves none.
   */
  provedBound(nu: Float64Array | undefined): number | undefined {
    const { instance, patterns, loss, valueScale } = this;
    if (!patterns.isComplete) return undefined;
    if (!nu) return 0;
    const scale = loss === 'squared' ? Math.sqrt(valueScale) : 1;
    const witness = reluWitness(
      instance,
      nu.map((entry) => entry * scale),
    );
    const bound = witness && reluLowerBound(instance, witness);
    return bound === undefined ? undefined : Math.max(0, bound);
  }

  /** -l'(predictions): the corresponding dual point. */
  dualPoint(predictions: Float64Array, out?: Float64Array): Float64Array {
    return dualOf(this.loss, predictions, this.y, out);
  }

  /** The network of feasible blocks, with a bound that was computed before. */
  withBound(feasible: Float64Array, dual: number): ReluSolution {
    const units = networkOf(feasible, this.cols);
    const root = Math.sqrt(this.#blockScale);
    const network = {
      hidden: { ...units.hidden, values: units.hidden.values.map((value) => value * root) },
      output: units.output.map((value) => value * root),
      ...(this.patches > 1 && { patches: this.patches }),
    };
    return {
      ...network,
      value: Math.min(reluObjective(this.instance, network), Number.MAX_VALUE),
      lowerBound: Math.max(0, dual) * this.valueScale,
      isProof: false,
      patterns: this.count,
    };
  }
}

/** -l*(-t nu): the dual value. */
export function conjugateValue(loss: ReluLoss, nu: Float64Array, y: Float64Array, share: number): number {
  let value = 0;
  for (let k = 0; k < nu.length; k++) {
    const scaled = share * nu[k];
    if (loss === 'squared') {
      value += scaled * y[k] - 0.5 * scaled * scaled;
    } else if (loss === 'logistic') {
      const s = Math.min(1, Math.max(0, (y[k] * scaled) / 2));
      if (s > 0) value -= s * Math.log(s);
      if (s < 1) value -= (1 - s) * Math.log1p(-s);
    } else {
      value += Math.min(1 / nu.length, Math.max(0, y[k] * scaled));
    }
  }
  return value;
}

/** Whether a block is zero. */
export function isZeroBlock(blocks: Float64Array, at: number, size: number): boolean {
  for (let j = 0; j < size; j++) if (blocks[at + j] !== 0) return false;
  return true;
}

/** out_i <- the block shrunk by `amount` in its norm, or by `amount` in every entry. */
export function shrinkBlock(blocks: Float64Array, at: number, size: number, amount: number, kind: 'l2' | 'l1' = 'l2'): void {
  if (kind === 'l1') {
    for (let j = at; j < at + size; j++) blocks[j] = Math.sign(blocks[j]) * Math.max(0, Math.abs(blocks[j]) - amount);
    return;
  }
  const length = norm(blocks.subarray(at, at + size));
  const factor = length > amount ? 1 - amount / length : 0;
  for (let j = at; j < at + size; j++) blocks[j] *= factor;
}

/** prox of the loss at q with penalty rho: argmin l(f) + rho/2 (f - q)², for a loss of one sample. */
export function lossProx(loss: ReluLoss, q: number, y: number, rho: number, samples: number): number {
  if (loss === 'squared') return (q * rho + y) / (rho + 1);
  if (loss === 'hinge') {
    const [step, margin] = [1 / (samples * rho), y * q];
    if (margin >= 1) return q;
    return margin <= 1 - step ? q + step * y : y;
  }
  // rho (f - q) = 2 y / (1 + e^{2 y f}): between q and q + 2 y / rho, by Newton's method kept inside the bracket.
  let [low, high] = y > 0 ? [q, q + 2 / rho] : [q - 2 / rho, q];
  let f = (low + high) / 2;
  for (let step = 0; step < 60; step++) {
    const s = 1 / (1 + Math.exp(2 * y * f));
    const slope = rho * (f - q) - 2 * y * s;
    if (slope > 0) high = f;
    else low = f;
    const next = f - slope / (rho + 4 * s * (1 - s));
    const inside = next > low && next < high ? next : (low + high) / 2;
    if (Math.abs(inside - f) <= 1e-15 * Math.max(1, Math.abs(f))) return inside;
    f = inside;
  }
  return f;
}

/** A power of two near the largest magnitude; 1 where there is nothing. */
export function powerOfTwoOf(values: ArrayLike<number>): number {
  let largest = 0;
  for (let k = 0; k < values.length; k++) largest = Math.max(largest, Math.abs(values[k]));
  if (!(largest > 0)) return 1;
  return 2 ** Math.max(-1022, Math.min(1022, Math.floor(Math.log2(largest))));
}
