// The equations of a Newton step of the convex program, whose blocks meet only in the predictions.
import { largestMagnitude, norm, rowDot, smallCholesky, solveSmallCholesky } from '@infimum/linalg/numerics';
import type { ReluProgram } from './convex-program.ts';
import { isZeroBlock } from './convex-program.ts';

/** The squared length of a column of the system, at most: longer ones would lose the others to rounding. */
const STIFF = 1e13;

/** Times that a solution is improved by that of its residual, at most, and the share of the gradients below which that is of no use. */
const [REFINEMENTS, ROUNDING] = [5, 1e-14];

/**
 * S_i d_i + F_i' C sum_j F_j d_j = -g_i for blocks i, where F_i d is what d adds to the predictions and C holds the loss's curvatures:
 * d_i = S_i^-1 (F_i' C^1/2 q - g_i), (I + C^1/2 sum_i F_i S_i^-1 F_i' C^1/2) q = C^1/2 sum_i F_i S_i^-1 g_i.
 *
 * Blocks that matter in the end are much less stiff along themselves than across: each S_i is factored in a frame whose last axis is
 * that of its block, and the solution is refined, since the system consists of large parts that nearly cancel in its solution.
 */
export class CoupledBlocks {
  readonly #program: ReluProgram;
  readonly #used: readonly number[];
  /** Of each pattern, the means of the samples' active rows. */
  readonly #means: readonly Float64Array[];
  /** Of each block, the axis of the reflection into its frame, its matrix there, and that matrix's factor. */
  readonly #frames: readonly Float64Array[];
  readonly #matrices: readonly Float64Array[];
  readonly #factors: readonly Float64Array[];
  /** The factor of the system, and C^1/2. */
  readonly #system: Float64Array;
  readonly #roots: Float64Array;

  constructor(program: ReluProgram, used: readonly number[]) {
    const { cols, count, samples } = program;
    this.#program = program;
    this.#used = used;
    this.#means = Array.from({ length: count }, (_, i) => program.activeMeans(i));
    this.#frames = used.map(() => new Float64Array(cols));
    this.#matrices = used.map(() => new Float64Array(cols * cols));
    this.#factors = used.map(() => new Float64Array(cols * cols));
    this.#system = new Float64Array(samples * samples);
    this.#roots = new Float64Array(samples);
  }

  /**
   * Prepares `solve` for blocks at v_i; false where rounding makes a matrix indefinite.
   *
   * @param curvatures - the diagonal of C
   * @param directionOf - v_i
   * @param addMatrix - adds S_i to the lower triangle of a matrix, in the frame of the reflection I - 2 w w'
   */
  factorize(
    curvatures: Float64Array,
    directionOf: (u: number) => Float64Array,
    addMatrix: (u: number, w: Float64Array, matrix: Float64Array) => void,
  ): boolean {
    const { cols, samples } = this.#program;
    for (let k = 0; k < samples; k++) this.#roots[k] = Math.sqrt(curvatures[k]);
    this.#system.fill(0);
    const half = new Float64Array(samples * cols);
    for (let u = 0; u < this.#used.length; u++) {
      const [matrix, factor] = [this.#matrices[u].fill(0), this.#factors[u]];
      reflector(directionOf(u), this.#frames[u]);
      addMatrix(u, this.#frames[u], matrix);
      factor.set(matrix);
      if (!smallCholesky(factor, cols)) return false;
      this.#addBlock(u, half);
    }
    for (let k = 0; k < samples; k++) this.#system[k * samples + k] += 1;
    return smallCholesky(this.#system, samples);
  }

  /** The largest entry of F_i' t of all blocks. */
  largestPull(t: Float64Array): number {
    let largest = 0;
    for (let i = 0; i < this.#means.length; i++) {
      const pull = new Float64Array(this.#program.cols);
      this.#addGradient(i, 1, t, pull);
      largest = Math.max(largest, largestMagnitude(pull));
    }
    return largest;
  }

  /** system <- system + C^1/2 F S^-1 F' C^1/2 of one block. */
  #addBlock(u: number, half: Float64Array): void {
    const { cols, count, samples } = this.#program;
    const means = this.#means[this.#used[u] % count];
    const active: number[] = [];
    for (let k = 0; k < samples; k++) {
      if (isZeroBlock(means, k * cols, cols)) continue;
      active.push(k);
      for (let j = 0; j < cols; j++) half[k * cols + j] = this.#roots[k] * means[k * cols + j];
      reflect(this.#frames[u], half, k * cols);
      forward(this.#factors[u], cols, half, k * cols);
    }
    // A column as long as that comes from an axis along which nothing is stiff; refinement makes good for its being shortened.
    let squares = 0;
    for (const k of active) squares += half[k * cols + cols - 1] ** 2;
    if (squares > STIFF) {
      const excess = Math.sqrt(squares / STIFF);
      this.#factors[u][cols * cols - 1] *= excess;
      for (const k of active) half[k * cols + cols - 1] /= excess;
    }
    for (const p of active) {
      for (const q of active) {
        if (q > p) break;
        this.#system[p * samples + q] += rowDot(half, p * cols, half, q * cols, cols);
      }
    }
  }

  /** moves <- d_i for gradients g_i; to few digits unless it is refined. */
  solve(gradients: readonly Float64Array[], moves: readonly Float64Array[], isRefined: boolean): void {
    for (const move of moves) move.fill(0);
    const rest = gradients.map((gradient) => gradient.slice());
    const goal = ROUNDING * largestOf(rest);
    let last = Infinity;
    for (let turn = 0; ; turn++) {
      this.#subtractSolution(rest, moves);
      if (!isRefined || turn === REFINEMENTS) return;
      this.#residual(gradients, moves, rest);
      const size = largestOf(rest);
      if (!(size > goal && size < last / 2)) return;
      last = size;
    }
  }

  /** moves <- moves + d, for gradients g_i, which are lost. */
  #subtractSolution(gradients: readonly Float64Array[], moves: readonly Float64Array[]): void {
    const { cols, count, samples } = this.#program;
    const right = new Float64Array(samples);
    this.#used.forEach((block, u) => {
      const gradient = gradients[u];
      reflect(this.#frames[u], gradient, 0);
      solveSmallCholesky(this.#factors[u], cols, gradient);
      reflect(this.#frames[u], gradient, 0);
      for (let j = 0; j < cols; j++) moves[u][j] -= gradient[j];
      this.#addPredictions(block % count, block < count ? 1 : -1, gradient, right);
    });
    for (let k = 0; k < samples; k++) right[k] *= this.#roots[k];
    solveSmallCholesky(this.#system, samples, right);
    for (let k = 0; k < samples; k++) right[k] *= this.#roots[k];
    const back = new Float64Array(cols);
    this.#used.forEach((block, u) => {
      back.fill(0);
      this.#addGradient(block % count, block < count ? 1 : -1, right, back);
      reflect(this.#frames[u], back, 0);
      solveSmallCholesky(this.#factors[u], cols, back);
      reflect(this.#frames[u], back, 0);
      for (let j = 0; j < cols; j++) moves[u][j] += back[j];
    });
  }

  /** out <- g_i + S_i d_i + F_i' C sum_j F_j d_j. */
  #residual(gradients: readonly Float64Array[], moves: readonly Float64Array[], out: readonly Float64Array[]): void {
    const { cols, count, samples } = this.#program;
    const slopes = new Float64Array(samples);
    const local = new Float64Array(cols);
    for (const [u, block] of this.#used.entries()) {
      this.#addPredictions(block % count, block < count ? 1 : -1, moves[u], slopes);
    }
    for (let k = 0; k < samples; k++) slopes[k] *= this.#roots[k] ** 2;
    this.#used.forEach((block, u) => {
      local.set(moves[u]);
      reflect(this.#frames[u], local, 0);
      symmetricTimes(this.#matrices[u], cols, local, out[u]);
      reflect(this.#frames[u], out[u], 0);
      for (let j = 0; j < cols; j++) out[u][j] += gradients[u][j];
      this.#addGradient(block % count, block < count ? 1 : -1, slopes, out[u]);
    });
  }

  /** out <- out + sign F v of a pattern. */
  #addPredictions(pattern: number, sign: number, v: Float64Array, out: Float64Array): void {
    const { cols } = this.#program;
    const means = this.#means[pattern];
    for (let k = 0; k < out.length; k++) out[k] += sign * rowDot(means, k * cols, v, 0, cols);
  }

  /** out <- out + sign F' t. */
  #addGradient(pattern: number, sign: number, t: Float64Array, out: Float64Array): void {
    const { cols } = this.#program;
    const means = this.#means[pattern];
    for (let k = 0; k < t.length; k++) {
      const factor = sign * t[k];
      for (let j = 0; j < cols; j++) out[j] += factor * means[k * cols + j];
    }
  }
}

/** out <- the unit vector w of the reflection I - 2 w w' that takes v to the last axis, with the sign that avoids cancellation. */
function reflector(v: Float64Array, out: Float64Array): void {
  const length = norm(v);
  const last = v.length - 1;
  for (let j = 0; j <= last; j++) out[j] = v[j] / length;
  out[last] += out[last] > 0 ? 1 : -1;
  const size = norm(out);
  for (let j = 0; j <= last; j++) out[j] /= size;
}

/** x <- (I - 2 w w') x for the part of x that begins at `at`. */
export function reflect(w: Float64Array, x: Float64Array, at: number): void {
  const twice = 2 * rowDot(w, 0, x, at, w.length);
  for (let j = 0; j < w.length; j++) x[at + j] -= twice * w[j];
}

/** b <- L^-1 b for the part of b that begins at `at`. */
function forward(lower: Float64Array, size: number, b: Float64Array, at: number): void {
  for (let i = 0; i < size; i++) b[at + i] = (b[at + i] - rowDot(lower, i * size, b, at, i)) / lower[i * size + i];
}

function largestOf(vectors: readonly Float64Array[]): number {
  return vectors.reduce((largest, vector) => Math.max(largest, largestMagnitude(vector)), 0);
}

/** out <- A x, given the lower triangle of A. */
function symmetricTimes(lower: Float64Array, size: number, x: Float64Array, out: Float64Array): void {
  for (let i = 0; i < size; i++) {
    out[i] = 0;
    for (let j = 0; j < size; j++) out[i] += (j <= i ? lower[i * size + j] : lower[j * size + i]) * x[j];
  }
}
