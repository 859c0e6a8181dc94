// The claims about topological swaps: scores not higher than those of the continuous methods, improvements of their results, and the graphs
// found.
import { defineClaim, Random } from '@infimum/core';
import { graphDistance } from './dag-graph.ts';
import type { Noise } from './dag-problem.ts';
import { randomDag, refittedScore, sampleLinearModel } from './dag-problem.ts';
import { dagPapers } from './papers.ts';
import { dagma, notears } from './penalty-methods.ts';
import { topo, topoPostProcess } from './topo.ts';

/** A graph with two edges a node, and data of it. */
function drawn(d: number, seed: number) {
  const random = new Random(seed + 1000 * d);
  const truth = randomDag(d, 2, seed % 2 ? 'scale-free' : 'erdos-renyi', random);
  return { truth, data: sampleLinearModel(truth, 1000, (['normal', 'exponential', 'gumbel'] as Noise[])[seed % 3], random) };
}

/** Scores of all methods on one instance, over that of no edges, after their graphs are made acyclic and refitted. */
export function scoresOf(d: number, seed: number, maxInnerIterations: number) {
  const instance = drawn(d, seed);
  const { data } = instance;
  const tears = notears(data);
  const score = (weights: Parameters<typeof refittedScore>[1]) => refittedScore(instance, weights);
  return {
    topo: score(topo(data, { seed, starts: 3 }).weights),
    notears: score(tears.weights),
    dagma: score(dagma(data, { maxInnerIterations }).weights),
    improved: score(topoPostProcess(data, tears.raw).weights),
    empty: score(new Float64Array(d * d)),
  };
}

/** The claims of the paper. */
export const dagClaims = [
  defineClaim({
    id: 'graphs/topological-swaps',
    paper: dagPapers.topo,
    statement: 'Topological swaps reach scores no higher than those of NOTEARS and DAGMA, and improve their answers.',
    published:
      'lower scores and mostly lower structural Hamming distances on simulated graphs of up to 100 nodes; figures in plots',
    budget: 100,
    null: 'a graph without edges',
    bars: ['NOTEARS', 'DAGMA', 'NOTEARS, after post-processing it'].map((rival) => ({
      figure: `share of graphs with a higher score than ${rival}`,
      atMost: 0,
      source: 'the statement: none, beyond a millionth for the refit',
    })),
    measure: (seed) => {
      const { topo, notears, dagma, improved, empty } = scoresOf(8, seed, 3000);
      const isHigher = (score: number, rival: number) => (score <= rival * (1 + 1e-6) ? 0 : 1);
      const figures = (own: number, after: number) => ({
        'share of graphs with a higher score than NOTEARS': isHigher(own, notears),
        'share of graphs with a higher score than DAGMA': isHigher(own, dagma),
        'share of graphs with a higher score than NOTEARS, after post-processing it': isHigher(after, notears),
      });
      return { ours: figures(topo, improved), null: figures(empty, empty) };
    },
  }),
  defineClaim({
    id: 'graphs/topological-swaps-graphs',
    paper: dagPapers.topo,
    statement: 'Topological swaps find more of the true graph than NOTEARS on twenty nodes, and than DAGMA on fifty.',
    published: 'mostly lower structural Hamming distances; figures in plots',
    budget: 150,
    null: 'a graph without edges',
    bars: [
      {
        figure: 'edges wrong of 20 nodes, beyond those of NOTEARS',
        atMost: -1,
        source: 'the statement: fewer, by an edge or more',
      },
      {
        figure: 'edges wrong of 50 nodes, beyond those of DAGMA',
        atMost: -1,
        source: 'the statement: fewer, by an edge or more',
      },
    ],
    measure: (seed) => {
      const figures = [20, 50].map((d) => {
        const { truth, data } = drawn(d, seed);
        const wrong = (weights: Float64Array) => graphDistance(truth, weights).shd;
        const rival = wrong((d === 20 ? notears(data) : dagma(data, { maxInnerIterations: 3000 })).weights);
        return { own: wrong(topo(data, { seed, starts: 1 }).weights), rival, none: wrong(new Float64Array(d * d)) };
      });
      const beyond = (of: 'own' | 'none') => ({
        'edges wrong of 20 nodes, beyond those of NOTEARS': figures[0][of] - figures[0].rival,
        'edges wrong of 50 nodes, beyond those of DAGMA': figures[1][of] - figures[1].rival,
      });
      return { ours: { ...beyond('own'), 'edges wrong of 50 nodes': figures[1].own }, null: beyond('none') };
    },
  }),
];
