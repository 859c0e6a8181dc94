// Programs: expressions laid out in memory once, and run as often as one likes without allocating.
import { checkVector, InvalidInputError } from '@infimum/core';
import { GEMM_SCRATCH, Workspace } from '@infimum/linalg/kernels';
import { inOrder } from './gradient.ts';
import { reshaping } from './shapes.ts';
import { describeShape, sizeOf, type Tensor } from './tensor.ts';

/** Expressions that can be computed. */
export interface Program {
  /**
   * Computes the outputs.
   *
   * @param values - for every variable its entries, row by row
   * @returns the outputs' entries, row by row: memory of the program, valid until the next run
   * @throws {InvalidInputError} for another number of arrays, or of entries
   */
  run(values: readonly Float64Array[]): readonly Float64Array[];
  /** Hands the memory on; the program must not be run any more. */
  release(): void;
}

/**
 * Lays expressions out in memory. Tensors whose entries are no longer needed give their room to later ones, and common parts
 * are computed once.
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
  const order = inOrder(outputs);
  const known = new Set(variables);
  const missing = order.find((node) => node.operation.name === 'input' && !known.has(node));
  if (missing) {
    const problem = `do not have a variable of shape ${describeShape(missing.shape)} that the outputs depend on`;
    throw new InvalidInputError(problem, { argument: 'variables', code: 'unknown' });
  }
  const layout = layOut(order, outputs, variables);
  const scratchLength = order.some(({ operation }) => operation.needsScratch) ? GEMM_SCRATCH : 0;
  const workspace = Workspace.for({ float64: [...layout.rooms, scratchLength] });
  const scratch = workspace.scratch(scratchLength);
  const rooms = layout.rooms.map((length) => workspace.float64(length));
  const viewOf = (node: Tensor): Float64Array => {
    const room = rooms[layout.roomOf.get(node) as number];
    return room.subarray(0, sizeOf(node.shape));
  };

  for (const node of order) {
    if (node.constant?.length === 1) viewOf(node).fill(node.constant[0]);
    else if (node.constant) viewOf(node).set(node.constant);
  }
  const inputs = variables.map(viewOf);
  const steps = order.flatMap((node) => {
    if (node.inputs.length === 0 || node.operation === reshaping) return [];
    const places = { workspace, inputs: node.inputs.map(viewOf), out: viewOf(node), scratch };
    return [node.operation.prepare(node, places)];
  });
  const results = outputs.map(viewOf);

  return {
    run: (values) => {
      if (values.length !== inputs.length) {
        const problem = `expected ${inputs.length} arrays, one for each variable, got ${values.length}`;
        throw new InvalidInputError(problem, { argument: 'values', code: 'shape' });
      }
      for (let k = 0; k < inputs.length; k++) {
        if (values[k].length !== inputs[k].length) checkVector(values[k], `values[${k}]`, inputs[k].length);
        inputs[k].set(values[k]);
      }
      for (const step of steps) step();
      return results;
    },
    release: () => workspace.release(),
  };
}

interface Layout {
  /** Lengths of the rooms. */
  readonly rooms: number[];
  /** Which room a tensor has. */
  readonly roomOf: Map<Tensor, number>;
}

/** Gives every tensor a room; rooms whose tenants are needed no more are let again, to tensors of the same size. */
function layOut(order: readonly Tensor[], outputs: readonly Tensor[], variables: readonly Tensor[]): Layout {
  const rooms: number[] = [];
  const roomOf = new Map<Tensor, number>();
  const vacant = new Map<number, number[]>();
  const tenants: number[] = []; // uses that a room's entries still have
  const usesOf = new Map<Tensor, number>();
  for (const node of order) for (const from of node.inputs) usesOf.set(from, (usesOf.get(from) ?? 0) + 1);
  const forEver = new Set([...outputs, ...variables, ...order.filter(({ constant }) => constant)]);

  const moveIn = (node: Tensor): void => {
    const uses = forEver.has(node) ? Infinity : (usesOf.get(node) ?? 0);
    if (node.operation === reshaping) {
      const room = roomOf.get(node.inputs[0]) as number;
      roomOf.set(node, room);
      tenants[room] += uses;
      return;
    }
    const size = sizeOf(node.shape);
    // Variables and constants are there before anything is computed, so that they cannot follow anybody.
    const room = (node.inputs.length > 0 ? vacant.get(size)?.pop() : undefined) ?? rooms.push(size) - 1;
    roomOf.set(node, room);
    tenants[room] = uses;
  };
  const moveOut = (from: Tensor): void => {
    const room = roomOf.get(from) as number;
    if (--tenants[room] > 0) return;
    const size = rooms[room];
    vacant.set(size, [...(vacant.get(size) ?? []), room]);
  };

  for (const node of new Set([...variables, ...order])) {
    moveIn(node);
    for (const from of node.inputs) moveOut(from);
  }
  return { rooms, roomOf };
}
