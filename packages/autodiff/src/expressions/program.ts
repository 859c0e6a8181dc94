// Programs: expressions that are laid out in memory once and run any number of times without allocation.
import { checkObject, checkVector, fault } from '@infimum/core';
import { GEMM_SCRATCH, Workspace } from '@infimum/linalg/kernels';
import { inOrder } from './order.ts';
import type { Releasable, Tensor } from './tensor.ts';
import { checkTensors, describeShape, sizeOf } from './tensor.ts';

/** Expressions that can be computed. */
export interface Program {
  /**
   * Computes the outputs.
   *
   * @param values - for every variable its entries, row by row; `undefined` for one that stays as it was in the last run
   * @returns the outputs' entries, row by row: memory of the program, valid until the next run
   * @throws {InvalidInputError} for another number of arrays, or of entries
   * @throws {Error} once the program has been released
   */
  run(values: readonly (Float64Array | undefined)[]): readonly Float64Array[];
  /** Frees the memory: results are lost, and running the program is an error from then on. Safe to call twice. */
  release(): void;
}

/**
 * Compiles expressions to a program. The memory of tensors that are no longer needed is reused, and common parts are computed
 * once. Time and memory are linear in the number of tensors.
 *
 * @param outputs - what to compute
 * @param variables - whose entries `run` takes, in this order
 * @throws {InvalidInputError} when the outputs depend on a variable that is not listed
 *
 * @example
 * ```ts
 * import { add, compile, exp, variable } from '@infimum/autodiff';
 *
 * const x = variable();
 * const program = compile([add(exp(x), 1)], [x]);
 * console.log(program.run([Float64Array.of(0)])[0][0]); // 2
 * ```
 */
export function compile(outputs: readonly Tensor[], variables: readonly Tensor[]): Program {
  return compileParts({ outputs, variables }, NOTHING);
}

const NOTHING: ProgramPart = { outputs: [], variables: [] };

/** A part of a program: its outputs and its variables. */
export interface ProgramPart {
  /** Its outputs. */
  readonly outputs: readonly Tensor[];
  /** Its variables. */
  readonly variables: readonly Tensor[];
}

/** A program in two parts. */
export interface PartedProgram extends Program {
  /**
   * Computes the outputs of the second part from the results of the last `run`; any number of times.
   *
   * @param values - for every variable of the second part its entries; `undefined` for one that stays as it was
   * @returns the outputs' entries: memory of the program, valid until the next call
   */
  proceed(values: readonly (Float64Array | undefined)[]): readonly Float64Array[];
}

/**
 * As `compile`, with a second part that continues from the results of the first: for example, products with a Hessian after
 * the gradient, without evaluating the function again.
 *
 * @param first - outputs that `run` computes, and their variables
 * @param second - outputs that `proceed` computes, and the variables that are new in them
 * @throws {InvalidInputError} when outputs depend on a variable that is not listed
 *
 * @example
 * ```ts
 * import { compileParts, exp, mul, sum, variable } from '@infimum/autodiff';
 *
 * const [x, v] = [variable(2), variable(2)];
 * const power = exp(x);
 * const program = compileParts(
 *   { outputs: [sum(power)], variables: [x] },
 *   { outputs: [sum(mul(power, v))], variables: [v] },
 * );
 * const [[total]] = program.run([Float64Array.of(0, 0)]);
 * console.log(total, program.proceed([Float64Array.of(3, 4)])[0][0]); // 2 7
 * ```
 */
export function compileParts(first: ProgramPart, second: ProgramPart): PartedProgram {
  checkPart(first, 'first');
  checkPart(second, 'second');
  const variables = [...first.variables, ...second.variables];
  const outputs = [...first.outputs, ...second.outputs];
  const order = inOrder(outputs);
  const early = new Set(inOrder(first.outputs));
  checkVariables(order, new Set(variables));
  checkVariables([...early], new Set(first.variables));
  // Results of the first part that the second uses must outlive every run of the second.
  const handed = order.filter((node) => !early.has(node)).flatMap(({ inputs }) => inputs);
  const plan = layOut(order, new Set([...outputs, ...variables, ...handed.filter((node) => early.has(node))]), variables);
  const scratchLength = order.some(({ operation }) => operation.needsScratch) ? GEMM_SCRATCH : 0;
  const workspace = Workspace.for({ float64: [...plan.rooms, scratchLength] });
  const gemmScratch = workspace.uncleared(scratchLength);
  const rooms = plan.rooms.map((length) => workspace.float64(length));
  const views = new Map<Tensor, Float64Array>();
  const viewOf = (node: Tensor): Float64Array => {
    const known = views.get(node);
    if (known) return known;
    const { room, start } = plan.placeOf.get(node) as Place;
    const size = sizeOf(node.shape);
    const view = rooms[room].length === size ? rooms[room] : rooms[room].subarray(start, start + size);
    views.set(node, view);
    return view;
  };

  for (const node of order) {
    if (node.constant?.length === 1) viewOf(node).fill(node.constant[0]);
    else if (node.constant) viewOf(node).set(node.constant);
  }
  let isReleased = false;
  const owned: Releasable[] = [];
  const part = ({ outputs: wanted, variables: given }: ProgramPart, nodes: readonly Tensor[]) => {
    const inputs = given.map(viewOf);
    const steps = nodes.flatMap((node) => {
      if (node.inputs.length === 0 || node.operation.viewFrom !== undefined) return [];
      const places = { workspace, inputs: node.inputs.map(viewOf), out: viewOf(node), gemmScratch, owned };
      return [node.operation.prepare(node, places)];
    });
    const results = wanted.map(viewOf);
    return (values: readonly (Float64Array | undefined)[]) => {
      if (isReleased) throw new Error('the program has been released');
      setAll(inputs, values);
      for (const step of steps) step();
      return results;
    };
  };
  return {
    run: part(
      first,
      order.filter((node) => early.has(node)),
    ),
    proceed: part(
      second,
      order.filter((node) => !early.has(node)),
    ),
    release: () => {
      isReleased = true;
      for (const each of owned) each.release();
      workspace.release();
    },
  };
}

function checkPart(part: ProgramPart, argument: string): void {
  checkObject(part, argument);
  checkTensors(part.outputs, `${argument}.outputs`);
  checkTensors(part.variables, `${argument}.variables`);
}

function checkVariables(order: readonly Tensor[], known: ReadonlySet<Tensor>): void {
  const missing = order.find((node) => node.operation.name === 'input' && !known.has(node));
  if (!missing) return;
  const problem = `do not have a variable of shape ${describeShape(missing.shape)} that the outputs depend on`;
  throw fault(problem, 'variables', 'unknown');
}

/** Puts the values of variables where programs read them. */
function setAll(inputs: readonly Float64Array[], values: readonly (Float64Array | undefined)[]): void {
  if (values.length !== inputs.length) {
    throw fault(`expected ${inputs.length} arrays, one for each variable, got ${values.length}`, 'values', 'shape');
  }
  for (let k = 0; k < inputs.length; k++) {
    const given = values[k];
    if (given === undefined) continue;
    if (given.length !== inputs[k].length) checkVector(given, `values[${k}]`, inputs[k].length);
    inputs[k].set(given);
  }
}

/** Where the entries of a tensor lie. */
interface Place {
  readonly room: number;
  readonly start: number;
}

interface Layout {
  /** Lengths of the blocks. */
  readonly rooms: number[];
  readonly placeOf: Map<Tensor, Place>;
}

/**
 * Assigns a memory block to every tensor. A block whose tensor is no longer needed is reused by a tensor of the same size, except
 * for those of `kept` and of constants; equal constants share a block.
 */
function layOut(order: readonly Tensor[], kept: ReadonlySet<Tensor>, variables: readonly Tensor[]): Layout {
  const rooms: number[] = [];
  const placeOf = new Map<Tensor, Place>();
  const vacant = new Map<number, number[]>();
  const tenants: number[] = []; // remaining uses of a block's entries
  const usesOf = new Map<Tensor, number>();
  const constants = new Map<unknown, number>();
  for (const node of order) for (const from of node.inputs) usesOf.set(from, (usesOf.get(from) ?? 0) + 1);

  const roomFor = (node: Tensor): number => {
    const size = sizeOf(node.shape);
    if (node.constant) {
      const [value] = node.constant;
      const key = node.constant.length > 1 ? node.constant : `${Object.is(value, -0) ? '-0' : value} ${size}`;
      const room = constants.get(key) ?? rooms.push(size) - 1;
      constants.set(key, room);
      return room;
    }
    // Variables are set before anything is computed, so they cannot reuse a block.
    return (node.inputs.length > 0 ? vacant.get(size)?.pop() : undefined) ?? rooms.push(size) - 1;
  };
  const moveIn = (node: Tensor): void => {
    const uses = kept.has(node) || node.constant ? Infinity : (usesOf.get(node) ?? 0);
    const { viewFrom } = node.operation;
    if (viewFrom !== undefined) {
      const { room, start } = placeOf.get(node.inputs[0]) as Place;
      placeOf.set(node, { room, start: start + viewFrom });
      tenants[room] += uses;
      return;
    }
    const room = roomFor(node);
    placeOf.set(node, { room, start: 0 });
    tenants[room] = uses;
  };
  const moveOut = (from: Tensor): void => {
    const { room } = placeOf.get(from) as Place;
    if (--tenants[room] > 0) return;
    const free = vacant.get(rooms[room]);
    if (free) free.push(room);
    else vacant.set(rooms[room], [room]);
  };

  for (const node of new Set([...variables, ...order])) {
    moveIn(node);
    for (const from of node.inputs) moveOut(from);
  }
  return { rooms, placeOf };
}
