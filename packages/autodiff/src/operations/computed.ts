// Numbers that other code computes, with their gradients, as nodes of an expression.
import { checkFunction, checkList, fault } from '@infimum/core';
import type { Operation, Tensor } from '../expressions/tensor.ts';
import { apply, sizeOf } from '../expressions/tensor.ts';
import { mul } from './arithmetic.ts';
import { reshape, slice } from './shapes.ts';

/**
 * A number computed by an external function together with its gradients, as a node of an expression. The function is called once
 * a run; first derivatives are supported, second ones are an error.
 *
 * @param inputs - the tensors that it is computed from
 * @param evaluate - gets the entries of every input, row by row; returns the value, then its gradient in each input
 * @throws {InvalidInputError} for no list or no function; from a run, for a gradient that is not as long as its input; where a
 *   derivative of a gradient is requested
 *
 * @example
 * ```ts
 * import { compile, computed, gradients, mul, variable } from '@infimum/autodiff';
 *
 * const x = variable(2);
 * const length = computed([x], (values) => [Math.hypot(...values), values.map((value) => value / Math.hypot(...values))]);
 * const program = compile(gradients(mul(10, length), [x]), [x]);
 * console.log(program.run([Float64Array.of(3, 4)])[0].join(' ')); // 6 8
 * ```
 */
export function computed(
  inputs: readonly Tensor[],
  evaluate: (...values: Float64Array[]) => readonly [value: number, ...gradients: ArrayLike<number>[]],
): Tensor {
  checkList(inputs, 'inputs');
  checkFunction(evaluate, 'evaluate');
  const starts = [1];
  for (const { shape } of inputs) starts.push(starts[starts.length - 1] + sizeOf(shape));
  const together: Operation = {
    name: 'computed',
    prepare: (_, { inputs: places, out }) => {
      return () => {
        const [value, ...found] = evaluate(...places.map((place) => place.slice()));
        out[0] = value;
        places.forEach(({ length }, k) => {
          if (found[k]?.length !== length) {
            throw fault(`has ${found[k]?.length ?? 'no'} entries, not ${length}`, `evaluate()[${k + 1}]`, 'shape');
          }
          out.set(found[k], starts[k]);
        });
      };
    },
    pullback: () => {
      throw fault('computes no second derivatives', 'evaluate', 'unsupported');
    },
  };
  const all = apply(together, inputs, [starts[inputs.length]]);
  const first: Operation = {
    name: 'computed',
    prepare: (_, { inputs: places, out }) => {
      return () => {
        out[0] = places[inputs.length][0];
      };
    },
    pullback: (_, gradient) =>
      inputs.map((x, k) => mul(gradient, reshape(slice(all, starts[k], starts[k + 1] - starts[k]), x.shape))),
  };
  return apply(first, [...inputs, all], []);
}
