// Blocks of two rows on the diagonal of a real Schur form: brought to standard form, and exchanged with their neighbours.
//
// Standard form as in LAPACK's dlanv2; exchanges by Z. Bai, J. Demmel: On swapping diagonal blocks in real Schur form (1993).
import { solveSmall } from '../numerics/small-lu.ts';

/** T and Q' of A = Q T Q', n x n each: rotations of Q's columns run along the rows of Q'. */
export interface SchurPair {
  readonly t: Float64Array;
  readonly basis: Float64Array;
  readonly n: number;
}

/**
 * Turns rows and columns k and k + 1 such that their block is triangular, or has equal entries on its diagonal and off-diagonal
 * entries of opposite signs, when its eigenvalues are complex.
 */
export function standardize(pair: SchurPair, k: number): void {
  const { t, basis, n } = pair;
  const at = k * n + k;
  const [a, b, c, d] = [t[at], t[at + 1], t[at + n], t[at + n + 1]];
  const [cosine, sine, block] = standardBlock(a, b, c, d);
  for (let j = k + 2; j < n; j++) rotate(t, k * n + j, (k + 1) * n + j, cosine, sine);
  for (let i = 0; i < k; i++) rotate(t, i * n + k, i * n + k + 1, cosine, sine);
  for (let i = 0; i < n; i++) rotate(basis, k * n + i, (k + 1) * n + i, cosine, sine);
  [t[at], t[at + 1], t[at + n], t[at + n + 1]] = block;
}

function rotate(values: Float64Array, x: number, y: number, cosine: number, sine: number): void {
  const first = values[x];
  values[x] = cosine * first + sine * values[y];
  values[y] = cosine * values[y] - sine * first;
}

type Block = readonly [number, number, number, number];

/** The rotation for a block (a b; c d), and what becomes of it. */
function standardBlock(a: number, b: number, c: number, d: number): readonly [number, number, Block] {
  if (c === 0) return [1, 0, [a, b, 0, d]];
  if (b === 0) return [0, 1, [d, -c, 0, a]];
  const difference = a - d;
  if (difference === 0 && b < 0 !== c < 0) return [1, 0, [a, b, c, d]];
  const half = difference / 2;
  const larger = Math.max(Math.abs(b), Math.abs(c));
  const smaller = Math.min(Math.abs(b), Math.abs(c)) * Math.sign(b) * Math.sign(c);
  const scale = Math.max(Math.abs(half), larger);
  const discriminant = (half / scale) * half + (larger / scale) * smaller;
  if (discriminant >= 4 * Number.EPSILON) {
    // Two real eigenvalues.
    const root = Math.sqrt(scale) * Math.sqrt(discriminant);
    const z = half + (half < 0 ? -root : root);
    const length = Math.hypot(c, z);
    return [z / length, c / length, [d + z, b - c, 0, d - (larger / z) * smaller]];
  }
  // Complex, or nearly equal: make the diagonal equal.
  const sigma = b + c;
  const length = Math.hypot(sigma, difference);
  let cosine = Math.sqrt(0.5 * (1 + Math.abs(sigma) / length));
  let sine = -(half / (length * cosine)) * (sigma < 0 ? -1 : 1);
  const [aa, bb] = [a * cosine + b * sine, -a * sine + b * cosine];
  const [cc, dd] = [c * cosine + d * sine, -c * sine + d * cosine];
  const [upper, lower] = [bb * cosine + dd * sine, -aa * sine + cc * cosine];
  const middle = 0.5 * (aa * cosine + cc * sine - bb * sine + dd * cosine);
  if (lower === 0) return [cosine, sine, [middle, upper, 0, middle]];
  if (upper === 0) return [-sine, cosine, [middle, -lower, 0, middle]];
  if (upper < 0 !== lower < 0) return [cosine, sine, [middle, upper, lower, middle]];
  // Real after all.
  const [rootUpper, rootLower] = [Math.sqrt(Math.abs(upper)), Math.sqrt(Math.abs(lower))];
  const spread = lower < 0 ? -rootUpper * rootLower : rootUpper * rootLower;
  const shrink = 1 / Math.sqrt(Math.abs(upper + lower));
  const [turnCosine, turnSine] = [rootUpper * shrink, rootLower * shrink];
  [cosine, sine] = [cosine * turnCosine - sine * turnSine, cosine * turnSine + sine * turnCosine];
  return [cosine, sine, [middle + spread, upper - lower, 0, middle - spread]];
}

/**
 * Exchanges the blocks of `first` and `second` rows from k on, one or two each, by an orthogonal turn of both.
 *
 * @returns whether it was possible to rounding; if not, nothing has changed
 */
export function exchange(pair: SchurPair, k: number, first: number, second: number): boolean {
  const { t, basis, n } = pair;
  const size = first + second;
  // T11 X - X T22 = T12: the columns of (-X; I) span what belongs to T22.
  const unknowns = first * second;
  const system = new Float64Array(unknowns * unknowns);
  const x = new Float64Array(unknowns);
  const entry = (i: number, j: number): number => t[(k + i) * n + k + j];
  for (let i = 0; i < first; i++) {
    for (let j = 0; j < second; j++) {
      const row = i * second + j;
      for (let l = 0; l < first; l++) system[row * unknowns + l * second + j] += entry(i, l);
      for (let l = 0; l < second; l++) system[row * unknowns + i * second + l] -= entry(first + l, first + j);
      x[row] = entry(i, first + j);
    }
  }
  if (!solveSmall(system, unknowns, x)) return false;
  const turn = orthogonalBasis(x, first, second);
  const block = new Float64Array(size * size);
  const half = new Float64Array(size * size);
  let norm = 0;
  for (let i = 0; i < size; i++) {
    for (let j = 0; j < size; j++) {
      norm = Math.max(norm, Math.abs(entry(i, j)));
      for (let l = 0; l < size; l++) half[i * size + j] += entry(i, l) * turn[l * size + j];
    }
  }
  for (let i = 0; i < size; i++) {
    for (let j = 0; j < size; j++) {
      for (let l = 0; l < size; l++) block[i * size + j] += turn[l * size + i] * half[l * size + j];
    }
  }
  for (let i = second; i < size; i++) {
    for (let j = 0; j < second; j++) if (!(Math.abs(block[i * size + j]) <= 40 * Number.EPSILON * norm)) return false;
  }
  turnVectors(t, k * n + k, 1, n, n - k, turn, size);
  turnVectors(t, k, n, 1, k + size, turn, size);
  turnVectors(basis, k * n, 1, n, n, turn, size);
  for (let i = second; i < size; i++) for (let j = 0; j < second; j++) t[(k + i) * n + k + j] = 0;
  if (second === 2) standardize(pair, k);
  if (first === 2) standardize(pair, k + second);
  return true;
}

/** An orthogonal matrix whose first columns span those of (-X; I), by reflections. */
function orthogonalBasis(x: Float64Array, first: number, second: number): Float64Array {
  const size = first + second;
  const columns = new Float64Array(size * second);
  for (let j = 0; j < second; j++) {
    for (let i = 0; i < first; i++) columns[i * second + j] = -x[i * second + j];
    columns[(first + j) * second + j] = 1;
  }
  const turn = new Float64Array(size * size);
  for (let i = 0; i < size; i++) turn[i * size + i] = 1;
  const v = new Float64Array(size);
  for (let k = 0; k < second; k++) {
    const lead = columns[k * second + k];
    let squares = 0;
    for (let i = k; i < size; i++) squares += columns[i * second + k] ** 2;
    const norm = lead > 0 ? -Math.sqrt(squares) : Math.sqrt(squares);
    v.fill(0);
    for (let i = k; i < size; i++) v[i] = columns[i * second + k];
    v[k] -= norm;
    const factor = 1 / (norm * (norm - lead));
    for (let j = k; j < second; j++) {
      let sum = 0;
      for (let i = k; i < size; i++) sum += v[i] * columns[i * second + j];
      for (let i = k; i < size; i++) columns[i * second + j] -= factor * sum * v[i];
    }
    for (let i = 0; i < size; i++) {
      let sum = 0;
      for (let j = k; j < size; j++) sum += turn[i * size + j] * v[j];
      for (let j = k; j < size; j++) turn[i * size + j] -= factor * sum * v[j];
    }
  }
  return turn;
}

/**
 * v <- turn' v for `count` vectors of `size` <= 4 numbers: their first entries lie `step` apart from `at` on, their own `gap` apart.
 * Every size has its own loop: most of the time of an exchange is spent here.
 */
function turnVectors(
  m: Float64Array,
  at: number,
  step: number,
  gap: number,
  count: number,
  turn: Float64Array,
  size: number,
): void {
  const end = at + count * step;
  if (size === 2) {
    const [a, b, c, d] = turn;
    for (let i = at; i < end; i += step) {
      const [x, y] = [m[i], m[i + gap]];
      m[i] = x * a + y * c;
      m[i + gap] = x * b + y * d;
    }
    return;
  }
  if (size === 3) {
    const [t00, t01, t02, t10, t11, t12, t20, t21, t22] = turn;
    for (let i = at; i < end; i += step) {
      const [j, k] = [i + gap, i + 2 * gap];
      const [x, y, z] = [m[i], m[j], m[k]];
      m[i] = x * t00 + y * t10 + z * t20;
      m[j] = x * t01 + y * t11 + z * t21;
      m[k] = x * t02 + y * t12 + z * t22;
    }
    return;
  }
  const [t00, t01, t02, t03, t10, t11, t12, t13, t20, t21, t22, t23, t30, t31, t32, t33] = turn;
  for (let i = at; i < end; i += step) {
    const [j, k, l] = [i + gap, i + 2 * gap, i + 3 * gap];
    const [x, y, z, w] = [m[i], m[j], m[k], m[l]];
    m[i] = x * t00 + y * t10 + z * t20 + w * t30;
    m[j] = x * t01 + y * t11 + z * t21 + w * t31;
    m[k] = x * t02 + y * t12 + z * t22 + w * t32;
    m[l] = x * t03 + y * t13 + z * t23 + w * t33;
  }
}
