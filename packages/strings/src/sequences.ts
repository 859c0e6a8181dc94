// IUPAC codes of bases and their complements, and records of FASTA and FASTQ files as streams.
//
// Nomenclature Committee of the IUB: Nomenclature for incompletely specified bases in nucleic acid sequences (1985);
// P. Cock and others: The Sanger FASTQ file format for sequences with quality scores (2010).
import type { InvalidInputError } from '@infimum/core';
import { checkIterable, fault } from '@infimum/core';
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
 * complements, other characters are unchanged. RNA is returned as DNA.
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
  if (typeof sequence !== 'string') throw fault('expected a string or an array of bytes', 'sequence', 'type');
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
 * The records of a FASTA or FASTQ file that comes in chunks: from a file's `stream()`, `fetch` or Node's `createReadStream`, plain or
 * compressed by gzip or bgzip, one member or many. Records may span lines, which end as on any system; blanks, lines of comments (;) and a
 * byte-order mark are skipped.
 *
 * Memory of a record and a chunk.
 *
 * @param chunks - bytes, or strings that are not compressed
 * @throws {InvalidInputError} `unsupported`, with the line's number as index, for lines that are neither format; for compressed data that
 * are truncated or damaged
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
  let comment: string | undefined;
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
      // A record without symbols may have no line of qualities.
      if (isWhole !== 'before') continue;
    }
    const isFastq = line.startsWith('@');
    if (isFastq || line.startsWith('>')) {
      if (header !== undefined) yield { ...named(header), sequence: parts.join('') };
      [header, comment, parts] = [isFastq ? undefined : line, '', []];
      if (isFastq) fastq = new FastqRecord(line);
      // Lines of comments are of the oldest files, where the first of them is the header if there is no other.
    } else if (line.startsWith(';')) comment ??= line;
    else if (line.trim() !== '') {
      header ??= comment || undefined;
      if (header === undefined) throw lineFault('a record begins with > (FASTA) or @ (FASTQ)', number);
      parts.push(line.replace(/\s+/g, ''));
    }
  }
  if (fastq && !fastq.isWhole) throw lineFault('the last FASTQ record is incomplete', number);
  if (fastq) yield fastq.record();
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

  get isWhole(): boolean {
    return this.#quality?.length === this.#sequence.length;
  }

  /** Adds the next line; returns whether the record is complete with it, or was before it. */
  take(line: string, number: number): boolean | 'before' {
    if (this.#quality === undefined) {
      if (line.startsWith('+')) this.#quality = '';
      else this.#sequence += line.trim();
      return false;
    }
    const qualities = line.trimEnd();
    if (this.isWhole && qualities !== '') return 'before';
    this.#quality += qualities;
    if (this.#quality.length > this.#sequence.length) {
      throw lineFault('a FASTQ record needs a line of + and a quality for each symbol', number);
    }
    return this.isWhole;
  }

  record(): SequenceRecord {
    return { ...named(this.#title), sequence: this.#sequence, quality: this.#quality };
  }
}

function lineFault(problem: string, index: number): InvalidInputError {
  return fault(`${problem}, at line ${index + 1}`, 'chunks', 'unsupported', index);
}

function named(header: string): { name: string; description: string } {
  const [, name, description] = /^.(\S*)\s*(.*)$/.exec(header) ?? ['', '', ''];
  return { name, description };
}

/** The lines of a text without their ends: line feeds, carriage returns, or both. */
async function* lines(chunks: AsyncIterable<Uint8Array | string>): AsyncGenerator<string, void> {
  const decoder = new TextDecoder();
  let rest: string[] = [];
  for await (const chunk of chunks) {
    const text = typeof chunk === 'string' ? chunk : decoder.decode(chunk, { stream: true });
    if (text === '') continue;
    // A carriage return that ends a chunk waits for what follows it.
    const isCut = rest.at(-1)?.endsWith('\r');
    const parts = (isCut ? `${rest.pop()}${text}` : text).split(/\r\n|\n|\r(?!$)/);
    for (let i = 0; i < parts.length - 1; i++) {
      rest.push(parts[i]);
      yield rest.join('');
      rest = [];
    }
    rest.push(parts[parts.length - 1]);
  }
  const last = (rest.join('') + decoder.decode()).replace(/\r$/, '');
  if (last !== '') yield last;
}

/** Bytes as they are, or decompressed where they begin as gzip does. */
async function* unzipped(
  chunks: AsyncIterable<Uint8Array | string> | Iterable<Uint8Array | string>,
): AsyncGenerator<Uint8Array | string, void> {
  async function* all() {
    for await (const chunk of chunks) {
      if (typeof chunk !== 'string' && !(chunk instanceof Uint8Array)) {
        throw fault('expected chunks of text or bytes', 'chunks', 'type');
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
    if (typeof chunk === 'string') throw fault('mixes bytes and text', 'chunks', 'type');
    yield chunk;
  }
}
