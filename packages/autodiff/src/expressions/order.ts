// The order in which tensors are computed.
import type { Tensor } from './tensor.ts';
import { checkTensor } from './tensor.ts';

/** The given tensors and all tensors that they are computed from, each after its inputs. */
export function inOrder(outputs: readonly Tensor[]): Tensor[] {
  const order: Tensor[] = [];
  const seen = new Set<Tensor>();
  // A stack instead of recursion: expressions of loops are deep.
  const stack: { readonly node: Tensor; next: number }[] = [];
  for (const output of outputs) {
    if (seen.has(output)) continue;
    checkTensor(output, 'a tensor');
    seen.add(output);
    stack.push({ node: output, next: 0 });
    while (stack.length > 0) {
      const top = stack[stack.length - 1];
      if (top.next === top.node.inputs.length) {
        order.push(top.node);
        stack.pop();
        continue;
      }
      const child = top.node.inputs[top.next++];
      if (!seen.has(child)) {
        // The caller may have built the inputs of the outputs by hand.
        checkTensor(child, 'an input of a tensor');
        seen.add(child);
        stack.push({ node: child, next: 0 });
      }
    }
  }
  return order;
}
