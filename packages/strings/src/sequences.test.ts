import type { ZlibOptions } from 'node:zlib';
import { constants, deflateRawSync, gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import type { SequenceRecord } from './sequences.ts';
import { readSequences, reverseComplement } from './sequences.ts';

const read = async (chunks: Iterable<Uint8Array | string>): Promise<SequenceRecord[]> => {
  const records: SequenceRecord[] = [];
  for await (const record of readSequences(chunks)) records.push(record);
  return records;
};

/** Whole numbers from 0 to `most`. */
const drawer = (seed: number) => {
  let state = seed;
  return (most: number) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * (most + 1));
  };
};

const letters = (random: (most: number) => number, count: number) =>
  Array.from({ length: count }, () => 'ACGTN'[random(4)]).join('');

const pieces = (bytes: Uint8Array, size: number): Uint8Array[] => {
  const chunks: Uint8Array[] = [];
  for (let at = 0; at < bytes.length; at += size) chunks.push(bytes.subarray(at, at + size));
  return chunks;
};

/** Blocks with their sizes in an extra field, and an empty one at the end. */
const bgzip = (text: string): Buffer =>
  Buffer.concat(
    [...(text.match(/[\s\S]{1,60000}/g) ?? []), ''].map((part) => {
      const body = deflateRawSync(part);
      const header = Buffer.from([31, 139, 8, 4, 0, 0, 0, 0, 0, 255, 6, 0, 66, 67, 2, 0, 0, 0]);
      header.writeUInt16LE(body.length + 25, 16);
      return Buffer.concat([header, body, gzipSync(part).subarray(-8)]);
    }),
  );

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

  it('reads members that follow each other, as bgzip writes them, cut anywhere', async () => {
    const random = drawer(3);
    const long = Array.from({ length: 400 }, (_, k) => `>s${k} ${'x'.repeat(random(40))}\n${letters(random, 300)}\n`);
    const text = long.join('');
    const members = (parts: readonly string[], options: ZlibOptions) =>
      Buffer.concat(parts.map((part) => gzipSync(part, options)));
    const whole = await read([text]);
    expect(whole).toHaveLength(400);
    const files = [
      members([text], {}),
      members([text], { level: 0 }),
      members([text], { strategy: constants.Z_FIXED }),
      members([text.slice(0, 1000), text.slice(1000, 70_000), '', text.slice(70_000)], { level: 9 }),
      Buffer.concat([members(long, {}), Buffer.alloc(20)]),
      bgzip(text),
    ];
    for (const file of files) {
      for (const size of [1, 7, 1000, 65_536, 1e9]) {
        if (size === 1 && file.length > 60_000) continue;
        expect(await read(pieces(file, size))).toEqual(whole);
      }
    }
  });

  it('tells data that are cut off or damaged', async () => {
    const random = drawer(5);
    const file = gzipSync(`>a\n${letters(random, 3000)}\n`);
    const fault = expect.objectContaining({ argument: 'chunks', code: 'unsupported' });
    for (const end of [1, 2, 9, 10, 11, 50, file.length - 9, file.length - 8, file.length - 1]) {
      await expect(read(pieces(file.subarray(0, end), 16)), `cut at ${end}`).rejects.toThrow(fault);
    }
    let refused = 0;
    for (let k = 0; k < 200; k++) {
      const broken = Buffer.from(file);
      broken[10 + random(file.length - 11)] ^= 1 << random(7);
      await read([broken]).then(
        () => expect.unreachable('damage was not seen'),
        (error) => {
          expect(error).toMatchObject({ argument: 'chunks', code: 'unsupported' });
          refused++;
        },
      );
    }
    expect(refused).toBe(200);
    await expect(read([Buffer.concat([file, Buffer.from('junk')])])).rejects.toThrow(/something else than a member/);
  });

  it('passes over a byte-order mark and lines of comments', async () => {
    const text = '\uFEFF;made by hand\n;twice\n>a b\nGAT\n;in between\nTACA\n';
    const records = [{ name: 'a', description: 'b', sequence: 'GATTACA' }];
    expect(await read([text])).toEqual(records);
    expect(await read([new TextEncoder().encode(text)])).toEqual(records);
    expect(await read([gzipSync(text)])).toEqual(records);
  });

  it('reads FASTQ over several lines, with qualities that look like anything', async () => {
    expect(await read(['@r1\nGAT\nTACA\n+r1\n@+I\n+@>;\n@r2\n\n+\n\n@r3\nA\n+\n@'])).toEqual([
      { name: 'r1', description: '', sequence: 'GATTACA', quality: '@+I+@>;' },
      { name: 'r2', description: '', sequence: '', quality: '' },
      { name: 'r3', description: '', sequence: 'A', quality: '@' },
    ]);
    await expect(read(['@r\nGAT\n+\nIIII\n'])).rejects.toThrow(/quality for each symbol, at line 4/);
  });

  it('reads what other systems and the oldest programs write', async () => {
    const records = [{ name: 'a', description: '', sequence: 'GATTACA' }];
    const quality = [{ ...records[0], quality: 'IIIIIII' }];
    for (const end of ['\n', '\r\n', '\r']) {
      const [fasta, fastq] = ['>a|GATT|ACA|', '@a|GATT|ACA|+|IIII|III|'].map((text) => text.replaceAll('|', end));
      for (const size of [1, 2, 3, 100]) {
        expect(await read(pieces(new TextEncoder().encode(fasta + fastq + fasta), size))).toEqual([
          ...records,
          ...quality,
          ...records,
        ]);
      }
    }
    expect(await read([';a\n;a comment\nGATT\nACA*\n'])).toEqual([{ ...records[0], sequence: 'GATTACA*' }]);
    expect(await read(['>a\nGATT ACA\t\n'])).toEqual(records);
    expect(await read(['@a \nGATTACA \n+\nIIIIIII \n \n'])).toEqual(quality);
    const empty = { name: 'e', description: '', sequence: '', quality: '' };
    expect(await read(['@e\n+\n@a\nGATTACA\n+\nIIIIIII\n@e\n\n+\n'])).toEqual([empty, ...quality, empty]);
    await expect(read([';c\n@a\nA\n+\nI\nGATTACA\n'])).rejects.toThrow(/begins with > .* at line 6/);
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
