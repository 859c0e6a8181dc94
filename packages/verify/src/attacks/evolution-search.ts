// CMA-ES: a normal distribution whose covariance learns from the better half of its samples.
//
// N. Hansen: The CMA evolution strategy: a tutorial (2016), arXiv 1604.00772.
import type { OptionSpecs, OptionsOf } from '@infimum/core';
import { defineSolver, Random, resolveOptions } from '@infimum/core';
import { symmetricEigen, transpose } from '@infimum/linalg';
import { rowDot } from '@infimum/linalg/numerics';
import type { Evaluated, SurrogateInstance, SurrogateSteps } from './network-surrogate.ts';
import { endOf, radiusOptions, SurrogateSearch, searchOptions } from './network-surrogate.ts';
import { networkSurrogateProblem } from './network-surrogate-problem.ts';

export const evolutionSearchOptions = {
  population: { type: 'integer', min: 4, max: 10_000, description: 'Samples per generation; 4 + floor(3 ln n) by default' },
  minRadius: { ...radiusOptions.minRadius, default: 1e-9 },
  ...searchOptions,
} as const satisfies OptionSpecs;

/**
 * Minimises F(map(x)) + |max(c, 0)|² by the CMA evolution strategy with the tutorial's constants: weighted recombination of
 * the better half, cumulative step-size adaptation, rank-one and rank-mu updates of the covariance.
 *
 * Evaluations by generation; O(n³) for the eigenvectors, every n / 10 generations or so. `converged` when the step size
 * has reached its least, or the best values of 10 + 30 n / lambda generations are equal, and no step of 1e-5 along an axis
 * improves; `stalled` if one does.
 */
export function* evolutionSearchSteps(
  instance: SurrogateInstance,
  options: OptionsOf<typeof evolutionSearchOptions> = {},
): SurrogateSteps {
  const { population, minRadius, seed } = resolveOptions(evolutionSearchOptions, options);
  const search = new SurrogateSearch(instance);
  const random = new Random(seed);
  const n = search.dimension;
  const lambda = population ?? 4 + Math.floor(3 * Math.log(n));
  const mu = Math.floor(lambda / 2);
  const raw = Float64Array.from({ length: mu }, (_, i) => Math.log((lambda + 1) / 2) - Math.log(i + 1));
  const total = raw.reduce((sum, w) => sum + w, 0);
  const weights = raw.map((w) => w / total);
  const muEff = 1 / weights.reduce((sum, w) => sum + w * w, 0);
  const cs = (muEff + 2) / (n + muEff + 5);
  const ds = 1 + 2 * Math.max(0, Math.sqrt((muEff - 1) / (n + 1)) - 1) + cs;
  const cc = (4 + muEff / n) / (n + 4 + (2 * muEff) / n);
  const c1 = 2 / ((n + 1.3) ** 2 + muEff);
  const cmu = Math.min(1 - c1, (2 * (muEff - 2 + 1 / muEff)) / ((n + 2) ** 2 + muEff));
  const chi = Math.sqrt(n) * (1 - 1 / (4 * n) + 1 / (21 * n * n));
  const mean = new Float64Array(n);
  const covariance = new Float64Array(n * n);
  for (let j = 0; j < n; j++) covariance[j * n + j] = 1;
  let vectors = covariance.slice();
  let turned = vectors;
  let roots = new Float64Array(n).fill(1);
  const pathS = new Float64Array(n);
  const pathC = new Float64Array(n);
  let sigma = instance.radius;
  // The tutorial's EqualFunValues: so many generations whose best values are one and the same.
  const patience = 10 + Math.ceil((30 * n) / lambda);
  let [equal, last] = [0, Number.NaN];
  yield* search.evaluate(instance.initial);
  for (let generation = 0; sigma > minRadius && sigma < 1e15 * instance.radius && equal < patience; generation++) {
    search.radius = sigma;
    const samples: { readonly z: Float64Array; readonly found: Evaluated }[] = [];
    for (let k = 0; k < lambda; k++) {
      const z = times(
        vectors,
        random.normals(new Float64Array(n)).map((x, j) => x * roots[j]),
      );
      const d = z.map((x, j) => mean[j] + sigma * x);
      samples.push({ z, found: yield* search.evaluate(search.moved(instance.initial, d)) });
    }
    samples.sort((a, b) => (a.found.value < b.found.value ? -1 : a.found.value > b.found.value ? 1 : 0));
    const { value } = samples[0].found;
    equal = value === last ? equal + 1 : 0;
    last = value;
    const step = new Float64Array(n);
    for (let i = 0; i < mu; i++) for (let j = 0; j < n; j++) step[j] += weights[i] * samples[i].z[j];
    for (let j = 0; j < n; j++) mean[j] += sigma * step[j];
    // C^{-1/2} step = B D^{-1} B' step.
    const white = times(
      vectors,
      times(turned, step).map((x, j) => x / roots[j]),
    );
    let length = 0;
    for (let j = 0; j < n; j++) {
      pathS[j] = (1 - cs) * pathS[j] + Math.sqrt(cs * (2 - cs) * muEff) * white[j];
      length += pathS[j] ** 2;
    }
    length = Math.sqrt(length);
    const isShort = length / Math.sqrt(1 - (1 - cs) ** (2 * (generation + 1))) < (1.4 + 2 / (n + 1)) * chi;
    for (let j = 0; j < n; j++) {
      pathC[j] = (1 - cc) * pathC[j] + (isShort ? Math.sqrt(cc * (2 - cc) * muEff) * step[j] : 0);
    }
    const kept = 1 - c1 - cmu + (isShort ? 0 : c1 * cc * (2 - cc));
    for (let a = 0; a < n; a++) {
      for (let b = 0; b <= a; b++) {
        let rank = 0;
        for (let i = 0; i < mu; i++) rank += weights[i] * samples[i].z[a] * samples[i].z[b];
        const entry = kept * covariance[a * n + b] + c1 * pathC[a] * pathC[b] + cmu * rank;
        covariance[a * n + b] = entry;
        covariance[b * n + a] = entry;
      }
    }
    sigma *= Math.exp(Math.min(1, (cs / ds) * (length / chi - 1)));
    if (generation % Math.max(1, Math.floor(1 / (10 * n * (c1 + cmu)))) !== 0) continue;
    const eigen = symmetricEigen({ rows: n, cols: n, values: covariance.slice() });
    vectors = Float64Array.from(eigen.vectors.values);
    turned = Float64Array.from(transpose(eigen.vectors).values);
    const largest = eigen.values[n - 1];
    roots = Float64Array.from(eigen.values, (value) => Math.sqrt(Math.max(value, largest * 1e-14)));
  }
  return yield* endOf(
    search,
    'no short step improves',
    'the step size vanished or values were equal, but a step along an axis improves',
  );
}

/** A x for a square matrix. */
const times = (matrix: Float64Array, x: Float64Array): Float64Array =>
  x.map((_, i) => rowDot(matrix, i * x.length, x, 0, x.length));

export const evolutionSearchSolver = /* @__PURE__ */ defineSolver({
  id: 'verify/evolution-search',
  title: 'CMA-ES',
  summary: 'Learns the covariance of good steps from random samples: robust, many evaluations.',
  problem: networkSurrogateProblem,
  role: 'baseline',
  paper: { title: 'The CMA Evolution Strategy: A Tutorial', arxiv: '1604.00772', year: 2016 },
  cost: '4 + 3 \\ln n \\text{ evaluations per generation}',
  options: evolutionSearchOptions,
  steps: evolutionSearchSteps,
});
