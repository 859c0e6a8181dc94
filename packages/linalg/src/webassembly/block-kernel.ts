// Kernels that are called with their arguments by name, whole or on blocks of rows.
import type { KernelModule } from './kernel-module.ts';
import type { ParallelKernel, Partition, Workspace } from './workspace.ts';

/** A kernel whose first two arguments are the block, and the names of the others in order. */
export interface BlockKernel<Kernels extends object, Names extends readonly string[]> {
  /** The kernels that it belongs to. */
  readonly module: KernelModule<Kernels>;
  /** What it is called there. */
  readonly name: ParallelKernel<Kernels>;
  /** Its arguments after the block. */
  readonly names: Names;
}

/** A kernel and the names of its arguments in order. */
export interface NamedKernel<
  Kernels extends object,
  Name extends keyof Kernels & string,
  Names extends readonly string[],
> {
  /** The kernels that it belongs to. */
  readonly module: KernelModule<Kernels>;
  /** What it is called there. */
  readonly name: Name;
  /** Its arguments. */
  readonly names: Names;
}

/** A number, or an array of the workspace. */
export type KernelArgument = number | Float64Array | Float32Array | Int32Array;

/** A number, an array of the workspace, or what depends on the block and on the thread that takes it. */
export type BlockArgument = KernelArgument | ((from: number, thread: number) => number);

/**
 * Names the arguments of a kernel.
 *
 * @param module - the kernels that it belongs to
 * @param name - what it is called there
 * @param names - all of its arguments, in their order
 */
export function namedKernel<
  Kernels extends object,
  Name extends keyof Kernels & string,
  const Names extends readonly string[],
>(module: KernelModule<Kernels>, name: Name, names: Names): NamedKernel<Kernels, Name, Names> {
  return { module, name, names };
}

/**
 * Calls a kernel. It costs about a tenth of a microsecond beside the call by position.
 *
 * @param workspace - whose arrays they are
 * @param kernel - from `namedKernel`
 * @param values - the arguments by name; arrays are handed on as their byte offsets
 * @returns what the kernel returns
 *
 * @example
 * ```ts
 * import { layout, linalgKernels, namedKernel, runKernel } from '@infimum/linalg/kernels';
 *
 * const dot = namedKernel(linalgKernels, 'dot', ['length', 'x', 'y']);
 * using memory = layout({ x: Float64Array.of(1, 2), y: Float64Array.of(3, 4) });
 * console.log(runKernel(memory.workspace, dot, { length: 2, x: memory.x, y: memory.y })); // 11
 * ```
 */
export function runKernel<
  Kernels extends object,
  Name extends keyof Kernels & string,
  const Names extends readonly string[],
>(
  workspace: Workspace,
  { module, name, names }: NamedKernel<Kernels, Name, Names>,
  values: Readonly<Record<Names[number], KernelArgument>>,
): Kernels[Name] extends (...values: never[]) => infer Result ? Result : never {
  const given: Readonly<Record<string, KernelArgument>> = values;
  const numbers = names.map((argument) => {
    const value = given[argument];
    return typeof value === 'number' ? value : value.byteOffset;
  });
  const kernel = workspace.kernels(module)[name] as (...numbers: readonly number[]) => never;
  return kernel(...numbers);
}

/**
 * Names the arguments of a kernel that runs on blocks.
 *
 * @param module - the kernels that it belongs to
 * @param name - what it is called there
 * @param names - its arguments after the block, in their order
 */
export function blockKernel<Kernels extends object, const Names extends readonly string[]>(
  module: KernelModule<Kernels>,
  name: ParallelKernel<Kernels>,
  names: Names,
): BlockKernel<Kernels, Names> {
  return { module, name, names };
}

/**
 * Runs a kernel on all blocks of a partition, as `Workspace.parallel` does.
 *
 * @param workspace - whose arrays they are
 * @param kernel - from `blockKernel`
 * @param partition - how many rows there are and how many make a block
 * @param values - the arguments by name; arrays are handed on as their byte offsets
 *
 * @example
 * ```ts
 * import { blockKernel, layout, linalgKernels, runBlocks } from '@infimum/linalg/kernels';
 *
 * const gemv = blockKernel(linalgKernels, 'gemv', ['cols', 'matrix', 'x', 'y']);
 * const { workspace, matrix, x, y } = layout({ matrix: Float64Array.of(1, 2, 3, 4), x: Float64Array.of(1, 10), y: 2 });
 * runBlocks(workspace, gemv, { items: 2, block: 1 }, { cols: 2, matrix, x, y });
 * console.log(Array.from(y).join(' ')); // 21 43
 * workspace.release();
 * ```
 */
export function runBlocks<Kernels extends object, const Names extends readonly string[]>(
  workspace: Workspace,
  { module, name, names }: BlockKernel<Kernels, Names>,
  partition: Partition,
  values: Readonly<Record<Names[number], BlockArgument>>,
): void {
  const given: readonly string[] = names;
  const all = values as Readonly<Record<string, BlockArgument>>;
  const ofBlock = (from: number, to: number, thread: number): number[] => {
    const block = new Array<number>(given.length + 2);
    block[0] = from;
    block[1] = to;
    for (let k = 0; k < given.length; k++) {
      const value = all[given[k]];
      if (typeof value === 'number') block[k + 2] = value;
      else block[k + 2] = typeof value === 'function' ? value(from, thread) : value.byteOffset;
    }
    return block;
  };
  workspace.parallel(
    module,
    name,
    partition,
    ofBlock as Parameters<typeof workspace.parallel<Kernels, typeof name>>[3],
  );
}
