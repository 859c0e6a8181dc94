// The paper's rates over twelve seeds, by counted evaluations of components.
import { describe, expect, it } from 'vitest';
import { extraAnchoredGradient } from './extra-anchored-gradient.ts';
import { halpern } from './halpern.ts';
import { scaledBilinear, scaledQuadratics } from './inclusion-families.ts';
import { vrHalpern } from './vr-halpern.ts';
import { vrHalpernInexact } from './vr-halpern-inexact.ts';

const seeds = Array.from({ length: 12 }, (_, k) => k + 1);
const goal = { tolerance: 0, absoluteTolerance: 1e-2 };

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return (sorted[5] + sorted[6]) / 2;
}

/** Slope of log y against log x, by least squares. */
function slope(x: readonly number[], y: readonly number[]): number {
  const [u, v] = [x.map(Math.log), y.map(Math.log)];
  const mean = (w: readonly number[]) => w.reduce((sum, value) => sum + value, 0) / w.length;
  const [mu, mv] = [mean(u), mean(v)];
  return (
    u.reduce((sum, value, k) => sum + (value - mu) * (v[k] - mv), 0) / u.reduce((sum, value) => sum + (value - mu) ** 2, 0)
  );
}

describe('cocoercive sums, twelve seeds', () => {
  it.each([
    [10_000, 10],
    [100_000, 20],
  ])(
    '%i components: at least %i times fewer evaluations than Halpern, in the median',
    (n, least) => {
      const gains = seeds.map((seed) => {
        const problem = scaledQuadratics(n, 20, seed);
        const reduced = vrHalpern(problem, { ...goal, seed, stepRule: 'aggressive' });
        expect(reduced.status).toBe('converged');
        expect(reduced.residual).toBeLessThanOrEqual(1e-2);
        return halpern(problem, goal).evaluations.value / reduced.evaluations.value;
      });
      console.log(
        `n = ${n}: median ${median(gains).toFixed(1)}, ${Math.min(...gains).toFixed(1)} to ${Math.max(...gains).toFixed(1)}`,
      );
      expect(median(gains)).toBeGreaterThanOrEqual(least);
    },
    600_000,
  );

  it('with the safe step, at least 3 times fewer at n = 1e4', () => {
    const gains = seeds.map((seed) => {
      const problem = scaledQuadratics(10_000, 20, seed);
      return (
        halpern(problem, goal).evaluations.value / vrHalpern(problem, { ...goal, seed, stepRule: 'safe' }).evaluations.value
      );
    });
    console.log(`safe step: median ${median(gains).toFixed(1)}`);
    expect(median(gains)).toBeGreaterThanOrEqual(3);
  }, 600_000);

  it('cost grows as 1/epsilon, and as the root of n at most', () => {
    const cost = (n: number, absoluteTolerance: number) =>
      median(
        seeds.map(
          (seed) =>
            vrHalpern(scaledQuadratics(n, 20, seed), { tolerance: 0, absoluteTolerance, seed, stepRule: 'aggressive' })
              .evaluations.value,
        ),
      );
    const epsilons = [4e-2, 2e-2, 1e-2, 5e-3];
    const inverse = slope(
      epsilons.map((epsilon) => 1 / epsilon),
      epsilons.map((epsilon) => cost(1000, epsilon)),
    );
    const sizes = [1000, 4000, 16_000];
    const growth = slope(
      sizes,
      sizes.map((n) => cost(n, 1e-2)),
    );
    console.log(`slope in 1/epsilon ${inverse.toFixed(2)}, in n ${growth.toFixed(2)}`);
    expect(inverse).toBeGreaterThan(0.7);
    expect(inverse).toBeLessThan(1.3);
    // n log n + sqrt(n) / epsilon: between 1/2 and 1.
    expect(growth).toBeGreaterThan(0.4);
    expect(growth).toBeLessThan(1);
  }, 600_000);

  it('the mean residual stays below 16 L |u_0 - u*| / k for the safe step', () => {
    const sums: number[] = [];
    const counts: number[] = [];
    let scale = 0;
    for (const seed of seeds) {
      const problem = scaledQuadratics(1000, 20, seed);
      scale = Math.max(scale, (problem.operator.lipschitz ?? 1) * Math.sqrt(20));
      vrHalpern(problem, {
        tolerance: 0,
        maxEpochs: 300,
        seed,
        stepRule: 'safe',
        onIteration: ({ iteration, solution }) => {
          const bin = Math.floor(Math.log2(Math.max(1, iteration)));
          const { residual } = solution();
          sums[bin] = (sums[bin] ?? 0) + iteration * residual;
          counts[bin] = (counts[bin] ?? 0) + 1;
        },
      });
    }
    expect(sums.length).toBeGreaterThan(5);
    for (const [bin, sum] of sums.entries()) if (counts[bin]) expect(sum / counts[bin]).toBeLessThan(16 * scale);
  }, 600_000);
});

it('monotone sums: at least 8 times fewer evaluations than the extra-anchored gradient at n = 1e4, in the median', () => {
  const gains = seeds.map((seed) => {
    const problem = scaledBilinear(10_000, 10, seed);
    const inexact = vrHalpernInexact(problem, { ...goal, seed });
    expect(inexact.status).toBe('converged');
    expect(inexact.residual).toBeLessThanOrEqual(1e-2);
    return extraAnchoredGradient(problem, goal).evaluations.value / inexact.evaluations.value;
  });
  console.log(
    `monotone: median ${median(gains).toFixed(1)}, ${Math.min(...gains).toFixed(1)} to ${Math.max(...gains).toFixed(1)}`,
  );
  expect(median(gains)).toBeGreaterThanOrEqual(8);
}, 600_000);
