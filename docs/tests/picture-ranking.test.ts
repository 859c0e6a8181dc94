// The flowers of the gallery: parameters beyond their range fold back, and fifteen rounds lead near what a judge has in mind.
import { RankSession } from '@infimum/blackbox';
import { describe, expect, test } from 'vitest';
import { distance, flowerOf, folded, middle, rankedBy, sessionOptions, someFlower } from '../components/picture-ranking.ts';

describe('pictures that a person ranks', () => {
  test('folds parameters into [0, 1]', () => {
    for (const [x, y] of [
      [0.3, 0.3],
      [-0.2, 0.2],
      [1.25, 0.75],
      [2.1, 0.1],
    ])
      expect(folded(x)).toBeCloseTo(y, 12);
    expect(flowerOf([0, 0, 0, 0, 0, 0, 0, 0]).petals).toBe(4);
    expect(flowerOf([1, 0, 0, 0, 0, 0, 0, 0]).petals).toBe(14);
  });

  test('comes near the flower in mind within fifteen rounds', () => {
    const gains = Array.from({ length: 20 }, (_, seed) => {
      const wanted = someFlower(seed);
      const session = new RankSession(middle(), { ...sessionOptions, seed });
      // A round is a ranking and a choice.
      for (let answer = 0; answer < 30; answer++) {
        const { points, need } = session.ask();
        session.tell(rankedBy(wanted, points, need));
      }
      return distance(session.best, wanted) / distance(middle(), wanted);
    }).sort((a, b) => a - b);
    expect(gains[10]).toBeLessThan(0.5);
    expect(gains[19]).toBeLessThan(1);
  });
});
