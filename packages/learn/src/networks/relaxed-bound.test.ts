// Bounds on the cost of networks of any width: never above what a network costs, on drawn instances of all losses with offsets, scales
// and patches; witnesses that were changed; and near on data for which no list of patterns can be had.
import { Random } from '@infimum/core';
import { describe, expect, it } from 'vitest';
import { reluProblem } from '../plugin.ts';
import { adamRelu } from './adam-relu.ts';
import { convexReluInterior } from './convex-relu-interior.ts';
import { boundRelu, certify } from './relaxed-bound.ts';
import { check, relaxedLowerBound } from './relaxed-relu-checker.ts';
import { plantedRegression } from './relu-families.ts';
import type { ReluInstance, ReluLoss } from './relu-network.ts';
import { reluObjective } from './relu-network.ts';

const LOSSES: readonly ReluLoss[] = ['squared', 'logistic', 'hinge'];

function drawn(random: Random): ReluInstance {
  const samples = 2 + random.integer(6);
  const patches = 1 + random.integer(2);
  const [rows, cols] = [samples * patches, 1 + random.integer(3)];
  const scale = random.uniform() < 0.7 ? 1 : 10 ** (160 * random.uniform() - 80);
  const offset = random.uniform() < 0.6 ? 0 : 10 ** (6 * random.uniform());
  const values = random.normals(new Float64Array(rows * cols)).map((value) => scale * (offset + value));
  if (random.uniform() < 0.3) values.copyWithin(cols, 0, cols);
  if (random.uniform() < 0.2) values.fill(0, 0, cols);
  const loss = LOSSES[random.integer(3)];
  const targets = random.normals(new Float64Array(samples)).map((t) => (loss === 'squared' ? t : t > 0 ? 1 : -1));
  return { points: { rows, cols, values }, targets, loss, beta: scale * 10 ** (2 - 5 * random.uniform()), patches };
}

describe('boundRelu', () => {
  it('is below the cost of every network', () => {
    const random = new Random(31);
    let near = 0;
    const draws = process.env['INFIMUM_FULL'] ? 1000 : 60;
    for (let draw = 0; draw < draws; draw++) {
      const instance = drawn(random);
      const best = convexReluInterior(instance, { maxIterations: 80, patterns: 'exact' });
      const adam = adamRelu(instance, { maxIterations: 200, units: 6 });
      for (const network of [best, adam]) {
        const { value, lowerBound, searchedBound } = boundRelu(instance, network, 20);
        expect(value).toBe(reluObjective(instance, network));
        expect(lowerBound, `draw ${draw}`).toBeLessThanOrEqual(Math.min(best.value, adam.value) * (1 + 1e-12));
        expect(searchedBound).toBeGreaterThanOrEqual(lowerBound);
      }
      if (boundRelu(instance, best, 20).lowerBound > 0.6 * best.value) near++;
    }
    expect(near).toBeGreaterThan(0.4 * draws);
  }, 600_000);

  it('bounds the cost of networks on a thousand rows of twenty columns', () => {
    const instance = plantedRegression(1000, 20, 4, 300, 1);
    const { value, lowerBound, searchedBound } = boundRelu(instance, adamRelu(instance, { units: 20, maxIterations: 500 }));
    expect(1 - lowerBound / value).toBeLessThan(0.2);
    expect(1 - searchedBound / value).toBeLessThan(1e-3);
    expect(lowerBound).toBeLessThan(value);
  });

  it('refuses what fits no network', () => {
    const instance = plantedRegression(5, 2, 1, 1, 1);
    const network = { hidden: { rows: 1, cols: 2, values: Float64Array.of(1, 1) }, output: Float64Array.of(1) };
    expect(() => boundRelu({ ...instance, beta: 0 }, network)).toThrow(expect.objectContaining({ argument: 'beta' }));
    expect(() => boundRelu(instance, network, 0)).toThrow(expect.objectContaining({ argument: 'starts' }));
    expect(() => boundRelu(instance, { ...network, output: new Float64Array(2) })).toThrow();
  });
});

it('witnesses that were changed are refused or weaker, never false', () => {
  const random = new Random(32);
  for (let draw = 0; draw < 60; draw++) {
    const instance = drawn(random);
    const best = convexReluInterior(instance, { maxIterations: 80, patterns: 'exact' });
    const witness = certify(instance, best);
    const nu = Array.from(witness.nu);
    const [up, down] = witness.majorants.map((values) => Array.from(values));
    const eigenvalues = Array.from(witness.eigenvalues);
    const changed: unknown[] = [
      undefined,
      {},
      { ...witness, nu: nu.map((t) => -t) },
      { ...witness, nu: nu.map((t) => 3 * t) },
      { ...witness, nu: nu.map(() => Number.NaN) },
      { ...witness, majorants: [down, up] },
      { ...witness, majorants: [up] },
      { ...witness, majorants: [up.map((t) => -t), down] },
      { ...witness, majorants: [up.map(() => 0), down.map(() => 0)] },
      { ...witness, majorants: [up.map((t) => t / 1e3), down.map((t) => t * 1e3)] },
      { ...witness, eigenvalues: [0, 0] },
      { ...witness, eigenvalues: eigenvalues.map((t) => 0.9 * t) },
      { ...witness, eigenvalues: [Infinity, 1] },
    ];
    for (const one of changed) {
      const bound = relaxedLowerBound(instance, one);
      if (bound !== undefined) expect(bound).toBeLessThanOrEqual(best.value * (1 + 1e-12));
      expect(() => check(instance, best, one)).not.toThrow();
    }
  }
});

it('is the kind of certificate of problems whose patterns are too many', async () => {
  const kind = reluProblem.certificates?.['relaxation'];
  const instance = plantedRegression(100, 10, 3, 20, 2);
  const solution = convexReluInterior(instance, { maxIterations: 30, patternCount: 20 });
  expect(reluProblem.certificates?.['optimum']?.declines?.(instance, solution)).toContain('patterns');
  expect(kind?.declines?.(instance, solution)).toBeUndefined();
  const [prover, checker] = [await kind?.prover(), await kind?.checker()];
  const verdict = checker?.check(instance, solution, prover?.certify(instance, solution));
  expect(verdict?.proved).toBe(true);
  if (verdict?.proved) {
    expect(verdict.figures['gap'].upper).toBeLessThan(0.8);
    expect(verdict.figures['leastObjective'].lower).toBeGreaterThan(0);
  }
});
