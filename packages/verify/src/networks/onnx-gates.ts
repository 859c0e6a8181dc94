// SiLU and GELU as exporters write them: z times a sigmoid or an error function of z.
import type { Tensor } from '@infimum/core/data';
import type { Node } from './onnx-model.ts';

/** The nodes with those that multiply z with sigmoid(z) or 1 + erf(z / √2) made one; a factor of one half stays in place. */
export function withGates(nodes: readonly Node[], constants: ReadonlyMap<string, Tensor>): Node[] {
  const makers = new Map(nodes.map((node) => [node.outputs[0], node]));
  /** The other input of a node whose one input is a constant near c. */
  const beside = (node: Node | undefined, types: readonly string[], c: number): string | undefined => {
    if (!node || !types.includes(node.type)) return undefined;
    const at = node.inputs.findIndex((name) => {
      const { values = [] } = constants.get(name) ?? {};
      return values.length === 1 && Math.abs(values[0] - c) < 1e-6;
    });
    return at < 0 || (node.type === 'Div' && at === 0) ? undefined : node.inputs[1 - at];
  };
  return nodes.map((node) => {
    if (node.type !== 'Mul') return node;
    for (const [z, gate] of [node.inputs, node.inputs.toReversed()]) {
      const maker = makers.get(gate);
      if (maker?.type === 'Sigmoid' && maker.inputs[0] === z) return { ...node, type: 'Swish', inputs: [z] };
      const erf = makers.get(beside(maker, ['Add'], 1) ?? '');
      const scaled = erf?.type === 'Erf' ? makers.get(erf.inputs[0]) : undefined;
      const inner = beside(scaled, ['Div'], Math.SQRT2) ?? beside(scaled, ['Mul'], Math.SQRT1_2);
      if (inner === z && inner !== undefined) return { ...node, type: 'TwiceGelu', inputs: [z] };
    }
    return node;
  });
}
