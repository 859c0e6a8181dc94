// A check of labels that are spread over graphs.
import { cholesky, csrToDense } from '@infimum/linalg';
import { expect } from 'vitest';
import { blockCoordinateDescent } from '../blocks/block-coordinate-descent.ts';
import { latticePropagation, moonsPropagation } from '../composite/composite-instances.ts';

/** Expects labels to be spread to values between them, on all nodes that can see one. */
export function expectHarmonic(seed: number): void {
  const problems = [latticePropagation(9, 6, seed), moonsPropagation(80, 3, seed)];
  for (const { loss, nodes } of problems) {
    // Positive definite: every component has a label. Without the others the factorisation would break down.
    expect(() => cholesky(csrToDense(loss.graph))).not.toThrow();
    expect(nodes).toHaveLength(loss.dimension);
    const { x, status } = blockCoordinateDescent({ loss }, { select: 'forest-gs', update: 'message', tolerance: 1e-9 });
    expect(status).toBe('converged');
    // A harmonic function is the mean of its neighbours: M x = q, and so no value is beyond the labels.
    const row = (i: number) => {
      let [sum, degree] = [loss.linear[i], 0];
      for (let k = loss.graph.rowPointers[i]; k < loss.graph.rowPointers[i + 1]; k++) {
        if (loss.graph.columnIndices[k] === i) degree = loss.graph.values[k];
        else sum -= loss.graph.values[k] * x[loss.graph.columnIndices[k]];
      }
      return sum / degree;
    };
    x.forEach((value, i) => {
      expect(value).toBeCloseTo(row(i), 5);
    });
  }
  const { loss } = problems[1];
  const { x } = blockCoordinateDescent({ loss }, { select: 'forest-gs', update: 'message' });
  for (const value of x) expect(Math.abs(value)).toBeLessThanOrEqual(1 + 1e-6);
}
