// The site against the registry: every problem and solver has its page, its text, and a place in lists and search.
import { existsSync, globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { jsonSchemaOf } from '@infimum/core';
import { describe, expect, test } from 'vitest';
import { costInMarkdown } from '../site/cost.ts';
import { partsOf } from '../site/markdown.ts';
import { problemRaces, solverRaces } from '../site/measured.ts';
import { listedPackages, packagePage } from '../site/packages.ts';
import { generatedPages, problemRoutes, solverRoutes } from '../site/pages.ts';
import { paperRows } from '../site/papers.ts';
import { problemChunks } from '../site/problem-chunks.ts';
import { checkText, PLACEHOLDERS, problemText, registry, root, solverText } from '../site/registry.ts';
import type { Results } from '../site/results.ts';
import { racesOf } from '../site/results.ts';
import { searchSections } from '../site/search.ts';
import { sidebar } from '../site/sidebar.ts';
import { solverChunks } from '../site/solver-chunks.ts';

const idOf = ({ params }: { params: Readonly<Record<string, unknown>> }) => `${params['pkg']}/${params['name']}`;

/** Made once: each call renders every page. */
const pages = generatedPages();
const solverPages = solverRoutes();

describe('the generated pages', () => {
  test('are those of the registry', async () => {
    expect((await solverPages).map(idOf)).toEqual(registry.solvers.map(({ id }) => id));
    expect((await problemRoutes()).map(idOf)).toEqual(registry.problems.map(({ id }) => id));
    expect(registry.solvers.length).toBeGreaterThan(0);
  });

  test.each(registry.solvers)('$id has a text with its sections, in words of its own', (solver) => {
    expect(solverText(solver).markdown).toContain('## Idea');
  });

  test.each(registry.solvers.map((solver) => [solver.id, solver] as const))(
    '%s shows every option and its cost, and leads to its rivals',
    async (id, { cost, problem, options }) => {
      const route = (await solverPages).find((candidate) => idOf(candidate) === id);
      expect(route?.content).toContain(costInMarkdown(cost));
      expect(route?.content).toContain(`/problems/${problem.id}`);
      const { properties = {} } = jsonSchemaOf(options) as { properties?: object };
      for (const name of Object.keys(properties)) expect(route?.content).toContain(`| \`${name}\` |`);
      if (registry.solversOf(problem.id).length > 1) {
        expect(route?.content).toMatch(new RegExp(`other solvers?\\]\\(/problems/${problem.id}#solvers\\)`));
      }
    },
  );
});

describe('a text that was not written', () => {
  test('is an error that names the file to write', () => {
    expect(() => solverText({ id: 'ot/nobody' })).toThrow('ot/nobody has no text: write packages/ot/docs/nobody.md');
  });

  test.each(PLACEHOLDERS)('is found by the template’s «%s»', (sentence) => {
    const text = `## Idea\n\n${sentence}\n\n## When to use it\n\nOften.\n\n## When not\n\nSeldom.\n`;
    expect(() => checkText('packages/ot/docs/new.md', text)).toThrow(/^packages\/ot\/docs\/new\.md still has/);
    expect(() => checkText('new.md', text.replace(sentence, 'Words.'))).not.toThrow();
  });

  test.each(PLACEHOLDERS)('«%s» is what the generator writes', (sentence) => {
    const generator = globSync('tooling/generate/**/*.ts', { cwd: root, exclude: ['**/node_modules/**'] })
      .map((file) => readFileSync(path.join(root, file), 'utf8'))
      .join('');
    expect(generator).toContain(sentence);
  });
});

describe('problems', () => {
  test.each(registry.problems)('$id has a view', ({ id }) => {
    const [pkg, name] = id.split('/');
    expect(existsSync(path.join(root, 'packages', pkg, 'docs', `${name}.view.ts`))).toBe(true);
  });

  test.each(registry.problems)('$id has its first sentence in a paragraph, and short headings', (problem) => {
    const page = pages.get(`problems/${problem.id}`);
    const text = problemText(problem)?.markdown ?? '';
    const { lead } = partsOf(text);
    expect(page?.lead).toContain(text.startsWith('## ') ? '' : lead);
    for (const { heading } of page?.sections ?? []) expect(heading.length).toBeLessThan(50);
  });

  test('a text without a heading has no sections', () => {
    expect(partsOf('One.\nTwo.\n\nThree.')).toEqual({ lead: 'One.\nTwo.\n\nThree.', sections: [] });
    expect(partsOf('One.\n\n## A\n\nTwo.').sections).toEqual([{ heading: 'A', body: 'Two.' }]);
  });
});

describe('packages', () => {
  test('are those of the folder that can be installed, each with its problems', () => {
    const packages = listedPackages();
    const folders = globSync('packages/*/package.json', { cwd: root }).map((file) => file.split('/')[1]);
    expect(packages.map(({ folder }) => folder).sort()).toEqual(folders.filter((folder) => !manifestOf(folder).private).sort());
    expect(packages.flatMap(({ problems }) => problems.map(({ id }) => id))).toEqual(registry.problems.map(({ id }) => id));
  });

  test('have a page that links their problems', () => {
    for (const listed of listedPackages()) {
      const { sections } = packagePage(listed);
      const body = sections.map((section) => section.body).join('\n');
      for (const { id } of listed.problems) expect(body).toContain(`(/problems/${id})`);
    }
  });
});

function manifestOf(folder: string): { readonly private?: boolean } {
  return JSON.parse(readFileSync(path.join(root, 'packages', folder, 'package.json'), 'utf8'));
}

describe('navigation and search', () => {
  test('no page carries a list that grows with the solvers', async () => {
    const links = JSON.stringify(sidebar());
    for (const { id } of registry.solvers) expect(links).not.toContain(id);
    for (const { params, content } of await solverPages) {
      const page = JSON.stringify(params) + content;
      const named = registry.solvers.filter(({ id }) => page.includes(`/solvers/${id}`));
      // Itself, and the fastest on each instance.
      expect(named.length).toBeLessThan(20);
    }
  });

  test('every page of the gallery is in its list with a picture, and beside it', () => {
    const list = readFileSync(path.join(root, 'docs/gallery/index.md'), 'utf8');
    const links = JSON.stringify(sidebar());
    for (const file of globSync('docs/gallery/*.md', { cwd: root })) {
      const name = path.basename(file, '.md');
      if (name === 'index') continue;
      expect(list).toMatch(new RegExp(`^- !\\[\\]\\(/posters/${name}\\.jpg\\).*\\(/gallery/${name}\\)`, 'm'));
      expect(existsSync(path.join(root, `docs/public/posters/${name}.jpg`)), name).toBe(true);
      expect(links).toContain(`"/gallery/${name}"`);
    }
  });

  test('the solvers of every problem are a module of its own', () => {
    const { resolveId, load } = solverChunks();
    for (const { id } of registry.problems) {
      expect(load(resolveId('virtual:solvers') ?? '')).toContain(`import("virtual:solvers/${id}")`);
      const module = load(resolveId(`virtual:solvers/${id}`) ?? '') ?? '';
      for (const solver of registry.solversOf(id)) expect(module).toContain(solver.id);
    }
    expect(resolveId('vue')).toBeUndefined();
  });

  test('the demos’ worker loads a problem with its solvers, and no claims', async () => {
    const { resolveId, load } = problemChunks();
    const all = (await load(resolveId('virtual:problems') ?? '')) ?? '';
    for (const { id } of registry.problems) {
      expect(all).toContain(`import("virtual:problems/${id}")`);
      const module = (await load(resolveId(`virtual:problems/${id}`) ?? '')) ?? '';
      expect(module).toContain('export const solvers');
      expect(module).not.toMatch(/laims/);
    }
    await expect(async () => load(resolveId('virtual:problems/ot/nothing') ?? '')).rejects.toThrow('ot/nothing');
    expect(resolveId('vue')).toBeUndefined();
  });

  test('the search index has the sections of generated pages and leaves files to VitePress', () => {
    const split = searchSections('/docs');
    for (const [path, generated] of pages) {
      const wanted = { solvers: 'Idea', problems: 'Metrics', packages: generated.title }[path.split('/')[0]];
      expect(split(`/docs/${path}.md`).map(({ titles }) => titles.at(-1))).toContain(wanted);
    }
    expect(split('/docs/gallery/pole.md')).toBeUndefined();
    // Pages of the guide have words of their own.
    expect(split('/docs/guide/index.md').map(({ anchor }) => anchor)).toContain('what-all-solvers-share');
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

  test('a race has all solvers of an instance', () => {
    const races = racesOf(results, 'p/q').map((cells) => cells.map(({ solver }) => solver));
    expect(races).toEqual([['p/a', 'p/b'], ['p/b']]);
  });

  test('what was not measured has no race, and a solver without results is no fault', () => {
    expect(racesOf(results, 'p/c')).toEqual([]);
    expect(racesOf(undefined, 'p/q')).toEqual([]);
    const [solver] = registry.solvers;
    expect(solverRaces(solver, results)).toContain('not measured yet');
    expect(problemRaces(solver.problem, results)).toBe('Not measured yet.');
  });

  test('a declined instance comes last and has no figures', () => {
    const { id, problem, variant } = registry.solver('ot/sinkhorn');
    const own = { ...cell, problem: problem.id, family: 'clouds', variant };
    const declined = { ...own, solver: id, status: 'declined', seconds: null, iterations: null };
    const stalled = { ...own, solver: 'ot/x', status: 'stalled', seconds: 3 };
    const fast = { ...own, solver: 'ot/y', metrics: { [problem.primaryMetric]: 1e-9 } };
    const of = { ...results, cells: [declined, stalled, fast] };
    expect(racesOf(of, problem.id)[0].map(({ solver }) => solver)).toEqual(['ot/y', 'ot/x', id]);
    expect(problemRaces(problem, of)).toContain(`| [${id}](/solvers/${id}) | – | – | – | declined |`);
    expect(solverRaces(registry.solver(id), of)).toContain('| – | – | – | declined | [ot/y](/solvers/ot/y), 1 s |');
    const exact = { ...results, cells: [declined, { ...fast, variant: 'exact' }] };
    expect(solverRaces(registry.solver(id), exact)).toContain('| – | – | – | declined | – |');
  });

  test('a peer is named without a page', () => {
    const { problem } = registry.solver('ot/sinkhorn');
    const peer = { ...cell, problem: problem.id, family: 'clouds', solver: 'pot/emd', role: 'peer' };
    const page = problemRaces(problem, { ...results, cells: [peer] });
    expect(page).toContain('| pot/emd |');
    expect(page).not.toContain('/solvers/pot/emd');
  });

  test('no page says undefined, NaN or null in a cell', async () => {
    for (const { content } of [...(await solverPages), ...(await problemRoutes())]) {
      expect(content).not.toMatch(/\| (undefined|NaN|null) \|/);
    }
  });
});
