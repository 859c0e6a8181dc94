import { Random } from '@infimum/core';
import { describe, expect, it } from 'vitest';
import { regionAround } from '../bounds/region.ts';
import { certifyMonotone } from '../lipschitz/certify-monotone.ts';
import type { DenseLayer } from '../networks/network.ts';
import { denseNetwork, evaluateNetwork } from '../networks/network.ts';
import { randomCenter, randomDenseNetwork } from '../networks/random-network.ts';
import { verifyProperty } from './verify-property.ts';
import { verifyRobustness } from './verify-robustness.ts';
import { parseVnnLib, writeVnnLibResult } from './vnn-lib.ts';

describe('verifyRobustness', () => {
  it('finds the margin and the largest robust radius of the public case', () => {
    const network = randomDenseNetwork([2, 16, 3], 41);
    const x = randomCenter(2, 41);
    const region = regionAround(x, 0.4);
    const row = Float64Array.of(0, -1, 1);
    const margin = (limit: number) =>
      verifyProperty({ network, unsafe: [{ region, rows: row, limits: Float64Array.of(limit) }] }).verdict;
    expect(margin(-0.1392)).toBe('certified');
    expect(margin(-0.13913)).toBe('falsified');
    expect(verifyRobustness({ network, x, radius: 0.35907 }).verdict).toBe('certified');
    const broken = verifyRobustness({ network, x, radius: 0.35908 });
    expect(broken.verdict).toBe('falsified');
    expect(broken.label).toBe(2);
    const y = evaluateNetwork(network, broken.witness as Float64Array);
    expect(y[2] - y[broken.witnessLabel as number]).toBeLessThanOrEqual(0);
    expect(Math.abs((broken.singlePrecisionMargin as number) - (broken.witnessMargin as number))).toBeLessThan(1e-5);
  });

  it('attacks every case before it branches on one', () => {
    const network = randomDenseNetwork([6, 30, 30, 2], 5);
    const region = regionAround(randomCenter(6, 5), 1);
    const hard = { region, rows: [1, 0], limits: [0] };
    let [low, high] = [-20, 20];
    // The least limit that attacks still meet: no bound certifies just below it.
    for (let step = 0; step < 30; step++) {
      const limit = (low + high) / 2;
      const { verdict } = verifyProperty({ network, unsafe: [{ ...hard, limits: [limit] }] }, { maxDomains: 1 });
      if (verdict === 'falsified') high = limit;
      else low = limit;
    }
    const open = { ...hard, limits: [low - 1e-3] };
    expect(verifyProperty({ network, unsafe: [open] }, { maxDomains: 1 }).verdict).toBe('unknown');
    const easy = { region, rows: [0, 1], limits: [100] };
    const { verdict, unsafeCase } = verifyProperty({ network, unsafe: [open, easy] }, { maxDomains: 1 });
    expect([verdict, unsafeCase]).toEqual(['falsified', 1]);
  });

  it('claims no bound that an input other than the witness breaks', () => {
    let broken = 0;
    for (let seed = 1; seed <= 40; seed++) {
      const random = new Random(seed);
      const network = randomDenseNetwork([2, 8, 2], seed);
      const region = regionAround(randomCenter(2, seed), 2);
      const unsafe = [2, 0].map((limit) => ({ region, rows: [1, -1], limits: [limit] }));
      const { verdict, bound } = verifyProperty({ network, unsafe }, { seed });
      if (verdict === 'falsified') broken++;
      for (let draw = 0; draw < 500; draw++) {
        const [y, z] = evaluateNetwork(
          network,
          region.lower.map((low, i) => low + random.uniform() * (region.upper[i] - low)),
        );
        expect(bound).toBeLessThanOrEqual(Math.min(y - z - 2, y - z) + 1e-9);
      }
    }
    expect(broken).toBeGreaterThan(10);
  });

  it('keeps its verdicts when weights are scaled by 1e10 and 1e-10', () => {
    const network = randomDenseNetwork([2, 16, 3], 41);
    const x = randomCenter(2, 41);
    for (const scale of [1e-10, 1e10]) {
      const layers = (network.layers as DenseLayer[]).map((layer, k) =>
        k === 0
          ? { ...layer, weight: layer.weight.map((w) => w * scale), bias: layer.bias.map((b) => b * scale) }
          : { ...layer, weight: layer.weight.map((w) => w / scale) },
      );
      expect(verifyRobustness({ network: { layers }, x, radius: 0.35907 }).verdict).toBe('certified');
      expect(verifyRobustness({ network: { layers }, x, radius: 0.35908 }).verdict).toBe('falsified');
    }
  });

  it('decides balls of the l2 and l1 norm, whose radius lies between those of boxes', () => {
    const network = randomDenseNetwork([2, 16, 3], 41);
    const x = randomCenter(2, 41);
    for (const norm of ['l2', 'l1'] as const) {
      let [low, high] = [0.3, 1.2];
      for (let step = 0; step < 12; step++) {
        const radius = (low + high) / 2;
        const { verdict } = verifyRobustness({ network, x, radius, norm });
        expect(verdict).not.toBe('unknown');
        if (verdict === 'certified') low = radius;
        else high = radius;
      }
      expect(low).toBeGreaterThan(0.359);
      // By brute force: no point of the certified ball loses its label, some point just outside does.
      const label = 2;
      let worst = Infinity;
      for (let k = 0; k < 20_000; k++) {
        const angle = (2 * Math.PI * k) / 20_000;
        const [c, s] = [Math.cos(angle), Math.sin(angle)];
        const size = norm === 'l2' ? 1 : Math.abs(c) + Math.abs(s);
        const y = evaluateNetwork(network, Float64Array.of(x[0] + (high * c) / size, x[1] + (high * s) / size));
        worst = Math.min(worst, y[label] - Math.max(y[0], y[1]));
      }
      expect(Math.abs(worst)).toBeLessThan(2e-3);
    }
  });

  it('decides ties exactly, and says unknown of those of smooth networks and of what is not split', () => {
    const network = denseNetwork([Float64Array.of(1, 1)], [new Float64Array(2)]);
    const tie = verifyRobustness({ network, x: Float64Array.of(1), radius: 0.1, label: 0 });
    expect([tie.verdict, tie.status, tie.witnessLabel]).toEqual(['falsified', 'converged', 1]);
    // Can y >= 1 for the identity on [0, 1]? At the end of the interval; on [0, 1) by a bit it cannot.
    const identity = denseNetwork([[1]], [[0]]);
    const reaches = (upper: number) =>
      verifyProperty({ network: identity, unsafe: [{ region: { lower: [0], upper: [upper] }, rows: [-1], limits: [-1] }] });
    expect(reaches(1).witness).toEqual(Float64Array.of(1));
    expect(reaches(1 - 2 ** -53).verdict).not.toBe('falsified');
    const smooth = denseNetwork(
      [
        [1, 1],
        [1, 0, 0, 1],
      ],
      [
        [0, 0],
        [0, 0],
      ],
      'tanh',
    );
    expect(verifyRobustness({ network: smooth, x: [1], radius: 0.1, label: 0 }).verdict).toBe('unknown');
    const plain = verifyRobustness(
      { network: randomDenseNetwork([4, 12, 12, 3], 7), x: randomCenter(4, 7), radius: 0.35 },
      { branching: 'none', method: 'interval', attacks: 0 },
    );
    expect(plain.verdict).toBe('unknown');
    expect(plain.bound).toBeLessThanOrEqual(0);
  });

  it('certifies and falsifies smooth networks on ever smaller boxes', () => {
    const network = randomDenseNetwork([2, 8, 3], 4, 'tanh');
    const x = randomCenter(2, 4);
    const verdicts = [0.01, 0.1, 0.3, 1, 3].map((radius) => verifyRobustness({ network, x, radius }).verdict);
    expect(verdicts).not.toContain('unknown');
    expect(verdicts[0]).toBe('certified');
    expect(verdicts.lastIndexOf('certified')).toBeLessThan(verdicts.includes('falsified') ? verdicts.indexOf('falsified') : 5);
  });
});

describe('parseVnnLib', () => {
  it('reads boxes, alternatives and comparisons of outputs', () => {
    const cases = parseVnnLib(`
      ; a property
      (declare-const X_0 Real)
      (declare-const X_1 Real)
      (declare-const Y_0 Real) (declare-const Y_1 Real) (declare-const Y_2 Real)
      (assert (and (>= X_0 -0.5) (<= X_0 0.5)))
      (assert (<= X_1 1)) (assert (>= X_1 0))
      (assert (or (and (>= Y_1 Y_0)) (and (>= (+ Y_2 (* 2 Y_1)) (- Y_0 1.5)) (<= Y_2 3))))`);
    expect(cases.map(({ rows, limits }) => [Array.from(rows), Array.from(limits)])).toEqual([
      [[1, -1, 0], [0]],
      [
        [1, -2, -1, 0, 0, 1],
        [1.5, 3],
      ],
    ]);
    expect(cases[1].region.lower.join(' ')).toBe('-0.5 0');
  });

  it('writes verdicts with counterexamples, which are unsafe when read again', () => {
    const network = randomDenseNetwork([2, 6, 2], 3);
    const region = { lower: [-1, -1], upper: [1, 1] };
    const answer = (limit: number) => verifyProperty({ network, unsafe: [{ region, rows: [1, 0], limits: [limit] }] });
    expect(writeVnnLibResult(network, answer(-1e6))).toBe('unsat');
    const { verdict, bound } = answer(0.1);
    expect(writeVnnLibResult(network, { verdict: 'unknown', bound })).toBe('unknown');
    expect(verdict).toBe('falsified');
    const text = writeVnnLibResult(network, answer(0.1));
    expect(text.startsWith('sat\n((X_0 ')).toBe(true);
    const numbers = [...text.matchAll(/\(([XY])_(\d+) (\S+?)\)/g)].map(([, name, , value]) => [name, Number(value)] as const);
    const x = numbers.flatMap(([name, value]) => (name === 'X' ? [value] : []));
    const y = numbers.flatMap(([name, value]) => (name === 'Y' ? [value] : []));
    expect(Array.from(evaluateNetwork(network, x))).toEqual(y);
    expect(y[0]).toBeLessThanOrEqual(0.1);
  });

  it('names what it does not know', () => {
    const start = '(declare-const X_0 Real) (declare-const Y_0 Real)';
    for (const text of [
      '(assert (<= X_0 1))',
      '(assert (<= (* X_0 Y_0) 1))',
      '(assert (sin Y_0 1))',
      '(push 1)',
      '(assert (<= X_0 1)',
    ]) {
      expect(() => parseVnnLib(`${start} ${text}`)).toThrow(expect.objectContaining({ argument: 'text' }));
    }
  });
});

describe('certifyMonotone', () => {
  it('proves what is monotone by construction and finds what is not', () => {
    for (const activation of ['relu', 'tanh'] as const) {
      const { layers } = randomDenseNetwork([3, 8, 6, 1], 5, activation);
      // Weights from the first input, and all later ones, made positive.
      const positive = (layers as DenseLayer[]).map((layer, k) => ({
        ...layer,
        weight: layer.weight.map((w, at) => (k > 0 || at % 3 === 0 ? Math.abs(w) : w)),
      }));
      const region = { lower: Float64Array.of(-1, -1, -1), upper: Float64Array.of(1, 1, 1) };
      const answer = certifyMonotone({ network: { layers: positive }, region, feature: 0, output: 0 });
      expect([answer.verdict, answer.status]).toEqual(['increasing', 'converged']);
      const mixed = certifyMonotone({ network: { layers }, region, feature: 1, output: 0 });
      expect(['neither', 'increasing', 'decreasing']).toContain(mixed.verdict);
    }
  });

  it('needs halves where one box does not do, and finds witnesses by pairs of inputs', () => {
    const network = randomDenseNetwork([2, 8, 1], 3, 'tanh');
    const region = { lower: Float64Array.of(-2, 0.3), upper: Float64Array.of(2, 0.3) };
    const answer = certifyMonotone({ network, region, feature: 0, output: 0 });
    const value = (x: number) => evaluateNetwork(network, Float64Array.of(x, 0.3))[0];
    const steps = Array.from({ length: 4000 }, (_, k) => value(-2 + (k + 1) / 1000) - value(-2 + k / 1000));
    const truth = steps.every((d) => d >= 0) ? 'increasing' : steps.every((d) => d <= 0) ? 'decreasing' : 'neither';
    expect(answer.verdict).toBe(truth);
    for (const witness of [answer.rising, answer.falling]) {
      if (!witness) continue;
      const change = evaluateNetwork(network, witness.after)[0] - evaluateNetwork(network, witness.before)[0];
      expect(change).toBe(witness.change);
      expect(witness.after[0]).toBeGreaterThan(witness.before[0]);
      expect(witness.after[1]).toBe(witness.before[1]);
    }
  });

  it('calls a flat output constant', () => {
    const network = denseNetwork([Float64Array.of(1), Float64Array.of(1)], [Float64Array.of(-5), new Float64Array(1)]);
    const region = { lower: Float64Array.of(-1), upper: Float64Array.of(1) };
    expect(certifyMonotone({ network, region, feature: 0, output: 0 }).verdict).toBe('constant');
  });
});

describe('the cascade', () => {
  it('certifies by the first bound that is enough, shared over the labels, before it attacks', () => {
    // Wide enough that ten attacks a label would take many times what one pass of linear bounds does.
    const random = new Random(1);
    const dims = [200, 100, 100, 10];
    const weights = dims
      .slice(1)
      .map((rows, k) => random.normals(new Float64Array(rows * dims[k])).map((w) => (w * Math.SQRT2) / Math.sqrt(dims[k])));
    const network = denseNetwork(
      weights,
      dims.slice(1).map((rows) => new Float64Array(rows)),
    );
    const x = random.uniforms(new Float64Array(200));
    let iterates = 0;
    const { verdict } = verifyRobustness({ network, x, radius: 1e-4 }, { attacks: 1000, onIteration: () => void iterates++ });
    expect(verdict).toBe('certified');
    // An attack is an iterate: there was none. Interval and linear bounds of three layers, and nine margins.
    expect(iterates).toBeLessThan(60);
  });
});
