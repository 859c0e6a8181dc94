// The position in a WebAssembly binary of the flag for shared memory.
const IMPORT_SECTION = 2;
const DATA_SECTION = 11;

/**
 * Finds the flags of the memory import: 1 (unshared, with a maximum) in what the compiler writes. The loader
 * sets it to 3 (shared) for a memory that threads share, which is all that differs between the two.
 */
export function memoryFlags(wasm: Uint8Array): number {
  const reader = new Reader(wasm, 8);
  let flags = 0;
  while (!reader.done) {
    const section = reader.byte();
    const end = reader.unsigned() + reader.position;
    // A data segment would be written to the same address by every module on the memory.
    if (section === DATA_SECTION) throw new Error('kernels must not have static data');
    if (section === IMPORT_SECTION) flags = memoryImport(reader);
    reader.position = end;
  }
  return flags;
}

function memoryImport(reader: Reader): number {
  const imports = reader.unsigned();
  const modules = [reader.name(), reader.name()].join('.');
  const kind = reader.byte();
  if (imports !== 1 || modules !== 'env.memory' || kind !== 2) throw new Error('kernels import memory and nothing else');
  return reader.position;
}

/** Reads the few encodings of the WebAssembly binary format that are needed here. */
class Reader {
  readonly #bytes: Uint8Array;
  position: number;

  constructor(bytes: Uint8Array, position: number) {
    this.#bytes = bytes;
    this.position = position;
  }

  get done(): boolean {
    return this.position >= this.#bytes.length;
  }

  byte(): number {
    return this.#bytes[this.position++];
  }

  /** An unsigned integer in LEB128. */
  unsigned(): number {
    for (let value = 0, shift = 1; ; shift *= 128) {
      const byte = this.byte();
      value += (byte & 127) * shift;
      if (byte < 128) return value;
    }
  }

  name(): string {
    const end = this.unsigned() + this.position;
    const name = new TextDecoder().decode(this.#bytes.subarray(this.position, end));
    this.position = end;
    return name;
  }
}
