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
  const layout = hybridLayout(
    input,
    modular ? { kappa: MODULAR_KAPPA, ...options, simplex: false } : options,
  );
  return new HybridCounter(pair, layout, modular, options.roundingLimit ?? ROUNDING_LIMIT);
}

/** A number-theoretic transform in TypeScript costs about five Fourier transforms, and carries one symbol. */
const MODULAR_KAPPA = 5;

/** One transform of the pattern: the coordinates that its real and imaginary parts carry. */
interface Spectrum {
  readonly symbols: readonly number[];
  readonly real: Float64Array | number;
  readonly imaginary: Float64Array | number | undefined;
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
  readonly #matches: readonly Int32Array[];
  readonly #twiddles: Float64Array;
  readonly #text: readonly [Float64Array, Float64Array];
  readonly #pattern: readonly [Float64Array, Float64Array];
  readonly #sum: readonly [Float64Array, Float64Array];
  readonly #kept: readonly Float64Array[];
  #correlator: ModularCorrelator | undefined;
  #pairs = 0;
  #transforms = 0;
  #heavy = 0;
  #fallbacks = 0;
  #maxRoundingError = 0;

  constructor(pair: CompactPair, layout: HybridLayout, modular: boolean, roundingLimit: number) {
    const { length, step, packing } = layout;
    const m = pair.pattern.length;
    this.patternLength = m;
    this.shifts = shiftsOf(pair);
    this.shiftsPerStep = packing === 'blocks' ? 2 * step : step;
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
    const arrays = transforming ? 7 + 2 * kept : 0;
    const blocks = packing === 'blocks' ? 2 : 1;
    this.#workspace = Workspace.for({
      float64: Array<number>(arrays).fill(length),
      int32: [m, length, ...Array<number>(blocks).fill(step)],
    });
    this.#kernels = this.#workspace.kernels(stringKernels);
    const doubles = () => this.#workspace.float64(transforming ? length : 0);
    this.#twiddles = doubles();
    this.#text = [doubles(), doubles()];
    this.#pattern = [doubles(), doubles()];
    this.#sum = [doubles(), doubles()];
    this.#kept = Array.from({ length: transforming ? 2 * kept : 0 }, doubles);
    if (transforming) this.#twiddles.set(fourierTwiddles(length));
    const { start, positions } = positionLists(pair.pattern, pair.alphabetSize);
    this.#patternStart = start;
    this.#patternPositions = this.#workspace.int32From(positions);
    this.#textPositions = this.#workspace.int32(length);
    this.#matches = Array.from({ length: blocks }, () => this.#workspace.int32(step));
  }

  count(from: number, to: number, distances: Int32Array): void {
    const { step } = this.#layout;
    const blocks: Block[] = [];
    for (let start = from; start < to; start += step) {
      const shifts = Math.min(step, to - start);
      const size = shifts + this.patternLength - 1;
      const lists = positionLists(this.#pair.text, this.#pair.alphabetSize, start, start + size);
      const matches = this.#matches[blocks.length].fill(0);
      blocks.push({ start, shifts, size, lists, matches });
    }
    const heavy = this.#layout.simplex ? this.#spectra : this.#heavySpectra(blocks);
    if (this.#modular) this.#addModular(heavy, blocks);
    else if (heavy.length > 0) this.#addTransforms(heavy, blocks);
    this.#addPairs(heavy, blocks);
    for (const { start, shifts, matches } of blocks) {
      for (let i = 0; i < shifts; i++) distances[start + i] = this.patternLength - matches[i];
    }
  }

  /** The spectra that are cheaper to transform than to enumerate, if together they also pay for the inverse. */
  #heavySpectra(blocks: readonly Block[]): readonly Spectrum[] {
    const { kappa } = this.#layout;
    const transform = kappa * this.#work;
    const last = this.shifts <= this.shiftsPerStep;
    let saved = 0;
    const heavy = this.#spectra.filter((spectrum) => {
      // Text and pattern; a kept spectrum of the pattern is shared by all blocks.
      const cost = spectrum.ready || (spectrum.slot !== undefined && !last) ? transform : 2 * transform;
      const pairs = this.#pairsOf(spectrum.symbols, blocks);
      if (pairs > cost) saved += pairs - cost;
      return pairs > cost;
    });
    return saved >= transform ? heavy : [];
  }

  /** An upper bound of the pairs to enumerate. */
  #pairsOf(symbols: readonly number[], blocks: readonly Block[]): number {
    let pairs = 0;
    for (const c of symbols) {
      const inPattern = this.#pair.patternCounts[c];
      for (const { lists } of blocks) pairs += inPattern * (lists.start[c + 1] - lists.start[c]);
    }
    return pairs;
  }

  #addPairs(heavy: readonly Spectrum[], blocks: readonly Block[]): void {
    if (this.#layout.simplex) return;
    const { countPairs } = this.#kernels;
    const light = this.#spectra
      .filter((spectrum) => !heavy.includes(spectrum))
      .flatMap(({ symbols }) => symbols);
    const start = this.#patternStart;
    for (const { shifts, lists, matches } of blocks) {
      this.#textPositions.set(lists.positions);
      const enumerate = (c: number): void => {
        const inText = lists.start[c + 1] - lists.start[c];
        if (inText === 0) return;
        const inPattern = start[c + 1] - start[c];
        const patternAt = this.#patternPositions.byteOffset + 4 * start[c];
        const textAt = this.#textPositions.byteOffset + 4 * lists.start[c];
        this.#pairs += countPairs(shifts, inPattern, patternAt, inText, textAt, matches.byteOffset);
      };
      this.#alwaysLight.forEach(enumerate);
      light.forEach(enumerate);
    }
  }

  #addTransforms(heavy: readonly Spectrum[], blocks: readonly Block[]): void {
    const { length, packing } = this.#layout;
    const [sumRe, sumIm] = this.#sum;
    sumRe.fill(0);
    sumIm.fill(0);
    for (const spectrum of heavy) {
      const [patternRe, patternIm] = this.#patternSpectrum(spectrum);
      const [re, im] = this.#text;
      re.fill(0);
      im.fill(0);
      this.#fill(re, spectrum.real, blocks[0].lists);
      if (packing === 'symbols') this.#fill(im, spectrum.imaginary, blocks[0].lists);
      else if (blocks.length > 1) this.#fill(im, spectrum.real, blocks[1].lists);
      this.#forward(re, im);
      this.#kernels.multiplyConjugate(
        length,
        re.byteOffset,
        im.byteOffset,
        patternRe.byteOffset,
        patternIm.byteOffset,
        sumRe.byteOffset,
        sumIm.byteOffset,
      );
      this.#heavy += spectrum.symbols.length;
    }
    this.#kernels.fourierInverse(length, sumRe.byteOffset, sumIm.byteOffset, this.#twiddles.byteOffset);
    this.#transforms++;
    blocks.forEach((block, b) => {
      if (!this.#round(b === 0 ? sumRe : sumIm, block)) this.#fallBack(heavy, block);
    });
  }

  /** The spectrum of the pattern, kept or computed in place. */
  #patternSpectrum(spectrum: Spectrum): readonly [Float64Array, Float64Array] {
    const { slot } = spectrum;
    const [re, im] = slot === undefined ? this.#pattern : this.#kept.slice(2 * slot, 2 * slot + 2);
    if (spectrum.ready) return [re, im];
    const lists = { start: this.#patternStart, positions: this.#patternPositions };
    re.fill(0);
    im.fill(0);
    this.#fill(re, spectrum.real, lists);
    this.#fill(im, spectrum.imaginary, lists);
    this.#forward(re, im);
    spectrum.ready = slot !== undefined;
    return [re, im];
  }

  /** Writes a symbol's indicator, or the coordinates of all symbols. */
  #fill(
    out: Float64Array,
    what: Float64Array | number | undefined,
    { start, positions }: PositionLists,
  ): void {
    if (what === undefined) return;
    const [first, last] = typeof what === 'number' ? [what, what] : [0, what.length - 1];
    for (let c = first; c <= last; c++) {
      const value = typeof what === 'number' ? 1 : what[c];
      for (let k = start[c]; k < start[c + 1]; k++) out[positions[k]] = value;
    }
  }

  #forward(re: Float64Array, im: Float64Array): void {
    const { length } = this.#layout;
    this.#kernels.fourierForward(length, re.byteOffset, im.byteOffset, this.#twiddles.byteOffset);
    this.#transforms++;
  }

  /** Adds rounded correlations to the matches of a block; false where rounding is not safe. */
  #round(values: Float64Array, block: Block): boolean {
    const { length, simplex } = this.#layout;
    const symbols = simplex ? this.#pair.alphabetSize : 1;
    const known = simplex ? this.#knownSymbols(block) : undefined;
    const scale = 1 / (length * symbols);
    let worst = 0;
    for (let i = 0; i < block.shifts; i++) {
      const value = values[i] * scale + (known ? known[i] / symbols : 0);
      const rounded = Math.round(value);
      const error = Math.abs(value - rounded);
      if (!(error <= worst)) worst = error;
      block.matches[i] += rounded;
    }
    this.#maxRoundingError = Math.max(this.#maxRoundingError, worst);
    return worst < this.#roundingLimit;
  }

  /** Number of symbols of the pattern's alphabet in every window of the text. */
  #knownSymbols({ start, shifts }: Block): Int32Array {
    const { text } = this.#pair;
    const m = this.patternLength;
    const known = new Int32Array(shifts);
    let count = 0;
    for (let j = start; j < start + m; j++) if (text[j] >= 0) count++;
    for (let i = 0; i < shifts; i++) {
      known[i] = count;
      if (text[start + i] >= 0) count--;
      if (text[start + i + m] >= 0) count++;
    }
    return known;
  }

  /** Redoes the transforms of a block modulo a prime, where every number of matches is exact. */
  #fallBack(heavy: readonly Spectrum[], block: Block): void {
    this.#fallbacks++;
    block.matches.fill(0);
    this.#addModular(heavy, [block]);
  }

  #addModular(heavy: readonly Spectrum[], blocks: readonly Block[]): void {
    if (heavy.length === 0) return;
    const symbols = this.#layout.simplex
      ? Array.from({ length: this.#pair.alphabetSize }, (_, c) => c)
      : heavy.flatMap((spectrum) => spectrum.symbols);
    this.#correlator ??= new ModularCorrelator(this.#layout.length, {
      start: this.#patternStart,
      positions: this.#patternPositions.slice(),
    });
    for (const { lists, shifts, matches } of blocks) {
      this.#correlator.addMatches(symbols, lists, shifts, matches);
      this.#transforms += 2 * symbols.length + 1;
      if (this.#modular) this.#heavy += symbols.length;
    }
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

/** A range of shifts, and the text that they touch. */
interface Block {
  readonly start: number;
  readonly shifts: number;
  readonly size: number;
  readonly lists: PositionLists;
  readonly matches: Int32Array;
}

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
