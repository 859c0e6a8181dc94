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
      // The upper halves of single-precision numbers.
      return Float64Array.from(
        new Float32Array(
          Uint32Array.from({ length: bytes.byteLength >> 1 }, (_, i) => view.getUint16(2 * i, true) << 16)
            .buffer,
        ),
      );
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
