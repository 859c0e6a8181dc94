// Whole Jacobian matrices as tensors, by a loop over rows or columns, whichever are fewer.
import type { Tensor } from '../expressions/tensor.ts';
import { checkTensor, constant, sizeOf } from '../expressions/tensor.ts';
import { transpose } from '../operations/permutations.ts';
import { equal } from '../operations/selection.ts';
import { reshape } from '../operations/shapes.ts';
import { jacobianVector, vectorJacobian } from './gradient.ts';
import { tabulate } from './loop.ts';

/**
 * All derivatives of a tensor's entries with respect to those of another: a tensor with the axes of the output, then those of
 * x. It is an expression again, so that the Jacobian of a gradient is a Hessian.
 *
 * The cost is that of as many gradients as the output has entries, or of as many changes as x has, whichever are fewer; the
 * output itself is computed once, and the expression does not grow with their number.
 *
 * @param output - of any shape
 * @param x - what to differentiate with respect to; any tensor
 *
 * @example
 * ```ts
 * import { compile, jacobian, mul, slice, variable } from '@infimum/autodiff';
 *
 * const x = variable(2);
 * const rows = jacobian(mul(x, slice(x, 0, 1)), x);
 * console.log(compile([rows], [x]).run([Float64Array.of(3, 5)])[0].join(' ')); // 6 0 5 3
 * ```
 */
export function jacobian(output: Tensor, x: Tensor): Tensor {
  checkTensor(output, 'output');
  checkTensor(x, 'x');
  const [outputs, inputs] = [sizeOf(output.shape), sizeOf(x.shape)];
  const shape = [...output.shape, ...x.shape];
  if (outputs <= inputs) {
    const row = (index: Tensor) => vectorJacobian(output, [x], unit(output.shape, index))[0];
    return reshape(tabulate(outputs, row), shape);
  }
  const column = (index: Tensor) => jacobianVector(output, [x], [unit(x.shape, index)]);
  return reshape(transpose(tabulate(inputs, column)), shape);
}

/** One in the place that the index names, and zero elsewhere. */
function unit(shape: readonly number[], index: Tensor): Tensor {
  return equal(
    constant(
      Float64Array.from({ length: sizeOf(shape) }, (_, k) => k),
      shape,
    ),
    index,
  );
}
