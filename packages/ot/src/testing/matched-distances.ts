// Gromov-Wasserstein losses straight from their definition.
import type { DenseMatrix } from '@infimum/linalg';

/** (1 - alpha) <M, T> + alpha sum_ijkl L(C_ik, D_jl) T_ij T_kl; O(n^2 m^2). */
export function distortionByDefinition(
  first: DenseMatrix,
  second: DenseMatrix,
  plan: DenseMatrix,
  { loss = 'square', cost, alpha = 1 }: { loss?: 'square' | 'kl'; cost?: DenseMatrix; alpha?: number } = {},
): number {
  const { rows: n, cols: m, values } = plan;
  const lossOf = (x: number, y: number) => (loss === 'square' ? (x - y) ** 2 : (x > 0 ? x * Math.log(x / y) : 0) - x + y);
  let sum = 0;
  for (let i = 0; i < n; i++)
    for (let k = 0; k < n; k++)
      for (let j = 0; j < m; j++)
        for (let l = 0; l < m; l++)
          sum += alpha * lossOf(first.values[i * n + k], second.values[j * m + l]) * values[i * m + j] * values[k * m + l];
  if (cost) for (let k = 0; k < values.length; k++) sum += (1 - alpha) * cost.values[k] * values[k];
  return sum;
}

/** The gradient of the same, by central differences, which are exact for what is quadratic. */
export function gradientByDefinition(
  first: DenseMatrix,
  second: DenseMatrix,
  plan: DenseMatrix,
  options: { loss?: 'square' | 'kl'; cost?: DenseMatrix; alpha?: number } = {},
): DenseMatrix {
  const step = 0.25;
  const at = (k: number, change: number) => {
    const values = plan.values.slice();
    values[k] += change;
    return distortionByDefinition(first, second, { ...plan, values }, options);
  };
  return { ...plan, values: plan.values.map((_, k) => (at(k, step) - at(k, -step)) / (2 * step)) };
}
