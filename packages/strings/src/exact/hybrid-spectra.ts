// The inputs of the hybrid's transforms: which symbols, and the content of the two halves of a complex transform.
import type { CompactPair } from '../symbols.ts';
import type { HybridLayout } from './hybrid-layout.ts';
import { simplexCorners } from './simplex.ts';

/** What a real or imaginary part carries: the indicator of one symbol, or a coordinate of every symbol. */
export type Coordinate = Float64Array | number;

/** One transform of the pattern: the coordinates that its real and imaginary parts carry. */
export interface Spectrum {
  readonly symbols: readonly number[];
  readonly real: Coordinate;
  readonly imaginary: Coordinate | undefined;
  /** Place of the kept spectrum, computed on first use. */
  readonly slot: number | undefined;
  ready: boolean;
}

/** All spectra that a layout may need: of every coordinate of the simplex, or of the candidates' indicators. */
export function spectraOf(
  { alphabetSize }: CompactPair,
  { simplex, packing }: HybridLayout,
  candidates: readonly number[],
  slots: number,
): Spectrum[] {
  return simplex ? simplexSpectra(alphabetSize, packing, slots) : indicatorSpectra(candidates, packing, slots);
}

/** Symbols that could be worth a transform in some block, the most frequent first. */
export function heavyCandidates(pair: CompactPair, layout: HybridLayout, work: number): number[] {
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

function indicatorSpectra(candidates: readonly number[], packing: HybridLayout['packing'], slots: number): Spectrum[] {
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
