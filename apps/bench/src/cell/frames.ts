// The frames between the coordinator and the processes of cells: a mark, the length of the body, the body as JSON.
// A length needs no line ends, so no text can look like the end of a message; a mark tells a message from garbage.
import { writeSync } from 'node:fs';

const MARK = Buffer.from('IBF1');
const HEAD = MARK.length + 4;
/** Bytes of a body; a result has sixty samples of a few metrics, which is far less. */
const LONGEST_BODY = 16 * 2 ** 20;

/** A message as bytes. */
export function encodeFrame(message: unknown): Buffer {
  const body = Buffer.from(JSON.stringify(message));
  const frame = Buffer.alloc(HEAD + body.length);
  MARK.copy(frame);
  frame.writeUInt32LE(body.length, MARK.length);
  body.copy(frame, HEAD);
  return frame;
}

/** Writes a message at once, so that nothing is lost if the process dies in the next step. */
export function writeFrame(pipe: number, message: unknown): void {
  const frame = encodeFrame(message);
  for (let written = 0; written < frame.length; ) written += writeSync(pipe, frame, written);
}

/** Puts messages together again, however the bytes arrive. */
export class FrameReader {
  #pending: Buffer = Buffer.alloc(0);

  /**
   * The messages that `chunk` completes.
   *
   * @throws {Error} when the bytes are no frame; nothing after them can be read
   */
  *push(chunk: Buffer): Generator<unknown, void> {
    this.#pending = this.#pending.length === 0 ? chunk : Buffer.concat([this.#pending, chunk]);
    for (let frame = this.#next(); frame; frame = this.#next()) yield frame.message;
  }

  #next(): { readonly message: unknown } | undefined {
    const bytes = this.#pending;
    const marked = Math.min(bytes.length, MARK.length);
    if (!bytes.subarray(0, marked).equals(MARK.subarray(0, marked)))
      throw new Error('bytes that are no message');
    if (bytes.length < HEAD) return undefined;
    const length = bytes.readUInt32LE(MARK.length);
    if (length > LONGEST_BODY) throw new Error(`a message of ${length} bytes`);
    if (bytes.length < HEAD + length) return undefined;
    this.#pending = bytes.subarray(HEAD + length);
    return { message: parseBody(bytes.subarray(HEAD, HEAD + length)) };
  }
}

function parseBody(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString('utf8'));
  } catch {
    throw new Error('a message that is not JSON');
  }
}
