import { Random } from '@infimum/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createBandit, restoreBandit } from './bandit.ts';
import { confidenceSequence, logGamma } from './confidence-sequence.ts';
import { evaluateOffPolicy } from './off-policy.ts';

const ALGORITHMS = ['thompson', 'ucb', 'tsallis-inf', 'exp3', 'epsilon-greedy', 'lin-ucb', 'square-cb', 'cheb-cb'] as const;

describe.each(ALGORITHMS)('a live bandit with %s', (algorithm) => {
  const make = () => createBandit(['a', 'b', 'c'], { algorithm, contextDimension: 1, seed: 7 });
  const pays = (arm: string, x: number) => (arm === 'b' ? 0.9 : 0.2 + 0.1 * x);

  it('takes rewards late, in any order, once, and may lose some', () => {
    const bandit = make();
    const random = new Random(1);
    let waiting: { id: string; value: number }[] = [];
    const plays = { a: 0, b: 0, c: 0 };
    for (let t = 0; t < 1500; t++) {
      const x = random.uniform();
      const { id, arm, probability } = bandit.choose([x]);
      expect(probability).toBeGreaterThan(0);
      expect(probability).toBeLessThanOrEqual(1);
      if (t >= 1000) plays[arm as 'a']++;
      waiting.push({ id, value: random.uniform() < pays(arm, x) ? 1 : 0 });
      if (waiting.length === 20) {
        for (const at of random.permutation(20)) {
          if (at === 0) continue; // lost
          const { id, value } = waiting[at];
          expect(bandit.reward(id, value)).toBe(true);
          expect(bandit.reward(id, value)).toBe(false);
        }
        waiting = [];
      }
    }
    expect(plays.b).toBeGreaterThan(0.6 * 500);
    expect(bandit.reward('never', 1)).toBe(false);
    const total = bandit.estimates().reduce((sum, { rewards, pending }) => sum + rewards + pending, 0);
    expect(total).toBe(1500);
  });

  it('goes on from its JSON bit for bit', () => {
    const bandit = make();
    for (let t = 0; t < 60; t++) {
      const { id } = bandit.choose([t / 60]);
      if (t % 3 !== 0) bandit.reward(id, (t % 5) / 5);
    }
    const copy = restoreBandit(JSON.parse(JSON.stringify(bandit)));
    for (let t = 0; t < 60; t++) {
      const [own, other] = [bandit.choose([t / 60]), copy.choose([t / 60])];
      expect(other).toEqual(own);
      expect(copy.reward(other.id, 0.5)).toBe(bandit.reward(own.id, 0.5));
    }
    expect(JSON.stringify(copy)).toBe(JSON.stringify(bandit));
  });

  it('chooses among those that are there, with arms coming and going', () => {
    const bandit = make();
    for (let t = 0; t < 50; t++) {
      const { id, arm } = bandit.choose([0.5], ['a', 'c']);
      expect(['a', 'c']).toContain(arm);
      bandit.reward(id, 0.5);
    }
    bandit.addArm('d');
    bandit.removeArm('a');
    expect(bandit.arms).toEqual(['b', 'c', 'd']);
    const seen = new Set<string>();
    for (let t = 0; t < 400; t++) {
      const { id, arm } = bandit.choose([0.5]);
      seen.add(arm);
      bandit.reward(id, arm === 'd' ? 1 : 0);
    }
    expect(seen.has('d')).toBe(true);
    expect(seen.has('a')).toBe(false);
    expect(bandit.choose([0.5], ['d']).probability).toBe(1);
  });

  it('refuses what cannot be', () => {
    const bandit = make();
    const { id } = bandit.choose([0]);
    expect(() => bandit.choose([Number.NaN])).toThrow('context');
    expect(() => bandit.choose([])).toThrow('context');
    expect(() => bandit.choose([0], ['x'])).toThrow('available');
    expect(() => bandit.choose([0], [])).toThrow('available');
    expect(() => bandit.reward(id, 2)).toThrow('value');
    expect(() => bandit.reward(id, Number.NaN)).toThrow('value');
    expect(() => bandit.addArm('a')).toThrow('arms');
    expect(() => createBandit([])).toThrow('arms');
    expect(() => createBandit(['a', 'a'])).toThrow('arms');
    expect(() => createBandit(['a'], { minReward: 1, maxReward: 1 })).toThrow('maxReward');
    expect(() => restoreBandit({} as never)).toThrow('state');
  });
});

describe('a saved state', () => {
  const saved = (algorithm: (typeof ALGORITHMS)[number]) => {
    const bandit = createBandit(['a', 'b'], { algorithm, contextDimension: 1, seed: 3, keepLog: true });
    for (let t = 0; t < 30; t++) {
      const { id } = bandit.choose([t / 30]);
      if (t % 4 !== 0) bandit.reward(id, (t % 3) / 2);
    }
    return JSON.parse(JSON.stringify(bandit));
  };

  /** Every place of a JSON value, with what it holds. */
  function* places(value: unknown, path: readonly (string | number)[] = []): Generator<(string | number)[]> {
    if (path.length > 0) yield [...path];
    if (typeof value !== 'object' || value === null) return;
    for (const [key, inner] of Object.entries(value)) {
      yield* places(inner, [...path, Array.isArray(value) ? Number(key) : key]);
    }
  }

  it.each(ALGORITHMS)('of %s is refused with the field named, wherever it is damaged', (algorithm) => {
    const good = saved(algorithm);
    expect(restoreBandit(good).toJSON()).toEqual(good);
    let refused = 0;
    for (const path of places(good)) {
      // Names are free, options have defaults.
      if (path[0] === 'options' || path.at(-1) === 'name' || path.at(-1) === 'seed') continue;
      for (const damage of [null, 'x', Number.NaN, [1, 2, 3]]) {
        const state = structuredClone(good);
        let holder = state;
        for (const key of path.slice(0, -1)) holder = holder[key];
        if (JSON.stringify(holder[path.at(-1) as string]) === JSON.stringify(damage)) continue;
        holder[path.at(-1) as string] = damage;
        expect(() => restoreBandit(state), path.join('.')).toThrow(/^state/);
        refused++;
      }
    }
    expect(refused).toBeGreaterThan(100);
  });

  it('with a short list is refused: no arm may get the probability 0 by that', () => {
    const state = saved('lin-ucb');
    state.policy.inverses.pop();
    expect(() => restoreBandit(state)).toThrow('state.policy.inverses');
  });
});

describe('choices that wait for their rewards', () => {
  it('are given up when they are too many, the oldest first', () => {
    const bandit = createBandit(['a', 'b'], { algorithm: 'ucb', maxPending: 10 });
    const ids = Array.from({ length: 15 }, () => bandit.choose().id);
    expect(ids.map((id) => bandit.reward(id, 1))).toEqual([...new Array(5).fill(false), ...new Array(10).fill(true)]);
  });
});

describe('intervals', () => {
  it('hold at all times at once', () => {
    let left = 0;
    for (let run = 0; run < 100; run++) {
      const random = new Random(run, 3);
      let sum = 0;
      for (let n = 1; n <= 500; n++) {
        sum += random.uniform() < 0.3 ? 1 : 0;
        const { low, high } = confidenceSequence(sum, n);
        if (low > 0.3 || high < 0.3) {
          left++;
          break;
        }
      }
    }
    expect(left / 100).toBeLessThanOrEqual(0.05);
  });

  it('have ends where the mixture says, by quadrature', () => {
    const [sum, count] = [7, 20];
    const ratio = (p: number) => {
      let mixture = 0;
      const nodes = 2000;
      for (let k = 0; k < nodes; k++) {
        // q = sin² makes Beta(½, ½) uniform.
        const q = Math.sin((Math.PI * (k + 0.5)) / (2 * nodes)) ** 2;
        mixture += ((q / p) ** sum * ((1 - q) / (1 - p)) ** (count - sum)) / nodes;
      }
      return mixture;
    };
    const { low, high } = confidenceSequence(sum, count);
    expect(ratio(low)).toBeCloseTo(20, 6);
    expect(ratio(high)).toBeCloseTo(20, 6);
  });

  it('shrink with evidence and lie in [0, 1]', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 1000 }), fc.double({ min: 0, max: 1, noNaN: true }), (count, share) => {
        const { low, high } = confidenceSequence(share * count, count);
        expect(0 <= low && low <= high && high <= 1).toBe(true);
        expect(low <= share || count === 0).toBe(true);
        const more = confidenceSequence(10 * share * count, 10 * count);
        expect(more.high - more.low).toBeLessThanOrEqual(high - low + 1e-12);
      }),
    );
    expect(logGamma(0.5)).toBeCloseTo(Math.log(Math.sqrt(Math.PI)), 12);
    expect(logGamma(171)).toBeCloseTo(706.5730622457874, 9);
  });
});

describe('evaluation from a log', () => {
  const log = [
    [0, 0.5, 1],
    [1, 0.25, 0],
    [0, 0.5, 0],
    [2, 0.25, 1],
    [0, 0.8, 1],
    [1, 0.1, 1],
    [0, 0.05, 1],
  ].map(([arm, probability, reward]) => ({ arm, probability, reward }));

  it('gives the public case', () => {
    const found = evaluateOffPolicy(log, (arm) => (arm === 0 ? 1 : 0), { model: () => [0.6, 0.3, 0.4] });
    expect(found.ips.value).toBeCloseTo(3.3214285714, 9);
    expect(found.snips.value).toBeCloseTo(0.9207920792, 9);
    expect(found.effectiveSize).toBeCloseTo(1.5566915916, 9);
    expect(found.doublyRobust?.value).toBeCloseTo(1.7571428571, 9);
  });

  it('covers the truth at every time, although Thompson sampling made the log', () => {
    const means = { a: 0.3, b: 0.6, c: 0.5 };
    const target = { a: 0.1, b: 0.7, c: 0.2 };
    const truth = 0.1 * 0.3 + 0.7 * 0.6 + 0.2 * 0.5;
    const runs = process.env['INFIMUM_FULL'] ? 2000 : 60;
    let [missed, width] = [0, 0];
    for (let run = 0; run < runs; run++) {
      const bandit = createBandit(['a', 'b', 'c'], { seed: run, keepLog: true });
      const random = new Random(run, 5);
      for (let t = 0; t < 400; t++) {
        const { id, arm } = bandit.choose();
        bandit.reward(id, random.uniform() < means[arm as 'a'] ? 1 : 0);
      }
      const log = bandit.log();
      const intervals = [10, 30, 60, 100, 150, 200, 300, 400].map((count) =>
        evaluateOffPolicy(log.slice(0, count), (arm) => target[arm as 'a']),
      );
      if (intervals.some(({ low, high }) => low > truth || truth > high)) missed++;
      width += (intervals[7].high - intervals[7].low) / runs;
    }
    expect(missed / runs).toBeLessThanOrEqual(0.05);
    // It is worth something too.
    expect(width).toBeLessThan(0.7);
  });

  it('knows arms by names and contexts, and rewards of any range', () => {
    const bandit = createBandit(['x', 'y'], { contextDimension: 1, minReward: -2, maxReward: 4, keepLog: true });
    for (let t = 0; t < 200; t++) {
      const { id, arm } = bandit.choose([t % 2]);
      bandit.reward(id, arm === 'x' ? 4 : -2);
    }
    const range = { minReward: -2, maxReward: 4 };
    const even = evaluateOffPolicy(bandit.log(), (arm, _, context) => (arm === 'x' ? 1 - (context?.[0] ?? 0) : 0), range);
    expect(even.low).toBeLessThan(even.high);
    const always = evaluateOffPolicy(bandit.log(), (arm) => (arm === 'x' ? 1 : 0), {
      ...range,
      model: () => ({ x: 4, y: -2 }),
    });
    expect(always.snips.value).toBe(4);
    expect(always.doublyRobust?.value).toBe(4);
    expect(always.high).toBe(4);
    expect(always.low).toBeGreaterThan(2);
    expect(() => createBandit(['x']).log()).toThrow('keepLog');
    expect(() => evaluateOffPolicy(bandit.log(), () => 0.5)).toThrow('reward');
  });

  it('refuses probabilities that are none', () => {
    expect(() => evaluateOffPolicy([{ arm: 0, probability: 0, reward: 1 }], () => 1)).toThrow('log[0].probability');
    expect(() => evaluateOffPolicy([{ arm: 0, probability: 1.5, reward: 1 }], () => 1)).toThrow('log[0].probability');
    expect(() => evaluateOffPolicy([], () => 1)).toThrow('log');
  });
});

describe('a process that is killed', () => {
  it.each(['thompson', 'ucb', 'tsallis-inf', 'exp3', 'epsilon-greedy', 'lin-ucb', 'square-cb', 'cheb-cb'] as const)(
    'loses nothing: %s',
    (algorithm) => {
      const contextDimension = ['lin-ucb', 'square-cb', 'cheb-cb'].includes(algorithm) ? 1 : 0;
      const random = new Random(9);
      for (let run = 0; run < 20; run++) {
        const options = { algorithm, contextDimension, keepLog: true, seed: run, maxPending: 12 } as const;
        let bandit = createBandit(['a', 'b', 'c'], options);
        const whole = createBandit(['a', 'b', 'c'], options);
        let [saved, journal] = [JSON.stringify(bandit), [] as string[]];
        const listen = () => {
          bandit.onEvent = (event) => journal.push(JSON.stringify(event));
        };
        listen();
        const waiting: string[] = [];
        for (let k = 0; k < 80; k++) {
          const context = contextDimension ? [random.uniform()] : [];
          const some = random.uniform() < 0.3 ? bandit.arms.slice(0, 2) : undefined;
          const choice = bandit.choose(context, some);
          expect(choice).toEqual(whole.choose(context, some));
          waiting.push(choice.id);
          // Rewards come late, in any order, twice, or never.
          while (waiting.length > 0 && random.uniform() < 0.5) {
            const [id] = waiting.splice(random.integer(waiting.length), 1);
            const value = random.uniform();
            expect(bandit.reward(id, value)).toBe(whole.reward(id, value));
            expect(bandit.reward(id, value)).toBe(false);
          }
          if (k === 30) for (const one of [bandit, whole]) one.addArm('d');
          if (k === 50) for (const one of [bandit, whole]) one.removeArm('a');
          // The state is saved now and then, the journal not always cut off at the same time.
          if (random.uniform() < 0.1) {
            saved = JSON.stringify(bandit);
            if (random.uniform() < 0.7) journal = [];
          }
          if (random.uniform() < 0.1) {
            bandit = restoreBandit(
              JSON.parse(saved),
              journal.map((line) => JSON.parse(line)),
            );
            expect(JSON.stringify(bandit)).toBe(JSON.stringify(whole));
            listen();
          }
        }
      }
    },
  );

  it('is told which event does not belong to its state', () => {
    const state = createBandit(['a', 'b']).toJSON();
    const wrong = [
      ['choose', '1', [], ['a', 'b']],
      ['choose', 'x', [], ['a', 'b']],
      ['choose', '0', [1], ['a', 'b']],
      ['choose', '0', [], ['z']],
      ['choose', '0', null, ['a']],
      ['choose', '0', [], 'a'],
      ['reward', '0', 7],
      ['reward', 0, 1],
      ['forget', 'a'],
      ['addArm'],
      null,
      7,
    ];
    for (const event of wrong) {
      expect(() => restoreBandit(state, [event as never]), JSON.stringify(event)).toThrow(/^events\[0\]/);
    }
    expect(() => restoreBandit(state, 7 as never)).toThrow('events');
    expect(restoreBandit(state, [['reward', '5', 1]]).toJSON()).toEqual(state);
  });
});
