// What the first fuzz of 320 000 mutations found, as it was found: each is refused by name, solved, or given up truly now.
import type { AnySolver, Outcome } from '@infimum/core';
import { answererOf, InvalidInputError, parseWith, prepare, run } from '@infimum/core';
import { lanczos, matrixFromRows, symmetricEigen, transpose } from '@infimum/linalg';
import { guardWorkspaces } from '@infimum/linalg/testing';
import { createInfimumRegistry } from 'infimum';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { modulesOf } from './modules.ts';

// Blocks of all workspaces lie between canaries: a kernel that writes beyond its own throws.
beforeAll(() => guardWorkspaces(true));
afterAll(() => guardWorkspaces(false));

const registry = createInfimumRegistry();

/** The outcome, or the error where the input is refused by name; whatever else is thrown is passed on. */
function outcomeOf(solver: AnySolver, instance: unknown, options: object = {}): Outcome<object> | InvalidInputError {
  try {
    return run(
      prepare(solver, instance, options, 1),
      { maxSeconds: 0.2, maxIterations: 2000 },
      ...answererOf(solver, instance),
    );
  } catch (error) {
    if (error instanceof InvalidInputError && error.argument !== '') return error;
    throw error;
  }
}

type Found = ReturnType<typeof outcomeOf>;

const hasConverged = (found: Found): boolean => 'status' in found && found.status === 'converged';

/** The point that was found, of one number. */
const unknownOf = (found: Found): number => (found as unknown as { readonly x: Float64Array }).x[0];

/** The first quick instance of every family. */
async function instancesOf(solver: AnySolver): Promise<object[]> {
  const made = [];
  for (const family of Object.values(solver.problem.families)) {
    made.push(await family.generate(parseWith(family.params, family.suites.quick[0], 'params'), 1));
  }
  return made as object[];
}

/** Couplings whose squares underflow. */
const couplings = matrixFromRows([
  [0, 1, 0, 0],
  [1, 0, 1e-170, 0],
  [0, 1e-170, 0, 1e-300],
  [0, 0, 1e-300, 0],
]);

describe('the memory of kernels', () => {
  it('routes to experts that there are, whatever the weight of the loss', async () => {
    const solver = registry.solver('ot/expert-auxiliary-loss');
    for (const instance of await instancesOf(solver)) {
      const { cols } = (instance as { readonly scores: { readonly cols: number } }).scores;
      for (const stepSize of [0.1, 10, 1e308]) {
        const found = outcomeOf(solver, instance, { zLossWeight: 100, stepSize });
        expect(found).toMatchObject({ status: expect.stringMatching(/stalled|limit/) });
        const { experts } = found as unknown as { readonly experts: Int32Array };
        expect(experts.length).toBeGreaterThan(0);
        expect(Math.max(...experts)).toBeLessThan(cols);
      }
    }
  });

  it('is not reached by an auction with an epsilon of 1e308', async () => {
    const solver = registry.solver('ot/expert-auction');
    for (const instance of await instancesOf(solver)) {
      expect(outcomeOf(solver, instance, { epsilon: 1e308 })).toMatchObject({ argument: 'epsilon', code: 'out-of-range' });
    }
  });
});

describe('loops without an end', () => {
  it('end where couplings underflow, in what stands on eigenvalues too', () => {
    expect(symmetricEigen(couplings).status).toBe('converged');
    for (const id of ['linalg/frequent-directions', 'linalg/incremental-pca']) {
      const solver = registry.solver(id);
      for (const matrix of [couplings, { ...couplings, values: couplings.values.map(Math.abs) }]) {
        const found = outcomeOf(solver, { rows: matrix }, { sketchSize: 2 });
        expect(found).toMatchObject({ status: 'converged' });
        for (const { compute } of Object.values(solver.problem.metrics)) {
          expect(compute({ rows: matrix }, found)).not.toBeNaN();
        }
      }
    }
  });

  it('end on eigenvalues that are denormal', () => {
    const apply = (x: Float64Array, out: Float64Array) => out.set(x.map((entry, i) => (i + 1) * 1e-310 * entry));
    const { status, values } = lanczos(apply, { size: 3 });
    expect(status).not.toBe('time-limit');
    expect(values.every(Number.isFinite)).toBe(true);
  });

  it.each([
    [1e-310, { status: 'stalled' }],
    [1e308, { argument: 'epsilon', code: 'out-of-range' }],
  ])('end in sinkhorn-accelerated with an epsilon of %s', async (epsilon, expected) => {
    const solver = registry.solver('ot/sinkhorn-accelerated');
    const [instance] = await instancesOf(solver);
    expect(outcomeOf(solver, { ...instance, epsilon })).toMatchObject(expected);
    expect(outcomeOf(solver, instance, { epsilon })).toMatchObject(expected);
  });

  it('end before a matrix of 1e308 rows is turned', () => {
    expect(() => transpose({ rows: 1e308, cols: 2, values: new Float64Array(2) })).toThrow(InvalidInputError);
  });

  it('end before a window of 10 000 is made for GGT', async () => {
    const solver = registry.solver('optim/ggt');
    const [instance] = await instancesOf(solver);
    expect(outcomeOf(solver, instance, { window: 10_000 })).toMatchObject({ argument: 'window', code: 'out-of-range' });
  });
});

const smoothSolvers = registry.solvers.filter(({ problem }) => problem.id === 'optim/smooth');

describe('false success', () => {
  const start = (at: number, lipschitz: number) => ({ initial: Float64Array.of(at), lipschitz, strongConvexity: 1 });
  const steep = {
    dimension: 1,
    value: ([x]: Float64Array) => Math.exp(x) - x,
    gradient: ([x]: Float64Array, out: Float64Array) => void out.fill(Math.exp(x) - 1),
    hessianVector: ([x]: Float64Array, [v]: Float64Array, out: Float64Array) => void out.fill(Math.exp(x) * v),
  };
  const bowl = {
    dimension: 1,
    value: ([x]: Float64Array) => x * x,
    gradient: ([x]: Float64Array, out: Float64Array) => void out.fill(2 * x),
    hessianVector: (_: Float64Array, [v]: Float64Array, out: Float64Array) => void out.fill(2 * v),
  };
  const silent = { ...bowl, value: () => Number.NaN };

  it.each(smoothSolvers.map((solver) => [solver.id, solver] as const))('is none of %s', (_, solver) => {
    for (const from of [360, 700]) {
      const found = outcomeOf(solver, { objective: steep, ...start(from, 1e200) });
      expect(!hasConverged(found) || Math.abs(unknownOf(found)) < 0.1).toBe(true);
    }
    for (const from of [1e155, 1e200]) {
      const found = outcomeOf(solver, { objective: bowl, ...start(from, 2) });
      expect(!hasConverged(found) || Math.abs(unknownOf(found)) < 1e-3 * from).toBe(true);
    }
    expect(hasConverged(outcomeOf(solver, { objective: silent, ...start(1, 2) }))).toBe(false);
  });

  it('is none of krasulina with a rate of 1e308', async () => {
    const solver = registry.solver('linalg/krasulina');
    for (const instance of await instancesOf(solver)) {
      expect(hasConverged(outcomeOf(solver, instance, { stepSize: 1e308 }))).toBe(false);
    }
  });
});

describe('native errors', () => {
  it.each(registry.problems.map((problem) => [problem.id, problem] as const))(
    'are none where there is no instance of %s',
    (_, problem) => {
      for (const solver of registry.solvers.filter((one) => one.problem.id === problem.id)) {
        for (const nothing of [null, undefined, 0, '', [], {}]) {
          expect(() => prepare(solver, nothing, {}, 1)).toThrow(InvalidInputError);
        }
      }
    },
  );

  it('are none where options are left out', async () => {
    const a = Float64Array.of(0.5, 0.5);
    const address = modulesOf({ packages: ['ot'] }).find(({ name }) => name === '@infimum/ot')?.address as string;
    const { sinkhorn: call } = (await import(address)) as Record<string, (...given: unknown[]) => unknown>;
    expect(() => call(a, a, couplings)).toThrow(InvalidInputError);
    const cost = matrixFromRows([
      [0, 1],
      [1, 0],
    ]);
    expect(() => call(a, a, cost)).toThrow(expect.objectContaining({ argument: 'epsilon', code: 'missing' }));
    expect(() => call(a, a, { ...cost, rows: 2 ** 32, cols: 2 ** 32 }, { epsilon: 1 })).toThrow(InvalidInputError);
    const handedOn = Float64Array.of(0.5, 0.5);
    structuredClone(handedOn.buffer, { transfer: [handedOn.buffer] });
    expect(() => call(handedOn, a, cost, { epsilon: 1 })).toThrow(expect.objectContaining({ argument: 'a' }));
  });

  it('are none of typed rows, which make a matrix', () => {
    expect(matrixFromRows([Float64Array.of(1, 2), Float32Array.of(3, 4)]).values.join(' ')).toBe('1 2 3 4');
  });
});
