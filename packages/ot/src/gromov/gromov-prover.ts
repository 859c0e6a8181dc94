// A potential of the gradient of a Gromov-Wasserstein plan, from exact transport.
import { emd } from '../exact/network-simplex.ts';
import type { GromovPlan } from './gromov-objective.ts';
import type { GromovInstance } from './gromov-problem.ts';

/** A witness; a text where there is none. */
export function certify({ first, second }: GromovInstance, { plan }: GromovPlan): unknown {
  const { rows: n, cols: m, values } = plan;
  const [r, c] = [new Float64Array(n), new Float64Array(m)];
  values.forEach((mass, k) => {
    r[Math.floor(k / m)] += mass;
    c[k % m] += mass;
  });
  const left = new Float64Array(n * m);
  for (let i = 0; i < n; i++)
    for (let k = 0; k < n; k++) for (let j = 0; j < m; j++) left[i * m + j] += first.values[i * n + k] * values[k * m + j];
  const cost = new Float64Array(n * m);
  for (let i = 0; i < n; i++) {
    let [ofRow, k] = [0, i * m];
    for (let l = 0; l < n; l++) ofRow += first.values[i * n + l] ** 2 * r[l];
    for (let j = 0; j < m; j++, k++) {
      let sum = ofRow;
      for (let l = 0; l < m; l++) sum += second.values[j * m + l] * (second.values[j * m + l] * c[l] - 2 * left[i * m + l]);
      cost[k] = 2 * sum;
    }
  }
  const total = (weights: Float64Array) => weights.reduce((sum, weight) => sum + weight, 0);
  const balanced = c.map((weight) => (weight / total(c)) * total(r));
  try {
    return { source: emd(r, balanced, { rows: n, cols: m, values: cost }).sourcePotential };
  } catch (error) {
    return `there is no potential: ${(error as Error).message}`;
  }
}
