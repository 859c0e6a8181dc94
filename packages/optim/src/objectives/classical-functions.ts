// Classical test functions of a few variables for unconstrained methods.
import type { Tensor, TensorLike } from '@infimum/autodiff';
import { add, cos, differentiable, mul, slice, square, sub, sum } from '@infimum/autodiff';
import { checkChoice } from '@infimum/core';
import type { TestFunction } from './test-functions.ts';

/** A function whose minimum is known, with the start that is usual. */
export interface ClassicalFunction {
  /** The function, with exact derivatives of second order. */
  readonly objective: TestFunction;
  /** Where methods start. */
  readonly initial: Float64Array;
  /** A point of least value. */
  readonly minimizer: Float64Array;
  /** The least value. */
  readonly minimum: number;
}

interface Definition {
  /** Functions whose squares are added up; or the function itself. */
  readonly f: (coordinates: readonly Tensor[]) => TensorLike;
  readonly initial: readonly number[];
  readonly minimizer: readonly number[];
  readonly minimum?: number;
}

const squares = (...terms: TensorLike[]) => terms.map(square).reduce((total, term) => add(total, term));
const times = (factor: number, x: TensorLike) => mul(factor, x);
const power4 = (x: TensorLike) => square(square(x));

/** The root of z⁴ - 16 z² + 5 z that is lowest: 4 z³ - 32 z + 5 = 0 there. */
const STYBLINSKI_TANG = -2.903534027771177;

const DEFINITIONS = {
  beale: {
    f: ([x, y]) =>
      squares(sub(1.5, mul(x, sub(1, y))), sub(2.25, mul(x, sub(1, square(y)))), sub(2.625, mul(x, sub(1, mul(y, square(y)))))),
    initial: [1, 1],
    minimizer: [3, 0.5],
  },
  booth: {
    f: ([x, y]) => squares(sub(add(x, times(2, y)), 7), sub(add(times(2, x), y), 5)),
    initial: [0, 0],
    minimizer: [1, 3],
  },
  'brown-badly-scaled': {
    f: ([x, y]) => squares(sub(x, 1e6), sub(y, 2e-6), sub(mul(x, y), 2)),
    initial: [1, 1],
    minimizer: [1e6, 2e-6],
  },
  'dixon-price': {
    f: ([x, y, z]) =>
      add(square(sub(x, 1)), add(times(2, square(sub(times(2, square(y)), x))), times(3, square(sub(times(2, square(z)), y))))),
    initial: [1, 1, 1],
    minimizer: [1, Math.SQRT1_2, 0.5946035575013605],
  },
  'freudenstein-roth': {
    f: ([x, y]) =>
      squares(add(sub(x, 13), mul(sub(mul(sub(5, y), y), 2), y)), add(sub(x, 29), mul(sub(mul(add(y, 1), y), 14), y))),
    initial: [0.5, -2],
    minimizer: [5, 4],
  },
  himmelblau: {
    f: ([x, y]) => squares(sub(add(square(x), y), 11), sub(add(x, square(y)), 7)),
    initial: [0, 0],
    minimizer: [3, 2],
  },
  matyas: {
    f: ([x, y]) => sub(times(0.26, add(square(x), square(y))), times(0.48, mul(x, y))),
    initial: [10, 5],
    minimizer: [0, 0],
  },
  'powell-singular': {
    f: ([a, b, c, d]) =>
      add(
        squares(add(a, times(10, b)), times(Math.sqrt(5), sub(c, d))),
        add(power4(sub(b, times(2, c))), times(10, power4(sub(a, d)))),
      ),
    initial: [3, -1, 0, 1],
    minimizer: [0, 0, 0, 0],
  },
  rastrigin: {
    f: ([x, y]) =>
      add(
        20,
        add(sub(square(x), times(10, cos(times(2 * Math.PI, x)))), sub(square(y), times(10, cos(times(2 * Math.PI, y))))),
      ),
    initial: [0.2, -0.1],
    minimizer: [0, 0],
  },
  'styblinski-tang': {
    f: ([x, y]) => times(0.5, [x, y].map((z) => add(sub(power4(z), times(16, square(z))), times(5, z))).reduce(add)),
    initial: [-1, -1],
    minimizer: [STYBLINSKI_TANG, STYBLINSKI_TANG],
    minimum: -78.3323314075428,
  },
  trid: {
    f: ([x, y, z]) => sub(squares(sub(x, 1), sub(y, 1), sub(z, 1)), add(mul(x, y), mul(y, z))),
    initial: [0, 0, 0],
    minimizer: [3, 4, 3],
    minimum: -7,
  },
  wood: {
    f: ([a, b, c, d]) =>
      add(
        squares(times(10, sub(b, square(a))), sub(1, a), times(Math.sqrt(90), sub(d, square(c))), sub(1, c)),
        squares(times(Math.sqrt(10), sub(add(b, d), 2)), times(Math.sqrt(0.1), sub(b, d))),
      ),
    initial: [-3, -1, -3, -1],
    minimizer: [1, 1, 1, 1],
  },
} satisfies Record<string, Definition>;

/** Names of classical functions. */
export type ClassicalName = keyof typeof DEFINITIONS;

/** The names that `classicalFunction` knows. */
export const CLASSICAL_NAMES = /* @__PURE__ */ Object.keys(DEFINITIONS) as readonly ClassicalName[];

/**
 * A function from the literature with its usual start and its minimum: narrow valleys (`beale`, `brown-badly-scaled`, whose
 * minimiser has coordinates 1e6 and 2e-6), a singular Hessian at the minimum (`powell-singular`), several minima
 * (`himmelblau`, `styblinski-tang`, `rastrigin`), a local minimum on the way (`freudenstein-roth`, 48.98 instead of 0),
 * convex ones (`booth`, `matyas`, `trid`), and `dixon-price` and `wood`. Of 2 to 4 variables; for more see `rosenbrock`.
 *
 * J. J. Moré, B. S. Garbow, K. E. Hillstrom: Testing unconstrained optimization software (1981).
 *
 * @throws {InvalidInputError} for an unknown name
 *
 * @example
 * ```ts
 * import { lbfgs } from '@infimum/optim';
 * import { classicalFunction } from '@infimum/optim/objectives';
 *
 * const { objective, initial } = classicalFunction('beale');
 * const { x, status } = lbfgs(objective, initial);
 * console.log(status, x[0].toFixed(4), x[1].toFixed(4)); // converged 3.0000 0.5000
 * ```
 */
export function classicalFunction(name: ClassicalName): ClassicalFunction {
  checkChoice(name, 'name', CLASSICAL_NAMES);
  const { f, initial, minimizer, minimum = 0 }: Definition = DEFINITIONS[name];
  const objective = differentiable(initial.length, (x) => {
    return sum(f(initial.map((_, i) => slice(x, i, 1))) as Tensor);
  });
  return { objective, initial: Float64Array.from(initial), minimizer: Float64Array.from(minimizer), minimum };
}
