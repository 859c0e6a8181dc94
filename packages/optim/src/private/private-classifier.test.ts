import { Random } from '@infimum/core';
import { describe, expect, it } from 'vitest';
import type { PrivacyLedger } from './accountant.ts';
import { createAccountant } from './accountant.ts';
import { dpGd } from './dp-gradient-descent.ts';
import { privateClassifier } from './private-classifier.ts';
import { linearLoss } from './private-loss.ts';

const ranges = { age: [0, 100], visits: [0, 8] } as const;
const budget = { epsilon: 1, delta: 1e-6 };
const common = { label: 'ill', positive: 'yes', ranges, ...budget };

function people(count: number, seed = 1): string[] {
  const random = new Random(seed);
  return Array.from({ length: count }, () => {
    const [age, visits] = [Math.floor(100 * random.uniform()), random.integer(9)];
    return `${age},"${visits}",${age + 5 * visits + 10 * random.normal() > 70 ? 'yes' : 'no'}`;
  });
}

const file = (rows: readonly string[]) => ['age,visits,ill', ...rows].join('\r\n');

describe('privateClassifier', () => {
  it('learns, in the units of the file', () => {
    const rows = people(5000);
    const { coefficients, intercept, ledger, status } = privateClassifier(file(rows), { ...common, seed: 1 });
    expect(status).toBe('iteration-limit');
    expect(ledger.spent).toBeLessThanOrEqual(1);
    let right = 0;
    for (const row of people(2000, 2)) {
      const [age, visits, ill] = row.replaceAll('"', '').split(',');
      const logit = intercept + coefficients['age'] * Number(age) + coefficients['visits'] * Number(visits);
      if (logit > 0 === (ill === 'yes')) right++;
    }
    expect(right / 2000).toBeGreaterThan(0.85);
  });

  it('does what dpGd does on the moved columns', () => {
    const rows = ['0,0,yes', '100,8,no', '50,4,yes'];
    const size = Math.sqrt(3);
    const values = Float64Array.of(-1, -1, 1, 1, 1, 1, 0, 0, 1).map((value) => value / size);
    const loss = linearLoss({ rows: 3, cols: 3, values }, Float64Array.of(1, -1, 1), 'logistic', 1);
    const { w } = dpGd(loss, { ...budget, steps: 20, clipNorm: 0.5, stepSize: 2 / loss.smoothness, output: 'last', seed: 3 });
    expect(Array.from(privateClassifier(file(rows), { ...common, seed: 3 }).w)).toEqual(Array.from(w));
  });

  it('shows nothing of a row but by the weights', () => {
    const rows = people(200);
    const odd = ['', '1e999,NaN,yes', '"', 'x,y,z,w', '50', '-5,"1""2",yes', '\u0000,,'];
    const shape = ({ w, coefficients, intercept, seconds, ...rest }: ReturnType<typeof privateClassifier>) => {
      expect(w.every(Number.isFinite)).toBe(true);
      expect([...Object.values(coefficients), intercept].every(Number.isFinite)).toBe(true);
      return JSON.stringify({ ...rest, keys: Object.keys(coefficients), numbers: w.length });
    };
    const usual = shape(privateClassifier(file(rows), { ...common, seed: 1 }));
    for (const row of odd) {
      const neighbor = [...rows.slice(0, 50), row, ...rows.slice(51)];
      expect(shape(privateClassifier(file(neighbor), { ...common, seed: 1 })), row).toBe(usual);
    }
  });

  it('takes a quoted line break for a part of one person', () => {
    const rows = people(200);
    const broken = rows.map((row, i) => (i === 7 ? row.replace(/^(\d+)/, '"$1\n"') : row));
    const [one, other] = [rows, broken].map((list) => privateClassifier(file(list), { ...common, seed: 1 }));
    // As many people, and the same age: numbers may have white space around them.
    expect([...other.w]).toEqual([...one.w]);
    expect(other.gradients).toBe(one.gradients);
    const quoted = file(['"1\n2""3,",4,yes', ...rows]);
    expect(privateClassifier(quoted, { ...common, seed: 1 }).gradients).toBe((one.gradients / 200) * 201);
  });

  it('asks for a public number of people where neighbours differ in it', () => {
    const text = file(people(200));
    const given = { ...common, seed: 1, adjacency: 'add-remove' } as const;
    expect(() => privateClassifier(text, given)).toThrow(expect.objectContaining({ argument: 'publicSize', code: 'missing' }));
    const { assumptions } = privateClassifier(text, { ...given, publicSize: 200 });
    expect(assumptions.join(' ')).toMatch(/added or removed.*is shortened to /);
  });

  it('keeps the weights of neighbours as near as noise is wide', () => {
    const rows = people(1000);
    const far = [...rows.slice(1), '100,8,no'];
    const [one, other] = [rows, far].map((list) => privateClassifier(file(list), { ...common, seed: 1 }).w);
    // 20 steps of length 2 / L1 = 8, each moved by 2 L0 / n at most, L0 = 1, and steps contract.
    expect(Math.hypot(...one.map((value, j) => value - other[j]))).toBeLessThanOrEqual((20 * 8 * 2) / 1000);
  });

  it('refuses a spent budget, over restarts too, before it looks at rows', () => {
    let stored = '';
    const persist = (ledger: PrivacyLedger) => {
      stored = JSON.stringify(ledger);
    };
    const first = createAccountant({ epsilon: 1.2, delta: 1e-6, persist });
    privateClassifier(file(people(100)), { ...common, accountant: first });
    const restarted = createAccountant({ epsilon: 1.2, delta: 1e-6, persist, ledger: JSON.parse(stored) as PrivacyLedger });
    expect(() => privateClassifier(file(people(100)), { ...common, accountant: restarted })).toThrow('budget');
  });

  it('takes columns of any name', () => {
    const ranges = JSON.parse('{"__proto__": [0, 1]}') as Record<string, [number, number]>;
    const { intercept, coefficients } = privateClassifier('__proto__,ill\n1,yes\n0,no', { ...common, ranges });
    expect(Number.isFinite(intercept)).toBe(true);
    expect(Object.keys(coefficients)).toEqual(['__proto__']);
  });

  it('names what is wrong with the call', () => {
    const text = file(people(10));
    expect(() => privateClassifier(text, { ...common, label: 'dead' })).toThrow('dead');
    expect(() => privateClassifier(text, { ...common, ranges: { height: [0, 1] } })).toThrow('height');
    expect(() => privateClassifier(text, { ...common, ranges: { age: [1, 1] } })).toThrow('ranges.age');
    expect(() => privateClassifier(text, { ...common, ranges: { age: [0, 1e-320] } })).toThrow('ranges.age');
    expect(() => privateClassifier(text, { ...common, ranges: {} })).toThrow('ranges');
    expect(() => privateClassifier(file([]), common)).toThrow('csv');
    expect(() => privateClassifier(7 as never, common)).toThrow('csv');
  });
});
