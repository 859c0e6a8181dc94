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
  /** An image of one pixel with mass takes all of the barycentre: 1 and forty times 2^-54 against 1. */
  barycenters: ({ check }: Checker) => {
    const [values, potentials] = [1, 2].map(() => new Float64Array(41).fill(-Infinity));
    values!.fill(0)[0] = 1;
    potentials![0] = 0;
    const instance = { histograms: { rows: 1, cols: 41, values }, rows: 1, cols: 41, epsilon: 1, debiased: false };
    const at = figure(check!(instance, { barycenter: many }, { potentials }), 'marginalError');
    return at !== undefined && at.upper >= 40 * TINY;
  },
  /** Two masses the long way, where the short one is free: 2 p c too much. */
  unbalanced: ({ check }: Checker) =>
    always(200, (random) => {
      const [p, c] = [random.uniform(), random.uniform()];
      const instance = { a: of(p, p), b: of(p, p), cost: matrix(2, 2, 0, c, c, 0), marginalPenalty: 1, epsilon: 0 };
      const verdict = check!(instance, { plan: matrix(2, 2, 0, p, p, 0) }, { source: [0, 0], target: [0, 0] });
      return sign([figure(verdict, 'gap')?.upper ?? 0, p], [1, -2 * c]) >= 0;
    }),
  /** A column and three times it have no single minimizer, whatever sums of squares in doubles are. */
  leastSquares: ({ check }: Checker) =>
    always(20, (random) => {
      const c = Math.floor(2 ** 51 * random.uniform()) / 2 ** 51;
      const a = { rows: 1000, cols: 2, values: Float64Array.from({ length: 2000 }, (_, k) => (k % 2 ? 3 * c : c)) };
      const system = { a, b: new Float64Array(1000) };
      return [1e-13, 1e-12, 5e-12].every((guess) => !check!(system, { x: of(0, 0) }, { leastEigenvalue: guess }).proved);
    }),
  /** One point at 1: no network costs less than beta y - beta² / 2, and a row may not be left out. */
  relu: ({ check }: Checker) => {
    const instance = { points: matrix(1, 1, 1), targets: of(3), loss: 'squared', beta: 1 };
    const [none, left] = [[], [0]].map((rows) => ({ rows, values: rows }));
    const bounds = [none, left].map((one) =>
      check!(instance, { hidden: matrix(1, 1, 1), output: of(2) }, { nu: [2], cells: new Array(2).fill([one, none]) }),
    );
    return (figure(bounds[0]!, 'leastObjective')?.lower ?? 3) <= 2.5 && !bounds[1]!.proved;
  },
  /** A prediction of 1 and forty times 2^-54, where 1 is meant. */
  costsOfNetworks: ({ check }: Checker) => {
    const instance = { points: { rows: 1, cols: 41, values: many }, targets: of(1), loss: 'squared', beta: 1e-40 };
    const network = { hidden: { rows: 1, cols: 41, values: many.map(() => 1) }, output: of(1) };
    const none = { rows: [], values: [] };
    const at = figure(check!(instance, network, { nu: [0], cells: new Array(2).fill([none, none]) }), 'objective');
    return at !== undefined && sign([at.upper, 20 * TINY], [1, -40 * TINY]) >= 0;
  },
  /** The same point, with a number below 0 where one above it is meant. */
  relaxed: ({ check }: Checker) => {
    const instance = { points: matrix(1, 1, 1), targets: of(3), loss: 'squared', beta: 1 };
    const network = { hidden: matrix(1, 1, 1), output: of(2) };
    const bounds = [1, -1].map((a) =>
      figure(check!(instance, network, { nu: [2], majorants: [[a], [a]], eigenvalues: [1.1, 1.1] }), 'leastObjective'),
    );
    return bounds[0] !== undefined && bounds.every((at) => (at?.lower ?? 0) <= 2.5);
  },
  /** At an end of the region the output is at its limit, and that is not safe. */
  properties: ({ check }: Checker) => {
    const layer = { kind: 'dense', activation: 'linear', inputs: 1, weight: of(1), bias: of(0) };
    const region = { lower: of(0.1), upper: of(1) };
    const instance = { network: { layers: [layer] }, unsafe: [{ region, rows: of(1), limits: of(0.1) }] };
    const leaf = { conditions: [1], multipliers: [], lower: [], upper: [], intercept: [] };
    const isCertified = check!(instance, { verdict: 'certified' }, { trees: [leaf] }).proved;
    const isFalsified = check!(instance, { verdict: 'falsified' }, { point: { unsafeCase: 0, x: [0.1] } }).proved;
    return isFalsified && !isCertified;
  },
  /** A ramp with the slope 5, and one with the slope 1 the other way, above whose height begins a third. */
  lipschitz: ({ check }: Checker) => {
    const layer = (inputs: number, weight: Float64Array, bias: Float64Array, activation = 'relu') => ({
      ...{ kind: 'dense', inputs, outputs: bias.length, weight, bias, activation },
    });
    const region = { lower: of(-1), upper: of(1) };
    const ramps = [layer(1, of(1, -1), of(0, 0)), layer(2, of(5, 1), of(0), 'linear')];
    const third = [layer(1, of(1), of(0)), layer(1, of(1), of(-0.75)), layer(1, of(1), of(0), 'linear')];
    const constant = (layers: unknown, tree: object, x: number) =>
      figure(check!({ network: { layers }, region }, { perOutput: of(5) }, { points: [[x]], tree }), 'constant');
    const at = constant(ramps, { split: [0, 0], down: {}, up: {} }, 0.5);
    const isRight = at !== undefined && at.lower > 4.9 && at.lower <= 5 && at.upper >= 5;
    const end = [layer(1, of(1), of(1)), layer(1, of(-1), of(0), 'linear')];
    if (!((constant(end, { cut: [0, -1], down: {}, up: {} }, -1)?.lower ?? 1) === 0)) return false;
    return isRight && (constant(third, {}, 0)?.upper ?? 0) >= 1 && constant(ramps, {}, 2) === undefined;
  },
  /** P² = 11: the double next to the root is off by the exact rest over 2 P². */
  riccati: ({ check }: Checker) => {
    const p = Math.sqrt(11);
    const linear = { a: matrix(1, 1, 0), b: matrix(1, 1, 1), q: matrix(1, 1, 11), r: matrix(1, 1, 1) };
    const witness = { states: [0], inputs: [0], gain: of(p), lyapunov: of(0.5 / p), inputCost: 0.9 };
    const upper = figure(check!({ linear }, { weights: of(p) }, witness), 'distance')?.upper ?? 0;
    return [1, -1].every((side) => sign([22.1, 11, p], [upper, side, -side * p]) >= 0);
  },
  /** The mean of 41 numbers from 0. */
  tokens: ({ check }: Checker) => {
    const data = { rows: 41, cols: 1, values: many };
    const instance = { graph: { nodes: 1 }, target: of(1), loss: 'mean', data, labels: of(), ridge: 0 };
    const upper = figure(check!(instance, { x: of(0) }, {}), 'distance')?.upper ?? 0;
    return sign([upper, ...many], [41, ...many.map(() => -1)]) >= 0;
  },
  /** Two leaves at the distance sqrt(1 + 160 2^-54), above 1 + 39 2^-53, where 1 is meant. */
  ultrametrics: ({ check }: Checker) => {
    const tree = { parents: Int32Array.of(-1, 0, 0), labels: of(1, 0, 0), dimension: 161 };
    const points = Float64Array.from({ length: 322 }, (_, k) => (k === 0 ? 1 : k < 161 ? 2 ** -27 : 0));
    const at = figure(check!(tree, { points }, {}), 'contraction');
    return at !== undefined && at.lower <= 1 - 39 * 2 ** -53 && at.upper >= 1 - 40 * 2 ** -53;
  },
  /** A third of a triangle, cut at the double next to 1/3. */
  trees: ({ check }: Checker) => {
    const tree = { parents: Int32Array.of(-1, 0, 0), weights: of(0, 1, 2) };
    const local = of(0, 0, 1, 0, 0, 1, 0, 0, THIRD, 0, 0, 1, THIRD, 0, 1, 0, 0, 1);
    return holds(
      check!(tree, { offsets: Int32Array.of(0, 3, 6, 9), local, scales: of(1, 1, 1) }, {}),
      'areaError',
      [1, THIRD],
      [1, -3],
    );
  },
  /** One of ten distances is wrong, of which those above 2 are 3. */
  recounts: ({ check }: Checker) => {
    const pair = { text: new Uint8Array(13), pattern: Uint8Array.of(1, 1, 1, 1), maxMismatches: 2 };
    const distances = Int32Array.from({ length: 10 }, (_, i) => (i === 4 ? 0 : 3));
    const at = figure(check!(pair, { distances }, {}), 'wrongShare');
    return at !== undefined && sign([10, -1], [at.lower, 1]) <= 0 && sign([10, -1], [at.upper, 1]) >= 0;
  },
  /** One state, one player who has two thirds of what is to be had still to gain. */
  markov: ({ check }: Checker) => {
    const game = { states: 1, horizon: 1, actions: [2], rewards: [of(0, 3)], transitions: of(1, 1), stationary: true };
    const at = figure(check!(game, { concept: 'coarse', policy: of(2, 1) }, {}), 'gap');
    return at !== undefined && sign([3, -2], [at.lower, 1]) <= 0 && sign([3, -2], [at.upper, 1]) >= 0;
  },
  /** A hat a head: both are black with p². */
  hats: ({ check }: Checker) =>
    always(50, (random) => {
      const p = random.uniform();
      const strategies = { f: new Uint8Array(2), g: new Uint8Array(2) };
      return holds(check!({ height: 1, p, blocks: false }, strategies, {}), 'value', [p], [p]);
    }),
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
  [
    'barycenters',
    'ot/src/barycenters/barycenter-checker.ts',
    'ot/src/barycenters/barycenter-checker.ts',
    'const radius = up(errors[i] + radiusOfSum(n, values[i]))',
    'const radius = 0',
  ],
  [
    'unbalanced',
    'ot/src/unbalanced/unbalanced-checker.ts',
    'ot/src/unbalanced/unbalanced-checker.ts',
    'gap = up(gap + up(factor * value))',
    'gap = down(gap + down(factor * value))',
  ],
  [
    'leastSquares',
    'linalg/src/systems/gradient-checker.ts',
    'linalg/src/systems/gradient-checker.ts',
    'interval(-spread)',
    'interval(0)',
  ],
  [
    'relu',
    'learn/src/networks/two-layer-relu-checker.ts',
    'learn/src/networks/two-layer-relu-checker.ts',
    'value >= sign * parts[k]',
    'value <= sign * parts[k]',
  ],
  [
    'relu',
    'learn/src/networks/two-layer-relu-checker.ts',
    'learn/src/networks/two-layer-relu-checker.ts',
    'const share = most > beta ?',
    'const share = most < beta ?',
  ],
  [
    'costsOfNetworks',
    'learn/src/networks/two-layer-relu-checker.ts',
    'learn/src/networks/two-layer-relu-checker.ts',
    '[down(value - radius), up(value + radius)]',
    '[value, value]',
  ],
  [
    'relaxed',
    'learn/src/networks/relaxed-relu-checker.ts',
    'learn/src/networks/relaxed-relu-checker.ts',
    'return a[k] > 0 ?',
    'return a[k] !== 0 ?',
  ],
  [
    'properties',
    'verify/src/robustness/property-checker.ts',
    'verify/src/robustness/property-checker.ts',
    'pulls).m[0] > 0n',
    'pulls).m[0] >= 0n',
  ],
  [
    'properties',
    'verify/src/robustness/property-checker.ts',
    'verify/src/robustness/property-checker.ts',
    'every((m) => m <= 0n)',
    'every((m) => m < 0n)',
  ],
  [
    'riccati',
    'bandits-rl/src/quadrature/stabilizing-checker.ts',
    'bandits-rl/src/quadrature/stabilizing-checker.ts',
    'Math.abs(values[k]) + radii[k]',
    'Math.abs(values[k])',
  ],
  [
    'tokens',
    'graphs/src/walks/token-checker.ts',
    'graphs/src/walks/token-checker.ts',
    'divide(size, curvature).upper',
    'divide(size, curvature).lower',
  ],
  [
    'ultrametrics',
    'graphs/src/partitions/ultrametric-checker.ts',
    'graphs/src/partitions/ultrametric-checker.ts',
    'interval(1 - 2 * (dimension + 8) * U, 1 + 2 * (dimension + 8) * U)',
    'one',
  ],
  [
    'trees',
    'graphs/src/partitions/tree-partition-checker.ts',
    'graphs/src/partitions/tree-partition-checker.ts',
    'error.upper, -error.lower)',
    'error.lower, -error.upper)',
  ],
  [
    'recounts',
    'strings/src/recount-checker.ts',
    'strings/src/recount-checker.ts',
    'count <= maxMismatches',
    'count < maxMismatches',
  ],
  [
    'recounts',
    'strings/src/recount-checker.ts',
    'strings/src/recount-checker.ts',
    '(wrong / shifts) * (1 - ROUNDING)',
    'wrong / shifts',
  ],
  [
    'markov',
    'games/src/markov/markov-cce-checker.ts',
    'games/src/markov/markov-cce-checker.ts',
    'Math.max(a.upper, b.upper)',
    'Math.max(a.lower, b.lower)',
  ],
  [
    'hats',
    'games/src/hats/levine-hats-checker.ts',
    'games/src/hats/levine-hats-checker.ts',
    'upper: up(value)',
    'upper: value',
  ],
  ['hats', 'games/src/hats/levine-hats-checker.ts', 'games/src/hats/levine-hats-checker.ts', 'down(value))', 'value)'],
  [
    'lipschitz',
    'verify/src/lipschitz/lipschitz-checker.ts',
    'verify/src/lipschitz/lipschitz-checker.ts',
    'return [-1, 1].map',
    'return [-1, -1].map',
  ],
  [
    'lipschitz',
    'verify/src/lipschitz/lipschitz-checker.ts',
    'verify/src/bounds/exact-bounds-checker.ts',
    'Number(range.lower <= 0',
    'Number(range.lower < 0',
  ],
  [
    'lipschitz',
    'verify/src/lipschitz/lipschitz-checker.ts',
    'verify/src/lipschitz/lipschitz-checker.ts',
    'x >= lower[j] && x <= upper[j]',
    'x >= lower[j]',
  ],
  [
    'lipschitz',
    'verify/src/lipschitz/lipschitz-checker.ts',
    'verify/src/bounds/exact-bounds-checker.ts',
    'intercept[i] = above(',
    'intercept[i] = 0 * above(',
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
