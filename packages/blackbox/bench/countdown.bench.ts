// Fine-tuning on mini-countdown by EGGROLL and by GRPO: accuracy and form of greedy answers to 500 fixed problems against answers made
// and seconds of processor time: pnpm bench:package blackbox countdown [--seeds=1] [--members=512,4096] [--steps=200] [--hidden=48]
import { parseArgs } from 'node:util';
import { Random } from '@infimum/core';
import { accuracyOf } from '../src/countdown/answers.ts';
import { drawCountdown } from '../src/countdown/countdown.ts';
import { grpo } from '../src/countdown/grpo.ts';
import { GruModel } from '../src/countdown/gru-model.ts';
import { tuneByEggroll } from '../src/countdown/tune-by-eggroll.ts';
import { warmStart } from '../src/countdown/warm-start.ts';

const { values } = parseArgs({
  options: {
    seeds: { type: 'string', default: '1' },
    members: { type: 'string', default: '512,4096' },
    steps: { type: 'string', default: '200' },
    hidden: { type: 'string', default: '48' },
  },
});
const problems = (() => {
  const random = new Random(2026);
  return Array.from({ length: 500 }, () => drawCountdown(random));
})();
const steps = Number(values.steps);

for (let seed = 1; seed <= Number(values.seeds); seed++) {
  const start = warmStart(new Random(seed), Number(values.hidden));
  report(start, `seed ${seed}, the start`, 0, 0);
  race(
    start,
    `seed ${seed}, GRPO`,
    (model, heard) => grpo(model, 2 * steps, new Random(1000 + seed), {}, heard),
    steps / 2,
  );
  for (const population of values.members.split(',').map(Number)) {
    const name = `seed ${seed}, EGGROLL with ${population}`;
    race(start, name, (model, heard) => tuneByEggroll(model, steps, { population, seed }, heard), steps / 4);
  }
}

function race(
  start: GruModel,
  name: string,
  tune: (model: GruModel, heard: (step: number, answers: number) => void) => void,
  every: number,
): void {
  const model = new GruModel(start.sizes, new Random(0));
  model.parameters.set(start.parameters);
  // What looking takes is taken off.
  let [before, spent] = [process.cpuUsage(), 0];
  tune(model, (step, answers) => {
    if (step % every !== 0) return;
    const { user, system } = process.cpuUsage(before);
    spent += (user + system) / 1e6;
    report(model, `${name}, step ${step}`, answers, spent);
    before = process.cpuUsage();
  });
}

function report(model: GruModel, name: string, answers: number, seconds: number): void {
  const { accuracy, form } = accuracyOf(model, problems);
  console.log(
    `${name}: ${answers} answers, ${seconds.toFixed(1)} s, accuracy ${accuracy.toFixed(3)}, form ${form.toFixed(3)}`,
  );
}
