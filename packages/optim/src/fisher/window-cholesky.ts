// The engine of M-FAC's window that factors M = n lambda I + G G' and follows changes of one gradient in O(m²).
//
// P. Gill, G. Golub, W. Murray, M. Saunders: Methods for modifying matrix factorizations (1974).
import { fault, InvalidInputError } from '@infimum/core';
import { cholesky } from '@infimum/linalg';

/** What turns inner products with a window's gradients into coefficients of them. */
export interface WindowEngine {
  /** Factorisations from scratch so far. */
  refactorizations: number;
  /** n lambda, as the factor has it. */
  shift: number;
  /** Changes that the factor has followed since it was made. */
  changes: number;
  /** Numbers that have to be kept, besides shift and changes, to go on with the same bits. */
  readonly factor: Float64Array;
  /** Takes in all of G G', whose entries are zero from row and column `used` on. */
  refresh(gram: Float64Array, shift: number, used: number): void;
  /** Takes in that row and column `slot` of G G' changed by `change`; `gram` is what it became, zero from `used` on. */
  follow(gram: Float64Array, shift: number, slot: number, change: Float64Array, used: number): void;
  /** out <- c with F^-1 x = (x - G' c) / lambda, from q = G x. */
  coefficients(q: Float64Array, out: Float64Array): void;
  /** out <- c with F^-1 g = n G' c for the gradient g in that slot: nothing cancels. */
  ofGradient(slot: number, out: Float64Array): void;
}

/** Rank-two changes after which the factor is made anew, so that rounding does not add up. */
const MOST_CHANGES = 256;

/** A downdate that leaves less than this part of a pivot's square has lost as many of its digits, and is not trusted. */
const LEAST_PART = 1e-4;

/**
 * M = R'R with an upper triangle R. Unlike in `updateCholesky` of linalg, the changes are made in place, along the rows
 * of R, and report whether they are accurate.
 */
export function choleskyEngine(size: number): WindowEngine {
  const factor = new Float64Array(size * size);
  const up = new Float64Array(size);
  const down = new Float64Array(size);
  const engine: WindowEngine = {
    refactorizations: 0,
    shift: 0,
    changes: 0,
    factor,
    refresh: (gram, shift, used) => {
      factorize(gram, shift, size, shift > 0 ? used : size, factor);
      engine.shift = shift;
      engine.changes = 0;
      engine.refactorizations++;
    },
    follow: (gram, shift, slot, change, used) => {
      if (shift !== engine.shift || engine.changes >= MOST_CHANGES) return engine.refresh(gram, shift, used);
      // M + e delta' + delta e' with half of the diagonal's change in delta: as a a' - b b'.
      let square = 0;
      for (let i = 0; i < size; i++) square += change[i] * change[i] * (i === slot ? 0.25 : 1);
      if (square === 0) return;
      engine.changes++;
      const scale = Math.sqrt(Math.sqrt(square));
      for (let i = 0; i < size; i++) {
        const part = (change[i] * (i === slot ? 0.5 : 1)) / scale;
        const own = i === slot ? scale : 0;
        up[i] = (own + part) * Math.SQRT1_2;
        down[i] = (own - part) * Math.SQRT1_2;
      }
      update(factor, size, up);
      if (!downdate(factor, size, down)) engine.refresh(gram, shift, used);
    },
    coefficients: (q, out) => {
      out.set(q);
      solve(factor, size, out);
    },
    ofGradient: (slot, out) => {
      out.fill(0);
      out[slot] = 1;
      solve(factor, size, out);
    },
  };
  return engine;
}

/** R <- the factor of the Gram matrix with the shift on its diagonal. */
function factorize(gram: Float64Array, shift: number, size: number, used: number, factor: Float64Array): void {
  // Slots that were never filled, all at the start, stand apart: their rows are those of a multiple of the identity, and keep
  // the zeros that they began with.
  factor.fill(0, 0, used * size);
  for (let i = used; i < size; i++) factor[i * (size + 1)] = Math.sqrt(shift);
  if (used === 0) return;
  const m = new Float64Array(used * used);
  for (let i = 0; i < used; i++) {
    for (let j = 0; j < used; j++) m[i * used + j] = gram[i * size + j];
    m[i * (used + 1)] += shift;
  }
  let lower: Float64Array;
  try {
    lower = cholesky({ rows: used, cols: used, values: m }).values;
  } catch (error) {
    if (!(error instanceof InvalidInputError) || error.code === 'too-large') throw error;
    throw fault('is too small for gradients of this size: increase it', 'damping', 'out-of-range');
  }
  for (let i = 0; i < used; i++) for (let j = i; j < used; j++) factor[i * size + j] = lower[j * used + i];
}

/** R <- the factor of R'R + x x', by rotations; x is used up. */
function update(factor: Float64Array, size: number, x: Float64Array): void {
  for (let k = 0; k < size; k++) {
    if (x[k] === 0) continue;
    const ratio = x[k] / factor[k * size + k];
    rotate(factor, size, x, k, ratio, ratio, Math.sqrt(1 + ratio * ratio));
  }
}

/** R <- the factor of R'R - x x', by hyperbolic rotations; x is used up. False if a pivot cannot be trusted. */
function downdate(factor: Float64Array, size: number, x: Float64Array): boolean {
  for (let k = 0; k < size; k++) {
    if (x[k] === 0) continue;
    const ratio = x[k] / factor[k * size + k];
    const part = 1 - ratio * ratio;
    if (!(part > LEAST_PART)) return false;
    rotate(factor, size, x, k, ratio, -ratio, Math.sqrt(part));
  }
  return true;
}

/** Turns row k of R and the rest of x. */
function rotate(
  factor: Float64Array,
  size: number,
  x: Float64Array,
  k: number,
  ratio: number,
  signed: number,
  cosine: number,
): void {
  const row = k * size;
  const inverse = 1 / cosine;
  factor[row + k] *= cosine;
  for (let j = k + 1; j < size; j++) {
    const entry = (factor[row + j] + signed * x[j]) * inverse;
    factor[row + j] = entry;
    x[j] = cosine * x[j] - ratio * entry;
  }
}

/** b <- M^-1 b by rows of R. */
function solve(factor: Float64Array, size: number, b: Float64Array): void {
  for (let i = 0; i < size; i++) {
    const value = b[i] / factor[i * (size + 1)];
    b[i] = value;
    if (value !== 0) for (let j = i + 1, k = i * size; j < size; j++) b[j] -= factor[k + j] * value;
  }
  // Slots that were never filled have zeros at the end.
  let end = size;
  while (end > 0 && b[end - 1] === 0) end--;
  for (let i = end - 1; i >= 0; i--) {
    let sum = b[i];
    for (let j = i + 1, k = i * size; j < end; j++) sum -= factor[k + j] * b[j];
    b[i] = sum / factor[i * (size + 1)];
  }
}
