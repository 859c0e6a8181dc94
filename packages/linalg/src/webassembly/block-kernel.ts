// Kernels that run on blocks of rows, called with their arguments by name.
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

/** A number, an array of the workspace, or what depends on the block and on the thread that takes it. */
export type BlockArgument = number | Float64Array | Float32Array | Int32Array | ((from: number, thread: number) => number);

/**
 * Names the arguments of a kernel.
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
  workspace.parallel(module, name, partition, ofBlock as Parameters<typeof workspace.parallel<Kernels, typeof name>>[3]);
}
