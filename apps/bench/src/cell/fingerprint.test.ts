import { describe, expect, it } from 'vitest';
import { fingerprint } from './fingerprint.ts';

const instance = () => ({ cost: { rows: 1, values: new Float64Array([1, 2]) }, names: ['a', undefined], scale: 0 });

describe('fingerprint', () => {
  it('is equal for equal contents and differs for all others', () => {
    const mark = fingerprint(instance());
    expect(mark).toBeTypeOf('string');
    expect(fingerprint(instance())).toBe(mark);
    const changes: ((it: ReturnType<typeof instance>) => void)[] = [
      ({ cost }) => cost.values.fill(0),
      ({ cost }) => cost.values.set([2, 1]),
      (it) => Object.assign(it, { scale: -0 }),
      (it) => Object.assign(it, { more: 1 }),
      ({ cost }) => Object.assign(cost, { values: new Float32Array([1, 2]) }),
      ({ names }) => names.reverse(),
      ({ names }) => names.pop(),
    ];
    for (const change of changes) {
      const changed = instance();
      change(changed);
      expect(fingerprint(changed)).not.toBe(mark);
    }
  });

  it('takes cycles', () => {
    const loop: { self?: object; x: number } = { x: 1 };
    loop.self = loop;
    expect(fingerprint(loop)).toBeTypeOf('string');
  });

  it.each([
    ['a function', { f: () => 1 }],
    ['a map', { map: new Map() }],
    ['shared memory', new Float64Array(new SharedArrayBuffer(8))],
    ['an object of a class', { point: new (class Point {})() }],
  ])('is unknown where it cannot look inside: %s', (_, opaque) => {
    expect(fingerprint(opaque)).toBeUndefined();
  });
});
