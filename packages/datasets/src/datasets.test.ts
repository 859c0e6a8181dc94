// Every loader against golden values that scripts/make_golden.py computed from the originals with other readers.
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { loadBreastCancer } from './breast-cancer.ts';
import { loadChina } from './china.ts';
import { loadDigits } from './digits.ts';
import { loadDigits28 } from './digits-28.ts';
import { loadEarthquakes } from './earthquakes.ts';
import golden from './fixtures/golden.json' with { type: 'json' };
import { loadFlower } from './flower.ts';
import type { CharacterText } from './hamlet.ts';
import { loadHamlet } from './hamlet.ts';
import type { DatasetInfo, DenseMatrix } from './index.ts';
import { datasets } from './index.ts';
import { loadIris } from './iris.ts';

interface Loaded {
  readonly matrix: DenseMatrix;
  readonly labels?: Uint8Array;
  readonly license: string;
  readonly source: string;
}

const loaders: Record<keyof typeof golden, () => Loaded> = {
  'breast-cancer': () => named(loadBreastCancer(), 'features'),
  china: () => named(loadChina(), 'pixels'),
  digits: () => named(loadDigits(), 'images'),
  'digits-28': () => named(loadDigits28(), 'images'),
  earthquakes: () => named(loadEarthquakes(), 'points'),
  flower: () => named(loadFlower(), 'pixels'),
  hamlet: () => asColumn(loadHamlet()),
  iris: () => named(loadIris(), 'features'),
};
const names = Object.keys(loaders) as (keyof typeof golden)[];
const folder = fileURLToPath(new URL('..', import.meta.url));

describe.each(names)('%s', (name) => {
  const expected: { [key: string]: unknown } = golden[name];
  const { sum, min, max, firstRow } = golden[name];

  it('has the entries of the original', () => {
    const { matrix } = loaders[name]();
    expect(matrix).toMatchObject({ rows: expected['rows'], cols: expected['cols'] });
    expect([...matrix.values.slice(0, firstRow.length)]).toEqual(firstRow);
    expect(matrix.values.reduce((total, value) => total + value, 0)).toBeCloseTo(sum, 6);
    const ascending = matrix.values.toSorted();
    expect([ascending.at(0), ascending.at(-1)]).toEqual([min, max]);
    expect(sha256(matrix.values)).toBe(expected['sha256']);
  });

  it.runIf('classCounts' in expected)('has the classes of the original', () => {
    const labels = loaders[name]().labels as Uint8Array;
    const counts: number[] = new Array(Math.max(...labels) + 1).fill(0);
    for (const label of labels) counts[label]++;
    expect(counts).toEqual(expected['classCounts']);
    expect(sha256(labels)).toBe(expected['labelsSha256']);
  });

  it('is listed with its size and its licence', () => {
    const { matrix, license, source } = loaders[name]();
    const info = datasets.find((dataset) => dataset.name === name) as DatasetInfo;
    expect(info).toMatchObject({ rows: matrix.rows, cols: matrix.cols, license, source });
    expect(info.title && info.citation).not.toBe('');
    const text = readFileSync(`${folder}licenses/${name}.md`, 'utf8');
    expect(text).toContain(license);
    expect(text).toMatch(/SHA-256.*`[0-9a-f]{64}`/);
    expect(originals).toContain(/`([0-9a-f]{64})`/.exec(text)?.[1]);
  });

  it('gives new arrays with every call', () => {
    loaders[name]().matrix.values.fill(-1);
    expect(sha256(loaders[name]().matrix.values)).toBe(expected['sha256']);
  });

  it('has an entry in package.json, and a module below 300 kB', () => {
    const manifest = JSON.parse(readFileSync(`${folder}package.json`, 'utf8'));
    expect(manifest.exports[`./${name}`].default).toBe(`./dist/${name}.js`);
    expect(statSync(`${folder}src/fixtures/${name}.ts`).size).toBeLessThan(300_000);
  });
});

describe('the list', () => {
  it('names every data set once, and no other', () => {
    expect(datasets.map(({ name }) => name)).toEqual(names);
    const modules = readdirSync(`${folder}src/fixtures`).filter((file) => file.endsWith('.ts'));
    expect(modules).toEqual(names.map((name) => `${name}.ts`).sort());
  });

  it('has the text of every licence that asks for it', () => {
    expect(existsSync(`${folder}licenses/Apache-2.0.txt`)).toBe(true);
    expect(existsSync(`${folder}licenses/BSD-3-Clause-scikit-learn.txt`)).toBe(true);
  });
});

describe('what belongs to one set only', () => {
  it('gives the earthquakes their magnitudes', () => {
    const { magnitudes } = loadEarthquakes();
    expect(sha256(magnitudes)).toBe(golden.earthquakes.magnitudes.sha256);
  });

  it('leaves a margin of 4 pixels around the larger digits', () => {
    const { images, shape } = loadDigits28();
    const outside = images.values.filter((_, index) => {
      const [y, x] = [Math.floor(index / 28) % 28, index % 28];
      return y < 4 || y >= 24 || x < 4 || x >= 24;
    });
    expect(shape).toEqual([28, 28]);
    expect(outside).toHaveLength(200 * (784 - 400));
    expect(outside.every((value) => value === 0)).toBe(true);
  });

  it('spells the play by the places of its characters in the alphabet', () => {
    const { text, alphabet, characters } = loadHamlet();
    expect(Array.from(characters.subarray(0, 6), (place) => alphabet[place]).join('')).toBe('HAMLET');
    expect(alphabet).toBe([...new Set(text)].sort().join(''));
    expect(text.match(/To be, or not to be/g)).toHaveLength(1);
  });

  it('has the means that Fisher printed for setosa', () => {
    const { features, labels } = loadIris();
    const means = [0, 1, 2, 3].map((column) => {
      const lengths = features.values.filter((_, k) => k % 4 === column && labels[Math.floor(k / 4)] === 0);
      return lengths.reduce((sum, length) => sum + length, 0) / lengths.length;
    });
    expect(means.map((mean) => mean.toFixed(3))).toEqual(['5.006', '3.428', '1.462', '0.246']);
  });
});

describe('without what Node adds to the web', () => {
  afterEach(() => vi.unstubAllGlobals());

  it.each(names)('decodes %s with atob alone', (name) => {
    vi.stubGlobal('Buffer', undefined);
    vi.stubGlobal('process', undefined);
    vi.stubGlobal('Uint8Array', withoutFromBase64());
    const { matrix } = loaders[name]();
    vi.unstubAllGlobals();
    expect(sha256(matrix.values)).toBe(golden[name].sha256);
  });

  it.each(names)('decodes %s with the decoder of the engine, where it has one', (name) => {
    // What Uint8Array.fromBase64 is specified to return, for engines that do not have it yet.
    const fromBase64 = (text: string): Uint8Array => new Uint8Array(Buffer.from(text, 'base64'));
    const original = Object.getOwnPropertyDescriptor(Uint8Array, 'fromBase64');
    Object.defineProperty(Uint8Array, 'fromBase64', { value: fromBase64, configurable: true });
    vi.stubGlobal('atob', undefined);
    try {
      expect(sha256(loaders[name]().matrix.values)).toBe(golden[name].sha256);
    } finally {
      if (original) Object.defineProperty(Uint8Array, 'fromBase64', original);
      else Reflect.deleteProperty(Uint8Array, 'fromBase64');
    }
  });
});

const originals = readFileSync(`${folder}scripts/originals.py`, 'utf8');

function named<Key extends string>(loaded: { readonly [K in Key]: DenseMatrix } & Omit<Loaded, 'matrix'>, key: Key): Loaded {
  return { ...loaded, matrix: loaded[key] };
}

/** The codes of the characters, a row each. */
function asColumn({ text, ...rest }: CharacterText): Loaded {
  const values = Float64Array.from(text, (character) => character.charCodeAt(0));
  return { ...rest, matrix: { rows: values.length, cols: 1, values } };
}

function sha256(values: Float64Array | Uint8Array): string {
  return createHash('sha256').update(values).digest('hex');
}

/** Uint8Array as browsers had it before base64 came to the language. */
function withoutFromBase64(): typeof Uint8Array {
  return new Proxy(Uint8Array, { get: (target, key) => (key === 'fromBase64' ? undefined : Reflect.get(target, key, target)) });
}
