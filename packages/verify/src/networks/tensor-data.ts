// Stored numbers of all the kinds that networks come in, as doubles.
import { InvalidInputError } from '@infimum/core';

/** Numbers of a type as safetensors names it, little-endian, at any place in a file: copied, as they may not be aligned. */
export function decodeNumbers(bytes: Uint8Array, type: string, argument: string): Float64Array {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const read = (size: number, at: (offset: number) => number) =>
    Float64Array.from({ length: Math.floor(bytes.byteLength / size) }, (_, i) => at(i * size));
  switch (type) {
    case 'F64':
      return read(8, (offset) => view.getFloat64(offset, true));
    case 'F32':
      return read(4, (offset) => view.getFloat32(offset, true));
    case 'F16':
      return read(2, (offset) => halfFloat(view.getUint16(offset, true)));
    case 'BF16':
      return read(2, (offset) => brainFloat(view.getUint16(offset, true)));
    case 'I32':
      return read(4, (offset) => view.getInt32(offset, true));
    case 'I64':
      return read(8, (offset) => Number(view.getBigInt64(offset, true)));
    default:
      throw new InvalidInputError(`has numbers of the type ${type}, which is not known`, {
        argument,
        code: 'unsupported',
      });
  }
}

/** Five bits of exponent, ten of fraction. */
export function halfFloat(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 0x1f;
  const fraction = bits & 0x3ff;
  if (exponent === 0x1f) return fraction ? Number.NaN : sign * Infinity;
  return exponent === 0 ? sign * fraction * 2 ** -24 : sign * (1024 + fraction) * 2 ** (exponent - 25);
}

const pun = new DataView(new ArrayBuffer(4));

/** The upper half of a single-precision number. */
function brainFloat(bits: number): number {
  pun.setUint32(0, bits << 16);
  return pun.getFloat32(0);
}
