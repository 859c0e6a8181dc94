// Separability against brute force in fractions: all smallest sets of rows that can cancel, one by one.
import { Random } from '@infimum/core';
import { certify, check } from '@infimum/core/certificate';
import { mutateCertificate } from '@infimum/core/testing';
import { describe, expect, it } from 'vitest';
import { separability } from './separability.ts';
import { check as checkWitness, separabilityOf } from './separable-classification-checker.ts';
import { certify as prove } from './separable-classification-prover.ts';
import { separable } from './separable-problem.ts';
import type { Separation } from './separation.ts';
import type { SeparableInstance } from './signed-rows.ts';

const isFull = process.env['INFIMUM_FULL'] !== undefined;

/** x 2^1200, exactly. */
function whole(x: number): bigint {
  const bits = new BigUint64Array(Float64Array.of(x).buffer)[0];
  const exponent = (bits >> 52n) & 0x7ffn;
  const fraction = bits & 0xfffffffffffffn;
  const size = exponent === 0n ? fraction << 126n : (fraction | (1n << 52n)) << (exponent + 125n);
  return bits >> 63n === 1n ? -size : size;
}

function wholeRows({ points, labels, fitIntercept }: SeparableInstance): bigint[][] {
  return Array.from({ length: points.rows }, (_, i) => {
    const row = Array.from(points.values.subarray(i * points.cols, (i + 1) * points.cols), whole);
    if (fitIntercept) row.push(whole(1));
    return row.map((entry) => BigInt(labels[i]) * entry);
  });
}

/** Row echelon form by cross multiplication: the rank, and the pivots' columns. */
function eliminate(matrix: bigint[][]): { table: bigint[][]; pivots: number[] } {
  const table = matrix.map((row) => row.slice());
  const pivots: number[] = [];
  const cols = table[0]?.length ?? 0;
  for (let col = 0; col < cols && pivots.length < table.length; col++) {
    const at = pivots.length;
    const found = table.findIndex((row, i) => i >= at && row[col] !== 0n);
    if (found < 0) continue;
    [table[at], table[found]] = [table[found], table[at]];
    for (let i = 0; i < table.length; i++) {
      if (i === at || table[i][col] === 0n) continue;
      const [a, b] = [table[at][col], table[i][col]];
      table[i] = table[i].map((entry, k) => a * entry - b * table[at][k]);
    }
    pivots.push(col);
  }
  return { table, pivots };
}

/** The coefficients of rows that cancel, if there is one such combination but for its size. */
function soleKernel(rows: bigint[][]): bigint[] | undefined {
  const transposed = rows[0].map((_, j) => rows.map((row) => row[j]));
  const { table, pivots } = eliminate(transposed);
  if (pivots.length !== rows.length - 1) return undefined;
  const free = rows.findIndex((_, k) => !pivots.includes(k));
  const sizes = pivots.map((col, r) => table[r][col]);
  const all = sizes.reduce((product, size) => product * size, 1n);
  const kernel = rows.map(() => all);
  pivots.forEach((col, r) => {
    kernel[col] = (-table[r][free] * all) / sizes[r];
  });
  return kernel;
}

/** Gordan and Stiemke: the rows in some positive combination that cancels are the union of the smallest such sets. */
function truthOf(instance: SeparableInstance): 'separable' | 'quasi-separable' | 'inseparable' {
  const rows = wholeRows(instance);
  const covered = new Set<number>();
  const grow = (chosen: number[], next: number) => {
    if (chosen.length > 0) {
      const kernel = soleKernel(chosen.map((i) => rows[i]));
      if (kernel?.every((p) => p > 0n) || kernel?.every((p) => p < 0n)) for (const i of chosen) covered.add(i);
    }
    if (chosen.length > rows[0].length) return;
    for (let i = next; i < rows.length; i++) grow([...chosen, i], i + 1);
  };
  grow([], 0);
  if (covered.size === 0) return 'separable';
  return covered.size === rows.length ? 'inseparable' : 'quasi-separable';
}

/** A witness confirmed by sums of this test's own. */
function confirm(instance: SeparableInstance, answer: ReturnType<typeof separability>): void {
  if (answer.kind === 'undecided') return;
  const rows = wholeRows(instance);
  const { plane, support } = answer.witness;
  if (support) {
    for (let j = 0; j < rows[0].length; j++) {
      expect(support.rows.reduce((sum, i, k) => sum + support.multipliers[k] * rows[i][j], 0n)).toBe(0n);
    }
  }
  if (plane) {
    const form = [...plane.weights, ...(instance.fitIntercept ? [plane.intercept] : [])];
    const sides = rows.map((row) => row.reduce((sum, entry, j) => sum + entry * form[j], 0n));
    if (support) expect(sides.some((side) => side > 0n) && sides.every((side) => side >= 0n)).toBe(true);
    else expect(sides.every((side) => side > 0n)).toBe(true);
  }
}

const shapes = [
  'plain',
  'offset 2e5',
  'offset 1e9',
  'duplicates',
  'collinear',
  'one class',
  'thin',
  'denormal',
  'mixed sizes',
  'constant column',
] as const;
const scales = [1, 2 ** 500, 2 ** -500, 1e150, 1e-150];

/** A few points of a shape on which rounding decides wrongly. */
function draw(random: Random): { instance: SeparableInstance; shape: string } {
  const n = 1 + random.integer(7);
  const d = 1 + random.integer(3);
  const shape = shapes[random.integer(shapes.length)];
  const scale = shape === 'denormal' ? 5e-324 : scales[random.integer(scales.length)];
  const values = Float64Array.from({ length: n * d }, () => random.integer(7) - 3);
  const labels = Int8Array.from({ length: n }, () => (random.integer(2) === 0 ? -1 : 1));
  const direction = Array.from({ length: d }, () => random.integer(5) - 2);
  for (let i = 0; i < n; i++) {
    const side = direction.reduce((sum, w, j) => sum + w * values[i * d + j], 0);
    if (random.integer(3) > 0) labels[i] = side > 0 ? 1 : -1;
    for (let j = 0; j < d; j++) {
      const k = i * d + j;
      if (shape === 'offset 2e5') values[k] += 2e5 + 1;
      if (shape === 'offset 1e9') values[k] += 1e9;
      if (shape === 'duplicates' && i > 1) values[k] = values[(i % 2) * d + j];
      if (shape === 'collinear') values[k] = values[i * d] * (j + 1) + j;
      if (shape === 'thin') values[k] += labels[i] * direction[j] * 1e-12 * random.integer(3);
      if (shape === 'mixed sizes' && j > 0) values[k] *= j === 1 ? 1e-140 : 1e140;
      if (shape === 'constant column' && j === d - 1) values[k] = 0.1;
      values[k] *= scale;
    }
  }
  if (shape === 'one class') labels.fill(1);
  const fitIntercept = random.integer(3) > 0;
  if (!fitIntercept) {
    // No plane through the origin has the origin on a side.
    for (let i = 0; i < n; i++) {
      if (values.subarray(i * d, (i + 1) * d).every((value) => value === 0)) values[i * d] = scale;
    }
  }
  return { instance: { points: { rows: n, cols: d, values }, labels, fitIntercept }, shape };
}

function table(rows: number[][], labels: number[], fitIntercept = true): SeparableInstance {
  const [{ length: cols }] = rows;
  return {
    points: { rows: rows.length, cols, values: Float64Array.from(rows.flat()) },
    labels: Int8Array.from(labels),
    fitIntercept,
  };
}

describe('separability', () => {
  it('is right on drawn sets of every shape, and decides all of them', () => {
    const random = new Random(isFull ? 11 : 10);
    const seen: Record<string, number> = {};
    let undecided = 0;
    for (let turn = 0; turn < (isFull ? 5000 : 400); turn++) {
      const { instance, shape } = draw(random);
      const answer = separability(instance);
      if (answer.kind === 'undecided') undecided++;
      else expect(answer.kind, `${shape}, turn ${turn}`).toBe(truthOf(instance));
      confirm(instance, answer);
      seen[answer.kind] = (seen[answer.kind] ?? 0) + 1;
    }
    expect(undecided).toBe(0);
    for (const kind of ['separable', 'quasi-separable', 'inseparable']) expect(seen[kind]).toBeGreaterThan(20);
  });

  it('decides columns at 2e5, where rounding said that no plane separates', () => {
    const at = (offset: number) => table([[offset], [offset + 1], [offset + 3], [offset + 4]], [-1, -1, 1, 1]);
    for (const offset of [2e5, 2e5 + 1, 1e9, 2 ** 50]) expect(separability(at(offset)).kind).toBe('separable');
    const mixed = { ...at(2e5 + 1), labels: Int8Array.of(-1, 1, -1, 1) };
    expect(separability(mixed).kind).toBe('inseparable');
  });

  it('separates points one rounding apart by a plane of whole numbers, where doubles have none', () => {
    const answer = separability(table([[1], [1 + 2 ** -52]], [-1, 1]));
    expect(answer.kind).toBe('separable');
    const touching = table([[1], [1], [1 + 2 ** -52]], [-1, 1, 1]);
    expect(separability(touching).kind).toBe('quasi-separable');
  });

  it('decides large sets with offsets to 1e9, and margins of 1e-9', () => {
    const random = new Random(4);
    const [n, d] = isFull ? [1000, 20] : [300, 10];
    for (const offset of [0, 1e5, 1e9]) {
      for (const overlap of [false, true]) {
        const values = new Float64Array(n * d);
        const labels = new Int8Array(n);
        for (let i = 0; i < n; i++) {
          // The first coordinate tells the class by 2^-20, a double beside every offset.
          labels[i] = i % 2 === 0 ? 1 : -1;
          for (let j = 0; j < d; j++) values[i * d + j] = (random.integer(2 ** 20) - 2 ** 19) * 2 ** -20;
          values[i * d] = labels[i] * (1 + random.integer(2 ** 10)) * 2 ** -20;
          if (overlap && i < 2) values[i * d] *= -1;
          for (let j = 1; j < d; j++) values[i * d] += values[i * d + j];
          for (let j = 0; j < d; j++) values[i * d + j] += offset;
        }
        const { kind } = separability({ points: { rows: n, cols: d, values }, labels, fitIntercept: true });
        expect(kind).toBe(overlap ? 'inseparable' : 'separable');
      }
    }
  });

  it('needs exact pivots for margins below the roundings of a sum, and is undecided beyond their limit', () => {
    const random = new Random(2);
    const [n, d] = [60, 6];
    const labels = Int8Array.from({ length: n }, (_, i) => (i % 2 === 0 ? 1 : -1));
    const values = Float64Array.from({ length: n * d }, () => random.integer(2 ** 30) * 2 ** 18);
    for (let i = 0; i < n; i++) {
      const rest = values.subarray(i * d + 1, (i + 1) * d);
      values[i * d] = rest.reduce((sum, value, j) => sum + (j + 1) * value, labels[i] * (1 + random.integer(1000)));
    }
    const instance = { points: { rows: n, cols: d, values }, labels, fitIntercept: true };
    expect(separability(instance).kind).toBe('separable');
    const { kind, ...rest } = separability(instance, { maxPivots: 1 });
    expect(kind).toBe('undecided');
    expect(rest).toEqual({ reason: 'exact pivots take longer than the limit' });
  });

  it('gives sparse points the answer of dense ones', () => {
    const dense = table(
      [
        [0, 2],
        [1, 0],
        [3, 0],
        [0, 5],
      ],
      [-1, -1, 1, 1],
    );
    const sparse = {
      ...dense,
      points: {
        rows: 4,
        cols: 2,
        rowPointers: Int32Array.of(0, 1, 2, 3, 4),
        columnIndices: Int32Array.of(1, 0, 0, 1),
        values: Float64Array.of(2, 1, 3, 5),
      },
    };
    expect(separability(sparse)).toEqual(separability(dense));
    const empty = {
      rows: 2,
      cols: 1,
      rowPointers: new Int32Array(3),
      columnIndices: new Int32Array(0),
      values: new Float64Array(0),
    };
    expect(separability({ points: empty, labels: Int8Array.of(1, -1), fitIntercept: true }).kind).toBe('inseparable');
    const twice = {
      ...sparse,
      points: { ...sparse.points, rowPointers: Int32Array.of(0, 1, 3, 3, 4), columnIndices: Int32Array.of(1, 0, 0, 1) },
    };
    expect(separability(twice).kind).toBe('undecided');
  });
});

describe('the checker', () => {
  const plane = (instance: SeparableInstance, weights: number[], intercept: number): Separation => ({
    weights: Float64Array.from(weights),
    intercept,
    updates: 0,
    errors: 0,
    margin: 0,
    geometricMargin: 0,
    ...(instance.fitIntercept ? {} : { intercept: 0 }),
  });

  it('never believes a mutated witness, nor that of another instance', async () => {
    const random = new Random(6);
    const turns = isFull ? 100 : 15;
    let mutations = 0;
    let accepted = 0;
    let last: unknown;
    for (let turn = 0; turn < turns; turn++) {
      const { instance } = draw(random);
      const truth = truthOf(instance);
      const solution = plane(instance, new Array(instance.points.cols).fill(1), 0);
      const { certificate, verdict } = await certify(separable, instance, solution);
      expect(verdict.proved).toBe(true);
      const others = Array.from({ length: 40 }, () => mutateCertificate(certificate!, random).certificate);
      for (const { witness } of [...others, { witness: last }]) {
        mutations++;
        const found = separabilityOf(instance, witness);
        if ('kind' in found) expect(found.kind).toBe(truth);
        const judged = await check(separable, instance, solution, { ...certificate!, witness });
        if (judged.proved) accepted++;
        expect(judged.proved).toBe('kind' in found);
      }
      last = certificate?.witness;
    }
    expect(mutations).toBe(turns * 41);
    expect(accepted).toBeLessThan(mutations / 2);
  });

  it('recounts errors on the plane exactly, where a sum in doubles has another sign', () => {
    const instance = table(
      [
        [1e16, 1, -1e16],
        [-1, -1, -1],
      ],
      [1, -1],
    );
    const solution = plane(instance, [1, 1, 1], 0);
    const witness = prove(instance, solution);
    const verdict = checkWitness(instance, solution, witness);
    expect(verdict).toMatchObject({ proved: true, figures: { errors: { lower: 0, upper: 0 } } });
    expect((1e16 + 1 - 1e16) * 1 > 0).toBe(false);
  });

  it.each([
    ['no witness', undefined, 'no plane and no support'],
    ['a plane with an error', { plane: { weights: [-1n], intercept: 0n } }, 'is not above'],
    ['a plane through a point', { plane: { weights: [1n], intercept: -3n } }, 'is not above'],
    ['a plane of doubles', { plane: { weights: [1], intercept: -2 } }, 'as many integers'],
    ['rows that do not cancel', { support: { rows: [0, 1], multipliers: [1n, 1n] } }, 'do not cancel'],
    ['a multiplier of 0', { support: { rows: [0], multipliers: [0n] } }, 'not above 0'],
    ['a row twice', { support: { rows: [0, 0], multipliers: [1n, 1n] } }, 'each once'],
    ['a row that is none', { support: { rows: [9], multipliers: [1n] } }, 'each once'],
  ])('refuses %s', (_, witness, reason) => {
    const found = separabilityOf(table([[1], [3]], [-1, 1]), witness);
    expect('reason' in found && found.reason).toContain(reason);
  });

  it('refuses what is no instance, and never throws', () => {
    const sound = table(
      [
        [1, 0],
        [3, 2],
      ],
      [-1, 1],
    );
    const sparse = {
      rows: 2,
      cols: 2,
      rowPointers: Int32Array.of(0, 1, 2),
      columnIndices: Int32Array.of(0, 1),
      values: Float64Array.of(1, 2),
    };
    const points: unknown[] = [
      undefined,
      { ...sound.points, cols: 3 },
      { ...sound.points, rows: 2 ** 53 },
      { ...sound.points, values: Float64Array.of(1, 0, Number.NaN, 2) },
      { ...sparse, rowPointers: Int32Array.of(0, 3, 2) },
      { ...sparse, columnIndices: Int32Array.of(0, 2) },
      { ...sparse, columnIndices: Int32Array.of(0, -1) },
      { ...sparse, rowPointers: Int32Array.of(0, 0, 2), columnIndices: Int32Array.of(1, 1) },
      { ...sparse, cols: 2 ** 40 },
    ];
    const instances: unknown[] = [undefined, null, 3, { ...sound, labels: Int8Array.of(1, 0) }, { ...sound, labels: [1, 1] }];
    for (const broken of [...instances, ...points.map((one) => ({ ...sound, points: one }))]) {
      expect(separabilityOf(broken as SeparableInstance, { plane: { weights: [1n, 0n], intercept: -2n } })).toHaveProperty(
        'reason',
      );
      expect(checkWitness(broken as SeparableInstance, undefined as never, undefined).proved).toBe(false);
    }
    const witness = { plane: { weights: [1n, 0n], intercept: -2n } };
    expect(separabilityOf(sound, witness)).toEqual({ kind: 'separable' });
    for (const solution of [
      undefined,
      {},
      { weights: [1, 0], intercept: 0 },
      plane(sound, [Number.NaN, 0], 1),
      plane(sound, [1], 1),
    ]) {
      expect(checkWitness(sound, solution as Separation, witness).proved).toBe(false);
    }
  });

  it('refuses a support that does not span the rows, and a kernel that is none', () => {
    const instance = table(
      [
        [0, 0],
        [0, 0],
        [1, 1],
      ],
      [1, -1, 1],
    );
    const support = { rows: [0, 1], multipliers: [1n, 1n] };
    expect(separabilityOf(instance, { support })).toHaveProperty('reason');
    expect(
      separabilityOf(instance, {
        support,
        kernel: [
          [1n, 0n, 0n],
          [0n, 1n, 0n],
        ],
      }),
    ).toHaveProperty('reason');
    expect(separabilityOf(instance, { support, plane: { weights: [1n, 1n], intercept: 0n } })).toEqual({
      kind: 'quasi-separable',
    });
    expect(separabilityOf(instance, { support, plane: { weights: [1n, -1n], intercept: 0n } })).toHaveProperty('reason');
  });
});
