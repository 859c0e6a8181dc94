// The full matrix A'A, d² numbers, and its top eigenvectors by the Lanczos method: exact, but the other methods need less memory.
import { lanczosRoom, lanczosSteps } from '../eigen/lanczos.ts';
import { symmetricEigen, symmetricEigenRoom } from '../eigen/symmetric-eigen.ts';
import { GEMM_SCRATCH, linalgKernels } from '../webassembly/linalg-kernels.ts';
import { matrixPlace, placedGram, transposedPlace } from '../webassembly/matrix-places.ts';
import type { RowBatch, StreamEstimate, StreamMethod, StreamPlan, StreamRoom } from './streaming-method.ts';

/** Matrices up to this size are decomposed, which does not depend on gaps; larger ones are iterated with. */
const DECOMPOSED = 160;

/** The accumulation, ready to begin. */
export function covariance(dimension: number): StreamPlan {
  return { float64: [dimension * dimension, dimension, dimension, GEMM_SCRATCH], begin: (room) => new Covariance(room) };
}

class Covariance implements StreamMethod {
  readonly #room: StreamRoom;
  /** A'A, of which the lower triangle is kept up. */
  readonly #gram: Float64Array;
  readonly #source: Float64Array;
  readonly #image: Float64Array;
  readonly #gemmScratch: Float64Array;

  constructor(room: StreamRoom) {
    const { workspace, dimension } = room;
    this.#room = room;
    this.#gram = workspace.float64(dimension * dimension);
    this.#source = workspace.float64(dimension);
    this.#image = workspace.float64(dimension);
    this.#gemmScratch = workspace.uncleared(GEMM_SCRATCH);
  }

  take(batch: RowBatch, from: number, to: number): void {
    const { workspace, dimension } = this.#room;
    placedGram(workspace, {
      rows: dimension,
      inner: to - from,
      a: transposedPlace(matrixPlace(batch.rows, dimension, from * dimension)),
      beta: 1,
      c: matrixPlace(this.#gram, dimension),
      scratch: this.#gemmScratch,
    });
  }

  rescale(factor: number): void {
    for (let k = 0; k < this.#gram.length; k++) this.#gram[k] *= factor * factor;
  }

  estimate(): StreamEstimate {
    const { dimension } = this.#room;
    const gram = this.#gram;
    for (let i = 0; i < dimension; i++) {
      for (let j = 0; j < i; j++) gram[j * dimension + i] = gram[i * dimension + j];
    }
    return dimension <= DECOMPOSED ? this.#decomposed() : this.#iterated();
  }

  stored(): { doubles: number; singles: number } {
    const { dimension, components } = this.#room;
    const forAnswer =
      dimension <= DECOMPOSED
        ? symmetricEigenRoom(dimension)
        : lanczosRoom(dimension, { count: components }) + components * dimension;
    return { doubles: this.#gram.length + (2 + components) * dimension + GEMM_SCRATCH + forAnswer, singles: 0 };
  }

  #decomposed(): StreamEstimate {
    const { dimension, components } = this.#room;
    const { values, vectors } = symmetricEigen({ rows: dimension, cols: dimension, values: this.#gram });
    return {
      values: Float64Array.from({ length: components }, (_, c) => Math.max(0, values[dimension - 1 - c])),
      vectors: rowsOf(vectors.values, dimension, components, (c) => dimension - 1 - c),
    };
  }

  /** Lanczos with products by the sum where it is. */
  #iterated(): StreamEstimate {
    const { workspace, dimension, components } = this.#room;
    const [gram, source, image] = [this.#gram, this.#source, this.#image];
    const { gemv } = workspace.kernels(linalgKernels);
    const multiply = (x: Float64Array, out: Float64Array): void => {
      source.set(x);
      gemv(0, dimension, dimension, gram.byteOffset, source.byteOffset, image.byteOffset);
      out.set(image);
    };
    const steps = lanczosSteps(multiply, { size: dimension, count: components, tolerance: 1e-13 });
    let step = steps.next();
    for (let restart = 0; !step.done && restart < 400; restart++) step = steps.next();
    const { values, vectors } = step.done ? step.value.solution : step.value.solution();
    steps.return(undefined as never);
    return {
      values: values.map((value) => Math.max(0, value)),
      vectors: rowsOf(vectors.values, components, components, (c) => c),
    };
  }
}

/** Some columns of a matrix, one after the other. */
function rowsOf(values: Float64Array, stride: number, count: number, column: (c: number) => number): Float64Array {
  const size = values.length / stride;
  const rows = new Float64Array(count * size);
  for (let c = 0; c < count; c++) {
    for (let i = 0; i < size; i++) rows[c * size + i] = values[i * stride + column(c)];
  }
  return rows;
}
