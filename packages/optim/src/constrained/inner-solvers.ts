// Inner solvers of the Newton system: randomized iterative sketches, which project onto a random combination of the equations
// at a time, z <- z - K'S (S'KK'S)⁺ S'(Kz - b), and the exact and Krylov methods that they are compared with.
//
// R. Gower, P. Richtárik: Randomized iterative methods for linear systems (2015).
import { Random } from '@infimum/core';
import type { DenseMatrix } from '@infimum/linalg';
import { gmres, ldl, lu, minres, solveLdl, solveLu } from '@infimum/linalg';
import { layout, linalgKernels } from '@infimum/linalg/kernels';
import { norm } from '@infimum/linalg/numerics';
import type { AliasTable, SketchDraws } from './sketch-draws.ts';
import { aliasTable, sketchDraws } from './sketch-draws.ts';

/** The sketches. */
export type SketchName = 'gaussian' | 'kaczmarz' | 'weighted-kaczmarz' | 'block-gaussian' | 'block-kaczmarz' | 'count-sketch';

/** What improves a solution z of K z = b. */
export interface InnerSolver {
  /** Steps so far, over all systems. */
  readonly steps: number;
  /** Multiplications so far, over all systems. */
  readonly flops: number;
  /** Takes a system; z starts at zero. */
  begin(matrix: DenseMatrix, b: Float64Array): void;
  /**
   * Works at z until |Kz - b| <= target, for a few milliseconds at most; true when that is reached, and when no more work is
   * allowed on this system or has an effect.
   */
  improve(z: Float64Array, target: number): boolean;
}

/** Multiplications between two yields of a sketch. */
const SLICE = 4e6;

/** Steps between two residuals that are computed anew. */
const REFRESH = 50;

/**
 * An iterative sketch: one random combination of the equations a step, or `blockSize` of them. `cap` is the number of steps
 * that one system may take. Zeros of the matrix cost nothing, but in blocks.
 */
export function iterativeSketch(name: SketchName, blockSize: number, cap: number, seed: number): InnerSolver {
  const random = new Random(seed);
  const draws = sketchDraws(seed);
  let matrix: DenseMatrix = { rows: 0, cols: 0, values: new Float64Array(0) };
  let b: Float64Array = new Float64Array(0);
  let residual: Float64Array = new Float64Array(0);
  let inverses = new Float64Array(0);
  let table: AliasTable = { kept: inverses, other: new Int32Array(0) };
  let chosen = new Int32Array(0);
  let rowsOf: SparseRows = { starts: new Int32Array(0), columns: new Int32Array(0), values: inverses };
  let isDense = false;
  let used = 0;
  let steps = 0;
  let flops = 0;

  const refresh = (z: Float64Array): number => {
    let square = 0;
    for (let i = 0; i < residual.length; i++) {
      residual[i] = rowTimes(rowsOf, i, z) - b[i];
      square += residual[i] * residual[i];
    }
    flops += rowsOf.values.length;
    return Math.sqrt(square);
  };

  const kaczmarz = (z: Float64Array, count: number, { project }: MatrixRows): void => {
    const rows = chosen.subarray(0, count);
    if (name === 'kaczmarz') draws.rows(rows, matrix.rows);
    else draws.weightedRows(rows, table);
    flops += project(rows, b, inverses, z);
  };

  const block = (z: Float64Array): void => {
    const { rows } = matrix;
    const count = Math.min(blockSize, rows);
    const { sketch, combined } = sketchOf(name, matrix, count, random);
    for (let size = count; size >= 1; size >>= 1) {
      const rest = new Float64Array(size);
      for (let a = 0; a < size; a++) for (let i = 0; i < rows; i++) rest[a] += sketch[a * rows + i] * residual[i];
      flops += size * rows + (size * size * rows) / 2 + size ** 3 / 6 + size * rows;
      if (!solveGram(combined, rows, size, rest)) continue;
      for (let a = 0; a < size; a++) {
        for (let j = 0; j < rows; j++) z[j] -= rest[a] * combined[a * rows + j];
      }
      break;
    }
    flops += name === 'block-gaussian' ? count * rows * rows : rows * rows;
    refresh(z);
  };

  const isRow = name === 'kaczmarz' || name === 'weighted-kaczmarz';
  return {
    get steps() {
      return steps;
    },
    get flops() {
      return flops;
    },
    begin(newMatrix, newB) {
      const { rows, values } = newMatrix;
      [matrix, b, used] = [newMatrix, newB, 0];
      residual = b.map((value) => -value);
      const squares = Float64Array.from({ length: rows }, (_, i) => norm(values.subarray(i * rows, (i + 1) * rows)) ** 2);
      // A row without entries moves nothing.
      inverses = squares.map((square) => (1 / square < Infinity ? 1 / square : 0));
      if (name === 'weighted-kaczmarz') table = aliasTable(squares);
      chosen = new Int32Array(rows);
      rowsOf = sparseRows(newMatrix);
      isDense = 2 * rowsOf.values.length > rows * rows;
    },
    improve(z, target) {
      const period = isRow ? matrix.rows : name === 'gaussian' ? REFRESH : 1;
      const limit = flops + SLICE;
      if (refresh(z) <= target) return true;
      using kept = isDense && period > 1 ? denseRows(matrix) : sparseRowsOf(rowsOf);
      while (used < cap && flops < limit) {
        const count = Math.min(cap - used, period);
        if (isRow) kaczmarz(z, count, kept);
        else if (name === 'gaussian') flops += kept.combine(count, draws, b, z);
        else for (let k = 0; k < count; k++) block(z);
        used += count;
        steps += count;
        const size = refresh(z);
        if (size <= target) return true;
        if (!(size < Infinity)) return true;
      }
      return used >= cap;
    },
  };
}

/** The entries of a matrix that are not zero, row by row: what a step of one row costs. */
interface SparseRows {
  readonly starts: Int32Array;
  readonly columns: Int32Array;
  readonly values: Float64Array;
}

/** The product of row i and z. */
function rowTimes({ starts, columns, values }: SparseRows, i: number, z: Float64Array): number {
  const to = starts[i + 1];
  let sum = 0;
  for (let k = starts[i]; k < to; k++) sum += values[k] * z[columns[k]];
  return sum;
}
function sparseRows({ rows, cols, values }: DenseMatrix): SparseRows {
  const count = values.reduce((sum, value) => sum + (value === 0 ? 0 : 1), 0);
  const starts = new Int32Array(rows + 1);
  const columns = new Int32Array(count);
  const kept = new Float64Array(count);
  let at = 0;
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j < cols; j++) {
      if (values[i * cols + j] === 0) continue;
      columns[at] = j;
      kept[at++] = values[i * cols + j];
    }
    starts[i + 1] = at;
  }
  return { starts, columns, values: kept };
}

/** What steps do with the rows k_i of the matrix. */
interface MatrixRows extends Disposable {
  /**
   * z <- z - s'(Kz - b) / |K's|² K's for so many s that are drawn, one product with K each, as s'Kz is (K's)'z; the number of
   * multiplications.
   */
  readonly combine: (count: number, draws: SketchDraws, b: Float64Array, z: Float64Array) => number;
  /** z <- z - (k_i z - b_i) / |k_i|² k_i for rows i, one after the other; the number of multiplications. */
  readonly project: (rows: Int32Array, b: Float64Array, inverses: Float64Array, z: Float64Array) => number;
}

/** A dense matrix where kernels reach it. */
function denseRows({ rows: n, values }: DenseMatrix): MatrixRows {
  const { workspace, matrix, factors, targets, image, point } = layout({
    matrix: values,
    factors: n,
    targets: n,
    image: n,
    point: n,
  });
  const { gemvTransposed, dot, axpy } = workspace.kernels(linalgKernels);
  const at = matrix.byteOffset;
  const [s, goal, along, x] = [factors, targets, image, point].map(({ byteOffset }) => byteOffset);
  const combine: MatrixRows['combine'] = (count, draws, b, z) => {
    point.set(z);
    targets.set(b);
    for (let k = 0; k < count; k++) {
      draws.normals(factors);
      gemvTransposed(0, n, n, n, at, s, along);
      const square = dot(n, along, along);
      if (square > 0) axpy(n, (dot(n, s, goal) - dot(n, along, x)) / square, along, x);
    }
    z.set(point);
    return count * (n * n + 4 * n);
  };
  const project: MatrixRows['project'] = (rows, b, inverses, z) => {
    point.set(z);
    for (let r = 0; r < rows.length; r++) {
      const i = rows[r];
      const row = at + 8 * n * i;
      axpy(n, (b[i] - dot(n, row, x)) * inverses[i], row, x);
    }
    z.set(point);
    return 2 * n * rows.length;
  };
  return { combine, project, [Symbol.dispose]: () => workspace.release() };
}

function sparseRowsOf({ starts, columns, values }: SparseRows): MatrixRows {
  const n = starts.length - 1;
  const [factors, image] = [new Float64Array(n), new Float64Array(n)];
  const combine: MatrixRows['combine'] = (count, draws, b, z) => {
    for (let drawn = 0; drawn < count; drawn++) {
      draws.normals(factors);
      image.fill(0);
      for (let i = 0; i < n; i++) {
        for (let k = starts[i]; k < starts[i + 1]; k++) image[columns[k]] += factors[i] * values[k];
      }
      let [above, square] = [0, 0];
      for (let j = 0; j < n; j++) {
        above += image[j] * z[j] - factors[j] * b[j];
        square += image[j] * image[j];
      }
      if (!(square > 0)) continue;
      const step = above / square;
      for (let j = 0; j < n; j++) z[j] -= step * image[j];
    }
    return count * (values.length + 4 * n);
  };
  const project: MatrixRows['project'] = (rows, b, inverses, z) => {
    let flops = 0;
    for (let r = 0; r < rows.length; r++) {
      const i = rows[r];
      const [from, to] = [starts[i], starts[i + 1]];
      let sum = -b[i];
      for (let k = from; k < to; k++) sum += values[k] * z[columns[k]];
      const step = sum * inverses[i];
      for (let k = from; k < to; k++) z[columns[k]] -= step * values[k];
      flops += 2 * (to - from);
    }
    return flops;
  };
  return { combine, project, [Symbol.dispose]: () => {} };
}

/** S' (count x N) and S'K. */
function sketchOf(
  name: SketchName,
  { rows, values }: DenseMatrix,
  count: number,
  random: Random,
): { readonly sketch: Float64Array; readonly combined: Float64Array } {
  const sketch = new Float64Array(count * rows);
  if (name === 'block-gaussian') random.normals(sketch);
  else if (name === 'block-kaczmarz') {
    for (const [a, i] of random.sample(rows, count).entries()) sketch[a * rows + i] = 1;
  } else {
    for (let i = 0; i < rows; i++) sketch[random.integer(count) * rows + i] = random.uniform() < 0.5 ? -1 : 1;
  }
  const combined = new Float64Array(count * rows);
  for (let a = 0; a < count; a++) {
    for (let i = 0; i < rows; i++) {
      const factor = sketch[a * rows + i];
      if (factor === 0) continue;
      for (let j = 0; j < rows; j++) combined[a * rows + j] += factor * values[i * rows + j];
    }
  }
  return { sketch, combined };
}

/** Solves (M M' + ridge) y = rest in place for the first rows of M; false if it is not positive definite. */
function solveGram(combined: Float64Array, cols: number, size: number, rest: Float64Array): boolean {
  const factor = new Float64Array(size * size);
  let trace = 0;
  for (let a = 0; a < size; a++) {
    for (let b = 0; b <= a; b++) {
      let sum = 0;
      for (let j = 0; j < cols; j++) sum += combined[a * cols + j] * combined[b * cols + j];
      factor[a * size + b] = sum;
      if (a === b) trace += sum;
    }
  }
  for (let a = 0; a < size; a++) {
    // A bucket of a count sketch may have got no row.
    if (factor[a * size + a] === 0) factor[a * size + a] = 1;
    for (let b = 0; b <= a; b++) {
      let sum = factor[a * size + b] + (a === b ? 1e-14 * trace : 0);
      for (let c = 0; c < b; c++) sum -= factor[a * size + c] * factor[b * size + c];
      if (a !== b) factor[a * size + b] = sum / factor[b * size + b];
      else if (sum > 0) factor[a * size + a] = Math.sqrt(sum);
      else return false;
    }
  }
  for (let a = 0; a < size; a++) {
    for (let b = 0; b < a; b++) rest[a] -= factor[a * size + b] * rest[b];
    rest[a] /= factor[a * size + a];
  }
  for (let a = size - 1; a >= 0; a--) {
    for (let b = a + 1; b < size; b++) rest[a] -= factor[b * size + a] * rest[b];
    rest[a] /= factor[a * size + a];
  }
  return true;
}

/** Methods without sketches. */
export type DirectName = 'ldl' | 'lu' | 'minres' | 'gmres';

/** A factorisation with one step of refinement, or a Krylov method to the requested accuracy. */
export function deterministicSolver(name: DirectName): InnerSolver {
  let system: { readonly matrix: DenseMatrix; readonly b: Float64Array } | undefined;
  let steps = 0;
  let flops = 0;
  return {
    get steps() {
      return steps;
    },
    get flops() {
      return flops;
    },
    begin(matrix, b) {
      system = { matrix, b };
    },
    improve(z, target) {
      if (!system) return true;
      const { matrix, b } = system;
      const size = b.length;
      if (name === 'ldl' || name === 'lu') {
        const solve = factored(name, matrix);
        z.set(solve(b));
        const rest = solve(remainder(matrix, b, z));
        for (let i = 0; i < size; i++) z[i] += rest[i];
        steps++;
        flops += name === 'ldl' ? size ** 3 / 6 : size ** 3 / 3;
        return true;
      }
      const tolerance = Math.max(1e-15, Math.min(0.99, target / (norm(b) || 1)));
      const method = name === 'minres' ? minres : gmres;
      const { x, iterations } = method(matrix, b, { tolerance, initial: z, maxIterations: 10 * size });
      z.set(x);
      steps += iterations;
      flops += iterations * size * size;
      return true;
    },
  };
}

function factored(name: 'ldl' | 'lu', matrix: DenseMatrix): (b: Float64Array) => Float64Array {
  if (name === 'ldl') {
    const factors = ldl(matrix);
    return (b) => solveLdl(factors, b);
  }
  const factors = lu(matrix);
  return (b) => solveLu(factors, b);
}

/** b - K z. */
function remainder({ rows, values }: DenseMatrix, b: Float64Array, z: Float64Array): Float64Array {
  return b.map((value, i) => {
    let sum = value;
    for (let j = 0; j < rows; j++) sum -= values[i * rows + j] * z[j];
    return sum;
  });
}
