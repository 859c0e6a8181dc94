// Cholesky factors of the lower level's Hessian, where that is small: Newton steps and linear systems at the cost of a few products.
import { smallCholesky, solveSmallCholesky } from '@infimum/linalg/numerics';
import type { Factor } from './adjoint.ts';
import type { BilevelProblem } from './bilevel-problem.ts';

/** The largest number of lower variables for which a given Hessian is factored, and that for which one is built from products. */
const [MOST_GIVEN, MOST_BY_PRODUCTS] = [300, 32];

/**
 * A function that factors the Hessian of g(x, ·) at a point; undefined for lower levels that are too large. The factor is undefined where
 * the Hessian is not positive definite beyond rounding. O(q³) and a call of `hessGyy`, or q products.
 */
export function lowerFactor({ dimY, hvpGyy, hessGyy }: BilevelProblem, x: Float64Array) {
  if (!hvpGyy || dimY > (hessGyy ? MOST_GIVEN : MOST_BY_PRODUCTS)) return undefined;
  return (y: Float64Array): Factor | undefined => {
    const hessian = new Float64Array(dimY * dimY);
    if (hessGyy) hessGyy(x, y, hessian);
    else {
      const unit = new Float64Array(dimY);
      for (let j = 0; j < dimY; j++) {
        unit.fill(0)[j] = 1;
        hvpGyy(x, y, unit, hessian.subarray(j * dimY, (j + 1) * dimY));
      }
    }
    let curvature = 0;
    for (let j = 0; j < dimY; j++) curvature = Math.max(curvature, hessian[j * dimY + j]);
    if (!smallCholesky(hessian, dimY)) return undefined;
    return { curvature, solve: (v) => solveSmallCholesky(hessian, dimY, v) };
  };
}
