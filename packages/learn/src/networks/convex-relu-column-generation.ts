// Convex training by generating patterns: the constraints of the dual that are violated most become units, and Newton's method moves all
// units at once, across the borders of their patterns.
//
// Q. Denoyelle, V. Duval, G. Peyré, E. Soubies: The sliding Frank-Wolfe algorithm and its application to super-resolution microscopy
// (2019), arXiv 1811.06416; the program: M. Pilanci, T. Ergen: Neural networks are convex regularizers (2020), arXiv 2002.10553.
import type { OptionSpecs, OptionsOf, RunOptions } from '@infimum/core';
import { converged, defineSolver, fault, Random, resolveOptions, runWith, stalled } from '@infimum/core';
import { factorInPlace, GEMM_SCRATCH, layout, scratch } from '@infimum/linalg/kernels';
import { dot, norm, solveSmallCholesky } from '@infimum/linalg/numerics';
import { multiplyInto } from '../tuning/products.ts';
import type { ReluIterate, ReluOutcome, ReluSolution, ReluSteps } from './convex-program.ts';
import { conjugateValue, ReluProgram } from './convex-program.ts';
import { neuralRegularizersPaper } from './papers.ts';
import { enumeratePatterns } from './patterns.ts';
import type { ReluInstance, ReluLike } from './relu-network.ts';
import { asRelu, checkRelu, isSmall, lossOf } from './relu-network.ts';
import { reluProblem } from './relu-problem.ts';
import type { FoundUnit } from './unit-search.ts';
import { searchUnits } from './unit-search.ts';

const convexReluColumnGenerationOptions = {
  starts: { type: 'integer', min: 1, max: 100_000, default: 60, description: 'Random starting units per round' },
  maxNewUnits: { type: 'integer', min: 1, max: 1000, default: 10, description: 'Maximum new units per round' },
  seed: { type: 'integer', min: 0, default: 0, description: 'Seed of the searches' },
  tolerance: { type: 'number', min: 0, default: 1e-4, description: 'Relative gap to the lower bound at which to stop' },
  maxIterations: { type: 'integer', min: 0, default: 200, description: 'Limit of rounds' },
} as const satisfies OptionSpecs;

/** Options of `convexReluColumnGeneration`. */
export type ConvexReluColumnGenerationOptions = OptionsOf<typeof convexReluColumnGenerationOptions> & RunOptions<ReluIterate>;

/**
 * As `convexReluAdmm`, for thousands of samples in tens of columns, where patterns cannot be enumerated: it starts without units. A round
 * searches for units u of length 1 whose |nu . (X u)_+| exceeds beta, nu = -l'(predictions), adds the highest, and minimises l(sum_j s_j (X
 * v_j)_+, y) + beta sum_j |v_j| over all v_j by Newton's method, with corners rounded less and less; units whose length becomes zero are
 * removed.
 *
 * `converged` when the value is within `tolerance` of the dual value at nu, scaled by the highest unit that the searches found: a
 * measured bound (`isProof` is false), except where there are at most 3 columns and 30 rows, whose patterns are all checked. `boundRelu`
 * gives a proved bound of the network for any data.
 *
 * @param instance - `points`, n x d; `targets`; `loss`, not the hinge, which has no curvature; `beta`
 * @throws {InvalidInputError} naming the field or option at fault
 *
 * Cost: O(n m² d² + m³ d³) a Newton step with m units, O(n d) a step of a search.
 *
 * @example
 * ```ts
 * import { convexReluColumnGeneration } from '@infimum/learn';
 *
 * const points = { rows: 3, cols: 1, values: Float64Array.of(1, -1, 2) };
 * const targets = Float64Array.of(1, 2, 2);
 * const { status, value, patterns } = convexReluColumnGeneration({ points, targets, loss: 'squared', beta: 0.1 });
 * console.log(status, value.toFixed(4), patterns); // converged 0.2940 2
 * ```
 */
export function convexReluColumnGeneration(instance: ReluLike, options: ConvexReluColumnGenerationOptions = {}): ReluOutcome {
  return runWith(convexReluColumnGenerationOptions, options, convexReluColumnGenerationSteps(asRelu(instance), options));
}

/** The steps of `convexReluColumnGeneration`. */
export function* convexReluColumnGenerationSteps(
  instance: ReluInstance,
  options: ConvexReluColumnGenerationOptions = {},
): ReluSteps {
  const { starts, maxNewUnits, seed, tolerance } = resolveOptions(convexReluColumnGenerationOptions, options);
  checkRelu(instance);
  const { points } = instance;
  if (instance.loss === 'hinge') throw fault('the hinge has no curvature; use convexReluAdmm', 'loss', 'unsupported');
  const none = { count: 0, rows: points.rows, bits: new Uint8Array(0), isComplete: false };
  const program = new ReluProgram(instance, isSmall(points) ? enumeratePatterns(points) : none);
  const state = new SlidingUnits(program);
  const random = new Random(seed);
  let best: { bound: number; nu: Float64Array } = { bound: 0, nu: new Float64Array(program.samples) };
  let [least, idle] = [Infinity, 0];
  for (let iteration = 0; ; iteration++) {
    const nu = program.dualPoint(state.predictions);
    const found = state.search(nu, random, starts);
    const bound = program.patterns.isComplete
      ? program.dualValue(nu)
      : conjugateValue(program.loss, nu, program.y, Math.min(1, program.beta / Math.max(0, found[0].height)));
    idle = bound > best.bound || state.value < least * (1 - 1e-14) ? 0 : idle + 1;
    // A bound above the value of a network is invalid: a search had missed a unit.
    if (bound > best.bound || state.value < best.bound) best = { bound, nu };
    least = Math.min(least, state.value);
    const gap = state.value > 0 ? Math.max(0, 1 - best.bound / state.value) : 0;
    yield { iteration, residual: gap, solution: () => state.solution(best.bound, best.nu) };
    if (gap <= tolerance && (tolerance > 0 || state.value === 0)) {
      return converged(state.solution(best.bound, best.nu), `the value is within ${tolerance} of its lower bound`);
    }
    if (idle >= MOST_IDLE)
      return stalled(state.solution(best.bound, best.nu), 'neither new units nor Newton steps improve the value');
    state.add(found.filter(({ height }) => height > program.beta).slice(0, maxNewUnits));
    // Wide corners first, so that units merge; later rounds start with a width that separates nearby units.
    for (let width = 10 ** -Math.min(2 + iteration, 6); width > 1e-10; width /= 100) state.settle(width, gap);
  }
}

/** Number of consecutive rounds without change after which a run ends. */
const MOST_IDLE = 3;

/** Newton steps for one width of corners. */
const MOST_STEPS = 30;

/** A unit v with the sign of its output weight, and X v. */
interface SlidingUnit {
  readonly v: Float64Array;
  readonly sign: 1 | -1;
  readonly heights: Float64Array;
}

/** Units that move over the borders of patterns. */
class SlidingUnits {
  readonly predictions: Float64Array;
  #units: readonly SlidingUnit[] = [];
  readonly #program: ReluProgram;

  constructor(program: ReluProgram) {
    this.#program = program;
    this.predictions = new Float64Array(program.samples);
  }

  /** Loss and penalty, in the program's units. */
  get value(): number {
    return this.#valueOf(this.predictions, this.#units);
  }

  search(nu: Float64Array, random: Random, starts: number): FoundUnit[] {
    const { cols, count, patterns } = this.#program;
    const from: [Float64Array, 1 | -1][] = this.#units.map(({ v, sign }) => [v, sign]);
    for (let i = 0; patterns.units && i < count; i++) {
      const unit = patterns.units.subarray(i * cols, (i + 1) * cols);
      from.push([unit, 1], [unit, -1]);
    }
    return searchUnits(this.#program, nu, random, starts, from);
  }

  /** Adds units one after the other, each with the length that is best for it. */
  add(found: readonly FoundUnit[]): void {
    for (const { u, sign } of found) {
      const v = u.map((entry) => FIRST_LENGTH * entry);
      const unit = { v, sign, heights: this.#heights(v) };
      this.#predict([unit], 0, this.predictions, true);
      this.#units = [...this.#units, unit];
      this.#fitLengths(this.#units.length - 1);
    }
  }

  /** Newton's method with corners rounded over a share of the longest unit, until the gain of a step is small relative to the gap. */
  settle(share: number, gap: number): void {
    this.#merge();
    for (let step = 0; step < MOST_STEPS; step++) {
      this.#fitLengths();
      if (this.#units.length === 0 || !this.#newtonStep(share, gap)) return;
    }
  }

  /** Adds up units of one sign and pattern: the predictions stay, and the penalty falls. */
  #merge(): void {
    const merged = new Map<string, SlidingUnit>();
    for (const unit of this.#units) {
      const key = `${unit.sign} ${Array.from(unit.heights, (height) => (height > 0 ? 1 : 0)).join('')}`;
      const other = merged.get(key);
      const v = other ? unit.v.map((entry, j) => entry + other.v[j]) : unit.v;
      merged.set(key, other ? { v, sign: unit.sign, heights: this.#heights(v) } : unit);
    }
    this.#units = [...merged.values()];
  }

  /** Sets the units from the given one on to their best lengths, one after the other; those of length zero are removed. */
  #fitLengths(from = 0): void {
    const { samples, beta } = this.#program;
    const own = new Float64Array(samples);
    this.#units = this.#units.flatMap((unit, i) => {
      if (i < from) return [unit];
      this.#predict([unit], 0, own);
      const nu = this.#program.dualPoint(this.predictions);
      // The curvature of both losses is at most 1.
      const factor = Math.max(0, 1 + (dot(nu, own) - beta * norm(unit.v)) / dot(own, own));
      for (let p = 0; p < samples; p++) this.predictions[p] += (factor - 1) * own[p];
      return factor > 0 ? [{ ...unit, v: unit.v.map((t) => factor * t), heights: unit.heights.map((t) => factor * t) }] : [];
    });
  }

  /** One step with an Armijo rule; returns whether it was worthwhile. */
  #newtonStep(share: number, gap: number): boolean {
    const { cols, samples } = this.#program;
    const units = this.#units;
    const width = share * Math.max(...units.map(({ v }) => norm(v)));
    const f = this.#predict(units, width, new Float64Array(samples));
    const before = this.#valueOf(f, units);
    const { gradient, hessian } = this.#derivatives(f, width);
    const move = gradient.map((entry) => -entry);
    if (!solveInPlace(hessian, move)) return false;
    const slope = dot(gradient, move);
    if (!(slope < -Math.max(1e-15, 0.01 * gap * gap) * before)) return false;
    const heightMoves = units.map((_, i) => this.#heights(move, i * cols));
    for (let length = 1; length > 1e-6; length /= 2) {
      const next = units.map(({ v, sign, heights }, i) => ({
        v: v.map((entry, j) => entry + length * move[i * cols + j]),
        sign,
        heights: heights.map((height, k) => height + length * heightMoves[i][k]),
      }));
      if (!(this.#valueOf(this.#predict(next, width, f), next) <= before + 1e-4 * length * slope)) continue;
      // Recomputes heights: those of units with nearly zero length are only rounding.
      this.#units = next.filter(({ v }) => norm(v) > 0).map(({ v, sign }) => ({ v, sign, heights: this.#heights(v) }));
      this.#predict(this.#units, 0, this.predictions);
      return true;
    }
    return false;
  }

  /** Gradient and positive semidefinite second derivatives of the value with rounded corners, in all v_j one after the other. */
  #derivatives(f: Float64Array, width: number): { gradient: Float64Array; hessian: Float64Array } {
    const { rows, cols, samples, patches, x, beta, y, loss } = this.#program;
    const size = this.#units.length * cols;
    const nu = this.#program.dualPoint(f);
    const gradient = new Float64Array(size);
    const hessian = new Float64Array(size * size);
    const jacobian = new Float64Array(samples * size);
    this.#units.forEach(({ v, sign, heights }, i) => {
      const at = i * cols;
      const length = norm(v);
      for (let a = 0; a < cols; a++) {
        gradient[at + a] = (beta * v[a]) / length;
        for (let b = 0; b < cols; b++)
          hessian[(at + a) * size + at + b] = (beta / length) * ((a === b ? 1 : 0) - (v[a] / length) * (v[b] / length));
      }
      for (let k = 0; k < rows; k++) {
        const height = heights[k];
        if (height <= -width) continue;
        const sample = Math.floor(k / patches);
        const slope = (sign / patches) * (height >= width ? 1 : (height + width) / (2 * width));
        for (let a = 0; a < cols; a++) jacobian[sample * size + at + a] += slope * x[k * cols + a];
        const bend = (-sign * nu[sample]) / patches / (2 * width);
        if (!(height < width && bend > 0)) continue;
        for (let a = 0; a < cols; a++) {
          const factor = bend * x[k * cols + a];
          for (let b = 0; b < cols; b++) hessian[(at + a) * size + at + b] += factor * x[k * cols + b];
        }
      }
    });
    for (let p = 0; p < samples; p++) {
      const s = 1 / (1 + Math.exp(2 * y[p] * f[p]));
      const root = loss === 'squared' ? 1 : Math.sqrt(4 * s * (1 - s));
      for (let c = p * size, to = 0; to < size; c++, to++) {
        gradient[to] -= nu[p] * jacobian[c];
        jacobian[c] *= root;
      }
    }
    multiplyInto(hessian, [size, samples, size], jacobian, jacobian, 'left', true);
    return { gradient, hessian };
  }

  solution(bound: number, nu: Float64Array): ReluSolution {
    const { cols } = this.#program;
    const count = this.#units.length;
    const blocks = new Float64Array(2 * count * cols);
    this.#units.forEach(({ v, sign }, i) => {
      blocks.set(v, (sign > 0 ? i : count + i) * cols);
    });
    const solution = { ...this.#program.withBound(blocks, bound), patterns: count };
    const proved = this.#program.provedBound(nu);
    return proved === undefined ? solution : { ...solution, lowerBound: proved, isProof: true };
  }

  /** X v. */
  #heights(v: Float64Array, at = 0): Float64Array {
    const out = new Float64Array(this.#program.rows);
    this.#program.heights(v, at, out);
    return out;
  }

  #valueOf(predictions: Float64Array, units: readonly SlidingUnit[]): number {
    const { loss, y, beta } = this.#program;
    return units.reduce((sum, { v }) => sum + beta * norm(v), lossOf(loss, predictions, y));
  }

  /** out <- predictions of units whose corners are rounded over a width, or those added. */
  #predict(units: readonly SlidingUnit[], width: number, out: Float64Array, isAdded = false): Float64Array {
    const { samples, patches } = this.#program;
    if (!isAdded) out.fill(0);
    for (const { sign, heights } of units) {
      for (let sample = 0, k = 0; sample < samples; sample++) {
        for (const end = k + patches; k < end; k++) {
          const h = heights[k];
          if (h > -width) out[sample] += (sign / patches) * (h >= width ? h : (h + width) ** 2 / (4 * width));
        }
      }
    }
    return out;
  }
}

/** The initial length of a unit, in the program's units. */
const FIRST_LENGTH = 1e-4;

/** b <- (A + shift I)^-1 b, with the least shift of a ladder that makes A positive definite. */
function solveInPlace(a: Float64Array, b: Float64Array): boolean {
  const size = b.length;
  let trace = 0;
  for (let i = 0; i < size; i++) trace += a[i * size + i];
  using memory = layout({ matrix: a, gemmScratch: scratch(GEMM_SCRATCH) });
  const { workspace, matrix, gemmScratch } = memory;
  for (let shift = (1e-15 * trace) / size; shift <= trace; shift *= 100) {
    for (let i = 0; i < size; i++) matrix[i * size + i] += shift;
    if (factorInPlace(workspace, matrix, size, gemmScratch) < 0) {
      solveSmallCholesky(matrix, size, b);
      return true;
    }
    matrix.set(a);
  }
  return false;
}

export const convexReluColumnGenerationSolver = /* @__PURE__ */ defineSolver({
  id: 'learn/convex-relu-column-generation',
  title: 'Convex training by column generation',
  summary:
    'Units from the most violated dual constraints, moved by Newton’s method: near the optimum for thousands of samples.',
  problem: reluProblem,
  variant: 'nominal',
  role: 'baseline',
  paper: neuralRegularizersPaper,
  cost: 'O(n m^2 d^2 + m^3 d^3) \\text{ per Newton step with } m \\text{ units}',
  options: convexReluColumnGenerationOptions,
  declines: ({ loss }) => (loss === 'hinge' ? 'the hinge has no curvature' : undefined),
  steps: (instance, options) => convexReluColumnGenerationSteps(instance, options),
});
