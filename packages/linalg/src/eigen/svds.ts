// The largest singular values of a large matrix, by Lanczos' method on A' A or A A', whichever is smaller.
//
// G. Golub, C. Van Loan: Matrix Computations, 10.4.
import type { Iterate, OptionSpecs, OptionsOf, Outcome, RunOptions, Steps } from '@infimum/core';
import { resolveOptions, runWith } from '@infimum/core';
import { denseMatrix } from '../dense/dense-matrix.ts';
import { matmul } from '../dense/matmul.ts';
import { asStored } from '../inputs.ts';
import type { LinearMap } from '../linear-operator.ts';
import { checkLinearMap, isLinearMap, products, sizesOf } from '../linear-operator.ts';
import type { AnyMatrix } from '../matrices.ts';
import { scaledMatrix } from '../power-of-two.ts';
import { layout } from '../webassembly/layout.ts';
import type { LanczosPairs } from './lanczos.ts';
import { lanczosOptions, lanczosSteps } from './lanczos.ts';
import type { SingularValues } from './svd.ts';
import { svd } from './svd.ts';

const svdsOptions = /* @__PURE__ */ (({ count, tolerance, seed, maxIterations }: typeof lanczosOptions) =>
  ({
    count: { ...count, description: 'Number of singular values' },
    tolerance: { ...tolerance, description: "Stop when every residual of A' A is at most this times its largest eigenvalue" },
    seed,
    maxIterations,
  }) as const satisfies OptionSpecs)(lanczosOptions);

/** Options of `svds`. */
export type SvdsOptions = OptionsOf<typeof svdsOptions> & RunOptions<SvdsIterate>;

/** One restart. */
export interface SvdsIterate extends Iterate<SingularValues> {
  /** The largest residual of A' A over its largest eigenvalue. */
  readonly relativeResidual: number;
}

/**
 * The largest singular values of a large matrix, and their vectors, from two products a step, one with A and one with A'. The left
 * vectors come from a small decomposition of A V, so that values and vectors are as accurate as their residuals. Values below 1e-8 of
 * the largest cannot be distinguished from zero, because A' A has their squares.
 *
 * @param a - a matrix, dense or sparse, or `{ rows, cols, apply, applyTransposed }`
 * @param options - how many, and limits; `maxIterations` is 300 by default
 * @throws {InvalidInputError} for options out of range and entries that are not finite
 *
 * @example
 * ```ts
 * import { svds } from '@infimum/linalg/dense';
 *
 * const { values, status } = svds([[3, 0], [4, 5], [0, 0]], { count: 1 });
 * console.log(status, (values[0] ** 2).toFixed(6)); // converged 45.000000
 * ```
 */
export function svds(a: AnyMatrix | LinearMap, options: SvdsOptions = {}): Outcome<SingularValues, SvdsIterate> {
  return runWith(svdsOptions, options, svdsSteps(a, options));
}

/** The steps of `svds`, to be driven by `run` or by your own loop. */
export function* svdsSteps(a: AnyMatrix | LinearMap, options: SvdsOptions = {}): Steps<SingularValues, SvdsIterate> {
  const { count, tolerance, seed } = resolveOptions(svdsOptions, options);
  const isMap = isLinearMap<LinearMap>(a);
  if (isMap) checkLinearMap(a);
  const { matrix, scale } = isMap ? { matrix: a, scale: 1 } : scaledMatrix(asStored(a));
  const { rows, cols } = matrix;
  const isWide = rows < cols;
  const [size, other] = isWide ? [rows, cols] : [cols, rows];
  using memory = layout({ x: size, image: other, out: size }, { extra: sizesOf(matrix, true) });
  const { workspace, x, image, out } = memory;
  const { multiply, multiplyTransposed } = products(workspace, matrix);
  const [there, back] = isWide ? [multiplyTransposed, multiply] : [multiply, multiplyTransposed];
  const inner = lanczosSteps(
    (given, result) => {
      x.set(given);
      there(x, image);
      back(image, out);
      result.set(out);
    },
    { count, tolerance, seed, size },
  );
  /** From the vectors V of the smaller side: A V = U S W' gives U, S and V W. */
  const restored = ({ vectors }: LanczosPairs): SingularValues => {
    const images = denseMatrix(other, vectors.cols);
    for (let k = 0; k < vectors.cols; k++) {
      for (let i = 0; i < size; i++) x[i] = vectors.values[i * vectors.cols + k];
      there(x, image);
      for (let i = 0; i < other; i++) images.values[i * vectors.cols + k] = image[i];
    }
    const small = svd(images);
    const turned = matmul(vectors, small.v);
    const values = small.values.map((value) => value * scale);
    return isWide ? { u: turned, values, v: small.u } : { u: small.u, values, v: turned };
  };
  try {
    for (;;) {
      const step = inner.next(undefined);
      if (step.done) return { ...step.value, solution: restored(step.value.solution) };
      const { solution } = step.value;
      yield { ...step.value, solution: () => restored(solution()) };
    }
  } finally {
    inner.return(undefined as never);
  }
}
