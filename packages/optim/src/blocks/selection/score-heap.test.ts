// The heap of scores against one look at all of them, and what it costs.
import { Random } from '@infimum/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { latticePropagation } from '../../composite/composite-instances.ts';
import { blockQuadratic } from '../../losses/block-quadratic-loss.ts';
import { largestEntries } from './largest-entries.ts';
import { ScoreHeap } from './score-heap.ts';

describe('the heap of scores', () => {
  it('gives what a look at all scores gives, through changes, equal scores and many of them', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 200 }), fc.nat(1e6), (size, seed) => {
        const random = new Random(seed);
        const scores = new Float64Array(size).map(() => random.integer(10));
        const heap = new ScoreHeap(size);
        heap.rebuild((i) => scores[i]);
        for (let round = 0; round < 10; round++) {
          const out = new Int32Array(1 + random.integer(size));
          heap.largest(out);
          const expected = out.slice();
          largestEntries(scores, expected, new Float64Array(size));
          expect(out).toEqual(expected);
          const changed = random.permutation(size).slice(0, random.integer(size + 1));
          for (const i of changed) scores[i] = random.integer(10) - 3;
          heap.update(changed, changed.length, (i) => scores[i]);
        }
      }),
    );
  });

  it('takes logarithmically many steps a change and a choice', () => {
    for (const size of [1000, 100_000]) {
      const random = new Random(1);
      const scores = random.uniforms(new Float64Array(size));
      const heap = new ScoreHeap(size);
      heap.rebuild((i) => scores[i]);
      expect(heap.operations).toBeLessThan(4 * size);
      heap.operations = 0;
      const [tau, changes, rounds] = [5, 20, 50];
      const out = new Int32Array(tau);
      for (let round = 0; round < rounds; round++) {
        heap.largest(out);
        const changed = Int32Array.from({ length: changes }, () => random.integer(size));
        for (const i of changed) scores[i] = random.uniform();
        heap.update(changed, changes, (i) => scores[i]);
      }
      expect(heap.operations).toBeLessThan(rounds * (changes + 2 * tau) * 2 * (Math.log2(size) + 2));
    }
  });
});

describe('changes of a sparse quadratic', () => {
  it('are told once: the coordinates of the block and their neighbours', () => {
    const { loss } = latticePropagation(20, 5, 1);
    const state = blockQuadratic(loss.graph, loss.linear).start(new Float64Array(loss.dimension));
    const take = () => {
      const changes = state.takeChanges?.();
      return changes && new Set(changes.places.subarray(0, changes.count));
    };
    expect(take()).toBeUndefined(); // everything is new at the start
    state.aim(Int32Array.of(3), Float64Array.of(1));
    state.move(1);
    const { rowPointers, columnIndices } = loss.graph;
    expect(take()).toEqual(new Set(columnIndices.subarray(rowPointers[3], rowPointers[4])));
    expect(take()).toEqual(new Set());
    state.renew();
    expect(take()).toBeUndefined();
  });
});
