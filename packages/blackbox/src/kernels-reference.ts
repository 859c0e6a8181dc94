// The kernels in plain TypeScript, to the same bits: the WebAssembly builds are tested against them, and they run in their place if the
// engine has no SIMD. Written for readability, in the order of `kernels.ts`.
import { philox4x32 } from '@infimum/core/random';
import { weightedMean } from './weighted-mean.ts';

/** The kernels; arrays are given by their byte offsets. Nothing is checked here; the caller does it. */
export interface BlackboxKernels {
  /**
   * Writes `count` standard normal numbers, rounded up to a multiple of 16: number i of (blockHigh, stream0, stream1) under the key
   * (key0, key1), from 32 random bits for the radius and 31 for the angle.
   *
   * @param words - 64 bytes of scratch
   * @param table - `noiseTable`
   */
  normals(
    count: number,
    blockHigh: number,
    stream0: number,
    stream1: number,
    key0: number,
    key1: number,
    words: number,
    table: number,
    out: number,
  ): void;
  /**
   * x <- x - drift D + strength width z, D = x - center, for `count` numbers (a multiple of 16) of particles one after the other,
   * within ±1e150; z are the `normals` of (blockHigh, stream0, 0).
   *
   * @param period - length of `center`, a multiple of 16: the centre over and over
   * @param widths - a width for every number, or 0: min(|D|, truncation)
   * @param noise - 128 bytes of scratch
   */
  consensusStep(
    count: number,
    period: number,
    particles: number,
    center: number,
    widths: number,
    drift: number,
    strength: number,
    truncation: number,
    blockHigh: number,
    stream0: number,
    key0: number,
    key1: number,
    words: number,
    table: number,
    noise: number,
  ): void;
  /** The mean of `count` particles of `dimension` numbers by weights that are not negative, as a running mean; 0 if all weights are 0. */
  weightedMean(count: number, dimension: number, particles: number, weights: number, out: number): void;
  /**
   * Writes w_i = exp(-alpha (f_i - least)) for `count` values, an even number; 0 where alpha (f_i - least) is not in [0, 708).
   *
   * @param table - `exponentialTable`
   * @param sums - 4 numbers: of w, w², alpha (f - least) w, alpha (f - least) w²
   */
  gibbsWeights(count: number, values: number, least: number, alpha: number, table: number, weights: number, sums: number): void;
  /** out_ia = sum_b W_ab x_ib for `members` (a multiple of 4) inputs of `cols` numbers, `rows` and `cols` multiples of 2. */
  lowRankForward(rows: number, cols: number, members: number, weights: number, x: number, out: number): void;
}

/** The kernels on a memory; byte offsets become indices into views of it. */
export function blackboxReference(buffer: ArrayBufferLike): BlackboxKernels {
  const memory = new Float64Array(buffer);
  const float = new Float64Array(1);
  const bits = new BigUint64Array(float.buffer);

  function logarithm(x: number, t: number): number {
    float[0] = x;
    const sum = bits[0] + 0x00095f619980c434n;
    const k = Number(sum >> 52n) - memory[t];
    bits[0] = (sum & 0x000fffffffffffffn) + 0x3fe6a09e667f3bccn;
    const f = float[0] - memory[t + 1];
    const s = f / (memory[t + 2] + f);
    const z = s * s;
    const w = z * z;
    const even = w * (memory[t + 5] + w * (memory[t + 4] + w * memory[t + 3]));
    const odd = z * (memory[t + 9] + w * (memory[t + 8] + w * (memory[t + 7] + w * memory[t + 6])));
    const half = memory[t + 10] * (f * f);
    const rest = s * (half + (even + odd)) + k * memory[t + 12];
    return k * memory[t + 11] - (half - rest - f);
  }

  /** Horner's rule from constant `from` on, six of them. */
  function polynomial(z: number, t: number, from: number): number {
    let value = memory[t + from];
    for (let i = from + 1; i < from + 6; i++) value = memory[t + i] + z * value;
    return value;
  }

  /** exp(-x) for 0 <= x < 708. */
  function exponential(x: number, t: number): number {
    const k = x * memory[t] + memory[t + 1] - memory[t + 1];
    const r = x - k * memory[t + 2] - k * memory[t + 3];
    const z = r * r;
    let [even, odd] = [memory[t + 5], memory[t + 12]];
    for (let i = 1; i < 7; i++) {
      even = memory[t + 5 + i] + z * even;
      odd = memory[t + 12 + i] + z * odd;
    }
    return (even - r * odd) * 2 ** -k;
  }

  function boxMuller(radius: number, angle: number, t: number): [number, number] {
    const u = (radius + memory[t + 10]) * memory[t + 13];
    const r = Math.sqrt(memory[t + 14] * logarithm(u, t));
    const a = ((angle & 0x3fffffff) - 0x20000000) * memory[t + 15];
    const z = a * a;
    const sine = a + a * z * polynomial(z, t, 16);
    const cosine = memory[t + 1] - memory[t + 10] * z + z * z * polynomial(z, t, 22);
    const signed = angle >= 0x80000000 ? -r : r;
    return (angle & 0x40000000) !== 0 ? [signed * sine, signed * cosine] : [signed * cosine, signed * sine];
  }

  /** Sixteen numbers of four counters: first and second, third and fourth words of two counters at a time. */
  function sixteen(
    block: number,
    stream: readonly [number, number, number],
    key: readonly [number, number],
    t: number,
  ): Float64Array {
    const counters = Array.from({ length: 4 }, (_, i) => {
      const words = Uint32Array.of(block + i, ...stream);
      philox4x32(words, key[0], key[1]);
      return words;
    });
    const out = new Float64Array(16);
    let at = 0;
    for (const word of [0, 2]) {
      for (const first of [0, 2]) {
        const [a, b] = [counters[first], counters[first + 1]];
        const [one, two] = [boxMuller(a[word], a[word + 1], t), boxMuller(b[word], b[word + 1], t)];
        out.set([one[0], two[0], one[1], two[1]], at);
        at += 4;
      }
    }
    return out;
  }

  return {
    normals(count, blockHigh, stream0, stream1, key0, key1, _, table, out) {
      for (let i = 0; i < count; i += 16) {
        memory.set(sixteen(i / 4, [blockHigh, stream0, stream1], [key0, key1], table / 8), out / 8 + i);
      }
    },
    consensusStep(count, period, particles, center, widths, drift, strength, truncation, ...rest) {
      const [blockHigh, stream0, key0, key1, , table] = rest;
      for (let i = 0; i < count; i += 16) {
        const noise = sixteen(i / 4, [blockHigh, stream0, 0], [key0, key1], table / 8);
        for (let k = i; k < i + 16; k++) {
          const old = memory[particles / 8 + k];
          const distance = old - memory[center / 8 + (k % period)];
          const width = widths ? memory[widths / 8 + k] : Math.min(truncation, Math.abs(distance));
          const next = old - drift * distance + strength * width * noise[k - i];
          memory[particles / 8 + k] = Math.max(-1e150, Math.min(1e150, next));
        }
      }
    },
    weightedMean(count, dimension, particles, weights, out) {
      const points = memory.subarray(particles / 8, particles / 8 + count * dimension);
      const shares = memory.subarray(weights / 8, weights / 8 + count);
      weightedMean(points, shares, memory.subarray(out / 8, out / 8 + dimension));
    },
    gibbsWeights(count, values, least, alpha, table, weights, sums) {
      const lanes = [new Float64Array(4), new Float64Array(4)];
      for (let i = 0; i < count; i++) {
        const excess = alpha * (memory[values / 8 + i] - least);
        const counts = excess >= 0 && excess < memory[table / 8 + 4];
        const weight = counts ? exponential(excess, table / 8) : 0;
        memory[weights / 8 + i] = weight;
        if (!counts) continue;
        const lane = lanes[i % 2];
        lane[0] += weight;
        lane[1] += weight * weight;
        lane[2] += weight * excess;
        lane[3] += weight * weight * excess;
      }
      for (let k = 0; k < 4; k++) memory[sums / 8 + k] = lanes[0][k] + lanes[1][k];
    },
    lowRankForward(rows, cols, members, weights, x, out) {
      for (let i = 0; i < members; i++) {
        for (let a = 0; a < rows; a++) {
          let [even, odd] = [0, 0];
          for (let b = 0; b < cols; b += 2) {
            even += memory[weights / 8 + a * cols + b] * memory[x / 8 + i * cols + b];
            odd += memory[weights / 8 + a * cols + b + 1] * memory[x / 8 + i * cols + b + 1];
          }
          memory[out / 8 + i * rows + a] = even + odd;
        }
      }
    },
  };
}
