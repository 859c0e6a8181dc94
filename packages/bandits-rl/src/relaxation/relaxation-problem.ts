// A sequence of linear systems, each solved by a method whose relaxation factor has to be chosen before: only the iterations
// that the chosen one takes are seen.
import {
  checkChoice,
  checkInteger,
  checkMatrix,
  checkNumber,
  checkVector,
  defineFamily,
  defineProblem,
  InvalidInputError,
  type Iterate,
  importData,
  Random,
  readMatrix,
  readObject,
  readVector,
} from '@infimum/core';
import {
  type CsrMatrix,
  checkCsr,
  csrDiagonal,
  csrFromDense,
  type DenseMatrix,
  optimalRelaxation,
} from '@infimum/linalg';
import { rangeOf } from '../bandits/bandit-problem.ts';
import { checkInstance } from '../check-instance.ts';
import { drawGamma } from '../draw-gamma.ts';
import { RELAXED_METHODS, type RelaxedMethod, relaxedSolve } from './relaxed-solve.ts';

/**
 * Systems A_t x = b_t with A_t = i_t I + s_t B, and b_t = sources_t + (p_t I + q_t B) x_{t-1}: shifted systems, and steps of
 * an implicit simulation.
 */
export interface RelaxationInstance {
  /** B, square, sparse; the A_t must be symmetric positive definite. */
  readonly base: CsrMatrix;
  /** i_t, one a system. */
  readonly identity: Float64Array;
  /** s_t. */
  readonly scale: Float64Array;
  /** p_t; none by default. */
  readonly previousIdentity?: Float64Array;
  /** q_t; none by default. */
  readonly previousScale?: Float64Array;
  /** One row a system, or one row for all. */
  readonly sources: DenseMatrix;
  /** What is known before each choice. */
  readonly contexts: Float64Array;
  /** Which method solves them. */
  readonly method: RelaxedMethod;
  /** Whether a solve starts at the last solution. */
  readonly warmStart: boolean;
  /** Residual at which a system counts as solved, over |b|. */
  readonly tolerance: number;
  /** x before the first system; zero by default. */
  readonly initialSolution?: Float64Array;
}

/** What was chosen. */
export interface RelaxationPlay {
  /** The factor for every system so far. */
  readonly relaxations: Float64Array;
  /** Iterations that each took. */
  readonly counts: Int32Array;
}

/** A moment of the run: `iteration` counts systems begun and iterations of all. */
export interface RelaxationIterate extends Iterate<RelaxationPlay> {
  /** Systems solved. */
  readonly systems: number;
  /** Iterations of all systems. */
  readonly total: number;
}

/** Iterations after which a solve is given up. */
export const SOLVE_CAP = 10_000;

/** The systems of an instance, one after the other. */
export class SystemSequence {
  readonly #instance: RelaxationInstance;
  readonly #diagonal: Int32Array;
  readonly #b: Float64Array;
  readonly count: number;

  constructor(instance: RelaxationInstance) {
    this.#instance = instance;
    this.#diagonal = diagonalPlaces(instance.base);
    this.#b = new Float64Array(instance.base.rows);
    this.count = instance.identity.length;
  }

  /** A_t. */
  matrix(t: number): CsrMatrix {
    const { base, identity, scale } = this.#instance;
    const values = base.values.map((value) => scale[t] * value);
    for (const place of this.#diagonal) values[place] += identity[t];
    return { ...base, values };
  }

  /** b_t after x; valid until the next call. */
  rightHandSide(t: number, x: Float64Array): Float64Array {
    const { base, sources, previousIdentity, previousScale } = this.#instance;
    const row = sources.rows === 1 ? 0 : t;
    const b = this.#b;
    for (let i = 0; i < b.length; i++) b[i] = sources.values[row * b.length + i];
    const [p, q] = [previousIdentity?.[t] ?? 0, previousScale?.[t] ?? 0];
    if (p === 0 && q === 0) return b;
    for (let i = 0; i < b.length; i++) {
      let sum = 0;
      for (let k = base.rowPointers[i]; k < base.rowPointers[i + 1]; k++)
        sum += base.values[k] * x[base.columnIndices[k]];
      b[i] += p * x[i] + q * sum;
    }
    return b;
  }
}

/** Where the diagonal entries of a matrix are stored. */
function diagonalPlaces({ rows, rowPointers, columnIndices }: CsrMatrix): Int32Array {
  const places = new Int32Array(rows).fill(-1);
  for (let i = 0; i < rows; i++) {
    for (let k = rowPointers[i]; k < rowPointers[i + 1]; k++) if (columnIndices[k] === i) places[i] = k;
  }
  return places;
}

/** What solving again with the chosen factors takes: iterations of each system, and the largest residual. */
export function replay(
  instance: RelaxationInstance,
  relaxations: ArrayLike<number>,
): { iterations: Int32Array; residual: number } {
  const sequence = new SystemSequence(instance);
  const { method, tolerance, warmStart } = instance;
  const iterations = new Int32Array(relaxations.length);
  let x = (instance.initialSolution ?? new Float64Array(instance.base.rows)).slice();
  let residual = 0;
  for (let t = 0; t < relaxations.length; t++) {
    const solve = relaxedSolve(sequence.matrix(t), sequence.rightHandSide(t, x), {
      method,
      relaxation: relaxations[t],
      tolerance,
      cap: SOLVE_CAP,
      initialSolution: warmStart ? x : undefined,
    });
    let step = solve.next();
    while (!step.done) step = solve.next();
    iterations[t] = step.value.iterations;
    residual = Math.max(residual, step.value.relativeResidual);
    x = step.value.x as Float64Array<ArrayBuffer>;
  }
  return { iterations, residual };
}

const steps = { type: 'integer', min: 1, max: 1_000_000, default: 500, description: 'Systems' } as const;

/** The problem. */
export const relaxationProblem = /* @__PURE__ */ defineProblem({
  id: 'bandits-rl/relaxation',
  title: 'Relaxation factors for a sequence of systems',
  statement:
    'Systems $A_t x = b_t$ arrive one by one, with a number $c_t$ that tells about $A_t$. Choose $\\omega_t \\in (0, 2)$, then solve by SOR, or by conjugate gradients preconditioned by SSOR, in $k_t(\\omega_t)$ iterations. Minimise $\\sum_t k_t$.',
  families: {
    shifted: defineFamily({
      title: 'Shifted Laplacians',
      description:
        'The five-point Laplacian of a square grid plus a random multiple of the identity, between -0.15 and 0.45; random right-hand sides. `high` variance is Beta(½, 3/2), `low` is Beta(2, 6).',
      real: false,
      params: {
        side: { type: 'integer', min: 2, max: 500, default: 10, description: 'Inner points a side' },
        steps,
        variance: {
          type: 'choice',
          choices: ['high', 'low'],
          default: 'high',
          description: 'How much the shifts vary',
        },
      },
      suites: {
        quick: [{ side: 4, steps: 8 }, { steps: 300 }],
        full: [{ steps: 5000 }, { steps: 5000, variance: 'low' }],
      },
      generate: ({ side = 10, steps = 500, variance = 'high' }, seed) =>
        shiftedLaplacians(side, steps, variance, seed),
    }),
    heat: defineFamily({
      title: 'Heat with changing conductivity',
      description:
        'Crank-Nicolson steps of u_t = κ(t) Δu + f on the unit square, κ(t) = max(0.1 sin 2πt, -10 sin 2πt), a source that goes round; conjugate gradients preconditioned by SSOR, started at the last step.',
      real: false,
      params: {
        side: { type: 'integer', min: 3, max: 400, default: 25, description: 'Cells a side' },
        steps: { ...steps, default: 250 },
        span: {
          type: 'number',
          above: 0,
          max: 100,
          default: 5,
          unit: 'time',
          description: 'Time of the last step',
        },
      },
      suites: {
        quick: [{ side: 5, steps: 8 }, { steps: 250 }],
        full: [{ steps: 5000 }, { side: 50, steps: 5000 }, { side: 100, steps: 1000 }],
      },
      generate: ({ side = 25, steps = 250, span = 5 }) => heatEquation(side, steps, span),
    }),
    ridge: defineFamily({
      title: 'Ridge regressions',
      description:
        'Normal equations of the Wisconsin breast cancer data, 569 tumours with 30 standardised features, with a ridge that changes by factors up to 1000; SOR from zero.',
      real: true,
      params: { steps },
      suites: { quick: [{ steps: 8 }, { steps: 200 }], full: [{ steps: 5000 }] },
      generate: async ({ steps = 500 }, seed) => {
        const { loadBreastCancer } = await importData(() => import('@infimum/datasets/breast-cancer'));
        const { features, labels } = loadBreastCancer();
        return ridgePath(features, labels, steps, seed);
      },
    }),
  },
  metrics: {
    iterations: {
      title: 'Iterations',
      description:
        'Mean over the systems solved of the iterations that the chosen factors take, when solved again.',
      unit: '',
      direction: 'minimise',
      compute: (instance: RelaxationInstance, { relaxations }: RelaxationPlay) => {
        const { iterations } = replay(instance, relaxations);
        return iterations.reduce((a, b) => a + b, 0) / Math.max(1, iterations.length);
      },
    },
    residual: {
      title: 'Largest residual',
      description: 'Largest |b - A x| over |b| of all systems, when solved again.',
      unit: '',
      direction: 'minimise',
      compute: (instance: RelaxationInstance, { relaxations }: RelaxationPlay) =>
        replay(instance, relaxations).residual,
    },
  },
  primaryMetric: 'iterations',
  success: { metric: 'residual', bound: ({ tolerance }) => tolerance },
  validate,
  badInstances: () => {
    const good = tiny();
    return [
      {
        fault: 'a matrix that is not square',
        instance: { ...good, base: { ...good.base, cols: 3 } },
        argument: 'base',
      },
      {
        fault: 'fewer scales than systems',
        instance: { ...good, scale: Float64Array.of(1) },
        argument: 'scale',
      },
      {
        fault: 'a diagonal that is not positive',
        instance: { ...good, identity: Float64Array.of(0, -9) },
        argument: 'identity',
      },
      {
        fault: 'a source that is no number',
        instance: { ...good, sources: { rows: 1, cols: 2, values: Float64Array.of(1, Number.NaN) } },
        argument: 'sources',
      },
      {
        fault: 'sources of another length',
        instance: { ...good, sources: { rows: 1, cols: 3, values: new Float64Array(3) } },
        argument: 'sources',
      },
      {
        fault: 'fewer contexts than systems',
        instance: { ...good, contexts: Float64Array.of(1) },
        argument: 'contexts',
      },
      { fault: 'an unknown method', instance: { ...good, method: 'magic' as 'sor' }, argument: 'method' },
      { fault: 'a tolerance of zero', instance: { ...good, tolerance: 0 }, argument: 'tolerance' },
    ];
  },
  hardInstances: () => {
    const good = tiny();
    const scaled = (by: number): RelaxationInstance => ({
      ...good,
      identity: good.identity.map((value) => value * by),
      scale: good.scale.map((value) => value * by),
    });
    return [
      { hardness: 'matrices scaled by 1e150', instance: scaled(1e150) },
      { hardness: 'matrices scaled by 1e-150', instance: scaled(1e-150) },
      {
        hardness: 'right-hand sides of zero',
        instance: { ...good, sources: { rows: 1, cols: 2, values: new Float64Array(2) } },
      },
      {
        hardness: 'denormal right-hand sides',
        instance: { ...good, sources: { rows: 1, cols: 2, values: Float64Array.of(5e-324, 0) } },
      },
      { hardness: 'contexts that are all the same', instance: { ...good, contexts: new Float64Array(2) } },
      { hardness: 'a tolerance beyond rounding', instance: { ...good, tolerance: 1e-17 } },
      {
        hardness: 'a matrix that is indefinite',
        instance: { ...good, base: csrFromDense({ rows: 2, cols: 2, values: Float64Array.of(1, 5, 5, 1) }) },
      },
    ];
  },
  instanceFile: {
    description:
      'A JSON object: `base` (a square matrix, lists of rows), `shifts` (A_t = base + shift_t I), `sources` (one right-hand side a row, or one for all), `method` (`sor` or `ssor-cg`), `tolerance`. The shifts are the contexts.',
    example: {
      base: [
        [2, -1],
        [-1, 2],
      ],
      shifts: [0, 1, 0.5],
      sources: [[1, 1]],
      method: 'sor',
      tolerance: 1e-8,
    },
    parse: (json): RelaxationInstance => {
      const given = readObject(json, 'instance', ['base', 'shifts', 'sources', 'method', 'tolerance']);
      checkChoice(given['method'], 'method', RELAXED_METHODS);
      checkNumber(given['tolerance'], 'tolerance', { above: 0 });
      const shifts = readVector(given['shifts'], 'shifts');
      return {
        base: csrFromDense(readMatrix(given['base'], 'base')),
        identity: shifts,
        scale: new Float64Array(shifts.length).fill(1),
        sources: readMatrix(given['sources'], 'sources'),
        contexts: shifts.slice(),
        method: given['method'],
        warmStart: false,
        tolerance: given['tolerance'],
      };
    },
  },
});

/** Two systems of two unknowns. */
function tiny(): RelaxationInstance {
  return {
    base: csrFromDense({ rows: 2, cols: 2, values: Float64Array.of(2, -1, -1, 2) }),
    identity: Float64Array.of(0, 1),
    scale: Float64Array.of(1, 1),
    sources: { rows: 1, cols: 2, values: Float64Array.of(1, 2) },
    contexts: Float64Array.of(0, 1),
    method: 'sor',
    warmStart: false,
    tolerance: 1e-8,
  };
}

function validate(instance: RelaxationInstance): void {
  checkInstance(instance);
  const { base, identity, scale, previousIdentity, previousScale, sources, contexts, initialSolution } =
    instance;
  checkCsr(base, 'base');
  if (base.rows !== base.cols) {
    throw new InvalidInputError(`must be square, got ${base.rows}x${base.cols}`, {
      argument: 'base',
      code: 'shape',
    });
  }
  checkVector(identity, 'identity');
  const count = identity.length;
  checkVector(scale, 'scale', count);
  if (previousIdentity !== undefined) checkVector(previousIdentity, 'previousIdentity', count);
  if (previousScale !== undefined) checkVector(previousScale, 'previousScale', count);
  checkMatrix(sources, 'sources');
  if (sources.cols !== base.rows || (sources.rows !== 1 && sources.rows !== count)) {
    const problem = `expected ${count}x${base.rows} or 1x${base.rows}, got ${sources.rows}x${sources.cols}`;
    throw new InvalidInputError(problem, { argument: 'sources', code: 'shape' });
  }
  checkVector(contexts, 'contexts', count);
  checkChoice(instance.method, 'method', RELAXED_METHODS);
  checkNumber(instance.tolerance, 'tolerance', { above: 0, below: 1 });
  if (typeof instance.warmStart !== 'boolean') {
    throw new InvalidInputError('expected true or false', { argument: 'warmStart', code: 'type' });
  }
  if (initialSolution !== undefined) checkVector(initialSolution, 'initialSolution', base.rows);
  checkDiagonals(instance);
}

/** Every A_t has to have a positive diagonal, stored. */
function checkDiagonals({ base, identity, scale }: RelaxationInstance): void {
  const missing = diagonalPlaces(base).indexOf(-1);
  if (missing >= 0) {
    throw new InvalidInputError(`has no diagonal entry in row ${missing}`, {
      argument: 'base',
      code: 'missing',
      index: missing,
    });
  }
  const [low, high] = rangeOf(csrDiagonal(base));
  for (let t = 0; t < identity.length; t++) {
    const least = Math.min(identity[t] + scale[t] * low, identity[t] + scale[t] * high);
    if (least > 0 && least < Infinity) continue;
    const problem = `makes the diagonal of system ${t} ${least}; it has to be positive`;
    throw new InvalidInputError(problem, { argument: 'identity', code: 'out-of-range', index: t });
  }
}

/** The five-point Laplacian of a grid of inner points: 4 on the diagonal, -1 for each neighbour. */
export function gridLaplacian(side: number): CsrMatrix {
  const size = side * side;
  const rowPointers = new Int32Array(size + 1);
  const columns: number[] = [];
  const values: number[] = [];
  const push = (column: number, value: number) => {
    columns.push(column);
    values.push(value);
  };
  for (let i = 0; i < size; i++) {
    const column = i % side;
    if (i >= side) push(i - side, -1);
    if (column > 0) push(i - 1, -1);
    push(i, 4);
    if (column < side - 1) push(i + 1, -1);
    if (i + side < size) push(i + side, -1);
    rowPointers[i + 1] = columns.length;
  }
  return {
    rows: size,
    cols: size,
    rowPointers,
    columnIndices: Int32Array.from(columns),
    values: Float64Array.from(values),
  };
}

function shiftedLaplacians(
  side: number,
  steps: number,
  variance: 'high' | 'low',
  seed: number,
): RelaxationInstance {
  const random = new Random(seed);
  const [a, b] = variance === 'high' ? [0.5, 1.5] : [2, 6];
  const lowest = -0.15;
  // The smallest eigenvalue of the grid bounds how far a shift may go below zero.
  const floor = -0.9 * (4 - 4 * Math.cos(Math.PI / (side + 1)));
  const shifts = Float64Array.from({ length: steps }, () =>
    Math.max(floor, lowest + 0.6 * drawBeta(random, a, b)),
  );
  const size = side * side;
  const sources = { rows: steps, cols: size, values: new Float64Array(steps * size) };
  for (let t = 0; t < steps; t++) sources.values.set(truncatedNormals(random, size), t * size);
  return {
    base: gridLaplacian(side),
    identity: shifts,
    scale: new Float64Array(steps).fill(1),
    sources,
    contexts: shifts.slice(),
    method: 'sor',
    warmStart: false,
    tolerance: 1e-8,
  };
}

/** Normal numbers, drawn again until their norm is at most √n. */
function truncatedNormals(random: Random, size: number): Float64Array {
  for (let attempt = 0; ; attempt++) {
    const x = random.normals(new Float64Array(size));
    if (attempt > 100 || x.reduce((sum, value) => sum + value * value, 0) <= size) return x;
  }
}

/** A Beta number from two of Gamma. */
function drawBeta(random: Random, a: number, b: number): number {
  const [x, y] = [drawGamma(random, a), drawGamma(random, b)];
  return x + y > 0 ? x / (x + y) : a / (a + b);
}

/** exp(1 - 1/(1 - min(1, |x - c|²/r²))): smooth, one at the centre, zero beyond the radius. */
function bump(x: number, y: number, cx: number, cy: number, radius: number): number {
  const share = Math.min(1, ((x - cx) ** 2 + (y - cy) ** 2) / (radius * radius));
  return share < 1 ? Math.exp(1 - 1 / (1 - share)) : 0;
}

/** Crank-Nicolson steps of the heat equation of the paper's experiment. */
export function heatEquation(side: number, steps: number, span: number): RelaxationInstance {
  const inner = side - 1;
  const size = inner * inner;
  const dt = span / steps;
  const kappa = (t: number) => Math.max(0.1 * Math.sin(2 * Math.PI * t), -10 * Math.sin(2 * Math.PI * t));
  // I - ½ κ dt Δ_h with Δ_h = -grid / h².
  const weight = Float64Array.from(
    { length: steps },
    (_, t) => 0.5 * kappa((t + 0.5) * dt) * dt * side * side,
  );
  const field = (cx: number, cy: number, radius: number, factor: number, out: Float64Array) => {
    for (let i = 0; i < size; i++) {
      const [x, y] = [(Math.floor(i / inner) + 1) / side, ((i % inner) + 1) / side];
      out[i] = factor * bump(x, y, cx, cy, radius);
    }
    return out;
  };
  const sources = { rows: steps, cols: size, values: new Float64Array(steps * size) };
  for (let t = 0; t < steps; t++) {
    const angle = 16 * Math.PI * (t + 0.5) * dt;
    const row = sources.values.subarray(t * size, (t + 1) * size);
    field(0.5 + Math.cos(angle) / 4, 0.5 + Math.sin(angle) / 4, 1 / 8, 32 * dt, row);
  }
  return {
    base: gridLaplacian(inner),
    identity: new Float64Array(steps).fill(1),
    scale: weight,
    previousIdentity: new Float64Array(steps).fill(1),
    previousScale: weight.map((value) => -value),
    sources,
    contexts: Float64Array.from({ length: steps }, (_, t) => kappa(t * dt)),
    method: 'ssor-cg',
    warmStart: true,
    tolerance: 1e-8,
    initialSolution: field(0.5, 0.5, 1 / 4, 1, new Float64Array(size)),
  };
}

/** Normal equations with a ridge that changes. */
function ridgePath(
  features: DenseMatrix,
  labels: ArrayLike<number>,
  steps: number,
  seed: number,
): RelaxationInstance {
  const { rows, cols } = features;
  const random = new Random(seed);
  const data = Float64Array.from(features.values);
  for (let j = 0; j < cols; j++) {
    let [mean, square] = [0, 0];
    for (let i = 0; i < rows; i++) mean += data[i * cols + j] / rows;
    for (let i = 0; i < rows; i++) square += (data[i * cols + j] - mean) ** 2 / rows;
    for (let i = 0; i < rows; i++)
      data[i * cols + j] = (data[i * cols + j] - mean) / (Math.sqrt(square) || 1);
  }
  const gram = new Float64Array(cols * cols);
  const right = new Float64Array(cols);
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j < cols; j++) {
      right[j] += (data[i * cols + j] * (labels[i] - 0.5)) / rows;
      for (let k = 0; k < cols; k++) gram[j * cols + k] += (data[i * cols + j] * data[i * cols + k]) / rows;
    }
  }
  const powers = random.uniforms(new Float64Array(steps)).map((u) => 3 * u - 2);
  return {
    base: csrFromDense({ rows: cols, cols, values: gram }),
    identity: powers.map((power) => 10 ** power),
    scale: new Float64Array(steps).fill(1),
    sources: { rows: 1, cols, values: right },
    contexts: powers,
    method: 'sor',
    warmStart: false,
    tolerance: 1e-8,
  };
}

/** Young's factor for the five-point Laplacian of a side plus a shift. */
export function bestShiftedRelaxation(side: number, shift: number): number {
  return optimalRelaxation(Math.min(1 - 1e-12, (4 * Math.cos(Math.PI / (side + 1))) / (4 + shift)));
}

/** Checks a grid of factors. */
export function checkGrid(grid: unknown, argument: string): asserts grid is Float64Array {
  checkVector(grid, argument);
  checkInteger(grid.length, `${argument}.length`, { min: 1, max: 10_000 });
  const index = grid.findIndex((value: number) => !(value > 0 && value < 2));
  if (index < 0) return;
  throw new InvalidInputError(`is ${grid[index]} at index ${index}, outside (0, 2)`, {
    argument,
    code: 'out-of-range',
    index,
  });
}
