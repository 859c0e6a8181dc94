// Hamming distances by counting matches symbol by symbol: rare symbols pair by pair, frequent ones by Fourier
// transforms. The default for long patterns.
//
// D_i = m - sum_c (A_c * B_c)(i), with the cross-correlation of the indicators of symbol c in text and pattern.
// K. Abrahamson: Generalized string matching (SIAM J. Comput. 16, 1987), with blocks, one threshold for every symbol
// and block, one inverse transform a block, spectra of the pattern kept, and a simplex for small alphabets.
import { Workspace } from '@infimum/linalg/kernels';
import { ROUNDING_LIMIT } from './convolution.ts';
import { fourierTwiddles } from './fft.ts';
import { type DistanceCounter, shiftsOf } from './hamming-solution.ts';
import { type HybridLayout, hybridLayout, SPECTRUM_BYTES } from './hybrid-layout.ts';
import { type StringKernels, stringKernels } from './kernels.ts';
import { ModularCorrelator } from './modular-correlator.ts';
import { simplexCorners } from './simplex.ts';
import { type CompactPair, type PositionLists, positionLists } from './symbols.ts';

/** How the hybrid may be varied. */
export interface HybridOptions {
  /**
   * Symbols with p_c t_c > kappa N log2 N in a block go through transforms: 0 sends all, Infinity none. By default the
   * quotient of the measured costs, about 0.7.
   */
  readonly kappa?: number;
  /** Whether small alphabets go through a simplex; by default where that is predicted to be faster. */
  readonly simplex?: boolean;
  /** Length of the blocks, a power of two of at least 2m; by default the one that is predicted to be fastest. */
  readonly length?: number;
  /** `floating`: Fourier transforms, checked for rounding. `modular`: number-theoretic ones, always exact. */
  readonly transform?: 'floating' | 'modular';
  /** Threads that share the transforms; 1 by default. The distances do not depend on it. */
  readonly threads?: number;
  /** Largest distance of a Fourier result from an integer that is taken for rounding; beyond it, primes decide. */
  readonly roundingLimit?: number;
}

/** O(n sqrt(m log m)) in the worst case, with O(m) memory beside the text and kept spectra. */
export function hybridCounter(pair: CompactPair, options: HybridOptions = {}): DistanceCounter {
  const input = {
    n: pair.text.length,
    m: pair.pattern.length,
    textCounts: pair.textCounts,
    patternCounts: pair.patternCounts,
  };
  const modular = options.transform === 'modular';
  // The layout is that of one thread, so that everything is rounded alike for every number of threads.
  const { kappa, simplex, length } = options;
  const layout = hybridLayout(
    input,
    modular ? { kappa: kappa ?? MODULAR_KAPPA, simplex: false, length } : { kappa, simplex, length },
  );
  return new HybridCounter(pair, layout, modular, options);
}

/** A number-theoretic transform in TypeScript costs about five Fourier transforms, and carries one symbol. */
const MODULAR_KAPPA = 5;

/** Shifts of one step, so that the counters of rare symbols stay in the second-level cache. */
const SHIFTS_PER_STEP = 2 ** 18;

/** One transform of the pattern: the coordinates that its real and imaginary parts carry. */
interface Spectrum {
  readonly symbols: readonly number[];
  readonly real: Coordinate;
  readonly imaginary: Coordinate | undefined;
  /** Place of the kept spectrum, computed on first use. */
  readonly slot: number | undefined;
  ready: boolean;
}

class HybridCounter implements DistanceCounter {
  readonly patternLength: number;
  readonly shifts: number;
  readonly shiftsPerStep: number;
  readonly #pair: CompactPair;
  readonly #layout: HybridLayout;
  readonly #modular: boolean;
  readonly #roundingLimit: number;
  readonly #work: number;
  readonly #spectra: Spectrum[];
  /** Symbols that never go through a transform. */
  readonly #alwaysLight: Int32Array;
  readonly #workspace: Workspace;
  readonly #kernels: StringKernels;
  readonly #patternStart: Int32Array;
  readonly #patternPositions: Int32Array;
  readonly #textPositions: Int32Array;
  readonly #matches: Int32Array;
  readonly #corners: readonly Float64Array[];
  readonly #tables: Float64Array;
  readonly #textNumbers: Int32Array;
  readonly #patternNumbers: Int32Array;
  /** Symbols of the pattern's alphabet in every window of a block. */
  readonly #known: Int32Array;
  /** Rounded correlations of a block. */
  readonly #rounded: Int32Array;
  /** Whether the text has symbols that the pattern does not have. */
  readonly #foreign: boolean;
  readonly #twiddles: Float64Array;
  /** Spectra of the text and, where they are not kept, of the pattern: one for each thread. */
  readonly #text: readonly Complex[];
  readonly #pattern: readonly Complex[];
  readonly #sum: Complex;
  readonly #kept: readonly Float64Array[];
  #correlator: ModularCorrelator | undefined;
  #pairs = 0;
  #transforms = 0;
  #heavy = 0;
  #fallbacks = 0;
  #maxRoundingError = 0;

  constructor(pair: CompactPair, layout: HybridLayout, modular: boolean, options: HybridOptions) {
    const { roundingLimit = ROUNDING_LIMIT, threads = 1 } = options;
    const { length, step, packing } = layout;
    const m = pair.pattern.length;
    this.patternLength = m;
    this.shifts = shiftsOf(pair);
    const unit = packing === 'blocks' ? 2 * step : step;
    this.shiftsPerStep = unit * Math.max(1, Math.floor(SHIFTS_PER_STEP / unit));
    this.#pair = pair;
    this.#layout = layout;
    this.#modular = modular;
    this.#roundingLimit = roundingLimit;
    this.#work = length * Math.log2(length);
    const candidates = heavyCandidates(pair, layout, this.#work);
    this.#alwaysLight = lightSymbols(pair, candidates, layout.simplex);
    const slots = modular ? 0 : Math.floor(SPECTRUM_BYTES / (16 * length));
    this.#spectra = layout.simplex
      ? simplexSpectra(pair.alphabetSize, packing, slots)
      : indicatorSpectra(candidates, modular ? 'blocks' : packing, slots);
    const kept = this.#spectra.filter(({ slot }) => slot !== undefined).length;
    const transforming = this.#spectra.length > 0 && !modular;
    const arrays = transforming ? 3 + 4 * threads + 2 * kept : 0;
    this.#corners = this.#spectra
      .flatMap(({ real, imaginary }) => [real, imaginary])
      .filter((what) => typeof what === 'object');
    const tables = this.#corners.flatMap((corner) => [0, ...corner]);
    const n = pair.text.length;
    const stepShifts = Math.min(this.shifts, this.shiftsPerStep);
    this.#workspace = Workspace.for(
      {
        // Two spare entries wherever a kernel works on whole vectors.
        float64: [...Array<number>(arrays).fill(length), tables.length],
        int32: [
          m + 4,
          stepShifts + m,
          stepShifts + 2,
          ...(transforming ? [n + 4, m + 4, step + 2, step + 2] : []),
        ],
      },
      { threads },
    );
    this.#kernels = this.#workspace.kernels(stringKernels);
    const doubles = () => this.#workspace.float64(transforming ? length : 0);
    this.#twiddles = doubles();
    const complex = (): Complex => [doubles(), doubles()];
    this.#text = Array.from({ length: transforming ? threads : 0 }, complex);
    this.#pattern = Array.from({ length: transforming ? threads : 0 }, complex);
    this.#sum = complex();
    this.#kept = Array.from({ length: transforming ? 2 * kept : 0 }, doubles);
    if (transforming) this.#twiddles.set(fourierTwiddles(length));
    const { start, positions } = positionLists(pair.pattern, pair.alphabetSize);
    this.#patternStart = start;
    this.#patternPositions = this.#workspace.int32From(positions);
    this.#textPositions = this.#workspace.int32(stepShifts + m);
    this.#matches = this.#workspace.int32(stepShifts + 2);
    this.#tables = this.#workspace.float64From(tables);
    const integers = (size: number) => this.#workspace.int32(transforming ? size : 0);
    this.#textNumbers = integers(n + 4);
    this.#patternNumbers = integers(m + 4);
    this.#known = integers(step + 2);
    this.#rounded = integers(step + 2);
    if (transforming) {
      this.#textNumbers.set(pair.text);
      this.#patternNumbers.set(pair.pattern);
      this.#known.fill(m);
    }
    this.#foreign = layout.simplex && pair.textCounts.reduce((sum, count) => sum + count, 0) < n;
  }

  count(from: number, to: number, distances: Int32Array): void {
    const { alphabetSize, text } = this.#pair;
    const shifts = to - from;
    const m = this.patternLength;
    this.#matches.fill(0);
    let heavy: readonly Spectrum[] = this.#spectra;
    if (!this.#layout.simplex) {
      const lists = positionLists(text, alphabetSize, from, to + m - 1);
      heavy = this.#heavySpectra(lists, shifts);
      this.#addPairs(heavy, lists, shifts);
    }
    if (heavy.length > 0) for (const unit of this.#units(from, to)) this.#addFrequent(heavy, unit);
    for (let i = 0; i < shifts; i++) distances[from + i] = m - this.#matches[i];
  }

  /** The blocks of a step, those in one row that go through one transform. */
  *#units(from: number, to: number): Generator<readonly Block[]> {
    const { step, packing } = this.#layout;
    const block = (start: number): Block => ({
      start,
      shifts: Math.min(step, to - start),
      place: start - from,
    });
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
    const { countPairs } = this.#kernels;
    const light = this.#spectra
      .filter((spectrum) => !heavy.includes(spectrum))
      .flatMap(({ symbols }) => symbols);
    const start = this.#patternStart;
    this.#textPositions.set(lists.positions);
    const enumerate = (c: number): void => {
      const inText = lists.start[c + 1] - lists.start[c];
      if (inText === 0) return;
      const inPattern = start[c + 1] - start[c];
      const patternAt = this.#patternPositions.byteOffset + 4 * start[c];
      const textAt = this.#textPositions.byteOffset + 4 * lists.start[c];
      this.#pairs += countPairs(shifts, inPattern, patternAt, inText, textAt, this.#matches.byteOffset);
    };
    this.#alwaysLight.forEach(enumerate);
    light.forEach(enumerate);
  }

  #addFrequent(heavy: readonly Spectrum[], blocks: readonly Block[]): void {
    if (this.#modular) {
      for (const block of blocks) this.#addModular(heavy, block);
      return;
    }
    const { length, packing } = this.#layout;
    const [sumRe, sumIm] = this.#sum;
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
        this.#heavy += spectrum.symbols.length;
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
    }
    this.#kernels.fourierInverse(length, sumRe.byteOffset, sumIm.byteOffset, this.#twiddles.byteOffset);
    this.#transforms++;
    blocks.forEach((block, b) => {
      if (!this.#round(b === 0 ? sumRe : sumIm, block)) {
        this.#fallbacks++;
        this.#addModular(heavy, block);
      }
    });
  }

  /** Where the spectrum of the pattern is, or will be after the transforms that it adds to a list. */
  #patternSpectrum(spectrum: Spectrum, place: number, transforms: Complex[]): Complex {
    const { slot } = spectrum;
    const complex: Complex =
      slot === undefined ? this.#pattern[place] : [this.#kept[2 * slot], this.#kept[2 * slot + 1]];
    if (spectrum.ready) return complex;
    this.#fill(complex[0], spectrum.real, this.#patternNumbers, 0, this.patternLength);
    this.#fill(complex[1], spectrum.imaginary, this.#patternNumbers, 0, this.patternLength);
    transforms.push(complex);
    spectrum.ready = slot !== undefined;
    return complex;
  }

  #fillFromText(out: Float64Array, what: Coordinate | undefined, block: Block | undefined): void {
    if (!block) out.fill(0);
    else this.#fill(out, what, this.#textNumbers, block.start, block.shifts + this.patternLength - 1);
  }

  /** Writes what a real or imaginary part carries for `length` symbols from `from` on, and zeros. */
  #fill(
    out: Float64Array,
    what: Coordinate | undefined,
    numbers: Int32Array,
    from: number,
    length: number,
  ): void {
    const at = numbers.byteOffset + 4 * from;
    if (what === undefined) length = 0;
    else if (typeof what === 'number') this.#kernels.indicator(length, what, at, out.byteOffset);
    else this.#kernels.coordinates(length, this.#tableOf(what), at, out.byteOffset);
    out.fill(0, length);
  }

  /** Where the coordinates of all symbols are, a zero for foreign symbols first. */
  #tableOf(corner: Float64Array): number {
    const size = this.#pair.alphabetSize + 1;
    return this.#tables.byteOffset + 8 * size * this.#corners.indexOf(corner);
  }

  #forward(transforms: readonly Complex[]): void {
    const { length } = this.#layout;
    const items = transforms.length;
    this.#workspace.parallel(stringKernels, 'fourierForward', { items, block: 1 }, (item) => {
      const [re, im] = transforms[item];
      return [length, re.byteOffset, im.byteOffset, this.#twiddles.byteOffset];
    });
    this.#transforms += items;
  }

  /** Adds rounded correlations to the matches of a block; adds nothing where rounding is not safe. */
  #round(values: Float64Array, { start, shifts, place }: Block): boolean {
    const { length, simplex } = this.#layout;
    const symbols = simplex ? this.#pair.alphabetSize : 1;
    if (this.#foreign) this.#countKnown(start, shifts);
    const rounded = this.#rounded.fill(0);
    const worst = this.#kernels.addRounded(
      shifts,
      1 / (length * symbols),
      values.byteOffset,
      simplex ? 1 / symbols : 0,
      this.#known.byteOffset,
      rounded.byteOffset,
    );
    this.#maxRoundingError = Math.max(this.#maxRoundingError, worst);
    if (!(worst < this.#roundingLimit)) return false;
    for (let i = 0; i < shifts; i++) this.#matches[place + i] += rounded[i];
    return true;
  }

  /** Number of symbols of the pattern's alphabet in every window of the text. */
  #countKnown(start: number, shifts: number): void {
    const { text } = this.#pair;
    const m = this.patternLength;
    let count = 0;
    for (let j = start; j < start + m; j++) if (text[j] >= 0) count++;
    for (let i = 0; i < shifts; i++) {
      this.#known[i] = count;
      if (text[start + i] >= 0) count--;
      if (text[start + i + m] >= 0) count++;
    }
  }

  /** Adds the matches of frequent symbols modulo a prime, where every number of matches is exact. */
  #addModular(heavy: readonly Spectrum[], { start, shifts, place }: Block): void {
    const { alphabetSize, text, pattern } = this.#pair;
    const symbols = this.#layout.simplex
      ? Array.from({ length: alphabetSize }, (_, c) => c)
      : heavy.flatMap((spectrum) => spectrum.symbols);
    this.#correlator ??= new ModularCorrelator(this.#layout.length, positionLists(pattern, alphabetSize));
    const lists = positionLists(text, alphabetSize, start, start + shifts + this.patternLength - 1);
    this.#correlator.addMatches(symbols, lists, this.#matches.subarray(place, place + shifts));
    this.#transforms += 2 * symbols.length + 1;
    if (this.#modular) this.#heavy += symbols.length;
  }

  stats() {
    return {
      pairs: this.#pairs,
      transforms: this.#transforms,
      transformWork: this.#transforms * this.#work,
      heavy: this.#heavy,
      fallbacks: this.#fallbacks,
      maxRoundingError: this.#maxRoundingError,
    };
  }

  release(): void {
    this.#workspace.release();
  }
}

/** Real and imaginary parts. */
type Complex = readonly [Float64Array, Float64Array];

/** A range of shifts, and its place in the step's matches. */
interface Block {
  readonly start: number;
  readonly shifts: number;
  readonly place: number;
}

/** What a real or imaginary part carries: the indicator of one symbol, or a coordinate of every symbol. */
type Coordinate = Float64Array | number;

/** Symbols that could be worth a transform in some block, the most frequent first. */
function heavyCandidates(pair: CompactPair, layout: HybridLayout, work: number): number[] {
  if (layout.simplex || layout.kappa === Infinity) return [];
  const { textCounts, patternCounts, alphabetSize } = pair;
  const window = layout.packing === 'blocks' ? 2 * layout.length : layout.length;
  const share = layout.packing === 'blocks' ? 1 : 2;
  const pairs = (c: number) => patternCounts[c] * Math.min(textCounts[c], window);
  const candidates: number[] = [];
  for (let c = 0; c < alphabetSize; c++) {
    if (pairs(c) > 0 && pairs(c) * share > layout.kappa * work) candidates.push(c);
  }
  return candidates.sort((a, b) => pairs(b) - pairs(a));
}

function lightSymbols(
  { alphabetSize }: CompactPair,
  candidates: readonly number[],
  simplex: boolean,
): Int32Array {
  if (simplex) return new Int32Array(0);
  const heavy = new Set(candidates);
  return Int32Array.from({ length: alphabetSize }, (_, c) => c).filter((c) => !heavy.has(c));
}

function indicatorSpectra(
  candidates: readonly number[],
  packing: HybridLayout['packing'],
  slots: number,
): Spectrum[] {
  const width = packing === 'symbols' ? 2 : 1;
  const spectra: Spectrum[] = [];
  for (let i = 0; i < candidates.length; i += width) {
    const symbols = candidates.slice(i, i + width);
    const slot = spectra.length < slots ? spectra.length : undefined;
    spectra.push({ symbols, real: symbols[0], imaginary: symbols[1], slot, ready: false });
  }
  return spectra;
}

function simplexSpectra(alphabetSize: number, packing: HybridLayout['packing'], slots: number): Spectrum[] {
  const corners = simplexCorners(alphabetSize);
  const width = packing === 'symbols' ? 2 : 1;
  const spectra: Spectrum[] = [];
  for (let d = 0; d < corners.length; d += width) {
    const slot = spectra.length < slots ? spectra.length : undefined;
    const imaginary = packing === 'symbols' ? corners[d + 1] : undefined;
    spectra.push({ symbols: [d], real: corners[d], imaginary, slot, ready: false });
  }
  return spectra;
}
