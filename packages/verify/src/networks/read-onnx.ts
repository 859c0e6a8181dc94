// Networks from ONNX files, as PyTorch, scikit-learn and Keras write them (https://onnx.ai).
import { fault } from '@infimum/core';
import type { Chain } from './chains.ts';
import { merged } from './chains.ts';
import type { Network } from './network.ts';
import { checkNetwork } from './network.ts';
import { withGates } from './onnx-gates.ts';
import type { Node } from './onnx-model.ts';
import { readGraph, refusal } from './onnx-model.ts';
import { follow } from './onnx-nodes.ts';
import { shapeConstant } from './onnx-shapes.ts';
import { WireError } from './protobuf.ts';

/** Options of `readOnnx`. */
export interface ReadOnnxOptions {
  /**
   * The output tensor of the network; by default the last one before nodes that compute labels (ArgMax, ZipMap, …) and before a softmax.
   */
  readonly output?: string;
}

/** The content of a file. */
export interface OnnxNetwork {
  /** The network. */
  readonly network: Network;
  /** The name of the input. */
  readonly input: string;
  /** The shape of the input without the batch. */
  readonly shape: readonly number[];
  /** The name of the network's output tensor. */
  readonly output: string;
  /** A softmax after it was removed: margins keep their signs, Lipschitz constants are those of the logits. */
  readonly hasSoftmax: boolean;
}

/** Nodes that compute labels: nothing after them is part of the network. */
const LABELS = ['ArgMax', 'ArrayFeatureExtractor', 'ZipMap', 'LabelEncoder', 'TopK', 'Normalizer'];

/**
 * Reads a network: Gemm, MatMul, Add, Sub, Mul, Div, Neg, Conv (groups, dilations), BatchNormalization, MaxPool,
 * GlobalMaxPool, AveragePool, GlobalAveragePool, ReduceMean, ReduceSum, Pad, Clip, Max, Min, Abs, Concat, Flatten, Reshape,
 * Transpose, Squeeze, Unsqueeze, Identity, Dropout, Cast, Scaler, Relu, LeakyRelu, Sigmoid, Tanh, Softplus, Elu, Swish, Gelu,
 * Erf, Exp, Sqrt, Reciprocal, Pow, LayerNormalization, Softmax, products and quotients of branches. Branches become one chain: the outputs
 * of one are carried past the layers of the other. Maxima and clipping become ReLUs: max(a, b) = relu(a - b) + b; products become squares:
 * a b = ((a + b)² - (a - b)²) / 4, so that small attention can be read. z sigmoid(z) and z (1 + erf(z / √2)) / 2 are recognized as SiLU and
 * GELU. A symbolic batch is 1; consecutive affine nodes become one layer.
 *
 * @param bytes - the file
 * @throws {InvalidInputError} `unsupported`, naming operation and node, for other operations; `type` for a damaged file; `missing` for
 * weights in other files, naming them
 *
 * @example
 * ```ts
 * import { readOnnx } from '@infimum/verify';
 *
 * // import { readFile } from 'node:fs/promises'; const { network } = readOnnx(await readFile('model.onnx'));
 * const complaint = (() => { try { readOnnx(new Uint8Array(3)); } catch (error) { return (error as Error).message; } })();
 * console.log(complaint?.startsWith('bytes: is not an ONNX file')); // true
 * ```
 */
export function readOnnx(bytes: Uint8Array, options: ReadOnnxOptions = {}): OnnxNetwork {
  if (!(bytes instanceof Uint8Array)) throw fault('expected the bytes of a file', 'bytes', 'type');
  try {
    return readModel(bytes, options);
  } catch (error) {
    if (!(error instanceof WireError)) throw error;
    throw fault(`is not an ONNX file: it ${error.message}`, 'bytes', 'type');
  }
}

/** Whether layers follow a tensor. */
function leadsOn(nodes: readonly Node[], name: string): boolean {
  return nodes.some(
    ({ type, inputs, outputs }) =>
      inputs.includes(name) && !LABELS.includes(type) && (MATRICES.includes(type) || leadsOn(nodes, outputs[0])),
  );
}

const MATRICES = ['MatMul', 'Gemm', 'Conv'];

function readModel(bytes: Uint8Array, options: ReadOnnxOptions): OnnxNetwork {
  const { nodes: all, constants, input, shape } = readGraph(bytes);
  const nodes = withGates(all, constants);
  const chains = new Map<string, Chain>([[input, { layers: [], shape }]]);
  let last = input;
  let softmax: string | undefined;
  for (const node of nodes) {
    const shapes = shapeConstant(node, chains, constants);
    if (shapes) constants.set(node.outputs[0], shapes);
    if (shapes) continue;
    const from = node.inputs.find((name) => chains.has(name));
    // Nodes that depend on skipped ones (such as labels) are skipped as well.
    if (from === undefined) continue;
    if (node.type === 'Softmax' && !leadsOn(nodes, node.outputs[0])) {
      if (last === from) softmax = node.outputs[0];
      continue;
    }
    const { layers } = chains.get(from) as Chain;
    if (LABELS.includes(node.type) && layers.length > 0) continue;
    if (options.output !== undefined && chains.has(options.output)) break;
    chains.set(node.outputs[0], follow(node, from, chains, constants));
    last = node.outputs[0];
  }
  const output = options.output ?? last;
  const chosen = chains.get(output);
  if (!chosen) throw refusal(`has no tensor '${output}' that the input leads to; there are ${[...chains.keys()].join(', ')}`);
  if (chosen.layers.length === 0) throw refusal('has no layer between input and output');
  const network = { layers: merged(chosen.layers) };
  checkNetwork(network, 'network');
  return { network, input, shape, output, hasSoftmax: softmax !== undefined && output === last };
}
