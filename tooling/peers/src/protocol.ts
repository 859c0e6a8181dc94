// One message: a line of JSON, then the bytes of the arrays it refers to, one after the other, little-endian.
// The Python side is protocol.py, which describes the format.

/** Arrays that travel. */
export type PeerArray = Float64Array | Float32Array | Int32Array | Uint32Array | Uint16Array | Uint8Array | Int8Array;

/** What may stand in an instance, in options or in a solution. */
export type PeerValue =
  | undefined
  | null
  | boolean
  | number
  | string
  | PeerArray
  | readonly PeerValue[]
  | { readonly [key: string]: PeerValue };

/** A message: an object at the top. */
export type PeerMessage = { readonly [key: string]: PeerValue };

interface ArrayHeader {
  readonly type: keyof typeof arrayTypes;
  readonly length: number;
}

const arrayTypes = {
  float64: Float64Array,
  float32: Float32Array,
  int32: Int32Array,
  uint32: Uint32Array,
  uint16: Uint16Array,
  uint8: Uint8Array,
  int8: Int8Array,
};

/** The chunks to write, the header line first. The arrays are not copied: write them before they change. */
export function encodeMessage(message: object): Uint8Array[] {
  const arrays: PeerArray[] = [];
  const tree = encode(message, arrays, 'message') as object;
  const header = { ...tree, arrays: arrays.map((array) => ({ type: typeName(array), length: array.length })) };
  const line = new TextEncoder().encode(`${JSON.stringify(header)}\n`);
  return [line, ...arrays.map((array) => new Uint8Array(array.buffer, array.byteOffset, array.byteLength))];
}

/** Puts messages together again from the chunks of a stream. */
export class MessageDecoder {
  readonly #onHeader: () => void;
  readonly #onMessage: (message: PeerMessage) => void;
  #line: Uint8Array[] = [];
  #header: Record<string, unknown> | undefined;
  #arrays: PeerArray[] = [];
  /** Index of the array being filled, and the bytes of it that are there. */
  #index = 0;
  #filled = 0;

  /**
   * @param onMessage - called with every complete message
   * @param onHeader - called as soon as a message's header line is there
   */
  constructor(onMessage: (message: PeerMessage) => void, onHeader: () => void = () => {}) {
    this.#onMessage = onMessage;
    this.#onHeader = onHeader;
  }

  /** @throws {SyntaxError} when a header line is not JSON */
  push(chunk: Uint8Array): void {
    let rest = chunk;
    while (rest.length > 0) rest = this.#header ? this.#takeBytes(rest) : this.#takeLine(rest);
  }

  #takeLine(chunk: Uint8Array): Uint8Array {
    const end = chunk.indexOf(10);
    this.#line.push(end < 0 ? chunk : chunk.subarray(0, end));
    if (end < 0) return chunk.subarray(chunk.length);
    const { arrays = [], ...header } = JSON.parse(new TextDecoder().decode(concatenate(this.#line)));
    this.#line = [];
    this.#header = header;
    this.#arrays = (arrays as ArrayHeader[]).map(({ type, length }) => new arrayTypes[type](length));
    this.#index = 0;
    this.#filled = 0;
    this.#onHeader();
    this.#deliver();
    return chunk.subarray(end + 1);
  }

  #takeBytes(chunk: Uint8Array): Uint8Array {
    const array = this.#arrays[this.#index];
    const count = Math.min(chunk.length, array.byteLength - this.#filled);
    new Uint8Array(array.buffer).set(chunk.subarray(0, count), this.#filled);
    this.#filled += count;
    this.#deliver();
    return chunk.subarray(count);
  }

  /** Steps over full arrays; hands the message on when the last is. */
  #deliver(): void {
    while (this.#index < this.#arrays.length && this.#filled === this.#arrays[this.#index].byteLength) {
      this.#index++;
      this.#filled = 0;
    }
    if (this.#index < this.#arrays.length) return;
    const message = decode(this.#header, this.#arrays) as PeerMessage;
    this.#header = undefined;
    this.#onMessage(message);
  }
}

function encode(value: unknown, arrays: PeerArray[], path: string): unknown {
  if (isPeerArray(value)) return { $array: arrays.push(value) - 1 };
  if (typeof value === 'number' && !Number.isFinite(value)) return { $number: String(value) };
  if (Array.isArray(value)) return value.map((item, index) => encode(item, arrays, `${path}[${index}]`));
  if (isPlainObject(value)) {
    const entries = Object.entries(value);
    return Object.fromEntries(entries.map(([key, item]) => [key, encode(item, arrays, `${path}.${key}`)]));
  }
  if (value !== null && !['undefined', 'boolean', 'number', 'string'].includes(typeof value)) {
    throw new TypeError(`${path}: a value of this kind cannot be sent to a peer`);
  }
  return value;
}

function decode(value: unknown, arrays: readonly PeerArray[]): PeerValue {
  if (Array.isArray(value)) return value.map((item) => decode(item, arrays));
  if (typeof value !== 'object' || value === null) return value as PeerValue;
  if ('$array' in value) return arrays[value.$array as number];
  if ('$number' in value) return Number(value.$number);
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, decode(item, arrays)]));
}

function isPeerArray(value: unknown): value is PeerArray {
  return Object.values(arrayTypes).some((type) => value instanceof type);
}

function isPlainObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype;
}

function typeName(array: PeerArray): string {
  return array.constructor.name.replace('Array', '').toLowerCase();
}

function concatenate(chunks: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(chunks.reduce((sum, chunk) => sum + chunk.length, 0));
  let offset = 0;
  for (const chunk of chunks) {
    whole.set(chunk, offset);
    offset += chunk.length;
  }
  return whole;
}
