// Tensors: nodes of an expression. Creating one computes nothing; programs compute, and gradients build new expressions.
import { checkFunction, checkInteger, checkList, checkNumber, checkObject, fault } from '@infimum/core';
import type { Workspace } from '@infimum/linalg/kernels';

/** An object that holds the memory of programs. */
export interface Releasable {
  /** Frees the memory: using the object is an error from then on. Safe to call twice. */
  release(): void;
}

/** Where a node reads its inputs and writes its result, in the memory of a program. */
export interface Places {
  /** The memory. */
  readonly workspace: Workspace;
  /** The inputs' entries, row by row. */
  readonly inputs: readonly Float64Array[];
  /** The result's entries; never those of an input. */
  readonly out: Float64Array;
  /** Room that products of matrices need, and that all of them share. */
  readonly gemmScratch: Float64Array;
  /** Objects added here are released with the program. */
  readonly owned: Releasable[];
}

/** The computation of a node and its pullback for gradients. */
export interface Operation {
  /** For error messages. */
  readonly name: string;
  /** Whether it needs `gemmScratch`. */
  readonly needsScratch?: boolean;
  /**
   * Set by operations whose result is a contiguous part of the first input, starting at this entry: both then share memory,
   * and nothing is computed.
   */
  readonly viewFrom?: number | undefined;
  /**
   * What an entry of the result depends on, for sparse derivatives: the inputs' entries in its place, to which shapes stretch
   * (`entries`), those of its row along the last axis (`rows`), one entry that it is a copy of, if it is not 0 (`picks`), or
   * entries of the first input that it sums up and that go nowhere else (`sums`). On all of them by default.
   */
  readonly reach?: 'entries' | 'rows' | 'picks' | 'sums';
  /** Makes the function that fills `out`; called once for a program, so that runs allocate nothing. */
  prepare(node: Tensor, places: Places): () => void;
  /**
   * The gradients of a scalar with respect to the inputs, from its gradient with respect to the result; `undefined` for an
   * input through which none passes. Those of inputs that are not wanted are dropped.
   */
  pullback(node: Tensor, gradient: Tensor, wanted: readonly boolean[]): readonly (Tensor | undefined)[];
}

/**
 * A symbolic array of a known shape: sizes along its axes, none for a number. The functions of this package create tensors,
 * and a `Program` computes their entries.
 */
export interface Tensor {
  /** Sizes along the axes; entries lie row by row. */
  readonly shape: readonly number[];
  /** How it is computed. */
  readonly operation: Operation;
  /** Its inputs. */
  readonly inputs: readonly Tensor[];
  /** Entries of a constant; a single one where all are equal. */
  readonly constant?: Float64Array;
}

/** A tensor, or a number that is used for every entry. */
export type TensorLike = Tensor | number;

/** The only class of tensors: programs trust their shapes and inputs, and write where these say. */
class Made implements Tensor {
  readonly #isMade = true;
  readonly shape: readonly number[];
  readonly operation: Operation;
  readonly inputs: readonly Tensor[];
  readonly constant?: Float64Array;

  constructor(shape: readonly number[], operation: Operation, inputs: readonly Tensor[], constant: Float64Array | undefined) {
    this.shape = shape;
    this.operation = operation;
    this.inputs = inputs;
    if (constant) this.constant = constant;
  }

  static is(x: unknown): boolean {
    return typeof x === 'object' && x !== null && #isMade in x;
  }
}

/** A tensor of a shape, and how it is computed from others. */
export function tensorOf(
  shape: readonly number[],
  operation: Operation,
  inputs: readonly Tensor[],
  constant?: Float64Array,
): Tensor {
  return new Made(shape, operation, inputs, constant);
}

/** Number of entries. */
export function sizeOf(shape: readonly number[]): number {
  return shape.reduce((size, length) => size * length, 1);
}

/** Whether two shapes are the same. */
export function sameShape(a: readonly number[], b: readonly number[]): boolean {
  return a.length === b.length && a.every((length, axis) => length === b[axis]);
}

const input: Operation = { name: 'input', prepare: () => () => {}, pullback: () => [] };

const constantOperation: Operation = { name: 'constant', prepare: () => () => {}, pullback: () => [] };

/**
 * A tensor whose entries are passed to a program when it runs.
 *
 * @param shape - sizes along the axes; none for a number
 * @throws {InvalidInputError} for sizes that are not positive integers
 */
export function variable(...shape: number[]): Tensor {
  checkShape(shape);
  return tensorOf(shape, input, []);
}

/**
 * A tensor of given entries, row by row.
 *
 * @param values - as many as the shape says, or one for all; copied
 * @param given - the shape, sizes along the axes; by default that of a vector of all values
 * @throws {InvalidInputError} for another number of values
 *
 * @example
 * ```ts
 * import { compile, constant, mul, sum, variable } from '@infimum/autodiff';
 *
 * const x = variable(2);
 * const program = compile([sum(mul(constant([1, 10]), x))], [x]);
 * console.log(program.run([Float64Array.of(3, 4)])[0][0]); // 43
 * ```
 */
export function constant(values: ArrayLike<number>, given?: readonly number[]): Tensor {
  checkList(values, 'values');
  const shape = given ?? [values.length];
  checkShape(shape);
  for (let k = 0; k < values.length; k++) {
    if (typeof values[k] !== 'number') checkNumber(values[k], `values[${k}]`);
  }
  if (values.length !== sizeOf(shape) && values.length !== 1) {
    throw fault(`has ${values.length} entries, the shape ${describeShape(shape)} needs ${sizeOf(shape)}`, 'values', 'shape');
  }
  return tensorOf([...shape], constantOperation, [], Float64Array.from(values));
}

/**
 * The result of your own operation on other tensors.
 *
 * @param operation - `name`, `prepare` and `pullback`
 * @param inputs - the tensors that it reads
 * @param shape - of the result, sizes along the axes; none for a number
 * @throws {InvalidInputError} for what is no operation, no tensor or no shape
 *
 * @example
 * ```ts
 * import { apply, compile, type Operation, variable } from '@infimum/autodiff';
 *
 * const rounding: Operation = {
 *   name: 'round',
 *   prepare: (_node, { inputs: [x], out }) => () => {
 *     for (let k = 0; k < out.length; k++) out[k] = Math.round(x[k]);
 *   },
 *   pullback: () => [undefined],
 * };
 * const x = variable(2);
 * const program = compile([apply(rounding, [x], x.shape)], [x]);
 * console.log(program.run([Float64Array.of(1.2, 1.8)])[0].join(' ')); // 1 2
 * ```
 */
export function apply(operation: Operation, inputs: readonly Tensor[], shape: readonly number[]): Tensor {
  checkObject(operation, 'operation');
  if (typeof operation.name !== 'string') throw fault('expected a string', 'operation.name', 'type');
  checkFunction(operation.prepare, 'operation.prepare');
  checkFunction(operation.pullback, 'operation.pullback');
  checkTensors(inputs, 'inputs');
  checkList(shape, 'shape');
  checkShape(shape);
  const { viewFrom } = operation;
  if (viewFrom !== undefined) {
    checkInteger(viewFrom, 'operation.viewFrom', { min: 0 });
    if (inputs.length === 0 || viewFrom + sizeOf(shape) > sizeOf(inputs[0].shape)) {
      throw fault('the first input ends before the result', 'operation.viewFrom', 'shape');
    }
  }
  return tensorOf([...shape], operation, [...inputs]);
}

/** A constant with equal entries. */
export function full(shape: readonly number[], value: number): Tensor {
  return tensorOf(shape, constantOperation, [], Float64Array.of(value));
}

/** The common value of all entries of a constant; undefined if they differ. */
export function uniformValue(x: Tensor): number | undefined {
  return x.constant?.length === 1 ? x.constant[0] : undefined;
}

/** Converts a user's argument to a tensor. */
export function asTensor(x: TensorLike, argument = 'x'): Tensor {
  if (typeof x === 'number') return full([], x);
  checkTensor(x, argument);
  return x;
}

/**
 * Checks that something is a tensor.
 *
 * @throws {InvalidInputError} naming the argument
 */
export function checkTensor(x: unknown, argument = 'x'): asserts x is Tensor {
  if (Made.is(x)) return;
  throw fault('expected a tensor made by a function of this package', argument, 'type');
}

/**
 * Checks a list of tensors.
 *
 * @throws {InvalidInputError} naming the argument and the place
 */
export function checkTensors(list: unknown, argument: string): asserts list is readonly Tensor[] {
  checkList(list, argument);
  for (let k = 0; k < list.length; k++) checkTensor(list[k], `${argument}[${k}]`);
}

/** `2 x 3`, or `number`. */
export function describeShape(shape: readonly number[]): string {
  return shape.length === 0 ? 'of a number' : shape.join(' x ');
}

/**
 * Checks the sizes along the axes.
 *
 * @throws {InvalidInputError} naming `shape` and the axis
 */
export function checkShape(shape: readonly number[]): void {
  if (!Array.isArray(shape)) checkList(undefined, 'shape');
  const bad = shape.findIndex((length) => !Number.isInteger(length) || length < 1);
  if (bad < 0) return;
  checkNumber(shape[bad], `shape[${bad}]`);
  throw fault(`has the size ${shape[bad]} along axis ${bad}, which must be a positive integer`, 'shape', 'out-of-range', bad);
}
