// The SciPy peers of sparse products, where `pnpm peers:install` has made them.
import { describe, expect, it } from 'vitest';
import { installed, peersOfTests } from './installed-peers.ts';

describe.runIf(installed)('SciPy on linalg/sparse-product', () => {
  const peers = peersOfTests();

  const a = {
    rows: 2,
    cols: 3,
    rowPointers: Int32Array.of(0, 2, 3),
    columnIndices: Int32Array.of(0, 2, 1),
    values: Float64Array.of(1, 2, 3),
  };
  const b = {
    rows: 3,
    cols: 2,
    rowPointers: Int32Array.of(0, 1, 2, 4),
    columnIndices: Int32Array.of(1, 0, 0, 1),
    values: Float64Array.of(4, 5, 6, 7),
  };

  it('multiplies two small matrices, sorted', async () => {
    const result = await peers().solve('scipy/sparse-product-sorted', { a, b }, {}, { seconds: 60 });
    expect(result.status).toBe('converged');
    expect(result.solution?.['matrix']).toEqual({
      rows: 2,
      cols: 2,
      rowPointers: Int32Array.of(0, 2, 3),
      columnIndices: Int32Array.of(0, 1, 0),
      values: Float64Array.of(12, 18, 15),
    });
  });

  it('or in any order', async () => {
    const result = await peers().solve('scipy/sparse-product', { a, b }, {}, { seconds: 60 });
    const matrix = result.solution?.['matrix'] as { values: Float64Array } | undefined;
    expect(Array.from(matrix?.values ?? []).sort((x, y) => x - y)).toEqual([12, 15, 18]);
  });
});
