// The registered problem of language models of bytes.
import type { Problem } from '@infimum/core';
import { checkInteger, checkNumber, checkObject, defineFamily, defineProblem, fault, Random } from '@infimum/core';
import { importData } from '@infimum/core/data';
import { GruModel } from '../countdown/gru-model.ts';
import { logProbability } from '../countdown/token-model.ts';
import { byteCounts, countedBits } from './counted-bits.ts';
import { EggModel } from './egg-model.ts';

/** A text to be learnt. */
export interface LanguageTask {
  /** The training text. */
  readonly text: Uint8Array;
  /** The held-out text. */
  readonly heldOut: Uint8Array;
  /** Width of the integer model, a power of 4. */
  readonly dim: number;
  /** Its recurrent layers. */
  readonly layers: number;
  /** Bytes of a stretch that a member reads. */
  readonly length: number;
  /** Bits a byte of the held-out text at which to stop. */
  readonly target: number;
}

/** A learnt model: weights of a network, or counts of bytes. */
export interface LanguageSolution {
  /** Weights of an `EggModel` in int8, or of a recurrent model in floating point; empty for counts. */
  weights: Int8Array | Float64Array;
  /** Counts of bytes (256), or of bytes after each byte (65 536); empty for weights. */
  counts: Uint32Array;
  /** Bits a byte of the held-out text, as the method measured them; Infinity before the first measurement. */
  bits: number;
  /** Number of texts scored. */
  evaluations: {
    /** Stretches that members read or whose gradients were computed, and evaluations of the held-out text. */
    value: number;
  };
}

/** Bits a byte of the held-out text under a solution, from the definition. */
export function heldOutBits(task: LanguageTask, { weights, counts }: LanguageSolution): number {
  if (counts.length > 0) return countedBits(counts, task.heldOut);
  if (weights instanceof Float64Array) return floatBits(floatModel(task, weights), task.heldOut);
  const model = new EggModel({ dim: task.dim, layers: task.layers });
  model.weights.set(weights);
  return model.bitsPerByte(task.heldOut);
}

/** A recurrent model in floating point whose embedding and state are as wide as the integer model, drawn or by weights. */
export function floatModel({ dim }: LanguageTask, weights: Random | Float64Array): GruModel {
  return new GruModel({ vocabulary: 256, embedding: dim, hidden: dim }, weights);
}

/** Bits a byte of a text, each byte from those before it; byte 0 begins. */
export function floatBits(model: GruModel, text: Uint8Array): number {
  let [step, bits] = [model.step(model.plain(), Int32Array.of(0)), 0];
  for (const byte of text) {
    bits -= logProbability(step, 0, byte) / Math.LN2;
    step = model.step(model.plain(), Int32Array.of(byte), step);
  }
  return bits / text.length;
}

const shape = {
  dim: { type: 'integer', min: 4, max: 256, default: 16, description: 'Width, a power of 4' },
  layers: { type: 'integer', min: 1, max: 8, default: 1, description: 'Recurrent layers' },
  gain: { type: 'number', default: 0.1, description: 'Target in bits per byte below single-byte counts' },
} as const;

function taskOf(
  text: Uint8Array,
  heldOut: Uint8Array,
  { dim, layers, gain }: { dim: number; layers: number; gain: number },
): LanguageTask {
  const target = countedBits(byteCounts(text, 0), heldOut) - gain;
  return { text, heldOut, dim, layers, length: 100, target };
}

/** Every byte is one of 16 and depends on the one before it by given probabilities. */
function chainText(length: number, seed: number): Uint8Array {
  const random = new Random(seed, 0x6d61726b);
  const next = Array.from({ length: 16 }, () => random.sample(16, 4));
  const text = new Uint8Array(length);
  let state = 0;
  for (let i = 0; i < length; i++) {
    // One of four successors, the first half of the time.
    state = next[state][random.uniform() < 0.5 ? 0 : 1 + random.integer(3)];
    text[i] = 97 + state;
  }
  return text;
}

/** Language models of bytes. */
export const languageProblem: Problem<LanguageTask, LanguageSolution> = defineProblem<
  LanguageTask,
  LanguageSolution,
  'bits' | 'excess' | 'evaluations'
>({
  id: 'blackbox/language-model',
  title: 'Byte language models',
  statement: String.raw`Find the parameters of a model with few bits per byte $-\frac 1 n \sum_t \log_2 p_\theta(b_t \mid b_1 \dots b_{t-1})$ on unseen text.`,
  families: {
    chain: defineFamily({
      title: 'A chain of letters',
      description: 'Sixteen letters, each depending only on the last one.',
      real: false,
      params: { ...shape, length: { type: 'integer', min: 1000, max: 10_000_000, default: 20_000, description: 'Bytes' } },
      suites: { quick: [{ length: 5000, gain: -1 }], full: [{}, { gain: 0.5 }] },
      generate: ({ length, ...rest }, seed) => {
        const text = chainText(length + 2000, seed);
        return taskOf(text.subarray(0, length), text.subarray(length), rest);
      },
    }),
    hamlet: defineFamily({
      title: 'Hamlet',
      description: 'The play; the last bytes are held out.',
      real: true,
      params: { ...shape, heldOut: { type: 'integer', min: 100, max: 50_000, default: 8000, description: 'Bytes held out' } },
      suites: { quick: [{ heldOut: 2000, gain: -1 }], full: [{}, { dim: 64, layers: 2 }] },
      generate: async ({ heldOut, ...rest }) => {
        const { loadHamlet } = await importData(() => import('@infimum/datasets/hamlet'));
        const bytes = new TextEncoder().encode(loadHamlet().text);
        return taskOf(bytes.subarray(0, bytes.length - heldOut), bytes.subarray(bytes.length - heldOut), rest);
      },
    }),
  },
  metrics: {
    bits: {
      title: 'Bits per byte',
      description: 'Of the held-out text.',
      unit: '',
      direction: 'minimize',
      compute: heldOutBits,
    },
    excess: {
      title: 'Excess',
      description: 'Bits per byte above the target; 0 if it is reached.',
      unit: '',
      direction: 'minimize',
      compute: (task, solution) => Math.max(0, heldOutBits(task, solution) - task.target),
    },
    evaluations: {
      title: 'Scores',
      description: 'Scored members or differentiated stretches, and evaluations on the held-out text.',
      unit: '',
      direction: 'minimize',
      compute: (_, { evaluations }) => evaluations.value,
    },
  },
  primaryMetric: 'bits',
  unproved: 'Bits are measured on a text, which does not rule out better parameters.',
  success: { metric: 'excess', bound: () => 0 },
  validate: checkLanguageTask,
  badInstances: () => {
    const bad = (fault: string, argument: string, own: object) => ({ fault, argument, instance: { ...smallTask(), ...own } });
    return [
      bad('no text', 'text', { text: new Uint8Array(0) }),
      bad('a text of characters', 'text', { text: 'abab' as unknown as Uint8Array }),
      bad('nothing held out', 'heldOut', { heldOut: new Uint8Array(0) }),
      bad('a width that is not a power of 4', 'dim', { dim: 8 }),
      bad('no layers', 'layers', { layers: 0 }),
      bad('a stretch longer than the text', 'length', { length: 5000 }),
      bad('a target that is NaN', 'target', { target: Number.NaN }),
    ];
  },
  hardInstances: () => [
    { hardness: 'one byte over and over', instance: smallTask('a') },
    { hardness: 'bytes that never occur in what is read', instance: { ...smallTask('ab'), heldOut: Uint8Array.of(0, 255, 7) } },
    { hardness: 'a target beyond reach', instance: { ...smallTask('ab'), target: -1 } },
  ],
});

function smallTask(period = 'abab'): LanguageTask {
  const text = new TextEncoder().encode(period.repeat(Math.ceil(200 / period.length)));
  return { text, heldOut: text.subarray(0, 50), dim: 16, layers: 1, length: 4, target: 4 };
}

/** @throws {InvalidInputError} naming the field at fault */
export function checkLanguageTask(task: LanguageTask): void {
  checkObject(task, 'instance');
  const { text, heldOut, dim, layers, length, target } = task;
  for (const [argument, bytes] of Object.entries({ text, heldOut })) {
    if (!(bytes instanceof Uint8Array)) throw fault('expected a Uint8Array', argument, 'type');
    if (bytes.length === 0) throw fault('is empty', argument, 'empty');
  }
  checkInteger(dim, 'dim', { min: 4, max: 1024 });
  if (!Number.isInteger(Math.log2(dim) / 2)) throw fault('must be a power of 4', 'dim', 'out-of-range');
  checkInteger(layers, 'layers', { min: 1, max: 64 });
  checkInteger(length, 'length', { min: 1, max: text.length });
  checkNumber(target, 'target');
}
