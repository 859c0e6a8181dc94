// A plug-in for infimum-bench: a problem, two solvers, and a peer in Python.
//
//   infimum-bench run --plugin ./plugin.ts --problem mine/linear-system --peers
//   infimum-bench race mine/jacobi mine/gauss-seidel --plugin ./plugin.ts
import type { Plugin } from '@infimum/core';
import {
  converged,
  defineFamily,
  defineProblem,
  defineSolver,
  exhausted,
  InvalidInputError,
  Random,
  stalled,
} from '@infimum/core';

/** The system A x = b with a strictly diagonally dominant matrix, row by row. */
interface LinearSystem {
  readonly n: number;
  readonly matrix: Float64Array;
  readonly rightSide: Float64Array;
  /** Sweeps that anybody may make. */
  readonly sweeps: number;
}

interface Solution {
  readonly x: Float64Array;
}

const paper = { title: 'Iterative Methods for Sparse Linear Systems', year: 2003 };

export const linearSystem = defineProblem<LinearSystem, Solution>({
  id: 'mine/linear-system',
  title: 'Diagonally dominant system',
  statement: 'Find $x$ with $A x = b$, where $|a_{ii}| > \\sum_{j \\ne i} |a_{ij}|$.',
  families: {
    random: defineFamily({
      real: false,
      title: 'Random matrix',
      description: 'Normal entries; the diagonal exceeds the sum of its row by a factor.',
      params: {
        n: { type: 'integer', min: 1, default: 100, description: 'Unknowns' },
        sweeps: { type: 'integer', min: 1, default: 1000, description: 'Sweeps that a solver may make' },
        dominance: { type: 'number', above: 1, default: 1.2, description: 'Diagonal over the sum of its row' },
      },
      suites: { quick: [{ n: 50 }, { n: 100 }, { n: 200 }], full: [{ n: 400 }, { n: 800 }] },
      generate: ({ n, dominance, sweeps }, seed) => {
        const random = new Random(seed);
        const matrix = random.normals(new Float64Array(n * n));
        for (let i = 0; i < n; i++) {
          let sum = 0;
          for (let j = 0; j < n; j++) if (j !== i) sum += Math.abs(matrix[i * n + j]);
          matrix[i * n + i] = dominance * (sum || 1);
        }
        return { n, matrix, rightSide: random.normals(new Float64Array(n)), sweeps };
      },
    }),
  },
  metrics: {
    residual: {
      title: 'Residual',
      description: '‖Ax − b‖ / ‖b‖, in Euclidean norms',
      unit: '',
      direction: 'minimize',
      targets: [1e-2, 1e-6, 1e-10],
      compute: (system, { x }) => relativeResidual(system, x),
    },
  },
  primaryMetric: 'residual',
  success: { metric: 'residual', bound: (_, { options }) => 1.01 * Number(options['tolerance']) },
  validate: ({ n, matrix, rightSide }) => {
    const check = (values: Float64Array, length: number, argument: string) => {
      if (values.length !== length) {
        throw new InvalidInputError(`expected ${length} values, got ${values.length}`, { argument, code: 'shape' });
      }
      const index = values.findIndex((value) => !Number.isFinite(value));
      if (index >= 0) throw new InvalidInputError(`is not finite at index ${index}`, { argument, code: 'not-finite', index });
    };
    check(matrix, n * n, 'matrix');
    check(rightSide, n, 'rightSide');
  },
  *badInstances() {
    const good = { n: 1, matrix: Float64Array.of(2), rightSide: Float64Array.of(1), sweeps: 9 };
    yield { fault: 'a row too few', argument: 'matrix', instance: { ...good, n: 2 } };
    yield { fault: 'NaN', argument: 'rightSide', instance: { ...good, rightSide: Float64Array.of(Number.NaN) } };
  },
});

function relativeResidual({ n, matrix, rightSide }: LinearSystem, x: Float64Array): number {
  let [square, size] = [0, 0];
  for (let i = 0; i < n; i++) {
    let row = -rightSide[i];
    for (let j = 0; j < n; j++) row += matrix[i * n + j] * x[j];
    square += row * row;
    size += rightSide[i] ** 2;
  }
  return Math.sqrt(square / (size || 1));
}

const options = {
  tolerance: { type: 'number', above: 0, default: 1e-10, description: 'Relative residual at which it ends' },
} as const;

/** Both methods: sweeps over the rows, from the old values or from the newest ones. */
function* sweeps(
  system: LinearSystem,
  { tolerance = options.tolerance.default }: { readonly tolerance?: number },
  usesNewest: boolean,
) {
  const { n, matrix, rightSide, sweeps: most } = system;
  const x = new Float64Array(n);
  let [best, since] = [Infinity, 0];
  for (let iteration = 0; ; iteration++) {
    const residual = relativeResidual(system, x);
    yield { iteration, residual, solution: () => ({ x: x.slice() }) };
    if (residual <= tolerance) return converged({ x }, `the residual is at most ${tolerance}`);
    if (iteration === most) return exhausted({ x }, `all ${most} sweeps were used up`);
    if (residual < best) [best, since] = [residual, iteration];
    else if (iteration > since + 20) return stalled({ x }, `no progress in 20 sweeps; use a tolerance above ${best}`);
    const from = usesNewest ? x : x.slice();
    for (let i = 0; i < n; i++) {
      let rest = rightSide[i];
      for (let j = 0; j < n; j++) if (j !== i) rest -= matrix[i * n + j] * from[j];
      x[i] = rest / matrix[i * n + i];
    }
  }
}

export const jacobi = defineSolver({
  id: 'mine/jacobi',
  title: 'Jacobi',
  summary: 'Solves every row for its own unknown, from the values of the sweep before.',
  problem: linearSystem,
  role: 'baseline',
  paper,
  cost: 'O(n^2) \\text{ per sweep}',
  options,
  steps: (system, given) => sweeps(system, given, false),
});

export const gaussSeidel = defineSolver({
  ...jacobi,
  id: 'mine/gauss-seidel',
  title: 'Gauss-Seidel',
  summary: 'Solves every row for its own unknown, from the newest values.',
  steps: (system, given) => sweeps(system, given, true),
});

export const plugin: Plugin = { name: 'mine', problems: [linearSystem], solvers: [jacobi, gaussSeidel] };

export const peers = [
  {
    id: 'mine/python-elimination',
    problem: 'mine/linear-system',
    package: 'python',
    version: '3',
    command: ['python3', 'peer.py'],
  },
];
