// Wildcards, which match every symbol, for every exact method: a pair with wildcards as ordinary symbols, and a
// correction.
//
// With W_T(i) wildcards of the text in a window, W_P in the pattern and C(i) places where both have one, the plain
// distance counts W_T + W_P - 2C mismatches too many.
import { checkInteger } from '@infimum/core';
import type { SymbolArray, SymbolPair } from './symbols.ts';

/**
 * Checks a wildcard: an integer, or a string of one symbol.
 *
 * @throws {InvalidInputError} `type`, `not-integer` or `shape`
 */
export function wildcardSymbol(wildcard: unknown, read: (value: string) => SymbolArray): number {
  if (typeof wildcard !== 'string') {
    checkInteger(wildcard, 'wildcard', { min: -(2 ** 31), max: 2 ** 32 - 1 });
    return wildcard;
  }
  const symbols = read(wildcard);
  checkInteger(symbols.length, 'wildcard.length', { min: 1, max: 1 });
  return symbols[0];
}

/** Number of wildcards in a sequence. */
export function countSymbol(symbols: SymbolArray, symbol: number): number {
  let count = 0;
  for (const value of symbols) if (value === symbol) count++;
  return count;
}

/** The pair whose matches are the places where text and pattern both have a wildcard. */
export function wildcardPair({ text, pattern }: SymbolPair, wildcard: number): SymbolPair {
  return {
    text: Uint8Array.from(text, (symbol) => (symbol === wildcard ? 1 : 0)),
    pattern: Uint8Array.from(pattern, (symbol) => (symbol === wildcard ? 1 : 2)),
  };
}

/**
 * Corrects plain distances in place.
 *
 * @param wildDistances - distances of `wildcardPair`, m - C(i); undefined where text or pattern has no wildcard
 */
export function correctForWildcards(
  distances: Int32Array,
  { text, pattern }: SymbolPair,
  wildcard: number,
  wildDistances: Int32Array | undefined,
  completed: number,
): void {
  const m = pattern.length;
  const inPattern = countSymbol(pattern, wildcard);
  let inWindow = 0;
  for (let j = 0; j < m - 1 && j < text.length; j++) if (text[j] === wildcard) inWindow++;
  for (let i = 0; i < completed; i++) {
    if (text[i + m - 1] === wildcard) inWindow++;
    const both = wildDistances ? m - wildDistances[i] : 0;
    distances[i] += 2 * both - inWindow - inPattern;
    if (text[i] === wildcard) inWindow--;
  }
}
