import fc from 'fast-check';
import { expect, test } from 'vitest';
import { csrFromTriplets } from '../sparse/csr-matrix.ts';
import { fivePointLaplacian } from '../sparse/grid-stencils.ts';
import { describeBuilds } from '../testing/builds.ts';
import { sparse } from '../testing/sparse.ts';
import { Relaxation } from './relaxation-sweep.ts';
import { ssorPreconditioner } from './symmetric-over-relaxation.ts';

const numbers = (length: number) =>
  fc.array(fc.double({ min: -1e3, max: 1e3, noNaN: true }), { minLength: length, maxLength: length });

/** A matrix with a full diagonal, a relaxation, a right-hand side, and where to start. */
const systems = fc.integer({ min: 1, max: 12 }).chain((size) =>
  fc.tuple(
    sparse(size, size).map(({ rowPointers, columnIndices, values }) => {
      const rowIndices = Array.from(columnIndices, (_, k) => rowPointers.findLastIndex((start) => start <= k));
      const diagonal = Array.from({ length: size }, (_, i) => i);
      return csrFromTriplets({
        rows: size,
        cols: size,
        rowIndices: [...rowIndices, ...diagonal],
        columnIndices: [...columnIndices, ...diagonal],
        values: [...values, ...diagonal.map(() => 20)],
      });
    }),
    fc.double({ min: 0.1, max: 1.9, noNaN: true }),
    numbers(size),
    numbers(size),
  ),
);

describeBuilds('sweeps', () => {
  test('solve every equation for its own unknown, in order and in reverse', () => {
    fc.assert(
      fc.property(systems, ([a, relaxation, b, start]) => {
        const x = Float64Array.from(start);
        using sweeps = new Relaxation(a, relaxation);
        sweeps.b.set(b);
        sweeps.x.set(start);
        const rows = Array.from({ length: a.rows }, (_, i) => i);
        for (const order of [rows, rows.toReversed(), rows]) {
          for (const i of order) {
            const entries = rows.map((j) => entryOf(a, i, j));
            const rest = entries.reduce((sum, entry, j) => sum - entry * x[j], b[i]);
            x[i] += (relaxation * rest) / entries[i];
          }
          if (order === rows) sweeps.forwards();
          else sweeps.backwards();
          x.forEach((value, i) => {
            expect(sweeps.x[i]).toBeCloseTo(value, 7);
          });
          x.set(sweeps.x);
        }
      }),
    );
  });

  test('have the same bits in every build', () => {
    const a = fivePointLaplacian(17);
    const precondition = ssorPreconditioner(a, { relaxation: 1.3 });
    const [x, out] = [new Float64Array(a.rows), new Float64Array(a.rows)];
    x.forEach((_, i) => {
      x[i] = ((i * 37) % 101) / 7;
    });
    precondition(x, out);
    expect(out).toEqual(plainSweeps(a, 1.3, x));
  });
});

/** Both sweeps from zero, in plain loops with the order of additions that the kernels promise. */
function plainSweeps(a: ReturnType<typeof fivePointLaplacian>, relaxation: number, b: Float64Array) {
  const x = new Float64Array(a.rows);
  const relax = (i: number, entries: number[]) => {
    let rest = b[i];
    for (const k of entries) rest -= a.values[k] * x[a.columnIndices[k]];
    x[i] += (relaxation / 4) * rest;
  };
  const entriesOf = (i: number) =>
    Array.from({ length: a.rowPointers[i + 1] - a.rowPointers[i] }, (_, k) => a.rowPointers[i] + k);
  for (let i = 0; i < a.rows; i++) relax(i, entriesOf(i).reverse());
  for (let i = a.rows - 1; i >= 0; i--) relax(i, entriesOf(i));
  return x;
}

function entryOf(a: ReturnType<typeof fivePointLaplacian>, i: number, j: number): number {
  for (let k = a.rowPointers[i]; k < a.rowPointers[i + 1]; k++) {
    if (a.columnIndices[k] === j) return a.values[k];
  }
  return 0;
}
