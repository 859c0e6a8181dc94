// Decodes the text in a module to numbers, with functions of both Node and browsers.

/** The bytes of a base64 text, by the engine's own decoder if it has one. */
export function bytesFromBase64(text: string): Uint8Array {
  const { fromBase64 } = Uint8Array as { fromBase64?: (text: string) => Uint8Array };
  if (fromBase64) return fromBase64.call(Uint8Array, text);
  const binary = atob(text);
  const bytes = new Uint8Array(binary.length);
  for (let at = 0; at < bytes.length; at++) bytes[at] = binary.charCodeAt(at);
  return bytes;
}

/** One number a character: the code above that of `0`. */
export function bytesFromCharacters(text: string): Uint8Array {
  const numbers = new Uint8Array(text.length);
  for (let at = 0; at < numbers.length; at++) numbers[at] = text.charCodeAt(at) - 48;
  return numbers;
}

/** Signed little-endian integers of `width` bytes behind base64. */
export function integersFromBase64(text: string, width: 2 | 4): Float64Array {
  const bytes = bytesFromBase64(text);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return Float64Array.from({ length: bytes.length / width }, (_, index) =>
    width === 2 ? view.getInt16(2 * index, true) : view.getInt32(4 * index, true),
  );
}
