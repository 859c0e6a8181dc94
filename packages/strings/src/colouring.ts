// Hamming distances of coloured sequences: with random colours never above the true ones, and by a share 1/B below
// them on average.
//
// T. Kopelowitz, E. Porat: A simple algorithm for approximating the text-to-pattern Hamming distance (SOSA 2018).
import type { Random } from '@infimum/core';
import { exactDistances } from './hamming-distances.ts';
import type { CompactPair } from './symbols.ts';

/** What colourings cost in theory. */
export interface ColouringOperations {
  /** Ordinary convolutions of the colours' indicator vectors, S·log S each, S = n + m − 1. */
  colouring: number;
}

/** A random colour below `colours` for every symbol. */
export function randomColours(alphabetSize: number, colours: number, random: Random): Int32Array {
  return Int32Array.from({ length: alphabetSize }, () => random.integer(colours));
}

/** The byte of symbols that have no colour. */
const NO_COLOUR = 255;

/** Exact distances after numbered symbols have been replaced by their colours; negative symbols match nothing. */
export function colouredDistances(text: Int32Array, pattern: Int32Array, colourOf: Int32Array): Int32Array {
  let most = 0;
  for (const colour of colourOf) most = Math.max(most, colour);
  const paint = (numbers: Int32Array): Uint8Array | Int32Array => {
    const painted = most < NO_COLOUR ? new Uint8Array(numbers.length) : new Int32Array(numbers.length);
    const none = most < NO_COLOUR ? NO_COLOUR : -1;
    for (let i = 0; i < numbers.length; i++) painted[i] = numbers[i] < 0 ? none : colourOf[numbers[i]];
    return painted;
  };
  return exactDistances({ text: paint(text), pattern: paint(pattern) });
}

/** What the theory charges for one colouring: a convolution a colour. */
export function colouringWork(text: Int32Array, pattern: Int32Array, colourOf: Int32Array): number {
  const size = text.length + pattern.length - 1;
  return new Set(colourOf).size * size * Math.log2(size);
}

/** Text symbols in every window that the pattern does not have: mismatches under every colouring. */
export function foreignSymbols({ text, pattern }: CompactPair, shifts: number): Int32Array {
  const counts = new Int32Array(shifts);
  let count = 0;
  for (let y = 0; y < text.length; y++) {
    if (text[y] < 0) count++;
    const i = y - pattern.length + 1;
    if (i < 0) continue;
    counts[i] = count;
    if (text[i] < 0) count--;
  }
  return counts;
}
