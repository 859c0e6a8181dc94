// `@infimum/strings/lambda-phage`: the genome of the phage lambda, a text of four letters.
import { bases, packed } from './fixtures/lambda-phage.ts';

/**
 * The 48 502 bases of the phage lambda (GenBank NC_001416.1), as the bytes of the letters A, C, G and T. A new array with
 * every call. Source and licence: `data-licenses/lambda-phage.md`.
 *
 * @example
 * ```ts
 * import { loadLambdaPhage } from '@infimum/strings/lambda-phage';
 *
 * const genome = loadLambdaPhage();
 * console.log(genome.length, String.fromCharCode(...genome.slice(0, 12))); // 48502 GGGCGGCGACCT
 * ```
 */
export function loadLambdaPhage(): Uint8Array {
  const letters = [65, 67, 71, 84];
  const bytes = atob(packed);
  return Uint8Array.from({ length: bases }, (_, i) => letters[(bytes.charCodeAt(i >> 2) >> (2 * (i & 3))) & 3]);
}
