// A probe of the landscape that the penalty paper's theory assumes: the proximal error bound of σf + g at one x for several σ,
// and how fast ψ_σ and its gradient approach their limits.
import type { OptionSpecs, OptionsOf, VectorLike } from '@infimum/core';
import { asVector, fault, Random, resolveOptions } from '@infimum/core';
import { distance, norm } from '@infimum/linalg/numerics';
import type { BilevelProblem } from '../oracles/bilevel-problem.ts';
import { checkBilevelProblem } from '../oracles/bilevel-problem.ts';
import { penalisedOracle, projection } from '../oracles/judge.ts';
import { finish, minimiseByGradients } from '../oracles/minimize-by-gradients.ts';
import { CurvatureWatch, lowerCurvature } from '../single/lipschitz.ts';
import { penalizedValue } from './penalized-value.ts';

/** The measurements at one x. */
export interface ErrorBoundProbe {
  /** The values of σ. */
  readonly sigma: Float64Array;
  /** For each, the least |y − prox(y)|/ρ over the distance of y from the minimisers: an estimate of μ from above. */
  readonly mu: Float64Array;
  /** For each, the distinct minimisers that were found. */
  readonly solutions: Int32Array;
  /** Slope of log |ψ_σ − ψ| against log σ over five σ below the least; 1 in theory. */
  readonly slopeValue: number;
  /** The same for |∇ψ_σ − ∇ψ|. */
  readonly slopeGradient: number;
}

const probeErrorBoundOptions = {
  starts: { type: 'integer', min: 1, max: 10_000, default: 20, description: 'Random starts of the search for minimisers' },
  samples: { type: 'integer', min: 1, max: 100_000, default: 200, description: 'Points around minimisers to measure at' },
  radius: { type: 'number', above: 0, default: 1, description: 'Deviation of starts; a tenth of it around minima' },
  proximalStepSize: { type: 'number', was: 'rho', above: 0, description: 'ρ of the proximal step; 1/(2 L_g) by default' },
  seed: { type: 'integer', min: 0, default: 0, description: 'Seed of starts and points' },
} as const satisfies OptionSpecs;

/** Options of `probeErrorBound`. */
export type ProbeErrorBoundOptions = OptionsOf<typeof probeErrorBoundOptions>;

/**
 * Measures, at one x, the constant μ of the proximal error bound `|y − prox_{ρh}(y)|/ρ ≥ μ dist(y, T)` of `h = σf + g` for each σ
 * (also 0), T the minimisers of h, and the slopes with which ψ_σ and its gradient close in on their limits. The theory needs a
 * μ that does not vanish with σ. The distance to T is the least of those to the minimisers that were found and to the one that
 * descent from y finds.
 *
 * @param problem - with values f and g
 * @param x - p numbers
 * @param sigmas - values of σ, not negative, at least one of them positive
 * @throws {InvalidInputError} for values of σ that are negative or all zero, and shapes that do not fit
 */
export function probeErrorBound(
  problem: BilevelProblem,
  x: VectorLike,
  sigmas: VectorLike,
  options: ProbeErrorBoundOptions = {},
): ErrorBoundProbe {
  const settings = resolveOptions(probeErrorBoundOptions, options);
  checkBilevelProblem(problem);
  const at = asVector(x, 'x', problem.dimX);
  const values = asVector(sigmas, 'sigmas');
  const bad = values.findIndex((sigma) => sigma < 0);
  const least = Math.min(...values.filter((sigma) => sigma > 0));
  if (bad >= 0 || least === Infinity) {
    throw fault(bad >= 0 ? `is negative at index ${bad}` : 'has no positive entry', 'sigmas', 'out-of-range');
  }
  const random = new Random(settings.seed);
  const found = Array.from(values, (sigma) => boundAt(problem, at, sigma, settings, random));
  const start = found[values.indexOf(least)].best;
  return {
    sigma: values.slice(),
    mu: Float64Array.from(found, ({ mu }) => mu),
    solutions: Int32Array.from(found, ({ solutions }) => solutions),
    ...slopes(problem, at, least, start),
  };
}

function boundAt(
  problem: BilevelProblem,
  x: Float64Array,
  sigma: number,
  {
    starts,
    samples,
    radius,
    proximalStepSize,
  }: { starts: number; samples: number; radius: number; proximalStepSize: number | undefined },
  random: Random,
) {
  const { dimY, setY, f, g } = problem;
  const oracle = penalisedOracle(problem, x, sigma);
  const value = (y: Float64Array) => sigma * (f?.(x, y) ?? 0) + (g?.(x, y) ?? 0);
  const descend = (y: Float64Array) => {
    finish(minimiseByGradients(oracle, y, { tolerance: 1e-11, maxIterations: 5000 }));
    return y;
  };
  const draw = (around: Float64Array | undefined, deviation: number) => {
    const y = random.normals(new Float64Array(dimY));
    for (let j = 0; j < dimY; j++) y[j] = (around?.[j] ?? 0) + deviation * y[j];
    setY?.project(y, y);
    return y;
  };
  const ends = Array.from({ length: starts }, () => descend(draw(undefined, radius)));
  const least = Math.min(...ends.map(value));
  const minimizers = ends.filter((y) => value(y) - least <= 1e-8 * (1 + Math.abs(least)));
  const different = minimizers.filter((y, k) => minimizers.slice(0, k).every((other) => distance(y, other) > 1e-4 * radius));
  const step =
    proximalStepSize ?? 1 / (2 * new CurvatureWatch(undefined, () => lowerCurvature(problem, x, minimizers[0])).at(0));
  let mu = Infinity;
  for (let k = 0; k < samples; k++) {
    const y = draw(minimizers[k % minimizers.length], radius / 10);
    const proximal = {
      gradient: (at: Float64Array, out: Float64Array) => {
        oracle.gradient(at, out);
        for (let j = 0; j < dimY; j++) out[j] += (at[j] - y[j]) / step;
      },
      prox: projection(setY),
    };
    const near = y.slice();
    finish(minimiseByGradients(proximal, near, { tolerance: 1e-10, maxIterations: 5000 }));
    const away = Math.min(distance(y, descend(y.slice())), ...minimizers.map((other) => distance(y, other)));
    if (away > 1e-6 * radius) mu = Math.min(mu, distance(y, near) / step / away);
  }
  return { mu, solutions: different.length, best: minimizers[0] };
}

/** Least-squares slopes over five halvings from σ on, against the extrapolated limit. */
function slopes(problem: BilevelProblem, x: Float64Array, sigma: number, initial: Float64Array) {
  const at = (s: number) => penalizedValue(problem, x, s, { initial, tolerance: 1e-12 });
  const [fine, finer] = [at(sigma / 64), at(sigma / 128)];
  const limit = 2 * finer.value - fine.value;
  const limitGradient = finer.gradient.map((entry, i) => 2 * entry - fine.gradient[i]);
  const logs = [0, 1, 2, 3, 4].map((k) => {
    const s = sigma / 2 ** k;
    const { value, gradient } = at(s);
    return [Math.log(s), Math.log(Math.abs(value - limit)), Math.log(norm(gradient.map((t, i) => t - limitGradient[i])))];
  });
  const slope = (column: 1 | 2) => {
    const [meanX, meanY] = [0, column].map((c) => logs.reduce((sum, row) => sum + row[c], 0) / logs.length);
    const top = logs.reduce((sum, row) => sum + (row[0] - meanX) * (row[column] - meanY), 0);
    return top / logs.reduce((sum, row) => sum + (row[0] - meanX) ** 2, 0);
  };
  return { slopeValue: slope(1), slopeGradient: slope(2) };
}
