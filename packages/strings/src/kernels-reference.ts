// The kernels in plain TypeScript: the WebAssembly builds are tested against them, and they run in their place if the engine has no SIMD.
// Written for readability, in the order of `kernels.ts`.
import { forwardModulo } from './residues.ts';
import type { StringKernels } from './string-kernels.ts';

/** The kernels on a memory; byte offsets become indices into views of it. */
export function stringReference(buffer: ArrayBufferLike): StringKernels {
  const bytes = new Uint8Array(buffer);
  const halves = new Uint16Array(buffer);
  const words = new Int32Array(buffer);
  const doubles = new Float64Array(buffer);

  /** A count of a byte or a word. */
  function write(counts: number, i: number, count: number, narrow: number): void {
    if (narrow) bytes[counts + i] = count;
    else words[counts / 4 + i] = count;
  }

  function different(symbols: Uint8Array | Uint16Array | Int32Array) {
    const width = symbols.BYTES_PER_ELEMENT;
    return (shifts: number, length: number, text: number, pattern: number, counts: number, narrow = 0): void => {
      for (let i = 0; i < shifts; i++) {
        let count = 0;
        for (let j = 0; j < length; j++) {
          if (symbols[text / width + i + j] !== symbols[pattern / width + j]) count++;
        }
        write(counts, i, count, narrow);
      }
    };
  }

  function scan(differ: (text: number, pattern: number) => boolean) {
    return (shifts: number, length: number, k: number, text: number, pattern: number, counts: number): number => {
      let compared = 0;
      for (let i = 0; i < shifts; i++) {
        let different = 0;
        let j = 0;
        for (; j < length && different <= k; j++) {
          if (differ(bytes[text + i + j], bytes[pattern + j])) different++;
        }
        words[counts / 4 + i] = different;
        compared += j;
      }
      return compared;
    };
  }

  /** The w with x^{2L} - w^2 = (x^L - w)(x^L + w) for a block: that of the block above, turned by a right angle if odd. */
  function twiddle(twiddles: number, block: number): [number, number] {
    const above = block >> 1;
    const pair = twiddles / 8 + 8 * (above >> 1) + (above & 1);
    const [c, s] = [doubles[pair], doubles[pair + 2]];
    return block % 2 === 0 ? [c, s] : [-s, c];
  }

  return {
    differentBytes: different(bytes),
    differentHalves: different(halves),
    differentWords: different(words),
    scanBytes: scan((text, pattern) => text !== pattern),
    disjointBytes(shifts, length, text, pattern, counts, narrow) {
      for (let i = 0; i < shifts; i++) {
        let count = 0;
        for (let j = 0; j < length; j++) if ((bytes[text + i + j] & bytes[pattern + j]) === 0) count++;
        write(counts, i, count, narrow);
      }
    },
    scanDisjoint: scan((text, pattern) => (text & pattern) === 0),
    comparePlain: different(words),
    matchPlanes(stride, wanted, symbols, table, out) {
      for (let byte = 0; byte < 8 * stride; byte++) {
        const shift = Math.floor(byte / stride);
        if (shift > 0 && (((wanted >> shift) & 1) === 0 || byte % stride >= stride - 16)) continue;
        bytes[out + byte] = 0;
        for (let bit = 0; bit < 8; bit++) {
          const symbol = bytes[symbols + 8 * (byte % stride) + bit + shift];
          if (bytes[table + symbol] > 0) bytes[out + byte] |= 1 << bit;
        }
      }
    },
    countSlices(from, to, length, places, total, counts, narrow) {
      for (let i = from; i < to; i++) {
        let count = total;
        for (const place of words.subarray(places / 4, places / 4 + length)) count -= (bytes[place + (i >> 3)] >> (i & 7)) & 1;
        write(counts, i, count, narrow);
      }
    },
    shiftAdd(from, to, length, most, bits, words32, text, additions, _, out) {
      const perWord = Math.floor(31 / bits);
      for (let i = from; i < to; i++) {
        let count = 0;
        for (let j = 0; j < length; j++) {
          const word = words[additions / 4 + words32 * words[text / 4 + i + j] + Math.floor(j / perWord)];
          count += (word >> (bits * (j % perWord))) & 1;
        }
        words[out / 4 + i] = Math.min(most, count);
      }
    },
    modularForward(length, values, roots, prime) {
      const rootsAt = words.subarray(roots / 4, roots / 4 + Math.max(1, length / 2));
      forwardModulo(words.subarray(values / 4, values / 4 + length), rootsAt, prime);
    },
    countPairs(shifts, patternCount, pattern, textCount, text, matches) {
      let pairs = 0;
      for (const x of words.subarray(pattern / 4, pattern / 4 + patternCount)) {
        for (const y of words.subarray(text / 4, text / 4 + textCount)) {
          if (y < x || y - x >= shifts) continue;
          words[matches / 4 + y - x]++;
          pairs++;
        }
      }
      return pairs;
    },
    countPairsOf(from, shifts, count, symbols, patternStart, pattern, textStart, text, _hints, matches) {
      let pairs = 0;
      for (const c of words.subarray(symbols / 4, symbols / 4 + count)) {
        const inPattern = words.subarray(patternStart / 4 + c, patternStart / 4 + c + 2);
        const inText = words.subarray(textStart / 4 + c, textStart / 4 + c + 2);
        for (const x of words.subarray(pattern / 4 + inPattern[0], pattern / 4 + inPattern[1])) {
          for (const y of words.subarray(text / 4 + inText[0], text / 4 + inText[1])) {
            const place = y - x - from;
            if (place < 0 || place >= shifts) continue;
            words[matches / 4 + place]++;
            pairs++;
          }
        }
      }
      return pairs;
    },
    indicator(length, symbol, numbers, out) {
      for (let j = 0; j < length; j++) doubles[out / 8 + j] = words[numbers / 4 + j] === symbol ? 1 : 0;
    },
    coordinates(length, table, numbers, out) {
      for (let j = 0; j < length; j++) doubles[out / 8 + j] = doubles[table / 8 + words[numbers / 4 + j] + 1];
    },
    addRounded(count, scale, values, share, known, matches) {
      let worst = 0;
      for (let i = 0; i < count; i++) {
        const value = scale * doubles[values / 8 + i] + share * words[known / 4 + i];
        words[matches / 4 + i] += Math.round(value);
        worst = Math.max(worst, Math.abs(value - Math.round(value)));
      }
      return worst;
    },
    fourierForward(length, re, im, twiddles) {
      const [r, i] = [re / 8, im / 8];
      for (let half = length / 2, blocks = 1; half >= 1; half /= 2, blocks *= 2) {
        for (let block = 0; block < blocks; block++) {
          const [c, s] = twiddle(twiddles, block);
          for (let j = 2 * block * half; j < (2 * block + 1) * half; j++) {
            const real = c * doubles[r + j + half] - s * doubles[i + j + half];
            const imaginary = c * doubles[i + j + half] + s * doubles[r + j + half];
            doubles[r + j + half] = doubles[r + j] - real;
            doubles[i + j + half] = doubles[i + j] - imaginary;
            doubles[r + j] += real;
            doubles[i + j] += imaginary;
          }
        }
      }
    },
    fourierInverse(length, re, im, twiddles) {
      const [r, i] = [re / 8, im / 8];
      for (let half = 1, blocks = length / 2; half < length; half *= 2, blocks /= 2) {
        for (let block = 0; block < blocks; block++) {
          const [c, s] = twiddle(twiddles, block);
          for (let j = 2 * block * half; j < (2 * block + 1) * half; j++) {
            const real = doubles[r + j] - doubles[r + j + half];
            const imaginary = doubles[i + j] - doubles[i + j + half];
            doubles[r + j] += doubles[r + j + half];
            doubles[i + j] += doubles[i + j + half];
            doubles[r + j + half] = c * real + s * imaginary;
            doubles[i + j + half] = c * imaginary - s * real;
          }
        }
      }
    },
    multiplyConjugate(length, xRe, xIm, yRe, yIm, sumRe, sumIm) {
      for (let k = 0; k < length; k++) {
        const [a, b] = [doubles[xRe / 8 + k], doubles[xIm / 8 + k]];
        const [c, d] = [doubles[yRe / 8 + k], doubles[yIm / 8 + k]];
        doubles[sumRe / 8 + k] += a * c + b * d;
        doubles[sumIm / 8 + k] += b * c - a * d;
      }
    },
    squareParts(length, re, im) {
      for (let k = 0; k < length; k++) {
        const [a, b] = [doubles[re / 8 + k], doubles[im / 8 + k]];
        doubles[re / 8 + k] = a * a - b * b;
        doubles[im / 8 + k] = 2 * a * b;
      }
    },
  };
}
