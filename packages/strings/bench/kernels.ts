// Nanoseconds of the kernels: what the planner's constants come from. Run: node bench/kernels.ts
import { Workspace } from '@infimum/linalg/kernels';
import { stringKernels } from '../src/kernels.ts';
import { fourierTwiddles } from '../src/transforms/fft.ts';

function best(run: () => void, repeats = 7): number {
  let least = Infinity;
  for (let i = 0; i < repeats; i++) {
    const start = performance.now();
    run();
    least = Math.min(least, performance.now() - start);
  }
  return least * 1e6;
}

const rows: Record<string, string>[] = [];
const report = (kernel: string, nanoseconds: number, units: number, unit: string) =>
  rows.push({ kernel, ms: (nanoseconds / 1e6).toFixed(3), [unit]: (nanoseconds / units).toFixed(4) });

{
  const [n, m] = [131072, 16384];
  using workspace = Workspace.for({ int32: [n + 128, n + 128, n + 128] });
  const text = workspace.int32(n + 128);
  const pattern = workspace.int32(n + 128);
  const counts = workspace.int32(n + 128);
  text.forEach((_, i) => {
    text[i] = Math.imul(i, 0x9e3779b1) ^ (i >>> 7);
  });
  pattern.forEach((_, i) => {
    pattern[i] = Math.imul(i, 0x85ebca6b);
  });
  const kernels = workspace.kernels(stringKernels);
  const [t, p, c] = [text.byteOffset, pattern.byteOffset, counts.byteOffset];
  const shifts = n - m + 1;
  report(
    'differentBytes',
    best(() => kernels.differentBytes(shifts, m, t, p, c, 0)),
    shifts * m,
    'ns per symbol',
  );
  report(
    'differentHalves',
    best(() => kernels.differentHalves(shifts, m, t, p, c)),
    shifts * m,
    'ns per symbol',
  );
  report(
    'differentWords',
    best(() => kernels.differentWords(shifts, m, t, p, c)),
    shifts * m,
    'ns per symbol',
  );
  let compared = 0;
  const time = best(() => {
    counts.fill(0);
    compared = kernels.scanBytes(shifts, m, 50, t, p, c);
  });
  report('scanBytes', time, compared, 'ns per symbol');
  // Of the text's own numbers, which are places of bits as good as any.
  const places = pattern.map((_, j) => (j < m ? t + (Math.imul(j, 0x9e3779b1) >>> 20) : t));
  text.set(places);
  const slices = best(() => kernels.countSlices(0, shifts - (shifts % 128), m, t, m, c, 0));
  report('countSlices', slices, shifts * m, 'ns per symbol');
  const stride = 2 ** 13;
  const planes = best(() => kernels.matchPlanes(stride, 255, t, p, c));
  report('matchPlanes', planes, 8 * stride, 'ns per symbol');
}
for (const length of [2 ** 10, 2 ** 12, 2 ** 14, 2 ** 16, 2 ** 18, 2 ** 20]) {
  using workspace = Workspace.for({ float64: Array(7).fill(length) });
  const [a, b, c, d, e, f] = Array.from({ length: 6 }, () => workspace.float64(length).byteOffset);
  const twiddles = workspace.float64From(fourierTwiddles(length)).byteOffset;
  const { fourierForward, fourierInverse, multiplyConjugate } = workspace.kernels(stringKernels);
  const units = length * Math.log2(length);
  const repeats = 2 ** 20 / length;
  const times = (run: () => void) =>
    best(() => {
      for (let i = 0; i < repeats; i++) run();
    }) / repeats;
  report(
    `forward ${length}`,
    times(() => fourierForward(length, a, b, twiddles)),
    units,
    'ns per N log N',
  );
  report(
    `inverse ${length}`,
    times(() => fourierInverse(length, a, b, twiddles)),
    units,
    'ns per N log N',
  );
  report(
    `product ${length}`,
    times(() => multiplyConjugate(length, a, b, c, d, e, f)),
    length,
    'ns per element',
  );
}
for (const gap of [1, 4, 64]) {
  const [n, x] = [65536, 1000];
  using workspace = Workspace.for({ int32: [n, x, n] });
  const count = Math.floor(n / gap);
  const text = workspace.int32From(Int32Array.from({ length: count }, (_, i) => gap * i));
  const pattern = workspace.int32From(Int32Array.from({ length: x }, (_, i) => 7 * i));
  const matches = workspace.int32(n);
  const { countPairs } = workspace.kernels(stringKernels);
  let pairs = 0;
  const time = best(() => {
    pairs = countPairs(n - 16384, x, pattern.byteOffset, count, text.byteOffset, matches.byteOffset);
  });
  report(`countPairs gap ${gap}`, time, pairs, 'ns per pair');
}
console.table(rows);
