// The page itself: names of plug-ins, reasons and machines are text there, whatever they would be elsewhere.
import { describe, expect, it } from 'vitest';
import type { Race, Racer } from '../race.ts';
import type { StoredRun } from '../store.ts';
import { renderPage } from './page.ts';

const evil = '</script><img src=x onerror=alert(1)>"\'&';
const run = {
  id: 1,
  began: '2026-01-01T00:00:00Z',
  codeVersion: evil,
  command: evil,
  cpu: evil,
  cores: 2,
  memory: 1e9,
  system: evil,
  node: 'v24',
  peers: evil,
} satisfies StoredRun;
const racer = (name: string, status: string, time: number): Racer => ({
  solver: name,
  options: {},
  label: name,
  role: 'paper',
  budget: 0.25,
  variant: evil,
  status,
  reason: evil,
  seconds: time,
  repetitions: 3,
  interval: [time / 2, 2 * time],
  iterations: 3,
  metrics: { gap: 1 },
  peakMemory: 1e6,
  machine: evil,
  samples: [{ iteration: 1, seconds: time, metrics: { gap: 1 } }],
  timeTo: [time],
});
const primary = { name: 'gap', title: evil, unit: evil, direction: 'minimize', targets: [1] } as const;
const races = [1, 2, 4, 8].map(
  (n): Race => ({
    problem: 'ot/transport',
    problemTitle: evil,
    family: evil,
    params: { n, [evil]: evil },
    seed: 1,
    primary,
    metrics: [primary],
    racers: [racer(evil, 'converged', n), racer('mine/b', 'failed', 2 * n)],
  }),
);
const claim = {
  id: evil,
  statement: evil,
  published: evil,
  paper: evil,
  seconds: 1,
  began: '2026-01-01',
  measured: evil,
  verdict: 'reproduced',
  figures: {},
} as const;
const documented = new Set(['ot/transport']);
const page = renderPage({ run, races, claims: [claim], documented }, '/* the client */');

describe('the page', () => {
  it('shows hostile names as text, in markup, attributes and data', () => {
    expect(page).not.toContain('<img');
    expect(page).not.toMatch(/=\s*"[^"]*<\/script>/);
    expect(page.match(/<script/g)).toHaveLength(2);
    expect(page.match(/<\/script>/g)).toHaveLength(2);
    expect(page).toContain('&#60;img src=x onerror=alert(1)&#62;');
    const data = /<script type="application\/json" id="charts">(.*?)<\/script>/s.exec(page)?.[1] ?? '';
    expect(JSON.parse(data)[0].series[0].solver).toBe(evil);
  });

  it("links the library's problems to their pages, and nobody else's", () => {
    expect(page).toContain('href="https://infimum.github.io/infimum/problems/ot/transport"');
    const own = renderPage({ run, races: races.map((race) => ({ ...race, problem: 'mine/p' })), claims: [], documented }, '');
    expect(own).not.toMatch(/href="https?:/);
  });

  it('has intervals of repetitions, profiles with their shares, and growth with its interval', () => {
    expect(page).toContain('1.00 s (3 times, 500 ms to 2.00 s)');
    expect(page).toContain('Profiles over 4 instances');
    expect(page).toMatch(/mine\/b<\/th>\s*<td>0 %<\/td><td>100 %<\/td>/);
    expect(page).toContain('n^1.00 (1.00 to 1.00)');
    expect(page).toContain('data-export="png"');
  });

  it('has the quartiles over three seeds and more, in a table and as a band of one curve', () => {
    const seeds = [1, 2, 3].map((seed): Race => ({ ...races[0], seed, racers: [racer('a', 'converged', seed)] }));
    const over = renderPage({ run, races: seeds, claims: [], documented }, '');
    expect(over).toContain('2.00 s <span class="ratio">1.50 s to 2.50 s</span>');
    expect(over).toContain('Every seed');
    const data = /<script type="application\/json" id="charts">(.*?)<\/script>/s.exec(over)?.[1] ?? '';
    const [chart] = JSON.parse(data).filter(({ id }: { id: string }) => id === 'instance-0-seconds');
    expect(chart.series).toHaveLength(1);
    expect(chart.series[0].band).toHaveLength(1);
    expect(page).not.toContain('Every seed');
  });

  it('says why cells did not run, and where and for how long at most the others ran', () => {
    expect(page).toContain('Did not run');
    expect(page).toContain('<dt>Time limit of a cell</dt><dd>250 ms</dd>');
    expect(page).toContain('Cells ran on');
  });
});
