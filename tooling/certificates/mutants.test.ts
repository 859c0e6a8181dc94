// Faults put into checkers: a radius that is dropped, `up` for `down`, `<=` for `<`. Every one must show on a case whose truth is
// known exactly, on which the checker without the fault is right.
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { stripTypeScriptTypes } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { Random } from '@infimum/core';
import type { Enclosure, Verdict } from '@infimum/core/certificate';
import { exactDot } from '@infimum/rigor';
import { afterAll, describe, expect, it } from 'vitest';

const packages = join(import.meta.dirname, '../../packages');
const folder = mkdtempSync(join(tmpdir(), 'checker-mutants-'));
afterAll(() => rmSync(folder, { recursive: true }));

// biome-ignore lint/suspicious/noExplicitAny: checkers of all problems are called with what a case needs.
type Checker = Record<string, (...given: any[]) => Verdict>;

/** A checker as JavaScript of its own with what it imports, and one piece of the text of a file replaced. */
async function mutant(entry: string, file: string, from: string, to: string): Promise<Checker> {
  const place = mkdtempSync(join(folder, 'm'));
  const write = (path: string): void => {
    let text = readFileSync(join(packages, path), 'utf8');
    if (path === file) {
      expect(text.split(from).length, `${from} in ${file}`).toBeGreaterThan(1);
      text = text.replace(from, to);
    }
    const code = stripTypeScriptTypes(text)
      .replaceAll("'@infimum/rigor'", `'${import.meta.resolve('@infimum/rigor')}'`)
      .replace(/from '(\.[^']+)\.ts'/g, "from '$1.mjs'");
    const target = join(place, path.replace(/\.ts$/, '.mjs'));
    mkdirSync(dirname(target), { recursive: true });
    writeFileSync(target, code);
    for (const [, specifier] of code.matchAll(/from '(\.[^']+)\.mjs'/g)) write(join(dirname(path), `${specifier}.ts`));
  };
  write(entry);
  return (await import(/* @vite-ignore */ pathToFileURL(join(place, entry.replace(/\.ts$/, '.mjs'))).href)) as Checker;
}

const of = (...values: number[]): Float64Array => Float64Array.of(...values);
const matrix = (rows: number, cols: number, ...values: number[]) => ({ rows, cols, values: of(...values) });
const figure = (verdict: Verdict, name: string): Enclosure | undefined => (verdict.proved ? verdict.figures[name] : undefined);

/** The sign of a sum of products of doubles, exactly. */
const sign = (x: readonly number[], y: readonly number[]): number =>
  Number(exactDot(x, y).mantissa > 0n) - Number(exactDot(x, y).mantissa < 0n);

/** Whether a figure holds a sum of products. */
function holds(verdict: Verdict, name: string, x: readonly number[], y: readonly number[]): boolean {
  const at = figure(verdict, name);
  if (!at) return false;
  const isAbove = at.lower === -Infinity || sign([...x, at.lower], [...y, -1]) >= 0;
  return isAbove && (at.upper === Infinity || sign([...x, at.upper], [...y, -1]) <= 0);
}

/** Whether all of many drawn cases are right. */
function always(turns: number, isRight: (random: Random) => boolean): boolean {
  const random = new Random(1);
  for (let turn = 0; turn < turns; turn++) if (!isRight(random)) return false;
  return true;
}

const THIRD = 1 / 3;
const TINY = 2 ** -54;
/** 1, and forty numbers that are lost where they are added to it one by one. */
const many = Float64Array.from({ length: 41 }, (_, k) => (k === 0 ? 1 : TINY));

/** Cases by the checker that they are for: whether it is right. */
const cases = {
  /** Row sums that are not doubles: 1 and forty times 2^-54 against 1. */
  marginals: ({ check }: Checker) => {
    const verdict = check!(
      { a: of(1), b: many, cost: { rows: 1, cols: 41, values: new Float64Array(41) } },
      { plan: { rows: 1, cols: 41, values: many } },
      { source: [0] },
    );
    return holds(verdict, 'marginalError', [40 * TINY], [1]);
  },
  /** Distances that are doubles. */
  distances: ({ check }: Checker) => {
    const verdict = check!(
      { a: of(1 - 2 ** -53), b: of(1), cost: matrix(1, 1, 0) },
      { plan: matrix(1, 1, 1) },
      { source: [0] },
    );
    return holds(verdict, 'marginalError', [2 ** -53], [1]);
  },
  /** Costs that cancel: 1e16 + 1 - 1e16. */
  costs: ({ check }: Checker) => {
    const cost = matrix(1, 3, 1e16, 1, -1e16);
    return holds(
      check!({ a: of(3), b: of(1, 1, 1), cost }, { plan: matrix(1, 3, 1, 1, 1) }, { source: [0] }),
      'optimum',
      [1],
      [1],
    );
  },
  /** A plan that is dearer than the other by what rounds away: the gap is 2 C - 2 C' of drawn costs. */
  gaps: ({ check }: Checker) =>
    always(200, (random) => {
      const [near, far] = [random.uniform(), 1 + random.uniform()];
      const cost = matrix(2, 2, near, far, far, near);
      const verdict = check!({ a: of(1, 1), b: of(1, 1), cost }, { plan: matrix(2, 2, 0, 1, 1, 0) }, { source: [0, 0] });
      return (
        (figure(verdict, 'gap')?.upper ?? 0) >= 0 && sign([figure(verdict, 'gap')?.upper ?? 0, far, near], [1, -2, 2]) >= 0
      );
    }),
  /** One expert that takes all tokens: the dual value is the sum of the scores. */
  experts: ({ check }: Checker) => {
    const routing = { tokenPointers: Int32Array.from({ length: 42 }, (_, i) => i), experts: new Int32Array(41) };
    const problem = { scores: { rows: 41, cols: 1, values: many }, expertsPerToken: 1 };
    return holds(check!(problem, routing, { bias: [0] }), 'optimum', [...many], new Array<number>(41).fill(1));
  },
  /** Two spaces of two points: the distortion is (c - d)² times 2 for the identity of weights 1. */
  gromov: ({ check }: Checker) =>
    always(300, (random) => {
      const [c, d] = [random.uniform(), random.uniform()];
      const space = (value: number) => matrix(2, 2, 0, value, value, 0);
      const instance = { first: space(c), second: space(d), a: of(1, 1), b: of(1, 1) };
      const at = figure(check!(instance, { plan: matrix(2, 2, 1, 0, 0, 1) }, { source: [0, 0] }), 'distortion');
      if (!at) return false;
      // 2 (c - d)² = 2 c c - 4 c d + 2 d d.
      const [x, y] = [
        [c, c, d],
        [2 * c, -4 * d, 2 * d],
      ];
      return sign([...x, at.lower], [...y, -1]) >= 0 && sign([...x, at.upper], [...y, -1]) <= 0;
    }),
  /** Entries of a product in doubles are off by what they are off. */
  products: ({ check }: Checker) =>
    always(300, (random) => {
      const [x, y] = [0, 1].map(() => Array.from({ length: 3 }, () => random.uniform()));
      const csr = (rows: number, cols: number, values: number[]) => ({
        ...matrix(rows, cols, ...values),
        rowPointers: Int32Array.from({ length: rows + 1 }, (_, i) => i * cols),
        columnIndices: Int32Array.from(values, (_, k) => k % cols),
      });
      const found = (random.uniform() - 0.5) * 2 ** -50 + x![0]! * y![0]! + x![1]! * y![1]! + x![2]! * y![2]!;
      const at = figure(check!({ a: csr(1, 3, x!), b: csr(3, 1, y!) }, { matrix: csr(1, 1, [found]) }, {}), 'entryError');
      // |found - x.y| <= upper x.y, all above 0.
      const isBelow = (factor: number, side: number) =>
        sign([...x!, ...x!, found], [...y!.map((v) => factor * v), ...y!.map((v) => side * v), -side]);
      return at !== undefined && isBelow(at.upper, 1) >= 0 && isBelow(at.upper, -1) >= 0;
    }),
  /** 3 x = 1 at the double next to 1/3: the gradient over |A| |b| is 1 - 3 x. */
  gradients: ({ checkGradient }: Checker) =>
    holds(checkGradient!({ a: matrix(1, 1, 3), b: of(1) }, { x: of(THIRD) }, {}), 'gradient', [1, THIRD], [1, -3]),
  /** (p, q) and (q, p): the top eigenvector is (1, 1), at half a right angle from (1, 0), also for a witness that is near it only. */
  eigenvectors: ({ check }: Checker) =>
    always(100, (random) => {
      const [p, q] = [1 + random.uniform(), random.uniform()];
      const rows = matrix(2, 2, p, q, q, p);
      const vector = of(1, 1 + (random.uniform() - 0.5) * 1e-6);
      const unit = 2 ** (1 + Math.floor(Math.log2(Math.max(p, q))));
      const verdict = check!({ rows }, { vector: of(1, 0) }, { vector, second: ((p - q) / unit) ** 2 + 1e-9 });
      return verdict.proved && holds(verdict, 'misalignment', [0.5], [1]);
    }),
  /** F(x) = (c y + s, d y) at x = 1 and y = 3: the gap is d 3 (3 - 1), as both simplices are points. */
  inclusions: ({ checkGap }: Checker) =>
    always(300, (random) => {
      const [c, d] = [random.uniform(), random.uniform()];
      const affine = { matrix: of(0, c, 0, d), offset: of(0.1, 0), simplices: [1, 1] as const };
      return holds(checkGap!({ affine }, { x: of(1, 3) }, {}), 'gap', [d], [6]);
    }),
  /** Prices that are not added up in doubles. */
  matchings: ({ check }: Checker) => {
    const graph = { weights: of(0), rowPointers: new Int32Array(42), columnIndices: new Int32Array(0), probabilities: of() };
    return holds(check!(graph, {}, { prices: many }), 'optimum', [...many], new Array<number>(41).fill(1));
  },
  /** An edge from a node to itself is a cycle. */
  dags: ({ check }: Checker) => !check!({ data: { cols: 1 } }, { weights: of(1) }, { order: [0] }).proved,
  /** A point on the plane is on neither side. */
  halfspaces: ({ check }: Checker) =>
    holds(
      check!({ points: matrix(1, 3, 0.1, 0.3, -1), labels: of(1) }, { weights: of(3, -1, 0) }, {}),
      'error',
      [sign([0.1, 0.3], [3, -1]) > 0 ? 0 : 1],
      [1],
    ),
  /** All variables are 1, and f is 1 less many numbers that are lost one by one. */
  programs: ({ check }: Checker) => {
    const linear = Float64Array.from({ length: 161 }, (_, k) => (k === 0 ? 1 : -TINY / 4));
    const ones = linear.map(() => 1);
    const program = { hessian: of(), linear, rows: of(), low: of(), high: of(), lower: ones, upper: ones };
    return holds(check!(program, { x: ones }, { multipliers: [] }), 'optimum', [...linear], [...ones]);
  },
  /** A direction along which nothing falls proves nothing. */
  rays: ({ checkUnbounded }: Checker) => {
    const program = {
      hessian: of(),
      linear: of(0.1, -0.1),
      rows: of(),
      low: of(),
      high: of(),
      lower: of(-Infinity, -Infinity),
      upper: of(Infinity, Infinity),
    };
    return !checkUnbounded!(program, { x: of(0, 0) }, { direction: [1, 1] }).proved;
  },
  /** 3 x = 1 once more, as a minimum: x is 2^-54 / 3 away. */
  stationary: ({ check }: Checker) => {
    const witness = { places: [0], sides: [], center: [THIRD], radii: [1e-10], inverse: of(1 / 18) };
    const upper = figure(check!({ start: [0], objective: '(3*x1-1)^2' }, { x: of(THIRD) }, witness), 'distance')?.upper ?? 0;
    return sign([3, 3, -1], [THIRD, upper, 1]) >= 0;
  },
  /** And as a quadratic function: its slope is 3 x - 1. */
  quadratics: ({ checkGradient }: Checker) => {
    const source = { kind: 'quadratic', matrix: matrix(1, 1, 3), linear: of(1) };
    const at = figure(checkGradient!({ source, initial: of(1) }, { x: of(THIRD) }, {}), 'gradientNorm');
    return at !== undefined && at.upper >= TINY / 2;
  },
  /** Two thirds of the range are gained by a change: no double. */
  regrets: ({ check }: Checker) => {
    const at = figure(check!({ actions: [2], payoffs: [of(0, 3)] }, { concept: 'nash', strategies: [of(2, 1)] }, {}), 'regret');
    return at !== undefined && sign([3, 2], [at.lower, -1]) <= 0 && sign([3, 2], [at.upper, -1]) >= 0;
  },
  /** 0.1 + 0.2 - 0.3 is half of what doubles make of it, which over epsilon is an exponent. */
  entropic: ({ check }: Checker) => {
    const p = Math.exp((0.1 + 0.2 - 0.3) / 1e-16);
    const verdict = check!(
      { a: of(p), b: of(p), cost: matrix(1, 1, 0.3) },
      { plan: matrix(1, 1, p), epsilon: 1e-16 },
      { source: [0.1], target: [0.2] },
    );
    return (figure(verdict, 'entropicGap')?.upper ?? Infinity) > 5e-18;
  },
  /** Least squares whose variables are all held at 1, at a dual point that is the residual but for a square: (1 - d)² / 2. */
  composite: ({ check }: Checker) => {
    const values = Float64Array.from({ length: 161 }, (_, k) => (k === 0 ? 1 : -TINY / 8));
    const source = { kind: 'least-squares', design: { rows: 1, cols: 161, values }, targets: of(0) };
    const verdict = check!(
      { source, lower: 1, upper: 1, loss: { dimension: 161 } },
      { x: values.map(() => 1) },
      { dual: of(1) },
    );
    return holds(verdict, 'optimum', [0.5, -20 * TINY, 10 * TINY], [1, 1, 20 * TINY]);
  },
  /** A point on the plane of the witness is not separated by it. */
  separability: ({ check }: Checker) => {
    const instance = { points: matrix(2, 1, 0, 1), labels: Int8Array.of(-1, 1), fitIntercept: true };
    const solution = { weights: of(1), intercept: 0 };
    const at = figure(check!(instance, solution, { plane: { weights: [2n], intercept: -1n } }), 'errors');
    return at?.lower === 1 && at.upper === 1;
  },
};

const MUTANTS: readonly (readonly [name: keyof typeof cases, entry: string, file: string, from: string, to: string])[] = [
  [
    'marginals',
    'ot/src/transport-checker.ts',
    'ot/src/plan-checker.ts',
    'rowRadii[i] = radiusOfSum(',
    'rowRadii[i] = 0 * radiusOfSum(',
  ],
  [
    'distances',
    'ot/src/transport-checker.ts',
    'ot/src/plan-checker.ts',
    'upper = up(upper + up(up(distance) + radii[i]))',
    'upper = down(upper + down(down(distance)))',
  ],
  [
    'costs',
    'ot/src/transport-checker.ts',
    'ot/src/plan-checker.ts',
    'const radius = radiusOfSum(count, magnitude)',
    'const radius = 0',
  ],
  [
    'gaps',
    'ot/src/transport-checker.ts',
    'ot/src/plan-checker.ts',
    'up(up(excess + radiusOfSum(count, excess)) + up(rounding))',
    'down(excess)',
  ],
  [
    'experts',
    'ot/src/experts/expert-checker.ts',
    'ot/src/experts/expert-checker.ts',
    'dual = up(dual + largest[at])',
    'dual = dual + largest[at]',
  ],
  [
    'gromov',
    'ot/src/gromov/gromov-checker.ts',
    'ot/src/gromov/gromov-checker.ts',
    'const slack = up(most * mass);',
    'const slack = 0;',
  ],
  [
    'products',
    'linalg/src/products/sparse-product-checker.ts',
    'linalg/src/products/sparse-product-checker.ts',
    'up(up(up(distance) + radius) / down(',
    '(distance / (',
  ],
  [
    'gradients',
    'linalg/src/systems/gradient-checker.ts',
    'linalg/src/systems/gradient-checker.ts',
    'const radius = radiusOfSum(cols + 1, magnitude);',
    'const radius = 0;',
  ],
  [
    'eigenvectors',
    'linalg/src/streaming/top-eigenvector-checker.ts',
    'linalg/src/streaming/top-eigenvector-checker.ts',
    'angle.lower - sine',
    'angle.lower',
  ],
  [
    'eigenvectors',
    'linalg/src/streaming/top-eigenvector-checker.ts',
    'linalg/src/streaming/top-eigenvector-checker.ts',
    'up(residual.upper + spread)',
    '0 * up(residual.upper + spread)',
  ],
  [
    'eigenvectors',
    'linalg/src/streaming/top-eigenvector-checker.ts',
    'linalg/src/streaming/top-eigenvector-checker.ts',
    'up(angle.upper + sine)',
    'angle.upper',
  ],
  [
    'inclusions',
    'games/src/inclusions/inclusion-checker.ts',
    'games/src/inclusions/inclusion-checker.ts',
    'gap = subtract(gap, least)',
    'gap = { lower: gap.lower - least.lower, upper: gap.lower - least.lower }',
  ],
  [
    'matchings',
    'graphs/src/matching/matching-checker.ts',
    'graphs/src/matching/matching-checker.ts',
    'total = up(total + price)',
    'total = total + price',
  ],
  [
    'dags',
    'graphs/src/dags/dag-checker.ts',
    'graphs/src/dags/dag-checker.ts',
    'places[i] < places[j]',
    'places[i] <= places[j]',
  ],
  [
    'halfspaces',
    'verify/src/halfspaces/halfspace-checker.ts',
    'verify/src/halfspaces/halfspace-checker.ts',
    'if (!(Math.abs(value) > radius))',
    'if (false)',
  ],
  [
    'programs',
    'optim/src/constrained/convex-program-checker.ts',
    'optim/src/constrained/convex-program-checker.ts',
    'bound = down(bound - most(negated',
    'bound = (bound - most(negated',
  ],
  [
    'rays',
    'optim/src/constrained/convex-program-checker.ts',
    'optim/src/constrained/convex-program-checker.ts',
    'exactSign(linear, d, 0, 1) < 0',
    'exactSign(linear, d, 0, 1) <= 0',
  ],
  [
    'stationary',
    'optim/src/constrained/constrained-checker.ts',
    'optim/src/constrained/constrained-checker.ts',
    'k < 0 ? gap : up(gap + moved[k])',
    'gap',
  ],
  [
    'quadratics',
    'optim/src/smooth/smooth-checker.ts',
    'optim/src/objectives/source-checker.ts',
    'radii[i] = radiusOfSum(a.pointers',
    'radii[i] = 0 * radiusOfSum(a.pointers',
  ],
  [
    'regrets',
    'games/src/normal-form/normal-form-checker.ts',
    'games/src/normal-form/normal-form-checker.ts',
    'upper: up(nearest)',
    'upper: down(nearest)',
  ],
  [
    'regrets',
    'games/src/normal-form/normal-form-checker.ts',
    'games/src/normal-form/normal-form-checker.ts',
    'lower: down(nearest)',
    'lower: up(nearest)',
  ],
  [
    'entropic',
    'ot/src/entropic-transport-checker.ts',
    'ot/src/entropic-transport-checker.ts',
    'const radius = up((4 * U',
    'const radius = 0 * up((4 * U',
  ],
  [
    'composite',
    'optim/src/composite/composite-checker.ts',
    'optim/src/composite/composite-checker.ts',
    'sum = down(sum + leastOf(',
    'sum = (sum + leastOf(',
  ],
  [
    'separability',
    'learn/src/separable/separable-classification-checker.ts',
    'learn/src/separable/separable-classification-checker.ts',
    'sign(rows.row(i)) <= 0',
    'sign(rows.row(i)) < 0',
  ],
];

describe('checkers', () => {
  it.each(Object.entries(cases))('are right: %s', async (name, isRight) => {
    const entry = MUTANTS.find(([of]) => of === name)![1];
    expect(isRight(await mutant(entry, '', '', ''))).toBe(true);
  });

  it.each(MUTANTS)('%s: a fault in %s is seen: %s, %s for %s', async (name, entry, file, from, to) => {
    expect(cases[name](await mutant(entry, file, from, to))).toBe(false);
  });
});
