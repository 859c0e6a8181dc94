// Linear softmax classification of the rows of a matrix: probabilities, losses, and products with the rows, on kernels that take all rows
// at a time. Results for the last model and rows are cached: second derivatives are needed many times at one model.
import type { DenseMatrix } from '@infimum/linalg';
import type { Layout, LinalgKernels } from '@infimum/linalg/kernels';
import {
  GEMM_SCRATCH,
  layout,
  linalgKernels,
  matrixPlace,
  placedProduct,
  scratch,
  transposedPlace,
} from '@infimum/linalg/kernels';

/** Samples with a class each. */
export interface LabeledRows {
  /** A sample a row. */
  readonly design: DenseMatrix;
  /** The class of each, from 0. */
  readonly labels: Int32Array;
}

/** The rows of one call, with the results computed from them. */
export interface SoftmaxBatch {
  /** How many rows. */
  readonly count: number;
  /** The class of each. */
  readonly labels: Int32Array;
  /** Probabilities, a row for each row and a column for each class. */
  readonly chances: Float64Array;
  /** Writes the product of each row with the rows of v, classes x features, to `images`. */
  multiply(v: Float64Array): void;
  /** Rows times classes: products, or weights of the rows. */
  readonly images: Float64Array;
  /** out += the rows, each weighted by its row of `images`, classes x features. */
  addWeighted(out: Float64Array): void;
  /** Loss of row k of the batch. */
  loss(k: number): number;
}

/** Samples, and the models by which they are scored: Y is classes x features, row by row. */
export class SoftmaxRows {
  readonly #samples: LabeledRows;
  readonly #classes: number;
  #all: KernelBatch | undefined;
  #some: KernelBatch | undefined;

  constructor(samples: LabeledRows, classes: number) {
    this.#samples = samples;
    this.#classes = classes;
  }

  /** All samples or some, scored by the model y: valid until the next call. */
  at(y: Float64Array, indices?: Int32Array): SoftmaxBatch {
    const { design, labels } = this.#samples;
    if (!indices) {
      this.#all ??= new KernelBatch(design.rows, design.cols, this.#classes);
      return this.#all.prepare(this.#samples, undefined, labels, y);
    }
    if (!this.#some || this.#some.room < indices.length)
      this.#some = new KernelBatch(indices.length, design.cols, this.#classes);
    return this.#some.prepare(this.#samples, indices, labels, y);
  }
}

/** Up to so many rows, products of matrices cost more to prepare than they save. */
const FEW = 2;

/** Memory of a batch. */
class KernelBatch implements SoftmaxBatch {
  count = 0;
  labels: Int32Array = new Int32Array(0);
  chances: Float64Array;
  images: Float64Array;
  readonly room: number;
  readonly #cols: number;
  readonly #classes: number;
  readonly #memory: Layout<Record<'design' | 'y' | 'images' | 'chances' | 'sum' | 'gemmScratch', ReturnType<typeof scratch>>>;
  readonly #kernels: LinalgKernels;
  readonly #margins: Float64Array;
  readonly #totals: Float64Array;
  readonly #indices: Int32Array;
  readonly #classOf: Int32Array;
  #isScored = false;
  #isFilled = false;

  constructor(room: number, cols: number, classes: number) {
    this.room = room;
    this.#cols = cols;
    this.#classes = classes;
    this.#memory = layout({
      design: scratch(room * cols),
      y: scratch(classes * cols),
      images: scratch(room * classes),
      chances: scratch(room * classes),
      sum: scratch(classes * cols),
      gemmScratch: scratch(GEMM_SCRATCH),
    });
    this.#kernels = this.#memory.workspace.kernels(linalgKernels);
    this.#margins = new Float64Array(room);
    this.#totals = new Float64Array(room);
    this.#indices = new Int32Array(room);
    this.#classOf = new Int32Array(room);
    this.chances = this.#memory.chances;
    this.images = this.#memory.images;
  }

  /** Scores rows by a model, unless they were the last ones. */
  prepare({ design }: LabeledRows, indices: Int32Array | undefined, labels: Int32Array, y: Float64Array): SoftmaxBatch {
    const count = indices?.length ?? labels.length;
    if (!this.#isFilled || (indices && !this.#holds(indices))) {
      this.#fill(design, indices, labels, count);
      this.#isScored = false;
    }
    if (this.#isScored && equal(this.#memory.y, y)) return this;
    this.#memory.y.set(y);
    this.#score();
    this.#isScored = true;
    return this;
  }

  #holds(indices: Int32Array): boolean {
    if (indices.length !== this.count) return false;
    for (let k = 0; k < indices.length; k++) if (this.#indices[k] !== indices[k]) return false;
    return true;
  }

  #fill({ values }: DenseMatrix, indices: Int32Array | undefined, labels: Int32Array, count: number): void {
    const [cols, classes] = [this.#cols, this.#classes];
    const { design, chances, images } = this.#memory;
    if (indices) {
      this.#indices.set(indices);
      for (let k = 0; k < count; k++) {
        const from = indices[k] * cols;
        for (let j = 0; j < cols; j++) design[k * cols + j] = values[from + j];
        this.#classOf[k] = labels[indices[k]];
      }
    } else {
      design.set(values);
      this.#classOf.set(labels);
    }
    this.#isFilled = true;
    if (this.count === count) return;
    this.count = count;
    this.labels = this.#classOf.subarray(0, count);
    this.chances = chances.subarray(0, count * classes);
    this.images = images.subarray(0, count * classes);
  }

  /** Probabilities from scores, and the terms of the losses. */
  #score(): void {
    const { chances, count, labels } = this;
    const classes = this.#classes;
    this.#product(this.#memory.y, chances);
    for (let k = 0, at = 0; k < count; k++, at += classes) {
      let most = -Infinity;
      for (let c = at; c < at + classes; c++) if (chances[c] > most) most = chances[c];
      this.#margins[k] = most - chances[at + labels[k]];
      for (let c = at; c < at + classes; c++) chances[c] -= most;
    }
    this.#kernels.exp(chances.length, chances.byteOffset, chances.byteOffset);
    for (let k = 0, at = 0; k < count; k++, at += classes) {
      let total = 0;
      for (let c = at; c < at + classes; c++) total += chances[c];
      this.#totals[k] = total;
      const unit = 1 / total;
      for (let c = at; c < at + classes; c++) chances[c] *= unit;
    }
  }

  loss(k: number): number {
    return this.#margins[k] + Math.log(this.#totals[k]);
  }

  multiply(v: Float64Array): void {
    this.#memory.sum.set(v);
    this.#product(this.#memory.sum, this.images);
  }

  /** out <- rows times the rows of v. */
  #product(v: Float64Array, out: Float64Array): void {
    const [cols, classes, { workspace, design, gemmScratch }] = [this.#cols, this.#classes, this.#memory];
    if (this.count > FEW) {
      placedProduct(workspace, {
        rows: this.count,
        cols: classes,
        inner: cols,
        a: matrixPlace(design, cols),
        b: transposedPlace(matrixPlace(v, cols)),
        c: matrixPlace(out, classes),
        scratch: gemmScratch,
      });
      return;
    }
    const { gemv } = this.#kernels;
    for (let k = 0; k < this.count; k++)
      gemv(0, classes, cols, v.byteOffset, design.byteOffset + 8 * k * cols, out.byteOffset + 8 * k * classes);
  }

  addWeighted(out: Float64Array): void {
    const [cols, classes, { workspace, design, sum, gemmScratch }] = [this.#cols, this.#classes, this.#memory];
    const { images, count } = this;
    if (count > FEW) {
      placedProduct(workspace, {
        rows: classes,
        cols,
        inner: count,
        a: transposedPlace(matrixPlace(images, classes)),
        b: matrixPlace(design, cols),
        c: matrixPlace(sum, cols),
        scratch: gemmScratch,
      });
      for (let j = 0; j < out.length; j++) out[j] += sum[j];
      return;
    }
    for (let k = 0; k < count; k++) {
      for (let c = 0; c < classes; c++) {
        const weight = images[k * classes + c];
        for (let j = 0; j < cols; j++) out[c * cols + j] += weight * design[k * cols + j];
      }
    }
  }
}

function equal(a: Float64Array, b: Float64Array): boolean {
  for (let j = 0; j < a.length; j++) if (a[j] !== b[j]) return false;
  return true;
}
