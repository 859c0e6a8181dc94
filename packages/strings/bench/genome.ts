// Searching a bacterial genome: a pattern of 1000 bases with up to 50 mismatches, by every method.
// Run: sh bench/fetch-genome.sh && node bench/genome.ts
import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { BOUNDED_METHODS } from '../src/bounded/bounded-planner.ts';
import { kMismatch } from '../src/bounded/k-mismatch.ts';
import { hammingDistances } from '../src/exact/hamming-distances.ts';
import { shiftAddFits } from '../src/exact/shift-add.ts';
import { plantedPattern } from '../src/instances.ts';

const fasta = gunzipSync(readFileSync(new URL('data/ct.fasta.gz', import.meta.url))).toString('latin1');
const letters = fasta.split('\n').slice(1).join('').toUpperCase();
const genome = Uint8Array.from(letters, (letter) => letter.charCodeAt(0));
const [m, k] = [1000, 50];
const { text, pattern } = plantedPattern(genome, m, 37, 1);

const best = <T>(run: () => T): [number, T] => {
  let least = Infinity;
  let result: T | undefined;
  for (let repeat = 0; repeat < 5; repeat++) {
    const start = performance.now();
    result = run();
    least = Math.min(least, performance.now() - start);
  }
  return [least / 1000, result as T];
};

const rows = [];
for (const method of ['auto', ...BOUNDED_METHODS] as const) {
  if (method === 'shift-add' && !shiftAddFits(m, k)) continue;
  const [seconds, { hits, distances, method: used }] = best(() => kMismatch(text, pattern, k, { method }));
  rows.push({
    method: `k-mismatch ${method} (${used})`,
    seconds: seconds.toFixed(4),
    hits: [...hits].map((i) => `${i}:${distances[i]}`).join(' '),
  });
}
for (const method of ['auto', 'simd', 'bitset', 'hybrid'] as const) {
  const [seconds, { method: used }] = best(() => hammingDistances(text, pattern, { method }));
  rows.push({ method: `all distances ${method} (${used})`, seconds: seconds.toFixed(4), hits: '' });
}
console.log(`${genome.length} bases, m = ${m}, k = ${k}`);
console.table(rows);
