// OpenES and PGPE: steps along the gradient of the mean value under a normal distribution, from pairs of opposite samples.
//
// T. Salimans, J. Ho, X. Chen, S. Sidor, I. Sutskever: Evolution strategies as a scalable alternative to reinforcement learning
// (2017), arXiv 1703.03864; F. Sehnke and others: Parameter-exploring policy gradients (2010).
import type { LimitOptions, OptionSpecs, OptionsOf, Outcome, Steps } from '@infimum/core';
import { defineSolver, resolveOptions, runWith } from '@infimum/core';
import type { BestPoint, BlackBox, Questions } from './black-box.ts';
import { answersOf, centeredRanks, maxEvaluations, randomOf, Search, seed } from './black-box.ts';
import { continuous } from './continuous-problem.ts';

const openEsOptions = {
  pairs: { type: 'integer', min: 1, max: 1_000_000, default: 16, description: 'Pairs of opposite samples per step' },
  sigma: { type: 'number', above: 0, default: 0.3, description: 'Initial deviation of the samples, in scales of the instance' },
  decay: { type: 'number', above: 0, max: 1, default: 0.995, description: 'Factor for deviation and rate per step' },
  learningRate: { type: 'number', was: 'rate', above: 0, default: 0.1, description: 'Step of Adam, in scales of the instance' },
  adaptation: {
    type: 'choice',
    choices: ['decay', 'pgpe'],
    default: 'decay',
    description: 'Whether deviations shrink by a fixed factor, or follow their own gradients (PGPE)',
  },
  deviationLearningRate: {
    type: 'number',
    was: 'deviationRate',
    above: 0,
    max: 1,
    default: 0.1,
    description: 'Step of the logarithms of the deviations in PGPE',
  },
  maxEvaluations,
  seed,
} as const satisfies OptionSpecs;

/** Options of `openEs`. */
export type OpenEsOptions = OptionsOf<typeof openEsOptions> & LimitOptions<Questions>;

/**
 * Minimises by g = sum r_i epsilon_i / n, r the centred ranks of samples m + s epsilon in opposite pairs, and Adam; with `pgpe` the
 * deviations s have gradients as well. For many variables and noisy values; 2 · pairs evaluations a step.
 *
 * @throws {InvalidInputError} naming the argument or option at fault
 *
 * @example
 * ```ts
 * import { openEs } from '@infimum/blackbox';
 *
 * const bowl = { dimension: 3, value: (x: Float64Array) => x.reduce((s, e) => s + (e - 1) ** 2, 0), target: 1e-3 };
 * console.log(openEs(bowl).status); // converged
 * ```
 */
export function openEs(blackBox: BlackBox, options: OpenEsOptions = {}): Outcome<BestPoint, Questions<BestPoint>> {
  return runWith(openEsOptions, options, openEsSteps(blackBox, options), answersOf(blackBox));
}

/** The steps of `openEs`. */
export function* openEsSteps(
  blackBox: BlackBox,
  options: OpenEsOptions = {},
): Steps<BestPoint, Questions<BestPoint>, Float64Array> {
  const { pairs, sigma, decay, learningRate, adaptation, deviationLearningRate, ...limits } = resolveOptions(
    openEsOptions,
    options,
  );
  const search = new Search(blackBox, limits.maxEvaluations);
  const random = randomOf(limits.seed);
  const d = search.dimension;
  const mean = search.start.slice();
  const deviations = new Float64Array(d).fill(sigma);
  const noise = new Float64Array(pairs * d);
  const points = new Float64Array(2 * pairs * d);
  const [first, second, gradient] = Array.from({ length: 3 }, () => new Float64Array(d));
  for (let step = 1; ; step++) {
    random.normals(noise);
    for (let i = 0; i < pairs * d; i++) {
      const moved = deviations[i % d] * noise[i];
      points[i] = mean[i % d] + moved;
      points[pairs * d + i] = mean[i % d] - moved;
    }
    const ranks = centeredRanks(yield* search.ask(points, 2 * pairs));
    const end = search.end();
    if (end) return end;
    gradient.fill(0);
    for (let i = 0; i < pairs; i++) {
      const difference = (ranks[i] - ranks[pairs + i]) / (2 * pairs);
      for (let j = 0; j < d; j++) gradient[j] += difference * noise[i * d + j];
    }
    const speed = adaptation === 'decay' ? learningRate * decay ** (step - 1) : learningRate;
    for (let j = 0; j < d; j++) {
      first[j] = 0.9 * first[j] + 0.1 * gradient[j];
      second[j] = 0.999 * second[j] + 0.001 * gradient[j] ** 2;
      const root = Math.sqrt(second[j] / (1 - 0.999 ** step));
      // PGPE measures its steps by its deviations.
      const unit = adaptation === 'decay' ? 1 : deviations[j] / sigma;
      if (root > 0) mean[j] += (speed * unit * (first[j] / (1 - 0.9 ** step))) / root;
    }
    search.keepInside(mean, 1);
    if (adaptation === 'decay') for (let j = 0; j < d; j++) deviations[j] *= decay;
    else adaptDeviations(deviations, noise, ranks, pairs, deviationLearningRate);
  }
}

/** The gradient of the mean rank by log s_j is that of r (epsilon_j² - 1). */
function adaptDeviations(s: Float64Array, noise: Float64Array, ranks: Float64Array, pairs: number, rate: number): void {
  const d = s.length;
  for (let j = 0; j < d; j++) {
    let slope = 0;
    for (let i = 0; i < pairs; i++) {
      slope += ((ranks[i] + ranks[pairs + i]) / 2) * (noise[i * d + j] ** 2 - 1);
    }
    s[j] = Math.min(1e100, Math.max(1e-100, s[j] * Math.exp(rate * Math.max(-1, Math.min(1, slope)))));
  }
}

export const openEsSolver = /* @__PURE__ */ defineSolver({
  id: 'blackbox/open-es',
  title: 'OpenES and PGPE',
  summary: 'Gradient steps on a smoothed function from ranks of opposite samples.',
  problem: continuous,
  role: 'baseline',
  paper: { title: 'Evolution strategies as a scalable alternative to reinforcement learning', arxiv: '1703.03864', year: 2017 },
  cost: 'O(d) \\text{ per point}',
  options: openEsOptions,
  steps: (instance, options) => openEsSteps(instance, options),
});
