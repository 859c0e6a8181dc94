// The convex program of a two-layer network by an interior-point method: second-order cones and half-spaces behind logarithms.
//
// S. Boyd, L. Vandenberghe: Convex optimization (2004), chapter 11; the program: M. Pilanci, T. Ergen: Neural networks are convex
// regularizers (2020), arXiv 2002.10553.
//
//   min t (l(sum_i D_i X (v_i - w_i)) + beta sum_i tau_i) - sum_i log(tau_i² - |v_i|²) - sum_ik log(e_ik x_k . v_i)
import type { OptionSpecs, OptionsOf, RunOptions } from '@infimum/core';
import { converged, defineSolver, fault, resolveOptions, runWith, stalled } from '@infimum/core';
import { dot, norm, rowDot, smallCholesky, solveSmallCholesky } from '@infimum/linalg/numerics';
import type { ReluIterate, ReluOutcome, ReluSteps } from './convex-program.ts';
import { isZeroBlock, ReluProgram } from './convex-program.ts';
import { GapTest } from './gap-test.ts';
import { neuralRegularizersPaper } from './papers.ts';
import { patternOptions, patternsFor } from './patterns.ts';
import type { ReluInstance, ReluLike } from './relu-network.ts';
import { asRelu, checkRelu, lossOf } from './relu-network.ts';
import { reluProblem } from './relu-problem.ts';

const convexReluInteriorOptions = {
  ...patternOptions,
  tolerance: { type: 'number', min: 0, default: 1e-6, description: 'Relative gap to the lower bound at which to stop' },
  maxIterations: { type: 'integer', min: 0, default: 2000, description: 'Limit of Newton steps' },
} as const satisfies OptionSpecs;

/** Options of `convexReluInterior`. */
export type ConvexReluInteriorOptions = OptionsOf<typeof convexReluInteriorOptions> & RunOptions<ReluIterate>;

/**
 * As `convexReluAdmm`, by Newton's method on a barrier: a hundred steps or so, each with a matrix of the samples' size, whatever
 * the data. For some hundred samples; like a cone solver that exploits the fact that blocks interact only through the predictions.
 *
 * @param instance - `points`, n x d; `targets`; `loss`; `beta`
 * @throws {InvalidInputError} naming the field or option at fault; `too-large` where a step would take billions of operations
 *
 * Cost: O(P n² d + n³) a step with P patterns; memory O(n² + P n).
 *
 * @example
 * ```ts
 * import { convexReluInterior } from '@infimum/learn';
 *
 * const points = { rows: 3, cols: 1, values: Float64Array.of(1, -1, 2) };
 * const targets = Float64Array.of(1, 2, 2);
 * const { status, value } = convexReluInterior({ points, targets, loss: 'squared', beta: 0.1 });
 * console.log(status, value.toFixed(4)); // converged 0.2940
 * ```
 */
export function convexReluInterior(instance: ReluLike, options: ConvexReluInteriorOptions = {}): ReluOutcome {
  return runWith(convexReluInteriorOptions, options, convexReluInteriorSteps(asRelu(instance), options));
}

/** The steps of `convexReluInterior`. */
export function* convexReluInteriorSteps(instance: ReluInstance, options: ConvexReluInteriorOptions = {}): ReluSteps {
  const settings = resolveOptions(convexReluInteriorOptions, options);
  checkRelu(instance);
  const program = new ReluProgram(instance, patternsFor(instance.points, settings));
  if (InteriorPoint.workOf(program) > MOST_WORK) {
    const problem = `${program.rows} samples and ${program.count} patterns take more than ${MOST_WORK} operations per step; use convexReluAdmm`;
    throw fault(problem, 'points', 'too-large');
  }
  const state = new InteriorPoint(program);
  const test = new GapTest(program, settings.tolerance);
  for (let iteration = 0; ; iteration++) {
    yield { iteration, residual: state.gap, solution: () => test.best(state.blocks, state.nu()) };
    if (state.isDone || state.isNear(settings.tolerance)) {
      const proof = test.now(state.blocks, state.nu());
      if (proof) return converged(proof, `the value is within ${settings.tolerance} of its lower bound`);
    }
    if (state.isDone) {
      const reason = 'rounding prevents further progress on the central path';
      return stalled(test.best(state.blocks, state.nu()), reason);
    }
    state.step();
  }
}

/** Operations of a step beyond which the method is refused. */
const MOST_WORK = 4e9;

/** Growth factors of the barrier's weight along the central path: far from the end, and near it, where rounding prevents large steps. */
const [GROWTH, GROWTH_NEAR] = [20, 4];

/** The share of the value below which the gap on the central path is near the end. */
const NEAR = 1e-4;

/** A point near the central path, improved one Newton step at a time. */
export class InteriorPoint {
  /** Whether the last step has reached the central path. */
  isCentered = false;
  /** Whether no further step is of use. */
  isDone = false;
  /** Where the rows' span is smaller, the program in its coordinates: no block gains from a part orthogonal to all rows. */
  readonly #program: ReluProgram;
  /** The axes of that span, if it is used. */
  readonly #axes: readonly Float64Array[] | undefined;
  readonly #valueScale: number;
  /** v_1 … v_P, w_1 … w_P of that program, inside their cones. */
  readonly #blocks: Float64Array;
  /** Blocks that have an inner point; the others stay zero. */
  readonly #used: readonly number[];
  /** Of each pattern, the means of the samples' active rows. */
  readonly #means: readonly Float64Array[];
  readonly #tau: Float64Array;
  /** Bounds of the hinge losses. */
  readonly #slack: Float64Array;
  readonly #predictions: Float64Array;
  readonly #count: number;
  #weight: number;
  /** That of the last step, if it was small. */
  #decrement = Infinity;

  /** Operations of a Newton step. */
  static workOf({ rows, cols, count, samples }: ReluProgram): number {
    const rank = Math.min(rows, cols);
    return 2 * count * (samples * samples * rank + rows * rank * rank + rank ** 3) + samples ** 3;
  }

  constructor(whole: ReluProgram) {
    this.#axes = whole.rows < whole.cols ? axesOf(whole) : undefined;
    const program = this.#axes ? inSpan(whole, this.#axes) : whole;
    const { rows, cols, count, patterns, samples, loss, y } = program;
    this.#program = program;
    this.#valueScale = whole.valueScale;
    this.#blocks = new Float64Array(2 * count * cols);
    this.#tau = new Float64Array(2 * count);
    this.#predictions = new Float64Array(samples);
    const used: number[] = [];
    let walls = 0;
    for (let i = 0; i < count; i++) {
      const unit = patterns.units?.subarray(i * cols, (i + 1) * cols);
      if (!unit || !this.#isInside(i, unit)) continue;
      const size = norm(unit);
      for (const block of [i, count + i]) {
        for (let j = 0; j < cols; j++) this.#blocks[block * cols + j] = unit[j] / size / (2 * count);
        this.#tau[block] = 1 / count;
        used.push(block);
        walls += rows + 2;
      }
    }
    this.#used = used;
    this.#means = Array.from({ length: count }, (_, i) => program.activeMeans(i));
    program.predictions(this.#blocks, this.#predictions);
    this.#slack = Float64Array.from(loss === 'hinge' ? y : [], (target, k) => Math.max(1, 2 - target * this.#predictions[k]));
    this.#count = walls + 2 * this.#slack.length;
    this.#weight = this.#count / Math.max(lossOf(loss, new Float64Array(samples), y), Number.MIN_VALUE);
    this.isDone = used.length === 0;
  }

  /** The distance to the optimum on the central path, in the program's units. */
  get gap(): number {
    return (this.#count / this.#weight) * this.#valueScale;
  }

  /** v_1 … v_P, w_1 … w_P; inside their cones. */
  get blocks(): Float64Array {
    const axes = this.#axes;
    if (!axes) return this.#blocks;
    const { count, unit } = this.#program;
    const cols = axes[0].length;
    const blocks = new Float64Array(2 * count * cols);
    for (const block of this.#used) {
      axes.forEach((axis, a) => {
        const along = this.#blocks[block * axes.length + a] / unit;
        for (let j = 0; j < cols; j++) blocks[block * cols + j] += along * axis[j];
      });
    }
    return blocks;
  }

  /** Whether it is on the central path and near enough to its end to try a proof of that tolerance. */
  isNear(tolerance: number): boolean {
    const gap = this.#count / this.#weight;
    return this.isCentered && gap <= 100 * Math.max(tolerance, 1e-12) * this.#program.value(this.#blocks);
  }

  /** -l'(F u), or its equivalent for the hinge's barrier. */
  nu(): Float64Array {
    const { loss, y, samples } = this.#program;
    if (loss !== 'hinge') return this.#program.dualPoint(this.#predictions);
    return Float64Array.from(this.#slack, (s, k) => {
      const room = s - 1 + y[k] * this.#predictions[k];
      // On the central path 1/s + 1/room = weight/n: the larger of the two distances is the exact one.
      const inverse = room > s ? 1 / room : this.#weight / samples - 1 / s;
      return (y[k] * Math.max(0, inverse)) / this.#weight;
    });
  }

  /** Whether a unit lies inside the cone of pattern i. */
  #isInside(i: number, unit: Float64Array): boolean {
    const { rows, cols, x } = this.#program;
    const size = norm(unit);
    for (let k = 0; k < rows; k++) {
      const row = x.subarray(k * cols, (k + 1) * cols);
      const length = norm(row);
      const height = dot(row, unit) * (this.#program.isActive(i, k) ? 1 : -1);
      if (length > 0 && !(height > 1e-12 * length * size)) return false;
    }
    return true;
  }

  /** One Newton step, to be followed by a heavier weight once the central path is near. */
  step(): void {
    const program = this.#program;
    const { cols, count, samples, beta } = program;
    if (this.isCentered) {
      this.#weight *= this.#isLate() ? GROWTH_NEAR : GROWTH;
      this.isCentered = false;
    }
    const weight = this.#weight;
    const { slope, curvature, slackSlope } = this.#lossDerivatives();
    // Blocks: gradient g_i and matrix S_i with tau_i eliminated; K = sum_i S D_i X S_i^-1 X' D_i S'.
    const root = curvature.map(Math.sqrt);
    const system = new Float64Array(samples * samples);
    const right = new Float64Array(samples);
    const factors: Float64Array[] = [];
    const pulls: Float64Array[] = [];
    const frames: Float64Array[] = [];
    const gradients: Float64Array[] = [];
    const half = new Float64Array(samples * cols);
    const active: number[] = [];
    const row = new Float64Array(cols);
    for (const block of this.#used) {
      const pattern = block % count;
      const sign = block < count ? 1 : -1;
      const { gradient, matrix, frame } = this.#blockDerivatives(block, slope, sign);
      gradients.push(gradient);
      frames.push(frame);
      if (!smallCholesky(matrix, cols)) {
        this.isDone = true;
        return;
      }
      factors.push(matrix);
      const pull = gradient.slice();
      solveSmallCholesky(matrix, cols, pull);
      pulls.push(pull);
      active.length = 0;
      const means = this.#means[pattern];
      for (let k = 0; k < samples; k++) {
        if (isZeroBlock(means, k * cols, cols)) continue;
        active.push(k);
        row.set(means.subarray(k * cols, (k + 1) * cols));
        reflect(frame, row);
        right[k] += sign * root[k] * dot(row, pull);
        solveLower(matrix, cols, row, half, k * cols, root[k]);
      }
      for (let a = 0; a < active.length; a++) {
        const p = active[a];
        for (let b = 0; b <= a; b++) {
          const q = active[b];
          const sum = rowDot(half, p * cols, half, q * cols, cols);
          system[p * samples + q] += sum;
        }
      }
    }
    for (let p = 0; p < samples; p++) {
      system[p * samples + p] += 1;
      for (let q = 0; q < p; q++) system[q * samples + p] = system[p * samples + q];
    }
    if (!smallCholesky(system, samples)) {
      this.isDone = true;
      return;
    }
    solveSmallCholesky(system, samples, right);
    for (let k = 0; k < samples; k++) right[k] *= root[k];
    this.#move(gradients, factors, pulls, frames, right, slackSlope, weight * beta);
  }

  /** Slopes and curvatures of weight * l in the predictions; the hinge's bounds are eliminated. */
  #lossDerivatives() {
    const { loss, y, samples } = this.#program;
    const weight = this.#weight;
    const f = this.#predictions;
    const slope = new Float64Array(samples);
    const curvature = new Float64Array(samples);
    // ds = -(own + mixed * df) / second.
    const slackSlope = this.#slack.length === 0 ? undefined : { constant: slope.slice(), perMove: slope.slice() };
    for (let k = 0; k < samples; k++) {
      if (loss === 'squared') {
        slope[k] = weight * (f[k] - y[k]);
        curvature[k] = weight;
      } else if (loss === 'logistic') {
        const s = 1 / (1 + Math.exp(2 * y[k] * f[k]));
        slope[k] = -2 * weight * y[k] * s;
        curvature[k] = 4 * weight * s * (1 - s);
      } else if (slackSlope) {
        const s = this.#slack[k];
        const room = s - 1 + y[k] * f[k];
        const own = weight / samples - 1 / s - 1 / room;
        const second = 1 / (s * s) + 1 / (room * room);
        const mixed = y[k] / (room * room);
        // -y/room - mixed own/second and 1/room² - mixed²/second, without the cancellations.
        slope[k] = (y[k] * (s - room - (weight / samples) * s * s)) / (room * room + s * s);
        curvature[k] = 1 / (room * room + s * s);
        slackSlope.constant[k] = -own / second;
        slackSlope.perMove[k] = -mixed / second;
      }
    }
    return { slope, curvature, slackSlope };
  }

  /**
   * Of one block, with tau eliminated: gradient and matrix in v, in a frame whose first axis is that of v. A unit on a wall is
   * stiff across it, by the square of how near it is, and not along: in other axes rounding would lose the smaller curvature.
   */
  #blockDerivatives(block: number, slope: Float64Array, sign: 1 | -1) {
    const { rows, cols, count, x, beta } = this.#program;
    const pattern = block % count;
    const v = this.#blocks.subarray(block * cols, (block + 1) * cols);
    const tau = this.#tau[block];
    const length = norm(v);
    const room = (tau - length) * (tau + length);
    const frame = reflector(v, length);
    const side = v[0] > 0 ? -1 : 1; // the frame takes v to side * length on the first axis
    const gradient = new Float64Array(cols);
    const matrix = new Float64Array(cols * cols);
    const row = new Float64Array(cols);
    const pulls = new Float64Array(rows);
    this.#program.spread(pattern, sign, slope, pulls);
    for (let k = 0; k < rows; k++) {
      row.set(x.subarray(k * cols, (k + 1) * cols));
      const height = dot(row, v);
      if (height === 0) continue; // a row of zeros is not a wall
      reflect(frame, row);
      row[0] = (side * height) / length;
      const pull = pulls[k] - 1 / height;
      for (let i = 0; i < cols; i++) {
        gradient[i] += pull * row[i];
        const left = row[i] / height;
        for (let j = 0; j <= i; j++) matrix[i * cols + j] += left * (row[j] / height);
      }
    }
    // The cone: [[2/r + 4 v v'/r², -4 tau v/r²], [., -2/r + 4 tau²/r²]] less tau's share is 2/r across v, 2/(tau² + |v|²) along.
    const tauSlope = this.#weight * beta - (2 * tau) / room;
    const sum = tau * tau + length * length;
    gradient[0] += side * length * (2 / room + (2 * tau * tauSlope) / sum);
    matrix[0] += 2 / sum;
    for (let i = 1; i < cols; i++) matrix[i * cols + i] += 2 / room;
    for (let i = 0; i < cols; i++) for (let j = 0; j < i; j++) matrix[j * cols + i] = matrix[i * cols + j];
    return { gradient, matrix, frame };
  }

  /** The step that belongs to the solved system, shortened until it stays inside and the barrier falls. */
  #move(
    gradients: readonly Float64Array[],
    factors: readonly Float64Array[],
    pulls: readonly Float64Array[],
    frames: readonly Float64Array[],
    right: Float64Array,
    slackSlope: { readonly constant: Float64Array; readonly perMove: Float64Array } | undefined,
    tauWeight: number,
  ): void {
    const program = this.#program;
    const { rows, cols, count, samples } = program;
    const moves = new Float64Array(this.#blocks.length);
    const tauMoves = new Float64Array(this.#tau.length);
    const masked = new Float64Array(rows);
    let decrement = 0;
    this.#used.forEach((block, u) => {
      const at = block * cols;
      program.spread(block % count, block < count ? 1 : -1, right, masked);
      const back = new Float64Array(cols);
      program.addTransposed(masked, back, 0);
      reflect(frames[u], back);
      solveSmallCholesky(factors[u], cols, back);
      for (let j = 0; j < cols; j++) {
        back[j] -= pulls[u][j];
        decrement -= gradients[u][j] * back[j];
      }
      reflect(frames[u], back);
      const v = this.#blocks.subarray(at, at + cols);
      const tau = this.#tau[block];
      const length = norm(v);
      const room = (tau - length) * (tau + length);
      moves.set(back, at);
      const along = dot(v, back);
      const tauSlope = tauWeight - (2 * tau) / room;
      const tauCurvature = (2 * (tau * tau + length * length)) / (room * room);
      tauMoves[block] = -(tauSlope - ((4 * tau) / (room * room)) * along) / tauCurvature;
      decrement += (tauSlope * tauSlope) / tauCurvature;
    });
    const predictionMoves = new Float64Array(samples);
    program.predictions(moves, predictionMoves);
    const slackMoves = Float64Array.from(
      this.#slack,
      (_, k) => (slackSlope?.constant[k] ?? 0) + (slackSlope?.perMove[k] ?? 0) * predictionMoves[k],
    );
    if (!(decrement >= 0)) {
      this.isDone = true;
      return;
    }
    this.#search(moves, tauMoves, slackMoves, predictionMoves, decrement);
  }

  #isLate(): boolean {
    return this.#count / this.#weight < NEAR * this.#program.value(this.#blocks);
  }

  #search(
    moves: Float64Array,
    tauMoves: Float64Array,
    slackMoves: Float64Array,
    predictionMoves: Float64Array,
    decrement: number,
  ): void {
    const before = this.#barrier();
    const [blocks, tau, slack, f] = [this.#blocks.slice(), this.#tau.slice(), this.#slack.slice(), this.#predictions.slice()];
    let length = 1;
    for (let halving = 0; ; halving++, length /= 2) {
      for (let j = 0; j < blocks.length; j++) this.#blocks[j] = blocks[j] + length * moves[j];
      for (let i = 0; i < tau.length; i++) this.#tau[i] = tau[i] + length * tauMoves[i];
      for (let k = 0; k < slack.length; k++) this.#slack[k] = slack[k] + length * slackMoves[k];
      for (let k = 0; k < f.length; k++) this.#predictions[k] = f[k] + length * predictionMoves[k];
      const after = this.#barrier();
      const slackOfRounding = 1e-13 * Math.abs(before);
      if (after <= before - 0.1 * length * decrement + slackOfRounding) break;
      // This near the path full steps converge in spite of rounding in the function.
      if (length === 1 && decrement < 1 / 16 && after < Infinity) break;
      if (halving === 50) {
        this.#blocks.set(blocks);
        this.#tau.set(tau);
        this.#slack.set(slack);
        this.#predictions.set(f);
        this.isDone = true;
        return;
      }
    }
    // Updates drift.
    this.#program.predictions(this.#blocks, this.#predictions);
    // Near the end the dual point must be on the path itself: steps continue until rounding keeps them from shrinking.
    const isSmall = length === 1 && decrement < 1e-4;
    this.isCentered = isSmall && (!this.#isLate() || decrement < 1e-20 || decrement > 0.8 * this.#decrement);
    this.#decrement = isSmall ? decrement : Infinity;
    if (this.isCentered && this.#count / this.#weight < 1e-14 * this.#program.value(this.#blocks)) this.isDone = true;
  }

  /** The function that is minimised; infinite outside. */
  #barrier(): number {
    const { rows, cols, count, samples, x, beta, loss, y } = this.#program;
    let [logarithms, penalty] = [0, 0];
    for (const block of this.#used) {
      const at = block * cols;
      const size = norm(this.#blocks.subarray(at, at + cols));
      const tau = this.#tau[block];
      if (!(tau > size)) return Infinity;
      logarithms += Math.log(tau - size) + Math.log(tau + size);
      penalty += tau;
      const pattern = block % count;
      for (let k = 0; k < rows; k++) {
        let height = 0;
        let isZero = true;
        for (let j = 0; j < cols; j++) {
          height += x[k * cols + j] * this.#blocks[at + j];
          if (x[k * cols + j] !== 0) isZero = false;
        }
        if (isZero) continue;
        if (!this.#program.isActive(pattern, k)) height = -height;
        if (!(height > 0)) return Infinity;
        logarithms += Math.log(height);
      }
    }
    let losses = 0;
    if (this.#slack.length === 0) losses = lossOf(loss, this.#predictions, y);
    for (let k = 0; k < this.#slack.length; k++) {
      const s = this.#slack[k];
      const room = s - 1 + y[k] * this.#predictions[k];
      if (!(s > 0 && room > 0)) return Infinity;
      losses += s / samples;
      logarithms += Math.log(s) + Math.log(room);
    }
    return this.#weight * (losses + beta * penalty) - logarithms;
  }
}

/** Orthonormal axes of the rows' span; none where all rows are zero. */
function axesOf({ x, rows, cols }: ReluProgram): Float64Array[] | undefined {
  const axes: Float64Array[] = [];
  for (let k = 0; k < rows; k++) {
    const row = x.slice(k * cols, (k + 1) * cols);
    const before = norm(row);
    for (let turn = 0; turn < 2; turn++) {
      for (const axis of axes) {
        const part = dot(row, axis);
        for (let j = 0; j < cols; j++) row[j] -= part * axis[j];
      }
    }
    const size = norm(row);
    if (size > 1e-14 * before) axes.push(row.map((value) => value / size));
  }
  return axes.length > 0 ? axes : undefined;
}

/** The program in coordinates of its rows' span. */
function inSpan(program: ReluProgram, axes: readonly Float64Array[]): ReluProgram {
  const { x, y, rows, cols, loss, beta, patterns } = program;
  const along = (values: Float64Array, count: number) =>
    Float64Array.from({ length: count * axes.length }, (_, at) => {
      const k = Math.floor(at / axes.length);
      return dot(values.subarray(k * cols, (k + 1) * cols), axes[at % axes.length]);
    });
  const points = { rows, cols: axes.length, values: along(x, rows) };
  const units = patterns.units && along(patterns.units, patterns.count);
  return new ReluProgram({ points, targets: y, loss, beta }, { ...patterns, ...(units && { units }) });
}

/** The unit vector w of the reflection I - 2 w w' that takes v to the first axis, with the sign that avoids cancellation. */
function reflector(v: Float64Array, length: number): Float64Array {
  const w = v.map((value) => value / length);
  w[0] += w[0] > 0 ? 1 : -1;
  const size = norm(w);
  return w.map((value) => value / size);
}

/** row <- (I - 2 w w') row. */
function reflect(w: Float64Array, row: Float64Array): void {
  const twice = 2 * dot(w, row);
  for (let j = 0; j < row.length; j++) row[j] -= twice * w[j];
}

/** out <- factor * L^-1 of a row, for a lower triangle L. */
function solveLower(lower: Float64Array, size: number, row: Float64Array, out: Float64Array, to: number, factor: number): void {
  for (let i = 0; i < size; i++) {
    let value = factor * row[i];
    for (let j = 0; j < i; j++) value -= lower[i * size + j] * out[to + j];
    out[to + i] = value / lower[i * size + i];
  }
}

export const convexReluInteriorSolver = /* @__PURE__ */ defineSolver({
  id: 'learn/convex-relu-interior',
  title: 'Convex training by an interior-point method',
  summary: 'The global optimum of a small two-layer ReLU network to many digits, in a hundred Newton steps.',
  problem: reluProblem,
  variant: 'nominal',
  role: 'baseline',
  paper: neuralRegularizersPaper,
  cost: 'O(P n^2 d + n^3) \\text{ per step with } P \\text{ patterns}',
  options: convexReluInteriorOptions,
  steps: (instance, options) => convexReluInteriorSteps(instance, options),
});
