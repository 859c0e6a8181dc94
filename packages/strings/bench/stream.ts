// Memory and time of searching a text that is never held as a whole.
// Run: node --expose-gc bench/stream.ts [megabytes, by default 256]

import { mulberry32 } from '@infimum/core/reference-generators';
import { findInStream } from '../src/bounded/find-in-stream.ts';

const megabytes = Number(process.argv[2] ?? 256);
const chunk = 2 ** 20;
const random = mulberry32(1);
const pattern = Uint8Array.from({ length: 1000 }, () => 65 + Math.floor(26 * random()));

/** Random letters; every sixteenth chunk has the pattern with 20 letters changed. */
async function* chunks() {
  const letters = Uint8Array.from({ length: 2 * chunk }, () => 65 + Math.floor(26 * random()));
  for (let c = 0; c < megabytes; c++) {
    const from = Math.floor(random() * chunk);
    const text = letters.slice(from, from + chunk);
    if (c % 16 === 0) {
      text.set(pattern, 5000);
      for (let j = 0; j < 20; j++) text[5000 + 50 * j] = 64;
    }
    yield text;
  }
}

let hits = 0;
let most = 0;
globalThis.gc?.();
const before = process.memoryUsage();
const start = performance.now();
for await (const { distance } of findInStream(chunks(), pattern, 50)) {
  if (distance === 20) hits++;
  const { heapUsed, arrayBuffers, external } = process.memoryUsage();
  most = Math.max(
    most,
    heapUsed + Math.max(arrayBuffers, external) - before.heapUsed - Math.max(before.arrayBuffers, before.external),
  );
}
const seconds = (performance.now() - start) / 1000;
const peak = process.resourceUsage().maxRSS / 1024;
console.log(
  `${megabytes} MB: ${seconds.toFixed(2)} s, ${hits} hits, at most ${(most / 2 ** 20).toFixed(0)} MB more in use at a hit, ` +
    `peak of the process ${peak.toFixed(0)} MB`,
);
