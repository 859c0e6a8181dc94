import { answererOf, createRegistry, parseWith, prepare, run } from '@infimum/core';
import { checkProblem, checkSolver } from '@infimum/core/testing';
import { describe, expect, it } from 'vitest';
import { approximateProblem } from './approximate/approximate-problem.ts';
import { kMismatchProblem } from './bounded/k-mismatch-problem.ts';
import { hammingProblem } from './exact/hamming-problem.ts';
import { fingerprintsAgree } from './exact/verification.ts';
import { uniformPair } from './instances.ts';
import { plugin } from './plugin.ts';
import { bruteForce } from './testing/oracle.ts';

const registry = createRegistry(plugin);

describe('the problems', () => {
  it('keep their contract', async () => {
    await checkProblem(hammingProblem);
    await checkProblem(kMismatchProblem);
    await checkProblem(approximateProblem);
  });

  it('notice a single wrong distance', () => {
    const pair = uniformPair({ n: 400, m: 30, symbols: 3 }, 1);
    const distances = Int32Array.from(bruteForce(pair.text, pair.pattern));
    expect(fingerprintsAgree(pair, distances)).toBe(true);
    for (const i of [0, 100, distances.length - 1]) {
      const wrong = distances.slice();
      wrong[i]++;
      expect(fingerprintsAgree(pair, wrong)).toBe(false);
      expect(hammingProblem.metrics['wrongShare'].compute(pair, { distances: wrong })).toBeGreaterThan(0);
    }
  });

  it('read files of strings, numbers and arrays', () => {
    const read = (json: unknown) => hammingProblem.instanceFile?.parse(json);
    expect(read({ text: 'aba', pattern: 'b' })?.text).toEqual(Uint8Array.of(97, 98, 97));
    expect(read({ text: [1, -2, 3], pattern: [3] })?.text).toEqual(Int32Array.of(1, -2, 3));
    const npy = { shape: [2], values: Float64Array.of(7, 8) };
    expect(read({ text: npy, pattern: [8] })?.text).toEqual(Int32Array.of(7, 8));
    expect(read({ text: [2 ** 32 - 1, 0], pattern: [2 ** 31] })?.text).toEqual(Uint32Array.of(2 ** 32 - 1, 0));
    expect(() => read({ text: [2 ** 32 - 1, -1], pattern: [1] })).toThrow(
      expect.objectContaining({ argument: 'text', code: 'not-integer', index: 1 }),
    );
    expect(() => read({ text: [1, 2.5], pattern: [1] })).toThrow(
      expect.objectContaining({ argument: 'text', code: 'not-integer', index: 1 }),
    );
    expect(() => read({ text: 'a', pattern: [1] })).toThrow(expect.objectContaining({ argument: 'pattern' }));
    expect(() => read({ text: 'a' })).toThrow(expect.objectContaining({ argument: 'pattern' }));
  });
});

describe.each(registry.solvers.map((solver) => [solver.id, solver] as const))('%s', (_, solver) => {
  it('keeps its contract', async () => {
    await checkSolver(solver, { families: process.env['INFIMUM_FULL'] ? 'all' : 'first' });
  }, 120_000);

  it('takes some cell of the full suites', async () => {
    const reasons: unknown[] = [];
    for (const family of Object.values(solver.problem.families)) {
      const cells = family.suites.full.map((cell) => parseWith(family.params, cell, 'params') as { n?: number; m: number });
      const least = cells.reduce((a, b) => ((a.n ?? 1) * a.m <= (b.n ?? 1) * b.m ? a : b));
      // Whole texts are long enough to try solvers on, and short enough to be made here.
      reasons.push(solver.declines?.(await family.generate(least, 1)));
      if (reasons.includes(undefined)) break;
    }
    expect(reasons).toContain(undefined);
  });

  it('solves the real families', async () => {
    for (const name of ['dna', 'english']) {
      const family = solver.problem.families[name];
      const sizes = { n: 1000, m: 60, planted: 5 };
      const instance = await family.generate(parseWith(family.params, sizes, 'params'), 3);
      const reason = solver.declines?.(instance);
      expect(reason).toBeUndefined();
      const outcome = run(prepare(solver, instance, {}, 3), {}, ...answererOf(solver, instance));
      expect(outcome.status).toBe('converged');
      const value = solver.problem.metrics[solver.problem.primaryMetric].compute(instance, outcome);
      expect(value).toBeLessThanOrEqual(solver.problem === approximateProblem ? 0.01 : 0);
    }
  }, 60_000);
});
