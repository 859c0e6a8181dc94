// Hamming distances by counting matches symbol by symbol: rare symbols pair by pair, frequent ones by Fourier
// transforms. The planner uses it for long patterns, and for large alphabets from some hundred symbols on.
//
// D_i = m - sum_c (A_c * B_c)(i), with the cross-correlation of the indicators of symbol c in text and pattern.
//
// After K. Abrahamson: Generalized string matching (SIAM J. Comput. 16, 1987), with a threshold on the pairs of a symbol in
// a step rather than on its frequency in the pattern, two real sequences in each transform, one inverse transform a block,
// the spectra of the pattern kept as far as memory allows, and a simplex for small alphabets.
import { layout as arrays, int32 } from '@infimum/linalg/kernels';
import { productCost, transformCost } from '../costs.ts';
import type { Counts, DistanceCounter } from '../hamming-solution.ts';
import { atOnce, shiftsOf, TURN } from '../hamming-solution.ts';
import { stringKernels } from '../kernels.ts';
import type { CompactPair, PositionLists } from '../symbols.ts';
import { positionLists } from '../symbols.ts';
import { ROUNDING_LIMIT } from '../transforms/convolution.ts';
import { modularLength, transformPrimes } from '../transforms/ntt.ts';
import type { HybridLayout } from './hybrid-layout.ts';
import { hybridLayout, pairBlock, SPECTRUM_BYTES } from './hybrid-layout.ts';
import type { Spectrum } from './hybrid-spectra.ts';
import { heavyCandidates, spectraOf } from './hybrid-spectra.ts';
import type { Block, FrequentCounter } from './hybrid-transforms.ts';
import { frequentCounter } from './hybrid-transforms.ts';

/** How the hybrid may be varied. */
export interface HybridOptions {
  /**
   * Symbols with p_c t_c > kappa N log2 N in a block go through transforms: 0 sends all, Infinity none. By default the
   * quotient of the measured costs, about 0.7.
   */
  readonly kappa?: number;
  /** Whether small alphabets go through a simplex; by default if that is predicted to be faster. */
  readonly simplex?: boolean;
  /** Bytes for spectra of the pattern that are kept for all blocks; 2^27 by default. */
  readonly spectrumBytes?: number;
  /** `floating`: Fourier transforms, checked for rounding. `modular`: number-theoretic ones, always exact. */
  readonly transform?: 'floating' | 'modular';
  /** Threads that share the transforms; 1 by default. The distances do not depend on it. */
  readonly threads?: number;
  /** Largest distance of a Fourier result from an integer that is taken for rounding; beyond it, primes decide. */
  readonly roundingLimit?: number;
}

/**
 * O(n sqrt(m log m)) in the worst case. Memory: text and pattern in numbers, O(m) for blocks and lists, and the spectra that
 * are kept.
 *
 * @throws {InvalidInputError} `unsupported` for number-theoretic transforms of patterns of more than 2^25 symbols
 */
export function hybridCounter(pair: CompactPair, options: HybridOptions = {}): DistanceCounter {
  const input = { n: pair.text.length, m: pair.pattern.length, textCounts: pair.textCounts, patternCounts: pair.patternCounts };
  const { kappa, simplex, transform, spectrumBytes } = options;
  const modular = transform === 'modular';
  if (modular) transformPrimes(modularLength(2 * input.m), 1, 'pattern');
  // The layout is that of one thread, so that everything is rounded alike for every number of threads.
  const choices = modular ? { kappa: kappa ?? MODULAR_KAPPA, simplex: false } : { kappa, simplex };
  const layout = hybridLayout(input, { ...choices, spectrumBytes });
  return new HybridCounter(pair, layout, options);
}

/** A number-theoretic transform in TypeScript costs about five Fourier transforms, and carries one symbol. */
const MODULAR_KAPPA = 5;

/** Shifts of one step, or four patterns if that is more: what a step sorts beyond its shifts is the length of a pattern. */
const SHIFTS_PER_STEP = 2 ** 18;

class HybridCounter implements DistanceCounter {
  readonly patternLength: number;
  readonly shifts: number;
  readonly shiftsPerStep: number;
  readonly #pair: CompactPair;
  readonly #layout: HybridLayout;
  /** N log2 N. */
  readonly #work: number;
  readonly #spectra: readonly Spectrum[];
  readonly #frequent: FrequentCounter;
  /** Pauses of `#frequent` to a pause of a step. */
  readonly #pausesPerTurn: number;
  /** Symbols that never go through a transform. */
  readonly #alwaysLight: Int32Array;
  /** Shifts whose matches are counted pair by pair at a time, so that they stay in a cache. */
  readonly #pairBlock: number;
  readonly #memory;
  #pairs = 0;

  constructor(pair: CompactPair, layout: HybridLayout, options: HybridOptions) {
    const { roundingLimit = ROUNDING_LIMIT, threads = 1, spectrumBytes = SPECTRUM_BYTES } = options;
    const { length, step, packing } = layout;
    const m = pair.pattern.length;
    this.patternLength = m;
    this.shifts = shiftsOf(pair);
    this.#pair = pair;
    this.#layout = layout;
    this.#work = length * Math.log2(length);
    const modular = options.transform === 'modular';
    const candidates = heavyCandidates(pair, layout, this.#work);
    const leastShifts = Math.max(SHIFTS_PER_STEP, 4 * m);
    const unit = packing === 'blocks' ? 2 * step : step;
    this.shiftsPerStep =
      candidates.length === 0 && !layout.simplex ? leastShifts : unit * Math.max(1, Math.floor(leastShifts / unit));
    this.#pairBlock = pairBlock({ ...pair, n: pair.text.length, m });
    this.#alwaysLight = lightSymbols(pair, candidates, layout.simplex);
    const slots = modular ? 0 : Math.floor(spectrumBytes / (16 * length));
    // Number-theoretic transforms carry one symbol each.
    const packed: HybridLayout = modular ? { ...layout, packing: 'blocks' } : layout;
    const cost = 2 * transformCost(length) + productCost(length);
    this.#pausesPerTurn = Math.ceil(TURN / (modular ? MODULAR_KAPPA * cost : cost));
    this.#spectra = spectraOf(pair, packed, candidates, slots);
    const stepShifts = Math.min(this.shifts, this.shiftsPerStep);
    const { alphabetSize } = pair;
    const { start, positions } = positionLists(pair.pattern, alphabetSize);
    this.#memory = arrays({
      // Spare entries wherever a kernel works on whole vectors.
      patternPositions: int32(m + 4),
      textPositions: int32(stepShifts + m),
      matches: int32(stepShifts + 2),
      patternStart: start,
      textStart: int32(alphabetSize + 1),
      hints: int32(alphabetSize + 1),
      lightSymbols: int32(alphabetSize + 1),
    });
    try {
      this.#frequent = frequentCounter(pair, layout, this.#spectra, { modular, roundingLimit, threads });
    } catch (error) {
      this.#memory.workspace.release();
      throw error;
    }
    this.#memory.patternPositions.set(positions);
  }

  count(from: number, to: number, distances: Counts): void {
    atOnce(this.countInTurns(from, to, distances));
  }

  *countInTurns(from: number, to: number, distances: Counts): Generator<undefined, void> {
    const { alphabetSize, text } = this.#pair;
    const shifts = to - from;
    const m = this.patternLength;
    this.#memory.matches.fill(0);
    let heavy: readonly Spectrum[] = this.#spectra;
    if (!this.#layout.simplex) {
      const lists = positionLists(text, alphabetSize, from, to + m - 1);
      heavy = this.#heavySpectra(lists, shifts);
      this.#addPairs(heavy, lists, shifts);
    }
    if (heavy.length > 0) {
      let pauses = 0;
      for (const unit of this.#units(from, to)) {
        for (const _ of this.#frequent.add(heavy, unit, this.#memory.matches)) {
          if (++pauses % this.#pausesPerTurn === 0) yield;
        }
      }
    }
    for (let i = 0; i < shifts; i++) distances[i] = m - this.#memory.matches[i];
  }

  /** The blocks of a step, those in one row that go through one transform. */
  *#units(from: number, to: number): Generator<readonly Block[]> {
    const { step, packing } = this.#layout;
    const block = (start: number): Block => ({ start, shifts: Math.min(step, to - start), place: start - from });
    for (let start = from; start < to; ) {
      const unit = [block(start)];
      start += step;
      if (packing === 'blocks' && start < to) {
        unit.push(block(start));
        start += step;
      }
      yield unit;
    }
  }

  /** The spectra that are cheaper to transform than to enumerate, if together they also pay for the inverse. */
  #heavySpectra({ start }: PositionLists, shifts: number): readonly Spectrum[] {
    const { kappa, step, packing } = this.#layout;
    const units = Math.ceil(shifts / (packing === 'blocks' ? 2 * step : step));
    const transform = kappa * this.#work;
    let saved = 0;
    const heavy = this.#spectra.filter((spectrum) => {
      // Those of the text, and of the pattern where it is not kept.
      const cost = transform * (spectrum.slot === undefined ? 2 * units : spectrum.ready ? units : units + 1);
      let pairs = 0;
      for (const c of spectrum.symbols) pairs += this.#pair.patternCounts[c] * (start[c + 1] - start[c]);
      if (pairs > cost) saved += pairs - cost;
      return pairs > cost;
    });
    return saved >= transform * units ? heavy : [];
  }

  #addPairs(heavy: readonly Spectrum[], lists: PositionLists, shifts: number): void {
    const { workspace, lightSymbols: light, hints, matches } = this.#memory;
    const { patternStart, patternPositions, textStart, textPositions } = this.#memory;
    light.set(this.#alwaysLight);
    let count = this.#alwaysLight.length;
    for (const spectrum of this.#spectra) {
      if (heavy.includes(spectrum)) continue;
      for (const c of spectrum.symbols) light[count++] = c;
    }
    if (count === 0) return;
    textPositions.set(lists.positions);
    textStart.set(lists.start);
    hints.set(lists.start);
    const { countPairsOf } = workspace.kernels(stringKernels);
    for (let from = 0; from < shifts; from += this.#pairBlock) {
      this.#pairs += countPairsOf(
        from,
        Math.min(this.#pairBlock, shifts - from),
        count,
        light.byteOffset,
        patternStart.byteOffset,
        patternPositions.byteOffset,
        textStart.byteOffset,
        textPositions.byteOffset,
        hints.byteOffset,
        matches.byteOffset + 4 * from,
      );
    }
  }

  operations() {
    const { operations } = this.#frequent;
    return { pairs: this.#pairs, ...operations, transformWork: operations.transforms * this.#work };
  }

  release(): void {
    this.#frequent.release();
    this.#memory.workspace.release();
  }
}

function lightSymbols({ alphabetSize }: CompactPair, candidates: readonly number[], simplex: boolean): Int32Array {
  if (simplex) return new Int32Array(0);
  const isHeavy = new Uint8Array(alphabetSize);
  for (const c of candidates) isHeavy[c] = 1;
  const light = new Int32Array(alphabetSize - candidates.length);
  for (let c = 0, count = 0; c < alphabetSize; c++) if (isHeavy[c] === 0) light[count++] = c;
  return light;
}
