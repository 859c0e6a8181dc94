import { describe, expect, it, vi } from 'vitest';
import { planBounded } from '../bounded/bounded-planner.ts';
import { kMismatch } from '../bounded/k-mismatch.ts';
import { HASH, NUMBER } from '../costs.ts';
import { periodicPair, uniformPair } from '../instances.ts';
import type { SymbolArray } from '../symbols.ts';
import { hammingDistances } from './hamming-distances.ts';
import { explainPlan, planExact } from './planner.ts';

// Machines may be busy.
vi.setConfig({ testTimeout: 60_000 });

const n = 2 ** 18;

describe('explainPlan', () => {
  it.each([
    ['simd', { m: 32, symbols: 4 }],
    ['simd', { m: 256, symbols: 256 }],
    ['bitset', { m: 1024, symbols: 2 }],
    ['hybrid', { m: 2 ** 14, symbols: 2 }],
    ['hybrid', { m: 2 ** 14, symbols: 256 }],
    ['hybrid', { m: 1024, symbols: 4096 }],
    ['hybrid', { m: 2 ** 16, symbols: 26 }],
    // Of 32 bits, which are hashed whichever method follows.
    ['simd', { m: 256, symbols: 2 ** 18 }],
    ['hybrid', { m: 1024, symbols: 2 ** 18 }],
  ] as const)('takes %s far from the crossing points (%o)', (method, sizes) => {
    const { text, pattern } = uniformPair({ n, ...sizes }, 1);
    const plan = explainPlan(text, pattern);
    expect(plan.method).toBe(method);
    const costs = Object.values(plan.predictedSeconds);
    expect(plan.predictedSeconds[method]).toBe(Math.min(...costs));
    expect(costs.every((seconds) => seconds > 0 && seconds < 60)).toBe(true);
    expect(plan.explanation).toMatch(new RegExp(`^${method}: .*predicted.* n = ${n}, m = ${sizes.m}`));
  });

  it('is what hammingDistances does', () => {
    for (const [m, symbols] of [
      [32, 4],
      [1024, 2],
      [3000, 26],
    ]) {
      const { text, pattern } = uniformPair({ n: 20_000, m, symbols }, 1);
      const plan = explainPlan(text, pattern);
      const { method, explanation } = hammingDistances(text, pattern);
      expect({ method, explanation }).toEqual({ method: plan.method, explanation: plan.explanation });
    }
  });

  it('offers bits of matches to symbols of a byte only, and transforms to patterns of some length', () => {
    const methods = (m: number, symbols: number) => {
      const { text, pattern } = uniformPair({ n, m, symbols }, 1);
      return Object.keys(explainPlan(text, pattern).predictedSeconds).sort();
    };
    expect(methods(1000, 4)).toEqual(['bitset', 'hybrid', 'naive', 'simd']);
    expect(methods(1000, 26)).toEqual(['bitset', 'hybrid', 'naive', 'simd']);
    expect(methods(1000, 4096)).toEqual(['hybrid', 'naive', 'simd']);
    expect(methods(8, 4)).toEqual(['simd']);
  });

  it('charges every method that numbers symbols for how they are numbered', () => {
    const { text, pattern } = uniformPair({ n: 2 ** 16, m: 512, symbols: 12 }, 1);
    const spread = (symbols: SymbolArray) => Uint32Array.from(symbols, (symbol) => symbol * 2 ** 20);
    const near = explainPlan(Uint32Array.from(text), Uint32Array.from(pattern)).predictedSeconds;
    const far = explainPlan(spread(text), spread(pattern)).predictedSeconds;
    for (const method of ['bitset', 'hybrid', 'simd'] as const) {
      const more = ((far[method] as number) - (near[method] as number)) * 1e9;
      expect(more / text.length).toBeCloseTo(HASH - NUMBER, 9);
    }
  });

  it('predicts more for longer texts and longer patterns, and less for more threads', () => {
    const predict = (n: number, m: number, threads = 1) => {
      const plan = planExact(uniformPair({ n, m, symbols: 26 }, 1), threads);
      return plan.predictedSeconds[plan.method] as number;
    };
    expect(predict(2 ** 17, 300) * 1.5).toBeLessThan(predict(2 ** 18, 300));
    expect(predict(n, 300)).toBeLessThan(predict(n, 600));
    expect(predict(n, 600, 2)).toBeLessThan(predict(n, 600));
  });
});

describe('the bounded planner', () => {
  it.each([
    ['scan', uniformPair({ n, m: 1000, symbols: 4 }, 1), 50],
    ['scan', uniformPair({ n, m: 1000, symbols: 4000 }, 1), 5],
    ['clip', periodicPair({ n, m: 2 ** 14, symbols: 4 }, { period: 2, noise: 0.01 }, 1), 2 ** 13],
  ] as const)('takes %s where that is clear', (method, pair, k) => {
    const plan = planBounded(pair, k);
    expect(plan.method).toBe(method);
    expect(plan.nanoseconds[method]).toBe(Math.min(...Object.values(plan.nanoseconds)));
    const result = kMismatch(pair.text, pair.pattern, k);
    expect(result.method).toBe(method);
    expect(result.explanation).toBe(plan.explanation);
    expect(result.explanation).toMatch(new RegExp(`^${method}: predicted ${method} [\\d.]+ ms, .* for k = ${k}$`));
  });

  it('says why when there is nothing to plan', () => {
    expect(kMismatch('abc', 'ab', 1, { method: 'scan' }).explanation).toBe('scan: as requested');
    expect(kMismatch('a', 'ab', 1).explanation).toBe('the pattern is longer than the text');
    expect(kMismatch('a?c', 'ab', 1, { wildcard: '?' }).explanation).toMatch(/^scan: .* sets of bits$/);
    const { text } = periodicPair({ n: 40_000, m: 1, symbols: 26 }, { period: 26, noise: 0 }, 1);
    const long = kMismatch(text, text.slice(0, 8000), 4000, { wildcard: text[5] });
    expect(long.explanation).toMatch(/^clip: wildcards need exact distances; /);
  });
});
