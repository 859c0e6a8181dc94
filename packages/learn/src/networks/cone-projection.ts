// The nearest point of the cone {u : A u >= 0}, by non-negative least squares on its dual.
//
// C. L. Lawson, R. J. Hanson: Solving least squares problems (1974), chapter 23.
import { largestMagnitude, rowDot, smallCholesky, solveSmallCholesky } from '@infimum/linalg/numerics';

/**
 * out <- the point of {u : s_k x_k . u >= 0 for all k} that is nearest to c: c + A'z with z >= 0 and z . (A u) = 0.
 *
 * @param x - rows of length `dimension`, one after the other
 * @param signs - 1 or 0 for each row: the side of the cone (0 is the negative one)
 * @param found - receives the rows with z > 0, and z
 * @returns whether it was found before the limit of exchanges
 */
export function projectOntoCone(
  x: Float64Array,
  signs: Uint8Array,
  dimension: number,
  c: Float64Array,
  out: Float64Array,
  found?: { rows: number[]; values: number[] },
): boolean {
  const count = signs.length;
  let active: number[] = [];
  let z: number[] = [];
  out.set(c);
  const scale = largestMagnitude(c);
  const value = (k: number): number => {
    const sum = rowDot(x, k * dimension, out, 0, dimension);
    return signs[k] === 1 ? sum : -sum;
  };
  for (let exchange = 0; exchange < 3 * (count + dimension); exchange++) {
    let [entering, least] = [-1, -1e-13 * scale];
    for (let k = 0; k < count; k++) {
      const height = value(k);
      if (height < least && !active.includes(k)) [entering, least] = [k, height];
    }
    if (entering < 0) return true;
    active.push(entering);
    z.push(0);
    for (;;) {
      const target = multipliers(x, signs, dimension, active, c);
      if (!target) {
        // The entering row depends linearly on the others, so its constraint holds with theirs.
        active.pop();
        z.pop();
        return true;
      }
      let share = 1;
      target.forEach((next, i) => {
        if (next <= 0) share = Math.min(share, z[i] / (z[i] - next || 1));
      });
      z = z.map((old, i) => old + share * (target[i] - old));
      if (share === 1) break;
      const kept = z.map((multiplier, i) => multiplier > 1e-15 * scale || target[i] > 0);
      active = active.filter((_, i) => kept[i]);
      z = z.filter((_, i) => kept[i]);
      if (active.length === 0) break;
    }
    out.set(c);
    active.forEach((k, i) => {
      const factor = signs[k] === 1 ? z[i] : -z[i];
      for (let j = 0; j < dimension; j++) out[j] += factor * x[k * dimension + j];
    });
    if (found) Object.assign(found, { rows: [...active], values: [...z] });
  }
  return false;
}

/** z with A_active (c + A_active' z) = 0. */
function multipliers(
  x: Float64Array,
  signs: Uint8Array,
  dimension: number,
  active: readonly number[],
  c: Float64Array,
): Float64Array | undefined {
  const size = active.length;
  const gram = new Float64Array(size * size);
  const right = new Float64Array(size);
  active.forEach((k, i) => {
    const sign = signs[k] === 1 ? 1 : -1;
    for (let j = 0; j < dimension; j++) right[i] -= sign * x[k * dimension + j] * c[j];
    active.forEach((other, l) => {
      const both = sign * (signs[other] === 1 ? 1 : -1);
      gram[i * size + l] = both * rowDot(x, k * dimension, x, other * dimension, dimension);
    });
  });
  if (!smallCholesky(gram, size)) return undefined;
  solveSmallCholesky(gram, size, right);
  return right;
}
