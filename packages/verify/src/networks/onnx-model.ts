// The messages of an ONNX file, read by number (onnx.proto): nodes, constants and the input of its graph.
import type { InvalidInputError } from '@infimum/core';
import { fault } from '@infimum/core';
import type { Tensor } from '@infimum/core/data';
import { decodeNumbers } from '@infimum/core/data';
import { packedVarints, textOf, WireError, wireFields } from './protobuf.ts';

export interface Node {
  readonly inputs: string[];
  readonly outputs: string[];
  readonly name: string;
  readonly type: string;
  readonly attributes: Map<string, Attribute>;
}

interface Attribute {
  readonly value: number;
  readonly text: string;
  readonly values: number[];
  readonly tensor: Tensor | undefined;
}

/** A node with its constants. */
export interface Call {
  readonly node: Node;
  /** The constant at an index of the inputs; the node is refused if there is none. */
  constant(index: number): Tensor;
  /** The same, or undefined if the input is omitted. */
  optional(index: number): Tensor | undefined;
  number(name: string, otherwise: number): number;
  list(name: string, otherwise?: readonly number[]): readonly number[];
}

/** The graph of a file. */
export interface OnnxGraph {
  readonly nodes: readonly Node[];
  readonly constants: Map<string, Tensor>;
  readonly input: string;
  /** The shape of the input without the batch. */
  readonly shape: readonly number[];
}

/** Reads the graph. */
export function readGraph(bytes: Uint8Array): OnnxGraph {
  let graph: Uint8Array | undefined;
  for (const { field, bytes: content } of wireFields(bytes)) if (field === 7) graph = content;
  if (!graph) throw new WireError('has no graph');
  const nodes: Node[] = [];
  const constants = new Map<string, Tensor>();
  const inputs: { readonly name: string; readonly dims: readonly number[] }[] = [];
  for (const { field, bytes: content } of wireFields(graph)) {
    if (!content) continue;
    if (field === 1) nodes.push(readNode(content));
    else if (field === 5) {
      const { name, tensor } = readTensor(content);
      constants.set(name, tensor);
    } else if (field === 11) inputs.push(readInput(content));
  }
  for (const { type, attributes, outputs } of nodes) {
    const value = type === 'Constant' ? constantOf(attributes) : undefined;
    if (value) constants.set(outputs[0], value);
  }
  // Old files list their weights among the inputs.
  const open = inputs.filter(({ name }) => !constants.has(name));
  if (open.length !== 1) {
    throw refusal(`has ${open.length} inputs (${open.map(({ name }) => name).join(', ')}), expected one`);
  }
  const { name: input, dims } = open[0];
  return { nodes, constants, input, shape: withoutBatch(dims, input) };
}

/** A Constant node holds a tensor, or numbers. */
function constantOf(attributes: ReadonlyMap<string, Attribute>): Tensor | undefined {
  const tensor = attributes.get('value')?.tensor;
  if (tensor) return tensor;
  for (const name of ['value_float', 'value_int']) {
    const found = attributes.get(name);
    if (found) return { shape: [], values: Float64Array.of(found.value) };
  }
  for (const name of ['value_floats', 'value_ints']) {
    const found = attributes.get(name);
    if (found) return { shape: [found.values.length], values: Float64Array.from(found.values) };
  }
  return undefined;
}

export function refusal(problem: string): InvalidInputError {
  return fault(problem, 'bytes', 'unsupported');
}

export function refuseNode({ type, name, outputs }: Node, problem: string): never {
  throw refusal(`the operation ${type} of node '${name || outputs[0]}' ${problem}`);
}

function readNode(bytes: Uint8Array): Node {
  const node = {
    inputs: [] as string[],
    outputs: [] as string[],
    name: '',
    type: '',
    attributes: new Map<string, Attribute>(),
  };
  for (const { field, bytes: content } of wireFields(bytes)) {
    if (field === 1) node.inputs.push(textOf(content));
    else if (field === 2) node.outputs.push(textOf(content));
    else if (field === 3) node.name = textOf(content);
    else if (field === 4) node.type = textOf(content);
    else if (field === 5 && content) {
      let name = '';
      let value = 0;
      let text = '';
      const values: number[] = [];
      let tensor: Tensor | undefined;
      for (const part of wireFields(content)) {
        if (part.field === 1) name = textOf(part.bytes);
        else if (part.field === 2 || part.field === 3) value = part.value;
        else if (part.field === 4) text = textOf(part.bytes);
        else if (part.field === 5 && part.bytes) tensor = readTensor(part.bytes).tensor;
        else if (part.field === 7) values.push(...(part.bytes ? floats(part.bytes) : [part.value]));
        else if (part.field === 8) values.push(...(part.bytes ? packedVarints(part.bytes) : [part.value]));
      }
      node.attributes.set(name, { value, text, values, tensor });
    }
  }
  return node;
}

const floats = (bytes: Uint8Array): Float64Array => decodeNumbers(bytes, 'F32');

/** Types of tensors by number. */
const TYPES: Readonly<Record<number, string>> = { 1: 'F32', 6: 'I32', 7: 'I64', 10: 'F16', 11: 'F64', 16: 'BF16' };

function readTensor(bytes: Uint8Array): { name: string; tensor: Tensor } {
  const shape: number[] = [];
  let name = '';
  let type = 0;
  let raw: Uint8Array | undefined;
  let isExternal = false;
  const listed: number[] = [];
  for (const { field, value, bytes: content } of wireFields(bytes)) {
    if (field === 1) shape.push(...(content ? packedVarints(content) : [value]));
    else if (field === 2) type = value;
    else if (field === 4)
      listed.push(...(content && content.length !== 4 ? floats(content) : content ? floats(content) : [value]));
    else if (field === 5 || field === 7) listed.push(...(content ? packedVarints(content) : [value]));
    else if (field === 8) name = textOf(content);
    else if (field === 9) raw = content;
    else if (field === 10) listed.push(...(content ? decodeNumbers(content, 'F64') : [value]));
    else if (field === 14 && value === 1) isExternal = true;
  }
  if (isExternal) {
    throw fault(`keeps the tensor ${name} in another file: save the model with its weights inside`, 'bytes', 'missing');
  }
  const known = TYPES[type];
  // Texts and booleans are kept empty: only labels depend on them, not layers.
  if (!known) return { name, tensor: { shape, values: new Float64Array(0) } };
  // Half-precision numbers are listed as integers with their bits.
  const halves = known === 'F16' && !raw ? new Uint8Array(Uint16Array.from(listed).buffer) : undefined;
  const stored = raw ?? halves;
  const values = stored ? decodeNumbers(stored, known) : Float64Array.from(listed);
  return { name, tensor: { shape, values } };
}

function readInput(bytes: Uint8Array): { name: string; dims: number[] } {
  let name = '';
  const dims: number[] = [];
  for (const { field, bytes: content } of wireFields(bytes)) {
    if (field === 1) name = textOf(content);
    if (field !== 2 || !content) continue;
    for (const type of wireFields(content)) {
      if (type.field !== 1 || !type.bytes) continue;
      for (const part of wireFields(type.bytes)) {
        if (part.field !== 2 || !part.bytes) continue;
        for (const dim of wireFields(part.bytes)) {
          let size = 0;
          for (const entry of wireFields(dim.bytes ?? new Uint8Array(0))) if (entry.field === 1) size = entry.value;
          dims.push(size);
        }
      }
    }
  }
  return { name, dims };
}

/** The shape of one input: a symbolic first axis, or one of length 1 before others, is the batch. */
function withoutBatch(dims: readonly number[], input: string): number[] {
  const shape = dims.length > 1 && dims[0] <= 1 ? dims.slice(1) : dims.slice();
  if (shape.length === 0 || shape.some((size) => !(size >= 1))) {
    throw refusal(`has an input '${input}' of unknown shape (${dims.join(', ')})`);
  }
  if (dims.length > 1 && dims[0] > 1 && dims.length !== 3) throw refusal(`has an input '${input}' for a batch of ${dims[0]}`);
  return shape;
}
