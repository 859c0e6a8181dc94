// Larger programs under equalities: logistic regression with linear constraints, and the control of a grid.
import { checkFunction, checkInteger, checkMatrix, checkNumbers, checkObject, checkVector } from '@infimum/core';
import { mulberry32 } from '@infimum/core/reference-generators';
import type { CsrMatrix, DenseMatrix } from '@infimum/linalg';
import { csrFromTriplets } from '@infimum/linalg';
import type { EqualityProgram } from './equality-program.ts';
import type { SparseEqualityProgram } from './sparse-augmented-lagrangian.ts';

/** Mean of ln(1 + exp(-y_i x_i'w)) subject to A w = b. */
export interface LogisticData {
  /** Rows x_i. */
  readonly points: DenseMatrix;
  /** 1 or -1 for each. */
  readonly labels: Int8Array;
  /** A. */
  readonly matrix: DenseMatrix;
  /** b. */
  readonly rightSide: Float64Array;
}

/** Logistic regression under linear equalities. */
export function logisticProgram(data: LogisticData): EqualityProgram {
  checkObject(data, 'data');
  const { points, labels, matrix, rightSide } = data;
  checkMatrix(points, 'points');
  checkObject(points, 'points');
  checkNumbers(labels, 'labels');
  checkMatrix(matrix, 'matrix');
  checkVector(rightSide, 'rightSide', matrix.rows);

  const { rows, cols: n, values } = points;
  const margin = (i: number, w: Float64Array): number => {
    let sum = 0;
    for (let j = 0; j < n; j++) sum += values[i * n + j] * w[j];
    return labels[i] * sum;
  };
  return {
    variables: n,
    equalities: matrix.rows,
    value: (w) => {
      let sum = 0;
      for (let i = 0; i < rows; i++) {
        const z = margin(i, w);
        sum += z > 0 ? Math.log1p(Math.exp(-z)) : Math.log1p(Math.exp(z)) - z;
      }
      return sum / rows;
    },
    gradient: (w, out) => {
      out.fill(0);
      for (let i = 0; i < rows; i++) {
        const factor = -labels[i] / (1 + Math.exp(margin(i, w))) / rows;
        for (let j = 0; j < n; j++) out[j] += factor * values[i * n + j];
      }
    },
    constraints: (w, out) => {
      for (let k = 0; k < matrix.rows; k++) {
        let sum = -rightSide[k];
        for (let j = 0; j < n; j++) sum += matrix.values[k * n + j] * w[j];
        out[k] = sum;
      }
    },
    jacobian: (_, out) => out.set(matrix.values),
    hessian: (w, _, out) => {
      out.fill(0);
      for (let i = 0; i < rows; i++) {
        const p = 1 / (1 + Math.exp(Math.abs(margin(i, w))));
        const weight = (p * (1 - p)) / rows;
        for (let j = 0; j < n; j++) {
          const factor = weight * values[i * n + j];
          for (let k = 0; k <= j; k++) out[j * n + k] += factor * values[i * n + k];
        }
      }
      for (let j = 0; j < n; j++) for (let k = 0; k < j; k++) out[k * n + j] = out[j * n + k];
    },
  };
}

/**
 * Ten rows A w = b as the paper's experiments draw them: A and b standard normal by Box and Muller from mulberry32, A row by
 * row.
 */
export function normalRows(rows: number, n: number, seed: number): Pick<LogisticData, 'matrix' | 'rightSide'> {
  const next = mulberry32(seed);
  const drawn = new Float64Array(rows * (n + 1));
  for (let k = 0; k < drawn.length; k += 2) {
    const radius = Math.sqrt(-2 * Math.log(1 - next()));
    const angle = 2 * Math.PI * next();
    drawn[k] = radius * Math.cos(angle);
    if (k + 1 < drawn.length) drawn[k + 1] = radius * Math.sin(angle);
  }
  return { matrix: { rows, cols: n, values: drawn.slice(0, rows * n) }, rightSide: drawn.slice(rows * n) };
}

/** Adds |w|² = 1 to the linear equalities. */
export function onSphere(program: EqualityProgram): EqualityProgram {
  checkObject(program, 'program');
  checkFunction(program.constraints, 'program.constraints');
  const { variables: n, equalities: m } = program;
  checkInteger(n, 'program.variables', { min: 1 });
  checkInteger(m, 'program.equalities', { min: 0 });
  return {
    ...program,
    equalities: m + 1,
    constraints: (w, out) => {
      program.constraints(w, out);
      let sum = -1;
      for (let i = 0; i < n; i++) sum += w[i] * w[i];
      out[m] = sum;
    },
    jacobian: (w, out) => {
      program.jacobian(w, out);
      for (let i = 0; i < n; i++) out[m * n + i] = 2 * w[i];
    },
    hessian: (w, multipliers, out) => {
      program.hessian(w, multipliers, out);
      for (let i = 0; i < n; i++) out[i * n + i] += 2 * multipliers[m];
    },
  };
}

/** The state that the control is to reach: sin(4 + a) + cos(3 + b) over the grid, column by column. */
export function gridTarget(side: number): Float64Array {
  checkInteger(side, 'side', { min: 1, max: 4096 });
  const place = (i: number): number => (0.1 / Math.sqrt(15)) * (i + 1 - (side + 1) / 2);
  return Float64Array.from(
    { length: side * side },
    (_, k) => Math.sin(4 + place(k % side)) + Math.cos(3 + place(Math.floor(k / side))),
  );
}

/**
 * Control of a Poisson equation on a grid of side N: variables state w and control z, N² each; (|w - target|² + 0.1 |z|²) / 2
 * subject to (sum of the four neighbours of w - 4 w) / h² + z = 0, h = 2 / (N + 1), zero outside.
 */
export function gridProgram(side: number): EqualityProgram {
  checkInteger(side, 'side', { min: 1, max: 4096 });
  const m = side * side;
  const n = 2 * m;
  const target = gridTarget(side);
  const inverse = ((side + 1) / 2) ** 2;
  const neighbors = (k: number): number[] => {
    const [row, col] = [k % side, Math.floor(k / side)];
    return [
      ...(row > 0 ? [k - 1] : []),
      ...(row < side - 1 ? [k + 1] : []),
      ...(col > 0 ? [k - side] : []),
      ...(col < side - 1 ? [k + side] : []),
    ];
  };
  const beside = Array.from({ length: m }, (_, k) => neighbors(k));
  return {
    variables: n,
    equalities: m,
    value: (x) => {
      let sum = 0;
      for (let k = 0; k < m; k++) sum += (x[k] - target[k]) ** 2 + 0.1 * x[m + k] ** 2;
      return sum / 2;
    },
    gradient: (x, out) => {
      for (let k = 0; k < m; k++) {
        out[k] = x[k] - target[k];
        out[m + k] = 0.1 * x[m + k];
      }
    },
    constraints: (x, out) => {
      for (let k = 0; k < m; k++) {
        let sum = -4 * x[k];
        for (const other of beside[k]) sum += x[other];
        out[k] = sum * inverse + x[m + k];
      }
    },
    jacobian: (_, out) => {
      out.fill(0);
      for (let k = 0; k < m; k++) {
        out[k * n + k] = -4 * inverse;
        for (const other of beside[k]) out[k * n + other] = inverse;
        out[k * n + m + k] = 1;
      }
    },
    hessian: (_, __, out) => {
      out.fill(0);
      for (let k = 0; k < m; k++) {
        out[k * n + k] = 1;
        out[(m + k) * n + m + k] = 0.1;
      }
    },
  };
}

/** `gridProgram` with sparse derivatives, for grids of many points. */
export function sparseGridProgram(side: number): SparseEqualityProgram {
  const { variables: n, equalities: m, value, gradient, constraints } = gridProgram(side);
  const [rowIndices, columnIndices, values]: number[][] = [[], [], []];
  const put = (row: number, column: number, entry: number): void => {
    rowIndices.push(row);
    columnIndices.push(column);
    values.push(entry);
  };
  const inverse = ((side + 1) / 2) ** 2;
  for (let k = 0; k < m; k++) {
    const [row, col] = [k % side, Math.floor(k / side)];
    put(k, k, -4 * inverse);
    if (row > 0) put(k, k - 1, inverse);
    if (row < side - 1) put(k, k + 1, inverse);
    if (col > 0) put(k, k - side, inverse);
    if (col < side - 1) put(k, k + side, inverse);
    put(k, m + k, 1);
  }
  const jacobian = csrFromTriplets({ rows: m, cols: n, rowIndices, columnIndices, values });
  const hessian: CsrMatrix = {
    rows: n,
    cols: n,
    rowPointers: Int32Array.from({ length: n + 1 }, (_, i) => i),
    columnIndices: Int32Array.from({ length: n }, (_, i) => i),
    values: Float64Array.from({ length: n }, (_, i) => (i < m ? 1 : 0.1)),
  };
  return { variables: n, equalities: m, value, gradient, constraints, jacobian: () => jacobian, hessian: () => hessian };
}
