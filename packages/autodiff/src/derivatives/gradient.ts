// Gradients as tensors: the expression is traversed backwards, and every operation passes the gradient on. The result is an
// expression again, so that gradients have gradients.
import { fault } from '@infimum/core';
import { inOrder } from '../expressions/order.ts';
import type { Tensor } from '../expressions/tensor.ts';
import { checkTensor, checkTensors, describeShape, full, sameShape, uniformValue, variable } from '../expressions/tensor.ts';
import { add } from '../operations/arithmetic.ts';
import { assemble, isAssembled } from '../operations/shapes.ts';

/**
 * The gradients of a number with respect to tensors of its expression; zeros for those that it does not depend on.
 *
 * One backward pass over the expression: the gradients cost a small multiple of the value, for any number of variables.
 *
 * @param value - of shape `[]`
 * @param variables - what to differentiate with respect to; any tensors
 * @throws {InvalidInputError} for a value that is no number
 *
 * @example
 * ```ts
 * import { compile, gradients, square, sum, variable } from '@infimum/autodiff';
 *
 * const x = variable(2);
 * const [gradient] = gradients(sum(square(x)), [x]);
 * console.log(compile([gradient], [x]).run([Float64Array.of(1, 2)])[0].join(' ')); // 2 4
 * ```
 */
export function gradients(value: Tensor, variables: readonly Tensor[]): Tensor[] {
  checkTensor(value, 'value');
  checkTensors(variables, 'variables');
  if (value.shape.length > 0) throw fault(`must be a number, has the shape ${describeShape(value.shape)}`, 'value', 'shape');
  return pulled([value], [full([], 1)], variables);
}

/**
 * The products of Jacobian matrices with weights: for every variable the sum over the outputs of J'w, zeros where there is
 * none. The gradient of a number, whose weight is 1, is one.
 */
export function pulled(outputs: readonly Tensor[], weights: readonly Tensor[], variables: readonly Tensor[]): Tensor[] {
  const order = inOrder(outputs);
  const wanted = dependents(order, variables);
  const passed = new Map<Tensor, Tensor[]>();
  const pass = (to: Tensor, gradient: Tensor): void => {
    // A gradient of zeros is dropped, so that 0 times an infinite derivative is not computed.
    if (uniformValue(gradient) === 0) return;
    const sofar = passed.get(to);
    if (sofar) sofar.push(gradient);
    else passed.set(to, [gradient]);
  };
  outputs.forEach((output, k) => {
    pass(output, weights[k]);
  });
  const found = new Map<Tensor, Tensor>();
  for (let k = order.length - 1; k >= 0; k--) {
    const node = order[k];
    const parts = passed.get(node);
    if (!parts || !wanted.has(node)) continue;
    passed.delete(node);
    const gradient = total(parts);
    found.set(node, gradient);
    if (node.inputs.length === 0) continue;
    const asked = node.inputs.map((from) => wanted.has(from));
    node.operation.pullback(node, gradient, asked).forEach((each, i) => {
      if (each && asked[i]) pass(node.inputs[i], each);
    });
  }
  return variables.map((x) => found.get(x) ?? full(x.shape, 0));
}

/** The sum of gradients. Gradients of disjoint pieces of one tensor are put side by side instead. */
function total(parts: readonly Tensor[]): Tensor {
  if (parts.length === 1) return parts[0];
  const pieces = parts.filter(isAssembled);
  const others = parts.filter((part) => !isAssembled(part));
  if (pieces.length < 2) return parts.reduce((sum, part) => add(sum, part));
  const [{ shape, operation }] = pieces;
  const { axis } = operation;
  const fitting = pieces.filter((piece) => piece.operation.axis === axis);
  others.push(...pieces.filter((piece) => piece.operation.axis !== axis));
  const runs = fitting
    .flatMap(({ inputs, operation: { starts } }) => inputs.map((piece, k) => ({ piece, start: starts[k] })))
    .sort((a, b) => a.start - b.start);
  while (runs.length > 0) {
    const layer: typeof runs = [];
    const rest: typeof runs = [];
    let end = 0;
    for (const run of runs) {
      if (run.start < end) rest.push(run);
      else {
        layer.push(run);
        end = run.start + run.piece.shape[axis];
      }
    }
    others.push(
      assemble(
        layer.map(({ piece }) => piece),
        axis,
        layer.map(({ start }) => start),
        shape,
      ),
    );
    runs.splice(0, runs.length, ...rest);
  }
  return others.reduce((sum, part) => add(sum, part));
}

/**
 * The product of weights with the Jacobian matrix of a tensor, for every variable: <J, w> summed over the entries of the
 * output, of the variable's shape. It generalises `gradients`, which is for a number, at the same cost.
 *
 * @param output - of any shape
 * @param variables - what to differentiate with respect to; any tensors
 * @param weights - of the output's shape
 * @throws {InvalidInputError} for weights of another shape
 *
 * @example
 * ```ts
 * import { compile, constant, square, variable, vectorJacobian } from '@infimum/autodiff';
 *
 * const x = variable(2);
 * const [row] = vectorJacobian(square(x), [x], constant([1, 10]));
 * console.log(compile([row], [x]).run([Float64Array.of(3, 4)])[0].join(' ')); // 6 80
 * ```
 */
export function vectorJacobian(output: Tensor, variables: readonly Tensor[], weights: Tensor): Tensor[] {
  checkTensor(output, 'output');
  checkTensor(weights, 'weights');
  checkTensors(variables, 'variables');
  checkSameShape(weights, output, 'weights');
  return pulled([output], [weights], variables);
}

/**
 * The change of a tensor to first order when variables change along given directions: the product of its Jacobian matrix with
 * them, sum_k J_k v_k.
 *
 * It is the gradient of a gradient: <J'u, v> is linear in u, and its gradient there is J v.
 *
 * @param output - of any shape
 * @param variables - the tensors that change
 * @param directions - the direction of each change, of the variables' shapes
 * @throws {InvalidInputError} for directions that are not one for each variable, of its shape
 *
 * @example
 * ```ts
 * import { compile, jacobianVector, square, variable } from '@infimum/autodiff';
 *
 * const [x, v] = [variable(2), variable(2)];
 * const program = compile([jacobianVector(square(x), [x], [v])], [x, v]);
 * console.log(program.run([Float64Array.of(1, 2), Float64Array.of(1, 10)])[0].join(' ')); // 2 40
 * ```
 */
export function jacobianVector(output: Tensor, variables: readonly Tensor[], directions: readonly Tensor[]): Tensor {
  checkTensor(output, 'output');
  checkTensors(variables, 'variables');
  checkTensors(directions, 'directions');
  if (directions.length !== variables.length) {
    throw fault(`are ${directions.length}, for ${variables.length} variables`, 'directions', 'shape');
  }
  directions.forEach((direction, k) => {
    checkSameShape(direction, variables[k], `directions[${k}]`);
  });
  const weights = variable(...output.shape);
  const rows = pulled([output], [weights], variables);
  const [result] = pulled(rows, directions, [weights]);
  return result;
}

/**
 * Products with mixed second derivatives of a number: d²f / dx dy times v, for every x. With y = x it is the product with the
 * Hessian; it costs a small multiple of a gradient.
 *
 * @param value - f, of shape `[]`
 * @param x - the tensors that the result has the shapes of; any tensors
 * @param y - the tensor that changes
 * @param v - the direction of the change, of y's shape
 * @throws {InvalidInputError} for a value that is no number, and a v that is not of y's shape
 *
 * @example
 * ```ts
 * import { compile, inner, mixedProduct, mul, square, variable } from '@infimum/autodiff';
 *
 * const [x, y, v] = [variable(2), variable(2), variable(2)];
 * const [product] = mixedProduct(inner(x, square(y)), [x], y, v); // 2 y v
 * const values = [Float64Array.of(5, 6), Float64Array.of(1, 2), Float64Array.of(10, 100)];
 * console.log(compile([product], [x, y, v]).run(values)[0].join(' ')); // 20 400
 * ```
 */
export function mixedProduct(value: Tensor, x: readonly Tensor[], y: Tensor, v: Tensor): Tensor[] {
  checkTensor(value, 'value');
  checkTensor(y, 'y');
  checkTensor(v, 'v');
  checkTensors(x, 'x');
  checkSameShape(v, y, 'v');
  return pulled(gradients(value, [y]), [v], x);
}

function checkSameShape(x: Tensor, other: Tensor, argument: string): void {
  if (sameShape(x.shape, other.shape)) return;
  throw fault(`has the shape ${describeShape(x.shape)}, needs ${describeShape(other.shape)}`, argument, 'shape');
}

/** Those that depend on the variables, the variables included. */
function dependents(order: readonly Tensor[], variables: readonly Tensor[]): Set<Tensor> {
  const found = new Set<Tensor>(variables);
  for (const node of order) if (node.inputs.some((from) => found.has(from))) found.add(node);
  return found;
}
