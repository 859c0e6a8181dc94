// Drawn classes: shapes, repeatability, and labels that follow their model.
import { describe, expect, it } from 'vitest';
import { lbfgs } from '../line-search/lbfgs.ts';
import { drawnClasses } from './drawn-classes.ts';
import { logisticLoss } from './logistic-loss.ts';

describe('drawn classes', () => {
  it('are the same for the same seed, dense or sparse', () => {
    for (const entries of [0, 3]) {
      const sizes = { rows: 40, cols: 10, entries };
      expect(drawnClasses(sizes, 4)).toEqual(drawnClasses(sizes, 4));
      expect(drawnClasses(sizes, 4).labels).not.toEqual(drawnClasses(sizes, 5).labels);
      expect(drawnClasses(sizes, 4).labels.every((label) => label === 1 || label === -1)).toBe(true);
    }
  });

  it('have so many entries in a row, or one fewer for every place that was drawn twice', () => {
    const { design } = drawnClasses({ rows: 200, cols: 50, entries: 4 }, 1);
    if (!('rowPointers' in design)) throw new Error('not sparse');
    const counts = Array.from({ length: 200 }, (_, i) => design.rowPointers[i + 1] - design.rowPointers[i]);
    expect(Math.max(...counts)).toBe(4);
    expect(Math.min(...counts)).toBeGreaterThanOrEqual(2);
    expect(counts.reduce((sum, count) => sum + count)).toBeGreaterThan(700);
  });

  it('can be learnt: the loss falls from log 2 to that of the model, about', () => {
    for (const entries of [0, 5]) {
      const { design, labels } = drawnClasses({ rows: 4000, cols: 12, entries }, 2);
      const loss = logisticLoss(design, labels);
      const { value } = lbfgs(loss, new Float64Array(12));
      // The mean entropy of labels with margins N(0, 9), by quadrature.
      let entropy = 0;
      for (let t = -30; t < 30; t += 1e-3) {
        const p = 1 / (1 + Math.exp(-t));
        const each = -(p > 0 ? p * Math.log(p) : 0) - (p < 1 ? (1 - p) * Math.log1p(-p) : 0);
        entropy += (each * Math.exp((-t * t) / 18) * 1e-3) / (3 * Math.sqrt(2 * Math.PI));
      }
      expect(Math.abs(value - entropy)).toBeLessThan(0.1);
    }
  });
});
