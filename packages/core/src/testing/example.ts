// A small problem and solvers for core's own tests: square roots, and roots of increasing functions by asking.
import { InvalidInputError } from '../errors.ts';
import { defineFamily, defineProblem } from '../problem.ts';
import { Random } from '../random.ts';
import { defineSolver } from '../solver.ts';
import type { Iterate, Steps } from '../steps.ts';
import { converged } from '../steps.ts';
import { checkNumber, checkVector } from '../validate.ts';

export interface Roots {
  readonly squares: Float64Array;
}

export interface RootsFound {
  readonly roots: Float64Array;
}

export const paper = { title: 'Metrica', year: 60 };

export const uniformFamily = defineFamily({
  title: 'Uniform',
  description: 'Independent uniform numbers.',
  real: false,
  params: { size: { type: 'integer', min: 1, default: 4, description: 'Numbers' } },
  suites: { quick: [{ size: 4 }, { size: 8 }], full: [{ size: 1000 }] },
  generate: ({ size }, seed): Roots => ({ squares: new Random(seed).uniforms(new Float64Array(size)) }),
});

export const rootProblem = defineProblem({
  id: 'demo/square-roots',
  title: 'Square roots',
  statement: 'Find $x_i \\ge 0$ with $x_i^2 = a_i$.',
  families: { uniform: uniformFamily },
  metrics: {
    error: {
      title: 'Error',
      description: 'Largest residual.',
      unit: '',
      direction: 'minimize',
      compute: ({ squares }: Roots, { roots }: RootsFound) =>
        squares.reduce((largest, square, i) => Math.max(largest, Math.abs(roots[i] ** 2 - square)), 0),
    },
  },
  primaryMetric: 'error',
  instanceFile: {
    description: '`squares`: list of numbers.',
    example: { squares: [1, 4] },
    parse: (json): Roots => {
      const squares = (json as { squares?: unknown }).squares;
      if (!Array.isArray(squares)) {
        throw new InvalidInputError('expected a list', { argument: 'squares', code: 'type' });
      }
      return { squares: Float64Array.from(squares) };
    },
  },
  validate: ({ squares }: Roots) => {
    checkVector(squares, 'squares');
    const index = squares.findIndex((square) => square < 0);
    if (index >= 0) {
      throw new InvalidInputError('is negative', { argument: 'squares', code: 'negative', index });
    }
  },
  badInstances: () => [
    { fault: 'NaN', instance: { squares: Float64Array.of(1, Number.NaN) }, argument: 'squares' },
    { fault: 'a negative square', instance: { squares: Float64Array.of(-1) }, argument: 'squares' },
  ],
});

const heronOptions = { tolerance: { type: 'number', min: 0, default: 1e-12, description: 'Residual' } } as const;

export const heron = defineSolver({
  id: 'demo/heron',
  title: 'Heron',
  summary: "Newton's method for square roots.",
  problem: rootProblem,
  role: 'baseline',
  paper,
  cost: 'O(n) an iteration',
  options: heronOptions,
  *steps({ squares }, { tolerance = heronOptions.tolerance.default }) {
    const roots = new Float64Array(squares.length).fill(1);
    const solution = () => ({ roots: roots.slice() });
    for (let iteration = 0; ; iteration++) {
      const residual = rootProblem.metrics['error'].compute({ squares }, { roots });
      yield { iteration, residual, solution };
      if (residual <= tolerance) return converged(solution(), `the residual is at most ${tolerance}`);
      for (let i = 0; i < roots.length; i++) roots[i] = (roots[i] + squares[i] / roots[i]) / 2;
    }
  },
});

/** Asks for the value of $x^2 - a$ at a point. */
export type Question = Iterate<{ root: number }> & { readonly point: number };

export const askingProblem = defineProblem({
  id: 'demo/bracket',
  title: 'Bracketed root',
  statement: 'Find $x \\in [0, 2]$ with $x^2 = a$, asking for the sign of $x^2 - a$.',
  families: {
    two: defineFamily({
      title: 'Two',
      description: 'The square root of two.',
      real: false,
      params: {},
      suites: { quick: [{}], full: [{}] },
      generate: () => 2,
    }),
  },
  metrics: {
    error: {
      title: 'Error',
      description: 'Residual.',
      unit: '',
      direction: 'minimize',
      compute: (a: number, { root }: { root: number }) => Math.abs(root ** 2 - a),
    },
  },
  primaryMetric: 'error',
  validate: (a) => {
    checkNumber(a, 'a', { min: 0, max: 4 });
  },
  badInstances: () => [{ fault: 'beyond the bracket', instance: 5, argument: 'a' }],
  answer: (a: number, { point }: Question) => point ** 2 - a,
});

export const bisection = defineSolver({
  id: 'demo/bisection',
  title: 'Bisection',
  summary: 'Halves the bracket.',
  problem: askingProblem,
  role: 'baseline',
  paper,
  cost: 'O(1) an iteration',
  options: {},
  *steps(): Steps<{ root: number }, Question, number> {
    let [low, high] = [0, 2];
    for (let iteration = 0; high - low > 1e-12; iteration++) {
      const point = (low + high) / 2;
      const value = yield { iteration, point, solution: () => ({ root: point }) };
      if (value < 0) low = point;
      else high = point;
    }
    return converged({ root: (low + high) / 2 }, 'the bracket is below 1e-12');
  },
});
