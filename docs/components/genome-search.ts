// A pattern in a genome: its distances everywhere, its near occurrences, and edits by the visitor.
import { Random } from '@infimum/core';
import type { Counts } from '@infimum/strings';
import { hammingDistances } from '@infimum/strings';

/** Letters of DNA. */
const BASES = 'ACGT';

/** A place that is close enough. */
export interface Hit {
  readonly position: number;
  readonly distance: number;
  /** The genome's bases there, in runs that agree with the pattern or do not. */
  readonly runs: readonly { readonly bases: string; readonly agrees: boolean }[];
}

/** The result of a search. */
export interface GenomeSearch {
  readonly distances: Counts;
  /** The closest places first. */
  readonly hits: readonly Hit[];
  /** Number of places with at most so many mismatches. */
  readonly count: number;
  /** The closest place of all. */
  readonly best: { readonly position: number; readonly distance: number } | undefined;
  readonly milliseconds: number;
  readonly method: string;
}

/** Number of bases shown of an alignment. */
const SHOWN_BASES = 120;

/** Searches a genome, as bytes of letters, for a pattern with at most so many mismatches; N matches every base. */
export function searchGenome(genome: Uint8Array, pattern: string, maxMismatches: number, mostHits: number): GenomeSearch {
  const bytes = Uint8Array.from(pattern, (letter) => letter.charCodeAt(0));
  const start = performance.now();
  const { distances, method } = hammingDistances(genome, bytes, { wildcard: 'N'.charCodeAt(0) });
  const milliseconds = performance.now() - start;
  const close: number[] = [];
  let best = 0;
  distances.forEach((distance, i) => {
    if (distance <= maxMismatches) close.push(i);
    if (distance < distances[best]) best = i;
  });
  close.sort((a, b) => distances[a] - distances[b] || a - b);
  const hits = close
    .slice(0, mostHits)
    .map((position) => ({
      position,
      distance: distances[position],
      runs: runsOf(genome.subarray(position, position + Math.min(bytes.length, SHOWN_BASES)), bytes),
    }));
  return {
    distances,
    hits,
    count: close.length,
    best: distances.length > 0 ? { position: best, distance: distances[best] } : undefined,
    milliseconds,
    method,
  };
}

/** The pattern without characters that are not bases: spaces, line ends, digits of a copied sequence. */
export function cleanPattern(typed: string): string {
  return typed
    .toUpperCase()
    .replaceAll('U', 'T')
    .replaceAll(/[^ACGTN]/g, '');
}

/** A piece of the genome at a random place. */
export function cutPiece(genome: Uint8Array, length: number, seed: number): string {
  const place = new Random(seed).integer(genome.length - length + 1);
  return String.fromCharCode(...genome.subarray(place, place + length));
}

/** Replaces a share of the bases, at least one, by other bases. */
export function mutate(pattern: string, share: number, seed: number): string {
  const random = new Random(seed);
  const letters = Array.from(pattern);
  const count = Math.min(letters.length, Math.max(1, Math.round(share * letters.length)));
  for (const place of random.sample(letters.length, count)) {
    const others = BASES.replace(letters[place], '');
    letters[place] = others[random.integer(others.length)];
  }
  return letters.join('');
}

/** The other strand, read in its own direction. */
export function reverseComplement(pattern: string): string {
  const partner: Record<string, string> = { A: 'T', C: 'G', G: 'C', T: 'A', N: 'N' };
  return Array.from(pattern, (letter) => partner[letter])
    .toReversed()
    .join('');
}

/** Closeness of the closest place in each of `cells` equal parts of the genome, from 0 to 1. */
export function closeness(distances: Counts, patternLength: number, cells: number): Float64Array {
  const values = new Float64Array(cells);
  // Three of four random bases differ, so such distances count as 0.
  const far = 0.75 * patternLength;
  distances.forEach((distance, i) => {
    const cell = Math.floor((i * cells) / distances.length);
    values[cell] = Math.max(values[cell], 1 - distance / far);
  });
  return values;
}

function runsOf(window: Uint8Array, pattern: Uint8Array): Hit['runs'] {
  const runs: { bases: string; agrees: boolean }[] = [];
  window.forEach((base, j) => {
    const agrees = base === pattern[j] || pattern[j] === 'N'.charCodeAt(0);
    const last = runs.at(-1);
    if (last?.agrees === agrees) last.bases += String.fromCharCode(base);
    else runs.push({ bases: String.fromCharCode(base), agrees });
  });
  return runs;
}
