// The memory of one solve: typed arrays on WebAssembly memory, sized up front, where kernels work in place.
import { CONSTANT_BYTES, writeConstants } from '../constants.ts';
import { tooLarge } from '../too-large.ts';
import type { KernelBuild, KernelModule } from './kernel-module.ts';
import { activeKernels } from './kernel-module.ts';
import type { Guard } from './rehearsal.ts';
import { allow, CANARY_BYTES, ROOM_FOR_CANARIES, rehearsal } from './rehearsal.ts';
import { canShareMemory, checkThreads, runAlone, runJob } from './thread-pool.ts';

/** Lengths of the arrays that a workspace must hold, by type. */
export interface WorkspaceSizes {
  /** Lengths of the `Float64Array`s. */
  readonly float64?: readonly number[];
  /** Lengths of the `Float32Array`s. */
  readonly float32?: readonly number[];
  /** Lengths of the `Int32Array`s. */
  readonly int32?: readonly number[];
  /** Who has all of this already, and may lend the memory for what comes beside it. */
  readonly within?: Workspace | undefined;
}

/** How a workspace is used. */
export interface WorkspaceOptions {
  /** Threads that `parallel` may use, 1 to 64; 1 by default. The results do not depend on it. */
  readonly threads?: number;
}

/** How work is cut into blocks: indices 0 … items - 1, `block` at a time. */
export interface Partition {
  /** How many items there are. */
  readonly items: number;
  /** How many make a block. */
  readonly block: number;
  /**
   * Whether block t runs on thread t, of which there must be as many as blocks; by default an idle thread takes the next
   * block. A thread that has not started leaves its block to the caller.
   */
  readonly isStatic?: boolean;
  /** What the calling thread does while others begin, before its own first block. */
  readonly meanwhile?: () => void;
}

/** The kernels of a set that return nothing, so that they can run in blocks. */
export type ParallelKernel<Kernels> = {
  [Name in keyof Kernels]: Kernels[Name] extends (...values: never[]) => void ? Name : never;
}[keyof Kernels] &
  string;

/** The arguments of a kernel. */
type KernelArguments<Kernel> = Kernel extends (...values: infer Values extends number[]) => void ? Values : never;

/**
 * Memory for one solve, in typed arrays; it never grows, so that no array is ever detached.
 *
 * A solver sizes it up front, copies its input in once, calls kernels with byte offsets, and copies the answer
 * out once. `release()` (or `using`) passes the memory on to the next workspace; arrays of a released workspace
 * must not be used any more. A workspace that is never released is garbage-collected like any other object.
 *
 * @example
 * ```ts
 * import { linalgKernels, Workspace } from '@infimum/linalg/kernels';
 *
 * using workspace = Workspace.for({ float64: [4, 2, 2] });
 * const matrix = workspace.float64From([1, 2, 3, 4]);
 * const x = workspace.float64From([1, 10]);
 * const y = workspace.float64(2);
 * workspace.kernels(linalgKernels).gemv(0, 2, 2, matrix.byteOffset, x.byteOffset, y.byteOffset);
 * console.log(Array.from(y).join(' ')); // 21 43
 * ```
 */
export class Workspace {
  /** Threads that `parallel` uses. */
  readonly threads: number;
  /** For each thread the seconds that it has spent in blocks of `parallel` so far. */
  readonly busySeconds: Float64Array;
  #memory: PooledMemory | undefined;
  #top = CONSTANT_BYTES;
  readonly #canaries: Guard | undefined;
  readonly #lender: Workspace | undefined;
  #isLent = false;

  /**
   * A workspace of at least so many bytes; `Workspace.for` computes them.
   *
   * @param lender - whose memory it lies on, behind what is taken there; `lend` sees to it that there is room
   * @throws {InvalidInputError} for a number of threads out of range
   */
  constructor(bytes: number, { threads = 1 }: WorkspaceOptions = {}, lender?: Workspace) {
    checkThreads(threads);
    this.threads = canShareMemory() ? threads : 1;
    this.busySeconds = new Float64Array(this.threads);
    const { guard } = rehearsal;
    const room = guard ? ROOM_FOR_CANARIES : 0;
    this.#lender = lender;
    this.#memory = lender ? lender.#open : takeMemory(CONSTANT_BYTES + bytes + room, this.threads > 1);
    const start = lender ? lender.#top : CONSTANT_BYTES;
    this.#top = guard ? start + CANARY_BYTES : start;
    this.#canaries = guard?.(this.#buffer, start, this.#top);
  }

  /** A workspace on the rest of this one's memory, for one at a time, if that has room and enough threads. */
  lend(bytes: number, threads: number): Workspace | undefined {
    const needed = this.#top + bytes + (rehearsal.guard ? ROOM_FOR_CANARIES : 0);
    const isFree = this.#memory && !this.#isLent && needed <= this.#buffer.byteLength;
    if (!isFree || threads > this.threads) return undefined;
    this.#isLent = true;
    return new Workspace(bytes, { threads }, this);
  }

  /** A workspace that holds arrays of the given lengths. */
  static for(sizes: WorkspaceSizes, options: WorkspaceOptions = {}): Workspace {
    return new Workspace(bytesFor(sizes), options);
  }

  /** An array of zeros. */
  float64(length: number): Float64Array {
    return this.#cleared(this.#float64(length));
  }

  /** An array of zeros. */
  float32(length: number): Float32Array {
    return this.#cleared(this.#float32(length));
  }

  /** An array of zeros. */
  int32(length: number): Int32Array {
    return this.#cleared(this.#int32(length));
  }

  /** A copy of `values`. */
  float64From(values: ArrayLike<number>): Float64Array {
    return copied(values, this.#float64(values.length));
  }

  /** A copy of `values`. */
  float32From(values: ArrayLike<number>): Float32Array {
    return copied(values, this.#float32(values.length));
  }

  /** A copy of `values`. */
  int32From(values: ArrayLike<number>): Int32Array {
    return copied(values, this.#int32(values.length));
  }

  /** Where numbers are that lie on this memory already, or a copy of them. */
  addressOf(values: Float64Array | Int32Array): number {
    if (values.buffer === this.#buffer) return values.byteOffset;
    return (values instanceof Int32Array ? this.int32From(values) : this.float64From(values)).byteOffset;
  }

  /** An array for kernels to write to; not cleared. */
  uncleared(length: number): Float64Array {
    return this.#float64(length);
  }

  /** The byte offset of room for so many doubles, for kernels that need scratch memory; not cleared. */
  scratch(length: number): number {
    return this.#reserve(length * 8);
  }

  /** The kernels of `module`, working on this memory, in the build that `useKernels` chose. */
  kernels<Kernels extends object>(module: KernelModule<Kernels>): Kernels {
    const { memory, instances } = this.#open;
    const build = activeKernels();
    const builds = instances.get(module) ?? {};
    instances.set(module, builds);
    builds[build] ??= module.instantiate(memory, build);
    return builds[build] as Kernels;
  }

  /**
   * Runs a kernel on all blocks of a partition, on as many threads as the workspace has, and returns when all are
   * done. Blocks may run in any order and at the same time, so they must write to different places.
   *
   * @param module - the kernels' module
   * @param name - the kernel
   * @param partition - how many items there are, how many make a block, and whether blocks are dealt out in advance
   * @param values - the kernel's arguments for the block `from` <= item < `to`, when it runs on thread number
   *   `thread` < `threads`, by which it can find scratch memory of its own
   */
  parallel<Kernels extends object, Name extends ParallelKernel<Kernels>>(
    module: KernelModule<Kernels>,
    name: Name,
    { items, block, isStatic, meanwhile }: Partition,
    values: (from: number, to: number, thread: number) => [...KernelArguments<Kernels[Name]>],
  ): void {
    const local = this.kernels(module)[name] as (...values: number[]) => void;
    const build = activeKernels();
    const blocks = Math.ceil(items / block);
    const ofBlock = (index: number, thread: number): readonly number[] =>
      values(index * block, Math.min((index + 1) * block, items), thread);
    const { threads, busySeconds } = this;
    if (threads === 1 || blocks < 2 || build === 'reference') {
      runAlone({ blocks, local, values: ofBlock, busySeconds, meanwhile });
      return;
    }
    const { memory } = this.#open;
    runJob({
      memory,
      module: module.compiled(build, true),
      kernel: name,
      local,
      blocks,
      isStatic,
      threads,
      values: ofBlock,
      busySeconds,
      meanwhile,
    });
  }

  /** Hands the memory on; the arrays must not be used any more. Safe to call twice. */
  release(): void {
    if (!this.#memory) return;
    if (this.#lender) {
      this.#memory.used = Math.max(this.#memory.used, this.#top);
      this.#lender.#isLent = false;
    } else if (!this.#isLent) giveMemory(this.#memory, this.#top);
    this.#memory = undefined;
    this.#canaries?.check();
  }

  [Symbol.dispose](): void {
    this.release();
  }

  get #open(): PooledMemory {
    if (!this.#memory) throw new Error('the workspace has been released');
    return this.#memory;
  }

  get #buffer(): ArrayBufferLike {
    return this.#open.memory.buffer;
  }

  #float64(length: number): Float64Array {
    return new Float64Array(this.#buffer, this.#reserve(length * 8), length);
  }

  #float32(length: number): Float32Array {
    return new Float32Array(this.#buffer, this.#reserve(length * 4), length);
  }

  #int32(length: number): Int32Array {
    return new Int32Array(this.#buffer, this.#reserve(length * 4), length);
  }

  /** The offset of the next `bytes` bytes. */
  #reserve(bytes: number): number {
    const { byteLength } = this.#buffer;
    const offset = this.#top;
    this.#top += aligned(bytes);
    if (this.#top > byteLength) {
      throw new RangeError(`the workspace has ${byteLength} bytes, but ${this.#top} are needed`);
    }
    if (this.#canaries?.hasRoom) {
      this.#top += CANARY_BYTES;
      this.#canaries.place(offset + bytes, this.#top);
    }
    return offset;
  }

  /** The array, set to zero if an earlier workspace may have written there. */
  #cleared<Values extends Float64Array | Float32Array | Int32Array>(array: Values): Values {
    if (array.byteOffset < this.#open.used) array.fill(0);
    return array;
  }
}

function copied<Values extends Float64Array | Float32Array | Int32Array>(values: ArrayLike<number>, copy: Values): Values {
  copy.set(values);
  return copy;
}

const ALIGNMENT = 64; // a cache line
const PAGE = 65536;

/** So many bytes, rounded up to what an array takes. */
export function aligned(bytes: number): number {
  return Math.ceil(bytes / ALIGNMENT) * ALIGNMENT;
}

/** Bytes of a workspace for arrays of the given lengths. */
export function bytesFor({ float64 = [], float32 = [], int32 = [] }: WorkspaceSizes): number {
  const bytes = (lengths: readonly number[], width: number): number =>
    lengths.reduce((sum, length) => sum + aligned(length * width), 0);
  return bytes(float64, 8) + bytes(float32, 4) + bytes(int32, 4);
}

/** A memory of whole pages, and what has been instantiated on it. */
interface PooledMemory {
  readonly memory: WebAssembly.Memory;
  readonly instances: Map<object, Partial<Record<KernelBuild, object>>>;
  /** Bytes that earlier workspaces may have written to. */
  used: number;
}

// Every WebAssembly memory reserves gigabytes of address space, so released ones are kept for the next solve.
const free: PooledMemory[] = [];
const MAX_FREE = 4;
const MAX_FREE_BYTES = 2 ** 28;

function takeMemory(bytes: number, shared: boolean): PooledMemory {
  const pages = roundedPages(bytes);
  allow(pages * PAGE, 'workspace');
  const fits = ({ memory: { buffer } }: PooledMemory): boolean =>
    shared !== buffer instanceof ArrayBuffer && buffer.byteLength >= pages * PAGE && buffer.byteLength <= 4 * pages * PAGE;
  const index = free.findIndex(fits);
  const taken = index >= 0 ? free.splice(index, 1)[0] : made(pages, shared);
  rehearsal.bytes += taken.memory.buffer.byteLength;
  return taken;
}

function made(pages: number, shared: boolean): PooledMemory {
  const memory = reserve(pages, shared);
  writeConstants(memory.buffer);
  return { memory, instances: new Map(), used: 0 };
}

/** A new memory. */
function reserve(pages: number, shared: boolean): WebAssembly.Memory {
  try {
    if (pages <= MOST_PAGES) return new WebAssembly.Memory({ initial: pages, maximum: pages, shared });
  } catch {
    // No room: said below.
  }
  throw tooLarge(pages * PAGE, 'workspace');
}

/** A memory has 32-bit addresses. */
const MOST_PAGES = 65536;

function giveMemory(memory: PooledMemory, used: number): void {
  memory.used = Math.max(memory.used, used);
  rehearsal.bytes -= memory.memory.buffer.byteLength;
  free.push(memory);
  // Pages that have not been written to take no memory.
  let bytes = free.reduce((sum, { used }) => sum + used, 0);
  while (free.length > MAX_FREE || bytes > MAX_FREE_BYTES) bytes -= (free.shift() as PooledMemory).used;
}

/** Pages for `bytes`, rounded up to three significant bits, so that problems of similar size share memories. */
function roundedPages(bytes: number): number {
  const pages = Math.max(1, Math.ceil(bytes / PAGE));
  const step = 2 ** Math.max(0, Math.floor(Math.log2(pages)) - 2);
  return Math.ceil(pages / step) * step;
}
