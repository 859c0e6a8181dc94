// A demo's settings survive the way through its URL.
import { expect, test } from 'vitest';
import type { Settings } from '../demo/url-state.ts';
import { readSettings, writeSettings } from '../demo/url-state.ts';
import { demoDataOf, demoFamiliesOf, demoSolversOf } from '../site/demo-data.ts';
import { registry } from '../site/registry.ts';

const solver = registry.solver('ot/sinkhorn-newton-sparse');
// As a demo has it when the problem's other families have been loaded.
const data = { ...(await demoDataOf(solver)), families: demoFamiliesOf(solver.problem) };
const rivals = demoSolversOf('ot/transport');
const base: Settings = {
  family: 'grid',
  params: { side: 16 },
  seed: 3,
  options: {},
  rival: '',
  rivalOptions: {},
  metric: 'marginalError',
  axis: 'iterations',
  speed: 10,
};

test('what equals the base needs no query', () => {
  expect(writeSettings(base, base)).toBe('');
  expect(readSettings('', base, data, rivals)).toEqual(base);
});

test('everything that can be set comes back', () => {
  const settings: Settings = {
    family: 'clouds',
    params: { n: 40, epsilon: 0.25 },
    seed: 0,
    options: { continuation: false, sparsify: 'top-k', density: 0.5 },
    rival: 'ot/sinkhorn',
    rivalOptions: { domain: 'log' },
    metric: 'feasibleCost',
    axis: 'seconds',
    speed: 0,
  };
  expect(readSettings(writeSettings(settings, base), base, data, rivals)).toEqual(settings);
});

test('names that do not exist are ignored', () => {
  const query = 'family=nobody&seed=-1&rival=ot/nobody&metric=x&axis=y&speed=3&other=1';
  expect(readSettings(query, base, data, rivals)).toEqual(base);
});

test('values that make no sense stay, to be refused by name', () => {
  const { options, params } = readSettings('o.density=abc&p.side=q', base, data, rivals);
  expect(options).toEqual({ density: 'abc' });
  expect(params).toEqual({ side: 'q' });
});
