// How often intervals hold at all times at once on logs of bandits that learn: pnpm bench:package bandits-rl coverage [logs] [seed]
// Rewards are 0 or 1, in between, or mostly 0; they come at once or up to 30 choices late; a log is looked at ten times.
import { Random } from '@infimum/core';
import { createBandit } from '../src/bandits/bandit.ts';
import { evaluateOffPolicy } from '../src/bandits/off-policy.ts';

const [logs, seed] = [Number(process.argv[2] ?? 2000), Number(process.argv[3] ?? 1)];
const ALGORITHMS = ['thompson', 'ucb', 'tsallis-inf', 'exp3', 'epsilon-greedy', 'lin-ucb', 'square-cb', 'cheb-cb'] as const;
const LOOKS = [10, 20, 40, 70, 100, 150, 250, 400, 600, 900];
const NAMES = ['a', 'b', 'c'];

const table = new Map<string, Record<string, number>>();
for (let log = 0; log < logs; log++) {
  const random = new Random(seed).split(log);
  const algorithm = ALGORITHMS[log % ALGORITHMS.length];
  const hasContext = ['lin-ucb', 'square-cb', 'cheb-cb'].includes(algorithm);
  const means = Float64Array.from(NAMES, () => random.uniform());
  const shape = random.integer(3);
  // With contexts the mean of an arm is linear in x in [0, 1], from m - s/2 to m + s/2, so that its mean over x is m.
  const slopes = means.map((m) => (hasContext ? (2 * random.uniform() - 1) * Math.min(m, 1 - m) : 0));
  const meanAt = (arm: number, x: number) => means[arm] + slopes[arm] * (2 * x - 1);
  const draw = (mean: number) => {
    if (shape === 0) return random.uniform() < mean ? 1 : 0;
    if (shape === 1) return Math.min(1, Math.max(0, mean + Math.min(mean, 1 - mean) * (2 * random.uniform() - 1)));
    const rare = 0.1 + 0.9 * mean;
    return random.uniform() < rare ? Math.min(1, mean / rare) : 0;
  };
  const delay = random.integer(2) * 30;
  const contextDimension = hasContext ? 1 : 0;
  const bandit = createBandit(NAMES, { algorithm, contextDimension, keepLog: true, seed: log });
  const late: { id: string; value: number; at: number }[] = [];
  const policies = [
    { truth: means[0], policy: (arm: string | number) => (arm === 'a' ? 1 : 0) },
    {
      // Arm b where x is above one half, else c.
      truth: hasContext ? (means[1] + slopes[1] / 2 + means[2] - slopes[2] / 2) / 2 : means[2],
      policy: (arm: string | number, _: number, context?: ArrayLike<number>) =>
        arm === ((context?.[0] ?? 0) > 0.5 ? 'b' : 'c') ? 1 : 0,
    },
  ];
  /** By interval, whether it held at every look, and at the last one. */
  const [arms, own] = [NAMES, policies].map((list) => list.map(() => ({ always: true, last: true, width: 0 })));
  const look = (record: (typeof arms)[number], { low, high }: { low: number; high: number }, truth: number) => {
    record.last = low <= truth && truth <= high;
    record.always &&= record.last;
    record.width = high - low;
  };
  for (let t = 1; t <= LOOKS[LOOKS.length - 1]; t++) {
    const x = random.uniform();
    const { id, arm } = bandit.choose(hasContext ? [x] : []);
    const value = draw(meanAt(NAMES.indexOf(arm), x));
    late.push({ id, value, at: t + (delay ? random.integer(delay) : 0) });
    for (let k = late.length - 1; k >= 0; k--) if (late[k].at <= t) bandit.reward(late[k].id, late.splice(k, 1)[0].value);
    if (!LOOKS.includes(t)) continue;
    // The mean of an arm where it was played depends on contexts; without them it is the arm's.
    if (!hasContext) for (const [k, estimate] of bandit.estimates().entries()) look(arms[k], estimate, means[k]);
    const seen = bandit.log();
    if (seen.length === 0) continue;
    for (const [k, { truth, policy }] of policies.entries()) look(own[k], evaluateOffPolicy(seen, policy), truth);
  }
  const row = table.get(algorithm) ?? {};
  table.set(algorithm, row);
  const note = (name: string, value: number) => {
    row[name] = (row[name] ?? 0) + value;
  };
  note('logs', 1);
  for (const [name, records] of Object.entries({ arms: hasContext ? [] : arms, policies: own })) {
    note(name, records.length);
    for (const { always, last, width } of records) {
      note(`${name} always`, Number(always));
      note(`${name} last`, Number(last));
      note(`${name} width`, width);
    }
  }
}
const total: Record<string, number> = {};
for (const row of table.values()) for (const [name, value] of Object.entries(row)) total[name] = (total[name] ?? 0) + value;
for (const [algorithm, row] of [...table, ['all', total] as const]) {
  const shares = ['arms', 'policies'].map((name) => {
    const share = (of: string) => (row[`${name} ${of}`] / row[name]).toFixed(4);
    return row[name]
      ? `${row[name]} of ${name}: ${share('always')} at all times, ${share('last')} at the end, width ${share('width')}`
      : '';
  });
  console.log(`${algorithm.padEnd(15)} ${row['logs']} logs; ${shares.filter(Boolean).join('; ')}`);
}
