// Navigation: the guide by hand, problems and solvers from the registry, the API from what TypeDoc wrote.
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type { DefaultTheme } from 'vitepress';
import { registry, root } from './registry.ts';

const guide: DefaultTheme.SidebarItem[] = [
  {
    text: 'Use it',
    items: [
      { text: 'Getting started', link: '/guide/' },
      { text: 'Choosing a solver', link: '/guide/choosing' },
      { text: 'The iteration protocol', link: '/guide/iteration-protocol' },
      { text: 'Threads and browsers', link: '/guide/threads-and-browsers' },
      { text: 'Performance', link: '/guide/performance' },
    ],
  },
  {
    text: 'Extend and measure it',
    items: [
      { text: 'Writing a plug-in', link: '/guide/plugins' },
      { text: 'The benchmark app', link: '/guide/benchmarks' },
      { text: 'Numerics and determinism', link: '/guide/numerics' },
      { text: 'Architecture', link: '/guide/architecture' },
    ],
  },
];

const gallery: DefaultTheme.SidebarItem[] = [
  {
    text: 'Gallery',
    items: [
      { text: 'Overview', link: '/gallery/' },
      { text: 'Colour transfer', link: '/gallery/colour-transfer' },
      { text: 'Between two digits', link: '/gallery/digits' },
      { text: 'Barycentres of four digits', link: '/gallery/digit-barycenters' },
      { text: 'Gradient flow', link: '/gallery/gradient-flow' },
      { text: 'The heavy ball’s trap', link: '/gallery/heavy-ball' },
      { text: 'Expert routing', link: '/gallery/expert-routing' },
      { text: 'Searching a genome', link: '/gallery/genome-search' },
    ],
  },
];

function problems(): DefaultTheme.SidebarItem[] {
  return registry.problems.map(({ id, title }) => ({
    text: title,
    link: `/problems/${id}`,
    items: registry.solversOf(id).map((solver) => ({ text: solver.title, link: `/solvers/${solver.id}` })),
  }));
}

/** What TypeDoc's plug-in writes of the structure of the API. */
interface ApiEntry {
  readonly title: string;
  readonly path?: string | null;
  readonly children?: readonly ApiEntry[];
}

function api(): DefaultTheme.SidebarItem[] {
  const file = path.join(root, 'docs/api/navigation.json');
  if (!existsSync(file)) return [];
  return (JSON.parse(readFileSync(file, 'utf8')) as ApiEntry[]).map(apiItem);
}

/** Modules fold; the kinds inside them do not, for they are no links. */
function apiItem({ title, path, children }: ApiEntry): DefaultTheme.SidebarItem {
  return {
    text: title.replace('@infimum/', ''),
    ...(path && { link: `/api/${path.replace(/(index)?\.md$/, '')}` }),
    ...(children && { items: children.map(apiItem) }),
    ...(children && path && { collapsed: true }),
  };
}

/** The sidebars by the beginning of the path. */
export function sidebar(): DefaultTheme.SidebarMulti {
  const solving = problems();
  return {
    '/guide/': guide,
    '/problems/': solving,
    '/solvers/': solving,
    '/gallery/': gallery,
    '/api/': api(),
  };
}
