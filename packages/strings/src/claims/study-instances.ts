// Instances of the experiments with the algorithms for study, and the common part of the experiments.
import { mulberry32 } from '@infimum/core/reference-generators';

/** Independent symbols below `alphabetSize`. */
export function uniformSymbols(length: number, alphabetSize: number, random: () => number): Int32Array {
  return Int32Array.from({ length }, () => Math.floor(random() * alphabetSize));
}

/** Every symbol equally often (but for one), shuffled. */
export function balancedSymbols(length: number, alphabetSize: number, random: () => number): Int32Array {
  const symbols = Int32Array.from({ length }, (_, i) => i % alphabetSize);
  for (let i = length - 1; i > 0; i--) {
    const j = Math.floor(random() * (i + 1));
    [symbols[i], symbols[j]] = [symbols[j], symbols[i]];
  }
  return symbols;
}

/** A periodic sequence in which a share `noise` of the symbols is drawn anew. */
export function periodicSymbols(length: number, period: number, noise: number, random: () => number): Int32Array {
  return Int32Array.from({ length }, (_, i) => (random() < noise ? Math.floor(random() * period) : i % period));
}

/** Replaces `count` random symbols by random ones of twice the alphabet. */
function withChanges(symbols: Int32Array, count: number, random: () => number): Int32Array {
  const bound = 2 * (Math.max(...symbols.subarray(0, 64)) + 1);
  const changed = symbols.slice();
  for (let change = 0; change < count; change++) {
    changed[Math.floor(random() * symbols.length)] = Math.floor(random() * bound);
  }
  return changed;
}

/**
 * Text and pattern of one period with so few changes that many shifts have at most k mismatches; the pattern is the same
 * for every n.
 */
export function almostPeriodic(
  n: number,
  m: number,
  { period, k, seed = 1 }: { readonly period: number; readonly k: number; readonly seed?: number },
): [Int32Array, Int32Array] {
  const periodic = (length: number) => Int32Array.from({ length }, (_, i) => i % period);
  const text = withChanges(periodic(n), (k / 4) * (n / m), mulberry32(2 * seed - 1));
  return [text, withChanges(periodic(m), k / 4, mulberry32(2 * seed))];
}

/** 2^from … 2^to. */
export function powers(from: number, to: number): number[] {
  return Array.from({ length: to - from + 1 }, (_, i) => 2 ** (from + i));
}

/** At how many places two sequences have other numbers; those of the longer that the other lacks count too. */
export function differences(a: ArrayLike<number>, b: ArrayLike<number>): number {
  return Array.from(a).filter((value, i) => value !== b[i]).length + Math.max(0, b.length - a.length);
}
