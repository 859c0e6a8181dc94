// The reduction of a symmetric matrix to tridiagonal form by reflections of both sides.
//
// G. Golub, C. Van Loan: Matrix computations (2013), algorithm 8.3.1.

/** What a reduction writes, each of as many numbers as the matrix has rows. */
export interface TridiagonalForm {
  /** The diagonal of T. */
  readonly diagonal: Float64Array;
  /** Entry i couples i and i + 1; the last one is not used. */
  readonly offDiagonal: Float64Array;
  /** f_k of the reflection I - f_k v_k v_k'; 0 where there is none. v_k lies in column k of A, below the diagonal. */
  readonly factors: Float64Array;
  /** Room for two numbers a row. */
  readonly scratch: Float64Array;
}

/** Entries whose squares sum up to less are zeros: their squares underflow. */
const NEGLIGIBLE = 1e-280;

/**
 * Brings the symmetric A to the form Q T Q' with T tridiagonal and Q a product of reflections, which take the place of A's
 * lower triangle; the upper one is not read. 4/3 n³ operations in plain loops; nothing is allocated, and nothing checked.
 *
 * @param a - size x size, row by row
 * @param size - number of rows
 * @param form - what is written
 *
 * @example
 * ```ts
 * import { tridiagonalize } from '@infimum/linalg/kernels';
 *
 * const [diagonal, offDiagonal, factors] = Array.from({ length: 3 }, () => new Float64Array(3));
 * const matrix = Float64Array.of(2, 0, 0, 3, 1, 0, 4, 0, 1); // rows 2 3 4, 3 1 0, 4 0 1
 * tridiagonalize(matrix, 3, { diagonal, offDiagonal, factors, scratch: new Float64Array(6) });
 * console.log(diagonal.map(Math.round).join(' '), offDiagonal[0]); // 2 1 1 -5
 * ```
 */
export function tridiagonalize(
  a: Float64Array,
  size: number,
  { diagonal, offDiagonal, factors, scratch }: TridiagonalForm,
): void {
  const [reflector, image] = [scratch.subarray(0, size), scratch.subarray(size)];
  factors.fill(0);
  for (let k = 0; k + 1 < size; k++) {
    let squares = 0;
    for (let i = k + 2; i < size; i++) squares += a[i * size + k] ** 2;
    const first = a[(k + 1) * size + k];
    offDiagonal[k] = first;
    if (squares < NEGLIGIBLE) continue;
    // (I - factor v v') x = norm e_1 with v = x - norm e_1, of the sign that does not cancel.
    const norm = first > 0 ? -Math.sqrt(first * first + squares) : Math.sqrt(first * first + squares);
    offDiagonal[k] = norm;
    a[(k + 1) * size + k] = first - norm;
    factors[k] = 1 / (norm * (norm - first));
    for (let i = k + 1; i < size; i++) reflector[i] = a[i * size + k];
    reflectBothSides(a, size, k + 1, reflector, factors[k], image);
  }
  for (let i = 0; i < size; i++) diagonal[i] = a[i * size + i];
}

/** B <- (I - f v v') B (I - f v v') for the lower triangle of B = A[from.., from..]: a symmetric update of rank two. */
function reflectBothSides(
  a: Float64Array,
  size: number,
  from: number,
  v: Float64Array,
  factor: number,
  image: Float64Array,
): void {
  image.fill(0, from);
  for (let i = from; i < size; i++) {
    const row = i * size;
    let sum = a[row + i] * v[i];
    for (let j = from; j < i; j++) {
      sum += a[row + j] * v[j];
      image[j] += a[row + j] * v[i];
    }
    image[i] += sum;
  }
  let inner = 0;
  for (let i = from; i < size; i++) inner += image[i] * v[i];
  for (let i = from; i < size; i++) image[i] = factor * (image[i] - 0.5 * factor * inner * v[i]);
  for (let i = from; i < size; i++) {
    const row = i * size;
    for (let j = from; j <= i; j++) a[row + j] -= v[i] * image[j] + image[i] * v[j];
  }
}
