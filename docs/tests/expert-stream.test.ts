// The stream of batches: every token goes to its experts, a balancer ends greed, and slow steps lose a drifting load.
import { describe, expect, test } from 'vitest';
import type { RoutedBatch, Rule, StreamOptions } from '../components/expert-stream.ts';
import { RULES, routedBatches } from '../components/expert-stream.ts';

const options: StreamOptions = {
  experts: 8,
  expertsPerToken: 2,
  tokens: 256,
  rule: 'proportional, constant',
  drift: 0,
  seed: 1,
};

function batches(count: number, changes: Partial<StreamOptions> = {}): RoutedBatch[] {
  const stream = routedBatches({ ...options, ...changes });
  const all = Array.from({ length: count }, () => stream.next().value as RoutedBatch);
  stream.return();
  return all;
}

const mean = (values: number[]) => values.reduce((sum, value) => sum + value / values.length, 0);
const late = (all: RoutedBatch[]) => all.slice(all.length / 2);
const violation = (all: RoutedBatch[]) => mean(late(all).map(({ balanced }) => balanced.maxViolation));

describe.each(Object.keys(RULES) as Rule[])('%s', (rule) => {
  test('sends every token to its experts and ends greed on a steady load', () => {
    const all = batches(200, { rule });
    for (const { greedy, balanced } of all) {
      for (const { loads, maxViolation } of [greedy, balanced]) {
        const sorted = [...loads].sort((a, b) => b - a);
        expect(sorted.reduce((sum, load) => sum + load)).toBe(512);
        expect(sorted[0]).toBeLessThanOrEqual(256);
        expect(maxViolation).toBeCloseTo(sorted[0] / 64 - 1, 12);
      }
    }
    expect(all.map(({ iteration }) => iteration)).toEqual(Array.from({ length: 200 }, (_, n) => n + 1));
    expect(violation(all)).toBeLessThan(mean(late(all).map(({ greedy }) => greedy.maxViolation)) / 2);
  });
});

test('the same seed gives the same loads, another one others', () => {
  const loads = (seed: number) => batches(5, { seed }).map(({ balanced }) => [...balanced.loads]);
  expect(loads(3)).toEqual(loads(3));
  expect(loads(3)).not.toEqual(loads(4));
});

test('a load that drifts is followed by constant steps and lost by steps that shrink', () => {
  const [followed, lost, seen] = (
    ['proportional, constant', 'proportional, 1/n', 'coordinate dual, sees the batch first'] as const
  ).map((rule) => violation(batches(300, { drift: 0.1, rule })));
  expect(followed).toBeLessThan(lost);
  expect(seen).toBeLessThan(followed);
});
