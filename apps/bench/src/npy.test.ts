// Arrays that NumPy itself wrote (`numpy.save`, deflated here) must read as the numbers that went in.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { inflateSync } from 'node:zlib';
import { describe, expect, it, onTestFinished } from 'vitest';
import { parseNpy, readNpyReferences } from './npy.ts';

const written = (base64: string) => new Uint8Array(inflateSync(Buffer.from(base64, 'base64')));
const vector = written(
  'eNqb7BfqGxDJyFDGUK2eklqcXKRupaBuk2ahrqOgnpZfVFKUmBefX5SSChJ3S8wpTgWKF2ckFqQC+RrGOpo6CrUKFAAuBjD4YQ+hGQ5Yq8bvaM47HQIAD8Ug3A==',
);
const single = written(
  'eNqb7BfqGxDJyFDGUK2eklqcXKRupaBuk2airqOgnpZfVFKUmBefX5SSChJ3S8wpTgWKF2ckFqQC+RqGOgrGmjoKtQpkAy4GhgP2DAwKDgwMDgcArDgdyg==',
);
const columnMajor = written(
  'eNqb7BfqGxDJyFDGUK2eklqcXKRupaBuk2ahrqOgnpZfVFKUmBefX5SSChIPKSpNBQoXZyQWpAK5GkY6CsaaOgq1CuQDLgYUwOEAoT/YQ2gBKJ8BSos4AACafh2g',
);
const cube = written(
  'eNqdzrsOAUEYxfFZ9/vdar9uSKZiCxGvQBQUKtnY2dBYmUUjnsILW8nfCzjNL+dU573erTZ7Tz3UU0c2PTq9EL08z7URHSfu5sLLIXGR/e5bd7fZnJ7Cq83qeGpkZiSYGHnJn6kp0sACdrCCA/SwiUXsYhWHmMMWlrCHvwM+5rGNZexjHUf4AURPHHw=',
);
const integers = written(
  'eNqb7BfqGxDJyFDGUK2eklqcXKRupaBuk2mirqOgnpZfVFKUmBefX5SSChJ3S8wpTgWKF2ckFqQC+RpGOpo6CrUKFAAudgYGhh////8HADjUH1g=',
);
const bigEndian = written(
  'eNqb7BfqGxDJyFDGUK2eklqcXKRupaBul2ahrqOgnpZfVFKUmBefX5SSChJ3S8wpTgWKF2ckFqQC+RqGOpo6CrUKFAAu+w8MYAAAOFMcjQ==',
);
const versionTwo = written(
  'eNqb7BfqGxDJxFDCwMBQrZ6SWpxcpG6loG6TZqGuo6Cell9UUpSYF59flJIKEndLzClOBYoXZyQWpAL5GkY6mjoKtQpkAy4GMPhhD6FZHADgQxyX',
);

describe('parseNpy', () => {
  it.each([
    ['doubles', vector, [3], [1.5, -2, 3e100]],
    ['singles in a matrix', single, [1, 3], [1.5, 2.5, -3]],
    ['32-bit integers', integers, [2], [7, -8]],
    ['format version 2', versionTwo, [2], [1.5, 2.5]],
    ['a matrix in Fortran order', columnMajor, [2, 3], [0, 1, 2, 3, 4, 5]],
    ['a cube of 64-bit integers in Fortran order', cube, [2, 3, 4], Array.from({ length: 24 }, (_, i) => i)],
  ])('reads %s', (_, bytes, shape, values) => {
    const array = parseNpy(bytes, 'x.npy');
    expect(array.shape).toEqual(shape);
    expect([...array.values]).toEqual(values);
  });

  it('refuses versions to come, types that every object has, and files that end in their header', () => {
    const changed = (at: number, byte: number) => vector.map((was, i) => (i === at ? byte : was));
    expect(() => parseNpy(changed(6, 0), 'x.npy')).toThrow(/version 0\.0; versions 1 to 3/);
    expect(() => parseNpy(changed(6, 4), 'x.npy')).toThrow(/version 4\.0; versions 1 to 3/);
    expect(() => parseNpy(vector.subarray(0, 60), 'x.npy')).toThrow(/ends within its header/);
    const header = "{'descr': 'constructor', 'fortran_order': False, 'shape': (1,), }";
    const named = Buffer.from(`\x93NUMPY\x01\x00${String.fromCharCode(header.length)}\x00${header}`, 'latin1');
    expect(() => parseNpy(named, 'x.npy')).toThrow(/holds 'constructor'/);
  });

  it('says what is wrong with other files', () => {
    expect(() => parseNpy(new TextEncoder().encode('{"shape": [3]}'), 'x.npy')).toThrow(/^x\.npy is not a \.npy file/);
    expect(() => parseNpy(bigEndian, 'x.npy')).toThrow(/x\.npy holds '>f8'.*astype/);
    expect(() => parseNpy(vector.subarray(0, vector.length - 1), 'x.npy')).toThrow(/damaged.*needs 24 bytes.*23/);
  });
});

describe('readNpyReferences', () => {
  it('replaces paths anywhere, relative to the folder, and leaves all else alone', () => {
    const folder = mkdtempSync(path.join(tmpdir(), 'infimum-npy-'));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    writeFileSync(path.join(folder, 'v.npy'), vector);
    const json = { a: 'v.npy', list: [1, 'text', null, { b: 'v.npy' }] };
    const array = { shape: [3], values: Float64Array.of(1.5, -2, 3e100) };
    expect(readNpyReferences(json, folder)).toEqual({ a: array, list: [1, 'text', null, { b: array }] });
    expect(() => readNpyReferences({ a: 'w.npy' }, folder)).toThrow(/^w\.npy: there is no .*w\.npy$/);
    writeFileSync(path.join(folder, 'm.mtx'), '%%MatrixMarket matrix array real general\n1 1\n2\n');
    expect(readNpyReferences(['m.mtx'], folder)).toEqual(['%%MatrixMarket matrix array real general\n1 1\n2\n']);
    expect(() => readNpyReferences('n.mtx', folder)).toThrow(/^n\.mtx: there is no .*n\.mtx$/);
  });
});
