// Bytes as text that compresses as well as the bytes, and is shorter than base64: one character for each of the common bytes.
// Base64 splits bytes, so that repetitions in a binary do not repeat in the text.

/** Bytes that are one character; each other has one of two marks before its own. */
const PLAIN = 89;
/** Added to a byte, so that the prefix of SIMD instructions and all small numbers come first. */
const OFFSET = 3;

/** The text of bytes; `textToBytes` of linalg reads it. */
export function bytesToText(bytes: Uint8Array): string {
  let text = '';
  for (const byte of bytes) {
    const value = (byte + OFFSET) % 256;
    const group = Math.floor(value / PLAIN);
    if (group > 0) text += character(PLAIN - 1 + group);
    text += character(value % PLAIN);
  }
  return text;
}

/** From `#` on, without the backslash: no character that a string would have to escape. */
function character(digit: number): string {
  const code = 35 + digit;
  return String.fromCharCode(code < 92 ? code : code + 1);
}
