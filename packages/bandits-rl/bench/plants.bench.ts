// Riccati equations on drawn plants against 50 digits: pnpm bench:package bandits-rl plants [count] [seed]
// Plants with other units (1e±6), rotated, out of reach, unseen, on the boundary of stability, defective; half of them in discrete
// time. What no feedback stabilizes is known from how a plant is made; solutions are compared with mpmath's (INFIMUM_PYTHON).
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { Random } from '@infimum/core';
import type { DenseMatrix } from '@infimum/linalg';
import { identity, matmul, transpose } from '@infimum/linalg';
import { dlqr, lqr } from '../src/regulators/lqr.ts';

const [count, seed] = [Number(process.argv[2] ?? 2000), Number(process.argv[3] ?? 1)];
const random = new Random(seed);
const integer = (least: number, most: number) => least + random.integer(most - least + 1);
const drawn = (rows: number, cols: number, entry: () => number): DenseMatrix => ({
  rows,
  cols,
  values: Float64Array.from({ length: rows * cols }, entry),
});
const normals = (rows: number, cols: number) => drawn(rows, cols, () => random.normal());
const wholes = (rows: number, cols: number) => drawn(rows, cols, () => integer(-2, 2));
const rowsOf = ({ rows, cols, values }: DenseMatrix) =>
  Array.from({ length: rows }, (_, i) => Array.from(values.subarray(i * cols, (i + 1) * cols)));

interface Plant {
  a: DenseMatrix;
  b: DenseMatrix;
  q: DenseMatrix;
  solvable: boolean;
}

/** One under the other on the diagonal, with something above the second. */
function stacked(first: DenseMatrix, second: DenseMatrix, above?: DenseMatrix): DenseMatrix {
  const [rows, cols] = [first.rows + second.rows, first.cols + second.cols];
  const values = Float64Array.from({ length: rows * cols }, (_, k) => {
    const [i, j] = [Math.floor(k / cols), k % cols];
    const isLeft = j < first.cols;
    if (i < first.rows)
      return isLeft ? first.values[i * first.cols + j] : (above?.values[i * second.cols + j - first.cols] ?? 0);
    return isLeft ? 0 : second.values[(i - first.rows) * second.cols + j - first.cols];
  });
  return { rows, cols, values };
}

/** A mode or two: inside the region of stability, outside, or on its boundary. */
function modes(where: 'stable' | 'unstable' | 'boundary', isDiscrete: boolean): DenseMatrix {
  const one = (value: number) => drawn(1, 1, () => value);
  const pair = (re: number, im: number) => ({ rows: 2, cols: 2, values: Float64Array.of(re, im, -im, re) });
  if (where === 'boundary') {
    if (isDiscrete) return [one(1), one(-1), pair(0, 1)][integer(0, 2)];
    return [one(0), pair(0, integer(1, 3))][integer(0, 1)];
  }
  const sign = where === 'stable' ? -1 : 1;
  if (!isDiscrete) return integer(0, 1) ? one(sign * integer(1, 3)) : pair(sign * integer(1, 2), integer(1, 3));
  return where === 'stable'
    ? integer(0, 1)
      ? one(integer(-1, 1) / 2)
      : pair(0.25, 0.5)
    : integer(0, 1)
      ? one(integer(2, 3))
      : pair(1, integer(1, 2));
}

const zeros = (rows: number, cols: number) => drawn(rows, cols, () => 0);
const squared = (c: DenseMatrix) => matmul(transpose(c), c);

const KINDS = ['ones', 'units', 'rotated', 'unreached', 'unseen', 'boundary', 'defective'] as const;

function plantOf(kind: (typeof KINDS)[number], isDiscrete: boolean): Plant {
  const n = integer(1, 5);
  const m = integer(1, Math.min(n, 3));
  const good = { a: normals(n, n), b: normals(n, m), q: squared(normals(integer(1, n), n)), solvable: true };
  if (kind === 'ones' || kind === 'units' || kind === 'rotated') return good;
  const exact = { a: wholes(n, n), b: wholes(n, m), q: identity(n) };
  if (kind === 'defective') {
    const lambda = isDiscrete ? [2, -2, 0.5, 0][integer(0, 3)] : integer(-2, 2);
    const a = drawn(n, n, () => 0);
    for (let i = 0; i < n; i++) {
      a.values[i * n + i] = lambda;
      if (i + 1 < n) a.values[i * n + i + 1] = 1;
    }
    const b = zeros(n, 1);
    b.values[n - 1] = 1;
    const q = zeros(n, n);
    // At 0 the chain of integrators has to be seen.
    if (lambda === 0 || integer(0, 1)) q.values[0] = 1;
    return { a, b, q, solvable: true };
  }
  // The rest is reached and seen: B and Q are the identity there.
  const well = { a: exact.a, b: identity(n), q: exact.q };
  const where = kind === 'boundary' ? 'boundary' : (['stable', 'unstable'] as const)[integer(0, 1)];
  const mode = modes(where, isDiscrete);
  const k = mode.rows;
  const isReached = kind === 'unreached' ? false : kind === 'unseen' ? true : integer(0, 2) > 0;
  const isSeen = kind === 'unseen' ? false : kind === 'unreached' ? true : integer(0, 1) > 0;
  return {
    a: stacked(well.a, mode, isReached ? undefined : wholes(n, k)),
    b: isReached ? stacked(well.b, identity(k)) : stacked(well.b, zeros(k, 0)),
    q: stacked(well.q, isSeen ? identity(k) : zeros(k, k)),
    solvable: where === 'stable' || (isReached && (where === 'unstable' || isSeen)),
  };
}

/** A random orthogonal matrix, by reflections. */
function rotation(n: number): DenseMatrix {
  let turn = identity(n);
  for (let k = 0; k < n; k++) {
    const v = normals(n, 1);
    const size = v.values.reduce((sum, x) => sum + x * x, 0);
    const reflect = {
      ...identity(n),
      values: identity(n).values.map((x, i) => x - (2 * v.values[Math.floor(i / n)] * v.values[i % n]) / size),
    };
    turn = matmul(turn, reflect);
  }
  return turn;
}

const cases = Array.from({ length: count }, (_, k) => {
  const kind = KINDS[k % KINDS.length];
  const isDiscrete = Math.floor(k / KINDS.length) % 2 === 1;
  const plant = plantOf(kind, isDiscrete);
  const n = plant.a.rows;
  let [a, b, q] = [plant.a, plant.b, plant.q];
  const isTurned = kind === 'rotated' || (kind !== 'ones' && kind !== 'units' && integer(0, 2) === 0);
  if (isTurned) {
    const turn = rotation(n);
    [a, b, q] = [
      matmul(matmul(transpose(turn), a), turn),
      matmul(transpose(turn), b),
      matmul(matmul(transpose(turn), q), turn),
    ];
  } else if (kind !== 'ones') {
    // Shears of whole numbers keep exactly what is out of reach or unseen.
    for (let shear = 0; shear < 2 && n > 1; shear++) {
      const i = integer(0, n - 1);
      const j = (i + integer(1, n - 1)) % n;
      const [t, back] = [identity(n), identity(n)];
      t.values[i * n + j] = 1;
      back.values[i * n + j] = -1;
      [a, b, q] = [matmul(matmul(back, a), t), matmul(back, b), matmul(matmul(transpose(t), q), t)];
    }
  }
  // Powers of two where structure must be kept, any numbers elsewhere: 1e-6 to 1e6.
  const isExact = kind !== 'units';
  const wide = kind === 'units' || (kind !== 'ones' && integer(0, 1) === 1);
  const unit = () => (!wide ? 1 : isExact ? 2 ** integer(-20, 20) : 10 ** (12 * random.uniform() - 6));
  const units = Array.from({ length: n }, unit);
  const at = (matrix: DenseMatrix, factor: (i: number, j: number) => number) => ({
    ...matrix,
    values: matrix.values.map((x, e) => x * factor(Math.floor(e / matrix.cols), e % matrix.cols)),
  });
  a = at(a, (i, j) => units[j] / units[i]);
  b = at(b, (i) => 1 / units[i]);
  q = at(q, (i, j) => units[i] * units[j]);
  // Symmetric to the bit.
  q = { ...q, values: q.values.map((x, e) => (x + q.values[(e % n) * n + Math.floor(e / n)]) / 2) };
  const r = identity(b.cols);
  let answer: object;
  try {
    const { gain, p } = (isDiscrete ? dlqr : lqr)(a, b, q, r);
    answer = { gain: rowsOf(gain), p: rowsOf(p) };
  } catch (error) {
    answer = { refused: String(error) };
  }
  return { kind, isDiscrete, solvable: plant.solvable, units, a: rowsOf(a), b: rowsOf(b), q: rowsOf(q), ...answer };
});
const python = process.env['INFIMUM_PYTHON'] ?? 'python3';
const script = fileURLToPath(new URL('./mpmath_plants.py', import.meta.url));
const { stdout, stderr } = spawnSync(python, [script], { input: JSON.stringify(cases), encoding: 'utf8', maxBuffer: 1 << 28 });
console.log(stdout || stderr);
