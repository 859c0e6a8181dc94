// Few-shot tasks over sequences: an encoder that all tasks share is the upper level, a ridge-logistic head for each task the
// lower one, trained on its support part and evaluated on its query part.
import { Random } from '@infimum/core';
import { dot, drawDirichlet } from '@infimum/linalg/numerics';
import { sigmoid } from '../models/cleaning.ts';
import type { BlockModel } from './block-model.ts';
import type { Sequences } from './recurrent-encoder.ts';
import { encoderSize, FeatureMemo, RecurrentEncoder } from './recurrent-encoder.ts';

/** A task. */
interface SequenceTask {
  /** The samples on which its head is trained. */
  readonly support: Sequences;
  /** The samples on which its head is evaluated. */
  readonly query: Sequences;
}

/** The data of a few-shot problem. */
export interface SequenceBlocks {
  /** Which model. */
  readonly kind: 'sequences';
  /** Number of tokens. */
  readonly vocabulary: number;
  /** States of the encoder. */
  readonly hidden: number;
  /** μ of μ|y|²/2. */
  readonly ridge: number;
  /** Training tasks. */
  readonly tasks: readonly SequenceTask[];
  /** Tasks that score the encoder. */
  readonly testTasks: readonly SequenceTask[];
}

/** Steps of a test task's head. */
const TEST_STEPS = 50;

/** The oracles, a block a task. */
export function sequenceBlocks({ vocabulary, hidden, ridge, tasks, testTasks }: SequenceBlocks): BlockModel {
  const encoder = new RecurrentEncoder(vocabulary, hidden);
  const memo = new FeatureMemo(encoder);
  const slope = new Float64Array(hidden);
  /** Features for visits that carry a derivative back through the encoder. */
  const encoded = (x: Float64Array, part: Sequences) => (i: number) => encoder.encode(x, part, i);
  /** Visits samples with their feature and σ(y·φ). */
  const each = (
    featureOf: (i: number) => Float64Array,
    part: Sequences,
    y: Float64Array,
    indices: Int32Array | undefined,
    visit: (i: number, share: number, feature: Float64Array, chance: number) => void,
  ) => {
    const count = indices?.length ?? part.labels.length;
    for (let k = 0; k < count; k++) {
      const i = indices ? indices[k] : k;
      const feature = featureOf(i);
      visit(i, 1 / count, feature, sigmoid(dot(y, feature)));
    }
  };
  const addHead = (x: Float64Array, part: Sequences, y: Float64Array, out: Float64Array, indices?: Int32Array) => {
    each(memo.at(x, part), part, y, indices, (i, share, feature, chance) => {
      for (let j = 0; j < hidden; j++) out[j] += share * (chance - part.labels[i]) * feature[j];
    });
  };
  const addEncoder = (
    x: Float64Array,
    part: Sequences,
    y: Float64Array,
    weight: number,
    out: Float64Array,
    indices?: Int32Array,
  ) => {
    each(encoded(x, part), part, y, indices, (i, share, _, chance) => {
      for (let j = 0; j < hidden; j++) slope[j] = (chance - part.labels[i]) * y[j];
      encoder.addGradient(x, part, i, slope, weight * share, out);
    });
  };
  return {
    problem: {
      blocks: tasks.length,
      dimX: encoderSize(vocabulary, hidden),
      dimY: hidden,
      samplesG: (i) => tasks[i].support.labels.length,
      samplesF: (i) => tasks[i].query.labels.length,
      f: (i, x, y) => {
        let sum = 0;
        const { query } = tasks[i];
        each(memo.at(x, query), query, y, undefined, (k, share, feature) => {
          const margin = (query.labels[k] === 1 ? 1 : -1) * dot(y, feature);
          sum += share * (Math.max(-margin, 0) + Math.log1p(Math.exp(-Math.abs(margin))));
        });
        return sum;
      },
      gradGy: (i, x, y, out, indices) => {
        for (let j = 0; j < hidden; j++) out[j] = ridge * y[j];
        addHead(x, tasks[i].support, y, out, indices);
      },
      gradFy: (i, x, y, out, indices) => {
        out.fill(0);
        addHead(x, tasks[i].query, y, out, indices);
      },
      hvpGyy: (i, x, y, v, out, indices) => {
        for (let j = 0; j < hidden; j++) out[j] = ridge * v[j];
        each(memo.at(x, tasks[i].support), tasks[i].support, y, indices, (_, share, feature, chance) => {
          const weight = share * chance * (1 - chance) * dot(v, feature);
          for (let j = 0; j < hidden; j++) out[j] += weight * feature[j];
        });
      },
      hessGyy: (i, x, y, out, indices) => {
        out.fill(0);
        for (let j = 0; j < hidden; j++) out[j * hidden + j] = ridge;
        each(memo.at(x, tasks[i].support), tasks[i].support, y, indices, (_, share, feature, chance) => {
          for (let j = 0; j < hidden; j++) {
            for (let k = 0; k < hidden; k++) {
              out[j * hidden + k] += share * chance * (1 - chance) * feature[j] * feature[k];
            }
          }
        });
      },
      addJvpGxy: (i, x, y, v, weight, out, indices) => {
        const { support } = tasks[i];
        // The derivative of (σ(y·φ) − t)(v·φ) by φ, carried back through the encoder.
        each(encoded(x, support), support, y, indices, (k, share, feature, chance) => {
          const along = chance * (1 - chance) * dot(v, feature);
          for (let j = 0; j < hidden; j++) slope[j] = along * y[j] + (chance - support.labels[k]) * v[j];
          encoder.addGradient(x, support, k, slope, weight * share, out);
        });
      },
      addGradFx: (i, x, y, weight, out, indices) => addEncoder(x, tasks[i].query, y, weight, out, indices),
      addGradGx: (i, x, y, weight, out, indices) => addEncoder(x, tasks[i].support, y, weight, out, indices),
    },
    score: (x) => {
      let [right, all] = [0, 0];
      for (const { support, query } of testTasks) {
        const y = new Float64Array(hidden);
        const gradient = new Float64Array(hidden);
        for (let step = 0; step < TEST_STEPS; step++) {
          for (let j = 0; j < hidden; j++) gradient[j] = ridge * y[j];
          addHead(x, support, y, gradient);
          // The head's curvature is at most |φ|²/4 + μ, and |φ|² at most the number of states.
          for (let j = 0; j < hidden; j++) y[j] -= gradient[j] / (hidden / 4 + ridge);
        }
        each(memo.at(x, query), query, y, undefined, (i, _, __, chance) => {
          if (chance > 0.5 === (query.labels[i] === 1)) right++;
          all++;
        });
      }
      return all > 0 ? right / all : 0;
    },
  };
}

/** Pairs of Markov chains from a pool, to be classified from few sequences. */
export function drawnSequenceTasks(
  { tasks, testTasks, hidden, shots }: { tasks: number; testTasks: number; hidden: number; shots: number },
  seed: number,
): { source: SequenceBlocks; initial: Float64Array } {
  const random = new Random(seed);
  const vocabulary = 20;
  const chains = Array.from({ length: 10 }, () => chain(random, vocabulary));
  const part = (pair: readonly Float64Array[]): Sequences => {
    const tokens: number[] = [];
    const pointers = [0];
    const labels = Int32Array.from({ length: shots }, (_, k) => k % 2);
    for (const label of labels) {
      const length = 10 + random.integer(31);
      let token = random.integer(vocabulary);
      for (let t = 0; t < length; t++) {
        tokens.push(token);
        token = drawFrom(pair[label].subarray(token * vocabulary, (token + 1) * vocabulary), random.uniform());
      }
      pointers.push(tokens.length);
    }
    return { tokens: Int32Array.from(tokens), pointers: Int32Array.from(pointers), labels };
  };
  const task = (): SequenceTask => {
    const pair = Array.from(random.sample(chains.length, 2), (k) => chains[k]);
    return { support: part(pair), query: part(pair) };
  };
  const initial = random.normals(new Float64Array(encoderSize(vocabulary, hidden)));
  for (let k = 0; k < initial.length; k++) initial[k] *= k < vocabulary * hidden ? 0.5 : 0.3 / Math.sqrt(hidden);
  return {
    source: {
      kind: 'sequences',
      vocabulary,
      hidden,
      ridge: 0.02,
      tasks: Array.from({ length: tasks }, task),
      testTasks: Array.from({ length: testTasks }, task),
    },
    initial,
  };
}

/** A transition matrix with rows from a Dirichlet distribution of parameter 0.3. */
function chain(random: Random, size: number): Float64Array {
  const rows = new Float64Array(size * size);
  for (let r = 0; r < size; r++) drawDirichlet(random, 0.3, rows.subarray(r * size, (r + 1) * size));
  return rows;
}

function drawFrom(chances: Float64Array, uniform: number): number {
  let sum = 0;
  for (let k = 0; k < chances.length; k++) {
    sum += chances[k];
    if (uniform < sum) return k;
  }
  return chances.length - 1;
}
