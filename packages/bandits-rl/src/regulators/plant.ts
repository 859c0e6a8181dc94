// What regulators are computed from: the matrices of a plant and its costs, checked, with the cross term taken out.
import type { InvalidInputError, MatrixLike } from '@infimum/core';
import { asMatrix, fault } from '@infimum/core';
import type { DenseMatrix } from '@infimum/linalg';
import { matmul, transpose } from '@infimum/linalg';
import { added, asShape, asSymmetric, inverseOfCost, product, symmetrized } from './matrices.ts';

/** A plant with quadratic costs. */
export interface RegulatorProblem {
  readonly a: DenseMatrix;
  readonly b: DenseMatrix;
  readonly q: DenseMatrix;
  readonly r: DenseMatrix;
  readonly cross: DenseMatrix | undefined;
  readonly inverseR: DenseMatrix;
  /** F with FFᵀ = BR⁻¹Bᵀ, n x m. */
  readonly f: DenseMatrix;
  /** A and Q without the cross term: A - BR⁻¹Nᵀ and Q - NR⁻¹Nᵀ. */
  readonly freeA: DenseMatrix;
  readonly freeQ: DenseMatrix;
}

/**
 * Checks and reads a plant.
 *
 * @throws {InvalidInputError} naming the matrix at fault
 */
export function readPlant(a: MatrixLike, b: MatrixLike, q: MatrixLike, r: MatrixLike, cross?: MatrixLike): RegulatorProblem {
  const { rows: n } = asMatrix(a, 'a');
  const system = asShape(a, 'a', n, n);
  const input = asShape(b, 'b', n);
  const [stateCost, inputCost] = [asSymmetric(q, 'q', n), asSymmetric(r, 'r', input.cols)];
  const { inverse, root } = inverseOfCost(inputCost);
  const given = { a: system, b: input, q: stateCost, r: inputCost, inverseR: inverse, f: matmul(input, root) };
  if (cross === undefined) return { ...given, cross, freeA: system, freeQ: stateCost };
  const n2 = asShape(cross, 'cross', n, input.cols);
  const feedback = matmul(inverse, transpose(n2));
  const freeQ = symmetrized(added(stateCost, matmul(n2, feedback), -1));
  return { ...given, cross: n2, freeA: added(system, matmul(input, feedback), -1), freeQ };
}

/** R⁻¹(BᵀP + Nᵀ). */
export function continuousGain({ b, inverseR, cross }: RegulatorProblem, p: DenseMatrix): DenseMatrix {
  return matmul(inverseR, added(product(transpose(b), p), cross && transpose(cross)));
}

/** The error where there is no stabilizing solution, or none that can be verified in doubles. */
export function notStabilizable(detail: string): InvalidInputError {
  return fault(
    `no stabilizing feedback is optimal: a mode cannot be controlled by b, or is on the boundary of stability and has no cost in q (${detail})`,
    'a',
    'unsupported',
  );
}
