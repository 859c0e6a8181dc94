// Optima on faces, edges and corners of the box, budgets to one evaluation, and very many variables.
import { describe, expect, it } from 'vitest';
import { oneBitDescent } from '../ranking/one-bit-descent.ts';
import { zoRankSgd } from '../ranking/zo-rank-sgd.ts';
import type { BlackBox } from './black-box.ts';
import { cbo } from './cbo.ts';
import { adaptationConstants, cmaEs } from './cma-es.ts';
import { consensusHopping } from './consensus-hopping.ts';
import { differentialEvolution } from './differential-evolution.ts';
import { langevin } from './langevin.ts';
import { openEs } from './open-es.ts';
import { particleSwarm } from './particle-swarm.ts';
import { randomSearch } from './random-search.ts';
import { simulatedAnnealing } from './simulated-annealing.ts';
import { zoSgd } from './zo-sgd.ts';

const methods = {
  cbo,
  cmaEs,
  consensusHopping,
  differentialEvolution,
  langevin,
  openEs,
  particleSwarm,
  randomSearch,
  simulatedAnnealing,
  zoSgd,
};

/** Linear in all but the first `free` variables, which have their minimum inside. */
function bounded(d: number, free: number): BlackBox {
  const value = (x: Float64Array) => x.reduce((sum, e, j) => sum + (j < free ? (e - 0.3) ** 2 : e), 0);
  return { dimension: d, value, lower: -1, upper: 1, target: free - d + 1e-6 };
}

const dimensions = process.env['INFIMUM_FULL'] ? [2, 5, 10, 20, 40] : [2, 5, 10];
const seeds = Array.from({ length: process.env['INFIMUM_FULL'] ? 20 : 5 }, (_, k) => k);

describe('a minimum on the bounds', () => {
  it.each(dimensions)('is found by cmaEs on every face, edge and corner, d = %i', (d) => {
    for (const free of [0, 1, d - 1]) {
      for (const seed of seeds) {
        expect(cmaEs(bounded(d, free), { seed, maxEvaluations: 2000 * d }).status).toBe('converged');
      }
    }
  });

  it('is met exactly, by full and separable covariances, with one bound too', () => {
    for (const covariance of ['full', 'separable'] as const) {
      const value = ([x, y]: Float64Array) => x - y + (x + y) ** 2;
      const { x } = cmaEs(
        { dimension: 2, value, lower: [-1, -Infinity], upper: [Infinity, 2] },
        { covariance, maxEvaluations: 3000 },
      );
      // At x = -1 the slope in y vanishes at y = 3/2.
      expect(x[0]).toBe(-1);
      expect(x[1]).toBeCloseTo(1.5, 5);
    }
  });

  it.each(Object.entries(methods))('nothing is evaluated outside by %s', (_, method) => {
    const box = bounded(3, 1);
    let isInside = true;
    const value = (x: Float64Array) => {
      isInside &&= x.every((entry) => entry >= -1 && entry <= 1);
      return box.value(x);
    };
    const found = method({ ...box, value }, { maxEvaluations: 500 });
    expect(isInside).toBe(true);
    expect(found.x.every((entry) => Math.abs(entry) <= 1)).toBe(true);
  });
});

describe('maxEvaluations', () => {
  const all = Object.entries(methods).flatMap(([name, method]) => [1, 7, 100].map((n) => [name, n, method] as const));
  it.each(all)('holds %s to %i evaluations', (_, maxEvaluations, method) => {
    let calls = 0;
    const value = (x: Float64Array) => {
      calls++;
      return x.reduce((sum, entry) => sum + entry * entry, 1);
    };
    const { evaluations, status } = method({ dimension: 3, value }, { maxEvaluations });
    expect(calls).toBe(maxEvaluations);
    expect(evaluations.value).toBe(maxEvaluations);
    expect(status).toBe('iteration-limit');
  });
});

it('active weights have the constant of the tutorial', () => {
  // d = 10, lambda = 10: mu_eff = 3.167, alpha_mueff^- = 1 + 2 mu_eff^- / (mu_eff + 2) = 2.27 is not the least of the three.
  const { weights, mass, c1, cMu } = adaptationConstants(2, 30);
  const bad = weights.filter((weight) => weight < 0);
  const raw = Array.from(bad, (_, k) => Math.log(15.5) - Math.log(30 - bad.length + 1 + k));
  const badMass = raw.reduce((s, w) => s + w, 0) ** 2 / raw.reduce((s, w) => s + w * w, 0);
  const expected = Math.min(1 + c1 / cMu, 1 + (2 * badMass) / (mass + 2), (1 - c1 - cMu) / (2 * cMu));
  expect(-bad.reduce((s, w) => s + w, 0)).toBeCloseTo(expected, 12);
});

it.each(Object.entries(methods))('values that are no numbers are failures for %s', (_, method) => {
  const { value, status } = method({ dimension: 2, value: () => 1n as unknown as number }, { maxEvaluations: 30 });
  expect([value, status === 'converged']).toEqual([Infinity, false]);
});

it('200 000 variables are not too many to spread', () => {
  const dimension = 200_000;
  const value = (x: Float64Array) => x[0] * x[0];
  const found = cmaEs({ dimension, value }, { covariance: 'separable', maxEvaluations: 45 });
  expect(found.evaluations.value).toBe(45);
  const search = { dimension, initial: new Float64Array(dimension).fill(1), value };
  for (const method of [zoRankSgd, oneBitDescent]) {
    expect(method(search, { maxQueries: 3 }).queries).toBeGreaterThan(0);
  }
});

it('constraints and judges that give no numbers are failures too', () => {
  const constraints = () => [1n] as unknown as number[];
  const found = cbo({ dimension: 2, value: () => 0, constraints }, { maxEvaluations: 60 });
  expect(found.value).toBe(Infinity);
  const search = { dimension: 2, initial: Float64Array.of(1, 1), value: () => 1n as unknown as number };
  expect(zoRankSgd(search, { maxQueries: 5 }).status).not.toBe('converged');
});
