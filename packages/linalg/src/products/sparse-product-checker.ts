// The largest error of an entry of a sparse product, in units of the sum of its terms' sizes.
import type { Verdict } from '@infimum/core/certificate';
import { down, radiusOfSum, up } from '@infimum/rigor';
import { exponentOf, times } from '../systems/linear-system-checker.ts';
import type { SparsePair, SparseProduct } from './spgemm-solution.ts';

/**
 * Encloses max |C_ij - (AB)_ij| / (|A| |B|)_ij over the places where a term falls, and proves that C has no entry elsewhere. It needs no
 * witness and never throws.
 */
export function check({ a, b }: SparsePair, { matrix: c }: SparseProduct, _witness: unknown): Verdict {
  const isMatrix =
    c?.values instanceof Float64Array && c.rowPointers instanceof Int32Array && c.columnIndices instanceof Int32Array;
  if (!isMatrix || c.rows !== a.rows || c.cols !== b.cols || c.rowPointers.length !== a.rows + 1)
    return { proved: false, reason: 'the product has another size' };
  // Of powers of two nothing is rounded.
  const [of, to] = [exponentOf(a.values), exponentOf(b.values)];
  const [left, right, entries] = [times(a.values, -of), times(b.values, -to), times(c.values, -of - to)];
  if (!left || !right || !entries) return { proved: false, reason: 'the range of numbers is too large' };
  const [values, sizes, found] = [0, 0, 0].map(() => new Float64Array(b.cols));
  const counts = new Int32Array(b.cols);
  let [lower, upper] = [0, 0];
  for (let i = 0; i < a.rows; i++) {
    const places: number[] = [];
    for (let k = a.rowPointers[i]; k < a.rowPointers[i + 1]; k++) {
      const row = a.columnIndices[k];
      for (let l = b.rowPointers[row]; l < b.rowPointers[row + 1]; l++) {
        const j = b.columnIndices[l];
        const product = left[k] * right[l];
        if (counts[j]++ === 0) places.push(j);
        values[j] += product;
        sizes[j] += Math.abs(product);
      }
    }
    for (let k = c.rowPointers[i]; k < c.rowPointers[i + 1]; k++) {
      const j = c.columnIndices[k];
      if (!(counts[j] > 0)) return { proved: false, reason: 'the product has an entry without terms' };
      found[j] += entries[k];
      if (k > c.rowPointers[i] && c.columnIndices[k - 1] >= j) return { proved: false, reason: 'columns do not increase' };
    }
    for (const j of places) {
      const radius = radiusOfSum(counts[j], sizes[j]);
      const distance = Math.abs(found[j] - values[j]);
      if (!(sizes[j] > 1e-290 && sizes[j] < Infinity && distance < Infinity))
        return { proved: false, reason: 'products are beyond the range of doubles' };
      upper = Math.max(upper, up(up(up(distance) + radius) / down(sizes[j] - radius)));
      lower = Math.max(lower, down(down(down(distance) - radius) / up(sizes[j] + radius)));
      [values[j], sizes[j], found[j], counts[j]] = [0, 0, 0, 0];
    }
  }
  return { proved: true, figures: { entryError: { lower, upper } } };
}
