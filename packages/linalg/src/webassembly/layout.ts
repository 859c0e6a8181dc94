// The memory of a solve by names: a workspace with one array for each name of a record.
import type { WorkspaceSizes } from './workspace.ts';
import { aligned, bytesFor, Workspace } from './workspace.ts';

type ArrayType = 'float64' | 'float32' | 'int32' | 'uint8';

/** An array of another type than `Float64Array`, or one that is not cleared. */
export interface ArrayPlan<Type extends ArrayType> {
  /** The type of its numbers. */
  readonly type: Type;
  /** How many there are. */
  readonly length: number;
  /** Whether it begins with zeros; otherwise its initial contents are arbitrary. */
  readonly isCleared: boolean;
}

type Plan = number | Float64Array | Float32Array | Int32Array | ArrayPlan<ArrayType>;

/**
 * Arrays by name: the length of a `Float64Array` of zeros, numbers to copy, or what `int32` and its like say; or a list of
 * them.
 */
export type ArrayPlans = Readonly<Record<string, Plan | readonly Plan[]>>;

/** The array, or the list of arrays, that a plan becomes. */
type PlannedArray<Given> = Given extends readonly unknown[]
  ? { readonly [Place in keyof Given]: PlannedArray<Given[Place]> }
  : Given extends Float32Array | ArrayPlan<'float32'>
    ? Float32Array
    : Given extends Int32Array | ArrayPlan<'int32'>
      ? Int32Array
      : Given extends ArrayPlan<'uint8'>
        ? Uint8Array
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

/** A `Float32Array` of zeros in a layout. */
export function float32(length: number): ArrayPlan<'float32'> {
  return { type: 'float32', length, isCleared: true };
}

/** A `Uint8Array` of zeros in a layout. */
export function bytes(length: number): ArrayPlan<'uint8'> {
  return { type: 'uint8', length, isCleared: true };
}

/** A `Float64Array` in a layout for kernels to write to, not cleared. */
export function scratch(length: number): ArrayPlan<'float64'> {
  return { type: 'float64', length, isCleared: false };
}

/**
 * A workspace of just the size of some arrays, and the arrays under their names.
 *
 * @param plans - for each name the length of a `Float64Array` of zeros, an array to copy, `int32(length)`,
 *   `float32(length)`, `bytes(length)` or `scratch(length)`; or a list of such
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
  { threads = 1, extra }: LayoutOptions = {},
): Layout<Plans> {
  let bytes = 0;
  for (const name in plans) bytes += bytesOf(plans[name]);
  const workspace = extra?.within?.lend(bytes, threads) ?? new Workspace(bytes + bytesFor(extra ?? {}), { threads });
  const arrays: Record<string, unknown> = { workspace, [Symbol.dispose]: () => workspace.release() };
  for (const name in plans) arrays[name] = placed(workspace, plans[name]);
  return arrays as unknown as Layout<Plans>;
}

const WIDTH = { float64: 8, float32: 4, int32: 4, uint8: 1 } as const;

function bytesOf(plan: Plan | readonly Plan[]): number {
  if (typeof plan === 'number') return aligned(8 * plan);
  if (ArrayBuffer.isView(plan)) return aligned(plan.byteLength);
  if (isList(plan)) return plan.reduce<number>((sum, each) => sum + bytesOf(each), 0);
  return aligned(WIDTH[plan.type] * plan.length);
}

// One by one: methods that are looked up by a name that is put together cost more than what they do.
function placed(workspace: Workspace, plan: Plan | readonly Plan[]): unknown {
  if (typeof plan === 'number') return workspace.float64(plan);
  if (plan instanceof Float64Array) return workspace.float64From(plan);
  if (plan instanceof Int32Array) return workspace.int32From(plan);
  if (plan instanceof Float32Array) return workspace.float32From(plan);
  if (isList(plan)) return plan.map((each) => placed(workspace, each));
  const { type, length, isCleared } = plan;
  if (type === 'int32') return workspace.int32(length);
  if (type === 'float32') return workspace.float32(length);
  if (type === 'float64') return isCleared ? workspace.float64(length) : workspace.uncleared(length);
  const { buffer, byteOffset } = workspace.int32(Math.ceil(length / 4));
  return new Uint8Array(buffer, byteOffset, length);
}

function isList(plan: Plan | readonly Plan[]): plan is readonly Plan[] {
  return Array.isArray(plan);
}
