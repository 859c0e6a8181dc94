// Derivatives of solutions: of minimisers, fixed points and roots x*(theta) with respect to theta, without differentiating the
// algorithm that found them.
//
// F(x, theta) = 0 gives dx/dtheta = -F_x^-1 F_theta. A product w' dx/dtheta takes one linear system F_x' u = w, which is solved
// by conjugate gradients, by a Neumann series, or by factoring F_x, and then -F_theta' u.
//
// M. Blondel et al.: Efficient and modular implicit differentiation (arXiv 2105.15183); S. Ghadimi, M. Wang: Approximation
// methods for bilevel programming (arXiv 1802.02246) for the series.
import type { OptionSpecs, OptionsOf, ResolvedOptions } from '@infimum/core';
import { checkFunction, checkInteger, checkObject, checkVector, fault, resolveOptions } from '@infimum/core';
import { lu, solveLu } from '@infimum/linalg';
import { dot, largestMagnitude, norm } from '@infimum/linalg/numerics';
import { gradients, jacobianVector, vectorJacobian } from '../derivatives/gradient.ts';
import { jacobian } from '../derivatives/jacobian.ts';
import type { PartedProgram } from '../expressions/program.ts';
import { compile, compileParts } from '../expressions/program.ts';
import type { Releasable, Tensor } from '../expressions/tensor.ts';
import { describeShape, sizeOf, variable } from '../expressions/tensor.ts';
import { sub } from '../operations/arithmetic.ts';
import { checkLength, programs } from './objective.ts';

const implicitOptions = {
  method: {
    type: 'choice',
    choices: ['conjugate-gradient', 'neumann', 'dense'],
    description:
      'How linear systems are solved; by default conjugate gradients for a minimiser, a Neumann series for a fixed point, an LU factorisation (dense) for a root',
  },
  tolerance: {
    type: 'number',
    min: 0,
    default: 1e-10,
    description: 'Norm of the residual of the linear system, relative to its right-hand side, at which to stop',
  },
  maxIterations: {
    type: 'integer',
    min: 0,
    default: 1000,
    description: 'Limit on products with the matrix; for a Neumann series the number of terms at which it is truncated',
  },
  neumannStepSize: {
    type: 'number',
    was: 'step',
    above: 0,
    description:
      'Factor alpha of a Neumann series sum_k (I - alpha F_x)^k alpha; 1 by default for a fixed point, required otherwise',
  },
} as const satisfies OptionSpecs;

/** Options of `implicitDerivatives`. */
export type ImplicitDerivativesOptions = OptionsOf<typeof implicitOptions>;

/** The equation that x* solves; exactly one of the three functions must be given. */
export interface ImplicitDefinition {
  /** Number of unknowns n. */
  readonly dimension: number;
  /** Number of parameters p. */
  readonly parameters: number;
  /** Computes f, of shape `[]`, from x and theta: x* minimises f(., theta), with a positive definite Hessian there. */
  readonly argmin?: (x: Tensor, theta: Tensor) => Tensor;
  /** Computes T, n numbers: x* = T(x*, theta). */
  readonly fixedPoint?: (x: Tensor, theta: Tensor) => Tensor;
  /** Computes F, n numbers: F(x*, theta) = 0. */
  readonly root?: (x: Tensor, theta: Tensor) => Tensor;
}

/** How a product with dx/dtheta was found. */
export interface ImplicitReport {
  /** `converged` only when the residual, computed from the solution itself, is within the tolerance. */
  readonly status: 'converged' | 'iteration-limit' | 'stalled';
  /** Why it ended, in a sentence. */
  readonly reason: string;
  /** Products with the matrix. */
  readonly iterations: number;
  /** Euclidean norm of the residual of the linear system, relative to its right-hand side. */
  readonly residual: number;
  /** Largest entry of |F(x, theta)|: the derivatives hold where it is zero. */
  readonly defect: number;
}

/** Products with the derivative of a solution with respect to its parameters. */
export interface ImplicitDerivatives extends Releasable {
  /** Writes w' dx/dtheta, p numbers: the gradient of an outer function whose gradient in x is w. */
  vectorJacobian(x: Float64Array, theta: Float64Array, w: Float64Array, out: Float64Array): ImplicitReport;
  /** Writes dx/dtheta v, n numbers: how the solution moves with the parameters. */
  jacobianVector(x: Float64Array, theta: Float64Array, v: Float64Array, out: Float64Array): ImplicitReport;
}

/**
 * Derivatives of a solution x*(theta) by the implicit function theorem, at a solution that any algorithm has found: hyper-
 * gradients of bilevel problems, sensitivities, layers that are defined by an equation.
 *
 * Costs one linear system a product: at most `maxIterations` products with a Jacobian, each a small multiple of F.
 *
 * @param definition - the equation
 * @throws {InvalidInputError} for a definition without an equation or with more than one, for results of the wrong size, for
 *   conjugate gradients where the matrix need not be symmetric, and for a Neumann series without a step
 *
 * @example
 * ```ts
 * import { add, implicitDerivatives, inner, mul, square, sub, sum } from '@infimum/autodiff';
 *
 * // x* minimises (x - theta)² + 3 x², so that x* = theta / 4.
 * const ridge = implicitDerivatives({
 *   dimension: 1,
 *   parameters: 1,
 *   argmin: (x, theta) => add(sum(square(sub(x, theta))), mul(3, inner(x, x))),
 * });
 * const slope = new Float64Array(1);
 * const { status } = ridge.vectorJacobian(Float64Array.of(2), Float64Array.of(8), Float64Array.of(1), slope);
 * console.log(status, slope[0]); // converged 0.25
 * ```
 */
export function implicitDerivatives(
  definition: ImplicitDefinition,
  options: ImplicitDerivativesOptions = {},
): ImplicitDerivatives {
  checkObject(definition, 'definition');
  const { dimension, parameters } = definition;
  checkInteger(dimension, 'dimension', { min: 1 });
  checkInteger(parameters, 'parameters', { min: 1 });
  const settings = settingsOf(definition, resolveOptions(implicitOptions, options));
  const [x, theta] = [variable(dimension), variable(parameters)];
  const [u, v] = [variable(dimension), variable(parameters)];
  const equation = equationOf(definition, x, theta);

  const systems = (product: Tensor) => () =>
    compileParts({ outputs: [equation], variables: [x, theta] }, { outputs: [product], variables: [u] });
  const backward = programs(systems(vectorJacobian(equation, [x], u)[0]));
  const forward = programs(systems(jacobianVector(equation, [x], [u])));
  const matrices = programs(() => compile([jacobian(equation, x)], [x, theta]));
  const pulls = programs(() => compile(vectorJacobian(equation, [theta], u), [x, theta, u]));
  const pushes = programs(() => compile([jacobianVector(equation, [theta], [v])], [x, theta, v]));

  const checkPoint = (at: Float64Array, parametersThere: Float64Array): void => {
    checkVector(at, 'x', dimension);
    checkVector(parametersThere, 'theta', parameters);
  };
  /** Solves with the matrix F_x, or its transpose, at a point. */
  const solve = (
    program: PartedProgram,
    at: readonly [Float64Array, Float64Array],
    right: Float64Array,
    isTransposed: boolean,
  ): readonly [Float64Array, ImplicitReport] => {
    const defect = largestMagnitude(program.run(at)[0]);
    const product = (direction: Float64Array): Float64Array => program.proceed([direction])[0];
    const matrix = settings.method === 'dense' ? matrices(1).run(at)[0] : undefined;
    const { solution, ...report } = solveScaled(product, matrix, isTransposed, right, settings);
    return [solution, { ...report, defect }];
  };
  return {
    vectorJacobian: (at, parametersThere, w, out) => {
      checkPoint(at, parametersThere);
      checkVector(w, 'w', dimension);
      checkLength(out, 'out', parameters);
      const [solution, report] = solve(backward(1), [at, parametersThere], w, true);
      const pulled = pulls(1).run([at, parametersThere, solution])[0];
      for (let i = 0; i < parameters; i++) out[i] = -pulled[i];
      return report;
    },
    jacobianVector: (at, parametersThere, direction, out) => {
      checkPoint(at, parametersThere);
      checkVector(direction, 'v', parameters);
      checkLength(out, 'out', dimension);
      const right = pushes(1).run([at, parametersThere, direction])[0].slice();
      const [solution, report] = solve(forward(1), [at, parametersThere], right, false);
      for (let i = 0; i < dimension; i++) out[i] = -solution[i];
      return report;
    },
    release: () => {
      for (const each of [backward, forward, matrices, pulls, pushes]) each.release();
    },
  };
}

interface Settings {
  readonly method: 'conjugate-gradient' | 'neumann' | 'dense';
  readonly tolerance: number;
  readonly maxIterations: number;
  readonly step: number;
}

function settingsOf(
  { argmin, fixedPoint, root }: ImplicitDefinition,
  { method, tolerance, maxIterations, neumannStepSize }: ResolvedOptions<typeof implicitOptions>,
): Settings {
  if ([argmin, fixedPoint, root].filter((each) => each !== undefined).length !== 1) {
    throw fault('must have exactly one of argmin, fixedPoint and root', 'definition', 'missing');
  }
  checkFunction(argmin ?? fixedPoint ?? root, `definition.${argmin ? 'argmin' : fixedPoint ? 'fixedPoint' : 'root'}`);
  const chosen = method ?? (argmin ? 'conjugate-gradient' : fixedPoint ? 'neumann' : 'dense');
  if (chosen === 'conjugate-gradient' && !argmin) {
    throw fault('conjugate gradients need the symmetric matrix of an argmin', 'method', 'unsupported');
  }
  if (chosen === 'neumann' && !fixedPoint && neumannStepSize === undefined) {
    throw fault('is required for a Neumann series: less than 2 over the largest eigenvalue of F_x', 'step', 'missing');
  }
  return { method: chosen, tolerance, maxIterations, step: neumannStepSize ?? 1 };
}

/** F(x, theta), a vector of the size of x. */
function equationOf({ dimension, argmin, fixedPoint, root }: ImplicitDefinition, x: Tensor, theta: Tensor): Tensor {
  if (argmin) return gradients(argmin(x, theta), [x])[0];
  const [name, made] = fixedPoint
    ? (['fixedPoint', fixedPoint(x, theta)] as const)
    : (['root', (root as (x: Tensor, theta: Tensor) => Tensor)(x, theta)] as const);
  if (made.shape.length !== 1 || sizeOf(made.shape) !== dimension) {
    throw fault(`must give a vector of length ${dimension}, gives the shape ${describeShape(made.shape)}`, name, 'shape');
  }
  return fixedPoint ? sub(x, made) : made;
}

type Product = (v: Float64Array) => Float64Array;

interface Solved extends Omit<ImplicitReport, 'defect'> {
  readonly solution: Float64Array;
}

/** Solves for the right-hand side over its largest entry, so that its size does not matter. */
function solveScaled(
  product: Product,
  matrix: Float64Array | undefined,
  isTransposed: boolean,
  right: Float64Array,
  settings: Settings,
): Solved {
  const scale = largestMagnitude(right);
  const solution = new Float64Array(right.length);
  if (scale === 0) return { solution, status: 'converged', reason: 'the right-hand side is zero', iterations: 0, residual: 0 };
  if (!(scale < Infinity)) return failed(solution, 'the right-hand side is not finite', 0);
  const scaled = right.map((entry) => entry / scale);
  const solved = matrix
    ? factorAndSolve(product, matrix, isTransposed, scaled, settings)
    : settings.method === 'neumann'
      ? sumNeumannSeries(product, scaled, settings)
      : conjugateGradients(product, scaled, settings);
  const whole = solved.solution.map((entry) => entry * scale);
  if (!(largestMagnitude(whole) < Infinity))
    return { ...solved, ...failed(solution, 'the solution overflows', solved.iterations) };
  return { ...solved, solution: whole };
}

/** M. Hestenes, E. Stiefel (1952); the residual is computed anew where the recurrence says that it is small enough. */
function conjugateGradients(product: Product, right: Float64Array, { tolerance, maxIterations }: Settings): Solved {
  const size = right.length;
  const [solution, residual, direction] = [new Float64Array(size), right.slice(), right.slice()];
  const whole = norm(right);
  let square = dot(residual, residual);
  let iterations = 0;
  let best = Infinity;
  for (;;) {
    if (!(Math.sqrt(square) > tolerance * whole)) {
      const found = norm(remainder(product, solution, right, residual)) / whole;
      if (found <= tolerance) return answer(solution, 'converged', met(found), iterations, found);
      // The recurrence has drifted from the true residual by rounding: restart from the true one as long as that helps.
      if (!(found < 0.5 * best))
        return answer(solution, 'stalled', 'rounding keeps the residual above the tolerance', iterations, found);
      best = found;
      direction.set(residual);
      square = dot(residual, residual);
    }
    if (iterations >= maxIterations) return ended(product, solution, right, residual, tolerance, iterations);
    iterations++;
    const image = product(direction);
    const curvature = dot(direction, image);
    if (!(curvature > 0 && curvature < Infinity)) {
      const found = norm(remainder(product, solution, right, residual)) / whole;
      const reason = Number.isFinite(curvature)
        ? `the Hessian is not positive definite: curvature ${curvature}`
        : 'products with the Hessian are not finite';
      return answer(solution, 'stalled', reason, iterations, found);
    }
    const length = square / curvature;
    for (let i = 0; i < size; i++) {
      solution[i] += length * direction[i];
      residual[i] -= length * image[i];
    }
    const next = dot(residual, residual);
    for (let i = 0; i < size; i++) direction[i] = residual[i] + (next / square) * direction[i];
    square = next;
  }
}

/** u <- u + alpha (w - A u): partial sums of alpha sum_k (I - alpha A)^k w. */
function sumNeumannSeries(product: Product, right: Float64Array, { tolerance, maxIterations, step }: Settings): Solved {
  const [solution, residual] = [new Float64Array(right.length), right.slice()];
  const whole = norm(right);
  for (let iterations = 0; ; iterations++) {
    const found = norm(iterations > 0 ? remainder(product, solution, right, residual) : residual) / whole;
    if (found <= tolerance) return answer(solution, 'converged', met(found), iterations, found);
    if (!(found < DIVERGED)) {
      const reason = Number.isFinite(found) ? 'the series diverges' : 'the residual is not finite';
      return answer(solution, 'stalled', reason, iterations, found);
    }
    if (iterations >= maxIterations) return answer(solution, 'iteration-limit', 'the series was cut off', iterations, found);
    for (let i = 0; i < solution.length; i++) solution[i] += step * residual[i];
  }
}

/** Growth of the residual beyond which a series is given up. */
const DIVERGED = 1e8;

function factorAndSolve(
  product: Product,
  matrix: Float64Array,
  isTransposed: boolean,
  right: Float64Array,
  { tolerance }: Settings,
): Solved {
  const size = right.length;
  const iterations = size + 1;
  const values = isTransposed
    ? Float64Array.from(matrix, (_, k) => matrix[(k % size) * size + Math.floor(k / size)])
    : matrix.slice();
  if (!values.every(Number.isFinite)) return failed(new Float64Array(size), 'the matrix is not finite', iterations);
  const factors = lu({ rows: size, cols: size, values });
  if (factors.lu.values.some((entry, k) => k % (size + 1) === 0 && entry === 0)) {
    return failed(new Float64Array(size), 'the matrix is singular', iterations);
  }
  const solution = solveLu(factors, right);
  const found = norm(remainder(product, solution, right, new Float64Array(size))) / norm(right);
  const isMet = found <= tolerance;
  const reason = isMet ? met(found) : 'the matrix is singular, or nearly so';
  return answer(solution, isMet ? 'converged' : 'stalled', reason, iterations, found);
}

/** w - A u, written to `out`. */
function remainder(product: Product, u: Float64Array, right: Float64Array, out: Float64Array): Float64Array {
  const image = product(u);
  for (let i = 0; i < out.length; i++) out[i] = right[i] - image[i];
  return out;
}

function ended(
  product: Product,
  solution: Float64Array,
  right: Float64Array,
  residual: Float64Array,
  tolerance: number,
  iterations: number,
): Solved {
  const found = norm(remainder(product, solution, right, residual)) / norm(right);
  if (found <= tolerance) return answer(solution, 'converged', met(found), iterations, found);
  return answer(solution, 'iteration-limit', 'the residual is above the tolerance', iterations, found);
}

function met(found: number): string {
  return `the residual is ${found.toExponential(1)} of the right-hand side`;
}

function answer(
  solution: Float64Array,
  status: ImplicitReport['status'],
  reason: string,
  iterations: number,
  residual: number,
): Solved {
  return { solution, status, reason, iterations, residual };
}

function failed(solution: Float64Array, reason: string, iterations: number): Solved {
  return answer(solution, 'stalled', reason, iterations, 1);
}
