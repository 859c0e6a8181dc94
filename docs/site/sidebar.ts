// Navigation by hand: the guide and the gallery. Packages, problems and solvers are in the tree below it.
import type { DefaultTheme } from 'vitepress';

const guide: DefaultTheme.SidebarItem[] = [
  {
    text: 'Use it',
    items: [
      { text: 'Getting started', link: '/guide/' },
      { text: 'Choosing a solver', link: '/guide/choosing' },
      { text: 'One program, seven packages', link: '/guide/seven-packages' },
      { text: 'The iteration protocol', link: '/guide/iteration-protocol' },
      { text: 'Threads and browsers', link: '/guide/threads-and-browsers' },
      { text: 'Performance', link: '/guide/performance' },
    ],
  },
  {
    text: 'Fields',
    items: [
      { text: 'Overview', link: '/guide/fields/' },
      { text: 'Optimal transport', link: '/guide/fields/ot' },
      { text: 'Continuous optimisation', link: '/guide/fields/optim' },
      { text: 'Linear algebra', link: '/guide/fields/linalg' },
      { text: 'Learning with guarantees', link: '/guide/fields/learn' },
      { text: 'String matching', link: '/guide/fields/strings' },
      { text: 'Games and equilibria', link: '/guide/fields/games' },
      { text: 'Black-box optimisation', link: '/guide/fields/blackbox' },
      { text: 'Certificates for networks', link: '/guide/fields/verify' },
      { text: 'Graphs, trees and causes', link: '/guide/fields/graphs' },
      { text: 'Decisions and control', link: '/guide/fields/bandits-rl' },
      { text: 'Bilevel optimisation', link: '/guide/fields/bilevel' },
      { text: 'Automatic differentiation', link: '/guide/fields/autodiff' },
      { text: 'Arithmetic that proves', link: '/guide/fields/rigor' },
      { text: 'Many machines', link: '/guide/fields/distributed' },
    ],
  },
  {
    text: 'Coming from elsewhere',
    items: [
      { text: 'Overview', link: '/guide/from/' },
      { text: 'What is not here', link: '/guide/not-here' },
      { text: 'POT', link: '/guide/from/pot' },
      { text: 'SciPy', link: '/guide/from/scipy' },
      { text: 'scikit-learn', link: '/guide/from/scikit-learn' },
      { text: 'NetworkX', link: '/guide/from/networkx' },
      { text: 'nashpy', link: '/guide/from/nashpy' },
      { text: 'pycma', link: '/guide/from/pycma' },
      { text: 'auto_LiRPA', link: '/guide/from/auto-lirpa' },
      { text: 'PyTorch optimisers', link: '/guide/from/pytorch' },
    ],
  },
  {
    text: 'Extend and measure it',
    items: [
      { text: 'Writing a plug-in', link: '/guide/plugins' },
      { text: 'The benchmark app', link: '/guide/benchmarks' },
      { text: 'Numerics and determinism', link: '/guide/numerics' },
      { text: 'Rigorous arithmetic', link: '/guide/rigor' },
      { text: 'Architecture', link: '/guide/architecture' },
    ],
  },
];

/** The pieces of the gallery. */
export const gallery: DefaultTheme.SidebarItem[] = [
  {
    text: 'Gallery',
    items: [
      { text: 'Overview', link: '/gallery/' },
      { text: 'Colour transfer', link: '/gallery/color-transfer' },
      { text: 'Between two digits', link: '/gallery/digits' },
      { text: 'Barycentres of four digits', link: '/gallery/digit-barycenters' },
      { text: 'Gradient flow', link: '/gallery/gradient-flow' },
      { text: 'The heavy ball’s trap', link: '/gallery/heavy-ball' },
      { text: 'Expert routing', link: '/gallery/expert-routing' },
      { text: 'Searching a genome', link: '/gallery/genome-search' },
      { text: 'A treemap that stays put', link: '/gallery/treemap' },
      { text: 'Self-repellent walk', link: '/gallery/avoiding-walk' },
      { text: 'A causal graph, untangled', link: '/gallery/untangling' },
      { text: 'How steep is a network?', link: '/gallery/lipschitz-regions' },
      { text: 'The best possible network', link: '/gallery/network-optima' },
      { text: 'Proved, whatever you type', link: '/gallery/proof' },
      { text: 'Wrong labels', link: '/gallery/hyper-cleaning' },
      { text: 'Levine’s hats', link: '/gallery/hats' },
      { text: 'A flower that you like', link: '/gallery/picture-ranking' },
      { text: 'A pole that learns', link: '/gallery/pole' },
      { text: 'A solver that learns', link: '/gallery/omega' },
    ],
  },
];

/** Above the tree of packages, problems and solvers, which is a component: pages do not carry it. */
const solving: DefaultTheme.SidebarItem[] = [
  {
    text: 'Solve it',
    items: [
      { text: 'All problems', link: '/problems/' },
      { text: 'All solvers', link: '/solvers/' },
      { text: 'All packages', link: '/packages/' },
    ],
  },
];

/** The sidebars by the beginning of the path. */
export function sidebar(): DefaultTheme.SidebarMulti {
  return { '/guide/': guide, '/problems/': solving, '/solvers/': solving, '/packages/': solving, '/gallery/': gallery };
}
