// What bases stand for and how strands are paired (IUPAC), and records of FASTA and FASTQ files as they stream in.
//
// Nomenclature Committee of the IUB: Nomenclature for incompletely specified bases in nucleic acid sequences (1985);
// P. Cock and others: The Sanger FASTQ file format for sequences with quality scores (2010).
import { checkIterable, InvalidInputError } from '@infimum/core';
import { gunzip } from './gunzip.ts';
import type { SymbolArray } from './symbols.ts';

/** A sequence of a file. */
export interface SequenceRecord {
  /** The header's first word. */
  readonly name: string;
  /** What follows it. */
  readonly description: string;
  /** Its letters. */
  readonly sequence: string;
  /** Qualities as written, a character a symbol; of FASTQ only. */
  readonly quality?: string;
}

const CODES = 'ACGTURYSWKMBDHVNacgturyswkmbdhvn';
const COMPLEMENTS = 'TGCAAYRSWMKVHDBNtgcaayrswmkvhdbn';

/**
 * The other strand of a nucleic acid, read in its own direction; IUPAC codes of several bases become those of their
 * complements, other characters stay. RNA comes back as DNA.
 *
 * @param sequence - a string, or the bytes of its letters
 * @throws {InvalidInputError} `type` for anything else
 *
 * @example
 * ```ts
 * import { reverseComplement } from '@infimum/strings';
 *
 * console.log(reverseComplement('GATTRCA')); // TGYAATC
 * ```
 */
export function reverseComplement<Strand extends string | Uint8Array>(
  sequence: Strand,
): Strand extends string ? string : Uint8Array {
  type Other = Strand extends string ? string : Uint8Array;
  if (sequence instanceof Uint8Array) return complementSymbols(sequence) as Uint8Array as Other;
  if (typeof sequence !== 'string') {
    throw new InvalidInputError('expected a string or an array of bytes', { argument: 'sequence', code: 'type' });
  }
  let other = '';
  for (let i = sequence.length - 1; i >= 0; i--) {
    const code = CODES.indexOf(sequence[i]);
    other += code < 0 ? sequence[i] : COMPLEMENTS[code];
  }
  return other as Other;
}

/** The reverse complement of symbols that are character codes. */
export function complementSymbols(symbols: SymbolArray): SymbolArray {
  const other = symbols.slice();
  for (let i = 0; i < symbols.length; i++) {
    const symbol = symbols[symbols.length - 1 - i];
    const code = symbol > 0 && symbol < 128 ? CODES.indexOf(String.fromCharCode(symbol)) : -1;
    other[i] = code < 0 ? symbol : COMPLEMENTS.charCodeAt(code);
  }
  return other;
}

/**
 * The records of a FASTA or FASTQ file that comes in chunks: what a file's `stream()`, `fetch` or Node's `createReadStream` give,
 * plain or compressed by gzip or bgzip, one member or many. Records may span lines; lines of comments (;) and a byte-order mark
 * are passed over.
 *
 * Memory of a record and a chunk.
 *
 * @param chunks - bytes, or strings that are not compressed
 * @throws {InvalidInputError} `unsupported`, with the line's number as index, for lines that are neither format; for compressed
 *   data that are cut off or damaged
 *
 * @example
 * ```ts
 * import { readSequences } from '@infimum/strings';
 *
 * for await (const { name, sequence } of readSequences(['>phage lambda\nGGGC', 'GG\nCGAC\n'])) {
 *   console.log(name, sequence); // phage GGGCGGCGAC
 * }
 * ```
 */
export async function* readSequences(
  chunks: AsyncIterable<Uint8Array | string> | Iterable<Uint8Array | string>,
): AsyncGenerator<SequenceRecord, void> {
  checkIterable(chunks, 'chunks');
  let header: string | undefined;
  let parts: string[] = [];
  let number = -1;
  let fastq: FastqRecord | undefined;
  for await (let line of lines(unzipped(chunks))) {
    if (++number === 0) line = line.replace(/^\uFEFF/, '');
    if (fastq) {
      const isWhole = fastq.take(line, number);
      if (!isWhole) continue;
      yield fastq.record();
      fastq = undefined;
    } else if (header === undefined && line.startsWith('@')) {
      fastq = new FastqRecord(line);
    } else if (line.startsWith('>')) {
      if (header !== undefined) yield { ...named(header), sequence: parts.join('') };
      [header, parts] = [line, []];
      // Lines of comments are of the oldest files.
    } else if (line.startsWith(';')) continue;
    else if (header !== undefined) parts.push(line.trim());
    else if (line.trim() !== '') throw fault('a file begins with > (FASTA) or @ (FASTQ)', number);
  }
  if (fastq) throw fault('the last FASTQ record is cut off', number);
  if (header !== undefined) yield { ...named(header), sequence: parts.join('') };
}

/** A FASTQ record while its lines come: symbols until a line of +, then as many qualities, which may begin with any character. */
class FastqRecord {
  readonly #title: string;
  #sequence = '';
  #quality: string | undefined;

  constructor(title: string) {
    this.#title = title;
  }

  /** Takes the next line; whether the record is whole. */
  take(line: string, number: number): boolean {
    if (this.#quality === undefined) {
      if (line.startsWith('+')) this.#quality = '';
      else this.#sequence += line.trim();
      return false;
    }
    this.#quality += line;
    if (this.#quality.length > this.#sequence.length) {
      throw fault('a FASTQ record needs a line of + and a quality for each symbol', number);
    }
    return this.#quality.length === this.#sequence.length;
  }

  record(): SequenceRecord {
    return { ...named(this.#title), sequence: this.#sequence, quality: this.#quality };
  }
}

function fault(problem: string, index: number): InvalidInputError {
  return new InvalidInputError(`${problem}, at line ${index + 1}`, { argument: 'chunks', code: 'unsupported', index });
}

function named(header: string): { name: string; description: string } {
  const [, name, description] = /^.(\S*)\s*(.*)$/.exec(header) ?? ['', '', ''];
  return { name, description };
}

/** The lines of a text without their ends. */
async function* lines(chunks: AsyncIterable<Uint8Array | string>): AsyncGenerator<string, void> {
  const decoder = new TextDecoder();
  let rest: string[] = [];
  for await (const chunk of chunks) {
    const text = typeof chunk === 'string' ? chunk : decoder.decode(chunk, { stream: true });
    const parts = text.split('\n');
    rest.push(parts[0]);
    for (let i = 1; i < parts.length; i++) {
      yield withoutReturn(rest.join(''));
      rest = [parts[i]];
    }
  }
  const last = rest.join('') + decoder.decode();
  if (last !== '') yield withoutReturn(last);
}

function withoutReturn(line: string): string {
  return line.endsWith('\r') ? line.slice(0, -1) : line;
}

/** Bytes as they are, or decompressed where they begin as gzip does. */
async function* unzipped(
  chunks: AsyncIterable<Uint8Array | string> | Iterable<Uint8Array | string>,
): AsyncGenerator<Uint8Array | string, void> {
  async function* all() {
    for await (const chunk of chunks) {
      if (typeof chunk !== 'string' && !(chunk instanceof Uint8Array)) {
        throw new InvalidInputError('expected chunks of text or bytes', { argument: 'chunks', code: 'type' });
      }
      yield chunk;
    }
  }
  const source = all();
  let first = await source.next();
  while (!first.done && first.value.length === 0) first = await source.next();
  if (first.done) return;
  const start = first.value;
  async function* again() {
    yield start;
    yield* source;
  }
  if (typeof start === 'string' || start[0] !== 0x1f || (start.length > 1 && start[1] !== 0x8b)) {
    yield* again();
    return;
  }
  yield* gunzip(onlyBytes(again()));
}

async function* onlyBytes(chunks: AsyncIterable<Uint8Array | string>): AsyncGenerator<Uint8Array, void> {
  for await (const chunk of chunks) {
    if (typeof chunk === 'string') {
      throw new InvalidInputError('mixes bytes and text', { argument: 'chunks', code: 'type' });
    }
    yield chunk;
  }
}
