// Edit distances beside edlib, by turns, on drawn pairs: PYTHON=python-with-edlib node bench/edit.ts [pairs]
//
// Every distance is compared, and of searches the least distance and all places where it is reached. Processor time.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Random } from '@infimum/core';
import { editDistance, findWithDifferences } from '../src/index.ts';

const python = process.env['PYTHON'];
if (!python) throw new Error('PYTHON is not set');

type Pair = readonly ['NW' | 'HW', string, string];

const letters = (random: Random, length: number) => Array.from({ length }, () => 'ACGT'[random.integer(4)]).join('');

function edited(random: Random, text: string, share: number): string {
  let copy = '';
  for (const letter of text) {
    if (random.uniform() >= share) copy += letter;
    else copy += ['', letters(random, 1), letter + letters(random, 1)][random.integer(3)];
  }
  return copy;
}

function ours([mode, pattern, text]: Pair, limit: number): [number, number[]] {
  if (mode === 'NW') return [editDistance(pattern, text), []];
  const { occurrences } = findWithDifferences(text, pattern, limit);
  const least = occurrences.reduce((low, { distance }) => Math.min(low, distance), Infinity);
  return [least, occurrences.filter(({ distance }) => distance === least).map(({ end }) => end - 1)];
}

function race(title: string, pairs: readonly Pair[], limit: (pair: Pair) => number): void {
  const file = join(mkdtempSync(join(tmpdir(), 'edit-')), 'pairs.jsonl');
  writeFileSync(file, pairs.map((pair) => JSON.stringify(pair)).join('\n'));
  let [own, theirs, wrong] = [Infinity, Infinity, 0];
  for (let turn = 0; turn < 3; turn++) {
    const before = process.cpuUsage();
    const answers = pairs.map((pair) => ours(pair, limit(pair)));
    const { user, system } = process.cpuUsage(before);
    own = Math.min(own, (user + system) / 1e6);
    const script = fileURLToPath(new URL('edit_peer.py', import.meta.url));
    const { stdout } = spawnSync(python as string, [script, file], { encoding: 'utf8', maxBuffer: 2 ** 30 });
    const peer = JSON.parse(stdout) as { answers: [number, number[]][]; seconds: number };
    theirs = Math.min(theirs, peer.seconds);
    wrong = answers.filter((answer, k) => JSON.stringify(answer) !== JSON.stringify(peer.answers[k])).length;
  }
  const times = `ours ${(1e3 * own).toFixed(0)} ms, edlib ${(1e3 * theirs).toFixed(0)} ms, edlib / ours ${(theirs / own).toFixed(2)}`;
  console.log(`${title}: ${pairs.length} pairs, ${wrong} differ; ${times}`);
}

const count = Number(process.argv[2] ?? 5000);
const random = new Random(2026);
const drawn = (mode: 'NW' | 'HW'): Pair[] =>
  Array.from({ length: count }, () => {
    const pattern = letters(random, 1 + random.integer(250));
    const near = random.uniform() < 0.7;
    const part = near ? edited(random, pattern, 0.3 * random.uniform()) : letters(random, random.integer(250));
    const text = mode === 'NW' ? part : letters(random, random.integer(200)) + part + letters(random, random.integer(200));
    return [mode, pattern, text.length > 0 ? text : 'A'];
  });
race('distances of drawn pairs', drawn('NW'), () => 0);
race('searches for drawn patterns', drawn('HW'), ([, pattern]) => pattern.length);
const genome = letters(random, 50_000);
race(
  'reads of 100 with 5 % edits in 50 000',
  Array.from({ length: 40 }, (): Pair => {
    const at = random.integer(genome.length - 100);
    return ['HW', edited(random, genome.slice(at, at + 100), 0.05), genome];
  }),
  () => 20,
);
const long = letters(random, 10_000);
race(
  'pairs of 10 000 with 5 % edits',
  Array.from({ length: 10 }, (): Pair => ['NW', long, edited(random, long, 0.05)]),
  () => 0,
);
