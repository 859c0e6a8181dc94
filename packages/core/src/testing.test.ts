// The contract: a good problem and a good solver pass, and for every check there is a subject that fails it alone.
import { describe, expect, it } from 'vitest';
import type { Family } from './problem.ts';
import { Random } from './random.ts';
import { converged, stalled } from './steps.ts';
import { fingerprint } from './testing/contract.ts';
import type { Roots, RootsFound } from './testing/example.ts';
import { askingProblem, bisection, heron, rootProblem, uniformFamily } from './testing/example.ts';
import type { Check } from './testing.ts';
import { ContractError, checkProblem, checkSolver, problemChecks, solverChecks } from './testing.ts';

/** Names of the checks that fail, with their complaints. */
async function failures(checks: readonly Check[]): Promise<Record<string, string>> {
  const failed: Record<string, string> = {};
  for (const { name, run } of checks) {
    await run().catch((error) => {
      failed[name] = error.message;
    });
  }
  return failed;
}

describe('checkProblem', () => {
  it('passes good problems', async () => {
    await expect(checkProblem(rootProblem)).resolves.toBeUndefined();
    await expect(checkProblem(askingProblem)).resolves.toBeUndefined();
  });

  it('lists every check that fails in one error', async () => {
    const broken = { ...rootProblem, primaryMetric: 'eror', badInstances: () => [] };
    const error = await checkProblem(broken).catch((thrown) => thrown);
    expect(error).toBeInstanceOf(ContractError);
    expect([...error.failures.keys()]).toEqual(['has a primary metric', 'has a bad instance for every fault and rejects it']);
    expect(error.message).toContain('demo/square-roots fails 2 check(s)');
    expect(error.message).toContain("has a primary metric: 'eror' is not among error");
  });

  const family = (changes: Partial<Family<Roots>>) => ({
    ...rootProblem,
    families: { uniform: { ...uniformFamily, ...changes } },
  });
  let calls = 0;
  it.each([
    ['has an instance family', { ...rootProblem, families: {} }, 'there is none'],
    ['has a primary metric', { ...rootProblem, primaryMetric: 'eror' }, "'eror' is not among error"],
    [
      'has a bad instance for every fault and rejects it',
      { ...rootProblem, badInstances: () => [] },
      'badInstances() is empty: nothing shows that validate() rejects anything',
    ],
    ['has a bad instance for every fault and rejects it', { ...rootProblem, validate: () => {} }, 'NaN: squares is not named'],
    [
      'has a bad instance for every fault and rejects it',
      { ...rootProblem, badInstances: () => [{ fault: 'NaN', instance: { squares: Float64Array.of(-1) }, argument: 'a' }] },
      'NaN: a is not named',
    ],
    [
      'has a bad instance for every fault and rejects it',
      {
        ...rootProblem,
        validate: ({ squares }: Roots) => {
          if (squares.some((square) => !(square >= 0))) throw new TypeError('wrong class of error');
        },
      },
      'wrong class of error',
    ],
    [
      'family uniform has no functions in its plain data',
      { ...rootProblem, plainData: () => ({ parts: [{ f: Math.sqrt }] }) },
      'plain data.parts.0.f is a function',
    ],
    [
      'reads its own example of an instance file',
      {
        ...rootProblem,
        instanceFile: { description: '', example: { squares: [-1] }, parse: () => ({ squares: Float64Array.of(-1) }) },
      },
      'squares: is negative',
    ],
    [
      'reads its own example of an instance file',
      { ...rootProblem, instanceFile: { description: '', example: {}, parse: () => ({ squares: Float64Array.of(1) }) } },
      'a text is not rejected',
    ],
    [
      'family uniform has parameters with defaults and a JSON schema',
      family({ suites: { quick: [{}], full: [{ length: 3 }] as never } }),
      "length: unknown option; did you mean 'size'?",
    ],
    [
      'family uniform generates valid instances in every quick setting',
      family({ generate: () => ({ squares: Float64Array.of(-1) }) }),
      'squares: is negative',
    ],
    [
      'family uniform repeats itself with the same seed',
      family({ generate: () => ({ squares: new Random(calls++).uniforms(new Float64Array(2)) }) }),
      'two calls gave different instances',
    ],
  ])('%s: a problem fails this alone', async (check, problem, complaint) => {
    expect(await failures(problemChecks(problem))).toEqual({ [check]: expect.stringContaining(complaint) });
  });

  it('complains about an empty quick suite', async () => {
    const failed = await failures(problemChecks(family({ suites: { quick: [], full: [] } })));
    expect(failed['family uniform generates valid instances in every quick setting']).toBe('the quick suite is empty');
  });
});

describe('checkSolver', () => {
  it('passes good solvers', async () => {
    await expect(checkSolver(heron)).resolves.toBeUndefined();
    await expect(checkSolver(bisection)).resolves.toBeUndefined();
  });

  it('passes a solver that declines an instance', async () => {
    const declining = { ...heron, declines: () => 'too large', steps: failing };
    await expect(checkSolver(declining)).resolves.toBeUndefined();
  });

  it('throws an error that names the solver and the failed checks', async () => {
    const error = await checkSolver({ ...heron, steps: failing }).catch((thrown) => thrown);
    expect(error).toBeInstanceOf(ContractError);
    expect(error.message).toMatch(/^demo\/heron fails 9 check\(s\) of the contract\n {2}on uniform: .*: out of order/);
  });

  const RUN = 'on uniform: ends with finite metrics and no NaN, iterations rising from 0, the instance untouched';
  const OPTIONS = 'options have defaults, round-trip through JSON and refuse unknown names';
  const REPEATS = 'on uniform: the same seed gives the same bits, whoever looks at solutions on the way';
  const OWNERSHIP = 'on uniform: solutions are in arrays of their own';
  const ABORT = 'on uniform: an abort ends it with a usable solution';
  const ITERATIONS = 'on uniform: an iteration limit ends it with a usable solution';
  const TIME = 'on uniform: a time limit ends it with a usable solution';
  const TEXTS = 'has a title, a summary, a paper and a cost of its own';
  const SEEDS = 'differs between seeds exactly if an option is the seed';
  const seed = { type: 'integer', min: 0, default: 0, description: 'Seed' } as const;
  /** Heron's method that begins somewhere else with every seed of the run, whatever its options. */
  const seeded = () => ({
    ...heron,
    *steps({ squares }: Roots, _: object, context: { seed: number }): ReturnType<typeof heron.steps> {
      const roots = squares.map((square) => Math.sqrt(square) + context.seed * Number.EPSILON);
      yield { iteration: 0, solution: () => ({ roots: roots.slice() }) };
      return converged({ roots: roots.slice() }, 'the residual is small');
    },
  });
  const hard = {
    ...rootProblem,
    hardInstances: () => [{ hardness: 'a square of 1e300', instance: { squares: Float64Array.of(1e300) } }],
    success: { metric: 'error', bound: () => 1e-9 },
  };
  const MEMORY = 'memory does not grow over 100 solves';

  /** Heron's method with its iterates, its end or its instance changed. */
  const changed = (change: {
    iterate?: (iterate: { iteration: number; residual: number; solution: () => RootsFound }) => typeof iterate;
    reason?: string;
    roots?: (roots: Float64Array) => Float64Array;
    after?: (instance: Roots) => void;
    before?: (instance: Roots) => void;
  }) => ({
    ...heron,
    *steps(...[instance, options, context]: Parameters<typeof heron.steps>): ReturnType<typeof heron.steps> {
      change.before?.(instance);
      const steps = heron.steps({ squares: instance.squares.slice() }, options, context);
      for (;;) {
        const { done, value } = steps.next();
        if (done) {
          change.after?.(instance);
          const { roots } = value.solution;
          return converged({ roots: change.roots?.(roots) ?? roots }, change.reason ?? value.reason);
        }
        yield change.iterate?.(value as never) ?? value;
      }
    },
  });

  const kept: Float64Array[] = [];
  let runs = 0;
  const stallsAtOnce = {
    ...heron,
    *steps({ squares }: Roots): ReturnType<typeof heron.steps> {
      yield { iteration: 0, solution: () => ({ roots: squares.slice() }) };
      return stalled({ roots: squares.slice() }, 'never began');
    },
  };
  const shared = new Float64Array(64);
  let looks = 0;
  it.each([
    [
      OWNERSHIP,
      changed({
        iterate: (iterate) => ({
          ...iterate,
          solution: () => {
            const { roots } = iterate.solution();
            shared.set(roots);
            return { roots: shared.subarray(0, roots.length) };
          },
        }),
      }),
      'shares memory',
    ],
    [
      OPTIONS,
      { ...heron, options: { tolerance: { type: 'number', min: 0, default: 1e-12, description: '' } } as never },
      'the option tolerance has no description',
    ],
    [TEXTS, { ...heron, summary: '' }, 'summary is empty'],
    [TEXTS, { ...heron, summary: 'What it does' }, 'that of the template'],
    [SEEDS, { ...heron, options: { ...heron.options, seed } }, 'all seeds give the same results'],
    [SEEDS, seeded(), 'two seeds give different results, and no option is the seed'],
    [
      'called without options does what it does with its defaults',
      {
        ...heron,
        steps: (instance: Roots, { tolerance = 1 }: { tolerance?: number }, context: { seed: number }) =>
          heron.steps(instance, { tolerance }, context),
      },
      'the steps take other defaults than the options state',
    ],
    [
      'tells the truth on a square of 1e300',
      {
        ...heron,
        problem: hard,
        *steps({ squares }: Roots) {
          const roots = new Float64Array(squares.length).fill(1);
          const solution = () => ({ roots: squares[0] > 1e299 ? roots.slice() : squares.map(Math.sqrt) });
          yield { iteration: 0, residual: 0, solution };
          return converged(solution(), 'so it seems');
        },
      },
      'converged with error = 1e+300, beyond',
    ],
    [
      'rejects every bad instance',
      { ...heron, problem: { ...rootProblem, validate: () => {} } },
      'NaN: the error names undefined, not squares',
    ],
    [RUN, changed({ reason: '' }), 'the outcome gives no reason'],
    [RUN, changed({ roots: (roots) => roots.fill(Number.NaN) }), 'solution.roots[0] is NaN'],
    [RUN, changed({ roots: (roots) => roots.fill(1e200) }), 'metric error is Infinity'],
    [RUN, changed({ after: (instance) => Object.assign(instance, { visited: true }) }), 'the instance was changed'],
    [
      RUN,
      changed({ iterate: (iterate) => ({ ...iterate, iteration: Math.min(iterate.iteration, 3) }) }),
      'iteration 3 follows 3',
    ],
    [
      REPEATS,
      changed({ roots: (roots) => roots.map((root) => root + Number.EPSILON * runs++) }),
      'two runs gave different solutions',
    ],
    [
      REPEATS,
      changed({
        before: () => {
          looks = 0;
        },
        iterate: (iterate) => ({
          ...iterate,
          solution: () => {
            looks++;
            return iterate.solution();
          },
        }),
        roots: (roots) => roots.map((root) => root + Number.EPSILON * looks),
      }),
      'asking an iterate for its solution changed the run',
    ],
    [ITERATIONS, stallsAtOnce, 'the status after 1 iterations is stalled'],
    [MEMORY, changed({ before: () => kept.push(new Float64Array(4096)) }), 'bytes behind'],
  ])('%s: a solver fails this alone', async (check, solver, complaint) => {
    expect(await failures(solverChecks(solver))).toEqual({ [check]: expect.stringContaining(complaint) });
  });

  it('notices what solves leave behind in quick contracts too', async () => {
    const leaky = changed({ before: () => kept.push(new Float64Array(4096)) });
    expect(await failures(solverChecks(leaky, { families: 'first' }))).toEqual({
      'memory does not grow over 40 solves': expect.stringContaining('40 solves left'),
    });
  });

  it('complains about a default out of range', async () => {
    const failed = await failures(
      solverChecks({
        ...heron,
        options: { tolerance: { type: 'number', min: 0, default: -1, description: 'Residual' } } as never,
      }),
    );
    expect(failed[OPTIONS]).toContain('tolerance: must be at least 0');
  });

  it('complains about a solver of a problem without families', async () => {
    const homeless = { ...heron, problem: { ...rootProblem, families: {} } };
    expect(await failures(solverChecks(homeless))).toEqual({ [MEMORY]: 'its problem has no instance family' });
  });

  it('complains about an algorithm that yields nothing', async () => {
    const silent = {
      ...heron,
      // biome-ignore lint/correctness/useYield: that is the fault
      *steps({ squares }: Roots): ReturnType<typeof heron.steps> {
        return converged({ roots: squares.map(Math.sqrt) }, 'at once');
      },
    };
    expect(await failures(solverChecks(silent))).toEqual({
      [RUN]: 'no iterate was yielded: a limit could never end this solver',
      [ABORT]: 'the status is converged',
      [TIME]: 'the status is converged',
    });
  });

  it.each([
    ['a first iterate that is not number 0', { iteration: 1 }, [RUN]],
    [
      'NaN in the solutions on the way',
      { solution: () => ({ roots: Float64Array.of(Number.NaN) }) },
      [ABORT, ITERATIONS, TIME],
    ],
  ])('complains about %s', async (_, first, checks) => {
    const solver = changed({ iterate: (iterate) => (iterate.iteration === 0 ? { ...iterate, ...first } : iterate) });
    expect(Object.keys(await failures(solverChecks(solver)))).toEqual(checks);
  });

  // biome-ignore lint/correctness/useYield: it fails before the first iterate
  function* failing(): ReturnType<typeof heron.steps> {
    throw new Error('out of order');
  }
});

describe('fingerprint', () => {
  it('tells apart what differs in any bit', () => {
    const values = [
      0,
      -0,
      1,
      Number.NaN,
      Infinity,
      '0',
      true,
      null,
      undefined,
      1n,
      [],
      {},
      [0],
      [-0],
      { a: 1 },
      { b: 1 },
      new Map([[1, 2]]),
      new Map([[1, 3]]),
      new Set([1]),
      new Set([2]),
      Float64Array.of(1),
      Float32Array.of(1),
      Float64Array.of(-0),
      Float64Array.of(0),
      Float64Array.of(0.1),
      Float64Array.of(0.1 + 2 ** -56),
      BigInt64Array.of(1n),
      BigInt64Array.of(2n),
    ];
    expect(new Set(values.map(fingerprint)).size).toBe(values.length);
  });

  it('is the same for equal values and leaves functions out', () => {
    expect(fingerprint({ a: Float64Array.of(1, 2), solution: () => 1 })).toBe(fingerprint({ a: Float64Array.of(1, 2) }));
  });
});
