// Units of the states in which a Riccati equation is solved: powers of two that make rows and columns of its Hamiltonian equally
// large. A state in units of 1e6 would otherwise swamp the others with its rounding errors.
//
// P. Benner: Symplectic balancing of Hamiltonian matrices (SIAM Journal on Scientific Computing 22, 2001).
import type { DenseMatrix } from '@infimum/linalg';
import { matmul, transpose } from '@infimum/linalg';
import { scaled } from './matrices.ts';

/** An equation in A, G = FFᵀ and Q in other units: x = 2^exponents x̂, so that P̂ = 2^exponents P 2^exponents. */
export interface BalancedEquation {
  readonly a: DenseMatrix;
  readonly f: DenseMatrix;
  readonly g: DenseMatrix;
  readonly q: DenseMatrix;
  readonly exponents: Int32Array;
}

const SWEEPS = 100;

/**
 * Balances D⁻¹AD, D⁻¹FFᵀD⁻¹ and DQD. Time O(n²) a sweep, a few sweeps.
 *
 * @param least - a magnitude that no unit changes, such as 1 in discrete time: what one side is compared with where the other is 0
 */
export function balanced(a: DenseMatrix, f: DenseMatrix, q: DenseMatrix, least = 0): BalancedEquation {
  const n = a.rows;
  const g = matmul(f, transpose(f));
  const e = new Int32Array(n);
  const [as, gs, qs] = [a.values, g.values, q.values];
  let scale = least;
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < n; j++) {
      const [here, there] = [i * n + j, j * n + i];
      const loop = Math.sqrt(Math.abs(as[here])) * Math.sqrt(Math.abs(as[there]));
      const cost = Math.sqrt(Math.abs(gs[here])) * Math.sqrt(Math.abs(qs[here]));
      scale = Math.max(scale, loop, cost);
    }
  }
  const [unit, inverse] = [new Float64Array(n).fill(1), new Float64Array(n).fill(1)];
  for (let sweep = 0, moved = true; moved && sweep < SWEEPS; sweep++) {
    moved = false;
    for (let i = 0; i < n; i++) {
      let [row, col] = [0, 0];
      for (let j = 0; j < n; j++) {
        const [here, there] = [i * n + j, j * n + i];
        if (i !== j) {
          row += Math.abs(as[here]) * (unit[j] * inverse[i]);
          col += Math.abs(as[there]) * (unit[i] * inverse[j]);
        }
        row += Math.abs(gs[here]) * (inverse[i] * inverse[j]);
        col += Math.abs(qs[here]) * (unit[i] * unit[j]);
      }
      // Off the diagonal a power of two moves the quotient by two of them, on it by four.
      const change = Math.log2(row || scale) - Math.log2(col || scale);
      const step = Math.trunc(change / (Math.abs(change) < 8 ? 3 : 4));
      if (step === 0 || !Number.isFinite(step) || Math.abs(e[i] + step) > 500) continue;
      e[i] += step;
      [unit[i], inverse[i]] = [2 ** e[i], 2 ** -e[i]];
      moved = true;
    }
  }
  const minus = e.map((exponent) => -exponent);
  const inputs = scaled(f, minus, undefined);
  return { a: scaled(a, minus, e), f: inputs, g: scaled(g, minus, minus), q: scaled(q, e, e), exponents: e };
}

/** P of P̂. */
export function unbalanced(p: DenseMatrix, exponents: Int32Array): DenseMatrix {
  const e = exponents.map((exponent) => -exponent);
  return scaled(p, e, e);
}
