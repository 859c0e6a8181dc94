// The iteration of BSVRB: which blocks are visited, how the answers update their trackers and that of the hyper-gradient, and the steps
// of blocks and of x.
//
// Q. Hu, Z.-H. Qiu, Z. Guo, L. Zhang, T. Yang: Blockwise Stochastic Variance-Reduced Methods with Parallel Speedup for
// Multi-Block Bilevel Optimization (arXiv 2305.18730), Algorithms 1 and 2.
import type { ResolvedOptions } from '@infimum/core';
import { allFinite, norm } from '@infimum/linalg/numerics';
import { NotFinite } from '../oracles/bilevel-problem.ts';
import { BlockSampler } from './block-sampler.ts';
import type { BlockState } from './block-state.ts';
import { blockCurvature, lowerCurvatures, upperCurvature } from './block-state.ts';
import type { BlockPlace, BlockVisit, DistantAnswer, VisitAnswer } from './block-visit.ts';
import { emptyAnswer, solved } from './block-visit.ts';
import type { bsvrbOptions } from './bsvrb-options.ts';
import { clampEigenvalues } from './clamp-eigenvalues.ts';

/** The size of a tracker over that of its newest sample beyond which it is restarted. */
const RUNAWAY = 1e3;

/** All blocks with their trackers; a block's arrays are views into those of all. */
export class Blockwise {
  readonly #state: BlockState;
  readonly #options: ResolvedOptions<typeof bsvrbOptions>;
  readonly #count: number;
  readonly #sampler: BlockSampler;
  readonly #q: number;
  readonly #s: Float64Array;
  /** Variant 2: v and its tracker u. */
  readonly #v: Float64Array;
  readonly #u: Float64Array;
  /** Variant 1: tracked Hessians. */
  readonly #h: Float64Array;
  /** `block`: the point at which each block was last seen. */
  readonly #seenX: Float64Array;
  readonly #seenY: Float64Array;
  readonly #seenV: Float64Array;
  /** Rows of the last blocks before their last step: y, v, H. */
  readonly #slotOf: Int32Array;
  #lastBlocks = new Int32Array(0);
  readonly #oldY: Float64Array;
  readonly #oldV: Float64Array;
  readonly #oldH: Float64Array;
  /** `msvr`: the iteration up to which a block has made its steps. */
  readonly #doneUntil: Int32Array;
  #now = 0;
  readonly #xBefore: Float64Array;
  readonly #z: Float64Array;
  readonly #mean: Float64Array;
  readonly #meanBefore: Float64Array;
  /** `msvr`: y and v of the chosen blocks before their last step. */
  readonly #places: readonly { readonly y: Float64Array; readonly v: Float64Array }[];
  readonly #answers: readonly VisitAnswer[];
  /** Steps of y and of v, of each block. */
  readonly #tau: Float64Array;
  readonly #tauV: Float64Array;
  #eta: number;
  readonly #share: number;
  #alpha: number;
  #beta: number;
  #gamma: number;
  #low = 0;
  #high = 0;

  /** @param share - of the steps that are not given */
  constructor(state: BlockState, options: ResolvedOptions<typeof bsvrbOptions>, count: number, share: number) {
    this.#share = share;
    const { blocks, dimX, dimY: q } = state.problem;
    const first = options.variant === 1;
    const own = options.tracker === 'block';
    this.#state = state;
    this.#options = options;
    this.#count = count;
    this.#sampler = new BlockSampler(state.problem, options.seed);
    this.#q = q;
    this.#s = new Float64Array(blocks * q);
    this.#tau = new Float64Array(blocks);
    this.#tauV = new Float64Array(blocks);
    this.#v = new Float64Array(first ? 0 : blocks * q);
    this.#u = new Float64Array(first ? 0 : blocks * q);
    this.#h = new Float64Array(first ? blocks * q * q : 0);
    this.#seenX = new Float64Array(own ? blocks * dimX : 0);
    this.#seenY = new Float64Array(own ? blocks * q : 0);
    this.#seenV = new Float64Array(own && !first ? blocks * q : 0);
    this.#slotOf = new Int32Array(blocks).fill(-1);
    this.#oldY = new Float64Array(count * q);
    this.#oldV = new Float64Array(first ? 0 : count * q);
    this.#oldH = new Float64Array(first ? count * q * q : 0);
    this.#doneUntil = new Int32Array(blocks);
    this.#xBefore = state.x.slice();
    this.#z = new Float64Array(dimX);
    this.#mean = new Float64Array(dimX);
    this.#meanBefore = new Float64Array(dimX);
    const [second, length] = [first ? q * q : q, first ? 0 : q];
    this.#places = Array.from({ length: count }, () => ({ y: new Float64Array(q), v: new Float64Array(length) }));
    this.#answers = Array.from({ length: count }, () => ({
      ...emptyAnswer(q, second, 0),
      mean: this.#mean,
      meanBefore: this.#meanBefore,
    }));
    const f = options.plannedIterations / 300;
    const theory = options.schedule === 'theory';
    this.#eta = theory ? 0.1 * f ** (-1 / 3) : (options.stepSize ?? 0);
    this.#alpha = theory ? Math.min(1, 0.3 * f ** (-2 / 3)) : options.trackerWeight;
    this.#beta = theory ? Math.min(1, 0.1 * f ** (-2 / 3)) : options.hypergradientWeight;
    const rest = 1 - this.#alpha;
    this.#gamma =
      options.correctionFactor ?? (count === blocks || rest === 0 ? rest : (blocks - count) / (count * rest) + rest);
  }

  /** One pass over all blocks: first trackers, and the first hyper-gradient. */
  *initialize(): Generator<undefined, void> {
    const { problem, x } = this.#state;
    const { blocks } = problem;
    const { variant, minCurvature, maxCurvature } = this.#options;
    const curvature = blockCurvature(this.#state);
    this.#low = minCurvature ?? Math.min(curvature / 1000, maxCurvature ?? Infinity);
    this.#high = maxCurvature ?? Math.max(10 * curvature, this.#low);
    yield* this.#chooseSteps();
    const batch = Math.max(this.#options.batchSize, 32);
    const q = this.#q;
    const w = new Float64Array(q);
    for (let i = 0; i < blocks; i++) {
      const y = this.#row(this.#state.y, i);
      const [lower, upper] = [this.#sampler.lower(i, batch), this.#sampler.upper(i, batch)];
      problem.gradGy(i, x, y, this.#row(this.#s, i), lower);
      problem.gradFy(i, x, y, w, upper);
      if (variant === 1) {
        const h = this.#square(this.#h, i);
        problem.hessGyy?.(i, x, y, h, lower);
        clampEigenvalues(h, q, this.#low, this.#high);
        solved(h, q, w);
        problem.addJvpGxy(i, x, y, w, -1 / blocks, this.#z, lower);
      } else for (let j = 0; j < q; j++) this.#u[i * q + j] = -w[j];
      problem.addGradFx?.(i, x, y, 1 / blocks, this.#z, upper);
      if (this.#options.tracker === 'block') this.#see(i);
      if (this.#state.isPauseDue()) yield;
    }
  }

  /**
   * Steps as given, by the theory's schedule, or by curvature. With τ_i = 0.2/L_i a block that is visited in a share r of the
   * iterations comes nearer at the rate a = 0.2 r/κ, κ the condition of its lower level; x, y and v together are stable where
   * η L_F < 2a, and η L_F = a is taken. With `msvr` blocks move in between too, along old trackers, so that τ_i is r times that; with
   * moving averages alone x must wait for these.
   */
  *#chooseSteps(): Generator<undefined, void> {
    const { lowerStepSize, linearStepSize, schedule, plannedIterations, tracker, stepSize } = this.#options;
    const theory = schedule === 'theory' ? 0.2 * (plannedIterations / 300) ** (-1 / 3) : undefined;
    const { problem } = this.#state;
    const ratio = this.#count / problem.blocks;
    const given = lowerStepSize ?? theory;
    const found = given === undefined ? yield* lowerCurvatures(this.#state) : undefined;
    for (let i = 0; i < problem.blocks; i++) {
      const own = 0.2 / (found?.largest[i] ?? 1);
      this.#tau[i] = given ?? (tracker === 'msvr' ? ratio : 1) * this.#share * own;
      this.#tauV[i] = linearStepSize ?? this.#tau[i];
    }
    if (theory !== undefined || stepSize !== undefined) return;
    const waits = tracker === 'ema' ? Math.min(this.#alpha * ratio, this.#beta) / 2 : 1;
    const rate = Math.min(0.2 * ratio * (found?.condition ?? 0.1), waits);
    this.#eta = (this.#share * rate) / (yield* upperCurvature(this.#state));
    if (!(this.#eta > 0 && this.#eta < Infinity)) this.#eta = 0.05 * this.#share;
  }

  /** The visits of an iteration; valid until their answers are processed. */
  visits(iteration: number): BlockVisit[] {
    const { tracker, lazy, batchSize } = this.#options;
    const { problem } = this.#state;
    const moves = tracker === 'msvr';
    this.#now = iteration;
    if (moves && !lazy) for (let i = 0; i < problem.blocks; i++) this.#catchUp(i, iteration - 1);
    const chosen = this.#sampler.blocks(this.#count).slice();
    this.#mean.fill(0);
    this.#meanBefore.fill(0);
    return Array.from(chosen, (block, k) => {
      const before = this.#placeBefore(block, k, iteration);
      return {
        block,
        share: 1 / this.#count,
        now: this.#place(block),
        ...(this.#isCorrected && { before, there: tracker === 'block' ? this.#lastVisit(block) : before }),
        lower: this.#sampler.lower(block, batchSize)?.slice(),
        upper: this.#sampler.upper(block, batchSize)?.slice(),
      };
    });
  }

  /** Arrays for the answers, which share the sums of the hyper-gradient. */
  room(): readonly VisitAnswer[] {
    return this.#answers;
  }

  /** Adds the parts of remote answers, and counts their calls. */
  add(answers: readonly DistantAnswer[]): void {
    const { calls } = this.#state.problem;
    for (const { mean, meanBefore, calls: made, ...rest } of answers) {
      if (!Object.values({ mean, meanBefore, ...rest }).every(allFinite))
        throw new NotFinite('an answer holds a number that is not finite');
      for (const name of Object.keys(calls) as (keyof typeof calls)[]) calls[name] += made[name];
      for (let k = 0; k < mean.length; k++) {
        this.#mean[k] += mean[k];
        this.#meanBefore[k] += meanBefore[k];
      }
    }
  }

  /** Refreshes trackers, and moves the blocks and x. */
  take(visits: readonly BlockVisit[], answers: readonly VisitAnswer[]): void {
    const { tracker, variant } = this.#options;
    const { x } = this.#state;
    const q = this.#q;
    const nextH = variant === 1 ? new Float64Array(this.#count * q * q) : undefined;
    for (const [k, { block: i }] of visits.entries()) {
      const { gradient, gradientThere, second, secondThere } = answers[k];
      this.#track(this.#row(this.#s, i), gradient, gradientThere);
      if (nextH) {
        const target = nextH.subarray(k * q * q, (k + 1) * q * q);
        target.set(this.#square(this.#h, i));
        this.#track(target, second, secondThere);
        clampEigenvalues(target, q, this.#low, this.#high);
      } else this.#track(this.#row(this.#u, i), second, secondThere);
    }
    const chosen = Int32Array.from(visits, ({ block }) => block);
    this.#remember(chosen, nextH);
    for (const i of chosen) {
      if (tracker === 'block') this.#see(i);
      if (tracker !== 'msvr') this.#stepBlock(i, 1);
    }
    const z = this.#z;
    const beta = this.#beta;
    for (let k = 0; k < z.length; k++) {
      if (tracker === 'none') z[k] = this.#mean[k];
      else if (tracker === 'ema') z[k] += beta * (this.#mean[k] - z[k]);
      else z[k] = (1 - beta) * (z[k] - this.#meanBefore[k]) + this.#mean[k];
    }
    this.#xBefore.set(x);
    this.#state.step(z, this.#eta);
    this.#now++;
  }

  /** Makes the pending steps of blocks that were not visited recently. */
  settle(): void {
    if (this.#options.tracker !== 'msvr') return;
    for (let i = 0; i < this.#state.problem.blocks; i++) this.#catchUp(i, this.#now);
  }

  /** Whether trackers are corrected by the same samples at an earlier point. */
  get #isCorrected(): boolean {
    const { tracker } = this.#options;
    return tracker === 'block' || tracker === 'msvr';
  }

  #place(i: number): BlockPlace {
    const y = this.#row(this.#state.y, i);
    const { x } = this.#state;
    return this.#options.variant === 1 ? { x, y, hessian: this.#square(this.#h, i) } : { x, y, v: this.#row(this.#v, i) };
  }

  /** The point of a chosen block before its last step, which `msvr` makes now. */
  #placeBefore(i: number, k: number, iteration: number): BlockPlace {
    const q = this.#q;
    const { variant, tracker } = this.#options;
    const x = this.#xBefore;
    const slot = this.#slotOf[i];
    const hessian = slot >= 0 ? this.#oldH.subarray(slot * q * q, (slot + 1) * q * q) : this.#square(this.#h, i);
    if (tracker === 'msvr') {
      this.#catchUp(i, iteration - 1);
      const { y, v } = this.#places[k];
      y.set(this.#row(this.#state.y, i));
      v.set(this.#row(this.#v, i));
      this.#catchUp(i, iteration);
      return variant === 1 ? { x, y, hessian } : { x, y, v };
    }
    const row = (old: Float64Array, now: Float64Array) =>
      slot >= 0 ? old.subarray(slot * q, (slot + 1) * q) : this.#row(now, i);
    const y = row(this.#oldY, this.#state.y);
    return variant === 1 ? { x, y, hessian } : { x, y, v: row(this.#oldV, this.#v) };
  }

  /** The point of a block when it was last seen. */
  #lastVisit(i: number): BlockPlace {
    const { length } = this.#state.x;
    const x = this.#seenX.subarray(i * length, (i + 1) * length);
    const y = this.#row(this.#seenY, i);
    return this.#options.variant === 1 ? { x, y } : { x, y, v: this.#row(this.#seenV, i) };
  }

  /** One refresh of a tracker t by the sample h at the current and the earlier point. */
  #track(t: Float64Array, h: Float64Array, there: Float64Array): void {
    const { tracker } = this.#options;
    const [alpha, gamma] = [this.#alpha, this.#gamma];
    for (let j = 0; j < t.length; j++) {
      if (tracker === 'block') t[j] = h[j] + (1 - alpha) * (t[j] - there[j]);
      else if (tracker === 'msvr') t[j] = (1 - alpha) * t[j] + alpha * h[j] + gamma * (h[j] - there[j]);
      else if (tracker === 'ema') t[j] += alpha * (h[j] - t[j]);
      else t[j] = h[j];
    }
    const size = norm(h);
    if (size > 0 && !(norm(t) <= RUNAWAY * size)) t.set(h);
  }

  /** Saves the old rows of the seen blocks, then replaces their Hessians. */
  #remember(chosen: Int32Array, nextH: Float64Array | undefined): void {
    const q = this.#q;
    for (const i of this.#lastBlocks) this.#slotOf[i] = -1;
    for (const [k, i] of chosen.entries()) {
      this.#slotOf[i] = k;
      this.#oldY.set(this.#row(this.#state.y, i), k * q);
      if (nextH) {
        const h = this.#square(this.#h, i);
        this.#oldH.set(h, k * q * q);
        h.set(nextH.subarray(k * q * q, (k + 1) * q * q));
      } else this.#oldV.set(this.#row(this.#v, i), k * q);
    }
    this.#lastBlocks = chosen as Int32Array<ArrayBuffer>;
  }

  /** Makes all steps of a block up to an iteration: its trackers have not changed since. */
  #catchUp(i: number, until: number): void {
    const steps = until - this.#doneUntil[i];
    if (steps <= 0) return;
    this.#stepBlock(i, steps);
    this.#doneUntil[i] = until;
  }

  /** Some steps at once; one by one where v would leave its ball. */
  #stepBlock(i: number, steps: number): void {
    const q = this.#q;
    const [y, s] = [this.#state.y, this.#s];
    for (let j = i * q; j < (i + 1) * q; j++) y[j] -= steps * this.#tau[i] * s[j];
    if (this.#options.variant === 1) return;
    const [v, u] = [this.#row(this.#v, i), this.#row(this.#u, i)];
    const radius = this.#options.maxLinearNorm ?? Infinity;
    const all = v.map((entry, j) => entry - steps * this.#tauV[i] * u[j]);
    if (norm(all) <= radius) {
      v.set(all);
      return;
    }
    for (let step = 0; step < steps; step++) {
      for (let j = 0; j < q; j++) v[j] -= this.#tauV[i] * u[j];
      const length = norm(v);
      if (length > radius) for (let j = 0; j < q; j++) v[j] *= radius / length;
    }
  }

  #see(i: number): void {
    const { x, y } = this.#state;
    this.#seenX.set(x, i * x.length);
    this.#row(this.#seenY, i).set(this.#row(y, i));
    if (this.#options.variant === 2) this.#row(this.#seenV, i).set(this.#row(this.#v, i));
  }

  #row(all: Float64Array, i: number): Float64Array {
    return all.subarray(i * this.#q, (i + 1) * this.#q);
  }

  #square(all: Float64Array, i: number): Float64Array {
    const size = this.#q * this.#q;
    return all.subarray(i * size, (i + 1) * size);
  }
}
