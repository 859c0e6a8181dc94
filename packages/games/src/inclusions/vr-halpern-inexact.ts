// The inexact Halpern iteration on the resolvent of the whole sum, for monotone Lipschitz finite sums, with variance-reduced
// forward-reflected-backward steps inside.
//
// X. Cai, A. Alacaoglu, J. Diakonikolas: Variance reduced Halpern iteration for finite-sum monotone inclusions (2023),
// arXiv 2310.02987, Algorithm 2; A. Alacaoglu, Y. Malitsky, V. Cevher: Forward-reflected-backward method with variance
// reduction (2021), for the inner steps.
import type { LimitOptions, OptionSpecs, OptionsOf, Outcome, Random, Steps } from '@infimum/core';
import { defineSolver, resolveOptions, runWith } from '@infimum/core';
import { begin } from './component-steps.ts';
import type { CountedOperator, InclusionIterate, InclusionSolution, MonotoneInclusion, Resolvent } from './inclusion.ts';
import { inclusionOptions, seed } from './inclusion.ts';
import { inclusion } from './inclusion-problem.ts';
import { halpernPaper } from './papers.ts';

const vrHalpernInexactOptions = {
  ...inclusionOptions,
  innerRule: {
    type: 'choice',
    choices: ['certificate', 'fixed'],
    default: 'certificate',
    description: 'End the inner steps when their error is proved small enough, or after innerFactor n ln(k + 2) steps',
  },
  theta: {
    type: 'number',
    above: 0,
    max: 1,
    default: 0.5,
    description: 'Inner error over the outer step: theta / (k + 2)^power',
  },
  thetaPower: {
    type: 'number',
    min: 0,
    max: 2,
    default: 1,
    description: 'Power of the iteration in the inner error; 2 is that of the theorem',
  },
  innerFactor: { type: 'number', above: 0, default: 1, description: 'Inner steps of the fixed rule, in units of n ln(k + 2)' },
  restart: {
    type: 'boolean',
    default: true,
    description: 'Restart from the current point when the residual has fallen by e²: linear on strongly monotone sums',
  },
  seed,
} as const satisfies OptionSpecs;

/** Options of `vrHalpernInexact`. */
export type VrHalpernInexactOptions = OptionsOf<typeof vrHalpernInexactOptions> & LimitOptions<InclusionIterate>;

/**
 * Finds u with 0 in F(u) + G(u), F = (1/n) sum_i F_i monotone, by the Halpern iteration z <- u_0 / (k + 2) + (1 - 1/(k + 2)) w
 * with w near J_{eta (F + G)}(z), eta = sqrt(n) / L. The inner problem is strongly monotone, and its forward-reflected-backward steps
 * evaluate one component each, with the whole sum at random snapshots. The result is w, whose residual
 * |z - w + e| / eta is known from the inner certificate e.
 *
 * O(n + sqrt(n) L D / epsilon) evaluations up to logarithms, where methods that evaluate the whole sum need n L_F D / epsilon: worthwhile
 * if sqrt(n) L is well below n L_F.
 *
 * @throws {InvalidInputError} naming the argument or option at fault
 *
 * @example
 * ```ts
 * import { vrHalpernInexact } from '@infimum/games';
 *
 * // min_x max_y x y, shifted: F(x, y) = (y - 1, -(x - 2)), the same for all components.
 * const operator = {
 *   terms: 4,
 *   dimension: 2,
 *   component: (_: number, [x = 0, y = 0]: Float64Array, out: Float64Array) => out.set([y - 1, 2 - x]),
 * };
 * const { status, x } = vrHalpernInexact({ operator, initial: [0, 0] }, { tolerance: 1e-2 });
 * console.log(status, x.map(Math.round).join(' ')); // converged 2 1
 * ```
 */
export function vrHalpernInexact(
  problem: MonotoneInclusion,
  options: VrHalpernInexactOptions = {},
): Outcome<InclusionSolution, InclusionIterate> {
  return runWith(vrHalpernInexactOptions, options, vrHalpernInexactSteps(problem, options));
}

/** The steps of `vrHalpernInexact`: an iteration is a snapshot of the inner method. */
export function* vrHalpernInexactSteps(
  problem: MonotoneInclusion,
  options: VrHalpernInexactOptions = {},
): Steps<InclusionSolution, InclusionIterate> {
  const settings = resolveOptions(vrHalpernInexactOptions, options);
  const known = begin(problem, settings, (lipschitz) => 1 / lipschitz());
  const { counted, random, resolvent, step: inverse, progress } = known;
  const { terms: n, dimension: d } = counted;
  const eta = settings.stepSize ?? Math.sqrt(n) * inverse;
  const [anchor, z] = [known.anchor.slice(), known.anchor.slice()];
  const inner = new VrForb(counted, resolvent, eta, 1 / inverse, random);
  const cause = 'F is not monotone, or its Lipschitz constant is larger than stated';
  let anchored = progress.residual;
  let iteration = 0;
  yield progress.iterate(iteration);
  let end = progress.end(cause);
  if (end) return end;
  for (let k = 0; ; k++) {
    const theta = settings.theta / (k + 2) ** settings.thetaPower;
    const fixed = Math.ceil(settings.innerFactor * n * Math.log(k + 2));
    inner.begin(z);
    for (let steps = 0; ; ) {
      steps += inner.untilSnapshot();
      iteration++;
      progress.see(inner.point, inner.residual);
      yield progress.iterate(iteration);
      end = progress.end(cause);
      if (end) return end;
      const { error, moved } = inner;
      if (settings.innerRule === 'fixed' ? steps >= fixed : error <= theta * Math.max(0, moved - error)) break;
      if (error <= (eta * progress.goal) / 4 && error < moved) break;
    }
    if (settings.restart && progress.residual <= anchored * Math.exp(-2)) {
      anchor.set(inner.point);
      anchored = progress.residual;
      k = -1;
      z.set(anchor);
      continue;
    }
    for (let j = 0; j < d; j++) z[j] = anchor[j] / (k + 2) + (1 - 1 / (k + 2)) * inner.point[j];
  }
}

/**
 * Solves 0 in v - z + eta (F(v) + G(v)) by variance-reduced forward-reflected-backward steps. At a snapshot w the error e = w - z
 * + eta (F(w) + g_w) is computed: w is the resolvent of z + e, so that |w - J(z)| <= |e|.
 */
export class VrForb {
  /** The snapshot w. */
  readonly point: Float64Array;
  /** |e|. */
  error = Infinity;
  /** |w - z|. */
  moved = 0;
  /** |F(w) + g_w|. */
  residual = Infinity;
  readonly #counted: CountedOperator;
  readonly #resolvent: Resolvent;
  readonly #eta: number;
  readonly #tau: number;
  readonly #probability: number;
  readonly #random: Random;
  readonly #z: Float64Array;
  readonly #v: Float64Array;
  readonly #value: Float64Array; // F(w)
  readonly #previous: Float64Array; // w before
  readonly #at: Float64Array;
  readonly #there: Float64Array;
  readonly #target: Float64Array;

  constructor(counted: CountedOperator, resolvent: Resolvent, eta: number, lipschitz: number, random: Random) {
    const d = counted.dimension;
    this.#counted = counted;
    this.#resolvent = resolvent;
    this.#eta = eta;
    this.#random = random;
    this.#probability = 1 / counted.terms;
    const p = this.#probability;
    // With one component every step is a snapshot: the plain method, whose step is half of one over its constant.
    const share = p < 1 ? 0.99 * Math.sqrt(p * (1 - p)) : 0.49;
    this.#tau = share / (1 + eta * lipschitz);
    [this.point, this.#z, this.#v, this.#value, this.#previous, this.#at, this.#there, this.#target] = Array.from(
      { length: 8 },
      () => new Float64Array(d),
    );
  }

  /** Starts at z. */
  begin(z: Float64Array): void {
    for (const values of [this.#z, this.#v, this.point, this.#previous]) values.set(z);
    this.#counted.full(z, this.#value);
    this.error = Infinity;
    this.moved = 0;
  }

  /** Steps until the next snapshot; how many. */
  untilSnapshot(): number {
    const [z, v, w, previous, value] = [this.#z, this.#v, this.point, this.#previous, this.#value];
    const [at, there, target] = [this.#at, this.#there, this.#target];
    const [eta, tau, p, d] = [this.#eta, this.#tau, this.#probability, this.point.length];
    const most = Math.max(100, 50 * this.#counted.terms);
    for (let steps = 1; ; steps++) {
      const i = this.#counted.terms === 1 ? 0 : this.#random.integer(this.#counted.terms);
      this.#counted.component(i, v, at);
      this.#counted.component(i, previous, there);
      for (let j = 0; j < d; j++) {
        const mixed = (1 - p) * v[j] + p * w[j];
        const whole = eta * value[j] + w[j] - z[j];
        target[j] = mixed - tau * (whole + eta * (at[j] - there[j]) + v[j] - previous[j]);
      }
      this.#resolvent(target, tau * eta, v);
      const isSnapshot = p === 1 || this.#random.uniform() < p || steps >= most;
      previous.set(w);
      if (!isSnapshot) continue;
      w.set(v);
      this.#counted.full(w, value);
      // g_w = (target - w) / (tau eta) is the element of G(w) that the step found.
      let [error, moved, residual] = [0, 0, 0];
      for (let j = 0; j < d; j++) {
        const g = (target[j] - w[j]) / (tau * eta);
        const e = w[j] - z[j] + eta * (value[j] + g);
        error += e * e;
        moved += (w[j] - z[j]) ** 2;
        residual += (value[j] + g) ** 2;
      }
      this.error = Math.sqrt(error);
      this.moved = Math.sqrt(moved);
      this.residual = Math.sqrt(residual);
      return steps;
    }
  }
}

export const vrHalpernInexactSolver = /* @__PURE__ */ defineSolver({
  id: 'games/vr-halpern-inexact',
  title: 'Inexact Halpern with variance reduction',
  summary: 'Anchored resolvents of the whole sum, computed from single components: for monotone sums, including saddle points.',
  problem: inclusion,
  role: 'paper',
  paper: halpernPaper,
  cost: 'O(n) \\text{ components between snapshots}',
  options: vrHalpernInexactOptions,
  steps: (instance, options) => vrHalpernInexactSteps(instance, options),
});
