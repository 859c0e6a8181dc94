// One concept has one name in all packages: finds deviations from `vocabulary.json` and from its rules. As a script it prints all
// faults, or those of some packages: `node tooling/checks/vocabulary.ts [bilevel ot …]`.
import { join } from 'node:path';
import type { PublicApi, PublicFunction } from './public-api.ts';
import { librarySources, readApis } from './public-api.ts';
import { readJson, root } from './workspace.ts';

/** The new name of a name: in a whole package, or in the listed functions. */
type Successor = string | { readonly successor: string; readonly of: readonly string[] };

/** Former names of every package, with their successors. */
type Retired = Readonly<Record<string, Readonly<Record<string, Successor>>>>;

/** The file `vocabulary.json`. */
export interface Vocabulary {
  /** Options that several packages may have, with their types, one of them or several: `integer|number`. */
  readonly shared: Readonly<Record<string, { readonly type: string; readonly means: string }>>;
  readonly retired: {
    /** Forbidden options. */
    readonly everywhere: Readonly<Record<string, string>>;
    readonly options: Retired;
    readonly results: Retired;
    readonly parameters: Retired;
    /** Functions, classes and types. */
    readonly names: Retired;
  };
}

/** Largest number of names that a root exports. */
const MOST_NAMES = 100;

/** Why a run ended, a linear program or a stream included. */
export const STATUSES: readonly string[] = [
  'converged',
  'stalled',
  'iteration-limit',
  'time-limit',
  'aborted',
  'infeasible',
  'unbounded',
  'running',
];

/** Every fault, one line each, in order; lines begin with the package. */
export function vocabularyFaults(packages: readonly PublicApi[], vocabulary: Vocabulary): string[] {
  const users = new Map<string, Set<string>>();
  for (const { name, records } of packages) {
    for (const option of records.flatMap(({ options }) => [...options.keys()])) {
      users.set(option, (users.get(option) ?? new Set()).add(name));
    }
  }
  const faults = packages.flatMap((one) =>
    [
      ...retiredNames(one, vocabulary),
      ...recordFaults(one, users, vocabulary),
      ...resultFaults(one),
      ...spellingFaults(one),
      ...typesWithoutFunction(one),
      ...rootFaults(one),
      ...optionsInFront(one),
    ].map((fault) => `${one.name}: ${fault}`),
  );
  return [...new Set(faults)].sort();
}

function retiredNames(one: PublicApi, { retired }: Vocabulary): string[] {
  const { everywhere } = retired;
  const own = (kind: Retired) => kind[one.name] ?? {};
  const options = { ...everywhere, ...own(retired.options) };
  return [
    ...one.functions.flatMap((f) => [
      ...f.options.flatMap((name) => called(name, options, f, 'option')),
      ...[...f.results.keys()].flatMap((name) => called(name, own(retired.results), f, 'result')),
      ...f.parameters.flatMap((name) => called(name, own(retired.parameters), f, 'parameter')),
    ]),
    ...one.records.flatMap((record) =>
      [...record.options.keys()].flatMap((name) =>
        typeof options[name] === 'string' ? [`option '${name}' is called ${options[name]} (${record.name})`] : [],
      ),
    ),
    ...one.names.flatMap((name) =>
      Object.hasOwn(own(retired.names), name) ? [`'${name}' is called ${own(retired.names)[name]}`] : [],
    ),
  ];
}

function called(name: string, retired: Readonly<Record<string, Successor>>, f: PublicFunction, what: string): string[] {
  const successor = Object.hasOwn(retired, name) ? retired[name] : undefined;
  if (successor === undefined) return [];
  if (typeof successor === 'string') return [`${what} '${name}' is called ${successor} (${f.name})`];
  return successor.of.includes(f.name.replace(/Steps$/, '')) || successor.of.includes(f.name)
    ? [`${what} '${name}' is called ${successor.successor} (${f.name})`]
    : [];
}

function recordFaults(
  one: PublicApi,
  users: ReadonlyMap<string, ReadonlySet<string>>,
  { shared, retired }: Vocabulary,
): string[] {
  const faults: string[] = [];
  const former = { ...retired.everywhere, ...retired.options[one.name] };
  for (const record of one.records) {
    for (const [name, { fields }] of record.options) {
      if (typeof former[name] === 'string') continue;
      const others = [...(users.get(name) ?? [])].filter((other) => other !== one.name);
      if (!Object.hasOwn(shared, name)) {
        if (others.length > 0) faults.push(`option '${name}' is not shared, but ${others.join(', ')} has it too`);
      } else if (!shared[name].type.split('|').includes(String(fields['type']))) {
        faults.push(`option '${name}' is ${fields['type']}, not ${shared[name].type} (${record.name})`);
      }
    }
  }
  return faults;
}

function resultFaults({ functions }: PublicApi): string[] {
  return functions.flatMap(({ name, results }) => {
    const stranger = results.get('status')?.find((word) => !STATUSES.includes(word));
    return [
      ...(stranger === undefined ? [] : [`status '${stranger}' does not exist (${name})`]),
      ...(results.has('converged') ? [`result 'converged' is the status (${name})`] : []),
      ...(results.get('evaluations')?.includes('number') ? [`result 'evaluations' is no record (${name})`] : []),
    ];
  });
}

/** British spelling, and options that are named against the rules. */
function spellingFaults(one: PublicApi): string[] {
  const options = [...one.records.flatMap((record) => [...record.options.keys()]), ...one.functions.flatMap((f) => f.options)];
  const words: readonly (readonly [string, readonly string[]])[] = [
    ['option', options],
    ['choice', one.records.flatMap((record) => [...record.options.values()].flatMap(({ choices }) => choices))],
    ['parameter', one.functions.flatMap((f) => f.parameters)],
    ['result', one.functions.flatMap((f) => [...f.results.keys()])],
    ['name', one.names],
    ['file', one.files],
  ];
  return [
    ...words.flatMap(([what, names]) => names.filter(isBritish).map((name) => `${what} '${name}' has British spelling`)),
    ...options.filter((name) => /^is[A-Z]/.test(name)).map((name) => `option '${name}' begins with is`),
    ...options
      .filter((name) => /\w(Min|Max)$/.test(name))
      .map((name) => `option '${name}' has its ${name.slice(-3).toLowerCase()} at the end`),
  ];
}

/** Words that end like the British form of a verb in -ize but are not. */
const NO_VERBS =
  /^(\w*wis|\w*nois|\w*rais|cruis|bruis|pois|concis|precis|exercis|promis|premis|compromis|advis|devis|revis|supervis|improvis|disguis|merchandis|franchis|paradis|enterpris|compris|surpris|expertis|advertis|treatis|aris|ris)(e|ed|es|er|ers|ing|able)$/;

const BRITISH =
  /(colour|behaviour|neighbour|favour|honour|labour|flavour|harbour|rumour|vapour|rigour|endeavour)|^(centre|metre|litre|fibre|theatre)|(labell|modell|cancell|signall|channell|levell|totall|travell|equall|fuell)(ed|ing|er)|(analys|catalys|paralys)(e|ed|es|er|ing)$|^(defence|licence|grey|programme|artefact|learnt|sceptic|judgement)/;

/** Whether a word of a name is spelt as in Britain. */
export function isBritish(name: string): boolean {
  const words = name.match(/[A-Z]?[a-z]+/g) ?? [];
  return words.some((word) => {
    const lower = word.toLowerCase();
    if (BRITISH.test(lower) || /(?!improv)\w+isation/.test(lower)) return true;
    return /[a-z]{2}is(e|ed|es|er|ers|ing|able)$/.test(lower) && !NO_VERBS.test(lower);
  });
}

/** Types `XOptions` that no function `x` or `createX` and no class `X` takes. */
function typesWithoutFunction({ name: room, optionTypes, functions }: PublicApi): string[] {
  // What core says of options in general belongs to no function.
  if (room === 'core') return [];
  const names = new Set(functions.map(({ name }) => name.replace('new ', '').toLowerCase()));
  return optionTypes
    .map(({ name }) => name)
    .filter((name) => {
      const stem = name.slice(0, -'Options'.length).toLowerCase();
      return !names.has(stem) && !names.has(`create${stem}`);
    })
    .map((name) => `type '${name}' is of no function`);
}

function rootFaults({ name: room, root: names, exportedRecords }: PublicApi): string[] {
  // Steps are what core is about.
  const inner = room === 'core' ? [] : names.filter((name) => /.(Steps|Iterate)$/.test(name) || exportedRecords.includes(name));
  return [
    ...(names.length > MOST_NAMES ? [`the root exports ${names.length} names, not ${MOST_NAMES}`] : []),
    ...inner.map((name) => `the root exports '${name}'`),
  ];
}

/** Parameters behind the options. The protocol of core hands on options that are not its own, with what they belong to. */
function optionsInFront({ name: room, functions }: PublicApi): string[] {
  if (room === 'core') return [];
  return functions.flatMap(({ name, parameters }) => {
    const index = parameters.findIndex((parameter) => /^(options|settings|\w+Options)$/.test(parameter));
    const next = index < 0 ? undefined : parameters[index + 1];
    return next === undefined ? [] : [`parameter '${next}' follows the options (${name})`];
  });
}

let known: readonly PublicApi[] | undefined;

/** The public packages as they are, read once. */
export function libraryApis(): readonly PublicApi[] {
  known ??= readApis(librarySources());
  return known;
}

/** The vocabulary of the repository. */
export const vocabulary = readJson(join(root, 'tooling/checks/vocabulary.json')) as Vocabulary;

if (process.argv[1] === import.meta.filename) {
  const chosen = process.argv.slice(2);
  const faults = vocabularyFaults(libraryApis(), vocabulary).filter(
    (line) => chosen.length === 0 || chosen.includes(line.split(':')[0]),
  );
  console.log([...faults, `${faults.length} faults`].join('\n'));
}
