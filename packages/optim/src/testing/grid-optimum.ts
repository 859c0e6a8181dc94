// The control of a grid by sines, which shares nothing with the solvers.
import { gridTarget } from '../constrained/data-programs.ts';

/**
 * The least value of the control of a grid by sines: the Laplacian has the eigenvalues (2 cos a + 2 cos b - 4) / h², so that the
 * state is (1 + 0.1 l²)⁻¹ times the target there, and the value half of target'(target - state).
 */
export function gridOptimum(side: number): number {
  const sines = new Float64Array(side * side);
  for (let a = 0; a < side; a++)
    for (let i = 0; i < side; i++)
      sines[a * side + i] = Math.sqrt(2 / (side + 1)) * Math.sin((Math.PI * (a + 1) * (i + 1)) / (side + 1));
  const transformed = (values: Float64Array): Float64Array => {
    const out = new Float64Array(side * side);
    for (let row = 0; row < side; row++)
      for (let i = 0; i < side; i++) {
        const factor = values[row * side + i];
        for (let a = 0; a < side; a++) out[a * side + row] += factor * sines[a * side + i];
      }
    return out;
  };
  // Twice, each time along rows with the result transposed.
  const target = transformed(transformed(gridTarget(side)));
  const inverse = ((side + 1) / 2) ** 2;
  const cosine = (a: number) => 2 * Math.cos((Math.PI * (a + 1)) / (side + 1)) - 2;
  let sum = 0;
  for (let a = 0; a < side; a++)
    for (let b = 0; b < side; b++) {
      const square = 0.1 * ((cosine(a) + cosine(b)) * inverse) ** 2;
      sum += (target[a * side + b] ** 2 * square) / (1 + square) / 2;
    }
  return sum;
}
