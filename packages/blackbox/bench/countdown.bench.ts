// Fine-tuning on mini-countdown by EGGROLL and by GRPO: accuracy and form of greedy answers to 500 fixed problems against answers made
// and seconds of processor time: pnpm bench:package blackbox countdown [--seeds=1] [--members=512,4096] [--steps=200] [--looks=4]
// [--reach=1] [--warm=600] [--numbers=2] [--hidden=48], or with a transformer: --transformer [--width=24] [--blocks=2], or with a model
// of int8 weights, which GRPO has no slopes for: --int8 [--dim=64] [--begun=0.5]. Who reaches a share of right answers stops there.
import { parseArgs } from 'node:util';
import { Random } from '@infimum/core';
import { accuracyOf } from '../src/countdown/answers.ts';
import { answerLength, drawCountdown, promptLength } from '../src/countdown/countdown.ts';
import { countdownExam } from '../src/countdown/countdown-claims.ts';
import { eggrollBatches } from '../src/countdown/eggroll-tuning.ts';
import { grpoBatches } from '../src/countdown/grpo.ts';
import { GruModel } from '../src/countdown/gru-model.ts';
import type { TokenModel } from '../src/countdown/token-model.ts';
import { warmStart } from '../src/countdown/warm-start.ts';
import { EggModel } from '../src/language/egg-model.ts';
import { eggAccuracy, eggTune, eggWarmStart } from './countdown/egg-countdown.ts';
import { TransformerModel } from './countdown/transformer-model.ts';

const { values } = parseArgs({
  options: {
    seeds: { type: 'string', default: '1' },
    members: { type: 'string', default: '512,4096' },
    steps: { type: 'string', default: '200' },
    looks: { type: 'string', default: '4' },
    reach: { type: 'string', default: '1' },
    hidden: { type: 'string', default: '48' },
    transformer: { type: 'boolean', default: false },
    width: { type: 'string', default: '24' },
    blocks: { type: 'string', default: '2' },
    numbers: { type: 'string', default: '2' },
    int8: { type: 'boolean', default: false },
    dim: { type: 'string', default: '64' },
    warm: { type: 'string', default: '600' },
    begun: { type: 'string', default: '0.5' },
  },
});
const numbers = values.numbers === '3' ? 3 : 2;
const problems = countdownExam(500, numbers);
const draw = (random: Random) => drawCountdown(random, numbers);
const [steps, looks, reach] = [values.steps, values.looks, values.reach].map(Number);

for (let seed = 1; seed <= Number(values.seeds); seed++) {
  const populations = values.members.split(',').map(Number);
  if (values.int8) inIntegers(seed, populations);
  else inFloats(seed, populations);
}

/** A model that knows nothing yet. */
function fresh(random: Random): TokenModel {
  if (!values.transformer) return new GruModel({ vocabulary: 16, embedding: 24, hidden: Number(values.hidden) }, random);
  const context = promptLength(numbers) + answerLength(numbers) - 1;
  const [width, blocks] = [Number(values.width), Number(values.blocks)];
  return new TransformerModel({ vocabulary: 16, context, width, heads: 4, blocks }, random);
}

function inFloats(seed: number, populations: readonly number[]): void {
  const random = new Random(seed);
  const start = warmStart(fresh(random), random, Number(values.warm), draw);
  report(accuracyOf(start, problems), `seed ${seed}, the start of ${start.parameters.length} weights`, 0, 0);
  race(start, `seed ${seed}, GRPO`, (model) => grpoBatches(model, draw, { seed: 1000 + seed }), 2 * steps);
  for (const population of populations) {
    const name = `seed ${seed}, EGGROLL with ${population}`;
    race(start, name, (model) => eggrollBatches(model, draw, { prompts: population / 8, seed }), steps);
  }
}

/** The start is learnt by 512 pairs, four texts a pair. */
function inIntegers(seed: number, populations: readonly number[]): void {
  const model = new EggModel({ dim: Number(values.dim), layers: 1, seed });
  const clock = stopwatch();
  eggWarmStart(model, { pairs: 512, steps: Number(values.warm), numbers, seed });
  const start = model.weights.slice();
  report(eggAccuracy(model, problems), `seed ${seed}, the start in int8`, 0, clock());
  for (const population of populations) {
    model.weights.set(start);
    const tuning = { pairs: population / 2, steps, begun: Number(values.begun), seed: 1000 + seed };
    const own = stopwatch();
    eggTune(model, { ...tuning, numbers }, (step, answers) => {
      if (step % Math.ceil(steps / 10) !== 0) return;
      const name = `seed ${seed}, EGGROLL in int8 with ${population}, step ${step}`;
      report(eggAccuracy(model, problems), name, answers, own());
    });
  }
}

/** Seconds of processor time since it was made. */
function stopwatch(): () => number {
  const before = process.cpuUsage();
  return () => {
    const { user, system } = process.cpuUsage(before);
    return (user + system) / 1e6;
  };
}

function race(
  start: TokenModel,
  name: string,
  batchesOf: (model: TokenModel) => Generator<number, never>,
  count: number,
): void {
  const model = fresh(new Random(0));
  model.parameters.set(start.parameters);
  // What looking takes is taken off.
  let [clock, spent] = [stopwatch(), 0];
  const batches = batchesOf(model);
  for (let step = 1; step <= count; step++) {
    const answers = batches.next().value;
    if (step % (count / looks) !== 0) continue;
    spent += clock();
    const examined = accuracyOf(model, problems);
    report(examined, `${name}, step ${step}`, answers, spent);
    if (examined.accuracy >= reach) return;
    clock = stopwatch();
  }
}

function report(
  { accuracy, form }: { readonly accuracy: number; readonly form: number },
  name: string,
  answers: number,
  seconds: number,
): void {
  console.log(`${name}: ${answers} answers, ${seconds.toFixed(1)} s, accuracy ${accuracy.toFixed(3)}, form ${form.toFixed(3)}`);
}
