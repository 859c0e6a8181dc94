// A primal-dual interior-point method for the linear programme of barycentres on a fixed support.
//
// D. Ge, H. Wang, Z. Xiong, Y. Ye: Interior-point methods strike back: solving the Wasserstein barycenter problem (2019),
// arXiv 1905.12895; steps after S. Mehrotra: On the implementation of a primal-dual interior point method (1992).
//
// Minimise sum_k <C_k, P_k> over P_k >= 0, h >= 0 with P_k 1 = h_k and P_k' 1 = h. With multipliers b_k and a_k the slacks are
// S_k = C_k - b_k (+) a_k and s = sum_k a_k. Newton's method on P S = mu leaves, with D_k = P_k / S_k, R_k its row sums and
// d = h / s, after elimination of b_k
//   L_k a_k + d sum_l a_l = r_k,   L_k = diag(D_k' 1) - D_k' R_k^-1 D_k,
// and L_k is the Laplacian of a graph on the places of the barycentre. Elimination of a_1 turns what couples the others, the
// diagonal of d, into the matrix d - d (L_1 + d)^-1 d, the parallel sum of both, and so on: k factorisations of n x n matrices.
// From the second histogram on a constant is free, and a place is grounded.
import type { DenseMatrix } from '@infimum/linalg';
import { cholesky, gram, solveTriangular } from '@infimum/linalg';
import { absoluteSum, addScaled, dot } from '@infimum/linalg/numerics';

/** A histogram with its costs, of places that have mass. */
export interface BarycenterPart {
  /** Masses of the places, positive, of sum one. */
  readonly weights: Float64Array;
  /** Costs to the places of the barycentre, m_k x n, within [0, 1]. */
  readonly cost: DenseMatrix;
}

/** The share of the way to the boundary that a step goes. */
const TO_BOUNDARY = 0.995;

/** Added to the diagonal, as a share of it, where a factorisation fails: first, and what it grows by. */
const FIRST_SHIFT = 1e-15;
const SHIFT_GROWTH = 100;
const MOST_SHIFT = 1e-3;

/** Solutions of one system: the first, and corrections. */
const REFINEMENTS = 6;

/** Right-hand sides of a histogram's rows and of the barycentre's places. */
interface RightSide {
  readonly e: Float64Array;
  readonly g: Float64Array;
}

/** A histogram within the method. */
interface PartState {
  readonly weights: Float64Array;
  readonly cost: Float64Array;
  readonly rows: number;
  readonly p: Float64Array;
  readonly s: Float64Array;
  readonly d: Float64Array;
  readonly dp: Float64Array;
  readonly ds: Float64Array;
  readonly rowSums: Float64Array;
  readonly alpha: Float64Array;
  readonly beta: Float64Array;
  readonly dAlpha: Float64Array;
  readonly dBeta: Float64Array;
  /** Factor of the Laplacian with what couples it to the histograms after it. */
  factor: DenseMatrix;
  /** The factor's solution for that coupling. */
  coupling: DenseMatrix;
}

/** The state of the method, which makes one step at a time. */
export class BarycenterInteriorPoint {
  /** The barycentre. */
  readonly h: Float64Array;
  /** Slacks of the barycentre's places: where they exceed it the optimum has no mass. */
  readonly s: Float64Array;
  /** The duality gap. */
  gap: number;
  readonly #n: number;
  readonly #parts: readonly PartState[];
  readonly #dh: Float64Array;
  readonly #ds: Float64Array;
  readonly #pairs: number;
  #ground = 0;

  constructor(parts: readonly BarycenterPart[], n: number) {
    this.#n = n;
    this.h = new Float64Array(n).fill(1 / n);
    // Multipliers of the barycentre a little above zero, all others below: every slack is positive.
    const above = 1 / parts.length;
    this.s = new Float64Array(n).fill(1);
    this.#dh = new Float64Array(n);
    this.#ds = new Float64Array(n);
    this.#parts = parts.map(({ weights, cost }) => {
      const size = cost.values.length;
      const p = new Float64Array(size);
      for (let k = 0; k < size; k++) p[k] = weights[Math.floor(k / n)] / n;
      return {
        weights,
        cost: cost.values,
        rows: cost.rows,
        p,
        s: cost.values.map((value) => value + 1),
        d: new Float64Array(size),
        dp: new Float64Array(size),
        ds: new Float64Array(size),
        rowSums: new Float64Array(cost.rows),
        alpha: new Float64Array(n).fill(above),
        beta: new Float64Array(cost.rows).fill(-1 - above),
        dAlpha: new Float64Array(n),
        dBeta: new Float64Array(cost.rows),
        factor: { rows: 0, cols: 0, values: new Float64Array(0) },
        coupling: { rows: 0, cols: 0, values: new Float64Array(0) },
      };
    });
    this.#pairs = n + this.#parts.reduce((sum, { p }) => sum + p.length, 0);
    this.gap = this.#product();
  }

  /** The multipliers of the barycentre's places, one vector a histogram. */
  get multipliers(): readonly Float64Array[] {
    return this.#parts.map(({ alpha }) => alpha);
  }

  /** A predictor and a corrector; returns whether they could be computed. */
  step(): boolean {
    if (!this.#factor()) return false;
    const mu = this.gap / this.#pairs;
    this.#solve(0, false);
    const [primal, dual] = this.#lengths();
    const predicted = this.#product(primal, dual) / this.#pairs;
    const centring = Math.min(1, Math.max(0, predicted / mu) ** 3);
    this.#solve(centring * mu, true);
    const boundary = this.#lengths();
    const [forward, back] = boundary.map((length) => Math.min(1, TO_BOUNDARY * length));
    this.#move(forward, back);
    this.gap = this.#product();
    return true;
  }

  /** Factors of the Laplacians with what couples them. */
  #factor(): boolean {
    const n = this.#n;
    this.#ground = this.h.reduce((best, mass, j) => (mass > this.h[best] ? j : best), 0);
    let coupling: DenseMatrix = { rows: n, cols: n, values: new Float64Array(n * n) };
    for (let j = 0; j < n; j++) coupling.values[j * n + j] = this.h[j] / this.s[j];
    for (const [k, part] of this.#parts.entries()) {
      if (k === 1) coupling = without(coupling, this.#ground);
      const laplacian = this.#laplacian(part);
      if (coupling.rows === 0) continue;
      const block = k === 0 ? laplacian : without(laplacian, this.#ground);
      addScaled(block.values, 1, coupling.values);
      const factor = shiftedCholesky(block);
      if (factor === undefined) return false;
      part.factor = factor;
      if (k === this.#parts.length - 1) return true;
      part.coupling = solveTriangular(factor, coupling);
      addScaled(coupling.values, -1, gram(part.coupling).values);
    }
    return true;
  }

  #laplacian(part: PartState): DenseMatrix {
    const n = this.#n;
    const { d, p, s, rowSums } = part;
    const scaled = { rows: part.rows, cols: n, values: new Float64Array(d.length) };
    for (let i = 0; i < part.rows; i++) {
      let sum = 0;
      for (let k = i * n; k < (i + 1) * n; k++) sum += d[k] = p[k] / s[k];
      rowSums[i] = sum;
      const root = Math.sqrt(sum);
      for (let k = i * n; k < (i + 1) * n; k++) scaled.values[k] = d[k] / root;
    }
    const laplacian = gram(scaled);
    const { values } = laplacian;
    for (let j = 0; j < n; j++) {
      // The degree as a sum of weights: the equal difference would lose digits by cancellation.
      let degree = 0;
      for (let l = 0; l < n; l++) {
        if (l === j) continue;
        degree += values[j * n + l];
        values[j * n + l] = -values[j * n + l];
      }
      values[j * n + j] = degree;
    }
    return laplacian;
  }

  /** The direction to products of `target`, less those of the last direction for a corrector. */
  #solve(target: number, isCorrector: boolean): void {
    const n = this.#n;
    const rightSides = this.#parts.map((part) => {
      const { p, s, dp, ds, weights } = part;
      const e = weights.slice();
      const g = this.h.slice();
      for (let i = 0, k = 0; i < part.rows; i++) {
        for (let j = 0; j < n; j++, k++) {
          const corrected = isCorrector ? target - dp[k] * ds[k] : target;
          // Until the potentials are known dp holds what does not depend on them.
          dp[k] = corrected / s[k] - p[k];
          e[i] -= p[k] + dp[k];
          g[j] -= p[k] + dp[k];
        }
      }
      part.dAlpha.fill(0);
      part.dBeta.fill(0);
      return { e, g };
    });
    for (let j = 0; j < n; j++) {
      const corrected = isCorrector ? target - this.#dh[j] * this.#ds[j] : target;
      this.#dh[j] = corrected / this.s[j] - this.h[j];
      for (const { g } of rightSides) g[j] += this.#dh[j];
    }
    this.#refine(rightSides);
    this.#ds.fill(0);
    for (const part of this.#parts) {
      const { d, dp, ds, dAlpha, dBeta } = part;
      for (let j = 0; j < n; j++) this.#ds[j] += dAlpha[j];
      for (let i = 0, k = 0; i < part.rows; i++) {
        for (let j = 0; j < n; j++, k++) {
          const rise = dBeta[i] + dAlpha[j];
          ds[k] = -rise;
          dp[k] += d[k] * rise;
        }
      }
    }
    for (let j = 0; j < n; j++) this.#dh[j] -= (this.h[j] / this.s[j]) * this.#ds[j];
  }

  /**
   * Solves the system of the potentials, and again for what is left, as long as that falls: near the optimum the Laplacians
   * fall apart into pieces that hardly anything joins, and a factor alone would lose the marginals.
   */
  #refine(rightSides: readonly RightSide[]): void {
    let left = rightSides;
    let size = Infinity;
    for (let round = 0; round < REFINEMENTS; round++) {
      const saved = this.#parts.map(({ dAlpha, dBeta }) => [dAlpha.slice(), dBeta.slice()]);
      this.#addPotentials(left);
      left = this.#residual(rightSides);
      const next = left.reduce((sum, { e, g }) => sum + absoluteSum(e) + absoluteSum(g), 0);
      if (!(next < size)) {
        this.#parts.forEach(({ dAlpha, dBeta }, k) => {
          dAlpha.set(saved[k][0]);
          dBeta.set(saved[k][1]);
        });
        return;
      }
      if (!(next < size / 2)) return;
      size = next;
    }
  }

  /** What the potentials leave of the right-hand sides. */
  #residual(rightSides: readonly RightSide[]): RightSide[] {
    const n = this.#n;
    const sum = new Float64Array(n);
    for (const { dAlpha } of this.#parts) addScaled(sum, 1, dAlpha);
    return this.#parts.map(({ d, dAlpha, dBeta, rows }, k) => {
      const e = rightSides[k].e.slice();
      const g = rightSides[k].g.map((value, j) => value - (this.h[j] / this.s[j]) * sum[j]);
      for (let i = 0, at = 0; i < rows; i++) {
        for (let j = 0; j < n; j++, at++) {
          const flow = d[at] * (dBeta[i] + dAlpha[j]);
          e[i] -= flow;
          g[j] -= flow;
        }
      }
      return { e, g };
    });
  }

  /** Adds the solution for right-hand sides to the potentials. */
  #addPotentials(rightSides: readonly RightSide[]): void {
    const n = this.#n;
    const count = this.#parts.length;
    const sides = this.#parts.map(({ d, rows, rowSums }, k) => {
      const { e } = rightSides[k];
      const g = rightSides[k].g.slice();
      for (let i = 0, at = 0; i < rows; i++) {
        const share = e[i] / rowSums[i];
        for (let j = 0; j < n; j++, at++) g[j] -= d[at] * share;
      }
      return g;
    });
    const ground = this.#ground;
    // Forwards: what earlier histograms take from those after them.
    const taken = new Float64Array(n);
    const solved = this.#parts.map(({ factor, coupling }, k) => {
      const g = sides[k];
      addScaled(g, -1, taken);
      const own = k === 0 ? g : withoutPlace(g, ground);
      if (own.length === 0) return own;
      const z = solveTriangular(factor, own);
      if (k < count - 1) {
        const share = transposedTimes(coupling, z);
        addScaled(taken, 1, k === 0 ? share : withPlace(share, ground));
      }
      return z;
    });
    const later = new Float64Array(n);
    for (let k = count - 1; k >= 0; k--) {
      const part = this.#parts[k];
      const z = solved[k];
      if (z.length === 0) {
        this.#addRows(part, rightSides[k].e, new Float64Array(n));
        continue;
      }
      if (k < count - 1) {
        const sum = k === 0 ? later : withoutPlace(later, ground);
        addScaled(z, -1, times(part.coupling, sum));
      }
      const own = solveTriangular(part.factor, z, { transposed: true });
      const rise = k === 0 ? own : withPlace(own, ground);
      addScaled(later, 1, rise);
      addScaled(part.dAlpha, 1, rise);
      this.#addRows(part, rightSides[k].e, rise);
    }
  }

  /** The potentials of the rows that go with those of the columns. */
  #addRows({ d, dBeta, rows, rowSums }: PartState, e: Float64Array, rise: Float64Array): void {
    const n = this.#n;
    for (let i = 0; i < rows; i++) {
      let sum = 0;
      for (let j = 0; j < n; j++) sum += d[i * n + j] * rise[j];
      dBeta[i] += (e[i] - sum) / rowSums[i];
    }
  }

  /** How far it is to the boundary, primal and dual. */
  #lengths(): [primal: number, dual: number] {
    let primal = lengthTo(this.h, this.#dh);
    let dual = lengthTo(this.s, this.#ds);
    for (const { p, dp, s, ds } of this.#parts) {
      primal = Math.min(primal, lengthTo(p, dp));
      dual = Math.min(dual, lengthTo(s, ds));
    }
    return [primal, dual];
  }

  /** The gap after such steps. */
  #product(primal = 0, dual = 0): number {
    let sum = productOf(this.h, this.#dh, primal, this.s, this.#ds, dual);
    for (const { p, dp, s, ds } of this.#parts) sum += productOf(p, dp, primal, s, ds, dual);
    return sum;
  }

  #move(primal: number, dual: number): void {
    const n = this.#n;
    addScaled(this.h, primal, this.#dh);
    this.s.fill(0);
    for (const part of this.#parts) {
      addScaled(part.p, primal, part.dp);
      addScaled(part.alpha, dual, part.dAlpha);
      addScaled(part.beta, dual, part.dBeta);
      addScaled(part.s, dual, part.ds);
      for (let j = 0; j < n; j++) this.s[j] += part.alpha[j];
    }
  }
}

/** The longest step, above 1 too, that keeps values positive. */
function lengthTo(values: Float64Array, direction: Float64Array): number {
  let length = 1 / TO_BOUNDARY;
  for (let k = 0; k < values.length; k++) {
    if (direction[k] < 0) length = Math.min(length, -values[k] / direction[k]);
  }
  return length;
}

function productOf(x: Float64Array, dx: Float64Array, primal: number, s: Float64Array, ds: Float64Array, dual: number): number {
  if (primal === 0 && dual === 0) return dot(x, s);
  let sum = 0;
  for (let k = 0; k < x.length; k++) sum += (x[k] + primal * dx[k]) * (s[k] + dual * ds[k]);
  return sum;
}

/** A matrix without a row and a column. */
function without({ rows, values }: DenseMatrix, place: number): DenseMatrix {
  const out = new Float64Array((rows - 1) ** 2);
  for (let j = 0, at = 0; j < rows; j++) {
    if (j === place) continue;
    for (let l = 0; l < rows; l++) if (l !== place) out[at++] = values[j * rows + l];
  }
  return { rows: rows - 1, cols: rows - 1, values: out };
}

function withoutPlace(values: Float64Array, place: number): Float64Array {
  return values.filter((_, j) => j !== place);
}

/** A vector with a zero at a place. */
function withPlace(values: Float64Array, place: number): Float64Array {
  const out = new Float64Array(values.length + 1);
  out.set(values.subarray(0, place));
  out.set(values.subarray(place), place + 1);
  return out;
}

function times({ rows, cols, values }: DenseMatrix, x: Float64Array): Float64Array {
  const out = new Float64Array(rows);
  for (let i = 0, k = 0; i < rows; i++) for (let j = 0; j < cols; j++, k++) out[i] += values[k] * x[j];
  return out;
}

function transposedTimes({ rows, cols, values }: DenseMatrix, x: Float64Array): Float64Array {
  const out = new Float64Array(cols);
  for (let i = 0, k = 0; i < rows; i++) for (let j = 0; j < cols; j++, k++) out[j] += values[k] * x[i];
  return out;
}

/** The Cholesky factor of a matrix scaled to a unit diagonal and back, shifted as little as it takes. */
function shiftedCholesky({ rows, cols, values }: DenseMatrix): DenseMatrix | undefined {
  const roots = Float64Array.from({ length: rows }, (_, j) => Math.sqrt(values[j * cols + j]));
  if (!roots.every((root) => root > 0 && root < Infinity)) return undefined;
  const scaled = values.map((value, k) => value / roots[Math.floor(k / cols)] / roots[k % cols]);
  for (let shift = 0; shift <= MOST_SHIFT; shift = Math.max(FIRST_SHIFT, SHIFT_GROWTH * shift)) {
    for (let j = 0; j < rows; j++) scaled[j * cols + j] = 1 + shift;
    const factor = factorOf({ rows, cols, values: scaled });
    if (factor) {
      return { rows, cols, values: factor.values.map((value, k) => value * roots[Math.floor(k / cols)]) };
    }
  }
  return undefined;
}

/** The Cholesky factor, if rounding leaves one. */
function factorOf(matrix: DenseMatrix): DenseMatrix | undefined {
  try {
    return cholesky(matrix);
  } catch {
    return undefined;
  }
}
