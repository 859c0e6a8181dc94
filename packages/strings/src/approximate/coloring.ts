// Hamming distances of coloured sequences: with random colours never above the true ones, and by a share 1/B below
// them on average.
//
// T. Kopelowitz, E. Porat: A simple algorithm for approximating the text-to-pattern Hamming distance (SOSA 2018).
import type { Random } from '@infimum/core';
import { exactDistances } from '../exact/hamming-distances.ts';
import { shiftsOf } from '../hamming-solution.ts';
import { hasWildcards } from '../matching.ts';
import type { SymbolArray, SymbolPair } from '../symbols.ts';
import { compact } from '../symbols.ts';

/** The theoretical cost of colourings. */
export interface ColoringOperations {
  /** Ordinary convolutions of the colours' indicator vectors, S·log S each, S = n + m − 1. */
  coloring: number;
}

/** A random colour below `colours` for every symbol. */
export function randomColors(alphabetSize: number, colors: number, random: Random): Int32Array {
  return Int32Array.from({ length: alphabetSize }, () => random.integer(colors));
}

/** A pair whose symbols can be replaced by colours. */
export interface ColorablePair {
  /** Numbers of the pattern's symbols, and of wildcards; -1 for those that the pattern does not have. */
  readonly text: Int32Array;
  readonly pattern: Int32Array;
  /** Number of symbols that have a colour. */
  readonly alphabetSize: number;
  /** The number of wildcards, if there are any. */
  readonly wildcard?: number | undefined;
}

/** Numbers a pair's symbols; a wildcard gets the number after all others. */
export function colorable(pair: SymbolPair, wildcard?: number): ColorablePair {
  const { text, pattern, alphabetSize } = compact(pair);
  if (wildcard === undefined || !hasWildcards(pair, wildcard)) return { text, pattern, alphabetSize };
  const mark = (symbols: SymbolArray, numbers: Int32Array): void => {
    for (let i = 0; i < numbers.length; i++) if (symbols[i] === wildcard) numbers[i] = alphabetSize;
  };
  mark(pair.text, text);
  mark(pair.pattern, pattern);
  return { text, pattern, alphabetSize, wildcard: alphabetSize };
}

/** The bytes of symbols that have no colour, and of wildcards. */
const NO_COLOUR = 255;
const WILD = 254;

/** Exact distances after numbered symbols have been replaced by their colours; negative symbols match nothing. */
export function coloredDistances(
  { text, pattern, wildcard }: Omit<ColorablePair, 'alphabetSize'>,
  colorOf: Int32Array,
): Int32Array {
  let most = 0;
  for (const color of colorOf) most = Math.max(most, color);
  const narrow = most < WILD;
  const [none, wild] = narrow ? [NO_COLOUR, WILD] : [-1, -2];
  const paint = (numbers: Int32Array): Uint8Array | Int32Array => {
    const painted = narrow ? new Uint8Array(numbers.length) : new Int32Array(numbers.length);
    for (let i = 0; i < numbers.length; i++) {
      const number = numbers[i];
      painted[i] = number === wildcard ? wild : number < 0 ? none : colorOf[number];
    }
    return painted;
  };
  const painted = { text: paint(text), pattern: paint(pattern) };
  return exactDistances(painted, { wildcard: wildcard === undefined ? undefined : wild });
}

/** Raises `largest` to the distances after a random colouring where these are larger; returns the colours. */
export function raiseByColoring(pair: ColorablePair, colors: number, random: Random, largest: Float64Array): Int32Array {
  const colorOf = randomColors(pair.alphabetSize, colors, random);
  const coarse = coloredDistances(pair, colorOf);
  for (let i = 0; i < coarse.length; i++) if (coarse[i] > largest[i]) largest[i] = coarse[i];
  return colorOf;
}

/** The theoretical cost of one colouring: a convolution a colour. */
export function coloringWork(text: Int32Array, pattern: Int32Array, colorOf: Int32Array): number {
  const size = text.length + pattern.length - 1;
  return new Set(colorOf).size * size * Math.log2(size);
}

/** Mismatches of text symbols that the pattern does not have, at every shift: they survive every colouring. */
export function foreignMismatches({ text, pattern, wildcard }: ColorablePair): Int32Array {
  const shifts = shiftsOf({ text, pattern });
  const isForeign = Uint8Array.from(text, (number) => (number < 0 ? 1 : 0));
  if (wildcard !== undefined) {
    const isTame = Uint8Array.from(pattern, (number) => (number === wildcard ? 0 : 2));
    return exactDistances({ text: isForeign, pattern: isTame }, { wildcard: 0 });
  }
  const counts = new Int32Array(shifts);
  let count = 0;
  for (let y = 0; y < text.length; y++) {
    count += isForeign[y];
    const i = y - pattern.length + 1;
    if (i < 0) continue;
    counts[i] = count;
    count -= isForeign[i];
  }
  return counts;
}
