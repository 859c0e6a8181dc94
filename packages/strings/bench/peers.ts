// Our planner against the double loop in C (as it stands, and in blocks with byte counters) and in TypeScript, and NumPy's FFT
// per symbol, on the same pairs.
// Run: node bench/peers.ts [n, by default 1048576] [lengths, as 32,256]; needs gcc and a python with numpy (PYTHON=…). What is
// absent, or would take more than some minutes, stays empty. All take turns; the least of each counts. C in blocks is compiled for
// the machine's own vectors and for those of 128 bits, which are WebAssembly's. CLOCK=processor counts processor time.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { hammingDistances } from '../src/exact/hamming-distances.ts';
import { periodicPair, uniformPair, zipfPair } from '../src/instances.ts';
import { race } from './race.ts';

const n = Number(process.argv[2] ?? 2 ** 20);
const folder = mkdtempSync(join(tmpdir(), 'strings-'));
const file = join(folder, 'pair.bin');

function attempt(command: string, ...args: string[]): string | undefined {
  try {
    const env = { ...process.env, OMP_NUM_THREADS: '1' };
    return execFileSync(command, args, { encoding: 'utf8', stdio: 'pipe', env });
  } catch {
    return undefined;
  }
}

/** The double loop in C for symbols of so many bytes, if it can be compiled. */
const naive = new Map(
  [1, 2, 4].map((width) => {
    const out = join(folder, `naive${width}`);
    const source = join(import.meta.dirname, 'naive.c');
    const type = `-DSYMBOL=uint${8 * width}_t`;
    const compiled = attempt('gcc', '-O3', '-march=native', type, '-o', out, source) !== undefined;
    return [width, compiled ? out : undefined];
  }),
);

/** The same in blocks, if it can be compiled. */
const blocked = (flag: string): string | undefined => {
  const out = join(folder, `blocked${flag}`);
  return attempt('gcc', '-O3', flag, '-o', out, join(import.meta.dirname, 'blocked.c')) === undefined ? undefined : out;
};
const [ownVectors, vectors128] = [blocked('-march=native'), blocked('-msse4.2')];

/** Rounds of all but NumPy. */
const TURNS = 4;

const makers = {
  uniform: uniformPair,
  zipf: zipfPair,
  periodic: (sizes: Parameters<typeof uniformPair>[0], seed: number) => periodicPair(sizes, { period: 7, noise: 0.01 }, seed),
};

/** Milliseconds of the double loop in TypeScript by length of the pattern and width of symbols. */
const plain = new Map<string, number>();
const rows: Record<string, string | number>[] = [];
const asked = process.argv[3]?.split(',').map(Number);
const lengths = [32, 2 ** 8, 2 ** 10, 2 ** 12, 2 ** 14, 2 ** 16];
for (const m of lengths.filter((m) => 4 * m <= n && (!asked || asked.includes(m)))) {
  for (const [kind, symbols] of [
    ['uniform', 2],
    ['uniform', 4],
    ['uniform', 26],
    ['uniform', 256],
    ['zipf', 256],
    ['periodic', 4],
    ['uniform', Math.round(Math.sqrt(m))],
    ['uniform', 4096],
    ['zipf', 4096],
    ['uniform', n],
  ] as const) {
    const pair = makers[kind]({ n, m, symbols }, 1);
    const width = pair.text.BYTES_PER_ELEMENT;
    writeFileSync(file, new Uint8Array(pair.text.buffer));
    writeFileSync(file, new Uint8Array(pair.pattern.buffer), { flag: 'a' });
    const { method, ...found } = hammingDistances(pair.text, pair.pattern);
    const distances = Int32Array.from(found.distances);
    const sum = distances.reduce((a, b) => a + b, 0);
    const out = new Int32Array(distances.length);
    const work = (n - m + 1) * m;
    const peer = (output: string | undefined): number | undefined => {
      if (!output) return undefined;
      const [nanoseconds, check] = output.trim().split(' ').map(Number);
      if (check !== sum) throw new Error(`a peer gives ${check}, not ${sum}`);
      return nanoseconds / 1e6;
    };
    const sizes = [file, `${n}`, `${m}`] as const;
    const runs = work < 2 ** 33 ? '3' : '1';
    const run = (binary: string | undefined, isBytes = true) =>
      binary !== undefined && isBytes ? peer(attempt(binary, ...sizes, runs)) : undefined;
    let [ours, into] = [Infinity, Infinity];
    const peers: (number | undefined)[] = [];
    for (let turn = 0; turn < TURNS; turn++) {
      const calls = {
        ours: () => hammingDistances(pair.text, pair.pattern),
        into: () => hammingDistances(pair.text, pair.pattern, { out }),
      };
      const times = race(calls, { rounds: [8, 24], milliseconds: 100 });
      [ours, into] = [Math.min(ours, times.ours), Math.min(into, times.into)];
      for (const [k, time] of [run(naive.get(width)), run(ownVectors, width === 1), run(vectors128, width === 1)].entries()) {
        peers[k] = time === undefined ? undefined : Math.min(time, peers[k] ?? Infinity);
      }
    }
    const [c, own, narrow] = peers;
    // Symbols of the pattern, each with a transform of every block.
    const transforms = new Set(pair.pattern).size * n * Math.log2(4 * m);
    const script = join(import.meta.dirname, 'numpy_fft.py');
    const repeats = transforms < 3e8 ? '3' : '1';
    const python = process.env['PYTHON'] ?? 'python3';
    const numpy = transforms < 1.8e10 ? peer(attempt(python, script, ...sizes, repeats, `${width}`)) : undefined;
    // The double loop takes the same time for all symbols of a width.
    const place = `${m} ${width}`;
    if (work <= 2 ** 33 && !plain.has(place)) {
      const { naive } = race(
        { naive: () => hammingDistances(pair.text, pair.pattern, { method: 'naive' }) },
        { rounds: [1, 1] },
      );
      plain.set(place, naive);
    }
    const text = (ms: number | undefined) => ms?.toFixed(2) ?? '';
    const ratio = (ms: number | undefined) => (ms === undefined ? '' : (ms / ours).toPrecision(2));
    rows.push({
      m,
      symbols: `${symbols} ${kind}`,
      method,
      'ours ms': text(ours),
      'into out ms': text(into),
      'C ms': text(c),
      'C/ours': ratio(c),
      'blocked C ms': text(own),
      'blocked C/ours': ratio(own),
      'blocked C 128 ms': text(narrow),
      'blocked C 128/ours': ratio(narrow),
      'NumPy ms': text(numpy),
      'NumPy/ours': ratio(numpy),
      'JS/ours': ratio(plain.get(place)),
    });
  }
}
rmSync(folder, { recursive: true });
console.table(rows);
