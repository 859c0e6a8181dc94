// Approximate distances without transforms: a random prime cuts the pattern in residue classes, and the number of classes
// whose fingerprints differ is the number of mismatches as long as these are few relative to the classes.
//
// After E. Porat, O. Lipsky: Improved sketching of Hamming distance with error correcting (2007), and R. Clifford,
// A. Fontaine, E. Porat, B. Sach, T. Starikovskaya: The k-mismatch problem revisited (2016).
import type { Steps } from '@infimum/core';
import { converged, Random } from '@infimum/core';
import { shiftsOf } from '../hamming-solution.ts';
import type { CompactPair, SymbolPair } from '../symbols.ts';
import { compact } from '../symbols.ts';
import { addModulo, FINGERPRINT_PRIME, multiplyModulo, powerModulo } from '../transforms/modular-arithmetic.ts';
import { randomPrime } from '../transforms/primes.ts';
import type { Accuracy, ApproximateIterate, ApproximateSolution } from './approximate-solution.ts';

/** The first scale: with fewer mismatches there are as few classes to compare. */
const FIRST_SCALE = 8;

/** Classes that are compared between two pauses of a scale: some tenths of a second. */
const CLASSES_PER_TURN = 2 ** 26;

/**
 * One scale d = 8, 16, 32, … an iteration, or a part of a long one: decides the shifts with about d mismatches or fewer.
 *
 * A prime divides a difference of positions with probability about ln(m)/p, so that among p ≥ 4 d ln(m)/ε classes two
 * mismatches of one shift share a class at a rate of ε/8 each, and with probability ½ no more than a share ε/4 of the
 * mismatches is hidden (Markov). The largest count over log2(2 shifts scales/δ) primes is right for all shifts and
 * scales with probability 1 - δ/2; the error of sampling classes, 3ε/4, has the other half of δ (Chernoff).
 */
export function* strideSteps(pair: SymbolPair, accuracy: Accuracy): Steps<ApproximateSolution, ApproximateIterate> {
  const search = strideSearch(compact(pair), accuracy);
  let iteration = 0;
  const iterate = () => ({ iteration: iteration++, repeats: search.repeats(), solution: search.solution });
  for (let d = FIRST_SCALE; ; d *= 2) {
    yield iterate();
    if (search.isDone()) break;
    for (const _ of search.decide(d)) yield iterate();
  }
  return converged(search.solution(), `every shift is decided with ${search.repeats()} primes and samples`);
}

function strideSearch(pair: CompactPair, { epsilon, delta, seed }: Accuracy) {
  const shifts = shiftsOf(pair);
  const random = new Random(seed);
  const distances = new Float64Array(shifts);
  const decisions = Math.max(1, shifts) * (Math.ceil(Math.log2(pair.pattern.length)) + 1);
  /** Primes a scale. */
  const rounds = Math.ceil(Math.log2((2 * decisions) / delta));
  /** Logarithm of how many estimates there are for each that may fail. */
  const confidence = Math.log((4 * decisions * rounds) / delta);
  let open = Int32Array.from({ length: shifts }, (_, i) => i);
  /** Primes and samples of positions so far. */
  let repeats = 0;
  return {
    decide,
    isDone: () => open.length === 0,
    repeats: () => repeats,
    solution: (): ApproximateSolution => ({ distances: distances.slice(), repeats }),
  };

  /** Decides the open shifts whose estimate is at most d for every prime, all of them if d ≥ m. Pauses after many classes. */
  function* decide(d: number): Generator<undefined, void> {
    const m = pair.pattern.length;
    const last = d >= m;
    const low = Math.ceil((4 * d * Math.log(m)) / epsilon);
    // So many classes have one position each: nothing is hidden.
    const single = last || low >= m;
    const far: number[] = [];
    let near: ArrayLike<number> & Iterable<number> = open;
    let compared = 0;
    for (let round = 0; round < (single ? 1 : rounds) && near.length > 0; round++) {
      const prime = single ? m : randomPrime(random, low, 2 * low);
      const classes = Math.min(prime, m);
      const size = sampleSize(classes, d);
      const scale = classes / size;
      const chosen = size < classes ? random.sample(classes, size) : undefined;
      const count = single ? positionCounter(pair) : classCounter(pair, prime, random);
      const enough = last ? Infinity : Math.floor(d / scale);
      const still: number[] = [];
      for (const i of near) {
        const estimate = scale * count(i, size, enough, chosen);
        distances[i] = Math.max(estimate, round === 0 ? 0 : distances[i]);
        if (last || estimate <= d) still.push(i);
        else far.push(i);
        compared += size;
        if (compared < CLASSES_PER_TURN) continue;
        compared = 0;
        yield;
      }
      near = still;
      repeats++;
    }
    open = Int32Array.from(far);
  }

  /** Number of classes to compare, so that a share 3ε/4 holds for shifts that scale d/2 has left open. */
  function sampleSize(classes: number, d: number): number {
    const part = (3 * epsilon) / 4;
    const fewest = (d * (1 - epsilon / 4)) / (2 * (1 + part));
    return Math.min(classes, Math.ceil((3 * confidence * classes) / (part ** 2 * fewest)));
  }
}

/** How many of the first `size` chosen classes (all in order if none are) differ at a shift, or just more than `enough`. */
type DifferenceCounter = (shift: number, size: number, enough: number, chosen?: Int32Array) => number;

/** Every position a class of its own. */
function positionCounter({ text, pattern }: CompactPair): DifferenceCounter {
  return (shift, size, enough, chosen) => {
    let differing = 0;
    for (let k = 0; k < size && differing <= enough; k++) {
      const j = chosen ? chosen[k] : k;
      if (text[shift + j] !== pattern[j]) differing++;
    }
    return differing;
  };
}

/** Residue classes modulo p, compared by their fingerprints. */
export function classCounter({ text, pattern }: CompactPair, p: number, random: Random): DifferenceCounter {
  const m = pattern.length;
  const base = 2 ** 16 + random.integer(FINGERPRINT_PRIME - 2 ** 17);
  const short = Math.floor(m / p);
  const longClasses = m % p;
  const [textLong, textShort] = strideFingerprints(text, p, [short + 1, short], base);
  const [patternLong, patternShort] = strideFingerprints(pattern, p, [short + 1, short], base);
  return (shift, size, enough, chosen) => {
    let differing = 0;
    for (let k = 0; k < size && differing <= enough; k++) {
      const r = chosen ? chosen[k] : k;
      const differ = r < longClasses ? textLong[shift + r] !== patternLong[r] : textShort[shift + r] !== patternShort[r];
      if (differ) differing++;
    }
    return differing;
  };
}

/**
 * Fingerprints of S[t], S[t+p], …, S[t+(count-1)p] for all t, for each count; entries that reach beyond the end are not used.
 * Numbers are at least -1.
 */
function strideFingerprints(numbers: Int32Array, p: number, counts: readonly number[], base: number): Int32Array[] {
  const n = numbers.length;
  const suffixes = new Int32Array(n);
  for (let t = n - 1; t >= 0; t--) {
    const next = t + p < n ? suffixes[t + p] : 0;
    suffixes[t] = addModulo(multiplyModulo(next, base, FINGERPRINT_PRIME), numbers[t] + 1, FINGERPRINT_PRIME);
  }
  return counts.map((count) => {
    const power = powerModulo(base, count, FINGERPRINT_PRIME);
    const fingerprints = suffixes.slice();
    for (let t = 0, beyond = count * p; beyond < n; t++, beyond++) {
      const value = suffixes[t] - multiplyModulo(power, suffixes[beyond], FINGERPRINT_PRIME);
      fingerprints[t] = value < 0 ? value + FINGERPRINT_PRIME : value;
    }
    return fingerprints;
  });
}
