// The bounds of the theorems, for comparison with a run.
import { checkChoice, checkInteger, checkNumber, checkObject } from '@infimum/core';
import { checkStepSize } from './lr-gd.ts';

/** max_u u / (1 + e^u). */
const C0 = 0.2784645427610738;

/** Methods with a bound. */
export type BoundedMethod =
  | 'lr-gd'
  | 'batch-perceptron'
  | 'normalized-lr-gd'
  | 'normalized-batch-perceptron'
  | 'perceptron'
  | 'smooth-perceptron';

/** The quantities in the bounds. */
export interface SeparationConstants {
  /** Rows n. */
  readonly count: number;
  /** R, the largest norm of a row with its intercept's 1. */
  readonly radius: number;
  /** mu, the largest margin in the same norm. */
  readonly margin: number;
  /** gamma, for the two methods that have one. */
  readonly stepSize?: number;
}

const METHODS: readonly BoundedMethod[] = [
  'lr-gd',
  'batch-perceptron',
  'normalized-lr-gd',
  'normalized-batch-perceptron',
  'perceptron',
  'smooth-perceptron',
];

/**
 * The largest number of iterations (of updates, for the perceptron) that a method takes on separable data: R²/mu² for the
 * perceptron and the normalised batch perceptron; 2 n R²/mu² for the batch perceptron with ties; 2 n (R² + 4 c0 n/gamma)/mu²
 * for gradient descent and (R² + 4 c0 n/gamma)/mu² for the normalised one, c0 = 0.278; 2 sqrt(2 ln n) R/mu, up to rounding
 * up, for the smooth perceptron.
 *
 * @throws {InvalidInputError} naming the argument at fault
 *
 * @example
 * ```ts
 * import { iterationBound } from '@infimum/learn';
 *
 * console.log(iterationBound('normalized-batch-perceptron', { count: 1000, radius: 1, margin: 0.1 }).toFixed(0)); // 100
 * ```
 */
export function iterationBound(method: BoundedMethod, constants: SeparationConstants): number {
  checkChoice(method, 'method', METHODS);
  checkObject(constants, 'constants');
  const { count, radius, margin, stepSize = Infinity } = constants;
  checkInteger(count, 'count', { min: 1 });
  checkNumber(radius, 'radius', { above: 0 });
  checkNumber(margin, 'margin', { above: 0 });
  checkStepSize(stepSize, 'stepSize');
  const ratio = radius / margin;
  const slack = (4 * C0 * count) / stepSize / margin / margin;
  switch (method) {
    case 'perceptron':
    case 'normalized-batch-perceptron':
      return ratio * ratio;
    case 'batch-perceptron':
      return 2 * count * ratio * ratio;
    case 'normalized-lr-gd':
      return ratio * ratio + slack;
    case 'lr-gd':
      return 2 * count * (ratio * ratio + slack);
    case 'smooth-perceptron':
      return Math.ceil(2 * Math.sqrt(2 * Math.log(Math.max(2, count))) * ratio);
  }
}
