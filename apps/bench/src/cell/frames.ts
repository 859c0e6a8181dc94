// The frames between the coordinator and the processes of cells: a mark, the lengths of both parts, a message as JSON, and
// bytes beside it, which is how solutions travel. A length needs no line ends, so no text can look like the end of a message;
// a mark tells a message from garbage.
import { writeSync } from 'node:fs';

const MARK = Buffer.from('IBF2');
const HEAD = MARK.length + 8;
/** Bytes of a message; a result has sixty samples of a few metrics, which is far less. */
const LONGEST_BODY = 16 * 2 ** 20;
/** Bytes beside a message that are written with it. */
const SMALL_BLOB = 2 ** 15;
/** Bytes of a solution. */
const LARGEST_BLOB = 2 ** 30;
const NOTHING = Buffer.alloc(0);
// A plug-in shares the process of its cell; these are taken before it is loaded.
const { stringify, parse } = JSON;
const write = writeSync;

/** A message and the bytes beside it. */
export interface Frame {
  readonly message: unknown;
  readonly blob: Buffer;
}

/** A message as bytes, and those beside it where they are many: a copy of a few costs less than waking the reader twice. */
export function encodeFrame(message: unknown, blob: Buffer = NOTHING): Buffer[] {
  const text = stringify(message);
  const length = Buffer.byteLength(text);
  const isSmall = blob.length <= SMALL_BLOB;
  const frame = Buffer.allocUnsafe(HEAD + length + (isSmall ? blob.length : 0));
  MARK.copy(frame);
  frame.writeUInt32LE(length, MARK.length);
  frame.writeUInt32LE(blob.length, MARK.length + 4);
  frame.write(text, HEAD);
  if (isSmall) blob.copy(frame, HEAD + length);
  return isSmall ? [frame] : [frame, blob];
}

/** Writes a message at once, so that nothing is lost if the process dies in the next step. */
export function writeFrame(pipe: number, message: unknown, blob: Buffer = NOTHING): void {
  for (const bytes of encodeFrame(message, blob)) {
    for (let written = 0; written < bytes.length; ) written += write(pipe, bytes, written);
  }
}

/** Puts messages together again, however the bytes arrive. */
export class FrameReader {
  #chunks: Buffer[] = [];
  #length = 0;
  /** Bytes without which nothing can be read. */
  #needed = 1;

  /**
   * The messages that `chunk` completes.
   *
   * @throws {Error} when the bytes are no frame; nothing after them can be read
   */
  *push(chunk: Buffer): Generator<Frame, void> {
    this.#chunks.push(chunk);
    this.#length += chunk.length;
    while (this.#length >= this.#needed) {
      const frame = this.#next();
      if (!frame) return;
      yield frame;
    }
  }

  #next(): Frame | undefined {
    const bytes = this.#chunks.length === 1 ? this.#chunks[0] : Buffer.concat(this.#chunks);
    this.#chunks = [bytes];
    const marked = Math.min(bytes.length, MARK.length);
    if (!bytes.subarray(0, marked).equals(MARK.subarray(0, marked))) throw new Error('bytes that are no message');
    this.#needed = bytes.length < HEAD ? bytes.length + 1 : HEAD;
    if (bytes.length < HEAD) return undefined;
    const [body, blob] = [bytes.readUInt32LE(MARK.length), bytes.readUInt32LE(MARK.length + 4)];
    if (body > LONGEST_BODY) throw new Error(`a message of ${body} bytes`);
    if (blob > LARGEST_BLOB) throw new Error(`a solution of ${blob} bytes`);
    const end = HEAD + body + blob;
    this.#needed = end;
    if (bytes.length < end) return undefined;
    this.#chunks = bytes.length > end ? [bytes.subarray(end)] : [];
    this.#length = bytes.length - end;
    this.#needed = 1;
    return { message: parseBody(bytes.subarray(HEAD, HEAD + body)), blob: bytes.subarray(HEAD + body, end) };
  }
}

function parseBody(body: Buffer): unknown {
  try {
    return parse(body.toString('utf8'));
  } catch {
    throw new Error('a message that is not JSON');
  }
}
