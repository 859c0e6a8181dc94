// What bases stand for and how strands are paired (IUPAC), and records of FASTA and FASTQ files as they stream in.
//
// Nomenclature Committee of the IUB: Nomenclature for incompletely specified bases in nucleic acid sequences (1985);
// P. Cock and others: The Sanger FASTQ file format for sequences with quality scores (2010), for files of four lines.
import { checkIterable, InvalidInputError } from '@infimum/core';
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
    throw new InvalidInputError('expected a string or an array of bytes', {
      argument: 'sequence',
      code: 'type',
    });
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
 * The records of a FASTA or FASTQ file (four lines a record) that comes in chunks: what a file's `stream()`, `fetch` or
 * Node's `createReadStream` give, plain or compressed by gzip, which the platform's `DecompressionStream` undoes.
 *
 * Memory of a record and a chunk.
 *
 * @param chunks - bytes, or strings that are not compressed
 * @throws {InvalidInputError} `unsupported`, with the line's number as index, for lines that are neither format
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
  const fastq: string[] = [];
  for await (const line of lines(unzipped(chunks))) {
    number++;
    if (fastq.length > 0 || (header === undefined && line.startsWith('@'))) {
      fastq.push(line);
      if (fastq.length < 4) continue;
      const [title, sequence, plus, quality] = fastq.splice(0);
      if (!plus.startsWith('+') || quality.length !== sequence.length) {
        throw fault('a FASTQ record needs a line of + and a quality for each symbol', number);
      }
      yield { ...named(title), sequence, quality };
    } else if (line.startsWith('>')) {
      if (header !== undefined) yield { ...named(header), sequence: parts.join('') };
      [header, parts] = [line, []];
    } else if (header !== undefined) parts.push(line.trim());
    else if (line.trim() !== '') throw fault('a file begins with > (FASTA) or @ (FASTQ)', number);
  }
  if (fastq.some((line) => line !== '')) throw fault('the last FASTQ record is cut off', number);
  if (header !== undefined) yield { ...named(header), sequence: parts.join('') };
}

function fault(problem: string, index: number): InvalidInputError {
  return new InvalidInputError(`${problem}, at line ${index + 1}`, {
    argument: 'chunks',
    code: 'unsupported',
    index,
  });
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
  const bytes = again();
  const stream = new ReadableStream<BufferSource>({
    async pull(controller) {
      const next = await bytes.next();
      if (next.done) controller.close();
      else controller.enqueue(next.value as Uint8Array<ArrayBuffer>);
    },
  });
  const reader = stream.pipeThrough(new DecompressionStream('gzip')).getReader();
  for (let part = await reader.read(); !part.done; part = await reader.read()) yield part.value;
}
