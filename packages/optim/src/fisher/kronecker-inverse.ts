// Inverses of curvature matrices that are Kronecker products, layer by layer, of moments of inputs and of output derivatives.
//
// J. Martens, R. Grosse: Optimizing neural networks with Kronecker-factored approximate curvature (arXiv 1503.05671).
// X. Dong, S. Chen, S. Pan: Learning to prune deep neural networks via layer-wise optimal brain surgeon (arXiv 1705.07565).
import type { DenseLike, MatrixLike, OptionSpecs, OptionsOf } from '@infimum/core';
import { allocateVector, asMatrix, checkInteger, fault, resolveOptions } from '@infimum/core';
import { cholesky, solveCholesky } from '@infimum/linalg';
import { dimensionOf } from '../training/optimizer.ts';
import type { InverseFisher } from './inverse-fisher.ts';
import { damping } from './window-inverse-fisher.ts';

const kroneckerInverseOptions = {
  damping,
  outputs: {
    type: 'choice',
    choices: ['gradients', 'identity'],
    default: 'gradients',
    description:
      'Factor for the outputs of a layer: the second moment of the loss’s derivatives there (K-FAC), or the identity, as if all outputs mattered equally (layer-wise Optimal Brain Surgeon)',
  },
} as const satisfies OptionSpecs;

/** How the factors are made. */
export type KroneckerInverseOptions = OptionsOf<typeof kroneckerInverseOptions>;

/** A dense layer: `outputs` by `inputs` weights from parameter `at` on, and then as many biases as outputs. */
interface DenseLayer {
  readonly at: number;
  readonly inputs: number;
  readonly outputs: number;
}

/** Second moments of a layer. */
export interface LayerMoments extends DenseLayer {
  /** The mean of a a', a the inputs with a 1 for the bias behind them. */
  readonly ofInputs: Float64Array;
  /** The mean of delta delta', delta the derivatives of a sample's loss with respect to the outputs. */
  readonly ofOutputs: Float64Array;
}

/**
 * The inverse of an approximation of the Fisher matrix: one block for each dense layer, which is the Kronecker product of the
 * second moments S of the derivatives at its outputs and A of its inputs, both damped, with pi² = (tr A / size) / (tr S / size):
 *
 *     F^-1 = (S + sqrt(lambda) / pi I)^-1 (x) (A + pi sqrt(lambda) I)^-1.
 *
 * With `outputs: 'identity'`, I (x) (A + lambda I)^-1. Inputs a and output derivatives delta are taken from the gradients of single
 * samples, which are delta a' for the weights and delta for the biases. O(m d + sum of cubes of the layers' sizes) to set up;
 * a product costs O(d (inputs + outputs)). arXiv 1503.05671, arXiv 1705.07565.
 *
 * @param gradients - of single samples, one a row
 * @param shapes - of the parameters: weights (outputs by inputs) and biases (outputs) of one dense layer after the other
 * @throws {InvalidInputError} for gradients that are not finite, for other shapes, and for options out of range
 *
 * @example
 * ```ts
 * import { matrixFromRows } from '@infimum/linalg';
 * import { kroneckerInverse } from '@infimum/optim/fisher';
 *
 * // One output, inputs 2 and 0 with derivatives 1: the second moments are 1 and [[2, 1], [1, 1]].
 * const inverse = kroneckerInverse(matrixFromRows([[2, 1], [0, 1]]), [[1, 1], [1]], { outputs: 'identity', damping: 1 });
 * console.log(inverse.entry(0, 0).toFixed(3), inverse.entry(0, 1).toFixed(3)); // 0.400 -0.200
 * ```
 */
export function kroneckerInverse(
  gradients: MatrixLike,
  shapes: readonly (readonly number[])[],
  options: KroneckerInverseOptions = {},
): InverseFisher {
  const rows = asMatrix(gradients, 'gradients');
  const { damping, outputs } = resolveOptions(kroneckerInverseOptions, options);
  const moments = layerMoments(shapes);
  if (dimensionOf(shapes) !== rows.cols) {
    throw fault(`have ${dimensionOf(shapes)} entries, the gradients ${rows.cols}`, 'shapes', 'shape');
  }
  for (const layer of moments) addMoments(layer, rows, 1 / rows.rows);
  return invertMoments(moments, rows.cols, damping, outputs);
}

/**
 * Zero moments for the layers of these shapes.
 *
 * @throws {InvalidInputError} naming `shapes` and the first that belongs to no layer
 */
export function layerMoments(shapes: readonly (readonly number[])[]): LayerMoments[] {
  dimensionOf(shapes);
  const layers: LayerMoments[] = [];
  for (let index = 0, at = 0; index < shapes.length; index += 2) {
    const [outputs, inputs] = shapes[index];
    const biases = shapes[index + 1] ?? [];
    if (shapes[index].length !== 2 || biases.length !== 1 || biases[0] !== outputs) {
      const problem = 'expected a matrix of weights, outputs by inputs, and a vector of biases for every layer';
      throw fault(problem, 'shapes', 'shape', index);
    }
    const [ofInputs, ofOutputs] = [(inputs + 1) ** 2, outputs ** 2].map((size) => allocateVector(size, 'shapes'));
    layers.push({ at, inputs, outputs, ofInputs, ofOutputs });
    at += outputs * (inputs + 1);
  }
  return layers;
}

/** Whether shapes are those of dense layers, weights and biases of one after the other. */
export function areDenseLayers(shapes: readonly (readonly number[])[]): boolean {
  return shapes.every((shape, k) => (k % 2 ? shape.length === 1 : shape.length === 2 && shapes[k + 1]?.[0] === shape[0]));
}

/** Adds a share of every sample's products to the moments of a layer. */
export function addMoments(layer: LayerMoments, { rows, cols, values }: DenseLike, share: number): void {
  const { at, inputs, outputs, ofInputs, ofOutputs } = layer;
  const a = new Float64Array(inputs + 1);
  a[inputs] = 1;
  for (let row = 0; row < rows; row++) {
    const weights = row * cols + at;
    const delta = values.subarray(weights + outputs * inputs, weights + outputs * (inputs + 1));
    let square = 0;
    for (let u = 0; u < outputs; u++) square += delta[u] * delta[u];
    // What came in does not show in a gradient of zero.
    if (square === 0) continue;
    a.fill(0, 0, inputs);
    for (let u = 0; u < outputs; u++) {
      const factor = delta[u] / square;
      for (let j = 0; j < inputs; j++) a[j] += factor * values[weights + u * inputs + j];
    }
    addSquare(a, share, ofInputs);
    addSquare(delta, share, ofOutputs);
  }
}

/** The inverse of the matrix that the moments define. */
export function invertMoments(
  moments: readonly LayerMoments[],
  dimension: number,
  damping: number,
  kind: 'gradients' | 'identity',
): InverseFisher {
  const layers = moments.map(({ at, inputs, outputs, ofInputs, ofOutputs }) => {
    const ratio = Math.sqrt(meanDiagonal(ofInputs, inputs + 1) / meanDiagonal(ofOutputs, outputs));
    const balance = Number.isFinite(ratio) && ratio > 0 ? ratio : 1;
    const root = Math.sqrt(damping);
    const left = kind === 'identity' ? identityMatrix(outputs) : dampedInverse(ofOutputs, outputs, root / balance);
    const right = dampedInverse(ofInputs, inputs + 1, kind === 'identity' ? damping : root * balance);
    return { at, inputs, outputs, left, right, half: new Float64Array(outputs * (inputs + 1)) };
  });
  /** Output and input, the last one that of the bias, of a parameter of a layer. */
  const place = ({ at, inputs, outputs }: DenseLayer, index: number): [output: number, input: number] => {
    const k = index - at;
    return k < outputs * inputs ? [Math.floor(k / inputs), k % inputs] : [k - outputs * inputs, inputs];
  };
  const layerOf = (index: number) => layers.findLast(({ at }) => at <= index) ?? layers[0];
  return {
    dimension,
    multiply: (x, out) => {
      for (const layer of layers) multiplyLayer(layer, x, out);
    },
    entry: (row, column) => {
      checkInteger(row, 'row', { min: 0, max: dimension - 1 });
      checkInteger(column, 'column', { min: 0, max: dimension - 1 });
      const layer = layerOf(row);
      if (layerOf(column) !== layer) return 0;
      const [u, j] = place(layer, row);
      const [v, k] = place(layer, column);
      return layer.left[u * layer.outputs + v] * layer.right[j * (layer.inputs + 1) + k];
    },
    diagonal: (out) => {
      for (let k = 0; k < dimension; k++) {
        const layer = layerOf(k);
        const [u, j] = place(layer, k);
        out[k] = layer.left[u * (layer.outputs + 1)] * layer.right[j * (layer.inputs + 2)];
      }
    },
  };
}

/** A layer with the inverses of its damped moments, and room for a product. */
interface InverseLayer extends DenseLayer {
  readonly left: Float64Array;
  readonly right: Float64Array;
  readonly half: Float64Array;
}

/** out <- left X right for the matrix X of a layer's weights with its biases in the last column. */
function multiplyLayer({ at, inputs, outputs, left, right, half }: InverseLayer, x: Float64Array, out: Float64Array): void {
  const [width, biases] = [inputs + 1, at + outputs * inputs];
  half.fill(0);
  for (let u = 0; u < outputs; u++) {
    for (let k = 0; k < width; k++) {
      const value = k < inputs ? x[at + u * inputs + k] : x[biases + u];
      if (value === 0) continue;
      for (let j = 0; j < width; j++) half[u * width + j] += value * right[k * width + j];
    }
  }
  for (let u = 0; u < outputs; u++) {
    out.fill(0, at + u * inputs, at + (u + 1) * inputs);
    let bias = 0;
    for (let v = 0; v < outputs; v++) {
      const factor = left[u * outputs + v];
      if (factor === 0) continue;
      for (let j = 0; j < inputs; j++) out[at + u * inputs + j] += factor * half[v * width + j];
      bias += factor * half[v * width + inputs];
    }
    out[biases + u] = bias;
  }
}

function addSquare(vector: Float64Array | Float32Array, share: number, out: Float64Array): void {
  const size = vector.length;
  for (let i = 0; i < size; i++) {
    const factor = share * vector[i];
    if (factor === 0) continue;
    for (let j = 0; j < size; j++) out[i * size + j] += factor * vector[j];
  }
}

function meanDiagonal(matrix: Float64Array, size: number): number {
  let sum = 0;
  for (let i = 0; i < size; i++) sum += matrix[i * (size + 1)];
  return sum / size;
}

function identityMatrix(size: number): Float64Array {
  const matrix = new Float64Array(size * size);
  for (let i = 0; i < size; i++) matrix[i * (size + 1)] = 1;
  return matrix;
}

function dampedInverse(matrix: Float64Array, size: number, damping: number): Float64Array {
  const values = matrix.slice();
  for (let i = 0; i < size; i++) values[i * (size + 1)] += damping;
  const factor = cholesky({ rows: size, cols: size, values });
  const inverse = new Float64Array(size * size);
  const unit = new Float64Array(size);
  for (let i = 0; i < size; i++) {
    unit[i] = 1;
    inverse.set(solveCholesky(factor, unit), i * size);
    unit[i] = 0;
  }
  return inverse;
}
