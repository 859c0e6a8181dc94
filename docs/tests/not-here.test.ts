// What the guides for movers say is not here is exported nowhere; what papers are planned, registered or not, the table shows.
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { listedPackages } from '../site/packages.ts';
import { paperRows } from '../site/papers.ts';
import { root } from '../site/registry.ts';

/** Phrases of «Not here», with names that would belie them. */
const ABSENT: Readonly<Record<string, Readonly<Record<string, RegExp>>>> = {
  scipy: {
    Integration: /^(quad|integrate|odeint|solveIvp|trapezoid|simpson)$/i,
    interpolation: /interpolat|spline/i,
    'signal processing': /butterworth|filtfilt|periodogram/i,
    FFT: /^(i?r?fft|fourier)/i,
    'mixed-integer programming': /milp|mixedInteger|integerProgram/i,
  },
  nashpy: { 'Evolutionary dynamics': /replicator|moran/i, 'Axelrod tournaments': /axelrod|tournament/i },
  networkx: {
    centrality: /centrality|pagerank/i,
    communities: /communit|louvain|modularity/i,
    planarity: /planar/i,
    isomorphism: /isomorph/i,
    'general flows': /maxFlow|minCostFlow|maximumFlow/i,
  },
  'scikit-learn': {
    'Elastic nets': /elasticNet/i,
    trees: /decisionTree/i,
    forests: /randomForest/i,
    boosting: /boosting/i,
    'nearest neighbours': /nearestNeighbo/i,
    clustering: /kMeans|dbscan|cluster/i,
  },
  pycma: { 'surrogate-assisted': /surrogateCma|lqCma/i },
  'auto-lirpa': { 'cutting planes': /cuttingPlane|betaCrown/i },
};

const names: string[] = [];
beforeAll(async () => {
  for (const { folder, name } of listedPackages()) {
    const manifest = JSON.parse(readFileSync(path.join(root, 'packages', folder, 'package.json'), 'utf8')) as {
      readonly exports: Readonly<Record<string, { readonly default?: string }>>;
    };
    for (const [key, { default: file }] of Object.entries(manifest.exports)) {
      if (!file || /distributed|testing/.test(`${name}${key}`)) continue;
      names.push(...Object.keys(await import(path.join(root, 'packages', folder, file))));
    }
  }
}, 120_000);

test.each(Object.entries(ABSENT))('%s: nothing that is «not here» is exported', (page, phrases) => {
  const text = readFileSync(path.join(root, 'docs/guide/from', `${page}.md`), 'utf8');
  const [, notHere = ''] = text.split('## Not here');
  expect(names.length).toBeGreaterThan(1000);
  for (const [phrase, belied] of Object.entries(phrases)) {
    expect(notHere.toLowerCase()).toContain(phrase.toLowerCase());
    expect(names.filter((name) => belied.test(name))).toEqual([]);
  }
});

test('no page says that something is planned which is there', () => {
  const planned = paperRows().filter(({ state }) => state === 'planned');
  const papers = readFileSync(path.join(root, 'docs/papers.md'), 'utf8');
  expect(/planned/.test(papers)).toBe(planned.length > 0);
});
