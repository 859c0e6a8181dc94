// The memory of a solve by names: a workspace with one array for each name of a record.
import { Workspace, type WorkspaceSizes } from './workspace.ts';

/** An array of another type than `Float64Array`, or one that is not cleared. */
export interface ArrayPlan<Type extends 'float64' | 'float32' | 'int32'> {
  /** The type of its numbers. */
  readonly type: Type;
  /** How many there are. */
  readonly length: number;
  /** Whether it begins with zeros; otherwise with whatever the memory holds. */
  readonly isCleared: boolean;
}

/** Arrays by name: the length of a `Float64Array` of zeros, numbers to copy, or what `int32` and its like say. */
export type ArrayPlans = Readonly<
  Record<
    string,
    number | Float64Array | Float32Array | Int32Array | ArrayPlan<'float64' | 'float32' | 'int32'>
  >
>;

/** The array that a plan becomes. */
type PlannedArray<Plan> = Plan extends Float32Array | ArrayPlan<'float32'>
  ? Float32Array
  : Plan extends Int32Array | ArrayPlan<'int32'>
    ? Int32Array
    : Float64Array;

/** A workspace and its arrays; `using` hands the memory on. */
export type Layout<Plans extends ArrayPlans> = {
  readonly [Name in keyof Plans]: PlannedArray<Plans[Name]>;
} & {
  /** Where the arrays lie. */
  readonly workspace: Workspace;
} & Disposable;

/** How a layout's workspace is used. */
export interface LayoutOptions {
  /** Threads that `parallel` may use, 1 to 64; 1 by default. */
  readonly threads?: number | undefined;
  /** What others will take from the workspace afterwards. */
  readonly extra?: WorkspaceSizes | undefined;
}

/** An `Int32Array` of zeros in a layout. */
export function int32(length: number): ArrayPlan<'int32'> {
  return { type: 'int32', length, isCleared: true };
}

/** A `Float64Array` in a layout for kernels to write to, not cleared. */
export function scratch(length: number): ArrayPlan<'float64'> {
  return { type: 'float64', length, isCleared: false };
}

/**
 * A workspace of just the size of some arrays, and the arrays under their names.
 *
 * @param plans - for each name the length of a `Float64Array` of zeros, an array to copy, or `int32(length)`,
 *   `scratch(length)`
 * @param options - threads, and room for what is taken later
 *
 * @example
 * ```ts
 * import { layout, linalgKernels } from '@infimum/linalg/kernels';
 *
 * using memory = layout({ matrix: Float64Array.of(1, 2, 3, 4), x: Float64Array.of(1, 10), y: 2 });
 * const { workspace, matrix, x, y } = memory;
 * workspace.kernels(linalgKernels).gemv(0, 2, 2, matrix.byteOffset, x.byteOffset, y.byteOffset);
 * console.log(Array.from(y).join(' ')); // 21 43
 * ```
 */
export function layout<const Plans extends ArrayPlans>(
  plans: Plans,
  { threads = 1, extra: { float64 = [], float32 = [], int32 = [] } = {} }: LayoutOptions = {},
): Layout<Plans> {
  const sizes = { float64: [...float64], float32: [...float32], int32: [...int32] };
  for (const name in plans) {
    const plan = plans[name];
    if (typeof plan === 'number') sizes.float64.push(plan);
    else sizes[typeOf(plan)].push(plan.length);
  }
  const workspace = Workspace.for(sizes, { threads });
  const arrays: Record<string, unknown> = { workspace, [Symbol.dispose]: () => workspace.release() };
  for (const name in plans) {
    const plan = plans[name];
    arrays[name] = typeof plan === 'number' ? workspace.float64(plan) : arrayOf(workspace, plan);
  }
  return arrays as unknown as Layout<Plans>;
}

function typeOf(plan: Exclude<ArrayPlans[string], number>): 'float64' | 'float32' | 'int32' {
  if (plan instanceof Float64Array) return 'float64';
  if (plan instanceof Float32Array) return 'float32';
  return plan instanceof Int32Array ? 'int32' : plan.type;
}

function arrayOf(workspace: Workspace, plan: Exclude<ArrayPlans[string], number>) {
  const type = typeOf(plan);
  if (ArrayBuffer.isView(plan)) return workspace[`${type}From`](plan);
  return plan.isCleared ? workspace[type](plan.length) : workspace.uncleared(plan.length);
}
