// The whole of A'A, d² numbers, and its top eigenvectors by the Lanczos method: exact, and what the others avoid.
import { lanczosSteps } from './lanczos.ts';
import { GEMM_SCRATCH, linalgKernels } from './linalg-kernels.ts';
import type { RowBatch, StreamEstimate, StreamMethod, StreamPlan, StreamRoom } from './streaming-method.ts';
import { symmetricEigen } from './symmetric-eigen.ts';

/** Matrices up to this size are decomposed, which does not depend on gaps; larger ones are iterated with. */
const DECOMPOSED = 160;

/** The accumulation, ready to begin. */
export function covariance(dimension: number): StreamPlan {
  return {
    float64: [dimension * dimension, GEMM_SCRATCH],
    begin: (room) => new Covariance(room),
  };
}

class Covariance implements StreamMethod {
  readonly #room: StreamRoom;
  /** The lower triangle of A'A. */
  readonly #gram: Float64Array;
  readonly #scratch: number;

  constructor(room: StreamRoom) {
    const { workspace, dimension } = room;
    this.#room = room;
    this.#gram = workspace.float64(dimension * dimension);
    this.#scratch = workspace.scratch(GEMM_SCRATCH);
  }

  take(batch: RowBatch, from: number, to: number): void {
    const { workspace, dimension } = this.#room;
    const rows = batch.rows.byteOffset + 8 * from * dimension;
    workspace
      .kernels(linalgKernels)
      .syrk(
        0,
        dimension,
        to - from,
        1,
        rows,
        1,
        dimension,
        1,
        this.#gram.byteOffset,
        dimension,
        this.#scratch,
      );
  }

  rescale(factor: number): void {
    for (let k = 0; k < this.#gram.length; k++) this.#gram[k] *= factor * factor;
  }

  estimate(): StreamEstimate {
    const { dimension, components } = this.#room;
    const values = this.#gram.slice();
    for (let i = 0; i < dimension; i++) {
      for (let j = 0; j < i; j++) values[j * dimension + i] = values[i * dimension + j];
    }
    return topEigenvectors({ rows: dimension, cols: dimension, values }, components);
  }

  stored(): { doubles: number; singles: number } {
    return { doubles: this.#gram.length, singles: 0 };
  }
}

function topEigenvectors(
  matrix: { rows: number; cols: number; values: Float64Array },
  components: number,
): StreamEstimate {
  const size = matrix.rows;
  if (size <= DECOMPOSED) {
    const { values, vectors } = symmetricEigen(matrix);
    return {
      values: Float64Array.from({ length: components }, (_, c) => Math.max(0, values[size - 1 - c])),
      vectors: rowsOf(vectors.values, size, components, (c) => size - 1 - c),
    };
  }
  const steps = lanczosSteps(matrix, { count: components, tolerance: 1e-13 });
  let step = steps.next();
  for (let restart = 0; !step.done && restart < 400; restart++) step = steps.next();
  const { values, vectors } = step.done ? step.value.solution : step.value.solution();
  steps.return(undefined as never);
  return {
    values: values.map((value) => Math.max(0, value)),
    vectors: rowsOf(vectors.values, components, components, (c) => c),
  };
}

/** Some columns of a matrix, one after the other. */
function rowsOf(
  values: Float64Array,
  stride: number,
  count: number,
  column: (c: number) => number,
): Float64Array {
  const size = values.length / stride;
  const rows = new Float64Array(count * size);
  for (let c = 0; c < count; c++) {
    for (let i = 0; i < size; i++) rows[c * size + i] = values[i * stride + column(c)];
  }
  return rows;
}
