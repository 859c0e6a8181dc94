// Systems of equations for tests and benchmarks.
import { checkInteger, checkMatrix, checkVector } from '@infimum/core';
import { mulberry32 } from '@infimum/core/reference-generators';
import type { DenseMatrix } from '@infimum/linalg';
import { gram } from '@infimum/linalg';
import { createDesign } from './design.ts';
import type { EquationSystem } from './nonlinear-equations.ts';
import { symmetricUniforms } from './symmetric-uniforms.ts';

/**
 * The affine equations A x = b.
 *
 * @throws {InvalidInputError} for shapes that do not fit and entries that are not finite
 */
export function affineEquations(a: DenseMatrix, b: Float64Array): EquationSystem {
  checkMatrix(a, 'a');
  checkVector(b, 'b', a.rows);
  const design = createDesign(a, 'a');
  return {
    dimension: a.cols,
    equations: a.rows,
    residual: (x, out) => {
      design.multiply(x, out);
      for (let i = 0; i < b.length; i++) out[i] -= b[i];
    },
    jacobian: (_, out) => out.set(a.values),
    transposedProduct: (_, y, out) => design.multiplyTransposed(y, out),
    affine: true,
  };
}

/** Rosenbrock's valley as equations: 1 - x_1 = 0 and 10 (x_2 - x_1²) = 0. */
export function rosenbrockEquations(): EquationSystem {
  return {
    dimension: 2,
    equations: 2,
    residual: (x, out) => {
      out[0] = 1 - x[0];
      out[1] = 10 * (x[1] - x[0] * x[0]);
    },
    jacobian: (x, out) => {
      out[0] = -1;
      out[1] = 0;
      out[2] = -20 * x[0];
      out[3] = 10;
    },
    addCurvature: (_, weights, out) => {
      out[0] -= 20 * weights[1];
    },
  };
}

/**
 * The chain of Chebyshev polynomials: (1 - x_1) / 2 = 0 and x_i = 2 x_{i-1}² - 1 for i > 1, solved by (1, …, 1); in two
 * variables a valley like Rosenbrock's, in more variables an increasingly oscillating path.
 *
 * F. Jarre: On Nesterov's smooth Chebyshev-Rosenbrock function (2013).
 *
 * @throws {InvalidInputError} for a dimension that is no positive integer
 */
export function chebyshevChain(dimension: number): EquationSystem {
  checkInteger(dimension, 'dimension', { min: 1 });
  return {
    dimension,
    equations: dimension,
    residual: (x, out) => {
      out[0] = (1 - x[0]) / 2;
      for (let i = 1; i < dimension; i++) out[i] = x[i] - (2 * x[i - 1] * x[i - 1] - 1);
    },
    jacobian: (x, out) => {
      out.fill(0);
      out[0] = -0.5;
      for (let i = 1; i < dimension; i++) {
        out[i * dimension + i] = 1;
        out[i * dimension + i - 1] = -4 * x[i - 1];
      }
    },
    transposedProduct: (x, y, out) => {
      out[0] = -y[0] / 2;
      for (let i = 1; i < dimension; i++) {
        out[i] = y[i];
        out[i - 1] -= 4 * x[i - 1] * y[i];
      }
    },
    addCurvature: (_, weights, out) => {
      for (let i = 1; i < dimension; i++) out[(i - 1) * dimension + i - 1] -= 4 * weights[i];
    },
  };
}

/** Random affine equations, A drawn before b, and the metric A'A + 1e-8 I. */
export function randomAffineEquations(equations: number, n: number, seed: number) {
  const next = mulberry32(seed);
  const a = { rows: equations, cols: n, values: symmetricUniforms(next, equations * n) };
  const system = affineEquations(a, symmetricUniforms(next, equations));
  const metric = gram(a);
  for (let i = 0; i < n; i++) metric.values[i * n + i] += 1e-8;
  return { system, metric };
}
