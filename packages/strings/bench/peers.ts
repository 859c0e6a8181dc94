// Our planner against the double loop in C and in JavaScript, and NumPy's FFT per symbol, on the same pairs.
// Run: node bench/peers.ts [n, by default 1048576]; needs gcc and a python with numpy (PYTHON=…), absent peers stay empty.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { hammingDistances } from '../src/hamming-distances.ts';
import { uniformPair, zipfPair } from '../src/instances.ts';

const n = Number(process.argv[2] ?? 2 ** 20);
const folder = mkdtempSync(join(tmpdir(), 'strings-'));
const here = import.meta.dirname;
const naive = join(folder, 'naive');
const file = join(folder, 'pair.bin');

function attempt(command: string, ...args: string[]): string | undefined {
  try {
    return execFileSync(command, args, { encoding: 'utf8', env: { ...process.env, OMP_NUM_THREADS: '1' } });
  } catch {
    return undefined;
  }
}

const compiled = attempt('gcc', '-O3', '-march=native', '-o', naive, join(here, 'naive.c')) !== undefined;
const rows: Record<string, string | number>[] = [];

for (const m of [32, 2 ** 8, 2 ** 10, 2 ** 12, 2 ** 14, 2 ** 16].filter((m) => 4 * m <= n)) {
  for (const [kind, symbols] of [
    ['uniform', 2],
    ['uniform', 4],
    ['uniform', 26],
    ['uniform', 256],
    ['zipf', 256],
    ['uniform', 4096],
    ['zipf', 4096],
  ] as const) {
    const pair = (kind === 'uniform' ? uniformPair : zipfPair)({ n, m, symbols }, 1);
    const width = pair.text.BYTES_PER_ELEMENT;
    writeFileSync(file, new Uint8Array(pair.text.buffer));
    writeFileSync(file, new Uint8Array(pair.pattern.buffer), { flag: 'a' });
    let ours = Infinity;
    let sum = 0;
    let method = '';
    for (let repeat = 0; repeat < 15; repeat++) {
      const start = performance.now();
      const result = hammingDistances(pair.text, pair.pattern);
      ours = Math.min(ours, performance.now() - start);
      method = result.method;
      sum = result.distances.reduce((a, b) => a + b, 0);
    }
    const work = (n - m + 1) * m;
    const peer = (output: string | undefined): number | undefined => {
      if (!output) return undefined;
      const [nanoseconds, check] = output.trim().split(' ').map(Number);
      if (check !== sum) throw new Error(`a peer gives ${check}, not ${sum}`);
      return nanoseconds / 1e6;
    };
    const c =
      compiled && width === 1
        ? peer(attempt(naive, file, `${n}`, `${m}`, work < 2 ** 33 ? '5' : '1'))
        : undefined;
    const transforms =
      symbols <= 256 ? (n / (4 * m)) * Math.min(m, symbols) * 4 * m * Math.log2(4 * m) : Infinity;
    const numpy =
      transforms < 6e9
        ? peer(
            attempt(
              process.env['PYTHON'] ?? 'python3',
              join(here, 'numpy_fft.py'),
              file,
              `${n}`,
              `${m}`,
              transforms < 3e8 ? '3' : '1',
              `${width}`,
            ),
          )
        : undefined;
    const text = (ms: number | undefined) => ms?.toFixed(2) ?? '';
    const ratio = (ms: number | undefined) => (ms === undefined ? '' : (ms / ours).toFixed(1));
    rows.push({
      m,
      symbols: `${symbols} ${kind}`,
      method,
      'ours ms': text(ours),
      'C ms': text(c),
      'C/ours': ratio(c),
      'NumPy ms': text(numpy),
      'NumPy/ours': ratio(numpy),
    });
  }
}
rmSync(folder, { recursive: true });
console.table(rows);
