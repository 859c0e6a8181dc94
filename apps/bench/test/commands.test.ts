// The commands that read what `run` left, and those that need no run.
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { DuckDBInstance } from '@duckdb/node-api';
import axe from 'axe-core';
import { chromium } from 'playwright-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { answer, emptyFolder, fixture, infimumBench, linesOf } from './command.ts';

const plugin = ['--plugin', fixture('demo.ts')];
const folder = emptyFolder();
const command = (...args: readonly string[]) => answer(folder, args);
const browserPath = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find(existsSync);

beforeAll(async () => {
  const args = ['run', ...plugin, '--problem', 'demo/diagonal-system', '--seeds', '1,2', '--jobs', '2'];
  const sizes = ['--params', '[{"n": 10}, {"n": 200}]'];
  expect((await infimumBench(folder, [...args, ...sizes])).code).toBe(0);
  const again = ['--fresh', '--solvers', 'demo/gradient-descent,demo/division'];
  expect((await infimumBench(folder, [...args, ...sizes, ...again])).code).toBe(0);
  expect((await command('claims', 'demo/fewer-iterations', ...plugin)).code).toBe(0);
}, 120_000);

describe('list', () => {
  it('shows problems and solvers, a line each in 80 columns, and no codes', async () => {
    const { code, stdout } = await infimumBench(folder, ['list', ...plugin], { COLUMNS: '80' });
    expect(code).toBe(0);
    const lines = stdout.trimEnd().split('\n');
    for (const line of lines) expect([...line].length).toBeLessThanOrEqual(80);
    for (const id of ['demo/diagonal-system', '  demo/division', 'ot/transport', '  ot/sinkhorn']) {
      expect(lines.filter((line) => line.startsWith(`${id} `))).toHaveLength(1);
    }
    expect(lines.length).toBeLessThan(600);
    expect(/\p{Cc}(?<!\n)|\p{Co}/u.test(stdout)).toBe(false);
  });

  it('has colours where they are wanted', async () => {
    const colored = await infimumBench(folder, ['list', '--package', 'demo', ...plugin], { FORCE_COLOR: '1', NO_COLOR: '' });
    expect(colored.stdout).toContain('\u001b[36mdemo/division\u001b[0m');
    const plain = await infimumBench(folder, ['list', '--package', 'demo', ...plugin], { NO_COLOR: '1', FORCE_COLOR: '1' });
    expect(plain.stdout).not.toContain('\u001b');
  });

  it('takes packages, problems and words, and names what is valid', async () => {
    const ids = async (...args: readonly string[]) =>
      (await command('list', ...args, ...plugin)).stdout.match(/^ *[a-z-]+\/[a-z0-9-]+/gm)?.map((id) => id.trim()) ?? [];
    expect(new Set((await ids('--package', 'demo')).map((id) => id.split('/')[0]))).toEqual(new Set(['demo']));
    expect((await ids('--problem', 'ot/barycenter')).sort()).toEqual([
      'ot/barycenter',
      'ot/bregman-projections',
      'ot/convolutional-barycenter',
    ]);
    expect(await ids('Lemke-Howson')).toContain('games/lemke-howson');
    expect(await ids('transport', 'newton', '--package', 'ot')).not.toContain('ot/greenkhorn');
    expect(await command('list', '--package', 'nobody')).toMatchObject({
      code: 2,
      stderr: expect.stringMatching(/--package: there is no 'nobody'; there are linalg, ot, optim/),
    });
    expect(await command('list', '--problem', 'nobody')).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('ot/transport'),
    });
    expect(await command('list', 'xyzzy')).toMatchObject({ code: 2, stderr: expect.stringContaining("nothing has 'xyzzy'") });
  });

  it('shows families, metrics and options with --long', async () => {
    const { code, stdout } = await command('list', '--long', '--package', 'demo', ...plugin);
    expect(code).toBe(0);
    for (const text of ['demo/diagonal-system', 'random', 'residual (primary)', 'demo/division', 'tolerance: number > 0']) {
      expect(stdout).toContain(text);
    }
  });

  it('has everything as JSON, with schemas', async () => {
    const { problems, solvers } = JSON.parse((await command('list', '--json', ...plugin)).stdout);
    const problem = problems.find(({ id }: { id: string }) => id === 'demo/diagonal-system');
    expect(problem.families[0]).toMatchObject({ id: 'random', params: { properties: { n: { minimum: 1, default: 50 } } } });
    expect(problem.metrics[0]).toMatchObject({ id: 'residual', primary: true, targets: [1e-2, 1e-4, 1e-8] });
    const solver = solvers.find(({ id }: { id: string }) => id === 'demo/conjugate-gradients');
    expect(solver).toMatchObject({
      title: 'Conjugate gradients',
      problem: 'demo/diagonal-system',
      role: 'paper',
      paper: { arxiv: '0000.00000' },
      options: { properties: { tolerance: { exclusiveMinimum: 0 } } },
    });
  });
});

describe('claims', () => {
  it('lists them and tells what came of them', async () => {
    const listed = await command('claims', '--list', '--json', ...plugin);
    expect(linesOf<{ id: string; verdict?: string }>(listed.stdout).at(-1)).toMatchObject({
      id: 'demo/fewer-iterations',
      published: '10 times fewer',
    });
    expect(linesOf<{ verdict?: string }>(listed.stdout).at(-1)?.verdict).toBeUndefined();
    const { code, stdout } = await command('claims', 'demo/fewer-iterations', '--json', ...plugin);
    expect(code).toBe(0);
    expect(linesOf(stdout)).toMatchObject([{ id: 'demo/fewer-iterations', measured: '12 times fewer', verdict: 'reproduced' }]);
  });

  it('exits with 1 when an experiment breaks off, after the others', async () => {
    const args = ['claims', 'demo/broken', 'demo/fewer-iterations', '--json', ...plugin];
    const { code, stdout, stderr } = await infimumBench(folder, args, { DEMO_BROKEN_CLAIM: '1' });
    expect(code).toBe(1);
    expect(linesOf(stdout)).toHaveLength(1);
    expect(stderr).toContain('failed: no such luck');
    expect((await command('claims', 'demo/unknown', ...plugin)).code).toBe(2);
  });
});

describe('compare', () => {
  it('compares two runs, with intervals', async () => {
    const { code, stdout } = await command('compare', '1', '2', ...plugin);
    expect(code).toBe(0);
    expect(stdout).toMatch(/demo\/division on random \(n = 10, condition = 30\)/);
    expect(stdout).toMatch(/\d to \d/);
    expect(stdout).toMatch(/\d+ worse, \d+ better, \d+ neither/);
  });

  it('exits with 1 on a regression, if it is asked to', async () => {
    const broken = path.join(folder, 'broken.ts');
    writeFileSync(
      broken,
      `import { plugin as demo } from ${JSON.stringify(fixture('demo.ts'))};
       const solvers = demo.solvers.map((solver) => solver.id === 'demo/division' ? { ...solver, steps: () => { throw new Error('broken'); } } : solver);
       export const plugin = { ...demo, solvers };`,
    );
    const cells = ['run', '--solvers', 'demo/division', '--params', '{"n": 10}', '--budget', '0.2'];
    const store = (name: string, ...of: readonly string[]) => infimumBench(folder, [...cells, '--store', name, ...of]);
    expect((await store('good.duckdb', ...plugin)).code).toBe(0);
    expect((await store('bad.duckdb', '--plugin', broken)).code).toBe(1);
    const failing = ['--fail-on', 'regression'];
    const worse = await command('compare', 'good.duckdb', 'bad.duckdb', ...failing, ...plugin);
    expect(worse).toMatchObject({ code: 1, stdout: expect.stringContaining('converged before, failed now') });
    expect(worse.stderr).toContain('1 regression beyond a factor of 1.1');
    expect((await command('compare', 'bad.duckdb', 'good.duckdb', ...failing, ...plugin)).code).toBe(0);
    expect((await command('compare', 'good.duckdb', 'bad.duckdb', ...plugin)).code).toBe(0);
  });

  it('takes a store, and says which runs there are when it does not know one', async () => {
    const same = await command('compare', 'bench.duckdb', '1', ...plugin);
    expect(same.code).toBe(0);
    const { code, stderr } = await command('compare', '1', '77', ...plugin);
    expect(code).toBe(2);
    expect(stderr).toMatch(/'77' is not a store.*its runs are:\n {2}1 {2}[0-9a-f]{12}/);
  });
});

describe('export', () => {
  it.each(['csv', 'parquet'])('writes %s that reads back', async (format) => {
    const { code, stdout } = await command('export', '--format', format);
    expect(code).toBe(0);
    expect(stdout.trim().split('\n')).toEqual([`bench-cells.${format}`, `bench-samples.${format}`]);
    const database = await DuckDBInstance.create(':memory:');
    const connection = await database.connect();
    const read = async (query: string) => (await connection.runAndReadAll(query)).getRowObjectsJson();
    const file = (name: string) => `'${path.join(folder, `bench-${name}.${format}`)}'`;
    expect(
      await read(`SELECT count(*)::INTEGER AS cells, count(DISTINCT solver)::INTEGER AS solvers FROM ${file('cells')}`),
    ).toEqual([{ cells: 20, solvers: 3 }]);
    const [division] = await read(
      `SELECT * FROM ${file('cells')} WHERE solver = 'demo/division' AND status = 'converged' LIMIT 1`,
    );
    expect(division).toMatchObject({ problem: 'demo/diagonal-system', family: 'random', role: 'baseline' });
    expect(division['metric_residual']).toBeLessThan(1e-12);
    const [samples] = await read(`SELECT count(*)::INTEGER AS rows, max(metric_residual) AS worst FROM ${file('samples')}`);
    // How many there are depends on how fast the machine is.
    await connection.run(`ATTACH '${path.join(folder, 'bench.duckdb')}' AS store (READ_ONLY)`);
    expect(await read('SELECT count(*)::INTEGER AS rows FROM store.samples')).toEqual([{ rows: samples['rows'] }]);
    expect(samples['rows']).toBeGreaterThan(20);
    expect(samples['worst']).toBe(1);
    database.closeSync();
  });

  const hasPython = spawnSync('python3', ['--version']).status === 0;
  it.runIf(hasPython)('writes verdicts that another program computes alike from the samples, and not otherwise', async () => {
    const { code } = await command('export', '--format', 'csv', '--verdicts', 'verdicts.json', ...plugin);
    expect(code).toBe(0);
    const script = fileURLToPath(new URL('../scripts/paired-ratios.py', import.meta.url));
    const recompute = () =>
      spawnSync('python3', [script, 'bench-cells.csv', 'bench-samples.csv', 'verdicts.json'], {
        cwd: folder,
        encoding: 'utf8',
      });
    const good = recompute();
    expect(good.stdout).toMatch(/^[1-9]\d* verdicts on 1 problems, [1-9]\d* ratios, .*\n0 differences\n$/);
    expect(good.status).toBe(0);
    const file = path.join(folder, 'verdicts.json');
    const verdicts = JSON.parse(readFileSync(file, 'utf8'));
    verdicts[0].ranking[1].ratio *= 1.001;
    writeFileSync(file, JSON.stringify(verdicts));
    expect(recompute()).toMatchObject({ status: 1, stdout: expect.stringContaining('1 differences') });
  });

  it('asks for a format, and for a store that is there', async () => {
    expect(await command('export')).toMatchObject({ code: 2, stderr: expect.stringContaining('--format') });
    const { code, stderr } = await command('export', '--format', 'csv', '--store', 'none.duckdb');
    expect(code).toBe(2);
    expect(stderr).toContain('there is no store none.duckdb');
  });
});

describe('report', () => {
  it('is one file without a reference to any other', async () => {
    const { code, stdout } = await command('report', '--out', 'mine.html', ...plugin);
    expect(code).toBe(0);
    expect(stdout).toBe('mine.html\n');
    const page = readFileSync(path.join(folder, 'mine.html'), 'utf8');
    expect(/(src|href)="(https?:)?\/\//.test(page)).toBe(false);
    for (const text of ['12 times fewer', 'it is made for at most 100 unknowns', 'Which solver to take']) {
      expect(page.includes(text)).toBe(true);
    }
  });

  it.runIf(browserPath)('opens in Chromium without a complaint, draws, and fits a phone', async () => {
    await command('report', '--out', 'shown.html', ...plugin);
    const browser = await chromium.launch({ executablePath: browserPath, args: ['--no-sandbox'] });
    try {
      for (const [width, colorScheme] of [
        [1280, 'light'],
        [390, 'dark'],
      ] as const) {
        const page = await browser.newPage({ viewport: { width, height: 900 }, colorScheme });
        const complaints: string[] = [];
        const requests: string[] = [];
        page.on('console', (message) => complaints.push(message.text()));
        page.on('pageerror', (error) => complaints.push(error.message));
        page.on('request', (request) => requests.push(request.url()));
        await page.goto(`file://${path.join(folder, 'shown.html')}`);
        // Charts are drawn when they come into sight.
        await page.locator('.chart').first().scrollIntoViewIfNeeded();
        await page.waitForSelector('.chart svg g[data-mark="line"] path');
        expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(width);
        expect(await page.locator('table caption').count()).toBeGreaterThan(3);
        // A curve is hidden by a click and alone after a double click; tables sort, the filter hides, the address knows.
        const lines = page.locator('.chart').first().locator('svg g[data-mark="line"] path');
        const all = await lines.count();
        const legend = page.locator('.legend').first().locator('button');
        await legend.first().click();
        await expect.poll(() => lines.count()).toBeLessThan(all);
        expect(page.url()).toContain('hide=demo%2F');
        await legend.first().dblclick();
        await page.selectOption('#scale', 'linear');
        expect(page.url()).toContain('scale=linear');
        await page.click('button[type=reset]');
        await expect.poll(() => lines.count()).toBe(all);
        await page.fill('#filter', 'nobody-has-this');
        expect(await page.locator('section.problem:visible').count()).toBe(0);
        await page.fill('#filter', 'demo');
        expect(await page.locator('section.problem:visible').count()).toBe(1);
        const download = page.waitForEvent('download');
        await page.locator('[data-export=png]').first().click();
        const picture = readFileSync(await (await download).path());
        expect(picture.subarray(1, 4).toString()).toBe('PNG');
        expect(picture.readUInt32BE(16)).toBeGreaterThan(500);
        const verdict = page.locator('#verdicts table');
        await verdict.locator('th button').first().click();
        expect(await verdict.locator('th').first().getAttribute('aria-sort')).toBe('ascending');
        await page.click('button[type=reset]');
        expect(complaints).toEqual([]);
        await page.evaluate(axe.source);
        const { violations } = (await page.evaluate('axe.run(document)')) as {
          violations: { id: string; impact: string; nodes: { html: string }[] }[];
        };
        expect(
          violations
            .filter(({ impact }) => impact === 'serious' || impact === 'critical')
            .map(({ id, nodes }) => `${id}: ${nodes[0].html}`),
        ).toEqual([]);
        expect(requests).toEqual([`file://${path.join(folder, 'shown.html')}`]);
      }
    } finally {
      await browser.close();
    }
  });

  it.skipIf(browserPath)('was not opened: no Chromium was found in /usr/bin', () => {
    expect(browserPath).toBeUndefined();
  });
});

describe('wrong options', () => {
  it.each([
    [['run', '--problem', 'ot/transprot'], /--problem: .*did you mean 'ot\/transport'\?\nThere are: .*linalg\/linear-system/],
    [['run', '--solvers', 'ot/sinkhron'], /--solvers: .*did you mean 'ot\/sinkhorn'\?\nThere are: .*ot\/greenkhorn/],
    [['run', '--solvers', 'sinkhorn'], /There are: .*ot\/…/],
    [['run', '--suite', 'large'], /Allowed choices are smoke, quick, full/],
    [['run', '--family', 'nobody'], /the families are .*assignment \(ot\/transport\)/],
    [['run', '--solvers', 'ot/sinkhorn', '--options', '{"ot/sinkhorn": {"tolerence": 1}}'], /There are: .*tolerance/],
    [['run', '--solver', 'ot/sinkhorn'], /Did you mean --solvers\?[\s\S]*The options of run: .*--budget <seconds>/],
    [['solve', 'ot/sinkhron', '--instance', 'x.json'], /There are: .*ot\/sinkhorn/],
    [['completion', 'tcsh'], /Allowed choices are bash, zsh, fish/],
  ])('are answered with what is valid: %j', async (args, message) => {
    const { code, stderr } = await command(...args);
    expect(stderr).toMatch(message);
    expect(code).toBe(2);
  });
});

describe('output that nobody reads to its end', () => {
  it('is no error: list | head', () => {
    const program = fileURLToPath(new URL('../bin/infimum-bench.js', import.meta.url));
    const pipe = 'set -o pipefail; "$0" "$1" list --json | head -c 10; echo " $?"';
    const { stdout, stderr } = spawnSync('bash', ['-c', pipe, process.execPath, program], { encoding: 'utf8' });
    expect({ stdout, stderr }).toEqual({ stdout: '{\n  "probl 0\n', stderr: '' });
  });
});

describe('completion', () => {
  let script = '';
  beforeAll(async () => {
    script = (await command('completion', 'bash', ...plugin)).stdout;
  });
  const complete = (...words: readonly string[]) => {
    const list = words.map((word) => `'${word}'`).join(' ');
    const program = `${script}\nCOMP_WORDS=(infimum-bench ${list}); COMP_CWORD=${words.length}\n_infimum_bench\nprintf '%s\\n' "\${COMPREPLY[@]}"`;
    return execFileSync('bash', ['-c', program], { encoding: 'utf8' }).trim().split('\n');
  };

  it('knows commands, options, their values and ids in bash', () => {
    expect(complete('re')).toEqual(['report']);
    expect(complete('run', '--su')).toEqual(['--suite']);
    expect(complete('run', '--suite', '')).toEqual(['smoke', 'quick', 'full']);
    expect(complete('run', '--problem', 'ot/tr')).toEqual(['ot/transport']);
    expect(complete('run', '--solvers', 'ot/sinkhorn,demo/div')).toEqual(['ot/sinkhorn,demo/division']);
    expect(complete('solve', 'ot/greenk')).toEqual(['ot/greenkhorn']);
    expect(complete('completion', 'f')).toEqual(['fish']);
  }, 60_000);

  it.each(['zsh', 'fish'])('has every command and option for %s', async (shell) => {
    const { code, stdout } = await command('completion', shell);
    expect(code).toBe(0);
    const flag = shell === 'zsh' ? '--suite' : '-l suite';
    for (const text of ['completion', flag, 'smoke', 'ot/sinkhorn', 'linalg/linear-system']) expect(stdout).toContain(text);
  });

  it.each(['zsh', 'fish'].filter((shell) => existsSync(`/usr/bin/${shell}`)))('parses in %s', async (shell) => {
    const { stdout } = await command('completion', shell);
    execFileSync(shell, ['-n'], { input: stdout });
  });
});

describe('--version', () => {
  it('prints that of the package', async () => {
    const { version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'));
    expect(await command('--version')).toMatchObject({ code: 0, stdout: `${version}\n` });
  });
});

describe('help', () => {
  it('is there for every command, and wrong commands exit with 2', async () => {
    expect(await command('--help')).toMatchObject({ code: 0, stdout: expect.stringContaining('Examples:') });
    for (const name of ['list', 'run', 'solve', 'claims', 'report', 'compare', 'export', 'completion']) {
      expect(await command(name, '--help')).toMatchObject({ code: 0, stdout: expect.stringContaining('Usage:') });
    }
    expect(await command('rnu')).toMatchObject({ code: 2, stderr: expect.stringContaining('Did you mean run') });
    expect(await command('solve')).toMatchObject({ code: 2, stderr: expect.stringContaining('--instance <file>') });
  });
});
