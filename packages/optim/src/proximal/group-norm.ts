// The group norm, whose proximal operator shortens each group or sets it to zero as a whole
// (M. Yuan, Y. Lin, Model Selection and Estimation in Regression with Grouped Variables, 2006).
import { checkInteger, checkList, checkVector, InvalidInputError } from '@infimum/core';
import type { ProximalFunction } from './convex-function.ts';
import { checkPerCoordinate } from './convex-function.ts';

/**
 * g(x) = sum_g weight_g |x_g|_2 over groups of coordinates that do not overlap; coordinates in no group are free. One
 * weight for all groups or one for each. O(n) a step.
 *
 * @param groups - the coordinates of each group
 * @throws {InvalidInputError} for a coordinate that is negative, not whole, or in two groups, and weights that are
 *   negative, not finite, or not one a group
 *
 * @example
 * ```ts
 * import { groupNorm } from '@infimum/optim/proximal';
 *
 * const out = new Float64Array(3);
 * groupNorm([Int32Array.of(0, 1), Int32Array.of(2)], 1).proximal(Float64Array.of(3, 4, 0.5), 1, out);
 * console.log(out.map((entry) => Number(entry.toFixed(3))).join(' ')); // 2.4 3.2 0
 * ```
 */
export function groupNorm(groups: readonly Int32Array[], weight: number | Float64Array): ProximalFunction {
  checkGroups(groups);
  checkPerCoordinate(weight, 'weight', 'non-negative');
  if (typeof weight !== 'number') checkVector(weight, 'weight', groups.length);
  const at = typeof weight === 'number' ? () => weight : (g: number) => weight[g];
  return {
    value: (x) => groups.reduce((sum, group, g) => sum + at(g) * groupLength(x, group), 0),
    proximal: (x, step, out) => {
      if (out !== x) out.set(x);
      for (const [g, group] of groups.entries()) {
        const length = groupLength(x, group);
        const shift = step * at(g);
        const factor = length > shift ? 1 - shift / length : 0;
        for (let k = 0; k < group.length; k++) out[group[k]] = x[group[k]] * factor;
      }
    },
  };
}

function groupLength(x: Float64Array, group: Int32Array): number {
  let size = 0;
  for (let k = 0; k < group.length; k++) size = Math.max(size, Math.abs(x[group[k]]));
  if (size === 0) return 0;
  let sum = 0;
  for (let k = 0; k < group.length; k++) sum += (x[group[k]] / size) ** 2;
  return size * Math.sqrt(sum);
}

function checkGroups(groups: readonly Int32Array[]): void {
  if (!Array.isArray(groups) || !groups.every((group) => group instanceof Int32Array)) {
    const problem = 'expected an array of Int32Arrays';
    throw new InvalidInputError(problem, { argument: 'groups', code: 'type' });
  }
  checkList(groups, 'groups');
  const seen = new Set<number>();
  for (const [index, group] of groups.entries()) {
    for (const coordinate of group) {
      checkInteger(coordinate, 'groups', { min: 0 });
      if (seen.has(coordinate)) {
        const problem = `coordinate ${coordinate} of group ${index} is already in a group`;
        throw new InvalidInputError(problem, { argument: 'groups', code: 'out-of-range', index });
      }
      seen.add(coordinate);
    }
  }
}
