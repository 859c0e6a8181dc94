import { describe, expect, it } from 'vitest';
import { runAsync } from './run.ts';
import { answererOf, defineAsyncSolver, prepare, solve } from './solver.ts';
import type { AsyncSteps } from './steps.ts';
import { converged } from './steps.ts';
import { bisection, heron } from './testing/example.ts';

const instance = { squares: Float64Array.of(4, 9) };
const fault = (argument: string, code: string) => expect.objectContaining({ name: 'InvalidInputError', argument, code });

describe('solve', () => {
  it('runs a solver with its default options', () => {
    const outcome = solve(heron, instance);
    expect(outcome.status).toBe('converged');
    expect([...outcome.roots]).toEqual([2, 3]);
  });

  it('passes on options of the solver, limits and observers', () => {
    expect(solve(heron, instance, { options: { tolerance: 1 } }).iterations).toBeLessThan(solve(heron, instance).iterations);
    expect(solve(heron, instance, { maxIterations: 1, trace: true })).toMatchObject({
      status: 'iteration-limit',
      trace: [{ iteration: 0, residual: 8 }, { iteration: 1 }],
    });
  });

  it('lets the problem answer what a solver asks', () => {
    expect(solve(bisection, 2).root).toBeCloseTo(Math.SQRT2, 11);
  });

  it('rejects a bad instance, bad options and a bad seed before any work', () => {
    expect(() => solve(heron, { squares: Float64Array.of(1, -1) })).toThrow(fault('squares', 'negative'));
    expect(() => solve(heron, instance, { options: { tolerance: -1 } })).toThrow(fault('tolerance', 'out-of-range'));
    expect(() => solve(heron, instance, { options: { tol: 1 } })).toThrow(fault('tol', 'unknown'));
    expect(() => solve(heron, instance, { seed: -1 })).toThrow(fault('seed', 'out-of-range'));
  });

  it('says why a solver declines a valid instance', () => {
    const declining = { ...heron, declines: () => 'it has too many numbers' };
    expect(() => solve(declining, instance)).toThrow(fault('instance', 'unsupported'));
    expect(() => solve(declining, instance)).toThrow('it has too many numbers');
    expect(solve({ ...heron, declines: () => undefined }, instance).status).toBe('converged');
  });

  it('says what to take for steps that arrive over time', async () => {
    async function* steps({ squares }: typeof instance): AsyncSteps<{ roots: Float64Array }> {
      yield { iteration: 0, solution: () => ({ roots: squares }) };
      return converged({ roots: squares.map(Math.sqrt) }, 'computed elsewhere');
    }
    const asking = defineAsyncSolver({ ...heron, steps });
    expect(() => solve(asking, instance)).toThrow(fault('solver', 'unsupported'));
    const outcome = await runAsync(steps(instance));
    expect([...outcome.roots]).toEqual([2, 3]);
  });
});

describe('prepare and answererOf', () => {
  it('give what run and runAsync take', async () => {
    expect(answererOf(heron, instance)).toEqual([]);
    const outcome = await runAsync(prepare(bisection, 2), {}, ...answererOf(bisection, 2));
    expect(outcome.root).toBe(solve(bisection, 2).root);
  });

  it('hand the seed to the algorithm, 0 by default', () => {
    const seeds: number[] = [];
    const recording = {
      ...heron,
      *steps(...[roots, options, context]: Parameters<typeof heron.steps>) {
        seeds.push(context.seed);
        return yield* heron.steps(roots, options, context);
      },
    };
    solve(recording, instance);
    solve(recording, instance, { seed: 12 });
    expect(seeds).toEqual([0, 12]);
  });
});
