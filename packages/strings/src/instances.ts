// Generators of texts and patterns: the specification's, number for number, and adversarial ones.
import { fault } from '@infimum/core';
import { mulberry32 } from '@infimum/core/reference-generators';
import type { SymbolPair } from './symbols.ts';

/** Sizes of a random pair. */
export interface PairSizes {
  readonly n: number;
  readonly m: number;
  readonly symbols: number;
}

/** Independent symbols floor(u σ). */
export function uniformPair({ n, m, symbols }: PairSizes, seed: number): SymbolPair {
  const next = mulberry32(seed);
  const draw = (length: number) => fill(length, symbols, () => Math.floor(next() * symbols));
  return { text: draw(n), pattern: draw(m) };
}

/** Independent symbols with probabilities proportional to 1/(k+1): the smallest k with cdf_k > u cdf_σ. */
export function zipfPair({ n, m, symbols }: PairSizes, seed: number): SymbolPair {
  const next = mulberry32(seed);
  const cumulated = new Float64Array(symbols);
  let sum = 0;
  for (let k = 0; k < symbols; k++) {
    sum += 1 / (k + 1);
    cumulated[k] = sum;
  }
  const symbol = () => {
    const target = next() * sum;
    let [low, high] = [0, symbols - 1];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (cumulated[middle] > target) high = middle;
      else low = middle + 1;
    }
    return low;
  };
  const draw = (length: number) => fill(length, symbols, symbol);
  return { text: draw(n), pattern: draw(m) };
}

/** Every symbol equally often (but for one occurrence), shuffled. */
export function balancedPair({ n, m, symbols }: PairSizes, seed: number): SymbolPair {
  const next = mulberry32(seed);
  const draw = (length: number) => {
    const values = fill(length, symbols, (i) => i % symbols);
    for (let i = length - 1; i > 0; i--) {
      const j = Math.floor(next() * (i + 1));
      [values[i], values[j]] = [values[j], values[i]];
    }
    return values;
  };
  return { text: draw(n), pattern: draw(m) };
}

/** Symbols before a symbol that it depends on. */
const MEMORY = 3;

/** A random text in which every symbol follows the three before it as often as in a model text of bytes. */
export function markovText(model: Uint8Array, n: number, seed: number): Uint8Array {
  // What follows each three symbols in the model, which is read as a circle so that something always does.
  const followers = new Map<number, number[]>();
  const keyOf = (text: Uint8Array, end: number, size: number): number => {
    let key = 0;
    for (let i = end - MEMORY; i < end; i++) key = 256 * key + text[(i + size) % size];
    return key;
  };
  for (let i = 0; i < model.length; i++) {
    const key = keyOf(model, i, model.length);
    const list = followers.get(key);
    if (list) list.push(model[i]);
    else followers.set(key, [model[i]]);
  }
  const next = mulberry32(seed);
  const place = Math.floor(next() * model.length);
  const text = new Uint8Array(n);
  for (let i = 0; i < n; i++) {
    if (i < MEMORY) text[i] = model[(place + i) % model.length];
    else {
      const list = followers.get(keyOf(text, i, n)) as number[];
      text[i] = list[Math.floor(next() * list.length)];
    }
  }
  return text;
}

/** A random motif repeated without end, each symbol replaced by a random one with probability `noise`. */
export function periodicPair(
  { n, m, symbols }: PairSizes,
  { period, noise }: { period: number; noise: number },
  seed: number,
): SymbolPair {
  const next = mulberry32(seed);
  const motif = fill(period, symbols, () => Math.floor(next() * symbols));
  const draw = (length: number) =>
    fill(length, symbols, (i) => (next() < noise ? Math.floor(next() * symbols) : motif[i % period]));
  return { text: draw(n), pattern: draw(m) };
}

/**
 * A pattern cut out of a text at a random place, with exactly `mismatches` symbols replaced by others of it.
 *
 * @throws {InvalidInputError} for a pattern longer than the text
 */
export function plantedPattern(text: SymbolPair['text'], m: number, mismatches: number, seed: number): SymbolPair {
  if (m > text.length) throw fault(`must be at most ${text.length}, the length of the text, got ${m}`, 'm', 'out-of-range');
  const next = mulberry32(seed);
  const place = Math.floor(next() * (text.length - m + 1));
  const pattern = text.slice(place, place + m);
  const changed = new Set<number>();
  // A text of one symbol has nothing to replace it by.
  const different = text.some((symbol) => symbol !== text[0]);
  while (different && changed.size < Math.min(mismatches, m)) {
    const j = Math.floor(next() * m);
    const symbol = text[Math.floor(next() * text.length)];
    if (changed.has(j) || symbol === pattern[j]) continue;
    pattern[j] = symbol;
    changed.add(j);
  }
  return { text, pattern };
}

/** Symbols in the narrowest array that holds them. */
function fill(length: number, symbols: number, symbol: (index: number) => number): SymbolPair['text'] {
  const values =
    symbols <= 2 ** 8 ? new Uint8Array(length) : symbols <= 2 ** 16 ? new Uint16Array(length) : new Uint32Array(length);
  for (let i = 0; i < length; i++) values[i] = symbol(i);
  return values;
}
