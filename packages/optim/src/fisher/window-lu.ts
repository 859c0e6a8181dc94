// The paper's engine of M-FAC's window: the recursion of the static algorithm, carried out on inner products of gradients.
import { fault } from '@infimum/core';
import type { WindowEngine } from './window-cholesky.ts';

/**
 * S / lambda + n I = L U without pivoting gives all that the recursion computes: U_ij = g_i . F_{i-1}^-1 g_j, and the
 * coefficients B of F_{i-1}^-1 g_i = sum_k B_ik g_k. O(m³) for every change.
 */
export function luEngine(size: number, damping: number): WindowEngine {
  const upper = new Float64Array(size * size);
  const b = new Float64Array(size * size);
  const rest = new Float64Array(size);
  const engine: WindowEngine = {
    refactorizations: 0,
    shift: 0,
    changes: 0,
    factor: new Float64Array(0),
    refresh: (gram, shift) => {
      eliminate(gram, shift, damping, size, upper);
      accumulate(upper, damping, size, b);
      engine.shift = shift;
      engine.refactorizations++;
    },
    follow: (gram, shift) => engine.refresh(gram, shift, size),
    coefficients: (q, out) => {
      for (let i = 0; i < size; i++) rest[i] = q[i] / damping;
      out.fill(0);
      for (let i = 0; i < size; i++) {
        const value = rest[i] / upper[i * (size + 1)];
        if (value === 0) continue;
        for (let j = i + 1, k = i * size; j < size; j++) rest[j] -= upper[k + j] * value;
        for (let j = 0, k = i * size; j <= i; j++) out[j] += damping * value * b[k + j];
      }
    },
    // c = (L U)^-1 e / lambda for the slot's unit vector e.
    ofGradient: (slot, out) => {
      out.fill(0);
      out[slot] = 1 / damping;
      for (let k = slot; k < size; k++) {
        const value = out[k] / upper[k * (size + 1)];
        if (value !== 0) for (let i = k + 1; i < size; i++) out[i] -= upper[k * size + i] * value;
      }
      for (let i = size - 1; i >= 0; i--) {
        let sum = out[i];
        for (let j = i + 1; j < size; j++) sum -= upper[i * size + j] * out[j];
        out[i] = sum / upper[i * (size + 1)];
      }
    },
  };
  return engine;
}

/** The upper triangle U; rows of L are used as they come. Pivoting would break the order of U. */
function eliminate(gram: Float64Array, shift: number, damping: number, size: number, upper: Float64Array): void {
  for (let k = 0; k < gram.length; k++) upper[k] = gram[k] / damping;
  for (let i = 0; i < size; i++) upper[i * (size + 1)] += shift / damping;
  for (let k = 0; k < size; k++) {
    const pivot = upper[k * (size + 1)];
    if (!(pivot > 0)) throw fault('is too small for gradients of this size: increase it', 'damping', 'out-of-range');
    for (let i = k + 1; i < size; i++) {
      // The matrix that is left is symmetric: L_ik = U_ki / U_kk.
      const factor = upper[k * size + i] / pivot;
      if (factor === 0) continue;
      for (let j = i; j < size; j++) upper[i * size + j] -= factor * upper[k * size + j];
    }
  }
}

/** B, a lower triangle with 1 / lambda on its diagonal. */
function accumulate(upper: Float64Array, damping: number, size: number, b: Float64Array): void {
  b.fill(0);
  for (let i = 0; i < size; i++) {
    b[i * (size + 1)] = 1 / damping;
    for (let k = 0; k < i; k++) {
      const factor = upper[k * size + i] / upper[k * (size + 1)];
      if (factor === 0) continue;
      for (let j = 0; j <= k; j++) b[i * size + j] -= factor * b[k * size + j];
    }
  }
}
