import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { checkCsr } from '../check-compressed.ts';
import { matrixFromRows } from '../dense/dense-matrix.ts';
import { anySparse, denseFrom, sparse } from '../testing/sparse.ts';
import { csrFromDense, csrFromTriplets, csrToDense } from './csr-matrix.ts';
import { transposeCsr } from './csr-transpose.ts';
import { parseMatrixMarket, readMatrixMarket } from './matrix-market.ts';
import type { WriteMatrixMarketOptions } from './matrix-market-writer.ts';
import { writeMatrixMarket } from './matrix-market-writer.ts';

type Written = Parameters<typeof writeMatrixMarket>[0];

async function text(matrix: Written, options?: WriteMatrixMarketOptions): Promise<string> {
  return (await parts(matrix, options)).join('');
}

async function parts(matrix: Written, options?: WriteMatrixMarketOptions): Promise<string[]> {
  const strings: string[] = [];
  for await (const part of writeMatrixMarket(matrix, options)) strings.push(part);
  return strings;
}

/** The text in chunks of a few bytes, or in one. */
function chunked(whole: string, size: number): Uint8Array[] {
  const bytes = new TextEncoder().encode(whole);
  const count = Math.ceil(bytes.length / size);
  return Array.from({ length: count }, (_, k) => bytes.subarray(k * size, (k + 1) * size));
}

const anyDouble = fc.double({ noNaN: true, noDefaultInfinity: true });

describe('round trips', () => {
  test('a sparse matrix comes back bit by bit, whatever the chunks', async () => {
    const matrices = fc.tuple(fc.nat(9), fc.nat(9)).chain(([rows, cols]) => sparse(rows, cols, anyDouble));
    await fc.assert(
      fc.asyncProperty(matrices, fc.integer({ min: 1, max: 40 }), async (matrix, size) => {
        const file = await readMatrixMarket(chunked(await text(matrix, { comments: ['a', ' b'] }), size));
        expect(file).toEqual({ format: 'coordinate', field: 'real', symmetry: 'general', comments: ['a', ' b'], matrix });
      }),
    );
  });

  test('so does a dense one', async () => {
    const side = fc.integer({ min: 1, max: 6 });
    const matrices = fc.tuple(side, side, fc.array(anyDouble, { minLength: 36, maxLength: 36 }));
    await fc.assert(
      fc.asyncProperty(matrices, async ([rows, cols, values]) => {
        const matrix = denseFrom(rows, cols, (i, j) => values[i * 6 + j]);
        const { matrix: back, format } = await readMatrixMarket([await text(matrix)]);
        expect([format, back]).toEqual(['array', matrix]);
      }),
    );
  });

  test('symmetries of all kinds, sparse and dense, are written as halves and read as wholes', async () => {
    const squares = fc.nat(7).chain((size) => fc.tuple(sparse(size, size), sparse(size, size)));
    await fc.assert(
      fc.asyncProperty(squares, fc.constantFrom('symmetric', 'skew-symmetric', 'hermitian'), async ([a, b], symmetry) => {
        const halves = [a, b].map((part, which) => {
          const sign = symmetry === 'symmetric' || (symmetry === 'hermitian' && which === 0) ? 1 : -1;
          return symmetrized(part, sign, symmetry === 'skew-symmetric');
        });
        const [matrix] = halves;
        const imaginary = onPattern(halves[1], matrix);
        const complex = symmetry === 'hermitian';
        const written = await text(matrix, complex ? { symmetry, imaginary } : { symmetry });
        const file = await readMatrixMarket([written]);
        expect(file.matrix).toEqual(matrix);
        if (complex) expect(plain(file.imaginary?.values ?? [])).toEqual(plain(imaginary.values));
        if (matrix.rows === 0) return;
        const dense = csrToDense(matrix);
        const denseOptions = complex ? { symmetry, imaginary: csrToDense(imaginary) } : { symmetry };
        const denseFile = await readMatrixMarket([await text(dense, denseOptions)]);
        expect(plain(denseFile.matrix.values)).toEqual(plain(dense.values));
        if (complex) expect(plain(denseFile.imaginary?.values ?? [])).toEqual(plain(csrToDense(imaginary).values));
      }),
    );
  });

  test('patterns and integers', async () => {
    await fc.assert(
      fc.asyncProperty(anySparse, async (matrix) => {
        const pattern = await readMatrixMarket([await text(matrix, { field: 'pattern' })]);
        expect(pattern.matrix).toEqual({ ...matrix, values: matrix.values.map(() => 1) });
        const integer = await readMatrixMarket([await text(matrix, { field: 'integer' })]);
        expect([integer.field, integer.matrix]).toEqual(['integer', matrix]);
      }),
    );
  });
});

/** Half of the matrix and its mirror image with a sign. */
function symmetrized(matrix: ReturnType<typeof csrFromDense>, sign: number, skew: boolean) {
  const dense = csrToDense(matrix);
  return csrFromDense(
    denseFrom(matrix.rows || 1, matrix.rows || 1, (i, j) => {
      if (matrix.rows === 0 || (i === j && (skew || sign < 0))) return 0;
      const value = dense.values[Math.max(i, j) * matrix.cols + Math.min(i, j)];
      return (i < j ? sign : 1) * value + 0;
    }),
  );
}

/** The entries of a matrix where another one has any. */
function onPattern(matrix: ReturnType<typeof csrFromDense>, pattern: ReturnType<typeof csrFromDense>) {
  const dense = csrToDense(matrix);
  const values = pattern.values.slice();
  for (let i = 0; i < pattern.rows; i++) {
    for (let k = pattern.rowPointers[i]; k < pattern.rowPointers[i + 1]; k++) {
      values[k] = dense.values[i * matrix.cols + pattern.columnIndices[k]] + 0;
    }
  }
  return { ...pattern, values };
}

const plain = (values: ArrayLike<number>) => Array.from(values, (value) => value + 0);

describe('what others write', () => {
  test('is read: case, blanks, tabs, carriage returns, exponents of Fortran, long numbers, duplicates', async () => {
    const file = await readMatrixMarket([
      '%%MatrixMarket  MATRIX Coordinate REAL General\r\n% made by hand\r\n\r\n 2\t3  4 \r\n',
      '1 1 1.5D+2\r\n1 1 +.5e0\r\n2 3 0.1234567890123456789\r\n\r\n 2 1 -7.',
    ]);
    expect(file.comments).toEqual([' made by hand']);
    expect(csrToDense(file.matrix as never).values).toEqual(
      Float64Array.of(150.5, 0, 0, -7, 0, Number('0.1234567890123456789')),
    );
  });

  test('numbers are read as JavaScript reads them, last bit included', async () => {
    const numbers = fc.oneof(
      anyDouble.map(String),
      fc.tuple(fc.nat(), fc.nat()).map(([whole, part]) => `${whole}.${part}`),
      fc.tuple(fc.nat(), fc.integer({ min: -400, max: 290 })).map(([whole, power]) => `${whole}e${power}`),
    );
    await fc.assert(
      fc.asyncProperty(numbers, async (number) => {
        const { matrix } = await readMatrixMarket([`%%MatrixMarket matrix array real general\n1 1\n${number}\n`]);
        expect(matrix.values[0]).toBe(Number(number));
      }),
    );
  });

  test('a header may promise more entries than memory has, if they do not come', async () => {
    const promise = '%%MatrixMarket matrix coordinate real general\n5 5 2000000000\n1 1 1\n';
    await expect(readMatrixMarket([promise])).rejects.toThrow(/line 3: the file ends after 1 of 2000000000 entries/);
  });
});

const coordinate = '%%MatrixMarket matrix coordinate real general\n';

test.each<[string, string, string, number]>([
  ['an empty file', '', 'shape', 0],
  ['another header', '%%MatrixMarket vector coordinate real general\n', 'type', 1],
  ['an unknown format', '%%MatrixMarket matrix list real general\n', 'unknown', 1],
  ['an unknown field', '%%MatrixMarket matrix coordinate quaternion general\n', 'unknown', 1],
  ['an unknown symmetry', '%%MatrixMarket matrix coordinate real upper\n', 'unknown', 1],
  ['a dense pattern', '%%MatrixMarket matrix array pattern general\n', 'unsupported', 1],
  ['a skew pattern', '%%MatrixMarket matrix coordinate pattern skew-symmetric\n', 'unsupported', 1],
  ['no sizes', `${coordinate}% nothing else\n`, 'shape', 2],
  ['sizes that are no numbers', `${coordinate}a 2 3\n`, 'type', 2],
  ['a negative size', `${coordinate}-1 2 3\n`, 'out-of-range', 2],
  ['two sizes instead of three', `${coordinate}2 2\n`, 'type', 2],
  ['four sizes', `${coordinate}2 2 1 1\n`, 'type', 2],
  ['a row beyond the last', `${coordinate}2 2 1\n3 1 1\n`, 'out-of-range', 3],
  ['column 0', `${coordinate}2 2 1\n1 0 1\n`, 'out-of-range', 3],
  ['a row that is no integer', `${coordinate}2 2 1\n1.5 1 1\n`, 'out-of-range', 3],
  ['no value', `${coordinate}2 2 1\n1 1\n`, 'type', 3],
  ['a value that is no number', `${coordinate}2 2 1\n1 1 one\n`, 'type', 3],
  ['NaN', `${coordinate}2 2 1\n1 1 NaN\n`, 'type', 3],
  ['infinity', `${coordinate}2 2 1\n1 1 inf\n`, 'not-finite', 3],
  ['a number too large for a double', `${coordinate}2 2 1\n1 1 1e999\n`, 'not-finite', 3],
  ['one value too many', `${coordinate}2 2 1\n1 1 1 0\n`, 'type', 3],
  ['an entry too many', `${coordinate}2 2 1\n1 1 1\n2 2 1\n`, 'shape', 4],
  ['an entry too few', `${coordinate}2 2 2\n1 1 1\n`, 'shape', 3],
  ['a fraction among integers', '%%MatrixMarket matrix coordinate integer general\n1 1 1\n1 1 0.5\n', 'not-integer', 3],
  ['a symmetric matrix that is not square', '%%MatrixMarket matrix coordinate real symmetric\n1 2 0\n', 'shape', 2],
  [
    'an integer beyond 2^53',
    '%%MatrixMarket matrix coordinate integer general\n1 1 1\n1 1 9007199254740993\n',
    'out-of-range',
    3,
  ],
  ['rows without end', `${coordinate}2147483647 2147483647 1\n1 1 1\n`, 'too-large', 2],
  ['a dense matrix without end', '%%MatrixMarket matrix array real general\n99999 99999\n1\n', 'too-large', 2],
  ['a skew diagonal', '%%MatrixMarket matrix coordinate real skew-symmetric\n2 2 1\n1 1 1\n', 'out-of-range', 3],
  ['a complex hermitian diagonal', '%%MatrixMarket matrix coordinate complex hermitian\n1 1 1\n1 1 1 1\n', 'out-of-range', 3],
  ['half a complex number', '%%MatrixMarket matrix array complex general\n1 1\n1\n', 'type', 3],
])('%s is refused with its line', async (_, file, code, index) => {
  await expect(readMatrixMarket([file])).rejects.toThrow(
    expect.objectContaining({ name: 'InvalidInputError', argument: 'chunks', code, index }),
  );
});

test('faults name the argument that the user gave, and the line', async () => {
  const bad = `${coordinate}2 2 2\n1 1 1\n1 2 one\n`;
  expect(() => parseMatrixMarket(bad)).toThrow(
    expect.objectContaining({ argument: 'text', code: 'type', index: 4, message: expect.stringContaining('line 4') }),
  );
  await expect(readMatrixMarket([bad])).rejects.toThrow(
    expect.objectContaining({ argument: 'chunks', code: 'type', index: 4 }),
  );
});

describe('arguments that are none are named', () => {
  const detached = new Uint8Array(8);
  structuredClone(detached, { transfer: [detached.buffer] });
  const matrix = matrixFromRows([[1]]);
  test('by the reader', async () => {
    const chunks = expect.objectContaining({ argument: 'chunks', code: 'type' });
    for (const what of [null, 3, {}, detached, [detached], [null], new Uint8Array(2)]) {
      await expect(readMatrixMarket(what as never)).rejects.toEqual(chunks);
    }
  });
  test('by the writer', async () => {
    const first = (options: unknown) => writeMatrixMarket(matrix, options as never).next();
    await expect(first(null)).rejects.toMatchObject({ argument: 'options', code: 'type' });
    await expect(first({ comments: 'no' })).rejects.toMatchObject({ argument: 'comments', code: 'type' });
    await expect(first({ comments: [3] })).rejects.toMatchObject({ argument: 'comments[0]', code: 'type' });
  });
});

describe('the writer refuses', () => {
  const matrix = csrFromDense(
    matrixFromRows([
      [1, 2],
      [3, 0.5],
    ]),
  );
  test.each<[string, string, Written, WriteMatrixMarketOptions]>([
    ['a symmetry that the values do not have', 'matrix', matrix, { symmetry: 'symmetric' }],
    [
      'a symmetry that the pattern does not have',
      'matrix',
      csrFromDense(
        matrixFromRows([
          [1, 2],
          [0, 1],
        ]),
      ),
      { symmetry: 'symmetric' },
    ],
    ['a skew matrix with a diagonal', 'matrix', matrix, { symmetry: 'skew-symmetric' }],
    ['an oblong symmetric matrix', 'matrix', csrFromDense(matrixFromRows([[1, 2]])), { symmetry: 'symmetric' }],
    ['fractions as integers', 'matrix.values', matrix, { field: 'integer' }],
    ['a dense pattern', 'field', csrToDense(matrix), { field: 'pattern' }],
    ['complex without an imaginary part', 'imaginary', matrix, { field: 'complex' }],
    [
      'an imaginary part of another pattern',
      'imaginary',
      matrix,
      {
        imaginary: transposeCsr(
          csrFromDense(
            matrixFromRows([
              [1, 0],
              [1, 1],
            ]),
          ),
        ),
      },
    ],
    ['an imaginary part of another shape', 'imaginary', csrToDense(matrix), { imaginary: matrixFromRows([[1]]) }],
    ['a real hermitian matrix', 'symmetry', matrix, { symmetry: 'hermitian' }],
    ['what is no matrix', 'matrix.rows', { rowPointers: 3 } as never, {}],
  ])('%s', async (_, argument, bad, options) => {
    await expect(text(bad, options)).rejects.toThrow(expect.objectContaining({ argument }));
  });
});

test('a matrix of a hundred thousand rows is written and read in pieces', async () => {
  const rows = 100_000;
  const indices = Int32Array.from({ length: rows }, (_, i) => i);
  const matrix = csrFromTriplets({
    rows,
    cols: rows,
    rowIndices: indices,
    columnIndices: indices,
    values: indices.map((i) => i % 97),
  });
  const written = await parts(matrix, { symmetry: 'symmetric' });
  expect(written.length).toBeGreaterThan(10);
  const { matrix: back } = await readMatrixMarket(written);
  checkCsr(back, 'back');
  expect(back).toEqual(matrix);
});

test('entries on both sides of the diagonal are read as SciPy reads them, and diagonals of zeros in skew matrices', () => {
  const dense = (file: string) => {
    const { matrix, imaginary } = parseMatrixMarket(file);
    const valuesOf = (part: typeof matrix) => ('rowPointers' in part ? csrToDense(part) : part).values.join(' ');
    return imaginary ? `${valuesOf(matrix)} | ${valuesOf(imaginary)}` : valuesOf(matrix);
  };
  const head = (kind: string) => `%%MatrixMarket matrix coordinate ${kind}\n`;
  expect(dense(`${head('real symmetric')}2 2 2\n1 2 5\n2 2 1\n`)).toBe('0 5 5 1');
  expect(dense(`${head('real skew-symmetric')}2 2 2\n1 1 0\n1 2 5\n`)).toBe('0 5 -5 0');
  expect(dense(`${head('complex hermitian')}2 2 1\n1 2 5 3\n`)).toBe('0 5 5 0 | 0 3 -3 0');
  expect(dense(`${head('real hermitian')}2 2 1\n2 1 5\n`)).toBe('0 5 5 0');
});

test('matrices without rows or columns are read and written, and limits can be raised', async () => {
  const empty = parseMatrixMarket('%%MatrixMarket matrix coordinate real general\n0 3 0\n');
  expect(empty.matrix).toMatchObject({ rows: 0, cols: 3 });
  expect(parseMatrixMarket('%%MatrixMarket matrix array real general\n4 0\n').matrix).toMatchObject({ rows: 4, cols: 0 });
  const file = '%%MatrixMarket matrix coordinate real general\n1000000 2 1\n7 1 1\n';
  expect(() => parseMatrixMarket(file, { maxBytes: 1e6 })).toThrow(
    expect.objectContaining({ argument: 'text', code: 'too-large', index: 2 }),
  );
  expect(parseMatrixMarket(file, { maxBytes: 1e7 }).matrix.rows).toBe(1e6);
});
