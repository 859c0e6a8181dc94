// Instances of the experiments with the algorithms for study, and the growth of what they count.
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
  { period, k }: { readonly period: number; readonly k: number },
): [Int32Array, Int32Array] {
  const periodic = (length: number) => Int32Array.from({ length }, (_, i) => i % period);
  const text = withChanges(periodic(n), (k / 4) * (n / m), mulberry32(1));
  return [text, withChanges(periodic(m), k / 4, mulberry32(2))];
}

/** Slope of the least-squares line through (log x, log y). */
export function growthExponent(x: readonly number[], y: readonly number[]): number {
  const u = x.map(Math.log);
  const v = y.map(Math.log);
  const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
  const [meanU, meanV] = [mean(u), mean(v)];
  let covariance = 0;
  let variance = 0;
  u.forEach((value, i) => {
    covariance += (value - meanU) * (v[i] - meanV);
    variance += (value - meanU) ** 2;
  });
  return covariance / variance;
}
