// Arithmetic of shapes, as exporters write it for networks whose batch is open: Shape, Gather, Concat, then Reshape.
import type { Tensor } from '@infimum/core/data';
import type { Chain } from './chains.ts';
import type { Node } from './onnx-model.ts';

/** The value of a node from constants and the shapes of chains; undefined if it is not arithmetic of shapes. */
export function shapeConstant(
  { type, inputs, attributes }: Node,
  chains: ReadonlyMap<string, Chain>,
  constants: ReadonlyMap<string, Tensor>,
): Tensor | undefined {
  const chain = chains.get(inputs[0]);
  if (type === 'Shape' && chain) return list([1, ...chain.shape]);
  const given = inputs.map((name) => constants.get(name));
  const [first, second = new Float64Array(0), third] = given.map((constant) => constant?.values);
  if (!first || given.some((constant, i) => constant === undefined && inputs[i] !== '')) return undefined;
  switch (type) {
    case 'Identity':
    case 'Cast':
    case 'Unsqueeze':
    case 'Squeeze':
      return given[0];
    case 'Concat':
      return list(given.flatMap((constant) => Array.from(constant?.values ?? [])));
    case 'Gather':
      return list(Array.from(second, (index) => first[index < 0 ? index + first.length : index]));
    case 'Slice': {
      const from = given[1]?.values ?? attributes.get('starts')?.values ?? [0];
      const to = third ?? attributes.get('ends')?.values ?? [first.length];
      return list(Array.from(first).slice(from[0], to[0]));
    }
    case 'Mul':
    case 'Add':
    case 'Sub':
    case 'Div':
      return list(combined(type, first, second));
    case 'ReduceProd':
      return list([first.reduce((so, size) => so * size, 1)]);
    default:
      return undefined;
  }
}

const list = (values: readonly number[]): Tensor => ({ shape: [values.length], values: Float64Array.from(values) });

function combined(type: 'Mul' | 'Add' | 'Sub' | 'Div', a: Float64Array, b: Float64Array): number[] {
  return Array.from({ length: Math.max(a.length, b.length) }, (_, i) => {
    const [x, y] = [a[a.length === 1 ? 0 : i], b[b.length === 1 ? 0 : i]];
    if (type === 'Mul') return x * y;
    if (type === 'Div') return x / y;
    return type === 'Add' ? x + y : x - y;
  });
}
