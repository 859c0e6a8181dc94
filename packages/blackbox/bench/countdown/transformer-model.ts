// A decoder-only transformer of a few characters: its forward pass a token at a time by any map of its layers, and the way back.
// x = E (token, place); in every block x = x + O attention(Q n(x), K n, V n) + o, x = x + D max(0, U n(x) + u) + d; logits H n(x) + h,
// n(x) = x / sqrt(mean x² + 1e-6). The norms have no numbers of their own: the affine maps behind them take in any scale and shift.
//
// A. Vaswani et al.: Attention is all you need (2017), arXiv 1706.03762; B. Zhang, R. Sennrich: Root mean square layer normalization
// (2019), arXiv 1910.07467.
import type { Random } from '@infimum/core';
import type { LayerMap, TokenStep } from '../../src/countdown/token-model.ts';
import { multiplyBack, TokenModel } from '../../src/countdown/token-model.ts';
import type { AffineLayer } from '../../src/eggroll/low-rank-population.ts';
import { layersIn } from '../../src/eggroll/low-rank-population.ts';

/** Sizes of a model. */
export interface TransformerSizes {
  readonly vocabulary: number;
  /** Tokens of the longest sequence. */
  readonly context: number;
  readonly width: number;
  /** Heads of the attention, a divisor of the width. */
  readonly heads: number;
  readonly blocks: number;
}

/** What a block keeps of a token of every sequence. */
interface BlockRecord {
  readonly input: Float64Array;
  readonly normed: Float64Array;
  /** Query, key and value, one after the other. */
  readonly ask: Float64Array;
  /** Sequences x heads x tokens so far: what attention takes of each. */
  readonly shares: Float64Array;
  readonly attended: Float64Array;
  readonly middle: Float64Array;
  readonly secondNormed: Float64Array;
  readonly units: Float64Array;
}

/** A step of several sequences, kept for later steps and for the way back. */
export interface TransformerStep extends TokenStep {
  /** The steps up to this one. */
  readonly past: readonly TransformerStep[];
  readonly blocks: readonly BlockRecord[];
  readonly last: Float64Array;
  readonly normed: Float64Array;
}

/** Layers of a block: query, key and value in one; output; up; down. */
const BLOCK_LAYERS = 4;

/** The layers are embedding, those of the blocks, and head. */
export class TransformerModel extends TokenModel<TransformerStep> {
  readonly sizes: TransformerSizes;

  constructor(sizes: TransformerSizes, random: Random) {
    const { vocabulary, context, width, blocks } = sizes;
    const block: [number, number][] = [
      [3 * width, width],
      [width, width],
      [4 * width, width],
      [width, 4 * width],
    ];
    super([[width, vocabulary + context], ...Array.from({ length: blocks }, () => block).flat(), [vocabulary, width]], random);
    this.sizes = sizes;
  }

  step(map: LayerMap, tokens: Int32Array, before?: TransformerStep): TransformerStep {
    const { vocabulary, context, width, blocks } = this.sizes;
    const count = tokens.length;
    const past: TransformerStep[] = [...(before?.past ?? [])];
    const chosen = new Float64Array(count * (vocabulary + context));
    for (let i = 0; i < count; i++) {
      chosen[i * (vocabulary + context) + tokens[i]] = 1;
      chosen[i * (vocabulary + context) + vocabulary + past.length] = 1;
    }
    let x = new Float64Array(count * width);
    map(0, chosen, x);
    const records: BlockRecord[] = [];
    for (let b = 0; b < blocks; b++) {
      const earlier = past.map((step) => step.blocks[b].ask);
      const { record, output } = this.#block(map, 1 + BLOCK_LAYERS * b, x, earlier);
      records.push(record);
      x = output;
    }
    const normed = normalized(x, width);
    const logits = new Float64Array(count * vocabulary);
    map(1 + BLOCK_LAYERS * blocks, normed, logits);
    const step = { tokens, past, blocks: records, last: x, normed, logits };
    past.push(step);
    return step;
  }

  #block(map: LayerMap, layer: number, input: Float64Array, earlier: readonly Float64Array[]) {
    const { width, heads } = this.sizes;
    const size = input.length;
    const normed = normalized(input, width);
    const ask = new Float64Array(3 * size);
    map(layer, normed, ask);
    const { shares, attended } = attend([...earlier, ask], width, heads);
    const middle = new Float64Array(size);
    map(layer + 1, attended, middle);
    for (let k = 0; k < size; k++) middle[k] += input[k];
    const secondNormed = normalized(middle, width);
    const units = new Float64Array(4 * size);
    map(layer + 2, secondNormed, units);
    for (let k = 0; k < units.length; k++) units[k] = Math.max(0, units[k]);
    const output = new Float64Array(size);
    map(layer + 3, units, output);
    for (let k = 0; k < size; k++) output[k] += middle[k];
    return { record: { input, normed, ask, shares, attended, middle, secondNormed, units }, output };
  }

  backward(steps: readonly TransformerStep[], slopes: readonly (Float64Array | undefined)[], gradient: Float64Array): void {
    const { width, blocks } = this.sizes;
    const own = layersIn(gradient, this.layers);
    const head = own.length - 1;
    // Slopes over queries, keys and values of every block and step: later tokens add to those of earlier ones.
    const asked = Array.from({ length: blocks }, () => steps.map(({ blocks: [{ ask }] }) => new Float64Array(ask.length)));
    for (let t = steps.length - 1; t >= 0; t--) {
      const { tokens, blocks: records, last, normed } = steps[t];
      let back = new Float64Array(last.length);
      const slope = slopes[t];
      if (slope) {
        const ofNormed = new Float64Array(last.length);
        multiplyBack(this.layers[head], normed, slope, own[head], ofNormed);
        addNormBack(last, width, ofNormed, back);
      }
      for (let b = blocks - 1; b >= 0; b--) {
        const asks = steps.slice(0, t + 1).map((step) => step.blocks[b].ask);
        back = this.#blockBack(own, 1 + BLOCK_LAYERS * b, records[b], asks, asked[b], back);
      }
      addEmbedded(own[0], tokens, this.sizes.vocabulary + t, back);
    }
  }

  /** The slopes over the block's input from those over its output. */
  #blockBack(
    own: readonly AffineLayer[],
    layer: number,
    { input, normed, shares, attended, middle, secondNormed, units }: BlockRecord,
    asks: readonly Float64Array[],
    ofAsks: readonly Float64Array[],
    back: Float64Array<ArrayBuffer>,
  ): Float64Array<ArrayBuffer> {
    const { width, heads } = this.sizes;
    const through = (offset: number, x: Float64Array, slopes: Float64Array) => {
      const inputs = new Float64Array(x.length);
      multiplyBack(this.layers[layer + offset], x, slopes, own[layer + offset], inputs);
      return inputs;
    };
    const ofUnits = through(3, units, back);
    for (let k = 0; k < units.length; k++) if (units[k] === 0) ofUnits[k] = 0;
    addNormBack(middle, width, through(2, secondNormed, ofUnits), back);
    attendBack(asks, width, heads, shares, through(1, attended, back), ofAsks);
    addNormBack(input, width, through(0, normed, ofAsks[asks.length - 1]), back);
    return back;
  }
}

/** x / sqrt(mean x² + 1e-6), row by row. */
function normalized(x: Float64Array, width: number): Float64Array {
  const out = new Float64Array(x.length);
  for (let at = 0; at < x.length; at += width) {
    const factor = normFactor(x, at, width);
    for (let j = at; j < at + width; j++) out[j] = x[j] * factor;
  }
  return out;
}

function normFactor(x: Float64Array, at: number, width: number): number {
  let sum = 0;
  for (let j = at; j < at + width; j++) sum += x[j] * x[j];
  return 1 / Math.sqrt(sum / width + 1e-6);
}

/** Adds the slopes over x to those over its norms. */
function addNormBack(x: Float64Array, width: number, slopes: Float64Array, out: Float64Array): void {
  for (let at = 0; at < x.length; at += width) {
    const factor = normFactor(x, at, width);
    let along = 0;
    for (let j = at; j < at + width; j++) along += slopes[j] * x[j];
    along *= factor ** 3 / width;
    for (let j = at; j < at + width; j++) out[j] += factor * slopes[j] - along * x[j];
  }
}

/** What the last token takes of the values of all, head by head: softmax(q K' / sqrt(d)) V. */
function attend(asks: readonly Float64Array[], width: number, heads: number) {
  const own = asks[asks.length - 1];
  const [d, length] = [width / heads, asks.length];
  const attended = new Float64Array(own.length / 3);
  const shares = new Float64Array((own.length / 3 / d) * length);
  for (let r = 0; r * d < attended.length; r++) {
    const q = queryPlace(r, width, d, heads);
    let most = -Infinity;
    for (let s = 0; s < length; s++) {
      let product = 0;
      for (let c = 0; c < d; c++) product += own[q + c] * asks[s][q + width + c];
      shares[r * length + s] = product / Math.sqrt(d);
      most = Math.max(most, shares[r * length + s]);
    }
    let total = 0;
    for (let s = 0; s < length; s++) {
      shares[r * length + s] = Math.exp(shares[r * length + s] - most);
      total += shares[r * length + s];
    }
    for (let s = 0; s < length; s++) {
      shares[r * length + s] /= total;
      const share = shares[r * length + s];
      for (let c = 0; c < d; c++) attended[r * d + c] += share * asks[s][q + 2 * width + c];
    }
  }
  return { shares, attended };
}

/** Adds the slopes over queries, keys and values to those over what the last token takes. */
function attendBack(
  asks: readonly Float64Array[],
  width: number,
  heads: number,
  shares: Float64Array,
  slopes: Float64Array,
  out: readonly Float64Array[],
): void {
  const length = asks.length;
  const [own, ofOwn] = [asks[length - 1], out[length - 1]];
  const d = width / heads;
  const pulls = new Float64Array(length);
  for (let r = 0; r * d < slopes.length; r++) {
    const q = queryPlace(r, width, d, heads);
    let mean = 0;
    for (let s = 0; s < length; s++) {
      const share = shares[r * length + s];
      let pull = 0;
      for (let c = 0; c < d; c++) {
        pull += slopes[r * d + c] * asks[s][q + 2 * width + c];
        out[s][q + 2 * width + c] += share * slopes[r * d + c];
      }
      pulls[s] = pull;
      mean += share * pull;
    }
    for (let s = 0; s < length; s++) {
      const pull = (shares[r * length + s] * (pulls[s] - mean)) / Math.sqrt(d);
      for (let c = 0; c < d; c++) {
        ofOwn[q + c] += pull * asks[s][q + width + c];
        out[s][q + width + c] += pull * own[q + c];
      }
    }
  }
}

/** Where the query of a head of a sequence begins; its key and value are one and two widths further on. */
function queryPlace(row: number, width: number, d: number, heads: number): number {
  return Math.floor(row / heads) * 3 * width + (row % heads) * d;
}

/** Adds the slopes over the columns of token and place. */
function addEmbedded(own: AffineLayer, tokens: Int32Array, place: number, slopes: Float64Array): void {
  const { rows, cols, weights, bias } = own;
  for (let i = 0; i < tokens.length; i++) {
    for (let a = 0; a < rows; a++) {
      const slope = slopes[i * rows + a];
      weights[a * cols + tokens[i]] += slope;
      weights[a * cols + place] += slope;
      bias[a] += slope;
    }
  }
}
