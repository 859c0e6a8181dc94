import { Random, run, runAsync } from '@infimum/core';
import { describe, expect, it } from 'vitest';
import { denseNetwork, evaluateNetwork, networkGradient } from '../networks/network.ts';
import { randomConvolutionalNetwork, randomDenseNetwork } from '../networks/random-network.ts';
import {
  attackDirectSearch,
  attackSearch,
  coveringDirectSearch,
  evolutionSearch,
  gradientSearch,
  madsSearch,
  randomLineSearch,
} from '../testing/surrogate-methods.ts';
import { attackDirectSearchSteps } from './attack-direct-search.ts';
import { biodieselInstance, meanYield, simulateReactor } from './biodiesel-instance.ts';
import { cheapestPath, cheapestPathInstance } from './cheapest-path-instance.ts';
import { digitMixInstance } from './digit-mix-instance.ts';
import { householderDirections, pollDirections } from './direct-search-step.ts';
import { attackNetwork } from './directional-attack.ts';
import { networkMap } from './network-map.ts';
import type { SurrogateInstance, SurrogateIterate } from './network-surrogate.ts';
import { answerSurrogate, pollGain, SurrogateSearch } from './network-surrogate.ts';
import { constrainedInstance, distanceInstance } from './random-surrogates.ts';

/** Ex. E1 of the specification. */
const isFull = Boolean(process.env['INFIMUM_FULL']);

const small = denseNetwork(
  [Float64Array.of(1, -1, 0.5, 2), Float64Array.of(1, -1)],
  [Float64Array.of(0, 0.1), Float64Array.of(0.2)],
  'tanh',
);
const maximize = { value: (y: Float64Array) => -y[0], gradient: () => Float64Array.of(-1) };

/** o(x) of Ex. E6, to be minimised: a gap that short polls do not jump. */
const trap: SurrogateInstance = {
  map: { inputs: 1, outputs: 1, evaluate: ([x]) => Float64Array.of(x < 0 ? x : x < 0.5 ? -1 : 2 - x) },
  objective: maximize,
  initial: Float64Array.of(-0.3),
  radius: 1,
};

describe('worked examples', () => {
  it('E1: values, gradients and one attack', () => {
    expect(evaluateNetwork(small, Float64Array.of(0.3, -0.2))[0]).toBeCloseTo(0.81100219, 8);
    expect(Array.from(networkGradient(small, Float64Array.of(0.3, -0.2), 0), (g) => g.toFixed(8))).toEqual([
      '0.29753111',
      '-2.74211423',
    ]);
    expect(evaluateNetwork(small, Float64Array.of(-0.7, 0.4))[0]).toBeCloseTo(-1.10101923, 8);
    expect(Array.from(networkGradient(small, Float64Array.of(-0.7, 0.4), 0), (g) => g.toFixed(8))).toEqual([
      '-0.01553844',
      '-1.85816035',
    ]);
    const { x, value } = attackNetwork({
      map: networkMap(small),
      objective: maximize,
      initial: Float64Array.of(0.3, -0.2),
      radius: 0.1,
    });
    expect(x[0] - 0.3).toBeCloseTo(0.1, 12);
    expect(x[1] + 0.2).toBeCloseTo(-0.1, 12);
    expect(-value).toBeCloseTo(1.09568039, 8);
  });

  it('E2: Householder directions', () => {
    const directions = Array.from(householderDirections(Float64Array.of(0.6, 0.8), 1, '2n'), (d) =>
      Array.from(d, (x) => x.toFixed(6)).join(' '),
    );
    expect(directions).toEqual(['0.291667 -1.000000', '-0.291667 1.000000', '-1.000000 -0.291667', '1.000000 0.291667']);
  });

  it('E3: attacks are the best steps of their length on linear maps, PGD in four steps', () => {
    const random = new Random(3);
    const matrix = random.normals(new Float64Array(15));
    const weights = random.normals(new Float64Array(3));
    const map = networkMap(denseNetwork([matrix], [new Float64Array(3)]));
    const objective = {
      value: (y: Float64Array) => -y.reduce((sum, v, i) => sum + weights[i] * v, 0),
      gradient: () => weights.map((w) => -w),
    };
    const pulled = Float64Array.from({ length: 5 }, (_, j) => weights.reduce((sum, w, i) => sum + w * matrix[i * 5 + j], 0));
    const instance = { map, objective, initial: random.normals(new Float64Array(5)), radius: 0.3 };
    const start = -objective.value(map.evaluate(instance.initial));
    const best = start + 0.3 * pulled.reduce((sum, g) => sum + Math.abs(g), 0);
    expect(-attackNetwork(instance).value).toBeCloseTo(best, 12);
    expect(-attackNetwork(instance, { attack: 'pgd', attackSteps: 4 }).value).toBeCloseTo(best, 12);
    expect(-attackNetwork(instance, { attack: 'mi-fgsm' }).value).toBeCloseTo(best, 12);
    const length = Math.hypot(...pulled);
    expect(-attackNetwork(instance, { attackNorm: 'l2' }).value).toBeCloseTo(start + 0.3 * length, 12);
  });

  it('E4: products with the Jacobian are central differences', () => {
    const random = new Random(4);
    const networks = [
      ...(['relu', 'leaky-relu', 'tanh', 'sigmoid', 'softplus'] as const).map((a) => randomDenseNetwork([9, 8, 7, 3], 2, a)),
      randomConvolutionalNetwork([1, 3, 3], [[2, 2, 1, 1]], [3], 3),
    ];
    for (const network of networks) {
      const map = networkMap(network);
      const x = random.normals(new Float64Array(9));
      const u = random.normals(new Float64Array(3));
      const product = map.pullBack?.(x, u) as Float64Array;
      const size = Math.hypot(...product);
      product.forEach((g, j) => {
        const at = (h: number) => map.evaluate(x.map((v, i) => (i === j ? v + h : v))).reduce((sum, y, i) => sum + y * u[i], 0);
        expect(Math.abs((at(1e-5) - at(-1e-5)) / 2e-5 - g)).toBeLessThan(1e-6 * size);
      });
    }
  });

  it('E5: polls span positively and have the length of the radius', () => {
    const random = new Random(5);
    for (let trial = 0; trial < (isFull ? 2000 : 500); trial++) {
      const n = 1 + random.integer(8);
      const w = random.normals(new Float64Array(n));
      for (const poll of ['2n', 'n+1'] as const) {
        const directions = [...pollDirections(random, n, 0.3, poll)];
        expect(directions).toHaveLength(poll === '2n' ? 2 * n : n + 1);
        expect(directions.some((d) => d.reduce((sum, x, j) => sum + x * w[j], 0) > 0)).toBe(true);
        const off = directions.map((d) => Math.abs(Math.max(...d.map(Math.abs)) - 0.3));
        expect(Math.max(...off)).toBeLessThan(5e-13);
      }
    }
  });

  it('E6: covering steps leave the trap, polls alone do not', () => {
    const covered = coveringDirectSearch(trap, { maxIterations: 2000 });
    expect(-covered.value).toBeGreaterThan(1.4);
    const plain = coveringDirectSearch({ ...trap, radius: 0.1 }, { covering: 'none', maxIterations: 2000 });
    expect(-plain.value).toBeLessThanOrEqual(0);
    expect(-coveringDirectSearch(trap, { covering: 'dense', maxIterations: 2000 }).value).toBeGreaterThan(1.4);
  });
});

describe('methods', () => {
  const methods = {
    attackDirectSearch,
    attackSearch,
    coveringDirectSearch,
    madsSearch,
    randomLineSearch,
    evolutionSearch,
    gradientSearch,
  };

  it.each(Object.entries(methods))('%s only improves, counts its questions, and repeats itself', (_, method) => {
    const instance = constrainedInstance(4, 8, 3);
    let [evaluations, pullBacks, last] = [0, 0, Infinity];
    const counted: SurrogateInstance = {
      ...instance,
      map: {
        ...instance.map,
        evaluate: (x) => {
          evaluations++;
          return instance.map.evaluate(x);
        },
        pullBack: (x, u) => {
          pullBacks++;
          return instance.map.pullBack?.(x, u) as Float64Array;
        },
      },
    };
    const outcome = method(counted, {
      seed: 1,
      maxIterations: 700,
      onIteration: ({ value }: SurrogateIterate) => {
        expect(value).toBeLessThanOrEqual(last);
        last = value;
      },
    });
    expect(outcome.evaluations).toEqual({ value: evaluations, pullBack: pullBacks });
    const search = new SurrogateSearch(instance);
    expect(outcome.value).toBe(search.judge(outcome.x, instance.map.evaluate(outcome.x)).value);
    expect(method(instance, { seed: 1, maxIterations: 700 }).value).toBe(outcome.value);
  });

  it('end within 1e-3 of the best of a grid, in two dimensions', () => {
    let reached = 0;
    const seeds = isFull ? 10 : 5;
    for (let seed = 1; seed <= seeds; seed++) {
      const instance = constrainedInstance(2, 16, seed);
      const search = new SurrogateSearch(instance);
      let best = Infinity;
      for (let i = 0; i <= 100; i++) {
        for (let j = 0; j <= 100; j++) {
          const x = Float64Array.of(-1 + i / 50, -1 + j / 50);
          best = Math.min(best, search.judge(x, instance.map.evaluate(x)).value);
        }
      }
      if (attackDirectSearch(instance, { seed, maxIterations: 3000 }).value <= best + 1e-3) reached++;
    }
    expect(reached).toBeGreaterThanOrEqual(0.8 * seeds);
  });

  it('work without a white box, by differences, and say so when that is not allowed', () => {
    const { map, ...rest } = distanceInstance(3, 8, 1);
    const black = { ...rest, map: { inputs: map.inputs, outputs: map.outputs, evaluate: map.evaluate } };
    const found = attackDirectSearch(black, { maxIterations: 1500 });
    expect(found.evaluations.pullBack).toBe(0);
    expect(found.value).toBeLessThan(1e-3);
    expect(attackNetwork(black, { fallback: 'none' }).status).toBe('stalled');
    expect(attackNetwork(black).status).toBe('converged');
  });

  it('take answers that arrive later, bit for bit', async () => {
    const instance = distanceInstance(3, 8, 2);
    const later = await runAsync(attackDirectSearchSteps(instance, { seed: 5 }), { maxIterations: 300 }, async (question) =>
      answerSurrogate(instance, question),
    );
    const now = run(attackDirectSearchSteps(instance, { seed: 5 }), { maxIterations: 300 }, (question) =>
      answerSurrogate(instance, question),
    );
    expect(later.value).toBe(now.value);
  });

  it('go on after failed evaluations', () => {
    const { map, ...rest } = distanceInstance(3, 8, 3);
    let calls = 0;
    const flaky = {
      ...rest,
      map: {
        ...map,
        evaluate: (x: Float64Array) => (++calls % 5 === 0 ? new Float64Array(map.outputs).fill(Number.NaN) : map.evaluate(x)),
      },
    };
    expect(attackDirectSearch(flaky, { maxIterations: 1000 }).value).toBeLessThan(1e-2);
  });

  it('never take the silence of a map that answers no longer for a minimum', () => {
    const { map, ...rest } = distanceInstance(3, 4, 1);
    let ended = 0;
    for (let answers = 1; answers <= 80; answers++) {
      let calls = 0;
      const dying = {
        ...rest,
        map: {
          ...map,
          evaluate: (x: Float64Array) => (++calls > answers ? new Float64Array(map.outputs).fill(Number.NaN) : map.evaluate(x)),
        },
      };
      // So long steps that all polls fail, and the end is confirmed again and again.
      const { status, x } = coveringDirectSearch(dying, { minRadius: 1e15, seed: 507, maxIterations: 200 });
      if (status === 'converged') ended += pollGain({ map, ...rest }, x) === 0 ? 0 : 1;
    }
    expect(ended).toBe(0);
  });

  it('refuse inequalities whose value is no list', () => {
    const onInputs = { value: () => Number.NaN, pullBack: (v: Float64Array) => v };
    const broken = { ...distanceInstance(3, 4, 1), onInputs } as unknown as SurrogateInstance;
    expect(() => coveringDirectSearch(broken, { maxIterations: 5 })).toThrow(/^onInputs\.value/);
  });

  it('plain and penalised values agree where nothing is violated', () => {
    const instance = distanceInstance(4, 8, 1);
    const search = new SurrogateSearch(instance);
    const x = new Float64Array(4).fill(0.5);
    const { value, violation } = search.judge(x, instance.map.evaluate(x));
    expect(violation).toBe(0);
    expect(value).toBe(instance.objective.value(instance.map.evaluate(x)));
  });
});

describe('the experiments', () => {
  it('B2: the mix becomes the first image', async () => {
    const instance = await digitMixInstance(10, 3, 1);
    const { value } = attackDirectSearch(instance, { maxIterations: 1500 });
    const start = new SurrogateSearch(instance).judge(instance.initial, instance.map.evaluate(instance.initial)).value;
    expect(value).toBeLessThan(1e-3 * start);
  });

  it('B3: the reactor is that of the specification', () => {
    const yieldAt = (t: number, q: number) => meanYield(simulateReactor(q, t, 100, 20).subarray(7));
    expect(yieldAt(40, 6)).toBeCloseTo(2.808, 1);
    expect(yieldAt(54, 9.25)).toBeGreaterThan(6.9);
    expect(simulateReactor(9.25, 54, 100, 20)[706]).toBeCloseTo(63.1, 0);
    const instance = biodieselInstance(4, 1, 1);
    const gradient = instance.map.pullBack?.(instance.initial, new Float64Array(700).fill(1)) as Float64Array;
    const sum = (x: Float64Array) => instance.map.evaluate(x).reduce((so, y) => so + y, 0);
    const by = (j: number, h: number) => sum(instance.initial.map((v, i) => (i === j ? v + h : v)));
    for (const j of [0, 1]) expect((by(j, 1e-4) - by(j, -1e-4)) / 2e-4 / gradient[j]).toBeCloseTo(1, 4);
  });

  it('B4: paths are cheapest and the counterfactual fulfils its inequality better', () => {
    expect(cheapestPath(Float64Array.of(1, 9, 1, 1, 1, 9, 9, 9, 1), 3)).toEqual([0, 4, 8]);
    const instance = cheapestPathInstance(6, 16, 2);
    const search = new SurrogateSearch(instance);
    const start = search.judge(instance.initial, instance.map.evaluate(instance.initial));
    const { value } = attackDirectSearch(instance, { maxIterations: 1500 });
    expect(value).toBeLessThan(0.2 * start.value);
  });
});
