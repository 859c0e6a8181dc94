// The site against the registry: every problem and solver has its page, its text, and a place in lists and search.
import { describe, expect, test } from 'vitest';
import { costInMarkdown } from '../site/cost.ts';
import { generatedPages, problemRoutes, solverRoutes } from '../site/pages.ts';
import { paperRows } from '../site/papers.ts';
import { registry, solverText } from '../site/registry.ts';
import { type Results, racesOf } from '../site/results.ts';
import { openingOf, searchSections } from '../site/search.ts';
import { sidebar } from '../site/sidebar.ts';

const idOf = ({ params }: { params: Readonly<Record<string, unknown>> }) =>
  `${params['pkg']}/${params['name']}`;

/** Made once: each call renders every page. */
const solverPages = solverRoutes();

describe('the generated pages', () => {
  test('are those of the registry', async () => {
    expect((await solverPages).map(idOf)).toEqual(registry.solvers.map(({ id }) => id));
    expect((await problemRoutes()).map(idOf)).toEqual(registry.problems.map(({ id }) => id));
    expect(registry.solvers.length).toBeGreaterThan(0);
  });

  test.each(registry.solvers.map(({ id }) => id))('%s has a text with its sections', (id) => {
    expect(solverText({ id }).markdown).toContain('## Idea');
  });

  test('a solver without a text is an error that says what to write', () => {
    expect(() => solverText({ id: 'ot/nobody' })).toThrow(/packages\/ot\/docs\/nobody\.md/);
  });

  test.each(registry.solvers.map((solver) => [solver.id, solver] as const))(
    '%s shows every option, its cost and its rivals',
    async (id, { cost, problem, options }) => {
      const route = (await solverPages).find((candidate) => idOf(candidate) === id);
      expect(route?.content).toContain(costInMarkdown(cost));
      expect(route?.content).toContain(`/problems/${problem.id}`);
      const { properties = {} } = options.toJSONSchema({ io: 'input' });
      for (const name of Object.keys(properties)) expect(route?.content).toContain(`| \`${name}\` |`);
      for (const rival of registry.solversOf(problem.id)) {
        if (rival.id !== id) expect(route?.content).toContain(`/solvers/${rival.id}`);
      }
    },
  );
});

describe('navigation and search', () => {
  test('the sidebar links every problem and solver', () => {
    const links = JSON.stringify(sidebar()['/solvers/']);
    for (const { id } of registry.solvers) expect(links).toContain(`/solvers/${id}`);
    for (const { id } of registry.problems) expect(links).toContain(`/problems/${id}`);
  });

  test('the search index has of the API what people look for', () => {
    const page =
      '# Function: `sinkhorn()`\n\n```ts\nfunction sinkhorn(a): Outcome;\n```\n\nEntropic *optimal* transport.\n\nMore.\n\n## Parameters\n';
    expect(openingOf(page)).toEqual({
      anchor: '',
      titles: ['Function: sinkhorn()'],
      text: 'Entropic optimal transport.',
    });
  });

  test('the search index has the sections of generated pages and leaves files to VitePress', () => {
    const split = searchSections('/docs');
    for (const path of generatedPages().keys()) {
      expect(split(`/docs/${path}.md`).map(({ titles }) => titles.at(-1))).toContain(
        path.startsWith('solvers/') ? 'Idea' : 'Metrics',
      );
    }
    expect(split('/docs/guide/index.md')).toBeUndefined();
  });
});

describe('papers', () => {
  test('every registered paper is available, every other is planned, none is there twice', () => {
    const rows = paperRows();
    const registered = registry.solvers.flatMap(({ role, paper }) => (role === 'paper' ? [paper.arxiv] : []));
    const available = rows.filter(({ state }) => state === 'available').map(({ arxiv }) => arxiv);
    expect(new Set(available)).toEqual(new Set(registered));
    expect(new Set(rows.map(({ arxiv }) => arxiv)).size).toBe(rows.length);
    expect(rows.length).toBeGreaterThanOrEqual(37);
  });
});

describe('measurements', () => {
  const cell = {
    problem: 'p/q',
    family: 'f',
    params: { n: 1 },
    seed: 1,
    options: {},
    status: 'converged',
    seconds: 1,
    iterations: 2,
    metrics: {},
  };
  const results: Results = {
    date: '2026-01-01',
    environment: { cpu: '', cores: 1, system: '', node: '' },
    cells: [
      { ...cell, solver: 'p/a' },
      { ...cell, solver: 'p/b' },
      { ...cell, solver: 'p/b', seed: 2 },
    ],
    claims: [],
  };

  test('a race has all solvers of an instance that the solver ran on', () => {
    expect(racesOf(results, 'p/a').map((cells) => cells.map(({ solver }) => solver))).toEqual([
      ['p/a', 'p/b'],
    ]);
    expect(racesOf(results, 'p/b')).toHaveLength(2);
  });

  test('a solver that was not measured has none', () => {
    expect(racesOf(results, 'p/c')).toEqual([]);
    expect(racesOf(undefined, 'p/a')).toEqual([]);
  });
});
