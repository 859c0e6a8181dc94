// The fuzz finds a kernel that writes beyond its block: a solver that is broken so on purpose falls, the same one mended passes.
import { converged, defineFamily, defineProblem, defineSolver } from '@infimum/core';
import { fuzzSolver } from '@infimum/core/testing';
import { linalgKernels, Workspace } from '@infimum/linalg/kernels';
import { guardWorkspaces } from '@infimum/linalg/testing';
import { afterAll, beforeAll, expect, it } from 'vitest';

beforeAll(() => guardWorkspaces(true));
afterAll(() => guardWorkspaces(false));

const problem = defineProblem<{ n: number }, { sum: number }>({
  id: 'demo/ones',
  title: 'Ones',
  statement: '',
  families: {
    ten: defineFamily({
      title: 'Ten',
      description: '',
      real: false,
      params: {},
      suites: { quick: [{}], full: [{}] },
      generate: () => ({ n: 10 }),
    }),
  },
  metrics: {
    error: { title: '', description: '', unit: '', direction: 'minimize', compute: ({ n }, { sum }) => Math.abs(sum - n) },
  },
  primaryMetric: 'error',
  validate: () => {},
  badInstances: () => [],
});

/** y <- y + x on blocks of n numbers, the kernel told of `beyond` more. */
function adder(beyond: number, kernel: 'axpy' | 'scal') {
  return defineSolver({
    id: 'demo/adder',
    title: '',
    summary: '',
    problem,
    role: 'baseline',
    paper: { title: '', year: 2026 },
    cost: '',
    options: {},
    *steps() {
      using workspace = Workspace.for({ float64: [10, 10] });
      const [x, y] = [workspace.float64(10).fill(1), workspace.float64(10)];
      const { axpy, scal } = workspace.kernels(linalgKernels);
      if (kernel === 'axpy') axpy(10 + beyond, 1, x.byteOffset, y.byteOffset);
      else scal(10 + beyond, 2, y.byteOffset);
      yield { iteration: 0, solution: () => ({ sum: 10 }) };
      return converged({ sum: 10 }, 'it is done');
    },
  });
}

it.each(['axpy', 'scal'] as const)('finds %s to write one number behind its block', async (kernel) => {
  const { failures } = await fuzzSolver(adder(1, kernel), { count: 20 });
  expect(failures.filter(({ fault }) => fault === 'trap').length).toBeGreaterThanOrEqual(5);
  expect(failures[0].message).toMatch(/^Error: a kernel wrote \d+ bytes past the block/);
  const { failures: none } = await fuzzSolver(adder(0, kernel), { count: 20 });
  expect(none.filter(({ fault }) => fault === 'trap')).toEqual([]);
});
