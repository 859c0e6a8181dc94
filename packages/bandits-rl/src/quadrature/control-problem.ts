// Optimal control in continuous time: a system that is driven by its input, with a running cost.
import type { VectorLike } from '@infimum/core';
import {
  asMatrix,
  asVector,
  checkFunction,
  checkInteger,
  checkMatrix,
  checkNumber,
  checkObject,
  checkVector,
  defineFamily,
  defineProblem,
  fault,
  Random,
} from '@infimum/core';
import { readMatrix, readObject, readVector } from '@infimum/core/data';
import { mulberry32 } from '@infimum/core/reference-generators';
import type { DenseMatrix } from '@infimum/linalg';
import { eigen, identity, matrixFromRows } from '@infimum/linalg';
import { inverseOfCost } from '../regulators/matrices.ts';
import { solveCare } from '../regulators/riccati.ts';
import type {
  ControlInstance,
  ControlSolution,
  ControlSystem,
  ControlSystemLike,
  LinearPlant,
  LinearPlantLike,
} from './control-instance.ts';
import type { Features } from './monomials.ts';
import { quadraticMonomials, weightsOf } from './monomials.ts';

/** u = -½ R⁻¹ g(x)ᵀ ∇V(x) for V = weights·φ, without an allocation at a call. */
export function policyOf(
  system: ControlSystemLike,
  features: Features,
  weights: VectorLike,
): (x: Float64Array, out: Float64Array) => void {
  checkObject(system, 'system');
  checkFunction(system.inputMap, 'system.inputMap');
  const inputCost = asMatrix(system.inputCost, 'system.inputCost');
  checkObject(features, 'features');
  checkFunction(features.gradient, 'features.gradient');
  const omega = asVector(weights, 'weights');
  const { states: n, inputs: m } = system;
  checkInteger(n, 'system.states', { min: 1 });
  checkInteger(m, 'system.inputs', { min: 1 });
  const inverseR = inverseOfCost(inputCost).inverse.values;
  const slope = new Float64Array(n);
  const map = new Float64Array(n * m);
  const reached = new Float64Array(m);
  return (x, out) => {
    features.gradient(x, omega, slope);
    system.inputMap(x, map);
    reached.fill(0);
    for (let i = 0; i < n; i++) for (let j = 0; j < m; j++) reached[j] += map[i * m + j] * slope[i];
    for (let k = 0; k < m; k++) {
      let sum = 0;
      for (let j = 0; j < m; j++) sum += inverseR[k * m + j] * reached[j];
      out[k] = -sum / 2;
    }
  };
}

/** uᵀRu. */
export function inputCostOf({ rows, values }: DenseMatrix, u: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < rows; i++) for (let j = 0; j < rows; j++) sum += u[i] * values[i * rows + j] * u[j];
  return sum;
}

/**
 * How far V is from solving ∇Vᵀf + q - ¼ ∇Vᵀ g R⁻¹ gᵀ ∇V = 0: the sum of the residuals' magnitudes at 32 normal states of the
 * initial state's magnitude, over the sum of the terms'. 0 for 0/0.
 */
export function hamiltonJacobiResidual(instance: ControlInstance, weights: Float64Array): number {
  const { system, features, initialState } = instance;
  const { states: n, inputs: m } = system;
  const scale = initialState.reduce((most, entry) => Math.max(most, Math.abs(entry)), 0) || 1;
  const policy = policyOf(system, features, weights);
  const next = mulberry32(1);
  const [x, f, slope, u] = [n, n, n, m].map((length) => new Float64Array(length));
  let [residuals, terms] = [0, 0];
  for (let point = 0; point < 32; point++) {
    for (let i = 0; i < n; i++) {
      x[i] = scale * Math.sqrt(-2 * Math.log(1 - next())) * Math.cos(2 * Math.PI * next());
    }
    system.drift(x, f);
    features.gradient(x, weights, slope);
    policy(x, u);
    let along = 0;
    for (let i = 0; i < n; i++) along += slope[i] * f[i];
    const cost = system.stateCost(x);
    // At the minimising u the quadratic term is uᵀRu.
    const quadratic = inputCostOf(system.inputCost, u);
    residuals += Math.abs(along + cost - quadratic);
    terms += Math.abs(along) + Math.abs(cost) + Math.abs(quadratic);
  }
  return terms === 0 ? 0 : residuals / terms;
}

/** x' = Ax + Bu with the running cost xᵀQx + uᵀRu. */
export function linearSystem({ a, b, q, r }: LinearPlant): ControlSystem {
  const n = a.rows;
  return {
    states: n,
    inputs: b.cols,
    drift(x, out) {
      for (let i = 0; i < n; i++) {
        let sum = 0;
        for (let j = 0; j < n; j++) sum += a.values[i * n + j] * x[j];
        out[i] = sum;
      }
    },
    inputMap: (_, out) => out.set(b.values),
    stateCost: (x) => inputCostOf(q, x),
    inputCost: r,
  };
}

/** A linear system with quadratic costs. */
export function linearInstance(
  plant: LinearPlantLike,
  initialState: VectorLike,
  options: { window?: number; initialWeights?: VectorLike; optimum?: VectorLike } = {},
): ControlInstance {
  checkObject(plant, 'plant');
  checkObject(options, 'options');
  const [a, b] = [asMatrix(plant.a, 'a'), asMatrix(plant.b, 'b')];
  const [q, r] = [asMatrix(plant.q, 'q'), asMatrix(plant.r, 'r')];
  const features = quadraticMonomials(a.rows);
  return {
    system: linearSystem({ a, b, q, r }),
    features,
    initialState: asVector(initialState, 'initialState'),
    initialWeights: asVector(options.initialWeights ?? new Float64Array(features.count), 'initialWeights'),
    window: options.window ?? 0.1,
    linear: { a, b, q, r },
    optimum: asVector(options.optimum ?? weightsOf(solveCare(a, b, q, r)), 'optimum'),
  };
}

/** The paper's first example: of third order, linear and stable. */
export function thirdOrderSystem(): ControlInstance {
  const plant = {
    a: matrixFromRows([
      [0, 1, 0],
      [0, 0, 1],
      [-0.1, -0.5, -0.7],
    ]),
    b: matrixFromRows([[0], [0], [1]]),
    q: identity(3),
    r: identity(1),
  };
  return linearInstance(plant, Float64Array.of(2, -2, 3));
}

/** The paper's second example, with the optimal value ½x₁² + x₂². */
export function nonlinearSystem(): ControlInstance {
  return {
    system: {
      states: 2,
      inputs: 1,
      drift(x, out) {
        const sine = Math.sin(x[0]);
        out[0] = x[1] - x[0];
        out[1] = -(x[0] + x[1]) / 2 + (x[1] * sine * sine) / 2;
      },
      inputMap(x, out) {
        out[0] = 0;
        out[1] = Math.sin(x[0]);
      },
      stateCost: (x) => x[0] * x[0] + x[1] * x[1],
      inputCost: identity(1),
    },
    features: quadraticMonomials(2),
    initialState: Float64Array.of(1, 1),
    initialWeights: Float64Array.of(-1, 3, 1.5),
    window: 0.1,
    optimum: Float64Array.of(0.5, 0, 1),
  };
}

/** A Gaussian matrix, moved to the left until it is stable. */
export function randomPlant(states: number, inputs: number, seed: number): ControlInstance {
  const random = new Random(seed);
  const normals = (rows: number, cols: number) => ({
    rows,
    cols,
    values: Float64Array.from({ length: rows * cols }, () => random.normal()),
  });
  const a = normals(states, states);
  const shift = eigen(a).real.reduce((most, part) => Math.max(most, part), -Infinity) + 0.5;
  for (let i = 0; i < states; i++) a.values[i * states + i] -= shift;
  const plant = { a, b: normals(states, inputs), q: identity(states), r: identity(inputs) };
  return linearInstance(
    plant,
    Float64Array.from({ length: states }, () => random.normal()),
  );
}

/** A Boeing 747 in level flight at 40,000 feet and 774 feet a second: what disturbs its longitudinal motion. */
export function boeing747(): ControlInstance {
  const plant = {
    a: matrixFromRows([
      [-0.003, 0.039, 0, -0.322],
      [-0.065, -0.319, 7.74, 0],
      [0.02, -0.101, -0.429, 0],
      [0, 0, 1, 0],
    ]),
    b: matrixFromRows([
      [0.01, 1],
      [-0.18, -0.04],
      [-1.16, 0.598],
      [0, 0],
    ]),
    q: identity(4),
    r: identity(2),
  };
  // Without any input it oscillates for minutes: an existing regulator, made for inputs four times as expensive, is to be improved.
  const dear = { ...plant.r, values: plant.r.values.map((value) => 4 * value) };
  const initialWeights = weightsOf(solveCare(plant.a, plant.b, plant.q, dear));
  return linearInstance(plant, Float64Array.of(3, -2, 0.5, 1), { window: 0.25, initialWeights });
}

/** The problem. */
export const controlProblem = /* @__PURE__ */ defineProblem({
  id: 'bandits-rl/optimal-control',
  title: 'Optimal control in continuous time',
  statement:
    "Along $x' = f(x) + g(x) u$ minimise $\\int_0^\\infty q(x) + u^\\top R u \\, dt$. With $V = \\omega \\cdot \\varphi$ the value and $u = -\\tfrac12 R^{-1} g^\\top \\nabla V$, find $\\omega$ such that $\\nabla V^\\top f + q - \\tfrac14 \\nabla V^\\top g R^{-1} g^\\top \\nabla V = 0$.",
  families: {
    'third-order': defineFamily({
      title: 'Linear system of third order',
      description: 'The first example of the paper; zero input is a stabilizing policy.',
      real: false,
      params: {},
      suites: { quick: [{}], full: [{}] },
      generate: () => thirdOrderSystem(),
    }),
    nonlinear: defineFamily({
      title: 'Nonlinear system',
      description: 'The second example of the paper, whose optimal value is ½x₁² + x₂².',
      real: false,
      params: {},
      suites: { quick: [{}], full: [{}] },
      generate: () => nonlinearSystem(),
    }),
    linear: defineFamily({
      title: 'Random linear systems',
      description: 'A Gaussian matrix shifted so that its eigenvalues are left of -0.5; unit costs.',
      real: false,
      params: {
        states: { type: 'integer', min: 1, max: 200, default: 4, description: 'Length of the state' },
        inputs: { type: 'integer', min: 1, max: 50, default: 2, description: 'Length of the input' },
      },
      suites: {
        quick: [{ states: 2 }, { states: 4 }],
        full: [{ states: 2 }, { states: 4 }, { states: 8 }, { states: 12 }, { states: 20 }],
      },
      generate: ({ states = 4, inputs = 2 }, seed) => randomPlant(states, inputs, seed),
    }),
    aircraft: defineFamily({
      title: 'Boeing 747',
      description:
        'The longitudinal motion of a Boeing 747 about level flight at 40,000 feet, with elevator and throttle, after the textbook of A. Bryson, Control of Spacecraft and Aircraft (1994); starting from a regulator for more expensive inputs.',
      real: true,
      params: {},
      suites: { quick: [{}], full: [{}] },
      generate: () => boeing747(),
    }),
  },
  metrics: {
    residual: {
      title: 'Residual of the Hamilton-Jacobi equation',
      description: 'Sum over 32 random states, relative to the sum of its terms.',
      unit: '',
      direction: 'minimize',
      compute: (instance: ControlInstance, { weights }: ControlSolution) => hamiltonJacobiResidual(instance, weights),
    },
    weightError: {
      title: 'Error of the weights',
      description: '|ω - ω*| over |ω*|.',
      unit: '',
      direction: 'minimize',
      compute: ({ optimum }: ControlInstance, { weights }: ControlSolution) => {
        let [error, size] = [0, 0];
        for (let i = 0; i < optimum.length; i++) {
          error = Math.hypot(error, weights[i] - optimum[i]);
          size = Math.hypot(size, optimum[i]);
        }
        return size === 0 ? error : error / size;
      },
    },
  },
  primaryMetric: 'weightError',
  // A method that sees samples only does not know the equation, and can only state that its weights have converged.
  success: {
    metric: 'residual',
    bound: (_, { variant, options }) => (variant === 'sampled' ? undefined : Number(options['tolerance'])),
  },
  plainData: ({ linear, initialState, initialWeights, window }) =>
    linear && { ...linear, initialState, initialWeights, window },
  reference: ({ optimum }) => ({ weights: optimum.slice() }),
  certificates: {
    stabilizing: {
      title: 'Near the optimum, and stable',
      statement: String.raw`For the doubles of $A$, $B$, $Q$ and $R$ as they are: $R$ is positive definite, there is one symmetric $P_*$ with
$A^T P_* + P_* A - P_* B R^{-1} B^T P_* + Q = 0$ whose feedback $u = -R^{-1} B^T P_* x$ is stable, so is the feedback of the solution's
$P$, and $|D (P - P_*) D|_2$ is at most *distance* times the largest entry of $D P D$, with $D$ the units of the witness.`,
      about: 'optimum',
      figures: ['distance'],
      cost: 'O(n^3)',
      always: false,
      declines: ({ linear }) => (linear ? undefined : 'the system is not linear'),
      prover: () => import('./stabilizing-prover.ts'),
      checker: () => import('./stabilizing-checker.ts'),
    },
  },
  validate,
  badInstances: () => {
    const good = nonlinearSystem();
    return [
      { fault: 'a state of another length', instance: { ...good, initialState: Float64Array.of(1) }, argument: 'initialState' },
      {
        fault: 'a state that is not a number',
        instance: { ...good, initialState: Float64Array.of(1, Number.NaN) },
        argument: 'initialState',
      },
      {
        fault: 'weights of another length',
        instance: { ...good, initialWeights: Float64Array.of(1) },
        argument: 'initialWeights',
      },
      { fault: 'a window without length', instance: { ...good, window: 0 }, argument: 'window' },
      {
        fault: 'an input that costs nothing',
        instance: { ...good, system: { ...good.system, inputCost: matrixFromRows([[0]]) } },
        argument: 'r',
      },
      {
        fault: 'a drift that is not a function',
        instance: { ...good, system: { ...good.system, drift: 1 as never } },
        argument: 'system',
      },
    ];
  },
  hardInstances: () => {
    const one = matrixFromRows([[1]]);
    const scalar = (a: number, b: number, q: number, state: number, optimum = 1) =>
      linearInstance(
        { a: matrixFromRows([[a]]), b: matrixFromRows([[b]]), q: matrixFromRows([[q]]), r: one },
        Float64Array.of(state),
        { optimum: Float64Array.of(optimum) },
      );
    const nonlinear = nonlinearSystem();
    let calls = 0;
    return [
      { hardness: 'a state of 1e150', instance: scalar(-1, 1, 1, 1e150, Math.SQRT2 - 1) },
      { hardness: 'a state of 1e-150', instance: scalar(-1, 1, 1, 1e-150, Math.SQRT2 - 1) },
      { hardness: 'a denormal state', instance: scalar(-1, 1, 1, 5e-324, Math.SQRT2 - 1) },
      { hardness: 'a state at rest', instance: scalar(-1, 1, 1, 0, Math.SQRT2 - 1) },
      { hardness: 'rates of 1e150', instance: scalar(-1e150, 1, 1, 1) },
      { hardness: 'costs of 1e150', instance: scalar(-1, 1, 1e150, 1) },
      { hardness: 'a first policy that does not stabilise', instance: scalar(1, 1, 1, 1, 1 + Math.SQRT2) },
      { hardness: 'an uncontrollable mode', instance: scalar(1, 0, 1, 1) },
      {
        hardness: 'a mode on the axis that costs nothing',
        instance: linearInstance(
          {
            a: matrixFromRows([
              [0, 1],
              [-1, 0],
            ]),
            b: matrixFromRows([[0], [1]]),
            q: matrixFromRows([
              [0, 0],
              [0, 0],
            ]),
            r: one,
          },
          Float64Array.of(1, 0),
          { optimum: new Float64Array(3) },
        ),
      },
      {
        hardness: 'a drift that becomes NaN',
        instance: {
          ...nonlinear,
          system: {
            ...nonlinear.system,
            drift(x: Float64Array, out: Float64Array) {
              nonlinear.system.drift(x, out);
              if (++calls > 500) out[0] = Number.NaN;
            },
          },
        },
      },
    ];
  },
  instanceFile: {
    description:
      'A JSON object: `a`, `b`, `q`, `r` (lists of rows) of x’ = ax + bu with the cost xᵀqx + uᵀru, `initialState`, and `window`, the length of the time windows.',
    example: { a: [[-1]], b: [[1]], q: [[1]], r: [[1]], initialState: [1], window: 0.1 },
    parse: (json): ControlInstance => {
      const given = readObject(json, 'instance', ['a', 'b', 'q', 'r', 'initialState', 'window']);
      checkNumber(given['window'], 'window', { above: 0 });
      const plant = {
        a: readMatrix(given['a'], 'a'),
        b: readMatrix(given['b'], 'b'),
        q: readMatrix(given['q'], 'q'),
        r: readMatrix(given['r'], 'r'),
      };
      return linearInstance(plant, readVector(given['initialState'], 'initialState'), { window: given['window'] });
    },
  },
});

function validate({ system, features, initialState, initialWeights, window, optimum, linear }: ControlInstance): void {
  const isWhole =
    typeof system === 'object' &&
    system !== null &&
    [system.drift, system.inputMap, system.stateCost].every((part) => typeof part === 'function');
  if (!isWhole) throw fault('needs drift, inputMap and stateCost', 'system', 'type');
  checkMatrix(system.inputCost, 'inputCost');
  if (typeof features?.value !== 'function' || typeof features.gradient !== 'function') {
    throw fault('needs value and gradient', 'features', 'type');
  }
  inverseOfCost(system.inputCost);
  checkVector(initialState, 'initialState', system.states);
  checkVector(initialWeights, 'initialWeights', features.count);
  checkVector(optimum, 'optimum', features.count);
  checkNumber(window, 'window', { above: 0 });
  checkInteger(system.states, 'system.states', { min: 1 });
  checkInteger(system.inputs, 'system.inputs', { min: 1, max: system.inputCost.rows });
  checkInteger(features.count, 'features.count', { min: 1 });
  if (linear === undefined) return;
  checkObject(linear, 'linear');
  const shapes = { a: system.states, b: system.states, q: system.states, r: linear.b?.cols };
  for (const name of ['b', 'a', 'q', 'r'] as const) {
    checkMatrix(linear[name], `linear.${name}`);
    const { rows, cols } = linear[name];
    if (rows === shapes[name] && (name === 'b' || cols === rows)) continue;
    throw fault(`is ${rows}x${cols}, which does not fit the other matrices`, `linear.${name}`, 'shape');
  }
}
