// Tensors of a computation graph as chains of layers. Branches become chains too: the outputs of one branch are carried past the layers of
// the other, so that every graph of affine maps and activations is a chain of the same function.
import type { SparseRow } from './layer-rows.ts';
import { rowsOf } from './layer-rows.ts';
import type { Activation, DenseLayer, Layer, SparseLayer } from './network.ts';
import { inputsOfLayer, outputsOf } from './network.ts';

/** A tensor that depends on the input: the layers that lead to it, and its shape without the batch. */
export interface Chain {
  readonly layers: readonly Layer[];
  readonly shape: readonly number[];
}

export const product = (shape: readonly number[]): number => shape.reduce((so, size) => so * size, 1);

/** A sparse layer from its rows. */
function sparseLayer(inputs: number, rows: readonly SparseRow[]): SparseLayer {
  const starts = new Int32Array(rows.length + 1);
  rows.forEach(({ entries }, i) => {
    starts[i + 1] = starts[i] + entries.length;
  });
  const columns = new Int32Array(starts[rows.length]);
  const weight = new Float64Array(starts[rows.length]);
  rows.forEach(({ entries }, i) => {
    entries.forEach(([column, value], at) => {
      columns[starts[i] + at] = column;
      weight[starts[i] + at] = value;
    });
  });
  const bias = Float64Array.from(rows, (row) => row.bias ?? 0);
  return { kind: 'sparse', inputs, outputs: rows.length, starts, columns, weight, bias, activation: 'linear' };
}

/** The chain behind a sparse affine map. */
export function mapped({ layers, shape }: Chain, rows: readonly SparseRow[], to: readonly number[]): Chain {
  return { layers: [...layers, sparseLayer(product(shape), rows)], shape: to };
}

/** The entries of a tensor in another order: `source[i]` is the index of entry i in the input. */
export function selected(chain: Chain, source: ArrayLike<number>, to: readonly number[]): Chain {
  const rows = Array.from(source, (from): SparseRow => ({ entries: [[from, 1]] }));
  if (rows.length === product(chain.shape) && rows.every(({ entries }, i) => entries[0][0] === i))
    return { layers: chain.layers, shape: to };
  return mapped(chain, rows, to);
}

const endsLinear = (layers: readonly Layer[]): boolean =>
  layers.length > 0 && layers[layers.length - 1].activation === 'linear';

/** The activation belongs to the last layer; where there is none, to an identity. */
export function activated(chain: Chain, activation: Activation, slope: { slope?: number } = {}): Chain {
  const { layers, shape } = chain;
  const base = endsLinear(layers) ? layers : mapped(chain, identityRows(product(shape)), shape).layers;
  const last = base[base.length - 1];
  return { shape, layers: [...base.slice(0, -1), { ...last, activation, ...slope } as Layer] };
}

const identityRows = (length: number, from = 0): SparseRow[] =>
  Array.from({ length }, (_, i) => ({ entries: [[from + i, 1]] }));

/** y -> scale o y + shift: into the last layer if that is linear. */
export function scaledBy(chain: Chain, scale: Float64Array, shift: Float64Array): Chain {
  const { layers, shape } = chain;
  const last = layers[layers.length - 1];
  if (endsLinear(layers) && last.kind === 'dense') {
    const { inputs, weight, bias } = last;
    const changed: DenseLayer = {
      ...last,
      weight: weight.map((w, at) => w * scale[Math.floor(at / inputs)]),
      bias: bias.map((b, i) => b * scale[i] + shift[i]),
    };
    return { shape, layers: [...layers.slice(0, -1), changed] };
  }
  const channels = shape[0];
  const plane = product(shape) / channels;
  const isByChannel = [scale, shift].every((values) =>
    values.every((value, i) => value === values[Math.floor(i / plane) * plane]),
  );
  if (endsLinear(layers) && last.kind === 'convolution' && isByChannel) {
    const size = last.kernel.length / last.channels;
    const changed: Layer = {
      ...last,
      kernel: last.kernel.map((w, at) => w * scale[Math.floor(at / size) * plane]),
      bias: last.bias.map((b, c) => b * scale[c * plane] + shift[c * plane]),
    };
    return { shape, layers: [...layers.slice(0, -1), changed] };
  }
  const rows = Array.from(scale, (s, i): SparseRow => ({ entries: [[i, s]], bias: shift[i] }));
  return mapped(chain, rows, shape);
}

/** Two tensors one behind the other. Common first layers are kept once. */
export function sideBySide(first: Chain, second: Chain): Chain {
  let shared = 0;
  while (shared < first.layers.length && first.layers[shared] === second.layers[shared]) shared++;
  const layers = first.layers.slice(0, shared);
  const before = shared > 0 ? outputsOf(first.layers[shared - 1]) : widthOfInput(first, second);
  const [a, b] = [first.layers.slice(shared), second.layers.slice(shared)];
  // At first both branches read the same inputs; later each reads its own part.
  let [widthA, widthB] = [before, before];
  let offset = 0;
  let inputs = before;
  while (a.length > 0 || b.length > 0 || offset === 0) {
    const fits = a.length === 0 || b.length === 0 || haveOneActivation(a[0], b[0]);
    const nextA = a.shift();
    const nextB = fits ? b.shift() : undefined;
    const parts = [stepOf(nextA, widthA, 0), stepOf(nextB, widthB, offset)];
    layers.push(besides(inputs, parts, nextA, nextB));
    [widthA, widthB] = parts.map(({ rows }) => rows.length);
    offset = widthA;
    inputs = widthA + widthB;
  }
  return { layers, shape: [inputs] };
}

/** The input's length, where one of the chains may be the input itself. */
function widthOfInput(first: Chain, second: Chain): number {
  const { layers } = first.layers.length > 0 ? first : second;
  return layers.length > 0 ? inputsOfLayer(layers[0]) : product(first.shape);
}

interface Step {
  readonly rows: readonly SparseRow[];
  /** Whether output i has no activation. */
  readonly isCarried: (i: number) => boolean;
}

/** A layer of a branch whose inputs begin at `offset`, or a layer that carries `width` numbers. */
function stepOf(layer: Layer | undefined, width: number, offset: number): Step {
  if (!layer) return { rows: identityRows(width, offset), isCarried: () => true };
  const isLinear = layer.activation === 'linear';
  return { rows: rowsOf(layer, offset), isCarried: (i) => isLinear || layer.carried?.[i] === 1 };
}

function besides(inputs: number, parts: readonly Step[], a: Layer | undefined, b: Layer | undefined): SparseLayer {
  const layer = sparseLayer(
    inputs,
    parts.flatMap(({ rows }) => rows),
  );
  const source = [a, b].find((one) => one && one.activation !== 'linear');
  if (!source) return layer;
  const carried = parts.flatMap(({ rows, isCarried }) => rows.map((_, i) => (isCarried(i) ? 1 : 0)));
  const slope = source.slope === undefined ? {} : { slope: source.slope };
  return { ...layer, activation: source.activation, ...slope, carried: Uint8Array.from(carried) };
}

function haveOneActivation(a: Layer, b: Layer): boolean {
  if (a.activation === 'linear' || b.activation === 'linear') return true;
  return a.activation === b.activation && a.slope === b.slope;
}

/** The largest entry of every group, exactly: max(a, b) = relu(a - b) + b, in rounds as in a tournament. */
export function maxima(chain: Chain, groups: readonly (readonly number[])[], to: readonly number[]): Chain {
  let now = chain;
  /** Every group's candidates as sums of entries of `now`. */
  let candidates: number[][][] = groups.map((group) => group.map((entry) => [entry]));
  while (candidates.some((group) => group.length > 1)) {
    const rows: SparseRow[] = [];
    const carried: number[] = [];
    const carry = (sum: readonly number[]): number => {
      carried.push(1);
      return rows.push({ entries: sum.map((entry) => [entry, 1]) }) - 1;
    };
    candidates = candidates.map((group) => {
      const winners: number[][] = [];
      for (let at = 0; at < group.length; at += 2) {
        if (at + 1 === group.length) winners.push([carry(group[at])]);
        else {
          const [a, b] = [group[at], group[at + 1]];
          carried.push(0);
          const entries = [...a.map((e) => [e, 1] as const), ...b.map((e) => [e, -1] as const)];
          winners.push([rows.push({ entries }) - 1, carry(b)]);
        }
      }
      return winners;
    });
    const layer = sparseLayer(product(now.shape), rows);
    now = {
      layers: [...now.layers, { ...layer, activation: 'relu', carried: Uint8Array.from(carried) }],
      shape: [rows.length],
    };
  }
  const last = candidates.map(([sum]): SparseRow => ({ entries: sum.map((entry) => [entry, 1]) }));
  return mapped(now, last, to);
}

/** min(max(x, lower), upper) = lower + relu(x - lower) - relu(x - upper), exactly. */
export function clipped(chain: Chain, lower: number, upper: number): Chain {
  const n = product(chain.shape);
  const from = Number.isFinite(lower);
  const to = Number.isFinite(upper);
  if (!from && !to) return chain;
  // Without a lower end: upper - relu(upper - x).
  const rows = Array.from({ length: n }, (_, i): SparseRow[] => [
    from ? { entries: [[i, 1]], bias: -lower } : { entries: [[i, -1]], bias: upper },
    ...(from && to ? [{ entries: [[i, 1]] as const, bias: -upper }] : []),
  ]).flat();
  const kinks = activated(mapped(chain, rows, [rows.length]), 'relu');
  const sums = Array.from({ length: n }, (_, i): SparseRow => {
    if (!from) return { entries: [[i, -1]], bias: upper };
    const entries = to
      ? ([
          [2 * i, 1],
          [2 * i + 1, -1],
        ] as const)
      : ([[i, 1]] as const);
    return { entries, bias: lower };
  });
  return mapped(kinks, sums, chain.shape);
}

/** Layers without an activation between them become one, convolutions excepted. */
export function merged(layers: readonly Layer[]): Layer[] {
  const out: Layer[] = [];
  for (const layer of layers) {
    const before = out[out.length - 1];
    if (before?.activation !== 'linear' || before.kind === 'convolution' || layer.kind === 'convolution') {
      out.push(layer);
    } else out[out.length - 1] = composed(before, layer);
  }
  return out;
}

/** layer after before. */
function composed(before: DenseLayer | SparseLayer, layer: DenseLayer | SparseLayer): Layer {
  const { activation, slope, carried } = layer;
  const after = { activation, ...(slope !== undefined && { slope }), ...(carried && { carried }) };
  if (before.kind === 'sparse' && layer.kind === 'sparse') {
    return { ...sparseLayer(before.inputs, composedRows(rowsOf(before), rowsOf(layer))), ...after };
  }
  const { inputs } = before;
  const weight = new Float64Array(layer.outputs * inputs);
  const inner = rowsOf(before);
  const bias = new Float64Array(layer.outputs);
  rowsOf(layer).forEach((row, i) => {
    bias[i] = row.bias ?? 0;
    for (const [k, a] of row.entries) {
      bias[i] += a * (inner[k].bias ?? 0);
      for (const [j, w] of inner[k].entries) weight[i * inputs + j] += a * w;
    }
  });
  return { kind: 'dense', inputs, outputs: layer.outputs, weight, bias, ...after };
}

function composedRows(inner: readonly SparseRow[], outer: readonly SparseRow[]): SparseRow[] {
  return outer.map((row) => {
    const sums = new Map<number, number>();
    let bias = row.bias ?? 0;
    for (const [k, a] of row.entries) {
      bias += a * (inner[k].bias ?? 0);
      for (const [j, w] of inner[k].entries) sums.set(j, (sums.get(j) ?? 0) + a * w);
    }
    return { entries: [...sums], bias };
  });
}
