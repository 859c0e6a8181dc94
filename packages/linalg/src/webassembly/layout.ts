// The memory of a solve by names: a workspace with one array for each name of a record.
import { Workspace, type WorkspaceOptions, type WorkspaceSizes } from './workspace.ts';

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
} & { readonly workspace: Workspace } & Disposable;

/** How a layout's workspace is used. */
export interface LayoutOptions extends WorkspaceOptions {
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
  { threads, extra: { float64 = [], float32 = [], int32 = [] } = {} }: LayoutOptions = {},
): Layout<Plans> {
  const entries = Object.entries(plans).map(([name, plan]) => ({ name, plan, type: typeOf(plan) }));
  const lengths = (wanted: string): number[] =>
    entries
      .filter(({ type }) => type === wanted)
      .map(({ plan }) => (typeof plan === 'number' ? plan : plan.length));
  const sizes = {
    float64: [...lengths('float64'), ...float64],
    float32: [...lengths('float32'), ...float32],
    int32: [...lengths('int32'), ...int32],
  };
  const workspace = Workspace.for(sizes, threads === undefined ? {} : { threads });
  const arrays = entries.map(({ name, plan, type }) => [name, arrayOf(workspace, plan, type)]);
  return { ...Object.fromEntries(arrays), workspace, [Symbol.dispose]: () => workspace.release() };
}

function typeOf(plan: ArrayPlans[string]): 'float64' | 'float32' | 'int32' {
  if (plan instanceof Float32Array) return 'float32';
  if (plan instanceof Int32Array) return 'int32';
  return typeof plan === 'number' || plan instanceof Float64Array ? 'float64' : plan.type;
}

function arrayOf(workspace: Workspace, plan: ArrayPlans[string], type: 'float64' | 'float32' | 'int32') {
  if (typeof plan === 'number') return workspace.float64(plan);
  if (ArrayBuffer.isView(plan)) return workspace[`${type}From`](plan);
  return plan.isCleared ? workspace[type](plan.length) : workspace.uncleared(plan.length);
}
