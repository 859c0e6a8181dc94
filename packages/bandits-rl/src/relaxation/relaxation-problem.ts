// The registered problem of relaxation factors: families, metrics, and checks of instances.
import { checkChoice, checkMatrix, checkNumber, checkVector, defineFamily, defineProblem, fault } from '@infimum/core';
import { importData, readMatrix, readObject, readVector } from '@infimum/core/data';
import { checkCsr, csrDiagonal, csrFromDense } from '@infimum/linalg';
import { rangeOf } from '../bandits/bandit-problem.ts';
import { checkInstance } from '../check-instance.ts';
import { RELAXED_METHODS } from './relaxed-solve.ts';
import { heatEquation, ridgePath, shiftedLaplacians } from './system-families.ts';
import type { RelaxationInstance, RelaxationPlay } from './system-sequence.ts';
import { diagonalPlaces, replay } from './system-sequence.ts';

const replays = new WeakMap<RelaxationPlay, ReturnType<typeof replay>>();

/** Both metrics ask for the same. */
function replayed(instance: RelaxationInstance, play: RelaxationPlay) {
  const result = replays.get(play) ?? replay(instance, play.relaxations);
  replays.set(play, result);
  return result;
}

const steps = { type: 'integer', min: 1, max: 1_000_000, default: 500, description: 'Systems' } as const;

/** The problem. */
export const relaxationProblem = /* @__PURE__ */ defineProblem({
  id: 'bandits-rl/relaxation',
  title: 'Relaxation factors for a sequence of systems',
  statement:
    'Systems $A_t x = b_t$ arrive one by one, with a number $c_t$ that describes $A_t$. Choose $\\omega_t \\in (0, 2)$, then solve by SOR, or by conjugate gradients preconditioned by SSOR, in $k_t(\\omega_t)$ iterations. Minimise $\\sum_t k_t$.',
  families: {
    shifted: defineFamily({
      title: 'Shifted Laplacians',
      description:
        'The five-point Laplacian of a square grid plus a random multiple of the identity, between -0.15 and 0.45; random right-hand sides. `high` variance is Beta(½, 3/2), `low` is Beta(2, 6).',
      real: false,
      params: {
        side: { type: 'integer', min: 2, max: 500, default: 10, description: 'Inner points per side' },
        steps,
        variance: { type: 'choice', choices: ['high', 'low'], default: 'high', description: 'How much the shifts vary' },
      },
      suites: { quick: [{ side: 4, steps: 8 }, { steps: 300 }], full: [{ steps: 5000 }, { steps: 5000, variance: 'low' }] },
      generate: ({ side = 10, steps = 500, variance = 'high' }, seed) => shiftedLaplacians(side, steps, variance, seed),
    }),
    heat: defineFamily({
      title: 'Heat with changing conductivity',
      description:
        'Crank-Nicolson steps of u_t = κ(t) Δu + f on the unit square, κ(t) = max(0.1 sin 2πt, -10 sin 2πt), a circling source; conjugate gradients preconditioned by SSOR, started from the last step.',
      real: false,
      params: {
        side: { type: 'integer', min: 3, max: 400, default: 25, description: 'Cells per side' },
        steps: { ...steps, default: 250 },
        span: { type: 'number', above: 0, max: 100, default: 5, unit: 'time', description: 'Time of the last step' },
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
      description: 'Mean number of iterations with the chosen factors, when the systems are solved again.',
      unit: '',
      direction: 'minimize',
      compute: (instance: RelaxationInstance, play: RelaxationPlay) => {
        const { iterations } = replayed(instance, play);
        return iterations.reduce((a, b) => a + b, 0) / Math.max(1, iterations.length);
      },
    },
    residual: {
      title: 'Largest residual',
      description: 'Largest |b - A x| / |b| of all systems, when solved again.',
      unit: '',
      direction: 'minimize',
      compute: (instance: RelaxationInstance, play: RelaxationPlay) => replayed(instance, play).residual,
    },
  },
  primaryMetric: 'iterations',
  unproved: 'Iterations are only counted: better relaxation factors are not ruled out.',
  success: { metric: 'residual', bound: ({ tolerance }) => tolerance },
  validate,
  badInstances: () => {
    const good = tiny();
    return [
      { fault: 'a matrix that is not square', instance: { ...good, base: { ...good.base, cols: 3 } }, argument: 'base' },
      { fault: 'fewer scales than systems', instance: { ...good, scale: Float64Array.of(1) }, argument: 'scale' },
      {
        fault: 'a diagonal that is not positive',
        instance: { ...good, identity: Float64Array.of(0, -9) },
        argument: 'identity',
      },
      {
        fault: 'a source that is not a number',
        instance: { ...good, sources: { rows: 1, cols: 2, values: Float64Array.of(1, Number.NaN) } },
        argument: 'sources',
      },
      {
        fault: 'sources of another length',
        instance: { ...good, sources: { rows: 1, cols: 3, values: new Float64Array(3) } },
        argument: 'sources',
      },
      { fault: 'fewer contexts than systems', instance: { ...good, contexts: Float64Array.of(1) }, argument: 'contexts' },
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
      'A JSON object: `base` (a square matrix, lists of rows), `shifts` (A_t = base + shift_t I), `sources` (one right-hand side per row, or one for all), `method` (`sor` or `ssor-cg`), `tolerance`. The shifts are the contexts.',
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
  const { base, identity, scale, previousIdentity, previousScale, sources, contexts, initial } = instance;
  checkCsr(base, 'base');
  if (base.rows !== base.cols) throw fault(`must be square, got ${base.rows}x${base.cols}`, 'base', 'shape');
  checkVector(identity, 'identity');
  const count = identity.length;
  checkVector(scale, 'scale', count);
  if (previousIdentity !== undefined) checkVector(previousIdentity, 'previousIdentity', count);
  if (previousScale !== undefined) checkVector(previousScale, 'previousScale', count);
  checkMatrix(sources, 'sources');
  if (sources.cols !== base.rows || (sources.rows !== 1 && sources.rows !== count)) {
    throw fault(`expected ${count}x${base.rows} or 1x${base.rows}, got ${sources.rows}x${sources.cols}`, 'sources', 'shape');
  }
  checkVector(contexts, 'contexts', count);
  checkChoice(instance.method, 'method', RELAXED_METHODS);
  checkNumber(instance.tolerance, 'tolerance', { above: 0, below: 1 });
  if (typeof instance.warmStart !== 'boolean') throw fault('expected true or false', 'warmStart', 'type');
  if (initial !== undefined) checkVector(initial, 'initial', base.rows);
  checkDiagonals(instance);
}

/** Every A_t has to have a positive diagonal, stored. */
function checkDiagonals({ base, identity, scale }: RelaxationInstance): void {
  const missing = diagonalPlaces(base).indexOf(-1);
  if (missing >= 0) throw fault(`has no diagonal entry in row ${missing}`, 'base', 'missing', missing);
  const [low, high] = rangeOf(csrDiagonal(base));
  for (let t = 0; t < identity.length; t++) {
    const least = Math.min(identity[t] + scale[t] * low, identity[t] + scale[t] * high);
    if (least > 0 && least < Infinity) continue;
    throw fault(`makes the diagonal of system ${t} ${least}; it has to be positive`, 'identity', 'out-of-range', t);
  }
}
