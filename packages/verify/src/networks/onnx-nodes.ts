// The effect of the nodes of an ONNX graph on chains of layers; other nodes are refused by operation and name.
import type { Tensor } from '@infimum/core/data';
import type { Chain } from './chains.ts';
import { activated, clipped, mapped, maxima, product, scaledBy, selected, sideBySide } from './chains.ts';
import type { SparseRow } from './layer-rows.ts';
import type { Activation, DenseLayer } from './network.ts';
import { convolved, padded, pooled } from './onnx-images.ts';
import type { Call, Node } from './onnx-model.ts';
import { refuseNode } from './onnx-model.ts';
import { matrixProduct, productsOf, softmaxOf, spreadTogether, standardized } from './products.ts';

const ACTIVATIONS: Readonly<Record<string, Activation>> = {
  Relu: 'relu',
  LeakyRelu: 'leaky-relu',
  Sigmoid: 'sigmoid',
  Tanh: 'tanh',
  Softplus: 'softplus',
  Elu: 'elu',
  Erf: 'erf',
  Exp: 'exp',
  Sqrt: 'sqrt',
  Reciprocal: 'reciprocal',
};

/** The chain behind a node whose first input with a chain is `from`. */
export function follow(
  node: Node,
  from: string,
  chains: ReadonlyMap<string, Chain>,
  constants: ReadonlyMap<string, Tensor>,
): Chain {
  const call: Call = {
    node,
    optional: (index) => (node.inputs[index] ? call.constant(index) : undefined),
    constant: (index) =>
      constants.get(node.inputs[index] ?? '') ??
      refuseNode(node, `needs the constant ${node.inputs[index] ?? `number ${index}`}`),
    number: (name, otherwise) => node.attributes.get(name)?.value ?? otherwise,
    list: (name, otherwise = []) => node.attributes.get(name)?.values ?? otherwise,
  };
  const branches = node.inputs.flatMap((name) => chains.get(name) ?? []);
  if (branches.length > 1 || node.type === 'Concat') return joined(call, node.inputs, chains, constants);
  const chain = chains.get(from) as Chain;
  const activation = ACTIVATIONS[node.type];
  if (activation) {
    const steps = { 'leaky-relu': 0.01, elu: 1 }[activation as string];
    return activated(chain, activation, steps === undefined ? {} : { slope: call.number('alpha', steps) });
  }
  return one(call, chain, node.inputs.indexOf(from));
}

/** A node with one tensor that depends on the input, at place `at` of its inputs. */
function one(call: Call, chain: Chain, at: number): Chain {
  const { node, constant, optional, number, list } = call;
  const { layers, shape } = chain;
  switch (node.type) {
    case 'Identity':
    case 'Dropout':
    case 'Cast':
      return chain;
    case 'Flatten':
      return { layers, shape: [product(shape)] };
    case 'Reshape':
      return { layers, shape: reshaped(node, shape, constant(1).values) };
    case 'Squeeze':
    case 'Unsqueeze':
      return { layers, shape: shape.length > 1 ? shape.filter((size) => size !== 1) : shape };
    case 'Transpose':
      return transposed(node, chain, list('perm'));
    case 'MatMul':
      return dense(node, chain, constant(1 - at), at === 0, 1, undefined);
    case 'Gemm': {
      if (at !== 0) refuseNode(node, 'multiplies a constant by the input');
      if (number('transA', 0) !== 0) refuseNode(node, 'transposes its input');
      const bias = optional(2);
      const scaled = bias && { ...bias, values: bias.values.map((b) => b * number('beta', 1)) };
      return dense(node, chain, constant(1), number('transB', 0) === 0, number('alpha', 1), scaled);
    }
    case 'Add':
    case 'Sub':
    case 'Mul':
    case 'Div':
      return arithmetic(node, chain, spreadOver(node, constant(1 - at), shape), at === 0);
    case 'Gelu':
      if (node.attributes.get('approximate')?.text === 'tanh') refuseNode(node, 'is approximated by tanh');
      return activated(chain, 'gelu');
    case 'TwiceGelu':
      return scaledBy(activated(chain, 'gelu'), new Float64Array(product(shape)).fill(2), new Float64Array(product(shape)));
    case 'Swish':
      if (number('alpha', 1) !== 1) refuseNode(node, 'has a factor');
      return activated(chain, 'silu');
    case 'Pow': {
      const powers = constant(1).values;
      const name = { 2: 'square', 0.5: 'sqrt', [-1]: 'reciprocal' }[powers[0]] as Activation | undefined;
      if (at !== 0 || powers.length !== 1 || !name) refuseNode(node, `takes powers of ${powers.join(', ')}`);
      return activated(chain, name);
    }
    case 'Softmax':
      if (![-1, shape.length].includes(number('axis', -1))) refuseNode(node, 'is not along the last axis');
      return softmaxOf(chain);
    case 'LayerNormalization': {
      const axis = number('axis', -1);
      const size = product(shape.slice(axis < 0 ? axis : axis - 1));
      const each = (values: Float64Array) => Float64Array.from({ length: product(shape) }, (_, i) => values[i % size]);
      const normed = standardized(chain, size, number('epsilon', 1e-5));
      return scaledBy(normed, each(constant(1).values), each(optional(2)?.values ?? new Float64Array(size)));
    }
    case 'Neg':
      return scaledBy(chain, new Float64Array(product(shape)).fill(-1), new Float64Array(product(shape)));
    case 'Abs':
      return largest(scaledBy(doubled(chain), signs(product(shape)), new Float64Array(2 * product(shape))), shape);
    case 'Max':
    case 'Min': {
      const limits = spreadOver(node, constant(1 - at), shape);
      if (limits.some((limit) => limit !== limits[0])) refuseNode(node, 'has more than one limit');
      return node.type === 'Max' ? clipped(chain, limits[0], Infinity) : clipped(chain, -Infinity, limits[0]);
    }
    case 'Clip':
      return clipped(
        chain,
        optional(1)?.values[0] ?? number('min', -Infinity),
        optional(2)?.values[0] ?? number('max', Infinity),
      );
    case 'Scaler': {
      const [offset, scale] = ['offset', 'scale'].map((name) => {
        const values = list(name);
        return Float64Array.from({ length: product(shape) }, (_, i) => values[values.length === 1 ? 0 : i]);
      });
      return scaledBy(
        chain,
        scale,
        scale.map((s, i) => -s * offset[i]),
      );
    }
    case 'BatchNormalization':
      return normalized(call, chain);
    case 'Conv':
      return convolved(call, chain);
    case 'MaxPool':
    case 'GlobalMaxPool':
    case 'AveragePool':
    case 'GlobalAveragePool':
      return pooled(call, chain);
    case 'ReduceMean':
    case 'ReduceSum':
      return reduced(call, chain);
    case 'Pad':
      return padded(call, chain);
    default:
      return refuseNode(node, 'is not supported');
  }
}

function arithmetic({ type }: Node, chain: Chain, values: Float64Array, isFirst: boolean): Chain {
  const zeros = new Float64Array(values.length);
  const ones = zeros.map(() => 1);
  const minus = (of: Float64Array) => of.map((x) => -x);
  if (type === 'Add') return scaledBy(chain, ones, values);
  if (type === 'Sub') return scaledBy(chain, isFirst ? ones : minus(ones), isFirst ? minus(values) : values);
  if (type === 'Mul') return scaledBy(chain, values, zeros);
  if (!isFirst) return scaledBy(activated(chain, 'reciprocal'), values, zeros);
  return scaledBy(
    chain,
    values.map((x) => 1 / x),
    zeros,
  );
}

const doubled = (chain: Chain): Chain => sideBySide(chain, chain);

/** Ones, then minus ones. */
const signs = (n: number): Float64Array => Float64Array.from({ length: 2 * n }, (_, i) => (i < n ? 1 : -1));

/** The larger of the entries i and n + i. */
function largest(chain: Chain, shape: readonly number[]): Chain {
  const n = product(shape);
  return maxima(
    chain,
    Array.from({ length: n }, (_, i) => [i, n + i]),
    shape,
  );
}

/** A node with several tensors that depend on the input. */
function joined(
  { node, number }: Call,
  names: readonly string[],
  chains: ReadonlyMap<string, Chain>,
  constants: ReadonlyMap<string, Tensor>,
): Chain {
  const parts = names.map((name) => {
    if (constants.has(name)) refuseNode(node, `joins a branch and the constant ${name}`);
    return chains.get(name) ?? refuseNode(node, `joins ${name}, which does not come from the input`);
  });
  const [{ shape }] = parts;
  if (parts.length === 2) {
    const [a, b] = parts;
    if (node.type === 'MatMul') {
      const refusal = `multiplies the shapes ${a.shape.join(' x ')} and ${b.shape.join(' x ')}`;
      return matrixProduct(a, b) ?? refuseNode(node, refusal);
    }
    const spread = node.type === 'Concat' ? undefined : spreadTogether(a.shape, b.shape);
    if (spread && (node.type === 'Mul' || node.type === 'Div')) {
      const second = node.type === 'Mul' ? b : activated(b, 'reciprocal');
      return productsOf(
        a,
        second,
        spread.from.map((pair) => [pair]),
        spread.to,
      );
    }
    if (spread && (node.type === 'Add' || node.type === 'Sub')) {
      const offset = product(a.shape);
      const rows = spread.from.map(
        ([i, j]): SparseRow => ({
          entries: [
            [i, 1],
            [offset + j, node.type === 'Add' ? 1 : -1],
          ],
        }),
      );
      return mapped(sideBySide(a, b), rows, spread.to);
    }
  }
  const both = parts.slice(1).reduce(sideBySide, parts[0]);
  if (node.type === 'Concat') return concatenated(node, parts, both, number('axis', 1));
  if (parts.some((part) => part.shape.length !== shape.length || part.shape.some((size, i) => size !== shape[i]))) {
    refuseNode(node, `joins branches of the shapes ${parts.map((part) => part.shape.join(' x ')).join(' and ')}`);
  }
  const n = product(shape);
  switch (node.type) {
    case 'Sum': {
      const rows = Array.from(
        { length: n },
        (_, i): SparseRow => ({ entries: parts.map((_, part) => [part * n + i, 1] as const) }),
      );
      return mapped(both, rows, shape);
    }
    case 'Max':
    case 'Min': {
      const groups = Array.from({ length: n }, (_, i) => parts.map((_, part) => part * n + i));
      if (node.type === 'Max') return maxima(both, groups, shape);
      const [minus, zeros] = [new Float64Array(parts.length * n).fill(-1), new Float64Array(parts.length * n)];
      return scaledBy(maxima(scaledBy(both, minus, zeros), groups, shape), minus.slice(0, n), zeros.slice(0, n));
    }
    default:
      return refuseNode(node, 'joins two branches, which is not supported');
  }
}

/** Branches one behind the other along an axis, from their entries one behind the other. */
function concatenated(node: Node, parts: readonly Chain[], both: Chain, axis: number): Chain {
  const [{ shape }] = parts;
  const along = (axis < 0 ? axis + shape.length + 1 : axis) - 1;
  if (along < 0) refuseNode(node, 'joins along the batch');
  const outer = product(shape.slice(0, along));
  const inner = parts.map((part) => {
    const fits = part.shape.length === shape.length && part.shape.every((size, i) => i === along || size === shape[i]);
    if (!fits) refuseNode(node, `joins the shapes ${parts.map((p) => p.shape.join(' x ')).join(' and ')}`);
    return product(part.shape.slice(along));
  });
  const source: number[] = [];
  for (let block = 0; block < outer; block++) {
    let start = 0;
    for (const length of inner) {
      for (let i = 0; i < length; i++) source.push(start + block * length + i);
      start += outer * length;
    }
  }
  const size = parts.reduce((sum, part) => sum + part.shape[along], 0);
  return selected(both, source, shape.with(along, size));
}

function normalized({ constant, number }: Call, chain: Chain): Chain {
  const { shape } = chain;
  const [gamma, beta, mean, variance] = [1, 2, 3, 4].map((index) => constant(index).values);
  const epsilon = number('epsilon', 1e-5);
  const scale = gamma.map((g, c) => g / Math.sqrt(variance[c] + epsilon));
  const shift = beta.map((b, c) => b - mean[c] * scale[c]);
  const plane = product(shape.slice(1));
  const each = (values: Float64Array) => Float64Array.from({ length: product(shape) }, (_, i) => values[Math.floor(i / plane)]);
  return scaledBy(chain, each(scale), each(shift));
}

/** Sums or means over axes. */
function reduced({ node, optional, number, list }: Call, chain: Chain): Chain {
  const { shape } = chain;
  const given = optional(1)?.values ?? list('axes');
  const axes = new Set(Array.from(given, (axis) => (axis < 0 ? axis + shape.length : axis - 1)));
  if (axes.size === 0 || axes.has(-1)) refuseNode(node, 'reduces the batch');
  const kept = shape.map((size, axis) => (axes.has(axis) ? 1 : size));
  const groups = Array.from({ length: product(kept) }, (): number[] => []);
  for (let at = 0; at < product(shape); at++) {
    let [rest, target, stride] = [at, 0, 1];
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      if (!axes.has(axis)) target += (rest % shape[axis]) * stride;
      stride *= kept[axis];
      rest = Math.floor(rest / shape[axis]);
    }
    groups[target].push(at);
  }
  const rows = groups.map((group): SparseRow => {
    const weight = node.type === 'ReduceMean' ? 1 / group.length : 1;
    return { entries: group.map((entry) => [entry, weight]) };
  });
  const keeps = number('keepdims', 1) !== 0;
  return mapped(chain, rows, keeps ? kept : kept.filter((_, axis) => !axes.has(axis)));
}

/** A shape with the batch in front; 0 keeps an axis, -1 is the remaining size. */
function reshaped(node: Node, shape: readonly number[], target: Float64Array): number[] {
  const sizes = Array.from(target, (size, axis) => (size === 0 && axis > 0 ? shape[axis - 1] : size));
  const rest = sizes.length > 1 ? sizes.slice(1) : sizes;
  const known = rest.reduce((so, size) => so * (size > 0 ? size : 1), 1);
  const next = rest.map((size) => (size > 0 ? size : product(shape) / known));
  if (product(next) !== product(shape)) refuseNode(node, `makes the shape ${[...target].join(' x ')} of ${shape.join(' x ')}`);
  return next;
}

/** A constant as one number for every entry of a shape, by the rules of broadcasting. */
function spreadOver(node: Node, { shape: given, values }: Tensor, shape: readonly number[]): Float64Array {
  if (values.length === 1) return new Float64Array(product(shape)).fill(values[0]);
  const dims = given.filter((size, axis) => !(size === 1 && axis < given.length - shape.length));
  const spread = spreadTogether(shape, dims);
  if (spread?.to.length !== shape.length || product(spread.to) !== product(shape))
    refuseNode(node, `combines the shapes ${shape.join(' x ')} and ${given.join(' x ')}`);
  return Float64Array.from(spread.from, ([, at]) => values[at]);
}

/** y W (with `isRight`), or W y. */
function dense(
  node: Node,
  { layers, shape }: Chain,
  { shape: dims, values }: Tensor,
  isRight: boolean,
  alpha: number,
  bias: Tensor | undefined,
): Chain {
  if (dims.length !== 2) refuseNode(node, `multiplies with ${dims.length} axes`);
  const [outputs, inputs] = isRight ? [dims[1], dims[0]] : [dims[0], dims[1]];
  if (isRight && product(shape) > inputs && shape[shape.length - 1] === inputs) {
    // A matrix for every place along the axes before the last one.
    const rows = Array.from({ length: (product(shape) / inputs) * outputs }, (_, at): SparseRow => {
      const [place, i] = [Math.floor(at / outputs), at % outputs];
      return {
        entries: Array.from({ length: inputs }, (_, j) => [place * inputs + j, alpha * values[j * outputs + i]] as const),
      };
    });
    return mapped({ layers, shape }, rows, [...shape.slice(0, -1), outputs]);
  }
  if (product(shape) !== inputs || (shape.length > 1 && shape[0] !== 1)) {
    refuseNode(node, `takes ${inputs} numbers, the shape before it is ${shape.join(' x ')}`);
  }
  const weight = new Float64Array(outputs * inputs);
  for (let i = 0; i < outputs; i++) {
    for (let j = 0; j < inputs; j++)
      weight[i * inputs + j] = alpha * (isRight ? values[j * outputs + i] : values[i * inputs + j]);
  }
  const offsets = bias ? spreadOver(node, bias, [outputs]) : new Float64Array(outputs);
  const layer: DenseLayer = { kind: 'dense', inputs, outputs, weight, bias: offsets, activation: 'linear' };
  return { shape: [outputs], layers: [...layers, layer] };
}

/** A transposition with the batch in place: a permutation of the entries. */
function transposed(node: Node, chain: Chain, order: readonly number[]): Chain {
  const { shape } = chain;
  if (order.length !== shape.length + 1 || order[0] !== 0) refuseNode(node, `reorders the axes ${order.join(', ')}`);
  const axes = order.slice(1).map((axis) => axis - 1);
  const next = axes.map((axis) => shape[axis]);
  const strides = shape.map((_, axis) => product(shape.slice(axis + 1)));
  const source = Int32Array.from({ length: product(shape) }, (_, at) => {
    let rest = at;
    let from = 0;
    for (let axis = next.length - 1; axis >= 0; axis--) {
      from += (rest % next[axis]) * strides[axes[axis]];
      rest = Math.floor(rest / next[axis]);
    }
    return from;
  });
  return selected(chain, source, next);
}
