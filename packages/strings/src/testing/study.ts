// Instances and oracles of the tests of the algorithms for study.

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
export function periodicSymbols(
  length: number,
  period: number,
  noise: number,
  random: () => number,
): Int32Array {
  return Int32Array.from({ length }, (_, i) =>
    random() < noise ? Math.floor(random() * period) : i % period,
  );
}

/** Hamming distances by definition. */
export function distancesByDefinition(text: ArrayLike<number>, pattern: ArrayLike<number>): Int32Array {
  const distances = new Int32Array(Math.max(0, text.length - pattern.length + 1));
  for (let i = 0; i < distances.length; i++) {
    for (let j = 0; j < pattern.length; j++) if (text[i + j] !== pattern[j]) distances[i]++;
  }
  return distances;
}

/** How often each sum of two indices arises, weighted, by definition. */
export function sumsByDefinition(x: ArrayLike<number>, y: ArrayLike<number>): Float64Array {
  const counts = new Float64Array(x.length + y.length - 1);
  for (let a = 0; a < x.length; a++) {
    if (x[a] === 0) continue;
    for (let b = 0; b < y.length; b++) counts[a + b] += x[a] * y[b];
  }
  return counts;
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
