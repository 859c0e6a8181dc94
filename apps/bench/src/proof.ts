// Files of proofs: a problem's id, an instance, a solution and a certificate, as JSON that keeps every bit.
import type { Certificate } from '@infimum/core/certificate';
import { isJsonObject, parseJson } from './json.ts';
import { UsageError } from './usage-error.ts';

/** What a file of a proof holds. */
export interface Proof {
  readonly problem: string;
  readonly instance: unknown;
  readonly solution: object;
  readonly certificate: Certificate;
}

const FORMAT = 'infimum-proof/1';

const TYPES = {
  Float64Array,
  Float32Array,
  Int32Array,
  Uint32Array,
  Int16Array,
  Uint16Array,
  Int8Array,
  Uint8Array,
  BigInt64Array,
  BigUint64Array,
} as const;

/** The text of a file. */
export function formatProof(proof: Proof): string {
  return `${JSON.stringify(encode({ format: FORMAT, ...proof }))}\n`;
}

/**
 * Reads the text of a file.
 *
 * @throws {UsageError} when it is none
 */
export function parseProof(text: string, source: string): Proof {
  const read = decode(parseJson(text, source), source);
  if (!isJsonObject(read) || read['format'] !== FORMAT)
    throw new UsageError(`${source} is not a proof: its format is not ${FORMAT}`);
  const { problem, instance, solution, certificate } = read;
  if (typeof problem !== 'string') throw new UsageError(`${source} names no problem`);
  if (!isJsonObject(solution)) throw new UsageError(`${source} has no solution`);
  if (!isJsonObject(certificate)) throw new UsageError(`${source} has no certificate`);
  const { kind, problem: proved } = certificate;
  if (typeof kind !== 'string' || typeof proved !== 'string') {
    throw new UsageError(`${source} has a certificate without a problem or a kind`);
  }
  return { problem, instance, solution, certificate: certificate as unknown as Certificate };
}

/** What JSON has no word for becomes an object with one key that begins with `$`. */
function encode(value: unknown): unknown {
  if (typeof value === 'bigint') return { $bigint: String(value) };
  if (typeof value === 'number' && (!Number.isFinite(value) || Object.is(value, -0))) {
    return { $number: Object.is(value, -0) ? '-0' : String(value) };
  }
  if (ArrayBuffer.isView(value)) {
    const bytes = Buffer.from(value.buffer, value.byteOffset, value.byteLength);
    return { [`$${value.constructor.name}`]: bytes.toString('base64') };
  }
  if (Array.isArray(value)) return value.map(encode);
  if (!isJsonObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, encode(item)]));
}

function decode(value: unknown, source: string): unknown {
  if (Array.isArray(value)) return value.map((item) => decode(item, source));
  if (!isJsonObject(value)) return value;
  const [[key, item] = ['', undefined], ...more] = Object.entries(value);
  if (!key.startsWith('$') || more.length > 0) {
    return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, decode(one, source)]));
  }
  const type = key.slice(1);
  const wrong = () => new UsageError(`${source} has a malformed ${type}`);
  if (typeof item !== 'string') throw wrong();
  if (type === 'number') return Number(item);
  if (type === 'bigint') {
    if (!/^-?\d+$/.test(item)) throw wrong();
    return BigInt(item);
  }
  if (!Object.hasOwn(TYPES, type)) throw wrong();
  const Type = TYPES[type as keyof typeof TYPES];
  const bytes = Buffer.from(item, 'base64');
  if (bytes.length % Type.BYTES_PER_ELEMENT !== 0) throw wrong();
  return new Type(new Uint8Array(bytes).buffer);
}
