// A set of kernels in three interchangeable builds: relaxed SIMD, SIMD, and the plain TypeScript reference.

/** Which build runs: `relaxed-simd` has fused multiply-add, `simd` gives the same bits on every machine. */
export type KernelBuild = 'relaxed-simd' | 'simd' | 'reference';

/** A WebAssembly binary as the build step (`tooling/wasm`) inlines it. */
export interface KernelBinary {
  /** The binary's bytes, as `tooling/wasm/bytes-as-text.ts` writes them. */
  readonly text: string;
  /** Position of the byte that says whether the imported memory is shared. */
  readonly memoryFlags: number;
}

/** The three builds of one set of kernels. */
export interface KernelBuilds<Kernels extends object> {
  /** The build that gives the same bits everywhere. */
  readonly simd: KernelBinary;
  /** The build with fused multiply-add. */
  readonly relaxedSimd: KernelBinary;
  /** The same functions in TypeScript, working on the same memory; arguments are byte offsets and numbers. */
  readonly reference: (buffer: ArrayBufferLike) => Kernels;
}

/**
 * Defines the kernels of a package, to be run on a `Workspace`'s memory. Nothing is compiled before first use.
 *
 * @param builds - the generated binaries and the reference
 *
 * @example
 * ```ts
 * import { linalgKernels, Workspace } from '@infimum/linalg/kernels';
 *
 * using workspace = Workspace.for({ float64: [3, 3] });
 * const x = workspace.float64From([1, 2, 3]);
 * const y = workspace.float64From([4, 5, 6]);
 * const { dot } = workspace.kernels(linalgKernels);
 * console.log(dot(3, x.byteOffset, y.byteOffset)); // 32
 * ```
 */
export function defineKernels<Kernels extends object>(builds: KernelBuilds<Kernels>): KernelModule<Kernels> {
  return new KernelModule(builds);
}

/** Kernels that can be instantiated on a memory; made by `defineKernels`. */
export class KernelModule<Kernels extends object> {
  readonly #builds: KernelBuilds<Kernels>;
  readonly #compiled = new Map<string, WebAssembly.Module>();

  constructor(builds: KernelBuilds<Kernels>) {
    this.#builds = builds;
  }

  /** The kernels on a memory, in the given build. */
  instantiate(memory: WebAssembly.Memory, build: KernelBuild): Kernels {
    if (build === 'reference') return this.#builds.reference(memory.buffer);
    const module = this.compiled(build, !(memory.buffer instanceof ArrayBuffer));
    return new WebAssembly.Instance(module, { env: { memory } }).exports as Kernels;
  }

  /** The compiled binary, for unshared or shared memory. */
  compiled(build: 'relaxed-simd' | 'simd', shared: boolean): WebAssembly.Module {
    const key = `${build} ${shared}`;
    let module = this.#compiled.get(key);
    if (!module) {
      const { text, memoryFlags } = build === 'simd' ? this.#builds.simd : this.#builds.relaxedSimd;
      const bytes = textToBytes(text);
      if (shared) bytes[memoryFlags] = SHARED_WITH_MAXIMUM;
      module = new WebAssembly.Module(bytes);
      this.#compiled.set(key, module);
    }
    return module;
  }
}

const SHARED_WITH_MAXIMUM = 3;

/** The bytes that `bytesToText` of the build step wrote: one character for the most common 89, two for the others. */
export function textToBytes(text: string): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(text.length);
  let length = 0;
  let group = 0;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    const digit = code - (code < 92 ? 35 : 36);
    if (digit >= 89) {
      group = digit - 88;
    } else {
      bytes[length++] = 89 * group + digit - 3;
      group = 0;
    }
  }
  return bytes.slice(0, length);
}

let chosen: KernelBuild | 'auto' = 'auto';
let detected: KernelBuild | undefined;

/**
 * Chooses the build that all kernels of this process run in from now on.
 *
 * @param build - `auto` (the default) takes the fastest that the engine has; `simd` gives bitwise the same
 *   results in every engine and on every machine; `reference` is plain TypeScript, for comparison
 *
 * @example
 * ```ts
 * import { activeKernels, useKernels } from '@infimum/linalg/kernels';
 *
 * useKernels('reference');
 * console.log(activeKernels()); // reference
 * useKernels('auto');
 * ```
 */
export function useKernels(build: KernelBuild | 'auto'): void {
  chosen = build;
}

/**
 * The build that kernels run in now: the one that `useKernels` chose, or the fastest that the engine has.
 *
 * @example
 * ```ts
 * import { activeKernels, useKernels } from '@infimum/linalg/kernels';
 *
 * useKernels('simd');
 * console.log(activeKernels()); // simd
 * useKernels('auto');
 * ```
 */
export function activeKernels(): KernelBuild {
  if (chosen !== 'auto') return chosen;
  detected ??= detect();
  return detected;
}

function detect(): KernelBuild {
  if (WebAssembly.validate(probe(0x87, 0x02))) return 'relaxed-simd';
  return WebAssembly.validate(probe(0xf0, 0x01)) ? 'simd' : 'reference';
}

/**
 * A module with one function that applies one instruction, given by the two bytes after the SIMD prefix, to
 * three vectors: 87 02 is `f64x2.relaxed_madd`; f0 01, `f64x2.add`, leaves one of them, which is dropped.
 */
function probe(opcode: number, opcodeHigh: number): Uint8Array<ArrayBuffer> {
  const zero = [0x41, 0, 0xfd, 0x0f]; // i32.const 0, i8x16.splat
  const operands = [...zero, ...zero, ...zero];
  const rest = opcode === 0x87 ? [0x1a] : [0x1a, 0x1a]; // drop
  const body = [0, ...operands, 0xfd, opcode, opcodeHigh, ...rest, 0x0b];
  return new Uint8Array([
    ...[0, 0x61, 0x73, 0x6d, 1, 0, 0, 0], // magic and version
    ...[1, 4, 1, 0x60, 0, 0], // one type: () -> ()
    ...[3, 2, 1, 0], // one function of it
    ...[10, body.length + 2, 1, body.length, ...body],
  ]);
}
