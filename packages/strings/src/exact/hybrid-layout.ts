// How the hybrid cuts a text in blocks: the transform's length, and what goes into its real and imaginary parts.
import { FILL, NUMBER, PAIR, POSITION, productCost, ROUND, SORT, transformCost } from '../costs.ts';

/** Largest alphabet for which all symbols may go through a simplex. */
const MAX_SIMPLEX_SYMBOLS = 16;

/** Shortest block, but for a text that fits in a shorter one, and the shortest transform that there is. */
const MIN_LENGTH = 1024;
const LEAST_LENGTH = 16;

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
  /** Nanoseconds of numbering a symbol of the text; those of a table by default. */
  readonly numbering?: number;
}

/** Settings that callers may fix. */
export interface LayoutChoices {
  readonly kappa?: number | undefined;
  readonly simplex?: boolean | undefined;
  /** Bytes for spectra of the pattern that are kept; 2^27 by default. */
  readonly spectrumBytes?: number | undefined;
  /** Threads that share the transforms. */
  readonly threads?: number;
}

/**
 * Shifts whose counters fit in a first-level cache of 32 KB, and the most where pairs are few: then finding where they begin
 * and end costs more than what counters outside the second-level cache cost.
 */
const LEAST_PAIR_BLOCK = 2 ** 13;
const LARGEST_PAIR_BLOCK = 2 ** 18;

/** Pairs of one position of the pattern in a block of shifts that are worth finding where they begin and end. */
const PAIRS_PER_POSITION = 128;

/** Shifts of a block that is counted pair by pair: a power of two. */
export function pairBlock({ n, m, textCounts, patternCounts }: LayoutInput): number {
  let pairs = 0;
  for (let c = 0; c < patternCounts.length; c++) pairs += patternCounts[c] * textCounts[c];
  return blockOf(pairs, n, m);
}

function blockOf(pairs: number, n: number, m: number): number {
  const wanted = (PAIRS_PER_POSITION * n * m) / Math.max(1, pairs);
  const power = 2 ** Math.round(Math.log2(wanted));
  return Math.min(LARGEST_PAIR_BLOCK, Math.max(LEAST_PAIR_BLOCK, power));
}

/** The data of a pair for all layouts, computed once. */
interface Weighed {
  readonly n: number;
  readonly m: number;
  readonly numbering: number;
  readonly alphabetSize: number;
  readonly block: number;
  /** Symbols that some layout might send through transforms: their pairs, and their positions in the pattern. */
  readonly heavyPairs: readonly number[];
  readonly heavyPositions: readonly number[];
  /** Pairs of all others. */
  readonly lightPairs: number;
  /** Positions of all others in the pattern. */
  readonly lightPositions: number;
}

/** Pairs over a whole text below which no layout transforms a symbol, for kappa as small as it gets by measured costs. */
function weigh(input: LayoutInput, kappa: number | undefined): Weighed {
  const { n, m, textCounts, patternCounts, numbering = NUMBER } = input;
  const { shortest } = lengthsFor(n, 1);
  const least = (kappa ?? LEAST_KAPPA) * shortest * Math.log2(shortest) * 0.5;
  const heavyPairs: number[] = [];
  const heavyPositions: number[] = [];
  let [lightPairs, lightPositions, all] = [0, 0, 0];
  for (let c = 0; c < patternCounts.length; c++) {
    const pairs = patternCounts[c] * textCounts[c];
    all += pairs;
    if (pairs > least) {
      heavyPairs.push(pairs);
      heavyPositions.push(patternCounts[c]);
    } else {
      lightPairs += pairs;
      lightPositions += patternCounts[c];
    }
  }
  const block = blockOf(all, n, m);
  const alphabetSize = patternCounts.length;
  return { n, m, numbering, alphabetSize, block, heavyPairs, heavyPositions, lightPairs, lightPositions };
}

/** Below every quotient of the costs of transforms and pairs. */
const LEAST_KAPPA = 0.25;

/** The layout that is predicted to be fastest. */
export function hybridLayout(input: LayoutInput, choices: LayoutChoices = {}): HybridLayout {
  const { n, m, patternCounts } = input;
  const { shortest, longest } = lengthsFor(n, m);
  const mayUseSimplex = choices.kappa !== Infinity && patternCounts.length >= 2 && patternCounts.length <= MAX_SIMPLEX_SYMBOLS;
  const simplexes = choices.simplex === undefined ? (mayUseSimplex ? [true, false] : [false]) : [choices.simplex];
  const weighed = weigh(input, choices.kappa);
  let best: HybridLayout | undefined;
  for (let length = shortest; length <= longest; length *= 2) {
    for (const packing of ['symbols', 'blocks'] as const) {
      for (const simplex of simplexes) {
        const layout = predict(weighed, { length, packing, simplex }, choices);
        if (!best || layout.nanoseconds < best.nanoseconds) best = layout;
      }
    }
  }
  return best as HybridLayout;
}

/** Nanoseconds below which no layout is: numbering, and either sorting or transforms of one symbol. */
export function leastHybrid(n: number, m: number, threads: number): number {
  const shifts = n - m + 1;
  const sorting = n * SORT + Math.ceil(shifts / LARGEST_PAIR_BLOCK) * m * POSITION;
  let transforms = Infinity;
  const { shortest, longest } = lengthsFor(n, m);
  for (let length = shortest; length <= longest; length *= 2) {
    // Two blocks share a transform of the text and one back.
    const units = Math.ceil(shifts / (length - m + 1) / 2);
    const each = transformCost(length) / threads + FILL * length;
    transforms = Math.min(transforms, (2 * units + 1) * each + units * productCost(length));
  }
  return n * NUMBER + Math.min(sorting, n * ROUND + transforms);
}

/** The lengths of blocks that are weighed: a text that fits in a short one is one block. */
function lengthsFor(n: number, m: number): { readonly shortest: number; readonly longest: number } {
  const whole = Math.max(LEAST_LENGTH, 2 ** Math.ceil(Math.log2(n)));
  const shortest = Math.min(whole, Math.max(MIN_LENGTH, 2 ** Math.ceil(Math.log2(2 * m))));
  return { shortest, longest: Math.min(16 * shortest, whole) };
}

function predict(
  { n, m, numbering, alphabetSize, block, heavyPairs, heavyPositions, ...light }: Weighed,
  { length, packing, simplex }: Pick<HybridLayout, 'length' | 'packing' | 'simplex'>,
  { kappa: fixedKappa, threads = 1, spectrumBytes = SPECTRUM_BYTES }: LayoutChoices,
): HybridLayout {
  const step = length - m + 1;
  const blocks = Math.ceil((n - m + 1) / step);
  const perUnit = packing === 'blocks' ? 2 : 1;
  const units = Math.ceil(blocks / perUnit);
  const work = length * Math.log2(length);
  const transform = transformCost(length);
  const pair = PAIR[block === LEAST_PAIR_BLOCK ? 'near' : 'far'];
  const kappa = fixedKappa ?? (transform + productCost(length)) / (pair * work);
  let dimensions = alphabetSize - 1;
  let [lightPairs, positions] = [0, 0];
  if (!simplex) {
    dimensions = 0;
    lightPairs = light.lightPairs;
    positions = light.lightPositions;
    // A transform carries two symbols of one block, or one of two.
    const share = Math.min(1, (perUnit * length) / n) * (3 - perUnit);
    for (let h = 0; h < heavyPairs.length; h++) {
      if (heavyPairs[h] * share > kappa * work) dimensions++;
      else {
        lightPairs += heavyPairs[h];
        positions += heavyPositions[h];
      }
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
    // Pairs whose distance is no shift are not enumerated.
    ((n - m + 1) / n) * lightPairs * pair +
    Math.ceil((n - m + 1) / block) * positions * POSITION +
    (simplex ? 0 : n * SORT) +
    (spectra > 0 ? n * ROUND : 0) +
    n * numbering;
  return { length, step, packing, simplex, kappa, nanoseconds };
}
