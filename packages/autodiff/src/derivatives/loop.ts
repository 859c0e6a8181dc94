// Loops that are not unrolled: the body is compiled once, and its derivative is a loop that runs backwards over the states of
// the first loop. This holds for any order of derivative; the graph does not grow with the number of steps.
//
// A loop takes c_0, rows x_t and shared tensors p, and computes c_(t+1) = f(c_t, x_t, p), rows e_t(c_t, x_t, p), and sums of
// a(c_t, x_t, p). Backwards, with g_t the gradient for c_t, it is the same kind of loop: g_t = f_c' g_(t+1) + e_c' e_t + a_c' a
// is carried, gradients for x_t are rows, those for p are sums.
import { checkFunction, checkInteger, fault } from '@infimum/core';
import { inOrder } from '../expressions/order.ts';
import { compile } from '../expressions/program.ts';
import type { Operation, Tensor } from '../expressions/tensor.ts';
import { checkTensor, constant, describeShape, full, sizeOf, tensorOf, variable } from '../expressions/tensor.ts';
import { concatenate, narrow, reshape, slice } from '../operations/shapes.ts';
import { pulled } from './gradient.ts';

/** The body of a step, as expressions of variables for its inputs. */
interface Body {
  readonly carry: Tensor;
  /** A row of each of the tensors that are walked through. */
  readonly rows: readonly Tensor[];
  readonly shared: readonly Tensor[];
  readonly next: Tensor;
  /** Vectors: the outputs of every step, and the terms that are summed. */
  readonly emitted?: Tensor | undefined;
  readonly summed?: Tensor | undefined;
}

/** The inputs of a loop. */
interface Given {
  readonly initial: Tensor;
  readonly rows: readonly Tensor[];
  readonly shared: readonly Tensor[];
}

const lengthOf = (x: Tensor | undefined): number => (x ? sizeOf(x.shape) : 0);

/** The final carry, the sums, and all that was emitted, in one vector. */
const looping = (body: Body, times: number, isReversed: boolean): Operation => ({
  name: 'loop',
  prepare: (_, { inputs: [initial, ...given], out, owned }) => {
    const { carry, rows, shared, next, emitted, summed } = body;
    const outputs = [next, emitted, summed].filter((x) => x !== undefined);
    const program = compile(outputs, [carry, ...rows, ...shared]);
    owned.push(program);
    const [ofNext, ofSums, ofEmitted] = [next, summed, emitted].map(lengthOf);
    const sums = out.subarray(ofNext, ofNext + ofSums);
    const places = Array.from({ length: times }, (_, t) => (isReversed ? times - 1 - t : t));
    // The arguments of `run` for every step: the shared tensors stay where the first step put them.
    const steps = places.map((place, t): (Float64Array | undefined)[] => [
      t === 0 ? initial : undefined,
      ...rows.map((row, k) => {
        const length = sizeOf(row.shape);
        return given[k].subarray(place * length, (place + 1) * length);
      }),
      ...shared.map((_, k) => (t === 0 ? given[rows.length + k] : undefined)),
    ]);
    return () => {
      sums.fill(0);
      let last: Float64Array | undefined;
      for (let t = 0; t < times; t++) {
        if (last) steps[t][0] = last;
        const results = program.run(steps[t]);
        last = results[0];
        if (emitted) out.set(results[1], ofNext + ofSums + places[t] * ofEmitted);
        if (summed) {
          const addends = results[results.length - 1];
          for (let k = 0; k < ofSums; k++) sums[k] += addends[k];
        }
      }
      if (last) out.set(last);
    };
  },
  pullback: ({ inputs: [initial, ...given] }, gradient, wanted) => {
    const count = body.rows.length;
    const from = { initial, rows: given.slice(0, count), shared: given.slice(count) };
    return pullLoop(body, from, times, isReversed, gradient, wanted);
  },
});

function loopOf(body: Body, { initial, rows, shared }: Given, times: number, isReversed: boolean): Tensor {
  const length = lengthOf(body.next) + lengthOf(body.summed) + times * lengthOf(body.emitted);
  return tensorOf([length], looping(body, times, isReversed), [initial, ...rows, ...shared]);
}

/** The outputs of a loop, a row for every step. */
function emittedBy(result: Tensor, body: Body, times: number): Tensor {
  const [before, each] = [lengthOf(body.next) + lengthOf(body.summed), lengthOf(body.emitted)];
  return reshape(slice(result, before, times * each), [times, each]);
}

function flat(x: Tensor): Tensor {
  return reshape(x, [sizeOf(x.shape)]);
}

/** The gradients for the inputs of a loop, by another loop that runs backwards. */
function pullLoop(
  body: Body,
  given: Given,
  times: number,
  isReversed: boolean,
  gradient: Tensor,
  wanted: readonly boolean[],
): (Tensor | undefined)[] {
  const { carry, rows, shared, next, emitted, summed } = body;
  const [ofNext, ofSums] = [lengthOf(next), lengthOf(summed)];
  const isWanted = { rows: wanted.slice(1, 1 + rows.length), shared: wanted.slice(1 + rows.length) };
  const slopes = {
    next: variable(...carry.shape),
    emitted: emitted && variable(...emitted.shape),
    summed: summed && variable(...summed.shape),
  };
  const step = pulledStep(body, slopes, isWanted);
  const used = new Set(inOrder([step.next, step.emitted, step.summed].filter((x) => x !== undefined)));
  // The carries with which the steps began, unless the step is linear in them.
  const tracing: Body = { carry, rows, shared, next, emitted: flat(carry) };
  const trace = () => emittedBy(loopOf(tracing, given, times, isReversed), tracing, times);
  const walked: Stand[] = [
    [carry, trace],
    ...rows.map((row, k): Stand => [row, () => given.rows[k]]),
    [slopes.emitted, () => emittedBy(gradient, body, times)],
  ];
  const kept: Stand[] = [
    ...shared.map((each, k): Stand => [each, () => given.shared[k]]),
    [slopes.summed, () => slice(gradient, ofNext, ofSums)],
  ];
  const [backRows, backShared] = [walked, kept].map((list) => list.filter(([x]) => x && used.has(x)));
  const back: Body = {
    ...step,
    carry: slopes.next,
    rows: backRows.map(([x]) => x as Tensor),
    shared: backShared.map(([x]) => x as Tensor),
  };
  const backGiven = {
    initial: reshape(slice(gradient, 0, ofNext), carry.shape),
    rows: backRows.map(([, value]) => value()),
    shared: backShared.map(([, value]) => value()),
  };
  const result = loopOf(back, backGiven, times, !isReversed);
  const table = back.emitted && emittedBy(result, back, times);
  return [
    reshape(slice(result, 0, ofNext), carry.shape),
    ...dealtOut(given.rows, rows, isWanted.rows, (at, size) => narrow(table as Tensor, 1, at, size)),
    ...dealtOut(given.shared, shared, isWanted.shared, (at, size) => slice(result, ofNext + at, size)),
  ];
}

/** A variable of a body, and the tensor that gives its value. */
type Stand = readonly [variable: Tensor | undefined, value: () => Tensor];

/** A step of the backward loop, as expressions of the gradients for the results of the forward step. */
function pulledStep(
  { carry, rows, shared, next, emitted, summed }: Body,
  slopes: { readonly [Name in 'next' | 'emitted' | 'summed']: Tensor | undefined },
  isWanted: { readonly rows: readonly boolean[]; readonly shared: readonly boolean[] },
): Pick<Body, 'next' | 'emitted' | 'summed'> {
  const outputs = [next, emitted, summed].filter((x) => x !== undefined);
  const weights = [slopes.next, slopes.emitted, slopes.summed].filter((x) => x !== undefined);
  const wantedRows = rows.filter((_, k) => isWanted.rows[k]);
  const wantedShared = shared.filter((_, k) => isWanted.shared[k]);
  const [ofCarry, ...others] = pulled(outputs, weights, [carry, ...wantedRows, ...wantedShared]);
  const together = (list: readonly Tensor[]) => (list.length > 0 ? concatenate(list.map(flat)) : undefined);
  return {
    next: ofCarry,
    emitted: together(others.slice(0, wantedRows.length)),
    summed: together(others.slice(wantedRows.length)),
  };
}

/** The parts of a vector or of a table's rows for those that are wanted, one after the other. */
function dealtOut(
  given: readonly Tensor[],
  variables: readonly Tensor[],
  isWanted: readonly boolean[],
  part: (at: number, size: number) => Tensor,
): (Tensor | undefined)[] {
  let at = 0;
  return given.map(({ shape }, k) => {
    if (!isWanted[k]) return undefined;
    const size = sizeOf(variables[k].shape);
    at += size;
    return reshape(part(at - size, size), shape);
  });
}

/**
 * The same expressions with the parts that do not depend on the `own` variables moved out of the loop: they are computed once,
 * before it, and the body reads them as variables.
 */
function closed(
  outputs: readonly Tensor[],
  own: readonly Tensor[],
): { readonly outputs: Tensor[]; readonly shared: Tensor[]; readonly captured: Tensor[] } {
  const order = inOrder(outputs);
  const inside = new Set<Tensor>(own);
  for (const node of order) if (node.inputs.some((from) => inside.has(from))) inside.add(node);
  const [shared, captured]: [Tensor[], Tensor[]] = [[], []];
  const replaced = new Map<Tensor, Tensor>(own.map((x) => [x, x]));
  const standIn = (node: Tensor): Tensor => {
    if (node.constant) return node;
    const known = replaced.get(node);
    if (known) return known;
    const stand = variable(...node.shape);
    shared.push(stand);
    captured.push(node);
    replaced.set(node, stand);
    return stand;
  };
  for (const node of order) {
    if (inside.has(node) && !replaced.has(node))
      replaced.set(node, tensorOf(node.shape, node.operation, node.inputs.map(standIn)));
  }
  return { outputs: outputs.map(standIn), shared, captured };
}

/**
 * The state after a number of steps: s_(t+1) = step(s_t). The loop is not unrolled: memory for a gradient grows by one state a
 * step, and the graph does not grow, for derivatives of any order.
 *
 * @param initial - s_0
 * @param times - how many steps
 * @param step - returns the next state, of the same shape; it may use any other tensors, and parts that do not depend on the
 *   state are computed once
 * @throws {InvalidInputError} for a number of steps that is no positive integer, and a state of another shape
 *
 * @example
 * ```ts
 * import { compile, gradients, mul, repeat, sub, variable } from '@infimum/autodiff';
 *
 * const [x, rate] = [variable(), variable()];
 * const end = repeat(x, 10, (y) => sub(y, mul(rate, y))); // (1 - rate)^10 x
 * const program = compile([end, ...gradients(end, [rate])], [x, rate]);
 * console.log(program.run([Float64Array.of(1024), Float64Array.of(0.5)]).map(([y]) => y).join(' ')); // 1 -20
 * ```
 */
export function repeat(initial: Tensor, times: number, step: (state: Tensor) => Tensor): Tensor {
  checkTensor(initial, 'initial');
  checkFunction(step, 'step');
  checkInteger(times, 'times', { min: 1 });
  const carry = variable(...initial.shape);
  const { next, shared, captured } = stepOf(step(carry), [carry]);
  const given = { initial, rows: [], shared: captured };
  return reshape(loopOf({ carry, rows: [], shared, next }, given, times, false), initial.shape);
}

/** The body of a loop, from the function of a step. */
function stepOf(made: Tensor, own: readonly Tensor[]) {
  const [{ shape }] = own;
  checkTensor(made, 'step');
  if (made.shape.length !== shape.length || !made.shape.every((length, axis) => length === shape[axis])) {
    const problem = `must give the shape ${describeShape(shape)} of the state, gives ${describeShape(made.shape)}`;
    throw fault(problem, 'step', 'shape');
  }
  const { outputs, shared, captured } = closed([made], own);
  return { next: outputs[0], shared, captured };
}

/**
 * All states of a scan over the rows of a tensor: s_(t+1) = step(s_t, x_t), stacked. A loop that is not unrolled, as in `repeat`,
 * for recurrent networks, controlled systems and time series.
 *
 * @param initial - s_0
 * @param rows - a tensor whose first axis counts the steps
 * @param step - computes the next state, of the same shape, from the state and a row
 * @returns s_1, …, s_n: a tensor whose first axis counts the steps
 * @throws {InvalidInputError} for rows that are a number, and a state of another shape
 *
 * @example
 * ```ts
 * import { add, compile, constant, mul, scan, variable } from '@infimum/autodiff';
 *
 * const x = variable(4);
 * const smooth = scan(constant([0], []), x, (state, value) => add(mul(0.5, state), mul(0.5, value)));
 * console.log(compile([smooth], [x]).run([Float64Array.of(8, 8, 0, 0)])[0].join(' ')); // 4 6 3 1.5
 * ```
 */
export function scan(initial: Tensor, rows: Tensor, step: (state: Tensor, row: Tensor) => Tensor): Tensor {
  checkTensor(initial, 'initial');
  checkTensor(rows, 'rows');
  checkFunction(step, 'step');
  if (rows.shape.length === 0) throw fault('must have an axis to walk along', 'rows', 'shape');
  const [times, ...shape] = rows.shape;
  const [carry, row] = [variable(...initial.shape), variable(...shape)];
  const { next, shared, captured } = stepOf(step(carry, row), [carry, row]);
  const body = { carry, rows: [row], shared, next, emitted: flat(next) };
  const result = loopOf(body, { initial, rows: [rows], shared: captured }, times, false);
  return reshape(emittedBy(result, body, times), [times, ...initial.shape]);
}

/**
 * A vector for every number from 0 to `count` - 1, one below the other; parts that do not depend on the number are computed once.
 * `make` receives the number as a tensor.
 */
export function tabulate(count: number, make: (index: Tensor) => Tensor): Tensor {
  const [carry, index] = [variable(), variable()];
  const { outputs, shared, captured } = closed([flat(make(index))], [carry, index]);
  const body = { carry, rows: [index], shared, next: carry, emitted: outputs[0] };
  const numbers = constant(Float64Array.from({ length: count }, (_, k) => k));
  const result = loopOf(body, { initial: full([], 0), rows: [numbers], shared: captured }, count, false);
  return emittedBy(result, body, count);
}
