// Searching DNA with at most k mismatches, and all distances: ours against packages that do the same, both loops in C and
// NumPy, on the same pairs in one run. edlib answers another question, the least edit distance and where; its answer is checked
// against ours as far as that goes.
// Run: node bench/search.ts; needs cargo for triple_accel, gcc, and PYTHON=… with numpy, regex, fuzzysearch and edlib. What is
// absent, or takes more than a minute, stays empty. `sh bench/fetch-genome.sh` adds the bacterial genome. CLOCK=processor
// counts processor time, of peers too.
import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { findWithMismatches } from '../src/bounded/find-with-mismatches.ts';
import { hammingDistances } from '../src/exact/hamming-distances.ts';
import { plantedPattern } from '../src/instances.ts';
import { loadLambdaPhage } from '../src/lambda-phage.ts';
import { milliseconds, race } from './race.ts';

const folder = mkdtempSync(join(tmpdir(), 'strings-'));
const file = join(folder, 'pair.bin');
const target = join(folder, 'target');
const crate = join(import.meta.dirname, 'triple-accel/Cargo.toml');
const python = process.env['PYTHON'] ?? 'python3';

function attempt(seconds: number, command: string, ...args: string[]): string | undefined {
  try {
    return execFileSync(command, args, { encoding: 'utf8', stdio: 'pipe', timeout: 1000 * seconds });
  } catch {
    return undefined;
  }
}

const flags = ['build', '--release', '--quiet', '--manifest-path', crate, '--target-dir', target];
const compiled = attempt(300, 'cargo', ...flags) !== undefined;

const texts: [string, Uint8Array][] = [['phage lambda', loadLambdaPhage()]];
const genome = new URL('data/ct.fasta.gz', import.meta.url);
if (existsSync(genome)) {
  const letters = gunzipSync(readFileSync(genome)).toString('latin1').split('\n').slice(1).join('');
  texts.push(['C. trachomatis', Uint8Array.from(letters.toUpperCase(), (letter) => letter.charCodeAt(0))]);
}

/** The loops in C, as far as they can be compiled. */
const loops = (['naive', 'blocked'] as const).map((name) => {
  const [out, source] = [join(folder, name), join(import.meta.dirname, `${name}.c`)];
  const built = attempt(60, 'gcc', '-O3', '-march=native', '-DSYMBOL=uint8_t', '-o', out, source) !== undefined;
  return { name: name === 'naive' ? 'C' : 'blocked C', out: built ? out : undefined };
});

const rows = [];
const exactRows = [];
for (const [name, text] of texts) {
  for (const [m, k] of [
    [20, 2],
    [32, 4],
    [100, 10],
    [1000, 50],
  ]) {
    const pair = plantedPattern(text, m, k - 1, 1);
    writeFileSync(file, text);
    writeFileSync(file, pair.pattern as Uint8Array, { flag: 'a' });
    const hits = findWithMismatches(pair.text, pair.pattern, k).occurrences;
    const sum = hits.reduce((total, { position, distance }) => total + position + distance, 0);
    const { ours } = race(
      { ours: () => findWithMismatches(pair.text, pair.pattern, k) },
      { rounds: [20, 400], milliseconds: 500 },
    );
    const peer = (output: string | undefined): number | undefined => {
      if (!output) return undefined;
      const [nanoseconds, count, check] = output.trim().split(' ').map(Number);
      if (count !== hits.length || check !== sum) throw new Error(`a peer finds ${count} hits, not ${hits.length}`);
      return nanoseconds / 1e6;
    };
    const distances = Int32Array.from(hammingDistances(pair.text, pair.pattern).distances);
    const total = distances.reduce((a, b) => a + b, 0);
    const { all } = race({ all: () => hammingDistances(pair.text, pair.pattern) }, { rounds: [20, 400], milliseconds: 500 });
    const sizes = [file, `${text.length}`, `${m}`];
    const exactPeer = (output: string | undefined): number | undefined => {
      if (!output) return undefined;
      const [nanoseconds, check] = output.trim().split(' ').map(Number);
      if (check !== total) throw new Error(`a peer gives ${check}, not ${total}`);
      return nanoseconds / 1e6;
    };
    const numpy = join(import.meta.dirname, 'numpy_fft.py');
    const exactPeers = [
      ...loops.map(({ name, out }) => [name, out ? exactPeer(attempt(60, out, ...sizes, '9')) : undefined] as const),
      ['NumPy', exactPeer(attempt(60, python, numpy, ...sizes, '3', '1'))] as const,
    ];
    exactRows.push({
      text: name,
      m,
      'ours, ms': milliseconds(all),
      ...Object.fromEntries(
        exactPeers.flatMap(([peer, ms]) => [
          [peer, milliseconds(ms)],
          [`${peer} / ours`, ms === undefined ? '' : (ms / all).toPrecision(2)],
        ]),
      ),
    });
    // An edit distance is at most the number of mismatches.
    const edit = attempt(60, python, join(import.meta.dirname, 'search_peers.py'), 'edlib', file, `${text.length}`, `${k}`);
    const [edlib, , least] = edit?.trim().split(' ').map(Number) ?? [];
    if (least !== undefined && !(least <= distances.reduce((a, b) => Math.min(a, b)))) throw new Error(`edlib gives ${least}`);
    const args = [file, `${text.length}`, `${k}`];
    const peers = {
      triple_accel: compiled ? peer(attempt(60, join(target, 'release/triple-accel-peer'), ...args)) : undefined,
      regex: peer(attempt(60, python, join(import.meta.dirname, 'search_peers.py'), 'regex', ...args)),
      fuzzysearch: peer(attempt(60, python, join(import.meta.dirname, 'search_peers.py'), 'fuzzysearch', ...args)),
    };
    const others = { ...peers, edlib: edlib === undefined ? undefined : edlib / 1e6 };
    const columns = Object.entries(others).flatMap(([peer, ms]) => [
      [peer, milliseconds(ms)],
      [`${peer} / ours`, ms === undefined ? '' : (ms / ours).toPrecision(2)],
    ]);
    rows.push({ text: name, m, k, hits: hits.length, 'ours, ms': milliseconds(ours), ...Object.fromEntries(columns) });
  }
}
rmSync(folder, { recursive: true });
console.table(rows);
console.table(exactRows);
