// Rounds, episodes and simplices a second of processor time: pnpm bench:package bandits-rl bandits
import { solve } from '@infimum/core';
import { linearBandit } from '../src/bandits/bandit-problem.ts';
import type { SimplexLeader } from '../src/bandits/follow-the-leader.ts';
import { exponentialWeights, logBarrierFtrl, tsallisFtrl } from '../src/bandits/follow-the-leader.ts';
import { banditSolvers } from '../src/bandits/solvers.ts';
import { simplexInstance } from '../src/linear-mdp/linear-mdp-problem.ts';
import { linearMdpSolvers } from '../src/linear-mdp/solvers.ts';
import { networkPreferences, simplexPreferences } from '../src/preferences/preference-problem.ts';
import { preferenceSolvers } from '../src/preferences/solvers.ts';

function perSecond(count: number, work: () => void): string {
  work();
  const before = process.cpuUsage();
  work();
  const { user, system } = process.cpuUsage(before);
  return Math.round((count * 1e6) / (user + system)).toLocaleString('en');
}

const losses = Float64Array.from({ length: 16 }, (_, a) => 40 * Math.sin(a) ** 2);
for (const [name, leader] of Object.entries({ exponentialWeights, logBarrierFtrl, tsallisFtrl }) as [string, SimplexLeader][]) {
  const p = new Float64Array(16);
  const times = 300_000;
  const rate = perSecond(times, () => {
    for (let i = 0; i < times; i++) {
      losses[i % 16] += 0.01;
      leader(losses, 0.1, p);
    }
  });
  console.log(`${name}, 16 arms: ${rate} simplices/s`);
}
const rounds = 100_000;
const bandit = linearBandit(16, 4, rounds, 7);
for (const solver of banditSolvers) {
  if (solver.id === 'bandits-rl/cheb-cb') continue;
  const rate = perSecond(rounds, () => void solve(solver as (typeof banditSolvers)[0], bandit));
  console.log(`${solver.id}, 16 arms: ${rate} rounds/s`);
}
const episodes = 20_000;
const mdp = simplexInstance({ horizon: 3, states: 6, actions: 5, dimension: 4, episodes }, 7, 'stationary');
for (const solver of linearMdpSolvers) {
  const rate = perSecond(episodes, () => void solve(solver as (typeof linearMdpSolvers)[0], mdp));
  console.log(`${solver.id}, H = 3, S = 6, A = 5, d = 4: ${rate} episodes/s`);
}
const preferences = simplexPreferences({ horizon: 3, states: 6, actions: 4, dimension: 4, episodes: 4000 }, 7);
const [prLsvi, pbts] = [preferenceSolvers[0], preferenceSolvers[1]];
for (const queryRule of ['expected-gap', 'always']) {
  const rate = perSecond(4000, () => void solve(prLsvi, preferences, { options: { queryRule } }));
  console.log(`${prLsvi.id}, ${queryRule}, H = 3, S = 6, d = 4: ${rate} episodes/s`);
}
const network = networkPreferences({ horizon: 3, states: 5, actions: 3, episodes: 1000 }, 7);
console.log(`${pbts.id}, rewards by a network: ${perSecond(1000, () => void solve(pbts, network))} episodes/s`);
