// Parts of a hyper-gradient, here and on two threads.
import type { Executor } from '@infimum/core/executor';
import { inlineExecutor, workerExecutor } from '@infimum/core/executor';
import { afterAll, expect, it } from 'vitest';
import { blockDescent } from '../blocks/block-descent.ts';
import type { DrawnPart } from '../testing/drawn-blocks.ts';
import type { ExactHypergradient } from './exact-hypergradient.ts';
import { exactHypergradient, hypergradientPart, joinHypergradients } from './exact-hypergradient.ts';
import { quadraticBlockInstance } from './multi-block-families.ts';
import { blockModelOf } from './multi-block-instance.ts';

const sizes = { blocks: 12, dimX: 6, dimY: 4, noise: 0 };
const { problem, hyperObjective } = blockModelOf(quadraticBlockInstance(sizes, 1));
const x = Float64Array.from({ length: 6 }, (_, i) => Math.sin(i + 1));
const task = { module: new URL('../testing/drawn-blocks.ts', import.meta.url).href, name: 'drawnPart' };
const ranges = [0, 3, 6, 9].map((from): DrawnPart => ({ sizes, x, from, to: from + 3 }));
const executors: Record<string, Executor> = { inline: inlineExecutor(), workers: workerExecutor(2) };
afterAll(() => Promise.all(Object.values(executors).map((executor) => executor.close())));

it.each(['inline', 'workers'])('parts that are made %s join to the whole, to the same bits', async (where) => {
  const parts = await executors[where].map<DrawnPart, ExactHypergradient>(task, ranges);
  const joined = joinHypergradients(parts);
  const here = joinHypergradients(ranges.map(({ from, to }) => hypergradientPart(problem, x, from, to)));
  expect(joined).toEqual(here);
  const whole = exactHypergradient(problem, x);
  expect(joined.y).toEqual(whole.y);
  const truth = hyperObjective?.(x);
  joined.gradient.forEach((value, i) => {
    expect(Math.abs(value - (truth?.gradient[i] ?? Number.NaN))).toBeLessThan(1e-10);
    expect(Math.abs(value - whole.gradient[i])).toBeLessThan(1e-14);
  });
  expect(joined.status).toBe('converged');
});

it('is found with pauses where there are many blocks, in which nothing has moved', () => {
  const many = quadraticBlockInstance({ blocks: 400, dimX: 6, dimY: 30, noise: 0 }, 1);
  const paused = blockDescent(blockModelOf(many).problem, many.initial, { maxIterations: 1 });
  expect([...paused.x]).toEqual([...many.initial]);
  // Lower levels take some tens of products of 30 numbers each; fewer than all of them lie between two pauses.
  expect(paused.evaluations.hvp).toBeGreaterThan(1000);
  const few = blockDescent(problem, x, { maxIterations: 1 });
  expect([...few.x]).not.toEqual([...x]);
});

it('refuses blocks that there are not, and no parts', () => {
  expect(() => hypergradientPart(problem, x, 0, 13)).toThrow('to');
  expect(() => hypergradientPart(problem, x, 5, 3)).toThrow('to');
  expect(() => joinHypergradients([])).toThrow('parts');
});
