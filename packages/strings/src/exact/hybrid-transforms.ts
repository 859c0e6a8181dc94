// Matches of frequent symbols by transforms: Fourier transforms whose results are checked for rounding, and
// number-theoretic ones where they are not close enough to integers.
import { layout as arrays, int32 } from '@infimum/linalg/kernels';
import { stringKernels } from '../kernels.ts';
import type { StringKernels } from '../string-kernels.ts';
import type { CompactPair } from '../symbols.ts';
import { positionLists } from '../symbols.ts';
import { fourierTwiddles } from '../transforms/fft.ts';
import { ModularCorrelator } from '../transforms/modular-correlator.ts';
import type { HybridLayout } from './hybrid-layout.ts';
import type { Coordinate, Spectrum } from './hybrid-spectra.ts';

/** A range of shifts, and its place in the step's matches. */
export interface Block {
  readonly start: number;
  readonly shifts: number;
  readonly place: number;
}

/** How transforms are done. */
export interface TransformOptions {
  /** Whether by number-theoretic transforms alone. */
  readonly modular: boolean;
  /** Largest distance of a Fourier result from an integer that is taken for rounding. */
  readonly roundingLimit: number;
  readonly threads: number;
}

/** Counts the matches of frequent symbols, block by block. */
export interface FrequentCounter {
  /**
   * Adds the matches of the symbols of `heavy` at the shifts of one block, or two that share a transform. Pauses after every
   * symbol or two that it has transformed.
   */
  add(heavy: readonly Spectrum[], blocks: readonly Block[], matches: Int32Array): Generator<undefined, void>;
  /** Work done so far. */
  readonly operations: TransformStats;
  /** Frees its memory. */
  release(): void;
}

/** Work done by transforms. */
interface TransformStats {
  transforms: number;
  /** Symbols, summed over the blocks. */
  heavy: number;
  /** Blocks that Fourier transforms could not round safely. */
  fallbacks: number;
  maxRoundingError: number;
}

/** A counter for the spectra of a layout. */
export function frequentCounter(
  pair: CompactPair,
  layout: HybridLayout,
  spectra: readonly Spectrum[],
  options: TransformOptions,
): FrequentCounter {
  if (options.modular || spectra.length === 0) return new ModularCounter(pair, layout, options.threads);
  return new FourierCounter(pair, layout, spectra, options);
}

/** By number-theoretic transforms, where every number of matches is exact. */
class ModularCounter implements FrequentCounter {
  readonly operations: TransformStats = { transforms: 0, heavy: 0, fallbacks: 0, maxRoundingError: 0 };
  readonly #pair: CompactPair;
  readonly #layout: HybridLayout;
  readonly #threads: number;
  #correlator: ModularCorrelator | undefined;

  constructor(pair: CompactPair, layout: HybridLayout, threads: number) {
    this.#threads = threads;
    this.#pair = pair;
    this.#layout = layout;
  }

  *add(heavy: readonly Spectrum[], blocks: readonly Block[], matches: Int32Array): Generator<undefined, void> {
    const { alphabetSize, text, pattern } = this.#pair;
    const symbols = this.#layout.simplex
      ? Array.from({ length: alphabetSize }, (_, c) => c)
      : heavy.flatMap((spectrum) => spectrum.symbols);
    this.#correlator ??= new ModularCorrelator(this.#layout.length, positionLists(pattern, alphabetSize), this.#threads);
    for (const { start, shifts, place } of blocks) {
      const lists = positionLists(text, alphabetSize, start, start + shifts + pattern.length - 1);
      const part = matches.subarray(place, place + shifts);
      this.operations.transforms += yield* this.#correlator.addMatches(symbols, lists, part);
      this.operations.heavy += symbols.length;
    }
  }

  release(): void {
    this.#correlator?.release();
  }
}

/** Real and imaginary parts. */
type Complex = readonly [Float64Array, Float64Array];

/** By Fourier transforms, two real sequences in each. */
class FourierCounter implements FrequentCounter {
  readonly operations: TransformStats = { transforms: 0, heavy: 0, fallbacks: 0, maxRoundingError: 0 };
  readonly #pair: CompactPair;
  readonly #layout: HybridLayout;
  readonly #roundingLimit: number;
  readonly #exact: ModularCounter;
  readonly #memory;
  readonly #kernels: StringKernels;
  readonly #corners: readonly Float64Array[];
  /** Whether the text has symbols that the pattern does not have. */
  readonly #foreign: boolean;
  /** Spectra of the text and, where they are not kept, of the pattern: one for each thread. */
  readonly #text: readonly Complex[];
  readonly #pattern: readonly Complex[];
  readonly #kept: readonly Complex[];

  constructor(
    pair: CompactPair,
    layout: HybridLayout,
    spectra: readonly Spectrum[],
    { roundingLimit, threads }: TransformOptions,
  ) {
    const { length, step } = layout;
    const [n, m] = [pair.text.length, pair.pattern.length];
    this.#pair = pair;
    this.#layout = layout;
    this.#roundingLimit = roundingLimit;
    this.#exact = new ModularCounter(pair, layout, threads);
    this.#corners = spectra.flatMap(({ real, imaginary }) => [real, imaginary]).filter((what) => typeof what === 'object');
    const tables = this.#corners.flatMap((corner) => [0, ...corner]);
    const kept = spectra.filter(({ slot }) => slot !== undefined).length;
    const pairs = (count: number) => new Array<number>(2 * count).fill(length);
    this.#memory = arrays(
      {
        twiddles: fourierTwiddles(length),
        text: pairs(threads),
        pattern: pairs(threads),
        sum: [length, length],
        kept: pairs(kept),
        tables: Float64Array.from(tables),
        // Spare entries wherever a kernel works on whole vectors.
        textNumbers: int32(n + 4),
        patternNumbers: int32(m + 4),
        /** Symbols of the pattern's alphabet in every window of a block. */
        known: int32(step + 2),
        /** Rounded correlations of a block. */
        rounded: int32(step + 2),
      },
      { threads },
    );
    const { workspace, text, pattern, textNumbers, patternNumbers, known } = this.#memory;
    this.#kernels = workspace.kernels(stringKernels);
    this.#text = pairsOf(text);
    this.#pattern = pairsOf(pattern);
    this.#kept = pairsOf(this.#memory.kept);
    textNumbers.set(pair.text);
    patternNumbers.set(pair.pattern);
    known.fill(m);
    this.#foreign = layout.simplex && pair.textCounts.reduce((sum, count) => sum + count, 0) < n;
  }

  *add(heavy: readonly Spectrum[], blocks: readonly Block[], matches: Int32Array): Generator<undefined, void> {
    const { length, packing } = this.#layout;
    const [sumRe, sumIm] = this.#memory.sum;
    sumRe.fill(0);
    sumIm.fill(0);
    const together = this.#text.length;
    for (let first = 0; first < heavy.length; first += together) {
      const transforms: Complex[] = [];
      const products = heavy.slice(first, first + together).map((spectrum, place): [Complex, Complex] => {
        const text = this.#text[place];
        this.#fillFromText(text[0], spectrum.real, blocks[0]);
        if (packing === 'symbols') this.#fillFromText(text[1], spectrum.imaginary, blocks[0]);
        else this.#fillFromText(text[1], spectrum.real, blocks[1]);
        transforms.push(text);
        this.operations.heavy += spectrum.symbols.length;
        return [text, this.#patternSpectrum(spectrum, place, transforms)];
      });
      this.#forward(transforms);
      // One after the other, so that sums are rounded alike for every number of threads.
      for (const [[re, im], [patternRe, patternIm]] of products) {
        this.#kernels.multiplyConjugate(
          length,
          re.byteOffset,
          im.byteOffset,
          patternRe.byteOffset,
          patternIm.byteOffset,
          sumRe.byteOffset,
          sumIm.byteOffset,
        );
      }
      yield;
    }
    this.#kernels.fourierInverse(length, sumRe.byteOffset, sumIm.byteOffset, this.#memory.twiddles.byteOffset);
    this.operations.transforms++;
    for (const [b, block] of blocks.entries()) {
      if (this.#round(b === 0 ? sumRe : sumIm, block, matches)) continue;
      yield* this.#exact.add(heavy, [block], matches);
      this.operations.fallbacks++;
    }
  }

  /** Where the spectrum of the pattern is, or will be after the transforms that it adds to a list. */
  #patternSpectrum(spectrum: Spectrum, place: number, transforms: Complex[]): Complex {
    const { slot } = spectrum;
    const complex: Complex = slot === undefined ? this.#pattern[place] : this.#kept[slot];
    if (spectrum.ready) return complex;
    this.#fill(complex[0], spectrum.real, this.#memory.patternNumbers, 0, this.#pair.pattern.length);
    this.#fill(complex[1], spectrum.imaginary, this.#memory.patternNumbers, 0, this.#pair.pattern.length);
    transforms.push(complex);
    spectrum.ready = slot !== undefined;
    return complex;
  }

  #fillFromText(out: Float64Array, what: Coordinate | undefined, block: Block | undefined): void {
    if (!block) out.fill(0);
    else this.#fill(out, what, this.#memory.textNumbers, block.start, block.shifts + this.#pair.pattern.length - 1);
  }

  /** Writes what a real or imaginary part carries for `length` symbols from `from` on, and zeros. */
  #fill(out: Float64Array, what: Coordinate | undefined, numbers: Int32Array, from: number, length: number): void {
    const at = numbers.byteOffset + 4 * from;
    if (what === undefined) length = 0;
    else if (typeof what === 'number') this.#kernels.indicator(length, what, at, out.byteOffset);
    else this.#kernels.coordinates(length, this.#tableOf(what), at, out.byteOffset);
    out.fill(0, length);
  }

  /** Where the coordinates of all symbols are, a zero for foreign symbols first. */
  #tableOf(corner: Float64Array): number {
    const size = this.#pair.alphabetSize + 1;
    return this.#memory.tables.byteOffset + 8 * size * this.#corners.indexOf(corner);
  }

  #forward(transforms: readonly Complex[]): void {
    const { length } = this.#layout;
    const items = transforms.length;
    this.#memory.workspace.parallel(stringKernels, 'fourierForward', { items, block: 1 }, (item) => {
      const [re, im] = transforms[item];
      return [length, re.byteOffset, im.byteOffset, this.#memory.twiddles.byteOffset];
    });
    this.operations.transforms += items;
  }

  /** Adds rounded correlations to the matches of a block; adds nothing where rounding is not safe. */
  #round(values: Float64Array, { start, shifts, place }: Block, matches: Int32Array): boolean {
    const { length, simplex } = this.#layout;
    const symbols = simplex ? this.#pair.alphabetSize : 1;
    if (this.#foreign) this.#countKnown(start, shifts);
    const rounded = this.#memory.rounded.fill(0);
    const worst = this.#kernels.addRounded(
      shifts,
      1 / (length * symbols),
      values.byteOffset,
      simplex ? 1 / symbols : 0,
      this.#memory.known.byteOffset,
      rounded.byteOffset,
    );
    this.operations.maxRoundingError = Math.max(this.operations.maxRoundingError, worst);
    if (!(worst < this.#roundingLimit)) return false;
    for (let i = 0; i < shifts; i++) matches[place + i] += rounded[i];
    return true;
  }

  /** Number of symbols of the pattern's alphabet in every window of the text. */
  #countKnown(start: number, shifts: number): void {
    const { text } = this.#pair;
    const m = this.#pair.pattern.length;
    let count = 0;
    for (let j = start; j < start + m; j++) if (text[j] >= 0) count++;
    for (let i = 0; i < shifts; i++) {
      this.#memory.known[i] = count;
      if (text[start + i] >= 0) count--;
      if (text[start + i + m] >= 0) count++;
    }
  }

  release(): void {
    this.#exact.release();
    this.#memory.workspace.release();
  }
}

/** Real and imaginary parts, in pairs. */
function pairsOf(parts: readonly Float64Array[]): Complex[] {
  return Array.from({ length: parts.length / 2 }, (_, k) => [parts[2 * k], parts[2 * k + 1]]);
}
