// Convex adversarial training: a network that is robust to every change within a box, with a certificate of its optimum.
//
// Y. Bai, T. Gautam, S. Sojoudi: Efficient global optimization of two-layer ReLU networks (2022), arXiv 2201.01965, section 5.
//
// With the constraints (2 D_i - I) X v_i >= 1 (eps . |v_i|) the network is linear in every sample's box, T_k = sum_i d_ik (v_i - w_i),
// and the worst score of sample k is y_k x_k . T_k - eps . |T_k|. The patches of a sample are moved each within its own box, which includes
// every possible change of an image: a sample's x, T and eps are then those of its patches, one after the other, x and eps over K.
import type { Iterate, OptionSpecs, OptionsOf, Outcome, RunOptions, Steps } from '@infimum/core';
import { converged, defineSolver, fault, Random, resolveOptions, runWith } from '@infimum/core';
import { dot, norm } from '@infimum/linalg/numerics';
import type { ReluSolution } from './convex-program.ts';
import { ReluProgram, shrinkBlock } from './convex-program.ts';
import { convexReluPaper } from './papers.ts';
import type { Patterns } from './patterns.ts';
import { patternOf, patternOptions, patternsFor, withPatterns } from './patterns.ts';
import type { ReluInstance, ReluLike, ReluLoss } from './relu-network.ts';
import { asRelu, checkRelu } from './relu-network.ts';
import { reluProblem } from './relu-problem.ts';

const robustReluOptions = {
  patterns: patternOptions.patterns,
  patternCount: patternOptions.patternCount,
  perturbedPatterns: { type: 'integer', min: 0, max: 5000, default: 10, description: 'More patterns, from corners of boxes' },
  seed: patternOptions.seed,
  groupNorm: { type: 'choice', choices: ['l2', 'l1'], default: 'l2', description: 'Norm of a block in the penalty' },
  tolerance: { type: 'number', above: 0, default: 1e-4, description: 'Relative change of copies and iterations to stop at' },
  rho: { type: 'number', above: 0, default: 0.1, description: 'Penalty on the differences between copies' },
  maxIterations: { type: 'integer', min: 0, default: 5000, description: 'Iteration limit' },
} as const satisfies OptionSpecs;

/** Options of `robustRelu`. */
export type RobustReluOptions = OptionsOf<typeof robustReluOptions> & RunOptions<RobustReluIterate>;

/** A network, and a bound of its loss under attack. */
export interface RobustReluSolution extends ReluSolution {
  /** Upper bound of the loss under every change within the radii, whether or not the constraints hold. */
  readonly certifiedLoss: number;
  /** Largest violation of the robust constraints, over the size of the blocks. */
  readonly violation: number;
}

/** One iteration. */
export interface RobustReluIterate extends Iterate<RobustReluSolution> {
  /** Differences of copies and of iterates, relative to their size. */
  readonly residual: number;
}

/**
 * Trains a network whose loss is least under the worst change of every sample within its box, by ADMM with the copies p = v
 * (penalty), a - v >= 0, a + v >= 0 (so that a >= |v|), S = (2 D - I) X v - eps . a >= 0 and T, each of which has a closed form.
 *
 * `converged` when copies and iterations agree to `tolerance` relative to their sizes. The certificate is independent of convergence:
 * `certifiedLoss` bounds the loss under any attack, at any iterate; violations of the constraints are added to the adversary's gain.
 *
 * @param instance - with `radii`; zero for the column of ones
 * @throws {InvalidInputError} naming the field or option at fault
 *
 * Cost: O(n d P) a conjugate gradient step, of which at most 20 an iteration.
 *
 * @example
 * ```ts
 * import { robustRelu } from '@infimum/learn';
 *
 * const points = { rows: 4, cols: 2, values: Float64Array.of(2, 1, 3, 1, -2, 1, -3, 1) };
 * const targets = Float64Array.of(1, 1, -1, -1);
 * const radii = Float64Array.of(0.5, 0);
 * const { certifiedLoss } = robustRelu({ points, targets, loss: 'hinge', beta: 1e-3, radii });
 * console.log(certifiedLoss < 0.1); // true
 * ```
 */
export function robustRelu(
  instance: ReluLike,
  options: RobustReluOptions = {},
): Outcome<RobustReluSolution, RobustReluIterate> {
  return runWith(robustReluOptions, options, robustReluSteps(asRelu(instance), options));
}

/** The steps of `robustRelu`. */
export function* robustReluSteps(
  instance: ReluInstance,
  options: RobustReluOptions = {},
): Steps<RobustReluSolution, RobustReluIterate> {
  const settings = resolveOptions(robustReluOptions, options);
  const { tolerance, rho, groupNorm } = settings;
  checkRelu(instance);
  const { radii } = instance;
  if (!radii) throw fault('is required: the largest change of every column by an adversary', 'radii', 'missing');
  const program = new ReluProgram(instance, robustPatterns(instance, radii, settings));
  const state = new RobustState(program, radii, rho, groupNorm);
  let residual = Infinity;
  for (let iteration = 0; ; iteration++) {
    yield { iteration, residual, solution: () => state.solution() };
    residual = state.step();
    if (iteration > 0 && residual <= tolerance) {
      return converged(state.solution(), `copies and iterations agree to ${tolerance}`);
    }
  }
}

/** Patterns of the data and of moved data, and that of all ones, which a bias alone can hold. */
function robustPatterns(
  { points }: ReluInstance,
  radii: Float64Array,
  settings: { patterns: 'auto' | 'exact' | 'sampled'; patternCount: number; perturbedPatterns: number; seed: number },
): Patterns {
  const random = new Random(settings.seed).split(2);
  const more: Uint8Array[] = [new Uint8Array(points.rows).fill(1)];
  for (let extra = 0; extra < settings.perturbedPatterns; extra++) {
    const values = points.values.map((value, k) => value + radii[k % points.cols] * (random.uniform() < 0.5 ? -1 : 1));
    more.push(patternOf({ ...points, values }, random.normals(new Float64Array(points.cols))));
  }
  return withPatterns(patternsFor(points, settings), more);
}

/** Copies and scaled multipliers of the splits. Blocks: v_1 … v_P, w_1 … w_P; a beside them. */
class RobustState {
  readonly #program: ReluProgram;
  readonly #radii: Float64Array;
  readonly #rho: number;
  readonly #groupNorm: 'l2' | 'l1';
  readonly #blocks: Float64Array; // v and w, then a
  /** Of v, a - v, a + v, the slack and T. */
  readonly #copies: readonly Float64Array[];
  readonly #multipliers: readonly Float64Array[];
  readonly #map: ReturnType<typeof splitMap>;
  readonly #loss: ReturnType<typeof worstLoss>;

  constructor(program: ReluProgram, radii: Float64Array, rho: number, groupNorm: 'l2' | 'l1') {
    const { rows, cols, count } = program;
    this.#program = program;
    // In the units of the program's points.
    this.#radii = radii.map((radius) => radius / program.unit);
    this.#rho = rho;
    this.#groupNorm = groupNorm;
    const blocks = 2 * count * cols;
    this.#blocks = new Float64Array(2 * blocks);
    const sizes = [blocks, blocks, blocks, 2 * count * rows, rows * cols];
    [this.#copies, this.#multipliers] = [1, 2].map(() => sizes.map((size) => new Float64Array(size)));
    this.#map = splitMap(program, this.#radii);
    this.#loss = worstLoss(program, this.#radii);
  }

  /** One iteration; returns the differences of copies and of iterates, relative to their size. */
  step(): number {
    const { cols, beta } = this.#program;
    const map = this.#map;
    // 1. Blocks: least squares of all splits, by conjugate gradients from where they were.
    const [copies, multipliers] = [this.#copies, this.#multipliers];
    map.solve(this.#blocks, copies, multipliers);
    // 2. Copies by their closed forms, and multipliers.
    const images = map.apply(this.#blocks);
    const gap = new Gap();
    for (const part of [1, 2, 3]) {
      const [image, copy, multiplier] = [images[part], copies[part], multipliers[part]];
      for (let k = 0; k < copy.length; k++) {
        const next = Math.max(0, image[k] + multiplier[k]);
        gap.note(image[k], next, copy[k]);
        multiplier[k] += image[k] - next;
        copy[k] = next;
      }
    }
    this.#update(images[0], copies[0], multipliers[0], gap, (p) => {
      for (let at = 0; at < p.length; at += cols) shrinkBlock(p, at, cols, beta / this.#rho, this.#groupNorm);
    });
    this.#update(images[4], copies[4], multipliers[4], gap, (t) => this.#loss.prox(t, this.#rho));
    return gap.relative();
  }

  /** copy <- prox(image + multiplier), multiplier += image - copy. */
  #update(
    image: Float64Array,
    copy: Float64Array,
    multiplier: Float64Array,
    gap: Gap,
    prox: (values: Float64Array) => void,
  ): void {
    const next = image.map((value, k) => value + multiplier[k]);
    prox(next);
    for (let k = 0; k < copy.length; k++) {
      gap.note(image[k], next[k], copy[k]);
      multiplier[k] += image[k] - next[k];
      copy[k] = next[k];
    }
  }

  solution(): RobustReluSolution {
    const program = this.#program;
    const feasible = program.feasible(this.#copies[0]);
    const { violation, certifiedLoss } = certificateOf(program, this.#radii, feasible, this.#loss);
    return { ...program.withBound(feasible, 0), isProof: false, violation, certifiedLoss };
  }
}

/** The distances of copies from their originals, and from their last values. */
class Gap {
  #apart = 0;
  #moved = 0;
  #size = 0;

  note(image: number, next: number, old: number): void {
    this.#apart += (image - next) ** 2;
    this.#moved += (next - old) ** 2;
    this.#size += next * next;
  }

  relative(): number {
    return Math.sqrt(Math.max(this.#apart, this.#moved) / (this.#size || 1));
  }
}

/** The linear map from (v, w, a) to all copies, and its least squares; its arrays are reused at each call. */
function splitMap({ rows, cols, count, x, patterns }: ReluProgram, radii: Float64Array) {
  const size = 2 * count * cols;
  const images = [size, size, size, 2 * count * rows, rows * cols].map((length) => new Float64Array(length));
  const [p, above, below, slack, t] = images;
  const [back, residual, direction] = Array.from({ length: 3 }, () => new Float64Array(2 * size));
  /** Of one pattern: v - w, or the gradient for both. */
  const both = new Float64Array(cols);
  return { apply, solve };

  /** v, a - v, a + v, (2 D - I) X v - eps . a, and T. */
  function apply(blocks: Float64Array): readonly Float64Array[] {
    for (let j = 0; j < size; j++) {
      const [v, a] = [blocks[j], blocks[size + j]];
      p[j] = v;
      above[j] = a - v;
      below[j] = a + v;
    }
    t.fill(0);
    for (let i = 0; i < count; i++) {
      const [first, second] = [i * cols, (count + i) * cols];
      let [firstReach, secondReach] = [0, 0];
      for (let j = 0; j < cols; j++) {
        both[j] = blocks[first + j] - blocks[second + j];
        firstReach += radii[j] * blocks[size + first + j];
        secondReach += radii[j] * blocks[size + second + j];
      }
      for (let k = 0; k < rows; k++) {
        let [height, difference] = [0, 0];
        for (let j = 0; j < cols; j++) {
          height += x[k * cols + j] * blocks[first + j];
          difference += x[k * cols + j] * both[j];
        }
        const active = patterns.bits[i * rows + k] === 1;
        const sign = active ? 1 : -1;
        slack[i * rows + k] = sign * height - firstReach;
        slack[(count + i) * rows + k] = sign * (height - difference) - secondReach;
        if (!active) continue;
        for (let j = 0; j < cols; j++) t[k * cols + j] += both[j];
      }
    }
    return images;
  }

  /** The transposed map of the images. */
  function transposed(out: Float64Array): void {
    for (let j = 0; j < size; j++) {
      out[j] = p[j] - above[j] + below[j];
      out[size + j] = above[j] + below[j];
    }
    for (let i = 0; i < count; i++) {
      const [first, second] = [i * cols, (count + i) * cols];
      let [firstTotal, secondTotal] = [0, 0];
      both.fill(0);
      for (let k = 0; k < rows; k++) {
        const active = patterns.bits[i * rows + k] === 1;
        const [one, other] = [slack[i * rows + k], slack[(count + i) * rows + k]];
        firstTotal += one;
        secondTotal += other;
        const [onePull, otherPull] = active ? [one, other] : [-one, -other];
        for (let j = 0; j < cols; j++) {
          out[first + j] += onePull * x[k * cols + j];
          out[second + j] += otherPull * x[k * cols + j];
        }
        if (!active) continue;
        for (let j = 0; j < cols; j++) both[j] += t[k * cols + j];
      }
      for (let j = 0; j < cols; j++) {
        out[first + j] += both[j];
        out[second + j] -= both[j];
        out[size + first + j] -= firstTotal * radii[j];
        out[size + second + j] -= secondTotal * radii[j];
      }
    }
  }

  /** Improves the least squares solution of map(blocks) = copies - multipliers by at most 20 conjugate gradient steps. */
  function solve(blocks: Float64Array, copies: readonly Float64Array[], multipliers: readonly Float64Array[]): void {
    apply(blocks).forEach((image, part) => {
      const [copy, multiplier] = [copies[part], multipliers[part]];
      for (let k = 0; k < image.length; k++) image[k] = copy[k] - multiplier[k] - image[k];
    });
    transposed(residual);
    direction.set(residual);
    let square = dot(residual, residual);
    const start = square;
    for (let step = 0; step < 20 && square > 1e-20 * start; step++) {
      const curvature = apply(direction).reduce((sum, part) => sum + dot(part, part), 0);
      if (!(curvature > 0)) return;
      const alpha = square / curvature;
      transposed(back);
      for (let j = 0; j < blocks.length; j++) {
        blocks[j] += alpha * direction[j];
        residual[j] -= alpha * back[j];
      }
      const next = dot(residual, residual);
      for (let j = 0; j < direction.length; j++) direction[j] = residual[j] + (next / square) * direction[j];
      square = next;
    }
  }
}

/**
 * prox of the worst loss at q: argmin over t of weight * l(y x . t - eps . |t|) + rho/2 |t - q|². By one number theta, on
 * which everything depends monotonically: t(theta) = soft(q + theta y x / rho, theta eps / rho).
 */
export function robustLossProx(
  loss: ReluLoss,
  q: Float64Array,
  x: Float64Array,
  y: number,
  radii: Float64Array,
  rho: number,
  weight = 1,
): Float64Array {
  const out = new Float64Array(q.length);
  const soft = (theta: number, direction: number): Float64Array => {
    for (let j = 0; j < q.length; j++) {
      const moved = q[j] + (theta * direction * x[j]) / rho;
      out[j] = Math.sign(moved) * Math.max(0, Math.abs(moved) - (theta * radii[j]) / rho);
    }
    return out;
  };
  const reach = (t: Float64Array) => {
    let sum = 0;
    for (let j = 0; j < t.length; j++) sum += radii[j] * Math.abs(t[j]);
    return sum;
  };
  const score = (t: Float64Array) => dot(t, x);
  const bisect = (low: number, high: number, isBelow: (at: number) => boolean): number => {
    for (let step = 0; step < 80; step++) {
      const middle = (low + high) / 2;
      if (middle <= low || middle >= high) break;
      if (isBelow(middle)) low = middle;
      else high = middle;
    }
    return (low + high) / 2;
  };
  const worst = (t: Float64Array) => y * score(t) - reach(t);
  if (loss === 'hinge') {
    const shortfall = (theta: number) => 1 - worst(soft(theta, y));
    if (shortfall(0) <= 0) return q.slice();
    if (shortfall(weight) >= 0) return soft(weight, y);
    return soft(
      bisect(0, weight, (theta) => shortfall(theta) > 0),
      y,
    );
  }
  if (loss === 'logistic') {
    const pull = (theta: number) => (2 * weight) / (1 + Math.exp(2 * worst(soft(theta, y))));
    return soft(
      bisect(0, 2 * weight, (theta) => theta < pull(theta)),
      y,
    );
  }
  // Squared: theta = |x . t - y| + eps . |t|, and a sign between -1 and 1 where x . t = y.
  const at = (theta: number): Float64Array => {
    for (const sign of [1, -1]) {
      const t = soft(theta, -sign);
      if (sign * (score(t) - y) >= 0) return t;
    }
    return soft(theta, -bisect(-1, 1, (sign) => score(soft(theta, -sign)) > y));
  };
  const size = (t: Float64Array) => Math.abs(score(t) - y) + reach(t);
  const theta = bisect(0, size(q), (middle) => size(at(middle)) * weight > middle);
  return at(theta);
}

/** The loss under the worst changes, by the samples' T: those of its patches one after the other. */
function worstLoss({ x: points, cols, patches, samples, loss, y }: ReluProgram, radii: Float64Array) {
  /** Numbers of a sample. */
  const width = patches * cols;
  const x = points.map((value) => value / patches);
  const reaches = Float64Array.from({ length: width }, (_, j) => radii[j % cols] / patches);
  return { prox, at };

  /** Every sample's part <- its proximal map. */
  function prox(t: Float64Array, rho: number): void {
    const weight = loss === 'hinge' ? 1 / samples : 1;
    for (let k = 0; k < samples; k++) {
      const part = t.subarray(k * width, (k + 1) * width);
      const own = x.subarray(k * width, (k + 1) * width);
      part.set(robustLossProx(loss, part, own, y[k], reaches, rho, weight));
    }
  }

  /** Its value, if predictions may be off by the given amount in either direction. */
  function at(t: Float64Array, slack: Float64Array): number {
    let worst = 0;
    for (let k = 0; k < samples; k++) {
      let [score, reach] = [0, slack[k]];
      for (let j = 0; j < width; j++) {
        score += x[k * width + j] * t[k * width + j];
        reach += reaches[j] * Math.abs(t[k * width + j]);
      }
      const margin = y[k] * score - reach;
      if (loss === 'squared') worst += 0.5 * (Math.abs(score - y[k]) + reach) ** 2;
      else if (loss === 'logistic') worst += Math.log1p(Math.exp(-Math.abs(2 * margin))) + Math.max(0, -2 * margin);
      else worst += Math.max(0, 1 - margin) / samples;
    }
    return worst;
  }
}

/**
 * The violation of the robust constraints, and an upper bound of the loss under attack: a unit that violates one by some height within a
 * sample's box differs from the linear one by at most that height.
 */
function certificateOf(program: ReluProgram, radii: Float64Array, blocks: Float64Array, loss: ReturnType<typeof worstLoss>) {
  const { rows, cols, count, samples, patches } = program;
  const t = new Float64Array(rows * cols);
  const slack = new Float64Array(samples);
  const heights = new Float64Array(rows);
  let violation = 0;
  for (let i = 0; i < 2 * count; i++) {
    const at = i * cols;
    const block = blocks.subarray(at, at + cols);
    const size = norm(block);
    if (!(size > 0)) continue;
    program.heights(blocks, at, heights);
    const reach = block.reduce((sum, value, j) => sum + radii[j] * Math.abs(value), 0);
    for (let k = 0; k < rows; k++) {
      const active = program.isActive(i % count, k);
      const missing = Math.max(0, reach - (active ? heights[k] : -heights[k]));
      violation = Math.max(violation, missing / size);
      slack[Math.floor(k / patches)] += missing / patches;
      if (!active) continue;
      for (let j = 0; j < cols; j++) t[k * cols + j] += i < count ? block[j] : -block[j];
    }
  }
  return { violation, certifiedLoss: Math.min(loss.at(t, slack) * program.valueScale, Number.MAX_VALUE) };
}

export const robustReluSolver = /* @__PURE__ */ defineSolver({
  id: 'learn/robust-relu',
  title: 'Convex adversarial training',
  summary: 'The network with the least worst-case loss within a box, with a bound on the effect of an adversary.',
  problem: reluProblem,
  variant: 'robust',
  role: 'paper',
  paper: convexReluPaper,
  cost: 'O(n d P) \\text{ per conjugate gradient step}',
  options: robustReluOptions,
  declines: ({ radii }) => (radii ? undefined : 'the instance has no radii'),
  steps: (instance, options) => robustReluSteps(instance, options),
});
