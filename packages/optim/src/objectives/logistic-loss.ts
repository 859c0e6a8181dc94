// Logistic regression for two classes.
import type { MatrixLike, VectorLike } from '@infimum/core';
import { asVector, checkVector, fault } from '@infimum/core';
import { portableExp } from '@infimum/core/portable-math';
import type { CsrMatrix } from '@infimum/linalg';
import { createModelDesign } from './design.ts';
import type { DesignPass } from './design-pass.ts';
import type { LinearModel, LogisticLossOptions, MarginLosses } from './linear-model.ts';
import { linearModel } from './linear-model.ts';

/**
 * Logistic regression, f(x) = 1/n sum_i log(1 + exp(-y_i a_i . x)) + (ridge / 2) |x|² with labels y_i = 1 or -1. Convex;
 * its gradient is Lipschitz with |A|² / (4n) + ridge.
 *
 * A product with A costs O(entries); gradients and products with the Hessian two of them.
 *
 * @param design - A, samples by features, dense or sparse
 * @param labels - y, 1 or -1 for every sample
 * @throws {InvalidInputError} for shapes that do not fit, entries that are not finite, other labels, and a negative ridge
 *
 * @example
 * ```ts
 * import { lbfgs, logisticLoss } from '@infimum/optim';
 *
 * const loss = logisticLoss([[1], [2], [-1]], [1, 1, -1], { ridge: 0.1 });
 * console.log(lbfgs(loss, [0]).x[0].toFixed(4)); // 1.5125
 * ```
 */
export function logisticLoss(
  design: MatrixLike | CsrMatrix,
  labels: VectorLike,
  options: LogisticLossOptions = {},
): LinearModel {
  const a = createModelDesign(design, 'design', () => 1);
  const signs = asVector(labels, 'labels', a.rows);
  checkLabels(signs, a.rows);
  return linearModel(a, logisticLosses(signs, a.pass), options);
}

/** log(1 + exp(-t)) and its derivatives at t = label times margin, from exp(-|t|) alone. */
function logisticLosses(labels: Float64Array, { weights, exponentiate }: DesignPass): MarginLosses {
  return {
    slopes: (margins, slopes, from, to, indices) => {
      if (slopes === weights) {
        for (let k = from; k < to; k++) slopes[k] = -Math.abs(margins[k]);
        exponentiate(from, to);
      } else {
        for (let k = from; k < to; k++) slopes[k] = portableExp(-Math.abs(margins[k]));
      }
      let sum = 0;
      for (let k = from; k < to; k++) {
        const label = labels[indices ? indices[k] : k];
        const t = label * margins[k];
        const power = slopes[k];
        sum += (t < 0 ? -t : 0) + log1p(power);
        slopes[k] = (-label * (t < 0 ? 1 : power)) / (1 + power);
      }
      return sum;
    },
    curvatures: (margins, out, count) => {
      for (let k = 0; k < count; k++) {
        const power = portableExp(-Math.abs(margins[k]));
        out[k] = power / ((1 + power) * (1 + power));
      }
    },
  };
}

/** log(1 + exp(t)), exact to rounding for all t. */
export function softplus(t: number): number {
  return Math.max(t, 0) + log1p(portableExp(-Math.abs(t)));
}

/** 1 / (1 + exp(-t)) without overflow. */
export function sigmoid(t: number): number {
  const power = portableExp(-Math.abs(t));
  return (t >= 0 ? 1 : power) / (1 + power);
}

/** log(1 + t) = 2 artanh(z) for z = t / (2 + t) and 0 <= t <= 1, where z² <= 1/9: the terms left out are below 2e-17 z. */
function log1p(t: number): number {
  const z = t / (2 + t);
  const square = z * z;
  const fourth = square * square;
  let even = 1 / 33;
  let odd = 1 / 31;
  even = even * fourth + 1 / 29;
  odd = odd * fourth + 1 / 27;
  even = even * fourth + 1 / 25;
  odd = odd * fourth + 1 / 23;
  even = even * fourth + 1 / 21;
  odd = odd * fourth + 1 / 19;
  even = even * fourth + 1 / 17;
  odd = odd * fourth + 1 / 15;
  even = even * fourth + 1 / 13;
  odd = odd * fourth + 1 / 11;
  even = even * fourth + 1 / 9;
  odd = odd * fourth + 1 / 7;
  even = even * fourth + 1 / 5;
  odd = odd * fourth + 1 / 3;
  return 2 * z + 2 * z * square * (even * square + odd);
}

function checkLabels(labels: Float64Array, samples: number): void {
  checkVector(labels, 'labels', samples);
  const bad = labels.findIndex((label) => label !== 1 && label !== -1);
  if (bad < 0) return;
  throw fault(`must be 1 or -1, is ${labels[bad]} at index ${bad}`, 'labels', 'out-of-range', bad);
}
