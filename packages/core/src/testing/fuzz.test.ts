import { describe, expect, it } from 'vitest';
import { Random } from '../random.ts';
import { defineSolver } from '../solver.ts';
import { converged } from '../steps.ts';
import { cpuSeconds, fingerprint } from './contract.ts';
import type { Roots } from './example.ts';
import { bisection, heron, paper, rootProblem } from './example.ts';
import { fuzzSolver } from './fuzz.ts';
import { mutate } from './mutations.ts';

const judged = { ...rootProblem, success: { metric: 'error', bound: () => 1e-9 } };

describe('mutate', () => {
  it('leaves the original alone, and gives the same mutation for the same state', () => {
    const original = { a: Float64Array.of(1, 2, 3), inner: { n: 3, f: () => 1 }, list: [1, 2] };
    const before = fingerprint(original);
    for (let seed = 0; seed < 300; seed++) {
      const [first, second] = [0, 1].map(() => mutate(original, new Random(seed)));
      expect(first.description).toBe(second.description);
    }
    expect(fingerprint(original)).toBe(before);
  });

  it('reaches every kind of fault', () => {
    const seen = Array.from(
      { length: 2000 },
      (_, seed) => mutate({ a: Float64Array.of(1, 2), n: 2, f: () => 1, name: 'x', on: true }, new Random(seed)).description,
    ).join('\n');
    for (const fault of [
      'removed',
      'NaN',
      'loses its memory',
      'cut short',
      'same',
      'fails half-way',
      'misspelt',
      'turned round',
    ]) {
      expect(seen).toContain(fault);
    }
  });
});

describe('fuzzSolver', () => {
  it('finds nothing wrong with a solver that checks and tells the truth', async () => {
    const { tried, rejected, failures } = await fuzzSolver(bisection, { count: 200 });
    expect(failures).toEqual([]);
    expect(tried).toBe(200);
    expect(rejected).toBeGreaterThan(0);
  });

  it('finds false success', async () => {
    const liar = defineSolver({
      ...heron,
      problem: judged,
      *steps({ squares }: Roots) {
        const solution = () => ({ roots: squares.map((square) => (square > 1e9 ? 1 : Math.sqrt(square))) });
        yield { iteration: 0, residual: 0, solution };
        return converged(solution(), 'so it seems');
      },
    });
    const { failures } = await fuzzSolver(liar, { count: 400 });
    expect(failures.some(({ fault }) => fault === 'false-success')).toBe(true);
  });

  it('finds native errors and hangs', async () => {
    const rough = defineSolver({
      ...heron,
      paper,
      problem: { ...judged, validate: () => {} },
      *steps({ squares }: Roots) {
        const end = cpuSeconds() + 1.2;
        while (!(squares[0] <= 2) && cpuSeconds() < end);
        const solution = () => ({ roots: squares.map(Math.sqrt) });
        yield { iteration: 0, residual: 0, solution };
        return converged(solution(), 'so it seems');
      },
    });
    const { failures } = await fuzzSolver(rough, { count: 40, maxSeconds: 0.01 });
    const faults = new Set(failures.map(({ fault }) => fault));
    expect(faults).toContain('native-error');
    expect(faults).toContain('hang');
    const [{ number, mutation }] = failures;
    const again = await fuzzSolver(rough, { first: number, count: 1, maxSeconds: 0.01 });
    expect(again.failures[0].mutation).toBe(mutation);
  });
});
