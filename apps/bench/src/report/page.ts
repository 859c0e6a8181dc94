// The report's page. Tables are markup, readable without scripts; only the charts are drawn in the browser.
import { formatMemory, formatNumber, formatRatio, formatSeconds, formatSpread, formatTarget } from '../format.ts';
import { canonicalJson } from '../json.ts';
import type { Profiles } from '../profiles.ts';
import { profilesOf } from '../profiles.ts';
import type { MetricInfo, Race, Racer } from '../race.ts';
import { bestTimes, describeParams, variantsOf } from '../race.ts';
import type { StoredClaim, StoredRun } from '../store.ts';
import { didNotRun, UNCONFIRMED } from '../table.ts';
import { verdictsOf } from '../verdict.ts';
import { judgedOf, verdictTexts } from '../verdicts.ts';
import type { Scaling } from './charts.ts';
import { convergenceCharts, profileChart, scalingChart, scalingsOf } from './charts.ts';
import type { Chart, TitledChart } from './data.ts';
import { COLOURS, SHAPES, symbolOf } from './data.ts';
import type { Html } from './html.ts';
import { html, jsonText, scriptText } from './html.ts';
import { LEAST_SEEDS, quartilesOf } from './quartiles.ts';
import { style } from './style.ts';

/** The documentation of the library's own problems. */
const DOCS = 'https://infimum.github.io/infimum';

/** What the report is about. */
export interface ReportContents {
  readonly run: StoredRun;
  readonly races: readonly Race[];
  readonly claims: readonly StoredClaim[];
  /** The library's own problems. */
  readonly documented: ReadonlySet<string>;
}

/** The whole page, with the browser's part of it inside. */
export function renderPage({ run, races, claims, documented }: ReportContents, client: string): string {
  const charts: TitledChart[] = [];
  const problems = problemsOf(races);
  const sections = problems.map((members, index) => problemSection(members, `problem-${index}`, charts, documented));
  const racers = races.flatMap((race) => race.racers);
  const failed = racers.filter(({ status }) => status === 'failed').length;
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Infimum benchmark, run ${run.id}</title>
<link rel="icon" href="data:,">
<style>${scriptText(style)}</style>
</head>
<body>
<header>
<h1>Infimum benchmark</h1>
<p class="muted">Run ${run.id}, <time datetime="${run.began}">${run.began.replace('T', ' ').replace('Z', ' UTC')}</time>:
${plural(races.length, 'instance')}, ${plural(racers.length, 'cell')}, ${failed === 0 ? 'none failed' : html`<span class="failed">${failed} failed</span>`}.</p>
<nav aria-label="Problems"><ul>
<li><a href="#packages">Packages</a></li>
<li><a href="#verdicts">Which solver to take</a></li>
${problems.map(([{ problem }], index) => html`<li><a href="#problem-${index}">${problem}</a></li>`)}
</ul></nav>
<form class="tools" role="search">
<label>Filter problems and solvers <input type="search" id="filter"></label>
<label>Vertical scale <select id="scale"><option value="">as fits</option><option value="linear">linear</option></select></label>
<button type="reset">Show all</button>
</form>
</header>
<main>
${packages(problems)}
${verdicts(problems)}
${overview(races)}
${failures(races)}
${sections}
${claims.length > 0 && claimsSection(claims)}
${environment(run, racers)}
</main>
<script type="application/json" id="charts">${jsonText(charts.map(({ chart }) => chart))}</script>
<script>${scriptText(client)}</script>
</body>
</html>
`.text;
}

/** Every chart of the page, for pictures. */
export function chartsOf(races: readonly Race[]): TitledChart[] {
  const charts: TitledChart[] = [];
  problemsOf(races).forEach((members, index) => {
    problemSection(members, `problem-${index}`, charts, new Set());
  });
  return charts;
}

function problemsOf(races: readonly Race[]): readonly (readonly Race[])[] {
  return [...Map.groupBy(races, ({ problem }) => problem).values()];
}

/** Package by package: who took part, how it went, and who came first most often. */
function packages(problems: readonly (readonly Race[])[]): Html {
  const groups = Map.groupBy(problems, ([{ problem }]) => problem.split('/')[0]);
  const rows = [...groups].map(([name, members]) => {
    const racers = members.flatMap((races) => races.flatMap((race) => race.racers));
    const count = (...statuses: readonly string[]) => racers.filter(({ status }) => statuses.includes(status)).length;
    const named = (isPeer: boolean) =>
      new Set(racers.filter(({ role }) => (role === 'peer') === isPeer).map(({ solver }) => solver)).size;
    const firsts = members.flatMap((races) =>
      verdictsOf(judgedOf(races), races[0].primary.targets.length)
        .filter(({ isClear }) => isClear)
        .map(({ ranking }) => ranking[0].solver),
    );
    const tally = [...Map.groupBy(firsts, (solver) => solver)].map(([solver, all]) => [solver, all.length] as const);
    const best = tally
      .toSorted(([, a], [, b]) => b - a)
      .slice(0, 3)
      .map(([solver, times]) => `${solver} (${times})`);
    return html`<tr><th scope="row">${name}</th><td>${members.length}</td>
<td>${members.reduce((sum, races) => sum + races.length, 0)}</td><td>${named(false)}</td><td>${named(true)}</td>
<td>${racers.length}</td><td>${count('converged')}</td><td>${count('stalled', 'iteration-limit', 'aborted')}</td>
<td>${count('time-limit')}</td><td>${count('skipped')}</td><td>${count('failed')}</td>
<td>${count('declined', 'absent')}</td><td class="text long">${best.join(', ') || '–'}</td></tr>`;
  });
  const head = [
    ...['package', 'problems', 'instances', 'solvers', 'peers', 'cells', 'converged', 'stopped', 'out of time'],
    ...['skipped', 'failed', 'took no part', 'clearly first most often'],
  ];
  return html`<section id="packages">
<h2>Packages</h2>
<p class="muted">How the cells ended: converged by the solver's own rule, stopped by its iteration limit or its precision, reached
the cell's time limit, skipped because the solver ran out of time on a smaller instance of the same family, failed, or
did not take part because it declined or is not installed here. The last column counts the verdicts below that a solver leads with no other level.</p>
${table('The packages of this run', head, rows, [head.length - 1])}
</section>`;
}

/** Which solver to take, problem by problem. */
function verdicts(problems: readonly (readonly Race[])[]): Html {
  const rows = problems.flatMap((races) => {
    const found = verdictTexts(races);
    if (found.length === 0) {
      return [
        html`<tr><th scope="row">${races[0].problemTitle}</th><td class="text" colspan="5">no solver has a result</td></tr>`,
      ];
    }
    return found.map(
      ({ title, accuracy, take, caveat, reached, next, peer }) => html`<tr><th scope="row">${title}</th>
<td class="text long">${accuracy}</td>
<td class="text long"><span class="${caveat === '' ? 'best' : ''}">${take}</span>${caveat && html`<br><span class="muted">${caveat}</span>`}</td>
<td class="text">${reached}</td><td class="text long">${next}</td><td class="text long">${peer}</td></tr>`,
    );
  });
  return html`<section id="verdicts">
<h2>Which solver to take</h2>
<p class="muted">For the loosest and the tightest target that any solver reached. Solvers are ranked by the geometric mean of their
times over all instances; a miss counts as twice the budget. Ratios are to the times of the first, over the instances that both
solved, with a 95 % bootstrap interval. Solvers are level with the first if all instances together do not separate them; a
first place is bold only if no solver is level with it. Where no solver reached a target, the metric at the end of the run
decides, as the mean percentage of the distance from the best to the worst. Cells that did not run are listed below.</p>
${table('The verdicts of this run', ['problem', 'accuracy', 'take', 'solved', 'next, times slower', 'other packages'], rows, [1, 2, 3, 4, 5])}
</section>`;
}

/** The first among the solvers of one variant. */
function overviewRow(group: readonly Race[], index: number, variant: string): Html {
  const [race] = group;
  const ranking = rankingOf({ ...race, racers: race.racers.filter((racer) => racer.variant === variant) });
  const [first, second] = ranking?.entries ?? [];
  const seed = group.length > 1 && html`<br><span class="muted">seed ${race.seed}</span>`;
  return html`<tr>
<th scope="row"><a href="#instance-${index}">${instanceTitle(race)}</a>${variant && `, ${variant}`}${seed}</th>
<td class="text">${first ? first.racer.label : '–'}</td>
<td>${formatSeconds(first?.seconds)}</td>
<td class="text">${ranking ? `${ranking.goal}` : 'no target was reached'}</td>
<td class="text">${second ? html`${second.racer.label} <span class="ratio">${formatRatio(second.seconds / first.seconds)}</span>` : '–'}</td>
</tr>`;
}

/** Who was first, instance by instance. */
function overview(races: readonly Race[]): Html {
  const rows = instancesOf(races).flatMap((group, index) => {
    const variants = variantsOf(group[0]);
    return (variants.length > 0 ? variants : ['']).map((variant) => overviewRow(group, index, variant));
  });
  return html`<section>
<h2>Overview</h2>
<p class="muted">Where solvers of one problem answer different questions, such as exact and regularised, only those
with the same question are compared; the metrics in the tables below tell how the answers differ.</p>
${table('The fastest solver to the hardest target that any solver reached', ['instance', 'fastest', 'seconds', 'to', 'next'], rows, [1, 3, 4])}
</section>`;
}

function rankingOf({ racers, primary }: Race) {
  for (let index = primary.targets.length - 1; index >= 0; index--) {
    const entries = racers
      .flatMap((racer) => {
        const seconds = racer.timeTo[index];
        return seconds === null ? [] : [{ racer, seconds }];
      })
      .sort((a, b) => a.seconds - b.seconds);
    if (entries.length > 0)
      return { entries, goal: `${primary.title} ${signOf(primary)} ${formatTarget(primary.targets[index])}` };
  }
  return undefined;
}

function failures(races: readonly Race[]): Html | undefined {
  const entries = races.flatMap((race) => race.racers.filter(didNotRun).map((racer) => ({ race, racer })));
  const alike = Map.groupBy(entries, ({ race, racer: { label, status, reason } }) =>
    canonicalJson([race.problem, label, status, reason]),
  );
  const rows = [...alike.values()].map((group) => {
    const [{ race, racer }] = group;
    const where = group.length > 1 ? `${group.length} instances` : `${instanceTitle(race)}, seed ${race.seed}`;
    return html`<tr><th scope="row">${racer.label}</th><td class="text long">${race.problem}: ${where}</td>
<td class="text">${status(racer)}</td><td class="text long">${racer.reason}</td></tr>`;
  });
  if (rows.length === 0) return undefined;
  return html`<section>
<h2>Did not run</h2>
${table('Cells that failed or were skipped, solvers that declined, peers that are absent', ['solver', 'instance', 'status', 'reason'], rows, [1, 2, 3])}
</section>`;
}

function problemSection(races: readonly Race[], id: string, charts: TitledChart[], documented: ReadonlySet<string>): Html {
  const [{ problem, problemTitle, metrics }] = races;
  const about = (chart: Chart, name: string, title: string): TitledChart => ({
    chart,
    name: `${problem.replaceAll(/[^a-z0-9]+/gi, '-')}-${name}`,
    title: `${problemTitle}, ${title}`,
  });
  const labels = [...new Set(races.flatMap(({ racers }) => racers.map(({ label }) => label)))];
  const indexOf = (solver: string) => labels.indexOf(solver);
  const instances = instancesOf(races).map((group, index) => {
    const place = `instance-${charts.filter(({ chart }) => chart.id.endsWith('-seconds')).length}`;
    const pair = convergenceCharts(group, place, ({ label }) => indexOf(label));
    const name = `instance-${index + 1}`;
    charts.push(...pair.map((chart) => about(chart, `${name}-${chart.xLabel}`, instanceTitle(group[0]))));
    return instanceSection(group, place, pair, indexOf, index === 0 && id === 'problem-0');
  });
  const scalings = scalingsOf(races).map((scaling, index) => {
    const chart = scalingChart(scaling, `${id}-scaling-${index}`, indexOf);
    if (chart.series.length === 0) return undefined;
    charts.push(about(chart, `growth-${index}`, `${scaling.family}: seconds ${scaling.measure}`));
    return scalingSection(scaling, chart);
  });
  const profiles = profilesOf(races).map((found, index) => {
    const pair = profileCharts(found, `${id}-profile-${index}`, indexOf);
    const kind = found.variant && `, ${found.variant}`;
    charts.push(
      about(pair[0], `performance-profile-${index}`, `performance profile${kind}`),
      about(pair[1], `data-profile-${index}`, `data profile${kind}`),
    );
    return profileSection(found, races[0].primary, pair, indexOf);
  });
  return html`<section id="${id}" class="problem">
<h2>${problemTitle} <code>${problem}</code></h2>
${documented.has(problem) && html`<p><a href="${DOCS}/problems/${problem}">About the problem and its solvers</a></p>`}
${metricList(metrics)}
${instances}
${profiles}
${scalings.filter((section) => section !== undefined)}
</section>`;
}

function profileCharts({ performance, data }: Profiles, id: string, indexOf: (solver: string) => number): [Chart, Chart] {
  return [
    profileChart(performance, `${id}-performance`, 'times the least seconds', indexOf),
    profileChart(data, `${id}-data`, 'seconds', indexOf),
  ];
}

/** How often each solver is within a factor of the fastest, and how much it has solved after so many seconds. */
function profileSection(
  { variant, instances, target, performance }: Profiles,
  primary: MetricInfo,
  pair: readonly [Chart, Chart],
  indexOf: (solver: string) => number,
): Html {
  const goal = `${primary.title.toLowerCase()} ${signOf(primary)} ${formatTarget(target)}`;
  const shareAt = (steps: readonly { readonly x: number; readonly share: number }[], x: number) =>
    `${Math.round(100 * (steps.findLast((step) => step.x <= x)?.share ?? 0))} %`;
  const factors = [1, 2, 5, 10];
  const rows = performance.map(
    ({ solver, steps }) => html`<tr><th scope="row">${solver}</th>
${factors.map((x) => html`<td>${shareAt(steps, x)}</td>`)}<td>${shareAt(steps, Infinity)}</td></tr>`,
  );
  const head = ['solver', 'fastest', ...factors.slice(1).map((x) => `within ${x} times`), 'solved'];
  return html`<details>
<summary><h3>Profiles over ${plural(instances, 'instance')}${variant && `, ${variant}`}</h3></summary>
${legend(pair[0].series.length >= pair[1].series.length ? pair[0] : pair[1], indexOf)}
<div class="charts">${figure(pair[0], `Share of the instances with ${goal} within a factor of the least time`)}${figure(pair[1], 'Share of all targets of all instances reached within a time')}</div>
${table(`Performance profile: ${goal}`, head, rows, [])}
</details>`;
}

function metricList(metrics: readonly MetricInfo[]): Html {
  return html`<p class="muted">Metrics, computed from instance and solution alone: ${metrics.map(({ title, direction }) => `${title.toLowerCase()} (${direction})`).join(', ')}.</p>`;
}

function instanceSection(
  races: readonly Race[],
  id: string,
  pair: readonly Chart[],
  indexOf: (solver: string) => number,
  isOpen: boolean,
): Html {
  const [race] = races;
  return html`<details id="${id}"${isOpen && html` open`}>
<summary><h3>${instanceTitle(race)}</h3></summary>
${legend(pair[0], indexOf)}
<div class="charts">${pair.map((chart) => figure(chart, `${race.primary.title} against ${chart.xLabel}`))}</div>
${races.length < LEAST_SEEDS ? races.map(raceTable) : seedTables(races)}
</details>`;
}

function figure({ id, series }: Chart, caption: string): Html {
  if (series.length === 0) return html`<figure><figcaption>${caption}: nothing was measured</figcaption></figure>`;
  const solvers = [...new Set(series.map(({ solver }) => solver))].join(', ');
  return html`<figure><figcaption>${caption}</figcaption>
<div class="chart" id="${id}" role="img" aria-label="Chart: ${caption}, of ${solvers}; the numbers are in the table"></div>
<p class="export"><button type="button" data-export="csv" data-chart="${id}">Data (CSV)</button><button type="button" data-export="svg" data-chart="${id}">Picture (SVG)</button><button type="button" data-export="png" data-chart="${id}">Picture (PNG)</button></p></figure>`;
}

function legend({ series }: Chart, indexOf: (solver: string) => number): Html {
  const peers = new Map(series.map(({ solver, peer }) => [solver, peer]));
  const entries = [...peers].map(([solver, peer]) => {
    const color = `var(--series-${indexOf(solver) % COLOURS})`;
    return html`<li><button type="button" aria-pressed="true" data-solver="${solver}" title="Click: hide or show; double click: this one alone"><svg viewBox="0 0 28 12" aria-hidden="true"><line x1="0" x2="28" y1="6" y2="6" stroke="${color}" stroke-width="2"${peer ? html` stroke-dasharray="6 4"` : ''}/><path transform="translate(14 6)" d="${SHAPES[symbolOf(indexOf(solver))]}" fill="${color}"/></svg>${solver}</button></li>`;
  });
  return html`<ul class="legend">${entries}</ul>`;
}

/** The quartiles over the seeds, and every seed below. */
function seedTables(races: readonly Race[]): Html {
  const [{ primary }] = races;
  const racers = Map.groupBy(
    races.flatMap((race) => race.racers),
    ({ label }) => label,
  );
  const range = (values: readonly (number | null)[], format: (value: number) => string) => {
    const { low, middle, high } = quartilesOf(values);
    if (middle === Infinity) return html`<td>–</td>`;
    return html`<td>${format(middle)} <span class="ratio">${format(low)} to ${high === Infinity ? '–' : format(high)}</span></td>`;
  };
  const rows = [...racers].map(
    ([label, seeds]) => html`<tr><th scope="row">${label}</th><td>${seeds.length}</td>
${primary.targets.map((_, index) =>
  range(
    seeds.map(({ timeTo }) => timeTo[index] ?? null),
    formatSeconds,
  ),
)}
${range(
  seeds.map(({ seconds }) => seconds),
  formatSeconds,
)}
${range(
  seeds.map(({ metrics }) => (typeof metrics[primary.name] === 'number' ? Number(metrics[primary.name]) : null)),
  formatNumber,
)}</tr>`,
  );
  const targets = primary.targets.map((target) => `${signOf(primary)} ${formatTarget(target)}`);
  const head = ['solver', 'seeds', ...targets, 'seconds', primary.title.toLowerCase()];
  return html`${table(
    `Over ${plural(races.length, 'seed')}: the median, and the quartiles; a seed that did not reach the target counts as later than all others`,
    head,
    rows,
    [],
  )}
<details><summary>Every seed</summary>
${races.map(raceTable)}
</details>`;
}

/** What everybody reached and when. */
function raceTable(race: Race): Html {
  const { racers, metrics, primary, seed } = race;
  const variants = variantsOf(race);
  const head = [
    'solver',
    ...(variants.length > 0 ? ['solves'] : []),
    'status',
    ...primary.targets.map((target) => `${signOf(primary)} ${formatTarget(target)}`),
    'seconds',
    'iterations',
    ...metrics.map(({ title, unit }) => (unit ? `${title.toLowerCase()} [${unit}]` : title.toLowerCase())),
    'memory',
  ];
  const rows = racers.map(
    (
      racer,
    ) => html`<tr><th scope="row">${racer.label}</th>${variants.length > 0 ? html`<td class="text">${racer.variant || '–'}</td>` : ''}<td class="text">${status(racer)}</td>
${racer.timeTo.map((seconds, index) => timeCell(seconds, bestTimes(race, racer.variant)[index]))}
<td>${formatSpread(racer)}</td><td>${formatNumber(racer.iterations)}</td>
${metrics.map(({ name }) => html`<td>${formatNumber(racer.metrics[name])}</td>`)}
<td>${formatMemory(racer.peakMemory)}</td></tr>`,
  );
  const about =
    primary.targets.length > 0
      ? `, time to each ${primary.title.toLowerCase()} with the ratio to the best${variants.length > 0 ? ' of the same variant' : ''}`
      : '';
  return table(`Seed ${seed}: where the solvers ended${about}`, head, rows, variants.length > 0 ? [1, 2] : [1]);
}

function timeCell(seconds: number | null, best: number | null): Html {
  if (seconds === null || best === null) return html`<td>–</td>`;
  if (seconds === best) return html`<td class="best">${formatSeconds(seconds)} best</td>`;
  return html`<td>${formatSeconds(seconds)} <span class="ratio">${formatRatio(seconds / best)}</span></td>`;
}

function scalingSection({ family, parameter, fixed, measure, sizes, rows }: Scaling, chart: Chart): Html {
  const lines = rows
    .filter(({ seconds }) => seconds.some((time) => time !== null))
    .map(
      ({ solver, seconds, exponent }) => html`<tr><th scope="row">${solver}</th>
${seconds.map((time) => html`<td>${formatSeconds(time)}</td>`)}
<td>${growth(parameter, exponent)}</td></tr>`,
    );
  const head = ['solver', ...sizes.map((size) => `${parameter} = ${size}`), 'growth'];
  return html`<details>
<summary><h3>Growth with ${parameter}: ${family}${fixed && `, ${fixed}`}</h3></summary>
<div class="single">${figure(chart, `Seconds ${measure} against ${parameter}`)}</div>
${table(`Seconds ${measure}, for the solvers that reached the target; growth is fitted if there are three sizes or more, with its 95 % interval`, head, lines, [])}
</details>`;
}

/** `n^1.02 (0.97 to 1.07)`. */
function growth(parameter: string, exponent: Scaling['rows'][number]['exponent']): string {
  if (exponent === null) return '–';
  const { value, interval } = exponent;
  const range = interval ? ` (${interval[0].toFixed(2)} to ${interval[1].toFixed(2)})` : '';
  return `${parameter}^${value.toFixed(2)}${range}`;
}

function claimsSection(claims: readonly StoredClaim[]): Html {
  const rows = claims.map(
    ({ id, statement, paper, published, measured, verdict, began }) => html`<tr><th scope="row">${id}</th>
<td class="text long">${statement}<br><span class="muted">${paper}</span></td><td class="text long">${published}</td>
<td class="text long">${measured}<br><span class="muted">${began.slice(0, 10)}</span></td><td class="text">${verdict}</td></tr>`,
  );
  return html`<section>
<h2>Claims of the papers</h2>
${table('Experiments repeated with infimum-bench claims', ['claim', 'statement', 'published', 'measured', 'verdict'], rows, [1, 2, 3, 4])}
</section>`;
}

function environment(run: StoredRun, racers: readonly Racer[]): Html {
  const machines = [...new Set(racers.map(({ machine }) => machine))].filter(Boolean);
  const budgets = [...new Set(racers.map(({ budget }) => budget))].map(formatSeconds);
  const entries: readonly (readonly [string, string])[] = [
    ['Processor', `${run.cpu}, ${plural(run.cores, 'core')}`],
    ['Memory', `${(run.memory / 1e9).toFixed(1)} GB`],
    ['System', run.system],
    ['Node', run.node],
    ...(machines.length > 0 ? ([['Cells ran on', machines.join('; ')]] as const) : []),
    ['Time limit of a cell', budgets.join(', ')],
    ['Peers', run.peers || 'none took part'],
    ['Code', run.codeVersion],
    ['Command', `infimum-bench ${run.command}`],
  ];
  return html`<section>
<h2>Environment</h2>
<dl>${entries.map(([name, value]) => html`<dt>${name}</dt><dd>${value}</dd>`)}</dl>
<p class="muted">The cells of a solver share a process while they succeed. The clock runs only while the solver works; a short run on
another instance warms it up, on a smaller one where building takes longer than the limit. A curve has about sixty samples, so the time to a target is exact to about a fifth, always upwards. Points of
peers (broken lines) are whole runs with different tolerances. From three seeds on a curve is their median, in a band from
the lower to the upper quartile. Bands of profiles are 95 % bootstrap intervals over the instances. A hollow end marks a curve that a limit cut off.</p>
</section>`;
}

/** A table that scrolls by itself when it is too wide. `text` are the columns that are flush left. */
function table(caption: string, head: readonly string[], rows: readonly Html[], text: readonly number[]): Html {
  const cells = head.map(
    (title, column) =>
      html`<th scope="col"${text.includes(column) && html` style="text-align: left"`}><button type="button">${title}</button></th>`,
  );
  return html`<div class="scroll" role="region" tabindex="0" aria-label="${caption}"><table>
<caption><span>${caption}</span></caption>
<thead><tr>${cells}</tr></thead>
<tbody>${rows}</tbody>
</table></div>`;
}

function status(racer: Racer): Html {
  if (racer.unconfirmed) {
    return html`<span class="failed" title="The problem's own metric says that it did not converge.">${UNCONFIRMED}</span>`;
  }
  return racer.status === 'failed' ? html`<span class="failed">failed</span>` : html`${racer.status}`;
}

/** Races that differ in their seed only. */
function instancesOf(races: readonly Race[]): readonly Race[][] {
  return [...Map.groupBy(races, ({ problem, family, params }) => canonicalJson([problem, family, params])).values()];
}

function instanceTitle({ family, params }: Race): string {
  const described = describeParams(params);
  return described ? `${family}: ${described}` : family;
}

function signOf({ direction }: MetricInfo): string {
  return direction === 'minimize' ? '≤' : '≥';
}

function plural(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}
