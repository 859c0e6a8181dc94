// What every solver reports that it has evaluated is what the function has seen, at every look and at the end.
import { expect, it } from 'vitest';
import * as blackbox from './index.ts';

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
