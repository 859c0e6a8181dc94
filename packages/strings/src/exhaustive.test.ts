// Every binary pair of small length, through everything that gives distances beside `hammingDistances`.
import { expect, it, vi } from 'vitest';
import { BOUNDED_METHODS } from './bounded/bounded-planner.ts';
import { findWithMismatches } from './bounded/find-with-mismatches.ts';
import { HammingStream } from './bounded/hamming-stream.ts';
import { kMismatch } from './bounded/k-mismatch.ts';
import { kMismatchPeriodic } from './bounded/k-mismatch-periodic.ts';
import { findManyWithMismatches } from './bounded/many-patterns.ts';
import { hammingSqrt } from './exact/hamming-sqrt.ts';
import { bruteForce } from './testing/oracle.ts';
import { inFull } from './testing/tiers.ts';

vi.setConfig({ testTimeout: 60_000 });

interface Pair {
  readonly text: Uint8Array;
  readonly pattern: Uint8Array;
  readonly exact: readonly number[];
}

/** All pairs with texts of n symbols below `symbols`. */
function* allPairs(symbols: number, n: number): Generator<Pair> {
  for (let m = 1; m <= n; m++) {
    for (let code = 0; code < symbols ** (n + m); code++) {
      const digits = Array.from({ length: n + m }, (_, i) => Math.floor(code / symbols ** i) % symbols);
      const [text, pattern] = [Uint8Array.from(digits.slice(0, n)), Uint8Array.from(digits.slice(n))];
      yield { text, pattern, exact: bruteForce(text, pattern) };
    }
  }
}

/** Compares quickly, and says what is wrong only if something is. */
function check(found: ArrayLike<number>, expected: readonly number[]): void {
  let same = found.length === expected.length;
  for (let i = 0; i < expected.length; i++) if (found[i] !== expected[i]) same = false;
  if (!same) expect([...Array.from(found)]).toEqual(expected);
}

it.each([...BOUNDED_METHODS, 'auto' as const])('kMismatch by %s', (method) => {
  let pairs = 0;
  for (const { text, pattern, exact } of allPairs(2, inFull(4, 5))) {
    for (let k = 0; k <= pattern.length; k++) {
      const { distances, hits } = kMismatch(text, pattern, k, { method });
      check(
        distances,
        exact.map((distance) => Math.min(distance, k + 1)),
      );
      check(
        hits,
        [...exact.keys()].filter((i) => exact[i] <= k),
      );
    }
    pairs++;
  }
  expect(pairs).toBe(inFull(16 * 30, 32 * 62));
});

it('kMismatchPeriodic, which needs longer pairs to integrate', () => {
  let integrated = 0;
  for (const { text, pattern, exact } of allPairs(2, inFull(5, 6))) {
    for (let k = 0; k <= pattern.length; k++) {
      const { distances, operations } = kMismatchPeriodic(text, pattern, k);
      check(
        distances,
        exact.map((distance) => Math.min(distance, k + 1)),
      );
      integrated += operations.integrated;
    }
  }
  expect(integrated).toBeGreaterThan(100);
});

it.each(['randomized', 'deterministic'] as const)('hammingSqrt (%s)', (variant) => {
  for (const { text, pattern, exact } of allPairs(2, inFull(5, 6))) {
    check(hammingSqrt(text, pattern, { variant }).distances, exact);
  }
});

it('hammingSqrt and kMismatchPeriodic on three symbols', () => {
  for (const { text, pattern, exact } of allPairs(3, inFull(3, 4))) {
    check(hammingSqrt(text, pattern).distances, exact);
    check(
      kMismatchPeriodic(text, pattern, 1).distances,
      exact.map((distance) => Math.min(distance, 2)),
    );
  }
});

it('findWithMismatches and findManyWithMismatches', () => {
  for (const { text, pattern, exact } of allPairs(2, 5)) {
    for (const k of [0, 1, 3]) {
      const places = [...exact.keys()].filter((i) => exact[i] <= k);
      const { occurrences: found } = findWithMismatches(text, pattern, k);
      check(
        found.map(({ position }) => position),
        places,
      );
      check(
        found.map(({ distance }) => distance),
        places.map((i) => exact[i]),
      );
    }
  }
  for (const { text, pattern, exact } of allPairs(2, 4)) {
    const { occurrences } = findManyWithMismatches(text, [pattern, pattern.slice(0, 1)], 1);
    const expected = [exact, bruteForce(text, pattern.slice(0, 1))].flatMap((distances, index) =>
      distances.flatMap((distance, position) => (distance <= 1 ? [100 * index + 10 * position + distance] : [])),
    );
    check(
      occurrences.map((found) => 100 * found.pattern + 10 * found.position + found.distance),
      expected,
    );
  }
});

it.each([undefined, 0, 1])('HammingStream, cut at every set of places (up to %s mismatches)', (maxMismatches) => {
  for (const { text, pattern, exact } of allPairs(2, 4)) {
    const most = maxMismatches === undefined ? Infinity : maxMismatches + 1;
    const expected = exact.map((distance) => Math.min(distance, most));
    for (let cuts = 0; cuts < 2 ** (text.length - 1); cuts++) {
      const stream = new HammingStream(pattern, { maxMismatches });
      const distances: number[] = [];
      let from = 0;
      for (let i = 1; i <= text.length; i++) {
        if (i < text.length && ((cuts >> (i - 1)) & 1) === 0) continue;
        distances.push(...stream.push(text.subarray(from, i)));
        from = i;
      }
      check(distances, expected);
    }
  }
});
