// Random numbers: Philox4x32-10, a counter-based generator. A number depends on (seed, stream, position) alone,
// so a result can be reproduced on any machine and with any number of workers, and noise can be rebuilt
// instead of stored.
//
// J. Salmon, M. Moraes, R. Dror, D. Shaw: Parallel random numbers: as easy as 1, 2, 3 (SC 2011).
import { portableCosine, portableLog, portableSine } from './portable-math.ts';
import { checkInteger } from './validate.ts';

const MULTIPLIER_0 = 0xd2511f53;
const MULTIPLIER_1 = 0xcd9e8d57;
const WEYL_0 = 0x9e3779b9;
const WEYL_1 = 0xbb67ae85;

/**
 * The Philox4x32-10 bijection: four 32-bit words of output for a 128-bit counter and a 64-bit key.
 *
 * @param counter - four words, replaced by the output
 * @param key0 - low word of the key
 * @param key1 - high word of the key
 */
export function philox4x32(counter: Uint32Array, key0: number, key1: number): void {
  let x0 = counter[0];
  let x1 = counter[1];
  let x2 = counter[2];
  let x3 = counter[3];
  for (let round = 0; round < 10; round++) {
    const high0 = multiplyHigh(MULTIPLIER_0, x0);
    const low0 = Math.imul(MULTIPLIER_0, x0);
    const high1 = multiplyHigh(MULTIPLIER_1, x2);
    const low1 = Math.imul(MULTIPLIER_1, x2);
    x0 = high1 ^ x1 ^ key0;
    x1 = low1;
    x2 = high0 ^ x3 ^ key1;
    x3 = low0;
    key0 = (key0 + WEYL_0) | 0;
    key1 = (key1 + WEYL_1) | 0;
  }
  counter[0] = x0;
  counter[1] = x1;
  counter[2] = x2;
  counter[3] = x3;
}

/** High 32 bits of the product of two unsigned 32-bit integers, from 16-bit halves. */
function multiplyHigh(a: number, b: number): number {
  const aLow = a & 0xffff;
  const aHigh = a >>> 16;
  const bLow = b & 0xffff;
  const bHigh = b >>> 16;
  const middle = aHigh * bLow + ((aLow * bLow) >>> 16);
  const carry = aLow * bHigh + (middle & 0xffff);
  return aHigh * bHigh + (middle >>> 16) + (carry >>> 16);
}

/**
 * A stream of random numbers, the same bits on every machine and in every engine.
 *
 * Uniform numbers have 53 random bits. Normal numbers use the Box-Muller transform, two uniforms for two
 * normals, so that the position in the stream after `k` draws depends on `k` alone.
 *
 * @example
 * ```ts
 * import { Random } from '@infimum/core';
 *
 * const random = new Random(42);
 * const noise = random.normals(new Float64Array(1000));
 * const worker = random.split(3); // stream 3: independent of this one and of the order of drawing
 * console.log(noise.length, worker.integer(10) < 10); // 1000 true
 * ```
 */
export class Random {
  readonly #key0: number;
  readonly #key1: number;
  readonly #stream0: number;
  readonly #stream1: number;
  readonly #block = new Uint32Array(4);
  #position = 0;

  /**
   * @param seed - a non-negative safe integer
   * @param stream - a non-negative safe integer; streams of one seed are independent
   */
  constructor(seed: number, stream = 0) {
    checkInteger(seed, 'seed', { min: 0, max: Number.MAX_SAFE_INTEGER });
    checkInteger(stream, 'stream', { min: 0, max: Number.MAX_SAFE_INTEGER });
    this.#key0 = seed >>> 0;
    this.#key1 = Math.floor(seed / 2 ** 32) >>> 0;
    this.#stream0 = stream >>> 0;
    this.#stream1 = Math.floor(stream / 2 ** 32) >>> 0;
  }

  /** Number of 32-bit words drawn so far; assign to jump. */
  get position(): number {
    return this.#position;
  }

  set position(position: number) {
    checkInteger(position, 'position', { min: 0, max: Number.MAX_SAFE_INTEGER });
    this.#position = position;
    if (position % 4 !== 0) this.#fill(Math.floor(position / 4));
  }

  /**
   * An independent generator, determined by this one's seed and stream and by `index`, not by its position.
   *
   * @param index - a non-negative safe integer, such as a worker's or a sample's number
   */
  split(index: number): Random {
    checkInteger(index, 'index', { min: 0, max: Number.MAX_SAFE_INTEGER });
    // The child's key is the parent's output at a counter that no draw reaches (top bit of the position).
    const words = new Uint32Array([index, Math.floor(index / 2 ** 32), this.#stream0, this.#stream1 ^ 0x80000000]);
    philox4x32(words, this.#key0 ^ 0x73706c69, this.#key1);
    const seed = words[0] + (words[1] & 0x1fffff) * 2 ** 32;
    const stream = words[2] + (words[3] & 0x1fffff) * 2 ** 32;
    return new Random(seed, stream);
  }

  /** A 32-bit unsigned integer. */
  uint32(): number {
    const lane = this.#position % 4;
    if (lane === 0) this.#fill(this.#position / 4);
    this.#position++;
    return this.#block[lane];
  }

  /** A number in [0, 1), a multiple of 2^-53. */
  uniform(): number {
    const high = this.uint32() >>> 5;
    const low = this.uint32() >>> 6;
    return (high * 2 ** 26 + low) / 2 ** 53;
  }

  /** Fills `out` with numbers in [0, 1) and returns it. */
  uniforms<A extends Float64Array | Float32Array>(out: A): A {
    let i = 0;
    while (i < out.length && this.#position % 4 !== 0) out[i++] = this.uniform();
    // Whole blocks of two numbers, without computing the position of every word: half the time.
    const words = this.#block;
    for (; i + 1 < out.length; i += 2) {
      this.#fill(this.#position / 4);
      this.#position += 4;
      out[i] = ((words[0] >>> 5) * 2 ** 26 + (words[1] >>> 6)) / 2 ** 53;
      out[i + 1] = ((words[2] >>> 5) * 2 ** 26 + (words[3] >>> 6)) / 2 ** 53;
    }
    if (i < out.length) out[i] = this.uniform();
    return out;
  }

  /** A standard normal number; consumes two uniforms. */
  normal(): number {
    return this.#radius() * portableCosine(this.uniform());
  }

  /** Fills `out` with independent standard normal numbers and returns it. */
  normals<A extends Float64Array | Float32Array>(out: A): A {
    for (let i = 0; i < out.length; i += 2) {
      const radius = this.#radius();
      const turns = this.uniform();
      out[i] = radius * portableCosine(turns);
      if (i + 1 < out.length) out[i + 1] = radius * portableSine(turns);
    }
    return out;
  }

  /**
   * An integer in [0, bound), without bias (rejection).
   *
   * @param bound - an integer from 1 to 2^53 - 1
   */
  integer(bound: number): number {
    checkInteger(bound, 'bound', { min: 1, max: Number.MAX_SAFE_INTEGER });
    if (bound <= 2 ** 32) return this.#below(bound);
    const limit = 2 ** 53 - (2 ** 53 % bound);
    for (;;) {
      const value = this.uniform() * 2 ** 53;
      if (value < limit) return value % bound;
    }
  }

  /** An integer in [0, bound) for bounds up to 2^32, whose remainders need no slow division: quotients are exact when rounded down. */
  #below(bound: number): number {
    const limit = Math.floor(2 ** 32 / bound) * bound;
    for (;;) {
      const value = this.uint32();
      if (value < limit) return value - Math.floor(value / bound) * bound;
    }
  }

  /** A uniformly random permutation of 0 … length-1 (Fisher-Yates). */
  permutation(length: number): Int32Array {
    checkInteger(length, 'length', { min: 0, max: 2 ** 31 - 1 });
    const order = new Int32Array(length);
    for (let i = 0; i < length; i++) order[i] = i;
    for (let i = length - 1; i > 0; i--) {
      const j = this.#below(i + 1);
      const kept = order[i];
      order[i] = order[j];
      order[j] = kept;
    }
    return order;
  }

  /**
   * `count` different integers from [0, length), every ordered sample equally likely.
   * Time and memory O(count): a Fisher-Yates shuffle that stores only what it moved.
   */
  sample(length: number, count: number): Int32Array {
    checkInteger(length, 'length', { min: 0, max: 2 ** 31 - 1 });
    checkInteger(count, 'count', { min: 0, max: length });
    const moved = new Map<number, number>();
    const chosen = new Int32Array(count);
    for (let i = 0; i < count; i++) {
      const j = i + this.integer(length - i);
      chosen[i] = moved.get(j) ?? j;
      moved.set(j, moved.get(i) ?? i);
    }
    return chosen;
  }

  /** Fills `out` with independent fair signs, +1 or -1, and returns it. */
  rademacher<A extends Float64Array | Float32Array | Int8Array>(out: A): A {
    for (let from = 0; from < out.length; from += 32) {
      let bits = this.uint32();
      const end = Math.min(from + 32, out.length);
      for (let i = from; i < end; i++) {
        // Without a branch, which would be mispredicted every other time.
        out[i] = ((bits & 1) << 1) - 1;
        bits >>>= 1;
      }
    }
    return out;
  }

  /** Fills `out` with a uniformly random point of the unit sphere and returns it. */
  sphere<A extends Float64Array | Float32Array>(out: A): A {
    checkInteger(out.length, 'out.length', { min: 1 });
    let norm = 0;
    while (norm === 0) {
      this.normals(out);
      norm = euclideanNorm(out);
    }
    for (let i = 0; i < out.length; i++) out[i] /= norm;
    return out;
  }

  /** Radius of the Box-Muller transform; 1 - u lies in (0, 1]. */
  #radius(): number {
    return Math.sqrt(-2 * portableLog(1 - this.uniform()));
  }

  #fill(block: number): void {
    const words = this.#block;
    words[0] = block;
    words[1] = Math.floor(block / 2 ** 32);
    words[2] = this.#stream0;
    words[3] = this.#stream1;
    philox4x32(words, this.#key0, this.#key1);
  }
}

function euclideanNorm(values: Float64Array | Float32Array): number {
  let sum = 0;
  for (const value of values) sum += value * value;
  return Math.sqrt(sum);
}
