// Gradients as tensors: the expression is walked backwards, and every operation passes the gradient on. What comes out is an
// expression again, so that gradients have gradients.
import { InvalidInputError } from '@infimum/core';
import { add, mul } from './elementwise.ts';
import { sumTo } from './shapes.ts';
import { describeShape, full, type Tensor, variable } from './tensor.ts';

/**
 * The gradients of a number with respect to tensors that it is made of; zeros for those that it does not depend on.
 *
 * One walk over the expression: the gradients cost a small multiple of the value, whatever the number of variables.
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
  if (value.shape.length > 0) {
    const problem = `must be a number, has the shape ${describeShape(value.shape)}`;
    throw new InvalidInputError(problem, { argument: 'value', code: 'shape' });
  }
  const order = inOrder([value]);
  const wanted = dependents(order, variables);
  const found = new Map<Tensor, Tensor>([[value, full([], 1)]]);
  for (const node of order.toReversed()) {
    const gradient = found.get(node);
    if (!gradient || !wanted.has(node)) continue;
    node.operation.pullback(node, gradient).forEach((passed, k) => {
      const from = node.inputs[k];
      if (!passed || !wanted.has(from)) return;
      const sofar = found.get(from);
      found.set(from, sofar ? add(sofar, passed) : passed);
    });
  }
  return variables.map((x) => found.get(x) ?? full(x.shape, 0));
}

/**
 * The change of a tensor to first order when variables change along given directions: the product of its Jacobian matrix with
 * them.
 *
 * It is the gradient of a gradient: <J'u, v> is linear in u, and its gradient there is J v.
 *
 * @param output - of any shape
 * @param variables - what changes
 * @param directions - along which, of their shapes
 *
 * @example
 * ```ts
 * import { change, compile, square, variable } from '@infimum/autodiff';
 *
 * const [x, v] = [variable(2), variable(2)];
 * const program = compile([change(square(x), [x], [v])], [x, v]);
 * console.log(program.run([Float64Array.of(1, 2), Float64Array.of(1, 10)])[0].join(' ')); // 2 40
 * ```
 */
export function change(output: Tensor, variables: readonly Tensor[], directions: readonly Tensor[]): Tensor {
  const weights = variable(...output.shape);
  const pulled = gradients(sumTo(mul(output, weights), []), variables);
  const slopes = pulled.map((gradient, k) => sumTo(mul(gradient, directions[k]), []));
  const [result] = gradients(
    slopes.reduce((all, slope) => add(all, slope), full([], 0)),
    [weights],
  );
  return result;
}

/** All tensors that the given ones are made of and they themselves, every one after its inputs. */
export function inOrder(outputs: readonly Tensor[]): Tensor[] {
  const order: Tensor[] = [];
  const seen = new Set<Tensor>();
  // A stack instead of recursion: expressions of loops are deep.
  const stack: { readonly node: Tensor; next: number }[] = [];
  for (const output of outputs) {
    if (seen.has(output)) continue;
    seen.add(output);
    stack.push({ node: output, next: 0 });
    while (stack.length > 0) {
      const top = stack[stack.length - 1];
      const child = top.node.inputs[top.next++];
      if (child === undefined) {
        order.push(top.node);
        stack.pop();
      } else if (!seen.has(child)) {
        seen.add(child);
        stack.push({ node: child, next: 0 });
      }
    }
  }
  return order;
}

/** Those that depend on the variables, the variables included. */
function dependents(order: readonly Tensor[], variables: readonly Tensor[]): Set<Tensor> {
  const found = new Set<Tensor>(variables);
  for (const node of order) if (node.inputs.some((from) => found.has(from))) found.add(node);
  return found;
}
