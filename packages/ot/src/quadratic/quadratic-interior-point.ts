// An interior-point method for optimal transport with quadratic regularisation.
//
// With E = gamma P the conditions of the optimum are E - Z = x + y - C, E and Z >= 0, E_ij Z_ij = 0, and the marginals.
// Newton's method on E_ij Z_ij = mu, mu falling, leaves a system in x and y alone, whose matrix is that of the semismooth
// Newton method with weights E / (E + Z) in place of ones and zeros (S. J. Wright: Primal-dual interior-point methods, 1997).
// It finds the support where semismooth steps cycle: between smooth histograms the support is a narrow band that breaks
// into pieces, its matrix of ones has a null vector for each piece, and every short step regroups them.
import { conjugateGradientDirection, eliminationDirection, gaugeProduct } from '../entropic/newton/newton-direction.ts';
import { distance } from '../plan-metrics.ts';
import type { Transport } from '../transport.ts';
import { total } from '../transport.ts';
import { spreadOf } from '../vectors.ts';

/** The share of the way to the boundary that a step goes. */
const TO_BOUNDARY = 0.995;

/** What mu is multiplied by after a long step, and after a middling one; after a short one it stays. */
const QUICK = 0.05;
const SLOW = 0.5;
const LONG_STEP = 0.8;
const SHORT_STEP = 0.4;

/** Weights below this are left out of the system. */
const LEAST_WEIGHT = 1e-280;

/** Added to the diagonal, as a part of it: the system is singular along (1, -1). */
const LEAST_SHIFT = 1e-14;
const MAX_DENSE_NODES = 900;
const CG_ACCURACY = 1e-6;
const MAX_INNER_ITERATIONS = 3000;

/** The state of the method, which makes one step at a time. */
export class QuadraticInteriorPoint {
  /** Potentials of the sources. */
  readonly x: Float64Array;
  /** Potentials of the targets. */
  readonly y: Float64Array;
  /** Sum of E times Z over its first value: what is left of the duality gap. */
  gap = 1;
  /** Entries that are larger than what keeps them from zero: the plan's, in the end. */
  entries = 0;

  readonly #problem: Transport;
  readonly #gamma: number;
  readonly #mass: number;
  readonly #e: Float64Array;
  readonly #z: Float64Array;
  readonly #first: number;
  #shrink = SLOW;

  /** @param problem - with weights that sum to the same on both sides; those that are zero take no part */
  constructor(problem: Transport, gamma: number) {
    const { a, b, cost } = problem;
    const { values } = cost;
    this.#problem = problem;
    this.#gamma = gamma;
    const mass = total(a);
    this.#mass = mass;
    const range = spreadOf(values);
    let lowest = Infinity;
    for (let k = 0; k < values.length; k++) if (values[k] < lowest) lowest = values[k];
    this.#e = new Float64Array(values.length);
    this.#z = new Float64Array(values.length);
    for (let i = 0, k = 0; i < a.length; i++) {
      for (let j = 0; j < b.length; j++, k++) {
        this.#e[k] = a[i] === 0 || b[j] === 0 ? 0 : (gamma * mass) / values.length;
      }
    }
    const start = Math.max(range, (gamma * mass) / values.length);
    this.#z.fill(start);
    this.#first = start;
    this.x = new Float64Array(a.length).fill((lowest - start) / 2);
    this.y = new Float64Array(b.length).fill((lowest - start) / 2);
  }

  /** One step; returns how long it was, at most 1. */
  step(): number {
    const { a, b, cost } = this.#problem;
    const { values } = cost;
    const [n, m] = [a.length, b.length];
    const [e, z, gamma] = [this.#e, this.#z, this.#gamma];
    const mu = (this.#shrink * this.gap * this.#first * gamma * this.#mass) / e.length;
    const rowPointers = new Int32Array(n + 1);
    const columns = new Int32Array(n * m);
    const weights = new Float64Array(n * m);
    const shift = new Float64Array(n * m);
    const gradient = new Float64Array(n + m);
    const diagonal = new Float64Array(n + m);
    for (let i = 0; i < n; i++) gradient[i] = gamma * a[i];
    for (let j = 0; j < m; j++) gradient[n + j] = gamma * b[j];
    let count = 0;
    for (let i = 0, k = 0; i < n; i++) {
      for (let j = 0; j < m; j++, k++) {
        if (e[k] === 0) continue;
        const weight = e[k] / (e[k] + z[k]);
        shift[k] = e[k] - (this.x[i] + this.y[j] - values[k]) - mu / e[k];
        const residual = weight * shift[k] - e[k];
        gradient[i] += residual;
        gradient[n + j] += residual;
        if (!(weight > LEAST_WEIGHT)) continue;
        columns[count] = j;
        weights[count++] = weight;
        diagonal[i] += weight;
        diagonal[n + j] += weight;
      }
      rowPointers[i + 1] = count;
    }
    const plan = {
      rows: n,
      cols: m,
      rowPointers,
      columnIndices: columns.slice(0, count),
      values: weights.slice(0, count),
      droppedFromRows: diagonal.slice(0, n).map((weight) => LEAST_SHIFT * (weight || 1)),
      droppedFromColumns: diagonal.slice(n).map((weight) => LEAST_SHIFT * (weight || 1)),
    };
    for (let k = 0; k < n + m; k++) diagonal[k] += LEAST_SHIFT * (diagonal[k] || 1);
    const system = { plan, diagonal, gradient, damping: 0, gaugeWeight: 0 };
    const { direction } =
      eliminationDirection(system, MAX_DENSE_NODES) ?? conjugateGradientDirection(system, CG_ACCURACY, MAX_INNER_ITERATIONS);
    // Without its component along (1, -1), which changes no sum x + y but would take digits from them.
    const drift = gaugeProduct(direction, n) / (n + m);
    for (let k = 0; k < n + m; k++) direction[k] += k < n ? -drift : drift;
    return this.#move(direction, shift, mu);
  }

  /** Goes along a direction, up to the boundary. */
  #move(direction: Float64Array, shift: Float64Array, mu: number): number {
    const { a, b } = this.#problem;
    const [e, z] = [this.#e, this.#z];
    const [n, m] = [a.length, b.length];
    const riseE = new Float64Array(n * m);
    const riseZ = new Float64Array(n * m);
    let step = 1 / TO_BOUNDARY;
    for (let i = 0, k = 0; i < n; i++) {
      for (let j = 0; j < m; j++, k++) {
        if (e[k] === 0) continue;
        const move = direction[i] + direction[n + j] - shift[k];
        riseE[k] = (e[k] * move) / (e[k] + z[k]);
        riseZ[k] = mu / e[k] - z[k] - (z[k] * move) / (e[k] + z[k]);
        if (riseE[k] < 0) step = Math.min(step, -e[k] / riseE[k]);
        if (riseZ[k] < 0) step = Math.min(step, -z[k] / riseZ[k]);
      }
    }
    step *= TO_BOUNDARY;
    for (let i = 0; i < n; i++) this.x[i] += step * direction[i];
    for (let j = 0; j < m; j++) this.y[j] += step * direction[n + j];
    let product = 0;
    this.entries = 0;
    for (let k = 0; k < e.length; k++) {
      if (e[k] === 0) continue;
      e[k] += step * riseE[k];
      z[k] += step * riseZ[k];
      product += e[k] * z[k];
      if (e[k] > z[k]) this.entries++;
    }
    this.#fitEmpty();
    this.gap = product / (this.#gamma * this.#mass) / this.#first;
    this.#shrink = step > LONG_STEP ? QUICK : step > SHORT_STEP ? SLOW : 1;
    return step;
  }

  /** The largest potentials of places without weight at which they exchange nothing. */
  #fitEmpty(): void {
    const { a, b, cost } = this.#problem;
    const m = b.length;
    for (let i = 0; i < a.length; i++) {
      if (a[i] > 0) continue;
      this.x[i] = Infinity;
      for (let j = 0; j < m; j++) {
        if (b[j] > 0) this.x[i] = Math.min(this.x[i], cost.values[i * m + j] - this.y[j]);
      }
    }
    for (let j = 0; j < m; j++) {
      if (b[j] > 0) continue;
      this.y[j] = Infinity;
      for (let i = 0; i < a.length; i++) {
        this.y[j] = Math.min(this.y[j], cost.values[i * m + j] - this.x[i]);
      }
    }
  }

  /** l1 error of the marginals of E / gamma. */
  error(): number {
    const { a, b } = this.#problem;
    const rows = new Float64Array(a.length);
    const columns = new Float64Array(b.length);
    for (let i = 0, k = 0; i < a.length; i++) {
      for (let j = 0; j < b.length; j++, k++) {
        rows[i] += this.#e[k] / this.#gamma;
        columns[j] += this.#e[k] / this.#gamma;
      }
    }
    return distance(rows, a) + distance(columns, b);
  }
}
