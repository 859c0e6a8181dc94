// The registered problem of minimisation under bounds, equalities and inequalities: `optim/constrained`. Instances are formulas.
import type { BadInstance, HardInstance, Problem } from '@infimum/core';
import { checkList, checkNumber, checkObject, defineFamily, defineProblem, InvalidInputError, Random } from '@infimum/core';
import { importData, readObject } from '@infimum/core/data';
import { inverse } from '@infimum/linalg';
import type { Conditions, ConstrainedProgram, ConstrainedSolution } from './constrained-program.ts';
import { checkConstrained, conditionsAt, programScales, residualOf } from './constrained-program.ts';
import { designProblems } from './design-problems.ts';
import { bounded } from './equality-program.ts';
import type { FormulaConstraint, FormulaProblem } from './formula-program.ts';
import { programOf } from './formula-program.ts';

/** Variables of an instance, at most: derivatives of formulas take their square. */
const MOST_VARIABLES = 200;

/** The functions and the start. */
export function startOf(instance: FormulaProblem): { readonly program: ConstrainedProgram; readonly initial: Float64Array } {
  return { program: programOf(instance), initial: Float64Array.from(instance.start) };
}

function conditionsOf(instance: FormulaProblem, found: ConstrainedSolution): Conditions {
  const { program, initial } = startOf(instance);
  const { lower, upper } = program;
  const start = initial.map((value, i) => Math.min(Math.max(value, lower[i]), upper[i]));
  return conditionsAt(program, found.x, found.multipliers, found.boundMultipliers, programScales(program, start));
}

/** Functions that return what a program writes. */
export function derivativesOf(
  program: Pick<ConstrainedProgram, 'variables' | 'gradient' | 'jacobian'>,
  count: number,
  values: ConstrainedProgram['values'],
): Readonly<Record<string, (x: Float64Array) => Float64Array>> {
  const written = (length: number, write: (x: Float64Array, out: Float64Array) => void) => (x: Float64Array) => {
    const out = new Float64Array(length);
    write(x, out);
    return out;
  };
  return {
    gradient: written(program.variables, (x, out) => program.gradient(x, out)),
    constraints: written(count, (x, out) => values(x, out)),
    jacobian: written(count * program.variables, (x, out) => program.jacobian(x, out)),
  };
}

/** Σ factors_k times_k, without zeros. */
function sumOf(terms: readonly (readonly [factor: number, formula: string])[]): string {
  return (
    terms
      .filter(([factor]) => factor !== 0)
      .map(([factor, formula]) => (formula === '' ? `(${factor})` : `(${factor})*${formula}`))
      .join('+') || '0'
  );
}

/** An indefinite quadratic function on the intersection of ellipsoids around the start, and a box. */
function ellipsoids(n: number, m: number, seed: number): FormulaProblem {
  const random = new Random(seed);
  const round = (value: number) => Math.round(1e4 * value) / 1e4;
  const names = Array.from({ length: n }, (_, i) => `x${i + 1}`);
  const terms: [number, string][] = [];
  for (let i = 0; i < n; i++) {
    terms.push([round(random.normal()), names[i]]);
    for (let j = 0; j <= i; j++) terms.push([round(random.normal() / Math.sqrt(n)), `${names[i]}*${names[j]}`]);
  }
  const constraints = Array.from({ length: m }, (): FormulaConstraint => {
    const parts = names.map((name): [number, string] => {
      return [round(0.2 + random.uniform()), `(${name}-(${round(0.3 * random.normal())}))^2`];
    });
    return [sumOf(parts), -Infinity, round(0.5 * n * (0.5 + random.uniform()))];
  });
  return {
    start: new Array<number>(n).fill(0),
    objective: sumOf(terms),
    constraints,
    lower: new Array<number>(n).fill(-1),
    upper: new Array<number>(n).fill(1),
  };
}

/** Least squares on tumours: weights of the first features, not negative, of a length and a sum of at most one. */
async function tumourWeights(features: number): Promise<FormulaProblem> {
  const { loadBreastCancer } = await importData(() => import('@infimum/datasets/breast-cancer'));
  const { features: table, labels } = loadBreastCancer();
  const { rows, cols, values } = table;
  const column = (j: number): Float64Array => {
    const out = Float64Array.from({ length: rows }, (_, i) => values[i * cols + j]);
    const mean = out.reduce((sum, value) => sum + value, 0) / rows;
    const size = Math.sqrt(out.reduce((sum, value) => sum + (value - mean) ** 2, 0) / rows);
    return out.map((value) => (value - mean) / size);
  };
  const columns = Array.from({ length: features }, (_, j) => column(j));
  const product = (a: ArrayLike<number>, b: ArrayLike<number>): number => {
    let sum = 0;
    for (let i = 0; i < rows; i++) sum += a[i] * b[i];
    return Math.round((1e6 * sum) / rows) / 1e6;
  };
  const terms: [number, string][] = [];
  columns.forEach((a, i) => {
    // Labels are 1 for benign tumours, which are small: the sign is turned.
    terms.push([2 * product(a, labels), `x${i + 1}`]);
    for (let j = 0; j <= i; j++) terms.push([(i === j ? 1 : 2) * product(a, columns[j]), `x${i + 1}*x${j + 1}`]);
  });
  const all = columns.map((_, i): [number, string] => [1, `x${i + 1}`]);
  return {
    start: new Array<number>(features).fill(0.5 / features),
    objective: sumOf(terms),
    constraints: [
      [sumOf(all), -Infinity, 1],
      [sumOf(all.map(([factor, name]) => [factor, `${name}^2`])), -Infinity, 0.25],
    ],
    lower: new Array<number>(features).fill(0),
  };
}

/** Minimisation under constraints. */
export const constrained: Problem<FormulaProblem, ConstrainedSolution> = defineProblem({
  id: 'optim/constrained',
  title: 'Minimisation under constraints',
  statement: String.raw`Given smooth $f : \mathbb{R}^n \to \mathbb{R}$ and $g : \mathbb{R}^n \to \mathbb{R}^m$, neither convex, and
bounds, find a local solution of
$$\min_x f(x) \quad \text{subject to} \quad \underline{g} \le g(x) \le \overline{g}, \quad \underline{x} \le x \le \overline{x},$$
with multipliers of $g$ and of the bounds of $x$.`,
  families: {
    designs: defineFamily({
      title: 'Designs',
      description: 'A vessel, a spring, a beam, a gear, a truss, a pool of oil: small problems of engineering.',
      real: false,
      params: {
        name: { type: 'choice', choices: Object.keys(designProblems), default: 'welded beam', description: 'The design' },
      },
      suites: { quick: [{ name: 'spring' }, {}], full: Object.keys(designProblems).map((name) => ({ name })) },
      generate: ({ name }): FormulaProblem => {
        const { optimum: _, ...problem } = designProblems[name];
        return problem;
      },
    }),
    ellipsoids: defineFamily({
      title: 'Within ellipsoids',
      description: 'An indefinite quadratic function on the intersection of ellipsoids and a box.',
      real: false,
      params: {
        n: { type: 'integer', min: 1, max: 40, default: 8, description: 'Variables' },
        m: { type: 'integer', min: 0, max: 40, default: 5, description: 'Ellipsoids' },
      },
      suites: {
        quick: [{ n: 4, m: 2 }, {}],
        full: [
          { n: 20, m: 10 },
          { n: 40, m: 20 },
        ],
      },
      generate: ({ n, m }, seed): FormulaProblem => ellipsoids(n, m, seed),
    }),
    tumours: defineFamily({
      title: 'Tumour scores',
      description: 'Least squares on 569 tumours: a score with non-negative weights of bounded sum and length.',
      real: true,
      params: { features: { type: 'integer', min: 1, max: 30, default: 10, description: 'Measures' } },
      suites: { quick: [{ features: 5 }], full: [{}, { features: 30 }] },
      generate: ({ features }): Promise<FormulaProblem> => tumourWeights(features),
    }),
  },
  metrics: {
    residual: {
      title: 'Residual',
      description:
        'The largest violation, entry of ∇f + J’λ + μ, or product of a multiplier and the distance to its bound, in the scale of the start; the latter two relative to the mean multiplier if it is above 100.',
      unit: '',
      direction: 'minimize',
      targets: [1e-2, 1e-4, 1e-7],
      compute: (instance: FormulaProblem, found: ConstrainedSolution) => bounded(residualOf(conditionsOf(instance, found))),
    },
    violation: {
      title: 'Violation',
      description: 'The largest violation of a constraint or a bound.',
      unit: '',
      direction: 'minimize',
      compute: (instance, found) => bounded(conditionsOf(instance, found).violation),
    },
    value: {
      title: 'Objective',
      description: 'f(x).',
      unit: '',
      direction: 'minimize',
      compute: (instance, { x }) => {
        const value = startOf(instance).program.value(x);
        return Number.isFinite(value) ? value : Number.MAX_VALUE;
      },
    },
  },
  primaryMetric: 'residual',
  certificates: {
    stationary: {
      title: 'Distance to a stationary point',
      statement: String.raw`For the formulas with their numbers as doubles: there is a feasible $x^*$ with multipliers of the right signs that
meets the first-order conditions exactly, and $\lvert x^*_i - x_i\rvert \le$ *distance* for all $i$.`,
      about: 'optimum',
      figures: ['distance'],
      cost: 'O(n^3), intervals',
      always: false,
      declines: ({ start }) =>
        start.length > 40 ? 'Hessians of more than 40 variables take too long in intervals' : undefined,
      async prover() {
        const { certify } = await import('./constrained-prover.ts');
        const tools = { invert: inverse, program: programOf };
        return { certify: (instance, solution) => certify(instance, solution, tools) };
      },
      checker: () => import('./constrained-checker.ts'),
    },
  },
  unproved: 'Global optimality is not proved: the problem is not convex.',
  success: { metric: 'residual', bound: (_, { options }) => 10 * Number(options['tolerance'] ?? 1e-8) * (1 + 1e-6) },
  plainData: (instance) => {
    const { program, initial } = startOf(instance);
    const { variables, lower, upper, low, high } = program;
    return { initial, lower, upper, low, high, variables };
  },
  plainFunctions: (instance) => {
    const { program } = startOf(instance);
    return {
      value: (x) => program.value(x),
      ...derivativesOf(program, program.constraints, (x, out) => program.values(x, out)),
    };
  },
  validate: checkFormulaProblem,
  badInstances,
  hardInstances,
  instanceFile: {
    description:
      '`start`: one number per variable; `objective`: a formula of x1, x2, … with + - * / ^, exp, log, sin, cos, sqrt; `constraints`: [formula, lower, upper] each, null for none, equal for an equality; `lower` and `upper`: bounds of the variables, null for none; `definitions`: intermediate results by names such as r1.',
    example: { start: [0, 0], objective: '(x1-2)^2+(x2-1)^2', constraints: [['x1^2+x2^2', null, 1]], lower: [0.9, null] },
    parse: (json) => {
      const fields = ['start', 'objective', 'constraints', 'lower', 'upper', 'definitions'];
      const given = readObject(json, 'instance', fields);
      const list = (value: unknown, none: number): unknown =>
        Array.isArray(value) ? value.map((entry) => entry ?? none) : value;
      const constraints = Array.isArray(given['constraints'])
        ? given['constraints'].map((row) => (Array.isArray(row) ? [row[0], row[1] ?? -Infinity, row[2] ?? Infinity] : row))
        : given['constraints'];
      const instance = {
        ...given,
        ...(constraints !== undefined && { constraints }),
        ...(given['lower'] !== undefined && { lower: list(given['lower'], -Infinity) }),
        ...(given['upper'] !== undefined && { upper: list(given['upper'], Infinity) }),
      } as unknown as FormulaProblem;
      checkFormulaProblem(instance);
      return instance;
    },
  },
});

function checkFormulaProblem(instance: FormulaProblem): void {
  checkObject(instance, 'instance');
  const { start, constraints = [], definitions = {} } = instance;
  checkEntries(start, 'start');
  if (start.length < 1 || start.length > MOST_VARIABLES) {
    const problem = `has ${start.length} entries: 1 to ${MOST_VARIABLES} variables are possible`;
    throw new InvalidInputError(problem, { argument: 'start', code: 'shape' });
  }
  for (const value of start) checkNumber(value, 'start');
  checkEntries(constraints, 'constraints');
  constraints.forEach((row, j) => {
    checkEntries(row, `constraints[${j}]`, 3);
    for (const bound of row.slice(1)) checkBound(bound, `constraints[${j}]`);
  });
  for (const name of ['lower', 'upper'] as const) {
    const bounds = instance[name];
    if (bounds === undefined) continue;
    checkEntries(bounds, name, start.length);
    for (const bound of bounds) checkBound(bound, name);
  }
  checkObject(definitions, 'definitions');
  for (const name of Object.keys(definitions)) {
    if (/^[a-wyz]\d+$/.test(name)) continue;
    const problem = 'expected a letter but x, and a number';
    throw new InvalidInputError(problem, { argument: `definitions.${name}`, code: 'unknown' });
  }
  checkConstrained(programOf(instance), Float64Array.from(start));
}

function checkEntries(value: unknown, argument: string, length?: number): asserts value is readonly unknown[] {
  if (!Array.isArray(value)) throw new InvalidInputError('expected a list', { argument, code: 'type' });
  checkList(value, argument);
  if (length === undefined || value.length === length) return;
  const problem = `expected ${length} entries, got ${value.length}`;
  throw new InvalidInputError(problem, { argument, code: 'shape' });
}

function checkBound(value: unknown, argument: string): void {
  if (value !== Infinity && value !== -Infinity) checkNumber(value, argument);
}

const disc: FormulaProblem = { start: [0.5, 0.2], objective: 'x1+x2', constraints: [['x1^2+x2^2', -Infinity, 2]] };

function badInstances(): BadInstance<FormulaProblem>[] {
  const bad = (fault: string, argument: string, change: object) => ({
    fault,
    argument,
    instance: { ...disc, ...change } as FormulaProblem,
  });
  return [
    bad('no variable', 'start', { start: [] }),
    bad('NaN', 'start', { start: [Number.NaN, 0] }),
    bad('a formula that ends too soon', 'objective', { objective: 'x1+' }),
    bad('an unknown function', 'objective', { objective: 'tan(x1)' }),
    bad('an unknown variable', 'objective', { objective: 'x3' }),
    bad('an unknown sign', 'objective', { objective: 'x1 % 2' }),
    bad('a place without a constraint', 'constraints', { constraints: new Array(1) }),
    bad('a constraint without bounds', 'constraints[0]', { constraints: [['x1']] }),
    bad('bounds that leave nothing', 'constraints.lower', { constraints: [['x1', 2, 1]] }),
    bad('a list with a hole', 'constraints', { constraints: new Array(1) }),
    bad('bounds of another length', 'lower', { lower: [0] }),
    bad('a name of a variable', 'definitions.x1', { definitions: { x1: 'x2' } }),
  ];
}

function hardInstances(): HardInstance<FormulaProblem>[] {
  const hard = (hardness: string, instance: FormulaProblem) => ({ hardness, instance });
  return [
    hard('an objective of size 1e150', { ...disc, objective: '1e150*(x1+x2)' }),
    hard('an objective of size 1e-150', { ...disc, objective: '1e-150*(x1+x2)' }),
    hard('constraints of size 1e150', { ...disc, constraints: [['1e150*(x1^2+x2^2)', -Infinity, 2e150]] }),
    hard('no feasible point', { ...disc, constraints: [['x1^2+x2^2', -Infinity, -1]] }),
    hard('no lower bound', { start: [1, 1], objective: 'x1-x2', constraints: [['x1+x2', 0, Infinity]] }),
    hard('equalities that follow from each other', {
      start: [3, 1],
      objective: 'x1^2+x2^2',
      constraints: [
        ['x1+x2', 1, 1],
        ['2*x1+2*x2', 2, 2],
      ],
    }),
    hard('no inside', { ...disc, constraints: [['x1^2+x2^2', -Infinity, 0]] }),
    hard('a minimum without multipliers', {
      start: [0.5, 0.5],
      objective: '(x1-2)^2+x2^2',
      constraints: [['(1-x1)^3-x2', 0, Infinity]],
      lower: [0, 0],
    }),
    hard('all variables fixed', { ...disc, lower: [1, 1], upper: [1, 1] }),
    hard('a logarithm of negative numbers half-way', {
      start: [5],
      objective: 'x1-log(x1)',
      constraints: [['log(x1)', -1, 1]],
    }),
    hard('a logarithm of a negative number at the start', { start: [-1], objective: 'log(x1)' }),
    hard('a flat start', { start: [0], objective: 'x1^4', constraints: [['x1^3', -Infinity, 1]] }),
    hard('bounds of 1e20', { ...disc, lower: [-1e20, -1e20], upper: [1e20, 1e20] }),
    hard('no constraint at all', { start: [-1.2, 1], objective: '100*(x2-x1^2)^2+(1-x1)^2' }),
    hard('a constant objective', { ...disc, objective: '1' }),
  ];
}
