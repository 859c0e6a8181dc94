// Mutations of certificates: a checker must refuse them or prove only what is true.
import type { Certificate } from '../certificate.ts';
import type { Random } from '../random.ts';

/** A certificate with one thing wrong, and what it is. */
export interface MutatedCertificate {
  /** The changed copy. */
  readonly certificate: Certificate;
  /** What was changed, and where. */
  readonly description: string;
}

type Leaf = number | bigint | string | boolean;
type Keyed = Record<string | number, unknown>;

/** A value inside the witness: its container, its key and its path. */
interface Place {
  readonly holder: Keyed;
  readonly key: string | number;
  readonly path: string;
}

/**
 * A copy of a certificate in which one number, list or field of the witness is changed: a number by one unit in the last place,
 * its sign, to NaN, an infinity or 0, doubled; a list by an entry that is swapped with another, dropped or there twice, or
 * shortened to half; a field is left out.
 *
 * @example
 * ```ts
 * import { Random } from '@infimum/core';
 * import { mutateCertificate } from '@infimum/core/testing';
 *
 * const certificate = { problem: 'demo/root', kind: 'bound', witness: { x: 2 } };
 * console.log(mutateCertificate(certificate, new Random(3)).certificate.problem); // demo/root
 * ```
 */
export function mutateCertificate(certificate: Certificate, random: Random): MutatedCertificate {
  const holder: Keyed = { witness: structuredClone(certificate.witness) };
  const places = [...placesOf(holder, '')];
  const { holder: at, key, path } = places[random.integer(places.length)];
  const [value, what] = mutated(at[key], random);
  if (value === undefined) delete at[key];
  else at[key] = value;
  return { certificate: { ...certificate, witness: holder['witness'] }, description: `${path} ${what}` };
}

/** All values that can be changed, lists and objects before what they hold. */
function* placesOf(holder: Keyed, path: string): Generator<Place> {
  const keys = isList(holder)
    ? Array.from({ length: (holder as unknown as unknown[]).length }, (_, k) => k)
    : Object.keys(holder);
  for (const key of keys) {
    const inside = path === '' ? String(key) : `${path}.${key}`;
    yield { holder, key, path: inside };
    const value = holder[key];
    if (typeof value === 'object' && value !== null) yield* placesOf(value as Keyed, inside);
  }
}

/** The changed value, undefined for a field that is left out, and what was done. */
function mutated(value: unknown, random: Random): [unknown, string] {
  if (typeof value === 'number') return pick(numberChanges(value), random);
  if (typeof value === 'bigint') {
    const changes: [unknown, string][] = [
      [value + 1n, 'plus one'],
      [-value, 'of the other sign'],
      [0n, 'set to 0'],
      [2n * value, 'doubled'],
      [Number(value), 'as a double'],
    ];
    return pick(changes, random);
  }
  if (isList(value) && value.length > 0) {
    const list = value as unknown as Leaf[] & { slice(from: number, to: number): Leaf[] };
    const [i, j] = [random.integer(list.length), random.integer(list.length)];
    const without = list.filter((_: Leaf, k: number) => k !== i);
    const swapped = list.slice(0, list.length);
    [swapped[i], swapped[j]] = [list[j], list[i]];
    const repeated = list.map((entry: Leaf, k: number) => (k === j ? list[i] : entry));
    const changes: [unknown, string][] = [
      [swapped, `with entries ${i} and ${j} swapped`],
      [without, `without entry ${i}`],
      [repeated, `with entry ${i} in place of ${j}`],
      [list.slice(0, Math.floor(list.length / 2)), 'shortened'],
    ];
    return pick(changes, random);
  }
  return [undefined, 'left out'];
}

function numberChanges(value: number): [unknown, string][] {
  const bits = new BigInt64Array(Float64Array.of(value).buffer);
  bits[0] += 1n;
  return [
    [new Float64Array(bits.buffer)[0], 'one unit in the last place further'],
    [-value, 'of the other sign'],
    [Number.NaN, 'set to NaN'],
    [Infinity, 'set to Infinity'],
    [-Infinity, 'set to -Infinity'],
    [0, 'set to 0'],
    [2 * value, 'doubled'],
    [String(value), 'as a text'],
  ];
}

function isList(value: unknown): value is unknown[] {
  return Array.isArray(value) || (ArrayBuffer.isView(value) && !(value instanceof DataView));
}

function pick(changes: readonly [unknown, string][], random: Random): [unknown, string] {
  return changes[random.integer(changes.length)];
}
