// What must not compile. The type checker reads this file (`tsc`); a line marked with @ts-expect-error that
// compiles is an error there. At run time only the definitions that are right are looked at.
import { describe, expect, expectTypeOf, it } from 'vitest';
import { defineClaim } from './claim.ts';
import type { Metric, Problem } from './problem.ts';
import { defineFamily, defineProblem } from './problem.ts';
import { createRegistry } from './registry.ts';
import type { Outcome } from './run.ts';
import { run, runAsync } from './run.ts';
import { defineSolver, solve } from './solver.ts';
import type { Iterate, Steps } from './steps.ts';
import { converged } from './steps.ts';
import type { Question, Roots, RootsFound } from './testing/example.ts';
import { askingProblem, bisection, heron, paper, rootProblem } from './testing/example.ts';

type Text = { text: string };

function* roots(): Steps<RootsFound, Iterate<RootsFound> & { residual: number }> {
  yield { iteration: 0, residual: 0, solution: () => ({ roots: new Float64Array(1) }) };
  return converged({ roots: new Float64Array(1) }, 'at once');
}

function* questions(): Steps<{ root: number }, Question, number> {
  const value = yield { iteration: 0, point: 1, solution: () => ({ root: 1 }) };
  return converged({ root: value }, 'at once');
}

function* texts(): Steps<Text> {
  yield { iteration: 0, solution: () => ({ text: '' }) };
  return converged({ text: '' }, 'at once');
}

const shared = { title: '', summary: '', role: 'baseline', paper, cost: '', options: {} } as const;

describe('run', () => {
  it('types the outcome by the solution and the trace by the numbers of the iterate', () => {
    const outcome = run(roots(), { trace: true });
    expectTypeOf(outcome.roots).toEqualTypeOf<Float64Array>();
    expectTypeOf(outcome.trace).toEqualTypeOf<
      readonly ({ readonly iteration: number; readonly residual: number } & { readonly seconds: number })[] | undefined
    >();
    expectTypeOf(runAsync(roots())).resolves.toEqualTypeOf(outcome);
    expect(outcome.trace?.[0].residual).toBe(0);
  });

  it('demands an answerer exactly where the algorithm asks', () => {
    expectTypeOf(run(questions(), {}, ({ point }) => point)).toExtend<Outcome<{ root: number }>>();
    void (() => {
      // @ts-expect-error the algorithm asks, and nobody answers
      run(questions(), {});
      // @ts-expect-error the same with a promise
      void runAsync(questions());
      // @ts-expect-error the answer is a number
      run(questions(), {}, () => 'high');
      // @ts-expect-error the answer of `run` is not a promise
      run(questions(), {}, async () => 1);
      // @ts-expect-error this algorithm asks nothing
      run(roots(), {}, () => 1);
      // @ts-expect-error there is no such limit
      run(roots(), { maxIteration: 3 });
      // @ts-expect-error the iterate has no such field
      run(roots(), { onIteration: ({ gradient }) => gradient });
    });
  });
});

describe('defineProblem', () => {
  const family = defineFamily({
    title: '',
    description: '',
    real: false,
    params: { size: { type: 'integer', default: 1, description: '' } },
    suites: { quick: [{ size: 1 }], full: [] },
    generate: ({ size }): Roots => ({ squares: new Float64Array(size) }),
  });
  const metric: Metric<Roots, RootsFound> = {
    title: '',
    description: '',
    unit: '',
    direction: 'minimize',
    compute: ({ squares }, { roots }) => roots[0] - squares[0],
  };
  const definition = {
    id: 'demo/types',
    title: '',
    statement: '',
    families: { family },
    metrics: { error: metric },
    primaryMetric: 'error',
    validate: () => {},
    badInstances: () => [],
  } as const;

  it('infers instance, solution and answer', () => {
    expectTypeOf(defineProblem(definition)).toEqualTypeOf<Problem<Roots, RootsFound>>();
    expectTypeOf(rootProblem).toEqualTypeOf<Problem<Roots, RootsFound>>();
    expectTypeOf(askingProblem).toEqualTypeOf<Problem<number, { root: number }, Question, number>>();
    expect(defineProblem(definition)).toBe(definition);
  });

  it('does not compile without its parts', () => {
    void (() => {
      // @ts-expect-error the primary metric is none of the metrics
      defineProblem({ ...definition, primaryMetric: 'eror' });
      // @ts-expect-error the same with types given instead of inferred
      defineProblem<Roots, RootsFound, 'error'>({ ...definition, primaryMetric: 'eror' });
      // @ts-expect-error a named metric is missing
      defineProblem<Roots, RootsFound, 'error' | 'time'>(definition);
      // @ts-expect-error a metric of another solution
      defineProblem<Roots, Text, 'error'>(definition);
      // @ts-expect-error a family of other instances
      defineProblem<number, RootsFound, 'error'>(definition);
      const { primaryMetric: _, ...unjudged } = definition;
      // @ts-expect-error there is no primary metric
      defineProblem(unjudged);
      // @ts-expect-error its algorithms ask, and it has no answerer
      defineProblem<Roots, RootsFound, 'error', Iterate<RootsFound>, number>(definition);
      const wrong = { ...definition, answer: () => 'high' };
      // @ts-expect-error the answerer gives something else
      defineProblem<Roots, RootsFound, 'error', Iterate<RootsFound>, number>(wrong);
      defineFamily({
        title: '',
        description: '',
        real: false,
        params: { size: { type: 'integer', description: '' } },
        // @ts-expect-error the suite uses a parameter that the schema does not know
        suites: { quick: [{ length: 1 }], full: [] },
        generate: ({ size }) => size,
      });
      const downwards = { ...metric, direction: 'down' } as const;
      // @ts-expect-error a direction that is none
      defineProblem({ ...definition, metrics: { error: downwards } });
    });
  });
});

describe('defineSolver', () => {
  it('types the options by their schema and the outcome by the problem', () => {
    expectTypeOf<Parameters<typeof heron.steps>[1]>().toEqualTypeOf<{ readonly tolerance: number }>();
    expectTypeOf(solve(heron, { squares: new Float64Array(1) }).roots).toEqualTypeOf<Float64Array>();
    expectTypeOf(solve(bisection, 2).root).toEqualTypeOf<number>();
    expect(solve(bisection, 0).status).toBe('converged');
  });

  it('does not compile for another problem or other options', () => {
    void (() => {
      // @ts-expect-error the steps solve another problem
      defineSolver({ ...shared, id: 'demo/a', problem: rootProblem, steps: texts });
      // @ts-expect-error the steps take another instance
      defineSolver({ ...shared, id: 'demo/b', problem: rootProblem, steps: (_: Text) => roots() });
      defineSolver({
        ...shared,
        id: 'demo/c',
        problem: rootProblem,
        options: { tolerance: { type: 'number', description: '' } },
        // @ts-expect-error no such option is stated
        steps: (_, { epsilon }) => (epsilon ? roots() : roots()),
      });
      defineSolver({
        ...shared,
        id: 'demo/d',
        problem: rootProblem,
        options: { tolerance: { type: 'choice', choices: ['low', 'high'], default: 'low', description: '' } },
        // @ts-expect-error the algorithm takes another type of option than is stated
        steps: (_: Roots, options: { tolerance: number }) => (options.tolerance > 0 ? roots() : roots()),
      });
      // @ts-expect-error the steps ask what the problem does not answer
      defineSolver({ ...shared, id: 'demo/e', problem: rootProblem, steps: questions });
      // @ts-expect-error a role that is none
      defineSolver({ ...heron, role: 'classic' });
      // @ts-expect-error another instance than the problem's
      solve(heron, { squares: [1] });
    });
  });
});

describe('createRegistry and defineClaim', () => {
  it('take problems and solvers of any type, and nothing else', () => {
    expect(
      createRegistry({ name: 'demo', problems: [rootProblem, askingProblem], solvers: [heron, bisection] }).solvers,
    ).toHaveLength(2);
    void (() => {
      // @ts-expect-error a solver is no problem
      createRegistry({ name: 'demo', problems: [heron] });
      // @ts-expect-error a problem is no solver
      createRegistry({ name: 'demo', solvers: [rootProblem] });
      const claim = { id: 'demo/x', paper, statement: '', published: '', budget: 1 };
      const result = { measured: '', verdict: 'yes', figures: {} } as const;
      // @ts-expect-error a verdict that is none
      defineClaim({ ...claim, run: () => Promise.resolve(result) });
      const bars = [{ figure: 'x', atLeast: 1, source: 'the statement' }];
      const measure = () => ({ ours: { x: 1 }, null: { x: 0 } });
      defineClaim({ ...claim, bars, null: 'nothing', measure });
      // @ts-expect-error a measured claim without a null
      defineClaim({ ...claim, bars, measure });
      // @ts-expect-error a bar without its source
      defineClaim({ ...claim, bars: [{ figure: 'x', atLeast: 1 }], null: 'nothing', measure });
    });
  });
});
