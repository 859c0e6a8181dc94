// What a step costs, counted: a file of its own, for arrays that count make all else slow.
import { afterEach, describe, expect, it, vi } from 'vitest';
import { barabasiAlbert } from '../graph/sample-graphs.ts';
import { createWalk } from './self-repellent-walk.ts';

let accesses = 0;

/** An array whose reads and writes are counted. */
function counted<T extends Float64Array | Int32Array>(array: T): T {
  return new Proxy(array, {
    get: (target, key) => {
      if (typeof key === 'string' && /^\d+$/.test(key)) accesses++;
      const value = Reflect.get(target, key, target);
      return typeof value === 'function' && key !== 'constructor' ? value.bind(target) : value;
    },
    set: (target, key, value) => {
      accesses++;
      return Reflect.set(target, key, value, target);
    },
  });
}

/** Makes all arrays of a kind count. */
function count(name: 'Float64Array' | 'Int32Array'): void {
  const kind = globalThis[name] as Float64ArrayConstructor;
  const from = (...parameters: Parameters<typeof kind.from>) => counted(kind.from(...parameters));
  vi.stubGlobal(
    name,
    new Proxy(kind, {
      construct: (target, parameters) => counted(Reflect.construct(target, parameters) as Float64Array),
      get: (target, key) => (key === 'from' ? from : Reflect.get(target, key, target)),
    }),
  );
}

afterEach(() => {
  vi.unstubAllGlobals();
});

describe('a step', () => {
  it.each([
    [100, 5, 1],
    [100, 2.5, 0.8],
    [3000, 5, 1],
    [3000, 2.5, 0.8],
  ])('takes operations by the degree and not by the nodes: %d nodes, alpha %d, a = %d', (nodes, alpha, exponent) => {
    const graph = barabasiAlbert(nodes, 3, 2);
    count('Float64Array');
    count('Int32Array');
    const walk = createWalk(graph, { alpha, exponent, seed: 4 });
    vi.unstubAllGlobals();
    // The first step draws the uniform numbers of the next 512.
    walk.step();
    for (let n = 0; n < 300; n++) {
      const degree = graph.rowPointers[walk.node + 1] - graph.rowPointers[walk.node];
      accesses = 0;
      walk.step();
      // Four reads a neighbour when weights are summed, at most five when one is drawn, and the rest of the two records.
      expect(accesses).toBeGreaterThan(4 * degree);
      expect(accesses).toBeLessThanOrEqual(9 * degree + 20);
    }
  });
});
