// The pass of a linear model's loss over its design: scores A X', then A' times the derivatives at the scores. A is read
// once for both, in blocks of rows, since products with vectors are limited by memory.
import type { CsrMatrix, DenseMatrix } from '@infimum/linalg';
import type { Layout, MatrixProducts } from '@infimum/linalg/kernels';
import { GEMM_SCRATCH, linalgKernels, matrixPlace, placedProduct, scratch, transposedPlace } from '@infimum/linalg/kernels';

/** A design with room for the scores of so many classes. X, and what comes back, has a row of `cols` numbers a class. */
export interface DesignPass {
  /** Number of classes. */
  readonly classes: number;
  /** A X' of the last `run`: the scores of all classes, sample by sample. */
  readonly scores: Float64Array;
  /** What goes back: as many numbers, for the loss to fill in. */
  readonly weights: Float64Array;
  /**
   * Fills in the scores and calls `weigh` for ranges of samples whose scores are there; with `out`, out <- weights' A, for
   * which `weigh` must have made the weights of its range. The same bits as `run` without `out` and then `back`.
   */
  run(x: Float64Array, weigh: (from: number, to: number) => void, out?: Float64Array): void;
  /** out <- weights' A */
  back(out: Float64Array): void;
  /** weights_k <- exp(weights_k) for from <= k < to. */
  exponentiate(from: number, to: number): void;
}

/** Numbers of a block of rows: 128 kilobytes, which stay in the cache between the two products. */
const BLOCK = 16_384;
/** Columns that go back at a time, so that what they are added to stays in the cache as well. */
export const STRIP = 512;

/** The arrays of a pass: scores, weights, x and the sum for all classes, and room for what belongs to one class. */
export function passPlans({ rows, cols }: DenseMatrix | CsrMatrix, classes: number) {
  return {
    scores: rows * classes,
    weights: rows * classes,
    point: cols * classes,
    sum: cols * classes,
    ofClass: classes > 1 ? rows : cols * classes,
    gemmScratch: scratch(classes > 1 ? GEMM_SCRATCH : 0),
  };
}

/** The arrays of a pass, on the workspace. */
type PassArrays = Layout<ReturnType<typeof passPlans>>;

/** Prepares passes over a matrix whose products are on the workspace; `address` says where a dense one is. */
export function createPass(
  arrays: PassArrays,
  a: DenseMatrix | CsrMatrix,
  classes: number,
  place: MatrixProducts & { readonly address: number },
): DesignPass {
  const { rows } = a;
  const { workspace, scores, weights, point, sum } = arrays;
  const kernels = workspace.kernels(linalgKernels);
  const { forth, back, block } =
    'rowPointers' in a ? sparseProducts(arrays, a, classes, place) : denseProducts(arrays, a, classes, place.address);
  const goBack = (out: Float64Array) => {
    for (let from = 0; from < rows; from += block) back(from, Math.min(from + block, rows));
    out.set(sum);
  };
  return {
    classes,
    scores,
    weights,
    run: (x, weigh, out) => {
      point.set(x);
      for (let from = 0; from < rows; from += block) {
        const to = Math.min(from + block, rows);
        forth(from, to);
        weigh(from, to);
        if (out) back(from, to);
      }
      out?.set(sum);
    },
    back: goBack,
    exponentiate: (from, to) => {
      const at = weights.byteOffset + 8 * from;
      kernels.exp(to - from, at, at);
    },
  };
}

/** Both products for a range of rows; the second adds to the sum, which it clears at the first row. */
interface RangeProducts {
  forth(from: number, to: number): void;
  back(from: number, to: number): void;
  readonly block: number;
}

function denseProducts(
  { workspace, scores, weights, point, sum, ofClass, gemmScratch }: PassArrays,
  { rows, cols }: DenseMatrix,
  classes: number,
  address: number,
): RangeProducts {
  const { gemv, gemvTransposed, axpy } = workspace.kernels(linalgKernels);
  const block = Math.min(rows, Math.max(16, 8 * Math.floor(BLOCK / (8 * cols))));
  if (classes === 1) {
    const part = ofClass.byteOffset;
    return {
      block,
      forth: (from, to) => gemv(from, to, cols, address, point.byteOffset, scores.byteOffset),
      back: (from, to) => {
        const [a, w] = [address + 8 * from * cols, weights.byteOffset + 8 * from];
        const target = from === 0 ? sum.byteOffset : part;
        for (let column = 0; column < cols; column += STRIP) {
          gemvTransposed(column, Math.min(column + STRIP, cols), to - from, cols, a, w, target);
        }
        if (from > 0) axpy(cols, 1, part, sum.byteOffset);
      },
    };
  }
  const [model, products] = [transposedPlace(matrixPlace(point, cols)), matrixPlace(sum, cols)];
  return {
    block,
    forth: (from, to) =>
      placedProduct(workspace, {
        rows: to - from,
        cols: classes,
        inner: cols,
        a: { at: address + 8 * from * cols, row: cols, column: 1 },
        b: model,
        c: matrixPlace(scores, classes, from * classes),
        scratch: gemmScratch,
      }),
    back: (from, to) =>
      placedProduct(workspace, {
        rows: classes,
        cols,
        inner: to - from,
        a: transposedPlace(matrixPlace(weights, classes, from * classes)),
        b: { at: address + 8 * from * cols, row: cols, column: 1 },
        beta: from === 0 ? 0 : 1,
        c: products,
        scratch: gemmScratch,
      }),
  };
}

/** Rows and their transposes are stored one after the other: all rows are one block. */
function sparseProducts(
  { scores, weights, point, sum, ofClass: ofSamples }: PassArrays,
  { rows, cols }: CsrMatrix,
  classes: number,
  { multiply, multiplyTransposed }: MatrixProducts,
): RangeProducts {
  if (classes === 1) {
    return { block: rows, forth: () => multiply(point, scores), back: () => multiplyTransposed(weights, sum) };
  }
  const ofFeatures = Array.from({ length: classes }, (_, k) => [
    point.subarray(k * cols, (k + 1) * cols),
    sum.subarray(k * cols, (k + 1) * cols),
  ]);
  return {
    block: rows,
    forth: () => {
      for (let k = 0; k < classes; k++) {
        multiply(ofFeatures[k][0], ofSamples);
        for (let i = 0, at = k; i < rows; i++, at += classes) scores[at] = ofSamples[i];
      }
    },
    back: () => {
      for (let k = 0; k < classes; k++) {
        for (let i = 0, at = k; i < rows; i++, at += classes) ofSamples[i] = weights[at];
        multiplyTransposed(ofSamples, ofFeatures[k][1]);
      }
    },
  };
}
