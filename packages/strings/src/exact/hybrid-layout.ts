// How the hybrid cuts a text in blocks: the transform's length, and what goes into its real and imaginary parts.
import { FILL, NUMBER, PAIR, productCost, ROUND, SORT, SYMBOL_CALL, transformCost } from '../costs.ts';

/** Largest alphabet for which all symbols may go through a simplex. */
const MAX_SIMPLEX_SYMBOLS = 16;

/** Shortest block. */
const MIN_LENGTH = 1024;

/** Bytes for spectra of the pattern that are kept for all blocks. */
export const SPECTRUM_BYTES = 2 ** 27;

/** How the hybrid works on one text and pattern. */
export interface HybridLayout {
  /** Length N of a block and of its transforms, a power of two. */
  readonly length: number;
  /** Shifts of a block, N - m + 1: no wrap-around of the transform reaches them. */
  readonly step: number;
  /**
   * What the two halves of a complex transform carry. `symbols`: two symbols of one block; `blocks`: one symbol of two
   * blocks. The first needs fewer transforms for many symbols, the second fewer for few.
   */
  readonly packing: 'symbols' | 'blocks';
  /** Whether symbols go through a simplex rather than through their indicators. */
  readonly simplex: boolean;
  /** Pairs that cost as much as a transform of length N, divided by N log2 N. */
  readonly kappa: number;
  /** Predicted time, in nanoseconds. */
  readonly nanoseconds: number;
}

/** Sizes and frequencies that a layout depends on. */
export interface LayoutInput {
  readonly n: number;
  readonly m: number;
  readonly textCounts: Int32Array;
  readonly patternCounts: Int32Array;
}

/** What callers may fix. */
export interface LayoutChoices {
  readonly kappa?: number | undefined;
  readonly simplex?: boolean | undefined;
  /** Bytes for spectra of the pattern that are kept; 2^27 by default. */
  readonly spectrumBytes?: number | undefined;
  /** Threads that share the transforms. */
  readonly threads?: number;
}

/** The layout that is predicted to be fastest. */
export function hybridLayout(input: LayoutInput, choices: LayoutChoices = {}): HybridLayout {
  const { n, m, patternCounts } = input;
  const shortest = Math.max(MIN_LENGTH, 2 ** Math.ceil(Math.log2(2 * m)));
  const longest = Math.max(shortest, Math.min(16 * shortest, 2 ** Math.ceil(Math.log2(n))));
  const mayUseSimplex =
    choices.kappa !== Infinity && patternCounts.length >= 2 && patternCounts.length <= MAX_SIMPLEX_SYMBOLS;
  const simplexes =
    choices.simplex === undefined ? (mayUseSimplex ? [true, false] : [false]) : [choices.simplex];
  let best: HybridLayout | undefined;
  for (let length = shortest; length <= longest; length *= 2) {
    for (const packing of ['symbols', 'blocks'] as const) {
      for (const simplex of simplexes) {
        const layout = predict(input, length, packing, simplex, choices);
        if (!best || layout.nanoseconds < best.nanoseconds) best = layout;
      }
    }
  }
  return best as HybridLayout;
}

function predict(
  { n, m, textCounts, patternCounts }: LayoutInput,
  length: number,
  packing: 'symbols' | 'blocks',
  simplex: boolean,
  { kappa: fixedKappa, threads = 1, spectrumBytes = SPECTRUM_BYTES }: LayoutChoices,
): HybridLayout {
  const step = length - m + 1;
  const blocks = Math.ceil((n - m + 1) / step);
  const perUnit = packing === 'blocks' ? 2 : 1;
  const units = Math.ceil(blocks / perUnit);
  const work = length * Math.log2(length);
  const transform = transformCost(length);
  const kappa = fixedKappa ?? (transform + productCost(length)) / (PAIR * work);
  let dimensions = patternCounts.length - 1;
  let lightPairs = 0;
  if (!simplex) {
    dimensions = 0;
    // A transform carries two symbols of one block, or one of two.
    const share = Math.min(1, (perUnit * length) / n);
    for (let c = 0; c < patternCounts.length; c++) {
      const pairs = patternCounts[c] * textCounts[c] * share;
      if (pairs * (3 - perUnit) > kappa * work) dimensions++;
      else lightPairs += pairs;
    }
  }
  const spectra = packing === 'symbols' ? Math.ceil(dimensions / 2) : dimensions;
  const kept = Math.min(spectra, Math.floor(spectrumBytes / (16 * length)));
  const patternTransforms = kept + (spectra - kept) * units;
  const transforms = units * (spectra + (spectra > 0 ? 1 : 0)) + patternTransforms;
  const filling = FILL * length;
  const nanoseconds =
    transforms * (transform / threads + filling) +
    units * spectra * productCost(length) +
    units * lightPairs * PAIR +
    (simplex ? 0 : n * SORT + patternCounts.length * SYMBOL_CALL * Math.ceil(n / 2 ** 18)) +
    (spectra > 0 ? n * ROUND : 0) +
    n * NUMBER;
  return { length, step, packing, simplex, kappa, nanoseconds };
}
