// ChebCB: inverse-gap weighting on regressions whose features are Chebyshev polynomials of a scalar context, with the
// coefficients kept within what a Lipschitz function can have.
//
// M. Khodak, E. Chow, M.-F. Balcan, A. Talwalkar: Learning to relax, arXiv 2310.02246 (2023).
import type { OptionSpecs } from '@infimum/core';
import { defineSolver, fault, resolveOptions } from '@infimum/core';
import { banditProblem, rangeOf } from './bandit-problem.ts';
import { playSteps } from './play.ts';
import type { Policy, PolicyState } from './policy.ts';
import { lengthened, numberOf, numbersOf } from './policy.ts';
import { inverseGapWeights } from './square-cb.ts';

/** The paper. */
export const learningToRelaxPaper = {
  title: 'Learning to Relax: Setting Solver Parameters Across a Sequence of Linear System Instances',
  arxiv: '2310.02246',
  year: 2023,
} as const;

const chebCbOptions = {
  degree: {
    type: 'integer',
    min: 1,
    max: 30,
    default: 6,
    description: 'Number of Chebyshev polynomials of the context, including the constant',
  },
  greed: {
    type: 'number',
    above: 0,
    description: 'Fixed weight of gaps; by default it follows the squared errors of the regression',
  },
  seed: { type: 'integer', min: 0, default: 0, description: 'Seed of the choices' },
} as const satisfies OptionSpecs;

/** Options of a `ChebCb`. */
export interface ChebCbSettings {
  /** Number of polynomials. */
  readonly degree: number;
  /** Smallest and largest context; contexts beyond are clipped. */
  readonly interval: readonly [number, number];
  /** Fixed weight of gaps. */
  readonly greed?: number | undefined;
}

/** The policy. Losses of any size at least 0; the first entry of a context counts. */
export class ChebCb implements Policy {
  readonly #degree: number;
  readonly #low: number;
  readonly #span: number;
  readonly #greed: number | undefined;
  #arms = 0;
  #gram: Float64Array = new Float64Array(0);
  #moments: Float64Array = new Float64Array(0);
  #theta: Float64Array = new Float64Array(0);
  #counts: Float64Array = new Float64Array(0);
  readonly #phi: Float64Array;
  readonly #bounds: Float64Array;
  #rounds = 0;
  #least = Infinity;
  #most = -Infinity;
  #scale = 0;
  #errors = 0;

  constructor(arms: number, { degree, interval: [low, high], greed }: ChebCbSettings) {
    this.#degree = degree;
    this.#low = low;
    this.#span = high - low;
    this.#greed = greed;
    this.#phi = new Float64Array(degree);
    this.#bounds = new Float64Array(degree);
    for (let a = 0; a < arms; a++) this.grow();
  }

  weigh(context: Float64Array, available: Int32Array, out: Float64Array): void {
    this.#features(context[0]);
    for (let j = 0; j < available.length; j++) out[j] = this.#predict(available[j]);
    inverseGapWeights(this.#weight(), out);
  }

  learn(context: Float64Array, arm: number, _: number, loss: number): void {
    const m = this.#degree;
    this.#features(context[0]);
    const predicted = this.#predict(arm);
    for (let i = 0; i < m; i++) {
      this.#moments[arm * m + i] += this.#phi[i] * loss;
      for (let j = 0; j < m; j++) this.#gram[(arm * m + i) * m + j] += this.#phi[i] * this.#phi[j];
    }
    this.#counts[arm]++;
    this.#rounds++;
    const moved = this.#rescale(loss);
    if (moved) for (let a = 0; a < this.#arms; a++) this.#fit(a);
    else this.#fit(arm);
    this.#errors += (predicted - loss / this.#scale) ** 2;
  }

  grow(): void {
    const m = this.#degree;
    this.#arms++;
    this.#gram = lengthened(this.#gram, m * m);
    this.#moments = lengthened(this.#moments, m);
    this.#theta = lengthened(this.#theta, m);
    this.#counts = lengthened(this.#counts, 1);
  }

  save(): PolicyState {
    return {
      gram: [...this.#gram],
      moments: [...this.#moments],
      theta: [...this.#theta],
      counts: [...this.#counts],
      rounds: this.#rounds,
      range: this.#rounds > 0 ? [this.#least, this.#most] : [],
      errors: this.#errors,
    };
  }

  load(state: PolicyState): void {
    this.#gram = numbersOf(state, 'gram', this.#gram.length);
    this.#moments = numbersOf(state, 'moments', this.#moments.length);
    this.#theta = numbersOf(state, 'theta', this.#theta.length);
    this.#counts = numbersOf(state, 'counts', this.#arms, 0);
    this.#rounds = numberOf(state, 'rounds', true);
    this.#errors = numberOf(state, 'errors');
    const range = numbersOf(state, 'range', this.#rounds > 0 ? 2 : 0);
    if (range.length === 2) {
      [this.#least, this.#most] = range;
      this.#setBounds();
    }
  }

  /** Chebyshev polynomials of the context, by their recurrence. */
  #features(context: number): void {
    const z = this.#span > 0 ? Math.min(1, Math.max(-1, (2 * (context - this.#low)) / this.#span - 1)) : 0;
    const phi = this.#phi;
    phi[0] = 1;
    if (phi.length > 1) phi[1] = z;
    for (let j = 2; j < phi.length; j++) phi[j] = 2 * z * phi[j - 1] - phi[j - 2];
  }

  #predict(arm: number): number {
    let sum = 0;
    for (let i = 0; i < this.#degree; i++) sum += this.#theta[arm * this.#degree + i] * this.#phi[i];
    return sum;
  }

  /** The weight of gaps: it grows as the regression proves right. */
  #weight(): number {
    if (this.#greed !== undefined) return this.#greed;
    const t = this.#rounds;
    if (t === 0) return 0;
    const m = this.#degree;
    const variation = this.#most - this.#least;
    const alpha = ((Math.PI + (2 / Math.PI) * Math.log(2 * m + 1)) / (2 * this.#scale * (m + 1))) * variation;
    const squares = this.#errors + 2 * alpha * alpha * t;
    return squares > 0 ? 2 * t * Math.sqrt((this.#arms * t) / squares) : 2 * t * Math.sqrt(this.#arms * t);
  }

  /** Notes a loss; whether the unit in which losses are measured has changed. */
  #rescale(loss: number): boolean {
    const before = this.#scale;
    const [least, most] = [this.#least, this.#most];
    this.#least = Math.min(least, loss);
    this.#most = Math.max(most, loss);
    this.#setBounds();
    return this.#scale !== before;
  }

  /** Coefficients of a function with Lipschitz constant L fall like 1/j; the constant is taken from the losses seen. */
  #setBounds(): void {
    const most = this.#most > 0 ? this.#most : 1;
    const variation = this.#most - this.#least; // (b - a) times the Lipschitz constant
    const room = 2 + ((4 * variation) / most) * (1 + Math.log(this.#degree));
    this.#scale = most * room;
    this.#bounds[0] = 1 / room;
    for (let j = 1; j < this.#degree; j++) this.#bounds[j] = (2 * variation) / (this.#scale * j);
  }

  /** Least squares within the bounds, by coordinates, from the last coefficients. */
  #fit(arm: number): void {
    if (this.#counts[arm] === 0) return;
    const m = this.#degree;
    const at = arm * m;
    for (let pass = 0; pass < PASSES; pass++) {
      let change = 0;
      for (let j = 0; j < m; j++) {
        let rest = this.#moments[at + j] / this.#scale;
        for (let q = 0; q < m; q++) if (q !== j) rest -= this.#gram[(at + j) * m + q] * this.#theta[at + q];
        const best = rest / (this.#gram[(at + j) * m + j] + RIDGE);
        const clipped = Math.min(this.#bounds[j], Math.max(-this.#bounds[j], best));
        change = Math.max(change, Math.abs(clipped - this.#theta[at + j]));
        this.#theta[at + j] = clipped;
      }
      if (change < 1e-9) break;
    }
  }
}

const PASSES = 60;
const RIDGE = 1e-9;

export const chebCbSolver = /* @__PURE__ */ defineSolver({
  id: 'bandits-rl/cheb-cb',
  title: 'ChebCB',
  summary: 'Learns every arm’s loss as a smooth function of a scalar context, and draws arms by their gaps.',
  problem: banditProblem,
  role: 'paper',
  paper: learningToRelaxPaper,
  cost: 'O(A M + M^2) \\text{ per round, with } M \\text{ polynomials}',
  options: chebCbOptions,
  declines: ({ contexts }) =>
    contexts?.cols === 1 ? undefined : 'needs one number before every choice, as contexts of one column',
  steps: (instance, options) => {
    const resolved = resolveOptions(chebCbOptions, options);
    const { contexts, rewards } = instance;
    if (!contexts) throw fault('is needed', 'contexts', 'missing');
    const interval = rangeOf(contexts.values);
    return playSteps(instance, new ChebCb(rewards.cols, { ...resolved, interval }), resolved.seed);
  },
});
