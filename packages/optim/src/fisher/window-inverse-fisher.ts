// The dynamic algorithm of M-FAC: products with the inverse of a damped sum of squares of the latest gradients.
//
// E. Frantar, E. Kurtic, D. Alistarh: M-FAC: efficient matrix-free approximations of second-order information
// (arXiv 2107.03356).
import type { FloatArray, OptionSpecs, OptionsOf, ResolvedOptions } from '@infimum/core';
import { checkInteger, fault, resolveOptions } from '@infimum/core';
import { norm } from '@infimum/linalg/numerics';
import { checkLength } from '../objectives/checked-oracle.ts';
import { rowStore } from './row-store.ts';
import type { WindowEngine } from './window-cholesky.ts';
import { choleskyEngine } from './window-cholesky.ts';
import { luEngine } from './window-lu.ts';

/** What is added to the Fisher matrix's diagonal. */
export const damping = {
  type: 'number',
  above: 0,
  default: 1e-5,
  description: 'Added to the diagonal of the Fisher matrix',
} as const;

export const factorization = {
  type: 'choice',
  was: 'engine',
  choices: ['cholesky', 'lu'],
  default: 'cholesky',
  description: 'Rank-two updates of a factor, O(m²), or the paper’s factorisation in every step, O(m³), with the same results',
} as const;

export const precision = {
  type: 'choice',
  choices: ['float64', 'float32'],
  default: 'float64',
  description: 'Storage type of gradients; sums always use 64 bits',
} as const;

export const skipNonFinite = {
  type: 'boolean',
  default: false,
  description: 'Ignore non-finite gradients instead of refusing them',
} as const;

/** Options of `windowInverseFisher`. */
export const windowInverseFisherOptions = {
  window: { type: 'integer', min: 1, default: 64, description: 'Number of stored gradients, m' },
  damping,
  factorization,
  divisor: {
    type: 'choice',
    choices: ['window', 'occupied'],
    default: 'window',
    description: 'n in F = lambda I + (1/n) sum g g’: m, or the number of stored gradients',
  },
  precision,
  skipNonFinite,
} as const satisfies OptionSpecs;

/** How a window is kept. */
export type WindowInverseFisherOptions = OptionsOf<typeof windowInverseFisherOptions>;

/** F^-1 of a window of gradients, never formed. */
export interface WindowInverseFisher {
  /** d. */
  readonly dimension: number;
  /** m. */
  readonly window: number;
  /** Gradients that are there. */
  readonly size: number;
  /** Factorisations from scratch so far. */
  readonly refactorizations: number;
  /** |x / lambda| over |F^-1 x| of the last `multiply`: how many times its rounding errors were enlarged. */
  readonly cancellation: number;
  /**
   * Puts a gradient in the place of the oldest; false if it was ignored.
   *
   * @throws {InvalidInputError} naming `gradient`, with the first index that is not finite
   */
  replace(gradient: Float64Array): boolean;
  /** As `replace`, and out <- F^-1 g for the new F; F^-1 g for the old one if the gradient was ignored is not computed: zeros. */
  replaceMultiply(gradient: Float64Array, out: Float64Array): void;
  /**
   * Puts a gradient into the first free slot, and gives the slot.
   *
   * @throws {InvalidInputError} naming `gradient`, also when no slot is free
   */
  add(gradient: Float64Array): number;
  /**
   * Takes a gradient out.
   *
   * @throws {InvalidInputError} naming `slot`
   */
  remove(slot: number): void;
  /** out <- F^-1 x. O(m d + m²). */
  multiply(x: Float64Array, out: Float64Array): void;
  /** Writes the diagonal of F^-1. O(m² + m) for each of the d entries. */
  diagonal(out: Float64Array): void;
}

/** What has to be kept to go on with the same bits. */
interface WindowMemory {
  readonly arrays: { readonly rows: FloatArray; readonly gram: Float64Array; readonly factor: Float64Array };
  readonly occupied: Float64Array;
  readonly engine: WindowEngine;
  /** The slot that is replaced next. */
  next: number;
  /** Takes up what was written into the arrays. */
  restored(): void;
}

/**
 * The inverse of F = lambda I + (1/m) sum g g' over the last m gradients, F^-1 = (I - G' (m lambda I + G G')^-1 G) / lambda.
 * Slots without a gradient count as zeros.
 *
 * O(m d + m²) for a product and for a new gradient; `replaceMultiply` needs two passes over the window in all, as
 * F^-1 g = m G' (m lambda I + G G')^-1 e for the gradient in slot e. m d + O(m² + d) numbers are stored. arXiv 2107.03356.
 *
 * @param dimension - d
 * @throws {InvalidInputError} for options out of range
 *
 * @example
 * ```ts
 * import { windowInverseFisher } from '@infimum/optim/fisher';
 *
 * const inverse = windowInverseFisher(2, { window: 2, damping: 0.5 });
 * const out = new Float64Array(2);
 * inverse.replace(Float64Array.of(1, 0));
 * inverse.replace(Float64Array.of(0, 2));
 * inverse.replaceMultiply(Float64Array.of(1, 1), out);
 * console.log(out.map((value) => Math.round(1e6 * value) / 1e6).join(' ')); // 0.909091 0.181818
 * ```
 */
export function windowInverseFisher(dimension: number, options: WindowInverseFisherOptions = {}): WindowInverseFisher {
  return createWindow(dimension, resolveOptions(windowInverseFisherOptions, options))[0];
}

/** A window and what has to be kept of it. */
export function createWindow(
  dimension: number,
  settings: ResolvedOptions<typeof windowInverseFisherOptions>,
): readonly [WindowInverseFisher, WindowMemory] {
  const { window: m, damping, factorization: name, divisor, precision, skipNonFinite } = settings;
  checkInteger(dimension, 'dimension', { min: 1 });
  const d = dimension;
  const store = rowStore(m, d, precision);
  const { rows } = store;
  const whole = { at: 0, width: d, from: 0 };
  const gram = new Float64Array(m * m);
  const occupied = new Float64Array(m);
  const engine = name === 'cholesky' ? choleskyEngine(m) : luEngine(m, damping);
  const [stored, sums, change] = [new Float64Array(d), new Float64Array(m), new Float64Array(m)];
  const coefficients = new Float64Array(m);
  // Slots from `used` on were never filled: they are zero in all products.
  let [size, used, cancellation] = [0, 0, 1];
  const count = () => (divisor === 'window' ? m : Math.max(1, size));
  const memory: WindowMemory = {
    arrays: { rows, gram, factor: engine.factor },
    occupied,
    engine,
    next: 0,
    restored: () => {
      size = occupied.reduce((sum, value) => sum + value, 0);
      used = occupied.lastIndexOf(1) + 1;
      if (name === 'lu') engine.refresh(gram, count() * damping, used);
    },
  };
  engine.refresh(gram, count() * damping, used);

  /** Row `slot` of G is new: what follows from it. */
  const follow = (slot: number) => {
    store.dots(whole, 0, used, stored, sums);
    for (let i = 0; i < used; i++) {
      change[i] = sums[i] - gram[slot * m + i];
      gram[slot * m + i] = sums[i];
      gram[i * m + slot] = sums[i];
    }
    engine.follow(gram, count() * damping, slot, change, used);
  };
  const put = (slot: number, gradient: Float64Array) => {
    rows.set(gradient, slot * d);
    // What was stored, in case it was rounded.
    for (let k = 0, at = slot * d; k < d; k++) stored[k] = rows[at + k];
    if (!occupied[slot]) size++;
    occupied[slot] = 1;
    used = Math.max(used, slot + 1);
    follow(slot);
  };
  const accepts = (gradient: Float64Array): boolean => {
    checkLength(gradient, 'gradient', d);
    const bad = gradient.findIndex((value) => !Number.isFinite(value));
    if (bad < 0) return true;
    if (skipNonFinite) return false;
    throw fault(`is ${gradient[bad]} at index ${bad}`, 'gradient', 'not-finite', bad);
  };

  const fisher: WindowInverseFisher = {
    dimension,
    window: m,
    get size() {
      return size;
    },
    get refactorizations() {
      return engine.refactorizations;
    },
    get cancellation() {
      return cancellation;
    },
    replace: (gradient) => {
      if (!accepts(gradient)) return false;
      put(memory.next, gradient);
      memory.next = (memory.next + 1) % m;
      return true;
    },
    replaceMultiply: (gradient, out) => {
      checkLength(out, 'out', d);
      const slot = memory.next;
      if (!fisher.replace(gradient)) {
        out.fill(0);
        return;
      }
      engine.ofGradient(slot, coefficients);
      for (let i = 0; i < m; i++) coefficients[i] *= count();
      out.fill(0);
      store.combine(whole, 0, used, coefficients, out);
    },
    add: (gradient) => {
      const slot = occupied.indexOf(0);
      if (slot < 0) throw fault(`does not fit: all ${m} slots are taken`, 'gradient', 'out-of-range');
      if (accepts(gradient)) put(slot, gradient);
      return slot;
    },
    remove: (slot) => {
      checkInteger(slot, 'slot', { min: 0, max: m - 1 });
      if (!occupied[slot]) throw fault(`slot ${slot} is empty`, 'slot', 'out-of-range');
      rows.fill(0, slot * d, (slot + 1) * d);
      stored.fill(0);
      occupied[slot] = 0;
      size--;
      follow(slot);
    },
    multiply: (x, out) => {
      checkLength(x, 'x', d);
      checkLength(out, 'out', d);
      store.dots(whole, 0, used, x, sums);
      engine.coefficients(sums, coefficients);
      finish(x, out);
    },
    diagonal: (out) => {
      checkLength(out, 'out', d);
      const column = new Float64Array(m);
      for (let k = 0; k < d; k++) {
        for (let i = 0; i < m; i++) column[i] = rows[i * d + k];
        engine.coefficients(column, coefficients);
        let sum = 1;
        for (let i = 0; i < m; i++) sum -= column[i] * coefficients[i];
        out[k] = sum / damping;
      }
    },
  };

  /** out <- (x - G' c) / lambda */
  function finish(x: Float64Array, out: Float64Array): void {
    for (let i = 0; i < m; i++) coefficients[i] = -coefficients[i];
    out.set(x);
    store.combine(whole, 0, used, coefficients, out);
    for (let k = 0; k < d; k++) out[k] /= damping;
    const length = norm(out);
    cancellation = length > 0 ? norm(x) / damping / length : 1;
  }
  return [fisher, memory];
}
