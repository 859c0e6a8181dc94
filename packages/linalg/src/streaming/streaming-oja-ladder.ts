// Oja's method for rows in any order, at all learning rates of a geometric ladder at once: the smallest rate whose vector
// has grown enough is the answer.
//
// Spectral guarantees for adversarial streaming PCA (arXiv 2408.10332, 2024): success needs rate σ1² >= C ln d and
// rate σ2² <= c / ln n, so some rate works when the gap is large enough.
import { portableExpm1, portableLog } from '@infimum/core/portable-math';
import { exponentOf } from '../power-of-two.ts';
import { linalgKernels } from '../webassembly/linalg-kernels.ts';
import { streamingKernels } from './streaming-kernels.ts';
import type { RowBatch, SparseRow, StreamEstimate, StreamMethod, StreamPlan, StreamRoom } from './streaming-method.ts';
import { batchCapacity, CompensatedSum } from './streaming-method.ts';

/** Settings of the method, all of them decided. */
export interface OjaLadderSettings {
  /** Fixed rates in units of one over a squared norm; undefined for a ladder that follows the stream. */
  readonly rates: readonly number[] | undefined;
  /** v + rate a (a . v), or exp(rate a a') v. */
  readonly update: 'linear' | 'exp';
  /** C: a vector has grown enough when the logarithm of its norm is at least C ln d. */
  readonly growth: number;
  /** Rows that will come, or an upper estimate; undefined if unknown. */
  readonly rows: number | undefined;
}

/** The lowest rate is 2^-5 / |A|_F². */
const LOWEST_EXPONENT = -5;

/** The highest rate is n / |A|_F²; this replaces n when it is unknown. */
const UNKNOWN_ROWS = 2 ** 20;

/** Exponents are cut off here, so that one row cannot overflow a vector. */
const LARGEST_EXPONENT = 300;

/** Vectors are normalised before the logarithm of what they may have grown by exceeds this. */
const LARGEST_LOG = 350;

/** The ladder, ready to begin. */
export function ojaLadder(settings: OjaLadderSettings, dimension: number): StreamPlan {
  const rungs = new Array<number>(rungsOf(settings)).fill(dimension);
  return { float64: [...rungs, batchCapacity(dimension, 1)], begin: (room, start) => new OjaLadder(settings, room, start) };
}

/** How many rates there are at a time. */
function rungsOf({ rates, rows = UNKNOWN_ROWS }: OjaLadderSettings): number {
  return rates?.length ?? exponentOf(2 * rows - 1) - LOWEST_EXPONENT + 1;
}

/** One copy of Oja's method. */
interface Rung {
  /** The rate is `factor` 2^`exponent`, in the units of the batches. */
  readonly factor: number;
  exponent: number;
  readonly vector: Float64Array;
  /** The logarithm of the norm that has been divided out. */
  logNorm: number;
}

class OjaLadder implements StreamMethod {
  readonly #settings: OjaLadderSettings;
  readonly #room: StreamRoom;
  readonly #frobenius = new CompensatedSum();
  readonly #gains: Float64Array;
  readonly #start: Float64Array;
  readonly #spare: Float64Array[] = [];
  #rungs: Rung[] = [];

  constructor(settings: OjaLadderSettings, room: StreamRoom, start: Float64Array) {
    this.#settings = settings;
    this.#room = room;
    this.#start = start;
    const { workspace, dimension, capacity } = room;
    for (let k = 0; k < rungsOf(settings); k++) this.#spare.push(workspace.float64(dimension));
    this.#gains = workspace.float64(capacity);
    if (settings.rates) for (const rate of settings.rates) this.#addRung(rate, 0);
  }

  take(batch: RowBatch, from: number, to: number): void {
    for (let i = from; i < to; i++) this.#frobenius.add(batch.squares[i]);
    this.#moveLadder();
    for (const rung of this.#rungs) this.#runUp(rung, batch, from, to);
  }

  takeSparse({ indices, values }: SparseRow, square: number): void {
    this.#frobenius.add(square);
    this.#moveLadder();
    for (const rung of this.#rungs) {
      const rate = rateOf(rung);
      const gain = this.#gain(rate, square);
      this.#normaliseIfNeeded(rung, this.#growthBound(rate, square));
      let product = 0;
      for (let k = 0; k < indices.length; k++) product += values[k] * rung.vector[indices[k]];
      for (let k = 0; k < indices.length; k++) rung.vector[indices[k]] += gain * product * values[k];
    }
  }

  rescale(factor: number): void {
    this.#frobenius.scale(factor * factor);
    for (const rung of this.#rungs) rung.exponent -= 2 * exponentOf(factor);
  }

  estimate(): StreamEstimate {
    const needed = this.#settings.growth * portableLog(this.#room.dimension);
    const grown = this.#rungs.map((rung) => ({ rung, growth: this.#growthOf(rung) }));
    grown.sort((x, y) => rateOf(x.rung) - rateOf(y.rung));
    const enough = grown.find(({ growth }) => growth >= needed);
    const chosen = enough ?? grown.reduce((best, one) => (one.growth > best.growth ? one : best), grown[0]);
    if (chosen === undefined) return { vectors: this.#start.slice(), values: new Float64Array(1) };
    const { rung, growth } = chosen;
    const norm = this.#normOf(rung.vector);
    return {
      vectors: rung.vector.map((value) => value / norm),
      // The norm grows like exp(rate σ1²), but for the share of the start that v1 has.
      values: Float64Array.of(Math.max(0, growth) / rateOf(rung)),
      noGrowth: enough === undefined,
    };
  }

  stored(): { doubles: number; singles: number } {
    // All rungs have their room from the beginning; the start that new ones copy, and the answer, are one vector each.
    return { doubles: (rungsOf(this.#settings) + 2) * this.#room.dimension, singles: 0 };
  }

  /**
   * Rates from 2^-5 to n times 1 / |A_t|_F². They fall as the sum grows, so that a rate that joins has missed nothing:
   * all rows so far would have moved its vector by a factor of at most 1 + 2^-5.
   */
  #moveLadder(): void {
    const total = this.#frobenius.value;
    if (this.#settings.rates || total === 0) return;
    const lowest = LOWEST_EXPONENT - exponentOf(total);
    const highest = lowest + rungsOf(this.#settings) - 1;
    const kept = this.#rungs.filter((rung) => rung.exponent <= highest);
    for (const rung of this.#rungs) if (rung.exponent > highest) this.#spare.push(rung.vector);
    this.#rungs = kept;
    const known = new Set(kept.map(({ exponent }) => exponent));
    for (let exponent = lowest; exponent <= highest; exponent++) {
      if (!known.has(exponent)) this.#addRung(1, exponent);
    }
  }

  #addRung(factor: number, exponent: number): void {
    const vector = this.#spare.pop();
    if (vector === undefined) return;
    vector.set(this.#start);
    this.#rungs.push({ factor, exponent, vector, logNorm: 0 });
  }

  #runUp(rung: Rung, batch: RowBatch, from: number, to: number): void {
    const { workspace, dimension } = this.#room;
    const { ojaRows } = workspace.kernels(streamingKernels);
    const at = (array: Float64Array, index: number): number => array.byteOffset + 8 * index;
    const rate = rateOf(rung);
    let start = from;
    let log = portableLog(Math.max(1, this.#normOf(rung.vector)));
    for (let i = from; i < to; i++) {
      const square = batch.squares[i];
      this.#gains[i] = this.#gain(rate, square);
      const step = this.#growthBound(rate, square);
      if (log + step > LARGEST_LOG) {
        ojaRows(i - start, dimension, at(batch.rows, start * dimension), at(this.#gains, start), at(rung.vector, 0));
        this.#normalize(rung);
        start = i;
        log = 0;
      }
      log += step;
    }
    ojaRows(to - start, dimension, at(batch.rows, start * dimension), at(this.#gains, start), at(rung.vector, 0));
  }

  /** What (a . v) a is multiplied by. */
  #gain(rate: number, square: number): number {
    if (square === 0) return 0;
    if (this.#settings.update === 'linear') return Math.min(rate, 2 ** 500 / square);
    return portableExpm1(Math.min(LARGEST_EXPONENT, rate * square)) / square;
  }

  /** The most that a row can add to the logarithm of the norm: ln(1 + gain |a|²), or a little more. */
  #growthBound(rate: number, square: number): number {
    const product = rate * square;
    if (this.#settings.update === 'exp') return Math.min(LARGEST_EXPONENT, product);
    return product < 0.01 ? product : portableLog(1 + Math.min(product, 2 ** 500));
  }

  #normaliseIfNeeded(rung: Rung, step: number): void {
    if (step + portableLog(Math.max(1, this.#normOf(rung.vector))) > LARGEST_LOG) this.#normalize(rung);
  }

  #normalize(rung: Rung): void {
    const norm = this.#normOf(rung.vector);
    rung.logNorm += portableLog(norm);
    this.#room.workspace.kernels(linalgKernels).scal(this.#room.dimension, 1 / norm, rung.vector.byteOffset);
  }

  #growthOf(rung: Rung): number {
    return rung.logNorm + portableLog(this.#normOf(rung.vector));
  }

  #normOf(vector: Float64Array): number {
    const { workspace, dimension } = this.#room;
    return workspace.kernels(linalgKernels).nrm2(dimension, vector.byteOffset);
  }
}

function rateOf({ factor, exponent }: Rung): number {
  return factor * 2 ** exponent;
}
