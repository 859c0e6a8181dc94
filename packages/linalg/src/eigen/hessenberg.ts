// The reduction of a square matrix to Hessenberg form by reflections of both sides: A = Q H Q', H zero below its subdiagonal.
//
// G. Golub, C. Van Loan: Matrix computations (2013), algorithm 7.4.2.
import { denseKernels } from '../webassembly/dense-kernels.ts';
import { GEMM_SCRATCH } from '../webassembly/linalg-kernels.ts';
import type { Workspace } from '../webassembly/workspace.ts';
import { basisRoom, ReflectorBasis } from './reflector-basis.ts';

/** Numbers on the workspace beside A and Q'. */
export function hessenbergRoom(n: number): number[] {
  return [n * n, n, ...basisRoom(n), GEMM_SCRATCH];
}

/**
 * Replaces A, n x n on the workspace with entries of about one, by H, and the zeros in `basis` by Q', row by row. 10/3 n³ operations
 * for H and 4/3 n³ more for Q.
 */
export function reduceToHessenberg(workspace: Workspace, a: Float64Array, basis: Float64Array, n: number): void {
  const { gemvColumns, gemvRows, ger } = workspace.kernels(denseKernels);
  const vectors = workspace.float64(n * n);
  const sums = workspace.float64(n).byteOffset;
  const factors = new Float64Array(n);
  const at = (i: number, j: number): number => a.byteOffset + 8 * (i * n + j);
  for (let k = 0; k + 2 < n; k++) {
    let largest = 0;
    for (let i = k + 2; i < n; i++) largest = Math.max(largest, Math.abs(a[i * n + k]));
    if (largest === 0) continue;
    // v = x - norm e_1 of the sign that does not cancel, over its first entry, with squares of entries over the largest.
    largest = Math.max(largest, Math.abs(a[(k + 1) * n + k]));
    const v = vectors.subarray(k * n + k + 1, (k + 1) * n);
    let squares = 0;
    for (let i = 0; i < v.length; i++) {
      v[i] = a[(k + 1 + i) * n + k] / largest;
      squares += v[i] * v[i];
    }
    const norm = v[0] > 0 ? -Math.sqrt(squares) : Math.sqrt(squares);
    const lead = v[0] - norm;
    factors[k] = -lead / norm;
    v[0] = 1;
    for (let i = 1; i < v.length; i++) v[i] /= lead;
    // From the left on the columns behind k, from the right on all rows.
    const [length, factor] = [v.length, -factors[k]];
    gemvColumns(length, length, at(k + 1, k + 1), n, v.byteOffset, sums);
    ger(length, length, factor, v.byteOffset, sums, at(k + 1, k + 1), n);
    a[(k + 1) * n + k] = norm * largest;
    for (let i = k + 2; i < n; i++) a[i * n + k] = 0;
    gemvRows(n, length, at(0, k + 1), n, v.byteOffset, sums);
    ger(n, length, factor, sums, v.byteOffset, at(0, k + 1), n);
  }
  const gemmScratch = workspace.uncleared(GEMM_SCRATCH);
  new ReflectorBasis(workspace, n, gemmScratch).transposed({ vectors, factors, size: n, shift: 1 }, basis, n);
}
