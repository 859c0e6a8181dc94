// Approximate distances without transforms: a random prime cuts the pattern in residue classes, and the number of classes
// whose fingerprints differ is the number of mismatches as long as these are few beside the classes.
//
// After E. Porat, O. Lipsky: Improved sketching of Hamming distance with error correcting (2007), and R. Clifford,
// A. Fontaine, E. Porat, B. Sach, T. Starikovskaya: The k-mismatch problem revisited (2016).
import { converged, Random, type Steps } from '@infimum/core';
import type { Accuracy, ApproximateIterate, ApproximateSolution } from './approximate-solution.ts';
import { FINGERPRINT_PRIME, multiplyModulo } from './fingerprint-extensions.ts';
import { shiftsOf } from './hamming-solution.ts';
import { randomPrime } from './primes.ts';
import type { SymbolPair } from './symbols.ts';

/** Classes for each mismatch, times 1/ε: two mismatches share one at a rate of at most ε/8. */
const CLASSES = 4;

/** One scale d = 1, 2, 4, … an iteration: decides the shifts with at most d mismatches. */
export function* strideSteps(
  pair: SymbolPair,
  { epsilon, delta, seed }: Accuracy,
): Steps<ApproximateSolution, ApproximateIterate> {
  const m = pair.pattern.length;
  const shifts = shiftsOf(pair);
  const distances = new Float64Array(shifts);
  const random = new Random(seed);
  let open = Int32Array.from({ length: shifts }, (_, i) => i);
  let scales = 0;
  for (let d = 1; ; d *= 2, scales++) {
    const done = scales;
    yield {
      iteration: done,
      repeats: done,
      solution: () => ({ distances: distances.slice(), repeats: done }),
    };
    if (open.length === 0) break;
    const last = d >= m;
    const low = Math.ceil((CLASSES * d) / epsilon);
    const prime = randomPrime(random, low, 2 * low);
    const classes = Math.min(prime, m);
    const size = Math.min(classes, Math.ceil((24 * Math.log(2 / delta) * classes) / (epsilon ** 2 * d)));
    const chosen =
      size < classes ? random.sample(classes, size) : Int32Array.from({ length: classes }, (_, r) => r);
    const count = classCounter(pair, prime, random);
    const scale = classes / size;
    open = open.filter((i) => {
      // More than d decide that a shift stays open. What the prime's classes hide on average, D/(2p) of D, is given back.
      const differing = scale * count(i, chosen, last ? Infinity : Math.floor(d / scale) + 1);
      const estimate = prime > m ? differing : differing * (1 + differing / (2 * prime));
      distances[i] = estimate;
      return !last && estimate > d;
    });
  }
  return converged({ distances, repeats: scales }, `every shift is decided after ${scales} scales`);
}

/** Counts the chosen residue classes modulo p whose fingerprints differ at a shift, at least until more than `enough` do. */
function classCounter({ text, pattern }: SymbolPair, p: number, random: Random) {
  const m = pattern.length;
  const base = 2 ** 16 + random.integer(FINGERPRINT_PRIME - 2 ** 17);
  const short = Math.floor(m / p);
  const longClasses = m % p;
  const textLong = strideFingerprints(text, p, short + 1, base);
  const textShort = short > 0 ? strideFingerprints(text, p, short, base) : undefined;
  const patternLong = strideFingerprints(pattern, p, short + 1, base);
  const patternShort = short > 0 ? strideFingerprints(pattern, p, short, base) : undefined;
  return (shift: number, classes: Int32Array, enough: number): number => {
    let differing = 0;
    for (let k = 0; k < classes.length && differing <= enough; k++) {
      const r = classes[k];
      if (r < longClasses) {
        if (textLong[shift + r] !== patternLong[r]) differing++;
      } else if (textShort && patternShort && textShort[shift + r] !== patternShort[r]) differing++;
    }
    return differing;
  };
}

/** Fingerprints of S[t], S[t+p], …, S[t+(count-1)p] for all t; entries that reach beyond the end are not used. */
function strideFingerprints(symbols: ArrayLike<number>, p: number, count: number, base: number): Int32Array {
  const n = symbols.length;
  const suffixes = new Int32Array(n);
  for (let t = n - 1; t >= 0; t--) {
    const next = t + p < n ? suffixes[t + p] : 0;
    const symbol = (symbols[t] >>> 0) % FINGERPRINT_PRIME;
    suffixes[t] = (multiplyModulo(next, base) + symbol + 1) % FINGERPRINT_PRIME;
  }
  let power = 1;
  for (let e = 0; e < count; e++) power = multiplyModulo(power, base);
  for (let t = 0; t < n; t++) {
    const beyond = t + count * p;
    if (beyond >= n) continue;
    const value = suffixes[t] - multiplyModulo(power, suffixes[beyond]);
    suffixes[t] = value < 0 ? value + FINGERPRINT_PRIME : value;
  }
  return suffixes;
}
