// Sums over a pattern of weights that depend on the place and on the text's symbol, by Fourier transforms, for many patterns in one
// text: the text's transforms are shared.
//
// After M. Fischer, M. Paterson: String matching and other products (1974).
import { layout as arrays, int32 } from '@infimum/linalg/kernels';
import { FILL, FIXED, productCost, ROUND, transformCost } from '../costs.ts';
import { stringKernels } from '../kernels.ts';
import { fourierTwiddles } from '../transforms/fft.ts';

/** A pattern as weights for every kind of text symbol. */
export interface Profile {
  readonly length: number;
  /** Writes the weights of a kind to an array of zeros; false if all of them are zero. */
  fill(kind: number, out: Float64Array): boolean;
}

/** A number less each sum, as whole numbers that the next call changes, and how far the farthest was from one. */
export type WholeNumbers = (total: number) => { readonly counts: Int32Array; readonly error: number };

/** Numbers of the text's spectra that are held at a time: 256 MB. */
const HELD = 2 ** 25;

/** The time of a bank, and the length of transforms for it. */
export interface BankPlan {
  readonly nanoseconds: number;
  readonly length: number;
}

/** The best length of transforms for n symbols of so many kinds and patterns of up to m symbols. */
export function planBank(n: number, m: number, kinds: number, patterns: number, threads = 1): BankPlan {
  let best: BankPlan = { nanoseconds: Infinity, length: 0 };
  const shortest = Math.max(16, 2 ** Math.ceil(Math.log2(2 * m)));
  for (let length = shortest; length <= Math.max(shortest, Math.min(32 * shortest, 2 * n)); length *= 2) {
    const pairs = Math.ceil(Math.max(0, n - m + 1) / (length - m + 1) / 2);
    const transform = transformCost(length) / threads + FILL * length;
    const each = kinds * transform + pairs * (kinds * productCost(length) + transform);
    const nanoseconds = FIXED + pairs * kinds * transform + patterns * (each + ROUND * n);
    if (nanoseconds < best.nanoseconds) best = { nanoseconds, length };
  }
  return best;
}

/**
 * sum_j weights_p(text_{i+j}, j) for all shifts i of all profiles p. `take` gets them in pieces: the sums times the transforms'
 * length, from a shift on, and what makes whole numbers of them. Pauses after every profile and segment of the text.
 *
 * @param text - kinds of symbols, 0 … kinds-1; others weigh nothing
 */
export function* correlate(
  text: Int32Array,
  kinds: number,
  profiles: readonly Profile[],
  { length, threads = 1 }: { readonly length: number; readonly threads?: number },
  take: (profile: number, from: number, sums: Float64Array, whole: WholeNumbers) => void,
): Generator<undefined, void> {
  const longest = Math.max(...profiles.map((profile) => profile.length));
  const shifts = text.length - Math.min(...profiles.map((profile) => profile.length)) + 1;
  const step = length - longest + 1;
  const most = Math.ceil(shifts / (2 * step));
  const segment = Math.max(1, Math.min(most, Math.floor(HELD / (2 * length * kinds))));
  const spectra = (count: number) => new Array<number>(2 * count).fill(length);
  const memory = arrays(
    {
      twiddles: fourierTwiddles(length),
      text: spectra(segment * kinds),
      pattern: spectra(kinds),
      sums: spectra(segment),
      numbers: int32(text.length + 4),
      // Spare entries, as the kernel works on whole vectors.
      totals: int32(step + 2),
      counts: int32(step + 2),
    },
    { threads },
  );
  const { workspace, twiddles, numbers, sums, totals, counts } = memory;
  const { addRounded, indicator, multiplyConjugate } = workspace.kernels(stringKernels);
  const transformed = (name: 'fourierForward' | 'fourierInverse', parts: readonly Float64Array[]) =>
    workspace.parallel(stringKernels, name, { items: parts.length / 2, block: 1 }, (item) => [
      length,
      parts[2 * item].byteOffset,
      parts[2 * item + 1].byteOffset,
      twiddles.byteOffset,
    ]);
  try {
    numbers.set(text);
    for (let start = 0; start < shifts; start += 2 * step * segment) {
      const pairs = Math.min(segment, Math.ceil((shifts - start) / (2 * step)));
      // Two blocks of the text in the real and the imaginary part.
      for (let block = 0; block < 2 * pairs; block++) {
        const from = start + block * step;
        const count = Math.max(0, Math.min(length, text.length - from));
        for (let kind = 0; kind < kinds; kind++) {
          const out = memory.text[2 * ((block >> 1) * kinds + kind) + (block & 1)];
          indicator(count, kind, numbers.byteOffset + 4 * from, out.byteOffset);
          out.fill(0, count);
        }
      }
      transformed('fourierForward', memory.text.slice(0, 2 * pairs * kinds));
      for (const [p, profile] of profiles.entries()) {
        const used: number[] = [];
        for (let kind = 0; kind < kinds; kind++) {
          memory.pattern[2 * kind].fill(0);
          memory.pattern[2 * kind + 1].fill(0);
          if (profile.fill(kind, memory.pattern[2 * kind])) used.push(kind);
        }
        transformed(
          'fourierForward',
          used.flatMap((kind) => [memory.pattern[2 * kind], memory.pattern[2 * kind + 1]]),
        );
        for (let pair = 0; pair < pairs; pair++) {
          const [re, im] = [sums[2 * pair].fill(0), sums[2 * pair + 1].fill(0)];
          for (const kind of used) {
            const at = 2 * (pair * kinds + kind);
            const parts = [
              memory.text[at],
              memory.text[at + 1],
              memory.pattern[2 * kind],
              memory.pattern[2 * kind + 1],
              re,
              im,
            ];
            const [a, b, c, d, e, f] = parts.map(({ byteOffset }) => byteOffset);
            multiplyConjugate(length, a, b, c, d, e, f);
          }
        }
        transformed('fourierInverse', sums.slice(0, 2 * pairs));
        for (let block = 0; block < 2 * pairs; block++) {
          const from = start + block * step;
          const count = Math.min(step, text.length - profile.length + 1 - from);
          if (count <= 0) continue;
          take(p, from, sums[block].subarray(0, count), (total) => {
            totals.fill(total, 0, count);
            counts.fill(0, 0, count);
            const places = [sums[block], totals, counts].map(({ byteOffset }) => byteOffset);
            const error = addRounded(count, -1 / length, places[0], 1, places[1], places[2]);
            return { counts: counts.subarray(0, count), error };
          });
        }
        yield;
      }
    }
  } finally {
    workspace.release();
  }
}
