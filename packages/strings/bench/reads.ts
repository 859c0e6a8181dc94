// A thousand reads of 100 bases against a genome of 5 million, at most 3 mismatches, both strands, from files to positions:
// ours, whole and as a stream, beside bowtie (-v 3 -a, the same question), bowtie2 (-a, which promises less) and Python's
// `regex`; all against brute force in C. Processor milliseconds.
// Run: node bench/reads.ts [bases] [reads]; gcc, bowtie, bowtie2 and PYTHON=… with regex where they are there.
// The genome is a Markov chain of order 3 that follows the phage lambda, with two repeats of 5000 bases.
import { execFileSync } from 'node:child_process';
import { createReadStream, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { mulberry32 } from '@infimum/core/reference-generators';
import { findManyInStream } from '../src/bounded/find-in-stream.ts';
import type { ManyOccurrence } from '../src/bounded/many-patterns.ts';
import { findManyWithMismatches } from '../src/bounded/many-patterns.ts';
import { markovText } from '../src/instances.ts';
import { loadLambdaPhage } from '../src/lambda-phage.ts';
import { readSequences, reverseComplement } from '../src/sequences.ts';

const bases = Number(process.argv[2] ?? 5_000_000);
const count = Number(process.argv[3] ?? 1000);
const M = 100;
const K = 3;
const REGEX_READS = 1;
const folder = mkdtempSync(join(tmpdir(), 'strings-'));
const path = (name: string) => join(folder, name);

// Files as a laboratory has them, and as the peers want them.
const text = markovText(loadLambdaPhage(), bases, 1);
text.copyWithin(Math.floor(bases / 2), 1000, 6000);
text.copyWithin(Math.floor(bases / 3), 1000, 6000);
const letters = new TextDecoder('latin1').decode(text);
writeFileSync(path('genome.fa'), `>made a Markov chain\n${(letters.match(/.{1,70}/g) ?? []).join('\n')}\n`);
writeFileSync(path('genome.txt'), letters);
const next = mulberry32(2);
const reads = Array.from({ length: count }, (_, r) => {
  if (r % 20 === 19) return Array.from({ length: M }, () => 'ACGT'[Math.floor(4 * next())]).join('');
  const place = r % 20 === 0 ? 1000 + Math.floor(next() * (5000 - M)) : Math.floor(next() * (bases - M));
  const read = Array.from(letters.slice(place, place + M));
  for (let change = Math.floor(5 * next()); change > 0; change--) {
    read[Math.floor(next() * M)] = 'ACGT'[Math.floor(4 * next())];
  }
  return next() < 0.5 ? read.join('') : reverseComplement(read.join(''));
});
writeFileSync(path('reads.txt'), `${reads.join('\n')}\n`);
writeFileSync(path('reads.fq'), reads.map((read, r) => `@r${r}\n${read}\n+\n${'I'.repeat(M)}\n`).join(''));

interface Row {
  readonly tool: string;
  readonly ms: string;
  readonly places: number | string;
  readonly note: string;
}
const rows: Row[] = [];
const done = (row: Row): void => {
  rows.push(row);
  console.error(`${row.tool}: ${row.ms} ms`);
};

function processor(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

function checkOf(places: Iterable<ManyOccurrence>): string {
  let [sum, total] = [0n, 0];
  for (const { pattern, position, distance, strand } of places) {
    sum += BigInt(pattern * 1000003 + 2 * position + (strand === '-' ? 1 : 0) + 7 * distance);
    total++;
  }
  return `${total} ${sum % 2n ** 53n}`;
}

/** Runs a command; its output, and the processor milliseconds that it took, undefined where it is not there. */
function attempt(command: string, args: readonly string[]): { ms: number; output: string } | undefined {
  try {
    const script =
      'import resource,subprocess,sys\nout=subprocess.run(sys.argv[1:],capture_output=True,text=True,check=True).stdout\nu=resource.getrusage(resource.RUSAGE_CHILDREN)\nprint((u.ru_utime+u.ru_stime)*1000)\nsys.stdout.write(out)';
    const all = execFileSync('python3', ['-c', script, command, ...args], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
      maxBuffer: 2 ** 28,
    });
    const end = all.indexOf('\n');
    return { ms: Number(all.slice(0, end)), output: all.slice(end + 1) };
  } catch {
    return undefined;
  }
}

// Brute force.
let truth: string | undefined;
const binary = path('brute');
if (attempt('gcc', ['-O3', '-march=native', '-o', binary, join(import.meta.dirname, 'brute-reads.c')])) {
  const brute = attempt(binary, [path('genome.txt'), path('reads.txt'), `${K}`]);
  if (brute) {
    const [places, sum, ms] = brute.output.trim().split(' ');
    truth = `${places} ${sum}`;
    done({ tool: 'brute force in C', ms, places, note: 'every shift' });
  }
}
function report(tool: string, ms: number, check: string, note: string): void {
  if (truth !== undefined && check !== truth) throw new Error(`${tool}: ${check}, not ${truth}`);
  done({ tool, ms: ms.toFixed(0), places: check.split(' ')[0], note: `${note}${truth ? ', the same as brute force' : ''}` });
}

// Ours.
async function sequencesOf(name: string): Promise<string[]> {
  const sequences = [];
  for await (const { sequence } of readSequences(createReadStream(path(name)))) sequences.push(sequence);
  return sequences;
}
const placeOf = (read: number, strand: string | undefined, position: number, distance: number) =>
  `${read} ${strand} ${position} ${distance}`;
const known = new Set<string>();
for (const note of ['first call', 'second call']) {
  const start = processor();
  const [[genome], patterns] = [await sequencesOf('genome.fa'), await sequencesOf('reads.fq')];
  const begun = processor();
  const { occurrences } = findManyWithMismatches(genome, patterns, K, { strands: 'both' });
  const searched = processor();
  writeFileSync(path('ours.tsv'), occurrences.map((o) => `${o.pattern}\t${o.strand}\t${o.position}\t${o.distance}`).join('\n'));
  for (const { pattern, strand, position, distance } of occurrences) {
    known.add(placeOf(pattern, strand, position, distance));
  }
  report('ours', processor() - start, checkOf(occurrences), `${note}, ${(searched - begun).toFixed(0)} of them the search`);
}
{
  const start = processor();
  async function* genome(): AsyncGenerator<string> {
    let header = true;
    // Lines of one record: its letters alone.
    for await (const chunk of createReadStream(path('genome.fa'), { encoding: 'latin1', highWaterMark: 2 ** 20 })) {
      yield (header ? chunk.slice(chunk.indexOf('\n') + 1) : chunk).replaceAll('\n', '');
      header = false;
    }
  }
  const found: ManyOccurrence[] = [];
  for await (const place of findManyInStream(genome(), await sequencesOf('reads.fq'), K, { strands: 'both' })) {
    found.push(place);
  }
  report('ours, as a stream', processor() - start, checkOf(found), 'chunks of 1 MB');
}

// Aligners. SAM and bowtie's table give positions from 1 or 0, and the strand.
const built = attempt('bowtie-build', ['-q', path('genome.fa'), path('index1')]);
const bowtie = built && attempt('bowtie', ['-v', `${K}`, '-a', '-q', '--quiet', '-x', path('index1'), path('reads.fq')]);
if (built && bowtie) {
  const places = bowtie.output
    .trim()
    .split('\n')
    .map((line): ManyOccurrence => {
      const [read, strand, , position, , , , changes] = line.split('\t');
      const distance = changes ? changes.split(',').length : 0;
      return { pattern: Number(read.slice(1).split(' ')[0]), strand: strand as '+', position: Number(position), distance };
    });
  report('bowtie -v 3 -a', bowtie.ms, checkOf(places), `and ${built.ms.toFixed(0)} ms for the index`);
}
const built2 = attempt('bowtie2-build', ['-q', path('genome.fa'), path('index2')]);
const options = [
  '-a',
  '--end-to-end',
  '--very-sensitive',
  '--mp',
  '6,6',
  '--score-min',
  'C,-18',
  '--rdg',
  '99,99',
  '--rfg',
  '99,99',
];
const bowtie2 =
  built2 && attempt('bowtie2', [...options, '--no-unal', '--no-head', '-x', path('index2'), '-U', path('reads.fq')]);
if (built2 && bowtie2) {
  // SAM: read, flags (16: the other strand), position from 1, CIGAR, and the mismatches as XM.
  const places = bowtie2.output
    .trim()
    .split('\n')
    .map((line) => {
      const [read, flags, , position, , cigar, ...others] = line.split('\t');
      const changes = others.find((field) => field.startsWith('XM:i:'))?.slice(5);
      if (cigar !== `${M}M`) throw new Error(`bowtie2 leaves gaps: ${cigar}`);
      return placeOf(Number(read.slice(1)), Number(flags) & 16 ? '-' : '+', Number(position) - 1, Number(changes));
    });
  const same = places.filter((place) => known.has(place)).length;
  done({
    tool: 'bowtie2 -a --very-sensitive',
    ms: bowtie2.ms.toFixed(0),
    places: places.length,
    note: `and ${built2.ms.toFixed(0)} ms for the index; looks by seeds; ${same} of them among our ${known.size}, with strand and distance`,
  });
}
const python = process.env['PYTHON'] ?? 'python3';
const script = join(import.meta.dirname, 'regex_reads.py');
const regex = attempt(python, [script, path('genome.txt'), path('reads.txt'), `${K}`, `${REGEX_READS}`]);
if (regex) {
  const [ms, places] = regex.output.trim().split(' ');
  done({
    tool: `regex, ${REGEX_READS} reads only`,
    ms: Number(ms).toFixed(0),
    places,
    note: `for all of them ${((Number(ms) * count) / REGEX_READS / 1000).toFixed(0)} s at this rate`,
  });
}
console.table(rows);
if (existsSync(path('ours.tsv'))) console.log(readFileSync(path('ours.tsv'), 'utf8').split('\n').slice(0, 3).join('\n'));
rmSync(folder, { recursive: true });
