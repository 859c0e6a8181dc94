import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import type { SequenceRecord } from './sequences.ts';
import { readSequences, reverseComplement } from './sequences.ts';

const read = async (chunks: Iterable<Uint8Array | string>): Promise<SequenceRecord[]> => {
  const records: SequenceRecord[] = [];
  for await (const record of readSequences(chunks)) records.push(record);
  return records;
};

describe('reverseComplement', () => {
  it('pairs every code with that of its complements, and is its own inverse on DNA', () => {
    const bases: Record<string, string> = {
      A: 'A',
      C: 'C',
      G: 'G',
      T: 'T',
      R: 'AG',
      Y: 'CT',
      S: 'CG',
      W: 'AT',
      K: 'GT',
      M: 'AC',
      B: 'CGT',
      D: 'AGT',
      H: 'ACT',
      V: 'ACG',
      N: 'ACGT',
    };
    const pairs: Record<string, string> = { A: 'T', C: 'G', G: 'C', T: 'A' };
    for (const [code, set] of Object.entries(bases)) {
      const complement = [...set]
        .map((base) => pairs[base])
        .sort()
        .join('');
      expect(bases[reverseComplement(code)]).toBe(complement);
      expect(reverseComplement(code.toLowerCase())).toBe(reverseComplement(code).toLowerCase());
    }
    expect(reverseComplement('GATUACA-n')).toBe('n-TGTAATC');
    expect(reverseComplement(reverseComplement('GATTRYKACA'))).toBe('GATTRYKACA');
  });
});

describe('readSequences', () => {
  const fasta = '>a first one\nGATT\nACA\n\n>b\r\nCC\r\n>empty\n';
  const expected = [
    { name: 'a', description: 'first one', sequence: 'GATTACA' },
    { name: 'b', description: '', sequence: 'CC' },
    { name: 'empty', description: '', sequence: '' },
  ];

  it('reads FASTA, plain or compressed, in chunks of any size', async () => {
    expect(await read([fasta])).toEqual(expected);
    for (const bytes of [new TextEncoder().encode(fasta), gzipSync(fasta)]) {
      for (const size of [1, 3, 1000]) {
        const chunks = [];
        for (let at = 0; at < bytes.length; at += size) chunks.push(bytes.subarray(at, at + size));
        expect(await read(chunks)).toEqual(expected);
      }
    }
    expect(await read([])).toEqual([]);
  });

  it('reads FASTQ, with qualities that begin like headers', async () => {
    expect(await read(['@r1 x\nGAT\n+\n@@I\n@r2\nAC\n+r2\n>I'])).toEqual([
      { name: 'r1', description: 'x', sequence: 'GAT', quality: '@@I' },
      { name: 'r2', description: '', sequence: 'AC', quality: '>I' },
    ]);
  });

  it.each([
    ['neither format', 'GATTACA\n', 0],
    ['a quality that is too short', '@r\nGAT\n+\nII\n', 3],
    ['a record that is cut off', '@r\nGAT\n', 1],
  ])('rejects %s', async (_, text, index) => {
    const fault = expect.objectContaining({ argument: 'chunks', code: 'unsupported', index });
    await expect(read([text])).rejects.toThrow(fault);
  });
});
