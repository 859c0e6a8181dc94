// A bilevel problem from two expressions of tensors: all derivatives are exact and automatic.
import type { Tensor } from '@infimum/autodiff';
import { compile, gradients, inner, variable } from '@infimum/autodiff';
import { checkInteger, checkMethods, checkObject, fault } from '@infimum/core';
import type { ConvexSet } from '@infimum/optim/proximal';
import type { SecondOrderProblem } from './bilevel-problem.ts';

/** What `fromExpressions` takes. */
export interface ExpressionProblem {
  /** Number of upper variables. */
  readonly dimX: number;
  /** Number of lower variables. */
  readonly dimY: number;
  /** f as a scalar expression. */
  readonly upper: (x: Tensor, y: Tensor) => Tensor;
  /** g as a scalar expression. */
  readonly lower: (x: Tensor, y: Tensor) => Tensor;
  /** X; everything by default. */
  readonly setX?: ConvexSet;
  /** Y; everything by default. */
  readonly setY?: ConvexSet;
}

/**
 * The bilevel problem of two expressions, with values, gradients and products with second derivatives.
 *
 * @throws {InvalidInputError} for dimensions that are not positive integers, and expressions that are not scalars
 *
 * @example
 * ```ts
 * import { add, mul, square, sub, sum } from '@infimum/autodiff';
 * import { fromExpressions, minimizeBilevel } from '@infimum/bilevel';
 *
 * // y follows 2x; x is wanted near 1, y near 3.
 * const problem = fromExpressions({
 *   dimX: 1,
 *   dimY: 1,
 *   upper: (x, y) => add(sum(square(sub(x, 1))), sum(square(sub(y, 3)))),
 *   lower: (x, y) => sum(square(sub(y, mul(2, x)))),
 * });
 * const { x } = minimizeBilevel(problem, [0]);
 * console.log(x[0].toFixed(4)); // 1.4000
 * ```
 */
export function fromExpressions(problem: ExpressionProblem): SecondOrderProblem {
  checkObject(problem, 'problem');
  const { dimX, dimY, upper, lower, setX, setY } = problem;

  checkMethods(problem, 'problem', ['upper', 'lower']);
  checkInteger(dimX, 'dimX', { min: 1 });
  checkInteger(dimY, 'dimY', { min: 1 });
  const [x, y, v] = [variable(dimX), variable(dimY), variable(dimY)];
  const [f, g] = [numberOf(upper(x, y), 'upper'), numberOf(lower(x, y), 'lower')];
  const [fx, fy] = gradients(f, [x, y]);
  const [gx, gy] = gradients(g, [x, y]);
  const [jvp, hvp] = gradients(inner(gy, v), [x, y]);
  const program = (output: Tensor) => {
    let made: ReturnType<typeof compile> | undefined;
    return (...inputs: Float64Array[]) => {
      made ??= compile([output], [x, y, v]);
      return made.run([inputs[0], inputs[1], inputs[2] ?? inputs[1]])[0];
    };
  };
  const gradient = (output: Tensor) => {
    const compute = program(output);
    return (at: Float64Array, along: Float64Array, out: Float64Array) => out.set(compute(at, along));
  };
  const product = (output: Tensor) => {
    const compute = program(output);
    return (at: Float64Array, along: Float64Array, w: Float64Array, out: Float64Array) => out.set(compute(at, along, w));
  };
  const [valueF, valueG] = [program(f), program(g)];
  return {
    dimX,
    dimY,
    f: (at, along) => valueF(at, along)[0],
    g: (at, along) => valueG(at, along)[0],
    gradFx: gradient(fx),
    gradFy: gradient(fy),
    gradGx: gradient(gx),
    gradGy: gradient(gy),
    hvpGyy: product(hvp),
    jvpGxy: product(jvp),
    ...(setX && { setX }),
    ...(setY && { setY }),
  };
}

function numberOf(value: Tensor, argument: string): Tensor {
  if (value?.shape?.length === 0) return value;
  throw fault('must give an expression that is a number', argument, 'shape');
}
