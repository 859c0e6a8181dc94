// Unbalanced optimal transport: deviations of the marginals are penalised.
//
// L. Chizat, G. Peyré, B. Schmitzer, F.-X. Vialard: Scaling algorithms for unbalanced transport problems (2018), arXiv
// 1607.05816; translations after T. Séjourné, F.-X. Vialard, G. Peyré: Faster unbalanced optimal transport: translation
// invariant Sinkhorn and 1-D Frank-Wolfe (2022), arXiv 2201.00730.
import type { Iterate, MatrixLike, OptionSpecs, OptionsOf, Outcome, RunOptions, Steps, VectorLike } from '@infimum/core';
import { converged, defineSolver, resolveOptions, stalled } from '@infimum/core';
import { portableExp } from '@infimum/core/portable-math';
import type { DenseMatrix } from '@infimum/linalg';
import { AbsorbedKernel } from '../entropic/kernels/absorbed-kernel.ts';
import { logarithms, logSum } from '../entropic/kernels/log-kernel.ts';
import { epsilon } from '../options.ts';
import { runAdvised } from '../progress.ts';
import type { TransportLike } from '../transport.ts';
import { checkEqualMass, total } from '../transport.ts';
import { largestChange, sum } from '../vectors.ts';
import { penaltiesOf, sourcePenalty, targetPenalty } from './penalties.ts';
import type { UnbalancedPlan } from './unbalanced-plan.ts';
import {
  asUnbalanced,
  stationarity,
  stationarityBound,
  stationarityOfPotentials,
  unbalancedPlan,
  withMassNote,
} from './unbalanced-plan.ts';
import { unbalancedTransport } from './unbalanced-problem.ts';

const unbalancedSinkhornOptions = {
  epsilon,
  marginalPenalty: { type: 'number', above: 0, required: true, unit: 'cost', description: 'Penalty on the marginals' },
  sourcePenalty,
  targetPenalty,
  tolerance: { type: 'number', min: 0, default: 1e-10, description: 'Change of the potentials over epsilon' },
  translation: {
    type: 'choice',
    choices: ['update', 'sweep', 'none'],
    default: 'update',
    description:
      "Treatment of the one slow direction, f + t and g - t. 'update', the default, uses the best t in every update: the translation invariant iteration. 'sweep' moves to the best t after every sweep: as many sweeps if rho is above epsilon, up to twice as many below. 'none' is plain scaling, whose error shrinks by no more than (rho / (rho + epsilon))^2 per sweep",
  },
  maxIterations: { type: 'integer', min: 0, default: 10_000, description: 'Limit of sweeps' },
} as const satisfies OptionSpecs;

/** Options of `unbalancedSinkhorn`. */
export type UnbalancedSinkhornOptions = OptionsOf<typeof unbalancedSinkhornOptions> & RunOptions<UnbalancedIterate>;

/** News of a sweep. */
export interface UnbalancedIterate extends Iterate<UnbalancedPlan> {
  /** Largest change of a logarithm of the scalings. */
  readonly change: number;
}

/**
 * Unbalanced entropic transport with Kullback-Leibler penalties, by scaling in the log domain.
 *
 * Minimises `<C, P> + epsilon KL(P | a b') + rho KL(P 1 | a) + rho' KL(P' 1 | b)` over all non-negative n x m matrices,
 * with KL(p | q) = sum p log(p / q) - p + q and rho = rho' = `marginalPenalty`, or `sourcePenalty` and `targetPenalty`, of
 * which an infinite one enforces its weights exactly. The masses may differ: mass with costs above about rho is not moved.
 * Plain scaling is slow in one direction, a shift of one side's potentials against the other's, especially for large rho.
 * The translation invariant iteration maximises the dual with this direction eliminated: for any rho its error shrinks
 * as fast as that of balanced transport.
 *
 * @param a - source weights, length n, non-negative
 * @param b - target weights, length m, non-negative, of any total
 * @param cost - costs, n x m, finite
 * @param options - `epsilon` and `marginalPenalty` are required; with both sides' prices infinite the totals must be equal
 * @throws {InvalidInputError} naming the argument and the first place at fault
 *
 * Cost: O(nm) a sweep, with exponentials only when the potentials have moved far; O(nm) memory.
 *
 * Source: L. Chizat et al., Scaling algorithms for unbalanced transport problems (arXiv 1607.05816); the
 * translation invariant updates after T. Séjourné, F.-X. Vialard, G. Peyré, Faster unbalanced optimal transport
 * (arXiv 2201.00730).
 *
 * @example
 * ```ts
 * import { unbalancedSinkhorn } from '@infimum/ot';
 *
 * const { mass } = unbalancedSinkhorn([1], [1], [[2]], { epsilon: 0.5, marginalPenalty: 1 });
 * console.log(mass.toFixed(6)); // 0.449329
 * ```
 */
export function unbalancedSinkhorn(
  a: VectorLike,
  b: VectorLike,
  cost: MatrixLike,
  options: UnbalancedSinkhornOptions,
): Outcome<UnbalancedPlan, UnbalancedIterate> {
  const steps = unbalancedSinkhornSteps({ a, b, cost }, options);
  return withMassNote(runAdvised(unbalancedSinkhornOptions, options, steps), a, b);
}

/** Unbalanced scaling as steps, one sweep each. */
export function* unbalancedSinkhornSteps(
  problem: TransportLike,
  options: UnbalancedSinkhornOptions,
): Steps<UnbalancedPlan, UnbalancedIterate> {
  const { a, b, cost } = asUnbalanced(problem);
  const settings = resolveOptions(unbalancedSinkhornOptions, options);
  const { epsilon, tolerance, translation } = settings;
  const [ofSources, ofTargets] = penaltiesOf(settings);
  if (ofSources === Infinity && ofTargets === Infinity) checkEqualMass(a, b);
  const kernel = new AbsorbedKernel(cost, epsilon);
  try {
    const logA = logarithms(a);
    const logB = logarithms(b);
    // P = diag(a e^f) K diag(b e^g); the proximal step of a penalty shrinks the update of its side by such a factor.
    const [shareF, shareG] = [shareOf(ofSources, epsilon), shareOf(ofTargets, epsilon)];
    const [rateF, rateG] = [epsilon / ofSources, epsilon / ofTargets];
    // With t eliminated the dual is -(rho + rho') A^w B^w' - epsilon sum a_i b_j (e^(f_i + g_j - C_ij / epsilon) - 1), plus
    // constants, A = sum a e^(-epsilon f / rho), w = rho / (rho + rho'). Its best f is the plain one plus a share of
    // log B - log A, and likewise for g.
    const rates = rateF + rateG;
    const isFree = rates > 0;
    const within = (share: number, rate: number) => {
      const weight = isFree ? rate / rates : 0;
      return translation === 'update' ? (share * weight) / (1 - share * weight * rate) : 0;
    };
    const [withinF, withinG] = [within(shareF, rateF), within(shareG, rateG)];
    const massOf = (logs: Float64Array, rate: number, u: Float64Array) => logSum(sum(logs, u, -rate));
    const bestShift = (f: Float64Array, g: Float64Array) =>
      isFree ? (massOf(logA, rateF, f) - massOf(logB, rateG, g)) / rates : 0;
    let f = new Float64Array(a.length);
    let g = new Float64Array(b.length);
    const [massA, massB] = [total(a), total(b)];
    // The rows of the plan are a_i e^(-epsilon f_i / rho) at the optimum; where rho is infinite f is the multiplier.
    const derivative = (values: Float64Array, shift: number, penalty: number, others: number) =>
      values.map((value) => {
        if (penalty === Infinity) return epsilon * (others - 1 + value + shift);
        const share = portableExp((-epsilon * (value + shift)) / penalty);
        return epsilon * (others - share) + penalty * (1 - share);
      });
    const solutionOf = ({ matrix }: { matrix: DenseMatrix }) => ({
      ...unbalancedPlan(matrix, cost),
      sourcePotential: derivative(f, bestShift(f, g), ofSources, massB),
      targetPotential: derivative(g, -bestShift(f, g), ofTargets, massA),
    });
    const scaled = () => kernel.scaled(sum(logA, f), sum(logB, g));
    const solution = () => solutionOf(scaled());
    // The shift of an update towards the best t, and log A or log B after it.
    const shiftOf = (u: Float64Array, logs: Float64Array, rate: number, within: number, others: number) => {
      const own = massOf(logs, rate, u);
      const shift = within * (others - own);
      return [shift, own - rate * shift];
    };
    let logMassG = massOf(logB, rateG, g);
    yield { iteration: 0, change: Infinity, solution };
    for (let iteration = 1; ; iteration++) {
      const nextF = new Float64Array(a.length);
      const columns = kernel.sweep(sum(logB, g), (log, i) => {
        nextF[i] = -shareF * log;
        return logA[i] + nextF[i];
      });
      const [shiftF, logMassF] = shiftOf(nextF, logA, rateF, withinF, logMassG);
      add(nextF, shiftF);
      const nextG = columns.map((value) => -shareG * (value + shiftF));
      const [shiftG, logMass] = shiftOf(nextG, logB, rateG, withinG, logMassF);
      add(nextG, shiftG);
      logMassG = logMass;
      // The shift is exact for any f and g and changes no plan, so that its rounding is not to count.
      const change = Math.max(largestChange(f, nextF), largestChange(g, nextG));
      if (translation === 'sweep') {
        // (f + t, g - t) has the same plan; the penalties are best where sum a e^(-epsilon f / rho) is that of b and g.
        const shift = bestShift(nextF, nextG);
        add(nextF, shift);
        add(nextG, -shift);
      }
      f = nextF;
      g = nextG;
      yield { iteration, change, solution };
      if (!(change <= tolerance)) continue;
      const { rowSums, columnSums, ...plan } = scaled();
      const last = solutionOf(plan);
      // Where epsilon or rho is nothing beside the costs, rounding ends all changes.
      const instance = { ...settings, a, b, cost, largestCost: kernel.largestCost };
      const shift = bestShift(f, g);
      const multipliers = { source: moved(f, shift, epsilon), target: moved(g, -shift, epsilon) };
      const allowed = stationarityBound(instance, Math.max(1e-6, tolerance));
      const isFitted = stationarityOfPotentials(instance, [rowSums, columnSums], multipliers) <= allowed;
      const miss = isFitted ? 0 : stationarity(instance, last, multipliers);
      if (!(miss <= allowed)) {
        return stalled(last, `changes are below rounding; the stationarity is ${miss.toExponential(1)}`);
      }
      return converged(last, `the scalings change by ${change.toExponential(1)}`);
    }
  } finally {
    kernel.release();
  }
}

/** What the proximal step of a penalty leaves of an update. */
function shareOf(penalty: number, epsilon: number): number {
  return penalty === Infinity ? 1 : penalty / (penalty + epsilon);
}

function moved(values: Float64Array, shift: number, factor: number): Float64Array {
  return values.map((value) => factor * (value + shift));
}

function add(values: Float64Array, shift: number): void {
  for (let i = 0; i < values.length; i++) values[i] += shift;
}

export const unbalancedSinkhornSolver = /* @__PURE__ */ defineSolver({
  id: 'ot/unbalanced-sinkhorn',
  title: 'Unbalanced Sinkhorn',
  summary: 'Scaling with damped updates, with the one slow direction eliminated.',
  problem: unbalancedTransport,
  variant: 'entropic',
  role: 'baseline',
  paper: { title: 'Scaling algorithms for unbalanced transport problems', arxiv: '1607.05816', year: 2018 },
  cost: 'O(nm) \\text{ per sweep}',
  options: unbalancedSinkhornOptions,
  declines: ({ epsilon }) => (epsilon > 0 ? undefined : 'needs an epsilon above 0'),
  steps: ({ a, b, cost, ...instance }, { epsilon, marginalPenalty, ...options }) =>
    unbalancedSinkhornSteps(
      { a, b, cost },
      { ...options, epsilon: epsilon ?? instance.epsilon, marginalPenalty: marginalPenalty ?? instance.marginalPenalty },
    ),
});
