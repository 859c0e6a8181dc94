// The convex program of a two-layer network by a primal-dual interior-point method over half-spaces and second-order cones.
//
// S. Mehrotra: On the implementation of a primal-dual interior point method (1992); Y. Nesterov, M. Todd: Primal-dual interior-point
// methods for self-scaled cones (1998); the program: M. Pilanci, T. Ergen: Neural networks are convex regularizers (2020),
// arXiv 2002.10553.
//
//   min l(sum_i D_i X (v_i - w_i)) + beta sum_i tau_i, |v_i| <= tau_i, e_ik x_k . v_i >= 0, the same for w_i
import type { OptionSpecs, OptionsOf, RunOptions } from '@infimum/core';
import { converged, defineSolver, fault, resolveOptions, runWith, stalled } from '@infimum/core';
import { dot, norm, rowDot } from '@infimum/linalg/numerics';
import type { ReluIterate, ReluOutcome, ReluSteps } from './convex-program.ts';
import { ReluProgram } from './convex-program.ts';
import { CoupledBlocks, reflect } from './coupled-blocks.ts';
import { GapTest } from './gap-test.ts';
import { neuralRegularizersPaper } from './papers.ts';
import { patternOptions, patternsFor } from './patterns.ts';
import type { ReluInstance, ReluLike } from './relu-network.ts';
import { asRelu, checkRelu } from './relu-network.ts';
import { reluProblem } from './relu-problem.ts';
import { longestConeStep, SecondOrderScaling } from './second-order-scaling.ts';

const convexReluInteriorOptions = {
  ...patternOptions,
  tolerance: { type: 'number', min: 0, default: 1e-6, description: 'Relative gap to the lower bound at which to stop' },
  maxIterations: { type: 'integer', min: 0, default: 2000, description: 'Limit of Newton steps' },
} as const satisfies OptionSpecs;

/** Options of `convexReluInterior`. */
export type ConvexReluInteriorOptions = OptionsOf<typeof convexReluInteriorOptions> & RunOptions<ReluIterate>;

/**
 * As `convexReluAdmm`, by a primal-dual interior-point method: ten to thirty steps, some fifty at tiny penalties, each with a matrix
 * of the samples' size. For some hundred samples; like a cone solver that exploits the fact that blocks interact only through the predictions.
 *
 * @param instance - `points`, n x d; `targets`; `loss`; `beta`
 * @throws {InvalidInputError} naming the field or option at fault; `too-large` where a step would take billions of operations
 *
 * Cost: O(P n² d + n³) a step with P patterns; memory O(n² + P n d).
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
      const reason = 'rounding prevents further progress of the interior point';
      return stalled(test.best(state.blocks, state.nu()), reason);
    }
    state.step();
  }
}

/** Operations of a step beyond which the method is refused. */
const MOST_WORK = 4e9;

/** The share of the way to the nearest wall that a step goes. */
const SHARE = 0.99;

/** The length of blocks at the start, in cones of size 1. */
const SMALL = 1e-3;

/** Variables and their multipliers, or a move of both. */
interface Point {
  /** v_1 … v_P, w_1 … w_P. */
  readonly blocks: Float64Array;
  /** (tau, v) of each block that is used, and its multiplier, in the same second-order cone. */
  readonly cones: readonly Float64Array[];
  readonly coneDuals: readonly Float64Array[];
  /** Heights over the walls of half-spaces, a row of X each, block by block; then the bounds s and s - 1 + y f of the hinge loss. */
  readonly walls: Float64Array;
  readonly wallDuals: Float64Array;
  /** F u. */
  readonly predictions: Float64Array;
}

/**
 * A point on the way to the optimum, improved one step at a time: Mehrotra's predictor and corrector, scaled as by Nesterov and Todd.
 * All variables and multipliers stay inside their cones; that they agree with each other and with the gradient, steps bring about.
 */
export class InteriorPoint {
  /** Whether no further step is of use. */
  isDone = false;
  /** Where the rows' span is smaller, the program in its coordinates: no block gains from a part orthogonal to all rows. */
  readonly #program: ReluProgram;
  /** The axes of that span, if it is used. */
  readonly #axes: readonly Float64Array[] | undefined;
  readonly #valueScale: number;
  /** Blocks that have an inner point; the others stay zero. */
  readonly #used: readonly number[];
  /** Where the bounds of the hinge loss begin among the walls. */
  readonly #bounds: number;
  /** Walls, without those of rows of zeros, and cones. */
  readonly #degree: number;
  /** A bound of how far multipliers are from the gradient of a loss that is not quadratic. */
  #residual = 0;
  readonly #at: Point;
  readonly #predictor: Point;
  readonly #move: Point;
  readonly #scalings: readonly SecondOrderScaling[];
  readonly #equations: CoupledBlocks;
  readonly #gradients: readonly Float64Array[];
  readonly #moves: readonly Float64Array[];
  /** What heights would have to rise by to agree with their blocks. */
  readonly #errors: Float64Array;

  /** Operations of a step. */
  static workOf({ rows, cols, count, samples }: ReluProgram): number {
    const rank = Math.min(rows, cols);
    return 2 * count * (samples * samples * rank + rows * rank * rank + rank ** 3) + samples ** 3;
  }

  constructor(whole: ReluProgram) {
    this.#axes = whole.rows < whole.cols ? axesOf(whole) : undefined;
    const program = this.#axes ? inSpan(whole, this.#axes) : whole;
    const { rows, cols, count, samples, loss } = program;
    this.#program = program;
    this.#valueScale = whole.valueScale;
    this.#used = Array.from({ length: 2 * count }, (_, block) => block).filter((block) => this.#hasInnerPoint(block));
    this.#bounds = this.#used.length * rows;
    const zeros = (size: number) => this.#used.map(() => new Float64Array(size));
    const walls = this.#bounds + (loss === 'hinge' ? 2 * samples : 0);
    const point = (): Point => ({
      blocks: new Float64Array(2 * count * cols),
      cones: zeros(cols + 1),
      coneDuals: zeros(cols + 1),
      walls: new Float64Array(walls),
      wallDuals: new Float64Array(walls),
      predictions: new Float64Array(samples),
    });
    [this.#at, this.#predictor, this.#move] = [point(), point(), point()];
    this.#errors = new Float64Array(walls);
    this.#gradients = zeros(cols);
    this.#moves = zeros(cols);
    this.#scalings = this.#used.map(() => new SecondOrderScaling(cols + 1));
    this.#equations = new CoupledBlocks(program, this.#used);
    this.isDone = this.#used.length === 0;
    this.#start();
    this.#residual =
      this.#equations.largestPull(this.#program.dualPoint(this.#at.predictions)) + this.#program.beta * this.#program.rows;
    this.#degree = this.#at.walls.reduce((sum, height) => sum + (height > 0 ? 1 : 0), this.#used.length);
  }

  /** Small blocks in the middle of cones of size 1, with equal multipliers. */
  #start(): void {
    const { cols, count, patterns, samples, loss, y, beta } = this.#program;
    const { blocks, cones, coneDuals, walls, wallDuals, predictions } = this.#at;
    this.#used.forEach((block, u) => {
      const unit = patterns.units?.subarray((block % count) * cols, ((block % count) + 1) * cols) as Float64Array;
      const factor = SMALL / norm(unit);
      for (let j = 0; j < cols; j++) cones[u][j + 1] = factor * unit[j];
      cones[u][0] = 1;
      coneDuals[u][0] = beta;
      blocks.set(cones[u].subarray(1), block * cols);
    });
    this.#heights(blocks, walls);
    for (let k = 0; k < this.#bounds; k++) {
      if (!(walls[k] > 0)) continue;
      walls[k] = 1;
      wallDuals[k] = beta;
    }
    this.#program.predictions(blocks, predictions);
    if (loss !== 'hinge') return;
    for (let k = 0; k < samples; k++) {
      const s = Math.max(1, 2 - y[k] * predictions[k]);
      walls[this.#bounds + k] = s;
      walls[this.#bounds + samples + k] = s - 1 + y[k] * predictions[k];
      wallDuals[this.#bounds + k] = wallDuals[this.#bounds + samples + k] = 0.5 / samples;
    }
  }

  /** The sum of all variables times their multipliers, in the user's units: in the end, the distance to the optimum. */
  get gap(): number {
    return this.#complementarity() * this.#valueScale;
  }

  /** v_1 … v_P, w_1 … w_P. */
  get blocks(): Float64Array {
    const axes = this.#axes;
    if (!axes) return this.#at.blocks;
    const { count, unit } = this.#program;
    const cols = axes[0].length;
    const blocks = new Float64Array(2 * count * cols);
    for (const block of this.#used) {
      axes.forEach((axis, a) => {
        const along = this.#at.blocks[block * axes.length + a] / unit;
        for (let j = 0; j < cols; j++) blocks[block * cols + j] += along * axis[j];
      });
    }
    return blocks;
  }

  /** Whether it is near enough to the optimum to try a proof of that tolerance. */
  isNear(tolerance: number): boolean {
    return this.#complementarity() <= 2 * Math.max(tolerance, 1e-12) * this.#program.value(this.#at.blocks);
  }

  /** -l'(F u), or the multipliers of the hinge loss. */
  nu(): Float64Array {
    const { loss, y, samples } = this.#program;
    const { predictions, wallDuals } = this.#at;
    if (loss !== 'hinge') return this.#program.dualPoint(predictions);
    return y.map((target, k) => target * Math.min(1 / samples, wallDuals[this.#bounds + samples + k]));
  }

  /** Whether the unit of a block's pattern lies inside the cone of that pattern. */
  #hasInnerPoint(block: number): boolean {
    const { rows, cols, count, x, patterns } = this.#program;
    const i = block % count;
    const unit = patterns.units?.subarray(i * cols, (i + 1) * cols);
    if (!unit) return false;
    const size = norm(unit);
    for (let k = 0; k < rows; k++) {
      const row = x.subarray(k * cols, (k + 1) * cols);
      const length = norm(row);
      const height = dot(row, unit) * (this.#program.isActive(i, k) ? 1 : -1);
      if (length > 0 && !(height > 1e-12 * length * size)) return false;
    }
    return true;
  }

  /** out <- the heights of blocks over their walls; those of rows of zeros are 0. */
  #heights(blocks: Float64Array, out: Float64Array): void {
    const { rows, cols, count } = this.#program;
    this.#used.forEach((block, u) => {
      this.#program.heights(blocks, block * cols, out, u * rows);
      for (let k = 0; k < rows; k++) if (!this.#program.isActive(block % count, k)) out[u * rows + k] *= -1;
    });
  }

  #complementarity(): number {
    const { cones, coneDuals, walls, wallDuals } = this.#at;
    let sum = rowDot(walls, 0, wallDuals, 0, walls.length);
    for (let u = 0; u < cones.length; u++) sum += dot(cones[u], coneDuals[u]);
    return sum;
  }

  /** One step. How far the predictor, which aims at the optimum, would get tells what products the step aims at. */
  step(): void {
    this.isDone = !this.#factorize() || !this.#advance();
  }

  #factorize(): boolean {
    const { cones, coneDuals, walls } = this.#at;
    if (!this.#scalings.every((scaling, u) => scaling.set(cones[u], coneDuals[u]))) return false;
    this.#heights(this.#at.blocks, this.#errors);
    this.#setBounds(this.#errors);
    for (let k = 0; k < walls.length; k++) this.#errors[k] -= walls[k];
    return this.#equations.factorize(
      this.#curvatures(),
      (u) => cones[u].subarray(1),
      (u, frame, matrix) => this.#addMatrix(u, frame, matrix),
    );
  }

  /** False where no step is possible, or none is of use. */
  #advance(): boolean {
    this.#aim(0, undefined, this.#predictor);
    const reach = Math.min(1, this.#longestStep(this.#predictor));
    const target = ((1 - reach) ** 3 * this.#complementarity()) / this.#degree;
    this.#aim(target, this.#predictor, this.#move);
    const length = this.#shortened(Math.min(1, SHARE * this.#longestStep(this.#move)));
    if (!(length > 1e-8)) return false;
    for (const key of ['blocks', 'walls', 'wallDuals'] as const) addTo(this.#at[key], length, this.#move[key]);
    for (const key of ['cones', 'coneDuals'] as const)
      for (const [u, cone] of this.#at[key].entries()) addTo(cone, length, this.#move[key][u]);
    this.#program.predictions(this.#at.blocks, this.#at.predictions);
    return this.#complementarity() > 1e-15 * this.#program.value(this.#at.blocks);
  }

  /** A step after which the loss's slopes are near those of its quadratic model, by how far multipliers are from the gradient. */
  #shortened(longest: number): number {
    const { loss, samples } = this.#program;
    if (loss !== 'logistic') return longest;
    const { predictions } = this.#at;
    const [slope, curvature] = [this.#slopes(this.#move.wallDuals), this.#curvatures()];
    const error = new Float64Array(samples);
    const goal = (this.#program.beta * this.#complementarity()) / this.#program.value(this.#at.blocks);
    for (let length = longest; ; length /= 2) {
      const after = this.#program.dualPoint(predictions.map((f, k) => f + length * this.#move.predictions[k]));
      for (let k = 0; k < samples; k++) {
        error[k] = -after[k] - slope[k] - length * curvature[k] * this.#move.predictions[k];
      }
      const pull = this.#equations.largestPull(error);
      if (!(pull > Math.max((length / 2) * this.#residual, goal)) || length < 1e-8) {
        this.#residual = (1 - length) * this.#residual + pull;
        return length;
      }
    }
  }

  /** Of the loss in the predictions; the hinge's bounds are eliminated. */
  #curvatures(): Float64Array {
    const { loss, y } = this.#program;
    return this.#at.predictions.map((f, k) => {
      if (loss === 'squared') return 1;
      if (loss === 'hinge') {
        const [own, other] = this.#stiffness(k);
        return own / (1 + own / other);
      }
      const s = 1 / (1 + Math.exp(2 * y[k] * f));
      return 4 * s * (1 - s);
    });
  }

  /** Multiplier / variable of the bounds s and s - 1 + y f of a sample. */
  #stiffness(k: number): readonly [number, number] {
    const { walls, wallDuals } = this.#at;
    const [own, other] = [this.#bounds + k, this.#bounds + this.#program.samples + k];
    return [wallDuals[own] / walls[own], wallDuals[other] / walls[other]];
  }

  /** eta^-2 (I - 2 w_1 w_1' / (2 w_0² - 1)) of a block's cone, tau being eliminated, and A' diag(multiplier / height) A of its walls. */
  #addMatrix(u: number, frame: Float64Array, matrix: Float64Array): void {
    const { rows, cols, x } = this.#program;
    const { walls, wallDuals } = this.#at;
    const { w, square } = this.#scalings[u];
    const last = cols - 1;
    const row = w.slice(1);
    reflect(frame, row, 0);
    const twice = 2 * w[0] * w[0] - 1;
    let across = 0;
    for (let i = 0; i < cols; i++) {
      if (i < last) across += row[i] * row[i];
      for (let j = 0; j <= i; j++) matrix[i * cols + j] = ((i === j ? 1 : 0) - (2 * row[i] * row[j]) / twice) / square;
    }
    matrix[last * cols + last] = (1 + 2 * across) / twice / square; // w_0² = 1 + |w_1|²
    for (let k = 0; k < rows; k++) {
      const height = walls[u * rows + k];
      if (!(height > 0)) continue; // a row of zeros is not a wall
      const stiffness = wallDuals[u * rows + k] / height;
      for (let j = 0; j < cols; j++) row[j] = x[k * cols + j];
      reflect(frame, row, 0);
      for (let i = 0; i < cols; i++) {
        const left = stiffness * row[i];
        for (let j = 0; j <= i; j++) matrix[i * cols + j] += left * row[j];
      }
    }
  }

  /**
   * out <- the Newton step to variables and multipliers whose products are `target`, less the products of a step made before.
   * Multipliers are eliminated: those after the step are c - (multiplier / height) dblock over walls, c - W^-2 dcone in cones.
   */
  #aim(target: number, before: Point | undefined, out: Point): void {
    const { cols, beta } = this.#program;
    const { walls, wallDuals } = this.#at;
    for (let k = 0; k < walls.length; k++) {
      const product = before ? before.walls[k] * before.wallDuals[k] : 0;
      out.wallDuals[k] = walls[k] > 0 ? (target - product - wallDuals[k] * this.#errors[k]) / walls[k] : 0;
    }
    this.#used.forEach((_, u) => {
      this.#scalings[u].aim(target, before && [before.cones[u], before.coneDuals[u]], out.coneDuals[u]);
    });
    this.#setGradients(out);
    this.#equations.solve(this.#gradients, this.#moves, before !== undefined);
    for (const [u, block] of this.#used.entries()) out.blocks.set(this.#moves[u], block * cols);
    this.#used.forEach((block, u) => {
      const { w, square } = this.#scalings[u];
      const [cone, c] = [out.cones[u], out.coneDuals[u]];
      for (let j = 0; j < cols; j++) cone[j + 1] = out.blocks[block * cols + j];
      const along = rowDot(w, 1, cone, 1, cols);
      cone[0] = ((c[0] - beta) * square + 2 * w[0] * along) / (2 * w[0] * w[0] - 1);
      this.#scalings[u].finish(cone, this.#at.coneDuals[u], c);
    });
    this.#program.predictions(out.blocks, out.predictions);
    this.#heights(out.blocks, out.walls);
    this.#moveBounds(out);
    for (let k = 0; k < walls.length; k++) {
      if (!(walls[k] > 0)) continue;
      out.wallDuals[k] -= (wallDuals[k] / walls[k]) * out.walls[k] + wallDuals[k];
      out.walls[k] += this.#errors[k];
    }
  }

  /** F_i' slope - A_i' c - c_1, with tau eliminated, of each block. */
  #setGradients({ wallDuals, coneDuals }: Point): void {
    const { rows, cols, count, beta } = this.#program;
    const slope = this.#slopes(wallDuals);
    const pulls = new Float64Array(rows);
    this.#used.forEach((block, u) => {
      const { w } = this.#scalings[u];
      const [pattern, c] = [block % count, coneDuals[u]];
      this.#program.spread(pattern, block < count ? 1 : -1, slope, pulls);
      for (let k = 0; k < rows; k++)
        pulls[k] -= this.#program.isActive(pattern, k) ? wallDuals[u * rows + k] : -wallDuals[u * rows + k];
      const share = (2 * w[0] * (c[0] - beta)) / (2 * w[0] * w[0] - 1);
      for (let j = 0; j < cols; j++) this.#gradients[u][j] = -c[j + 1] - share * w[j + 1];
      this.#program.addTransposed(pulls, this.#gradients[u], 0);
    });
  }

  /** Slopes of the loss in the predictions; for the hinge, whose bounds are eliminated, from the c of their multipliers. */
  #slopes(c: Float64Array): Float64Array {
    const { loss, y, samples } = this.#program;
    if (loss !== 'hinge') return this.#program.dualPoint(this.#at.predictions).map((value) => -value);
    return y.map((target, k) => {
      const [own, other] = this.#stiffness(k);
      const [a, b] = [c[this.#bounds + k], c[this.#bounds + samples + k]];
      return -target * (b - (a + b - 1 / samples) / (1 + own / other));
    });
  }

  /** out <- what the hinge's bounds s and s - 1 + y f are here. */
  #setBounds(out: Float64Array): void {
    const { y, loss, samples } = this.#program;
    const { walls, predictions } = this.#at;
    if (loss !== 'hinge') return;
    for (let k = 0; k < samples; k++) {
      const own = this.#bounds + k;
      out[own] = walls[own];
      out[own + samples] = walls[own] - 1 + y[k] * predictions[k];
    }
  }

  /** The moves of the hinge's bounds, from that of the predictions and the c of their multipliers. */
  #moveBounds({ walls, wallDuals, predictions }: Point): void {
    const { y, loss, samples } = this.#program;
    if (loss !== 'hinge') return;
    for (let k = 0; k < samples; k++) {
      const [a, b] = [this.#bounds + k, this.#bounds + samples + k];
      const [own, other] = this.#stiffness(k);
      const change = y[k] * predictions[k];
      walls[a] = (wallDuals[a] + wallDuals[b] - 1 / samples - other * change) / (own + other);
      walls[b] = walls[a] + change;
    }
  }

  /** The longest step along a move that stays inside. */
  #longestStep(move: Point): number {
    const { cones, coneDuals, walls, wallDuals } = this.#at;
    let longest = Infinity;
    for (let k = 0; k < walls.length; k++) {
      if (move.walls[k] < 0) longest = Math.min(longest, -walls[k] / move.walls[k]);
      if (move.wallDuals[k] < 0) longest = Math.min(longest, -wallDuals[k] / move.wallDuals[k]);
    }
    for (let u = 0; u < cones.length; u++) {
      longest = Math.min(longest, longestConeStep(cones[u], move.cones[u]), longestConeStep(coneDuals[u], move.coneDuals[u]));
    }
    return longest;
  }
}

/** x <- x + length move. */
function addTo(x: Float64Array, length: number, move: Float64Array): void {
  for (let k = 0; k < x.length; k++) x[k] += length * move[k];
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

export const convexReluInteriorSolver = /* @__PURE__ */ defineSolver({
  id: 'learn/convex-relu-interior',
  title: 'Convex training by an interior-point method',
  summary: 'The global optimum of a small two-layer ReLU network to many digits, in ten to fifty Newton steps.',
  problem: reluProblem,
  variant: 'nominal',
  role: 'baseline',
  paper: neuralRegularizersPaper,
  cost: 'O(P n^2 d + n^3) \\text{ per step with } P \\text{ patterns}',
  options: convexReluInteriorOptions,
  steps: (instance, options) => convexReluInteriorSteps(instance, options),
});
