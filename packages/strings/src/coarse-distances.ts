// Hamming distances of coloured sequences: with random colours never above the true ones, and by a share 1/B below
// them on average.
//
// T. Kopelowitz, E. Porat: A simple algorithm for approximating the text-to-pattern Hamming distance (SOSA 2018).
import type { Random } from '@infimum/core';
import { convolve } from './convolution.ts';

/** What colourings cost. */
export interface ColouringOperations {
  /** Ordinary convolutions of the colours' indicator vectors, S·log S each. */
  colouring: number;
}

/** A random colour below `colours` for every symbol. */
export function randomColours(alphabetSize: number, colours: number, random: Random): Int32Array {
  return Int32Array.from({ length: alphabetSize }, () => random.integer(colours));
}

/**
 * Distances after the symbols have been replaced by their colours: one convolution a colour. Negative symbols of the
 * text match nothing.
 */
export function colouredDistances(
  text: Int32Array,
  pattern: Int32Array,
  colourOf: Int32Array,
  operations: ColouringOperations,
): Int32Array {
  const length = pattern.length;
  const distances = new Int32Array(Math.max(0, text.length - length + 1)).fill(length);
  for (const colour of new Set(colourOf)) {
    const x = Float64Array.from(pattern, (symbol) => (colourOf[symbol] === colour ? 1 : 0)).reverse();
    const y = Float64Array.from(text, (symbol) => (symbol >= 0 && colourOf[symbol] === colour ? 1 : 0));
    const matches = convolve(x, y);
    operations.colouring += matches.length * Math.log2(matches.length);
    for (let i = 0; i < distances.length; i++) distances[i] -= matches[length - 1 + i];
  }
  return distances;
}
