// What every solver reports that it has evaluated is what the function has seen, at every look and at the end.
import { cartPole } from '@infimum/bandits-rl/environments';
import { expect, it, vi } from 'vitest';
import type { EggrollIterate } from './eggroll/eggroll.ts';
import { policyEnvironments } from './eggroll/policy.ts';
import * as blackbox from './index.ts';
import type { EggLanguageModelIterate } from './language/egg-lm.ts';
import { EggScorer } from './language/egg-scorer.ts';

const continuous = {
  cbo: blackbox.cbo,
  cmaEs: blackbox.cmaEs,
  consensusHopping: blackbox.consensusHopping,
  differentialEvolution: blackbox.differentialEvolution,
  langevin: blackbox.langevin,
  openEs: blackbox.openEs,
  particleSwarm: blackbox.particleSwarm,
  randomSearch: blackbox.randomSearch,
  simulatedAnnealing: blackbox.simulatedAnnealing,
  zoSgd: blackbox.zoSgd,
};
const ranking = {
  gradientlessDescent: blackbox.gradientlessDescent,
  oneBitDescent: blackbox.oneBitDescent,
  onePlusOneEs: blackbox.onePlusOneEs,
  rankCmaEs: blackbox.rankCmaEs,
  zoRankSgd: blackbox.zoRankSgd,
};

it.each(Object.entries(continuous))('%s counts the calls of f, failures among them', (_, method) => {
  for (const maxEvaluations of [1, 7, 60, 333]) {
    let seen = 0;
    const value = (x: Float64Array) => (++seen % 10 === 0 ? Number.NaN : x.reduce((sum, e) => sum + e * e, 0));
    const box = { dimension: 3, value, lower: -1, upper: 2 };
    const looks: (readonly [number, number])[] = [];
    const onIteration = ({ solution }: blackbox.Questions) => void looks.push([solution().evaluations.value, seen]);
    const { evaluations } = method(box, { maxEvaluations, onIteration });
    expect([evaluations.value, seen]).toEqual([seen, maxEvaluations]);
    for (const [reported, counted] of looks) expect(reported).toBe(counted);
    seen = 0;
    expect(method(box, { maxIterations: 3 }).evaluations.value).toBe(seen);
  }
});

it.each(Object.entries(ranking))('%s counts the points that its judge has seen', (_, method) => {
  let seen = 0;
  const value = (x: Float64Array) => {
    seen++;
    return x.reduce((sum, e) => sum + e * e, 0);
  };
  const search = { dimension: 3, initial: Float64Array.of(1, 2, 3), value };
  const looks: (readonly [number, number])[] = [];
  const onIteration = ({ solution }: blackbox.RankingQuestion) => void looks.push([solution().queries, seen]);
  const { queries } = method(search, { maxQueries: 200, onIteration });
  expect(queries).toBe(seen);
  for (const [reported, counted] of looks) expect(reported).toBe(counted);
});

it.each([1, 3])('eggroll counts the episodes that begin, %i a member', (episodes) => {
  let seen = 0;
  const dynamics = cartPole();
  const counted = vi.spyOn(policyEnvironments, 'cart-pole').mockImplementation(() => ({
    ...dynamics,
    begin: (random, states, at) => {
      seen++;
      dynamics.begin(random, states, at);
    },
  }));
  const task = { environment: 'cart-pole', hidden: [4], episodes, target: 501 } as const;
  const looks: (readonly [number, number])[] = [];
  const onIteration = (look: EggrollIterate) => void looks.push([look.episodes, seen], [look.solution().episodes, seen]);
  const found = blackbox.eggroll(task, { pairs: 8, maxIterations: 3, onIteration });
  counted.mockRestore();
  expect(found.episodes).toBe(20 * 4 + 3 * 16 * episodes);
  expect(looks.length).toBeGreaterThan(6);
  for (const [reported, counted] of [...looks, [found.episodes, seen]]) expect(reported).toBe(counted);
});

it('eggLanguageModel counts the texts that are scored, held-out ones too', () => {
  const scored = vi.spyOn(EggScorer.prototype, 'score');
  const text = new TextEncoder().encode('abcd'.repeat(100));
  const task = { text, heldOut: text.subarray(0, 60), dim: 16, layers: 1, length: 20, target: 0 };
  const looks: (readonly [number, number])[] = [];
  const onIteration = ({ solution }: EggLanguageModelIterate) =>
    void looks.push([solution().evaluations.value, scored.mock.calls.length]);
  const { evaluations } = blackbox.eggLanguageModel(task, { pairs: 4, steps: 7, every: 3, onIteration });
  // Seven updates of eight members; looks at the start, after three, six and all.
  expect(evaluations.value).toBe(7 * 8 + 4);
  for (const [reported, counted] of looks) expect(reported).toBe(counted);
  scored.mockRestore();
});
