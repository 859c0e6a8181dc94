// Nodes of an ONNX graph that work on images: convolutions, pools and padding.
import type { Chain } from './chains.ts';
import { mapped, product } from './chains.ts';
import type { SparseRow } from './layer-rows.ts';
import type { Layer } from './network.ts';
import { convolvedSize } from './network.ts';
import type { Call, Node } from './onnx-model.ts';
import { refuseNode } from './onnx-model.ts';
import { pool, samePadding } from './pools.ts';

function imageOf(node: Node, shape: readonly number[]): [number, number, number] {
  if (shape.length !== 3) refuseNode(node, `needs channels, height and width, the shape before it is ${shape.join(' x ')}`);
  return shape as [number, number, number];
}

/** A convolution; groups and dilations are zeros in its kernels. */
export function convolved(call: Call, { layers, shape }: Chain): Chain {
  const { node, constant, optional, number, list } = call;
  const image = imageOf(node, shape);
  const weight = constant(1);
  if (weight.shape.length !== 4) refuseNode(node, `has a kernel of ${weight.shape.length} axes`);
  const [channels, groupDepth, rows, cols] = weight.shape;
  const groups = number('group', 1);
  const [down, right] = list('dilations', [1, 1]);
  if (groupDepth * groups !== image[0] || channels % groups !== 0)
    refuseNode(node, `convolves ${image[0]} channels in ${groups} groups of ${groupDepth}`);
  const size = [(rows - 1) * down + 1, (cols - 1) * right + 1] as const;
  const kernel = new Float64Array(channels * image[0] * size[0] * size[1]);
  let at = 0;
  for (let o = 0; o < channels; o++) {
    const first = Math.floor(o / (channels / groups)) * groupDepth;
    for (let c = first; c < first + groupDepth; c++) {
      for (let v = 0; v < rows; v++) {
        for (let h = 0; h < cols; h++, at++) {
          kernel[((o * image[0] + c) * size[0] + v * down) * size[1] + h * right] = weight.values[at];
        }
      }
    }
  }
  const stride = list('strides', [1, 1]) as [number, number];
  const layer: Layer = {
    kind: 'convolution',
    shape: image,
    channels,
    size,
    stride,
    padding: paddingOf(call, image, size, stride),
    kernel,
    bias: optional(2)?.values.slice() ?? new Float64Array(channels),
    activation: 'linear',
  };
  return { shape: [channels, ...convolvedSize(layer)], layers: [...layers, layer] };
}

function paddingOf(
  { node, list }: Call,
  [, height, width]: readonly number[],
  size: readonly number[],
  stride: readonly number[],
): [number, number, number, number] {
  const automatic = node.attributes.get('auto_pad')?.text ?? 'NOTSET';
  const pads = list('pads', [0, 0, 0, 0]);
  if (automatic === 'NOTSET' || automatic === '') return [pads[0], pads[1], pads[2], pads[3]];
  if (automatic === 'VALID') return [0, 0, 0, 0];
  if (!automatic.startsWith('SAME')) refuseNode(node, `pads by ${automatic}`);
  return samePadding([height, width], size, stride, automatic === 'SAME_LOWER');
}

/** The largest entry or the mean of every window. */
export function pooled(call: Call, chain: Chain): Chain {
  const { node, number } = call;
  const image = imageOf(node, chain.shape);
  const extents = image.slice(1);
  const isGlobal = node.type.startsWith('Global');
  const size = isGlobal ? extents : call.list('kernel_shape');
  const stride = isGlobal ? [1, 1] : call.list('strides', [1, 1]);
  const dilation = call.list('dilations', [1, 1]);
  const reach = size.map((taps, axis) => (taps - 1) * dilation[axis] + 1);
  const padding = isGlobal ? [0, 0, 0, 0] : paddingOf(call, image, reach, stride);
  const isRoundedUp = number('ceil_mode', 0) !== 0;
  const countsPadding = number('count_include_pad', 0) !== 0;
  if (countsPadding && isRoundedUp) refuseNode(node, 'averages over padding and rounds up');
  const kind = node.type.endsWith('MaxPool') ? 'largest' : 'mean';
  const shape = { size, stride, dilation, padding, isRoundedUp };
  return pool(chain, kind, shape, countsPadding) ?? refuseNode(node, 'has windows outside the image');
}

/** Constants around a tensor. */
export function padded({ node, optional, list, number }: Call, chain: Chain): Chain {
  const { shape } = chain;
  const mode = node.attributes.get('mode')?.text ?? 'constant';
  if (mode !== 'constant') refuseNode(node, `pads by ${mode}`);
  const pads = Array.from(optional(1)?.values ?? list('pads'));
  const axes = shape.length + 1;
  if (pads.length !== 2 * axes || pads[0] !== 0 || pads[axes] !== 0 || pads.some((pad) => pad < 0))
    refuseNode(node, `pads by ${pads.join(', ')}`);
  const value = optional(2)?.values[0] ?? number('value', 0);
  const to = shape.map((size, axis) => size + pads[axis + 1] + pads[axes + axis + 1]);
  const rows = Array.from({ length: product(to) }, (_, at): SparseRow => {
    let [rest, from, stride] = [at, 0, 1];
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      const place = (rest % to[axis]) - pads[axis + 1];
      rest = Math.floor(rest / to[axis]);
      if (place < 0 || place >= shape[axis]) return { entries: [], bias: value };
      from += place * stride;
      stride *= shape[axis];
    }
    return { entries: [[from, 1]] };
  });
  return mapped(chain, rows, to);
}
