// Pictures without a browser: well-formed, with every solver, and with names of strangers as text.
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Race, Racer } from '../race.ts';
import { pictureOf, writeImages } from './images.ts';

const evil = '</svg><script>alert(1)</script>"\'&';
const racer = (solver: string, scale: number): Racer => ({
  solver,
  options: {},
  label: solver,
  role: solver === 'other/peer' ? 'peer' : 'paper',
  variant: '',
  budget: 0.25,
  status: 'converged',
  reason: 'done',
  seconds: scale,
  repetitions: 1,
  interval: null,
  iterations: 9,
  metrics: { gap: 1e-3 },
  peakMemory: null,
  machine: '',
  samples: [1, 2, 3].map((k) => ({ iteration: k, seconds: (scale * k) / 3, metrics: { gap: 10 ** -k } })),
  timeTo: [scale],
});
const primary = { name: 'gap', title: 'Gap', unit: '', direction: 'minimize', targets: [1e-2] } as const;
const races = [10, 20, 40].map(
  (n): Race => ({
    problem: 'ot/transport',
    problemTitle: 'Transport',
    family: 'random',
    params: { n },
    seed: 1,
    primary,
    metrics: [primary],
    racers: [racer('ot/a', n), racer('other/peer', 2 * n), racer(evil, 3 * n)],
  }),
);

describe('writeImages', () => {
  it('makes a file a chart: curves by seconds and iterations, profiles, growth', () => {
    const folder = mkdtempSync(path.join(tmpdir(), 'infimum-images-'));
    try {
      const files = writeImages(races, path.join(folder, 'new'));
      const names = [1, 2, 3].flatMap((k) => [`instance-${k}-iterations`, `instance-${k}-seconds`]);
      const all = [...names, 'performance-profile-0', 'data-profile-0', 'growth-0'];
      expect(readdirSync(path.join(folder, 'new')).sort()).toEqual(all.map((name) => `ot-transport-${name}.svg`).sort());
      for (const file of files) {
        const text = readFileSync(file, 'utf8');
        expect(text.match(/<svg/g)).toHaveLength(1);
        expect(text.match(/<\/svg>/g)).toHaveLength(1);
        expect(text).not.toContain('<script');
        expect(text).not.toMatch(/NaN|Infinity|undefined/);
        // Three curves and three symbols at their ends, three symbols in the legend; shares that rise lie in bands.
        const bands = text.match(/fill-opacity/g)?.length ?? 0;
        expect(text.match(/<path/g)).toHaveLength(9 + bands);
        expect(bands).toBe(file.includes('profile') ? 3 : 0);
        expect(text.match(/stroke-dasharray="6 4"/g)).toHaveLength(2);
        expect(text).toContain('>ot/a</text>');
      }
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it('says when the folder cannot be written', () => {
    const folder = mkdtempSync(path.join(tmpdir(), 'infimum-images-'));
    const file = path.join(folder, 'file');
    writeFileSync(file, '');
    expect(() => writeImages(races, file)).toThrow(/^--images: .* cannot be written/);
    rmSync(folder, { recursive: true });
  });
});

it('pictureOf puts a curve where its values are: on logarithmic axes the middle is the geometric mean', () => {
  const series = { solver: 'a', index: 0, peer: false, ended: true };
  const points = [
    { x: 0.01, y: 100 },
    { x: 0.1, y: 10 },
    { x: 1, y: 1 },
  ];
  const chart = { id: 'c', xLabel: 'seconds', yLabel: 'gap', logarithmic: true, targets: [], series: [{ ...series, points }] };
  const line = /d="M([\d.]+) ([\d.]+)L([\d.]+) ([\d.]+)L([\d.]+) ([\d.]+)"/.exec(pictureOf({ chart, name: 'c', title: 'T' }));
  const [x0, y0, x1, y1, x2, y2] = (line ?? []).slice(1).map(Number);
  expect(x1).toBeCloseTo((x0 + x2) / 2, 0);
  expect(y1).toBeCloseTo((y0 + y2) / 2, 0);
  expect([x0 < x2, y0 < y2]).toEqual([true, true]);
});

it('pictureOf draws a band around steps, closed along its upper end', () => {
  const points = [1, 2, 3].map((x) => ({ x, y: x / 4 }));
  const band = points.map(({ x, y }) => ({ x, low: y - 0.1, high: y + 0.1 }));
  const series = [{ solver: 'a', index: 0, peer: false, ended: true, points, band }];
  const chart = { id: 'c', xLabel: 's', yLabel: 'share', logarithmic: false, targets: [], isProfile: true, series };
  const path = /<path d="(M[^"]*Z)"/.exec(pictureOf({ chart, name: 'c', title: 'T' }))?.[1] ?? '';
  const [forth, back] = path.slice(1, -1).split('L');
  expect(forth.match(/H/g)).toHaveLength(2);
  const corner = (text: string) => text.split(/[ HV]/).map(Number);
  const [lower, upper] = [corner(forth), corner(back)];
  expect(upper[0]).toBe(lower.at(-2)); // begins above the last corner
  expect(upper.at(-1)).toBe(lower[0]); // and ends above the first
  expect(upper[1]).toBeLessThan(lower.at(-1) as number); // pixels grow downwards
});
