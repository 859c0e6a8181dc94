// The covariances in the central limit theorems of self-repellent walks, in closed form.
//
// J. Hu, V. Doshi, D. Y. Eun: Accelerating Distributed Stochastic Optimization via Self-Repellent Random Walks
// (ICLR 2024), arXiv 2401.09665.
import type { OptionSpecs, OptionsOf } from '@infimum/core';
import { checkMatrix, checkObject, checkVector, fault, resolveOptions } from '@infimum/core';
import type { DenseMatrix } from '@infimum/linalg';
import { symmetricEigen } from '@infimum/linalg';
import type { Graph, GraphLike } from '../graph/graph.ts';
import { asGraph, checkConnected } from '../graph/graph.ts';
import type { Transitions } from './transitions.ts';

const walkCovarianceOptions = {
  alpha: { type: 'number', min: 0, default: 5, description: 'Strength of the repulsion' },
  timescale: {
    type: 'choice',
    choices: ['fast-memory', 'same', 'slow-memory'],
    default: 'fast-memory',
    description: 'Whether the memory has larger steps than the iterate (case i), the same (ii) or smaller ones (iii)',
  },
  memoryExponentOne: { type: 'boolean', default: false, description: 'Whether the memory has steps 1/n' },
  iterateExponentOne: { type: 'boolean', default: false, description: 'Whether the iterate has steps 1/n' },
  gradients: { type: 'value', check: checkGradients, description: 'H(θ*, i) in row i; no iterate by default' },
  jacobian: {
    type: 'value',
    check: checkGradients,
    description: 'A, the symmetric derivative of the mean of H at θ*: minus the Hessian; minus the identity by default',
  },
} as const satisfies OptionSpecs;

function checkGradients(value: unknown, argument: string): asserts value is DenseMatrix {
  checkMatrix(value, argument);
}

/** Options of `walkCovariance`. */
export type WalkCovarianceOptions = OptionsOf<typeof walkCovarianceOptions>;

/** Covariances in the limit. */
export interface WalkCovariance {
  /** Of the memory: γ_n^(-1/2) (x_n − μ) tends to a normal distribution with it; nodes × nodes. */
  readonly memory: DenseMatrix;
  /** Of the iterate: β_n^(-1/2) (θ_n − θ*) tends to a normal distribution with it; if gradients were given. */
  readonly iterate?: DenseMatrix;
  /** The noise U that the iterate sees, `A V + V A' + U = 0` for exponents below one, in the cases (i) and (iii). */
  readonly noise?: DenseMatrix;
}

/**
 * The asymptotic covariances of the memory and of an iterate driven by the walk. With the eigenpairs λ_i, u_i of the
 * chain, c_i = (1+λ_i)/(1-λ_i), l_i = α(1+λ_i) and s = 1 for steps 1/n, else 0:
 *
 *     V_x = Σ c_i u_i u_i' / (2 l_i + 2 − s),   U = Σ c_i/(1+l_i)² (H'u_i)(H'u_i)'   in case (i).
 *
 * In case (iii) α does not matter for the iterate; in case (ii) memory and iterate are solved for together. Time
 * O(nodes³): meant for up to some hundred nodes.
 *
 * @param graph - connected: compressed rows, or one of graphology
 * @param transitions - its chain, `createWalk(…).transitions`
 * @throws {InvalidInputError} for shapes that do not fit, or a jacobian that is not symmetric and negative enough
 *
 * @example
 * ```ts
 * import { createWalk, pathGraph, walkCovariance } from '@infimum/graphs';
 *
 * const path = pathGraph(3);
 * const { memory } = walkCovariance(path, createWalk(path).transitions, { alpha: 1 });
 * console.log(memory.values[0].toFixed(6)); // 0.106173
 * ```
 */
export function walkCovariance(
  graph: GraphLike,
  transitions: Transitions,
  options: WalkCovarianceOptions = {},
): WalkCovariance {
  checkObject(graph, 'graph');
  checkObject(transitions, 'transitions');
  const rows = asGraph(graph);
  const resolved = resolveOptions(walkCovarianceOptions, options);
  const { alpha, timescale, gradients } = resolved;
  const memoryShift = resolved.memoryExponentOne ? 1 : 0;
  const shift = resolved.iterateExponentOne ? 1 : 0;
  checkConnected(rows);
  checkVector(transitions.stationary, 'transitions.stationary', rows.nodes);
  checkVector(transitions.stay, 'transitions.stay', rows.nodes);
  checkVector(transitions.move, 'transitions.move', rows.columnIndices.length);
  const modes = chainModes(rows, transitions);
  const memory = square(rows.nodes);
  for (const { lambda, vector } of modes) {
    const c = (1 + lambda) / (1 - lambda);
    addOuter(memory, vector, vector, c / (2 * alpha * (1 + lambda) + 2 - memoryShift));
  }
  if (!gradients) return { memory };
  if (gradients.rows !== rows.nodes) throw fault(`expected ${rows.nodes} rows, got ${gradients.rows}`, 'gradients', 'shape');
  const size = gradients.cols;
  const axes = jacobianAxes(resolved.jacobian, size, shift);
  const noise = square(size);
  for (const { lambda, vector } of modes) {
    const c = (1 + lambda) / (1 - lambda);
    const l = timescale === 'slow-memory' ? 0 : alpha * (1 + lambda);
    const h = transposedProduct(gradients, vector);
    if (timescale !== 'same') addOuter(noise, h, h, c / (1 + l) ** 2);
    else {
      // (A + (s − 1 − l) I) v = −(c − l V_xx) h for the covariance v of the iterate with this mode of the memory.
      const own = c / (2 * (1 + l) - shift);
      const coupled = axes.apply(h, (a) => (c - l * own) / (1 + l - shift - a));
      addOuter(noise, h, h, c);
      addOuter(noise, h, coupled, -l);
      addOuter(noise, coupled, h, -l);
    }
  }
  const iterate = axes.solveLyapunov(noise, shift);
  return timescale === 'same' ? { memory, iterate } : { memory, iterate, noise };
}

/** An eigenpair of the chain besides the stationary one: P' u = λ u, with Σ u_i²/μ_i = 1. */
interface Mode {
  readonly lambda: number;
  readonly vector: Float64Array;
}

/** The eigenpairs of D^(1/2) P D^(-1/2), D = diag(μ), except the largest. */
export function chainModes({ nodes, rowPointers, columnIndices }: Graph, chain: Transitions): Mode[] {
  const { move, stay, stationary } = chain;
  const symmetric = square(nodes);
  for (let i = 0; i < nodes; i++) {
    symmetric.values[i * nodes + i] = stay[i];
    for (let k = rowPointers[i]; k < rowPointers[i + 1]; k++) {
      const j = columnIndices[k];
      symmetric.values[i * nodes + j] = move[k] * Math.sqrt(stationary[i] / stationary[j]);
    }
  }
  const { values, vectors } = symmetricEigen(symmetric);
  return Array.from({ length: nodes - 1 }, (_, column) => ({
    lambda: Math.max(-1, values[column]),
    vector: stationary.map((mass, i) => Math.sqrt(mass) * vectors.values[i * nodes + column]),
  }));
}

/** The eigenvectors of the jacobian, in which the Lyapunov equation is solved entry by entry. */
function jacobianAxes(jacobian: DenseMatrix | undefined, size: number, shift: number) {
  const matrix = jacobian ?? square(size);
  if (!jacobian) for (let i = 0; i < size; i++) matrix.values[i * size + i] = -1;
  if (matrix.rows !== size || matrix.cols !== size) {
    throw fault(`expected ${size}x${size}, got ${matrix.rows}x${matrix.cols}`, 'jacobian', 'shape');
  }
  const { values, vectors } = symmetricEigen(matrix);
  if (!(values[size - 1] < -shift / 2)) {
    const problem = `has the eigenvalue ${values[size - 1]}, which must be below ${-shift / 2}: scale the steps of the iterate up`;
    throw fault(problem, 'jacobian', 'out-of-range');
  }
  for (let i = 0; i < size; i++) {
    for (let j = 0; j < i; j++) {
      const [a, b] = [matrix.values[i * size + j], matrix.values[j * size + i]];
      if (Math.abs(a - b) <= 1e-9 * Math.abs(values[0])) continue;
      throw fault('must be symmetric', 'jacobian', 'unsupported', i * size + j);
    }
  }
  const into = (x: Float64Array) => transposedProduct(vectors, x);
  const outOf = (y: Float64Array) =>
    Float64Array.from({ length: size }, (_, i) => y.reduce((sum, entry, j) => sum + vectors.values[i * size + j] * entry, 0));
  return {
    apply: (x: Float64Array, factor: (eigenvalue: number) => number) =>
      outOf(into(x).map((entry, j) => entry * factor(values[j]))),
    solveLyapunov(noise: DenseMatrix, s: number): DenseMatrix {
      const column = (m: DenseMatrix, j: number) => m.values.filter((_, at) => at % size === j) as Float64Array;
      const half = transposeOf(columnsOf(size, (j) => into(column(noise, j))));
      const inner = columnsOf(size, (j) => into(column(half, j)));
      for (let i = 0; i < size; i++) {
        for (let j = 0; j < size; j++) inner.values[i * size + j] /= -(values[i] + values[j]) - s;
      }
      const back = transposeOf(columnsOf(size, (j) => outOf(column(inner, j))));
      return columnsOf(size, (j) => outOf(column(back, j)));
    },
  };
}

function columnsOf(size: number, column: (j: number) => Float64Array): DenseMatrix {
  const result = square(size);
  for (let j = 0; j < size; j++) {
    const entries = column(j);
    for (let i = 0; i < size; i++) result.values[i * size + j] = entries[i];
  }
  return result;
}

function transposeOf({ rows: size, values }: DenseMatrix): DenseMatrix {
  return columnsOf(size, (j) => values.slice(j * size, (j + 1) * size) as Float64Array);
}

function square(size: number): DenseMatrix & { readonly values: Float64Array } {
  return { rows: size, cols: size, values: new Float64Array(size * size) };
}

function addOuter({ cols, values }: DenseMatrix, x: Float64Array, y: Float64Array, factor: number): void {
  for (let i = 0; i < x.length; i++) for (let j = 0; j < y.length; j++) values[i * cols + j] += factor * x[i] * y[j];
}

function transposedProduct({ rows, cols, values }: DenseMatrix, x: Float64Array): Float64Array {
  const product = new Float64Array(cols);
  for (let i = 0; i < rows; i++) for (let j = 0; j < cols; j++) product[j] += values[i * cols + j] * x[i];
  return product;
}
