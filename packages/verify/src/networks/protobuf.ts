// Reading of the protobuf wire format: only the fields of a message by number. A full library would be larger than this package, and the
// one npm package with ONNX's messages depends on a release of 2016.

/** A field of a message: a number, or bytes. */
export interface WireField {
  readonly field: number;
  /** Varints and fixed numbers. */
  readonly value: number;
  /** Texts, messages, packed numbers. */
  readonly bytes: Uint8Array | undefined;
}

/** A message that ends in the middle of a field, or is not a message. */
export class WireError extends Error {}

/** The fields of a message in the order of the file. */
export function* wireFields(bytes: Uint8Array): Generator<WireField> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let at = 0;
  const varint = (): number => {
    const end = endOfVarint(bytes, at);
    if (end === undefined) throw new WireError('ends in the middle of a number');
    const value = varintOf(bytes, at, end);
    at = end;
    return value;
  };
  const need = (length: number): void => {
    if (!(at + length <= bytes.length)) throw new WireError('ends in the middle of a field');
  };
  while (at < bytes.length) {
    const key = varint();
    const field = Math.floor(key / 8);
    const type = key % 8;
    if (type === 0) yield { field, value: varint(), bytes: undefined };
    else if (type === 1) {
      need(8);
      yield { field, value: view.getFloat64(at, true), bytes: bytes.subarray(at, at + 8) };
      at += 8;
    } else if (type === 2) {
      const length = varint();
      need(length);
      yield { field, value: 0, bytes: bytes.subarray(at, at + length) };
      at += length;
    } else if (type === 5) {
      need(4);
      yield { field, value: view.getFloat32(at, true), bytes: bytes.subarray(at, at + 4) };
      at += 4;
    } else throw new WireError(`has a field of the unknown type ${type}`);
  }
}

/** The numbers of a packed field of varints. */
export function packedVarints(bytes: Uint8Array): number[] {
  const values: number[] = [];
  let at = 0;
  for (let end = endOfVarint(bytes, at); end !== undefined; end = endOfVarint(bytes, at)) {
    values.push(varintOf(bytes, at, end));
    at = end;
  }
  return values;
}

/** The end of the number that begins at `at`; undefined if it is incomplete. */
function endOfVarint(bytes: Uint8Array, at: number): number | undefined {
  for (let end = at; end < bytes.length && end < at + 10; end++) if (bytes[end] < 0x80) return end + 1;
  return undefined;
}

/** Seven bits a byte, the lowest first; negative numbers have 64 bits. */
function varintOf(bytes: Uint8Array, from: number, to: number): number {
  let value = 0n;
  for (let at = to - 1; at >= from; at--) value = (value << 7n) | BigInt(bytes[at] & 0x7f);
  return Number(BigInt.asIntN(64, value));
}

export const textOf = (bytes: Uint8Array | undefined): string => new TextDecoder().decode(bytes);
