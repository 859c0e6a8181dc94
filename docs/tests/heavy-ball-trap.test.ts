// The balls of the gallery: their fates are those that the counterexample is known for.
import { HEAVY_BALL_CYCLE } from '@infimum/optim/acceleration';
import { describe, expect, test } from 'vitest';
import { ballPath, fatesOf, heightAt } from '../components/heavy-ball-trap.ts';

describe('a ball', () => {
  test('of Polyak circles through three places', () => {
    const { places, fate, period } = ballPath(0, 3.3);
    expect([fate, period, places[0]]).toEqual(['circles', 3, 3.3]);
    const found = places.slice(-3).sort((a, b) => a - b);
    HEAVY_BALL_CYCLE.toSorted((a, b) => a - b).forEach((place, k) => {
      expect(found[k]).toBeCloseTo(place, 9);
    });
  });

  test('of Nesterov comes to rest at the bottom', () => {
    const { places, fate, period } = ballPath(1, 3.3);
    expect([fate, period]).toEqual(['converges', undefined]);
    expect(places.at(-1)).toBeCloseTo(0, 6);
    expect(heightAt(places.at(-1) as number)).toBeLessThan(1e-10);
  });

  test('in between never settles near the bottom, and leaves from afar', () => {
    expect(ballPath(0.3, 3.3).fate).toBe('circles');
    expect(ballPath(0.3, 12).fate).toBe('diverges');
    expect(ballPath(0.55, 3.3)).toMatchObject({ fate: 'converges', isAtRest: false });
    expect(fatesOf(0.3, [0, 0.5, -12])).toEqual(['converges', 'circles', 'diverges']);
  });
});
