import { InvalidInputError } from '@infimum/core';
import { mulberry32 } from '@infimum/core/reference-generators';
import { describe, expect, it } from 'vitest';
import type { BanditState } from './bandits/bandit.ts';
import { createBandit, restoreBandit } from './bandits/bandit.ts';
import { restoreParameterTuner, tuneParameter } from './relaxation/tune-parameter.ts';
import { restoreRelaxationTuner, tuneRelaxation } from './relaxation/tune-relaxation.ts';

// States come from files: whatever stands in them, what is restored works, or the error names the place.

const HOSTILE = [null, -1, 0.5, 1.5, 1e300, -1e300, 3, 'x', '', true, [], {}, [1, 2, 3], ['a'], [[1]]];

type Json = null | boolean | number | string | Json[] | { [name: string]: Json };

const copied = <T>(value: T): T => JSON.parse(JSON.stringify(value));

/** All states with one place replaced, left out, or with an entry more or less. */
function* mutations(state: Json): Generator<[string, Json]> {
  const paths: (string | number)[][] = [];
  const walk = (value: Json, path: (string | number)[]) => {
    if (path.length > 0) paths.push(path);
    if (value === null || typeof value !== 'object') return;
    // Of a long list the ends.
    const keys = Object.keys(value);
    const some = Array.isArray(value) && keys.length > 4 ? [keys[0], keys[keys.length - 1]] : keys;
    for (const key of some) walk((value as Record<string, Json>)[key], [...path, key]);
  };
  walk(state, []);
  for (const path of paths) {
    const last = path[path.length - 1];
    const change = (edit: (owner: Record<string, Json>) => void): Json => {
      const mutated = copied(state);
      let owner = mutated as Record<string, Json>;
      for (const key of path.slice(0, -1)) owner = owner[key] as Record<string, Json>;
      edit(owner);
      return mutated;
    };
    for (const value of HOSTILE) {
      yield [
        `${path.join('.')} = ${JSON.stringify(value)}`,
        change((owner) => {
          owner[last] = value;
        }),
      ];
    }
    yield [
      `${path.join('.')} left out`,
      change((owner) => (Array.isArray(owner) ? owner.splice(Number(last), 1) : delete owner[last])),
    ];
    yield [
      `${path.join('.')} longer`,
      change((owner) => {
        const value = owner[last];
        if (Array.isArray(value)) value.push(value[0] ?? 0);
      }),
    ];
  }
}

/** Whether it is refused by name; what is taken has to work. */
function refuses(name: string, attempt: () => void): boolean {
  try {
    attempt();
    return false;
  } catch (error) {
    if (!(error instanceof InvalidInputError)) throw new Error(`${name}: ${error}`);
    expect(error.argument, name).toBeTruthy();
    return true;
  }
}

const ALGORITHMS = ['thompson', 'ucb', 'tsallis-inf', 'exp3', 'epsilon-greedy', 'lin-ucb', 'square-cb', 'cheb-cb'] as const;

describe('states of bandits with something wrong in them', () => {
  it.each(ALGORITHMS)('%s', (algorithm) => {
    const contextDimension = algorithm === 'cheb-cb' ? 1 : algorithm === 'lin-ucb' || algorithm === 'square-cb' ? 2 : 0;
    const bandit = createBandit(['a', 'b', 'c'], { algorithm, contextDimension, keepLog: true, seed: 4 });
    const next = mulberry32(7);
    const context = () => Array.from({ length: contextDimension }, next);
    for (let k = 0; k < 40; k++) {
      const { id } = bandit.choose(context());
      if (k % 4) bandit.reward(id, next() < 0.4 ? 1 : 0);
    }
    bandit.addArm('d');
    bandit.removeArm('b');
    const state = copied(bandit.toJSON()) as unknown as Json;
    let [refused, taken] = [0, 0];
    for (const [name, mutated] of mutations(state)) {
      const isRefused = refuses(name, () => {
        const other = restoreBandit(mutated as unknown as BanditState);
        const length = other.toJSON().options.contextDimension;
        for (let k = 0; k < 3; k++) {
          const { id, arm, probability } = other.choose(new Float64Array(length).fill(0.3));
          expect(other.arms, name).toContain(arm);
          expect(probability > 0 && probability <= 1, `${name}: ${probability}`).toBe(true);
          expect(other.reward(id, other.toJSON().options.minReward), name).toBe(true);
        }
        for (const { low, mean, high } of other.estimates()) expect(low <= mean && mean <= high, name).toBe(true);
        expect(JSON.parse(JSON.stringify(restoreBandit(copied(other.toJSON())))), name).toEqual(copied(other.toJSON()));
      });
      if (isRefused) refused++;
      else taken++;
    }
    expect(refused).toBeGreaterThan(taken);
  });
});

describe('states of tuners with something wrong in them', () => {
  it.each(['cheb-cb', 'binned-tsallis-inf', 'tsallis-inf'] as const)('%s', (algorithm) => {
    const tuner = tuneParameter([1, 1.5, 1.8], { algorithm, minContext: 0, maxContext: 2, seed: 1 });
    const next = mulberry32(3);
    for (let k = 0; k < 30; k++) tuner.choose(2 * next()).report(next());
    const relaxation = tuneRelaxation({ minContext: 0, maxContext: 1 });
    for (let k = 0; k < 5; k++)
      relaxation.solve(
        [
          [2, 0.5],
          [0.5, 3],
        ],
        [1, 1],
        { context: 0.5 },
      );
    const works = (name: string, restored: ReturnType<typeof tuneParameter>) => {
      const { probability, report } = restored.choose(0.7);
      expect(probability > 0 && probability <= 1, name).toBe(true);
      report(1);
      expect(Number.isFinite(restored.total), name).toBe(true);
    };
    let refused = 0;
    for (const [name, state] of mutations(copied(tuner.toJSON()) as never)) {
      if (refuses(name, () => works(name, restoreParameterTuner(state as never)))) refused++;
    }
    for (const [name, state] of mutations(copied(relaxation.toJSON()) as never)) {
      const solves = () => {
        const { x, solved } = restoreRelaxationTuner(state as never).solve(
          [
            [2, 0.5],
            [0.5, 3],
          ],
          [1, 1],
          { context: 0.5 },
        );
        expect(!solved || Math.abs(2 * x[0] + 0.5 * x[1] - 1) < 1, name).toBe(true);
      };
      if (refuses(name, solves)) refused++;
    }
    expect(refused).toBeGreaterThan(200);
  });
});
