// Initial potentials, from the exact problem, if epsilon is so small that the plan is almost the exact one.
//
// R. Cominetti, J. San Martin: Asymptotic analysis of the exponential penalty trajectory in linear programming (1994): as epsilon
// falls, x = x_0 + epsilon u up to what vanishes exponentially, with exact potentials x_0. The masses of an exact plan that is a
// vertex settle u: x_0 + y_0 = C on its arcs, which are a forest, so that u_i + v_j = log P_ij there.
import { portableLog } from '@infimum/core/portable-math';
import type { CsrMatrix } from '@infimum/linalg';
import { networkSimplexSteps } from '../../exact/network-simplex.ts';
import type { EntropicState } from './entropic-state.ts';

/**
 * Sets the state's potentials to those of the exact problem, with the masses of its plan at an epsilon. Cost: that of the
 * network simplex method.
 *
 * @returns a generator that yields occasionally
 */
export function* startFromExact(state: EntropicState, epsilon: number): Generator<undefined, void, undefined> {
  const { n, m, a, b, cost, x, y } = state;
  const steps = networkSimplexSteps({ a: a.slice(), b: b.slice(), cost: { rows: n, cols: m, values: cost.slice() } });
  let step = steps.next();
  for (; !step.done; step = steps.next()) yield undefined;
  const { plan, sourcePotential, targetPotential } = step.value.solution;
  x.set(sourcePotential);
  y.set(targetPotential);
  state.absorbPotentials(epsilon);
  const [u, v] = logarithmsOf(plan, a);
  for (let i = 0; i < n; i++) x[i] = epsilon * u[i];
  for (let j = 0; j < m; j++) y[j] = epsilon * v[j];
}

/**
 * Solves u_i + v_j = log P_ij on the arcs of a forest. In each of its trees the mean of u, weighted by the sources, is that of
 * log a: trees then exchange about as much as if they were independent where nothing speaks against it.
 */
function logarithmsOf(plan: CsrMatrix, a: Float64Array): [u: Float64Array, v: Float64Array] {
  const { rows, cols, rowPointers, columnIndices, values } = plan;
  const arcsOfColumn: [row: number, mass: number][][] = Array.from({ length: cols }, () => []);
  for (let i = 0; i < rows; i++) {
    for (let k = rowPointers[i]; k < rowPointers[i + 1]; k++) arcsOfColumn[columnIndices[k]].push([i, values[k]]);
  }
  const u = new Float64Array(rows).fill(Number.NaN);
  const v = new Float64Array(cols).fill(Number.NaN);
  for (let root = 0; root < rows; root++) {
    if (!Number.isNaN(u[root])) continue;
    u[root] = portableLog(a[root]);
    const sources = [root];
    const targets: number[] = [];
    let [mass, excess] = [0, 0];
    // Sources are visited in the order in which they were found.
    for (const i of sources) {
      mass += a[i];
      excess += a[i] * (u[i] - portableLog(a[i]));
      for (let k = rowPointers[i]; k < rowPointers[i + 1]; k++) {
        const j = columnIndices[k];
        if (!Number.isNaN(v[j])) continue;
        v[j] = portableLog(values[k]) - u[i];
        targets.push(j);
        for (const [other, part] of arcsOfColumn[j]) {
          if (!Number.isNaN(u[other])) continue;
          u[other] = portableLog(part) - v[j];
          sources.push(other);
        }
      }
    }
    for (const i of sources) u[i] -= excess / mass;
    for (const j of targets) v[j] += excess / mass;
  }
  // A target of rounding's own size may have got nothing at all.
  for (let j = 0; j < cols; j++) if (Number.isNaN(v[j])) v[j] = 0;
  return [u, v];
}
