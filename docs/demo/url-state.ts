// A demo's settings in the page's address, so that a link reproduces what its sender saw.
import type { DemoData, DemoSolver } from '../site/demo-data.ts';
import type { FieldValue, SchemaField } from '../site/schema-fields.ts';
import { parseField } from '../site/schema-fields.ts';

/** Values by field name; missing fields have their defaults. */
export type Values = Record<string, FieldValue>;

/** The settings of a visitor. */
export interface Settings {
  family: string;
  params: Values;
  seed: number;
  options: Values;
  /** Id of the solver to compare with, or an empty string. */
  rival: string;
  rivalOptions: Values;
  metric: string;
  axis: 'iterations' | 'seconds';
  /** Iterations a second; 0 is as fast as possible. */
  speed: number;
}

/** Iterations a second that a demo offers. */
export const SPEEDS = [2, 10, 60, 0] as const;

/** The settings as a query; those that equal `base` are left out. */
export function writeSettings(settings: Settings, base: Settings): string {
  const query = new URLSearchParams();
  for (const key of ['family', 'seed', 'rival', 'metric', 'axis', 'speed'] as const) {
    if (settings[key] !== base[key]) query.set(key, String(settings[key]));
  }
  const isSameFamily = settings.family === base.family;
  writeValues(query, 'p.', settings.params, isSameFamily ? base.params : {});
  writeValues(query, 'o.', settings.options, {});
  writeValues(query, 'r.', settings.rivalOptions, {});
  return query.toString();
}

/**
 * The settings of a query, with `base` for missing or unknown ones. Invalid values of options and parameters are returned unchanged, to be
 * refused by name.
 */
export function readSettings(text: string, base: Settings, data: DemoData, rivals: readonly DemoSolver[]): Settings {
  const query = new URLSearchParams(text);
  const familyName = query.get('family');
  const family = data.families.find(({ name }) => name === familyName);
  const rival = rivals.find(({ id }) => id === query.get('rival'));
  const seed = Number(query.get('seed') ?? Number.NaN);
  const speed = SPEEDS.find((candidate) => String(candidate) === query.get('speed'));
  const fields = data.families.find(({ name }) => name === (family?.name ?? base.family))?.fields ?? [];
  return {
    family: family?.name ?? base.family,
    params: { ...(family && family.name !== base.family ? {} : base.params), ...readValues(query, 'p.', fields) },
    seed: Number.isSafeInteger(seed) && seed >= 0 ? seed : base.seed,
    options: readValues(query, 'o.', data.solver.fields),
    rival: rival?.id ?? base.rival,
    rivalOptions: readValues(query, 'r.', rival?.fields ?? []),
    metric: data.metrics.find(({ name }) => name === query.get('metric'))?.name ?? base.metric,
    axis: query.get('axis') === 'seconds' ? 'seconds' : base.axis,
    speed: speed ?? base.speed,
  };
}

function writeValues(query: URLSearchParams, prefix: string, values: Values, base: Values): void {
  for (const [name, value] of Object.entries(values)) {
    if (value !== base[name]) query.set(prefix + name, String(value));
  }
}

function readValues(query: URLSearchParams, prefix: string, fields: readonly SchemaField[]): Values {
  const entries = fields.flatMap((field) => {
    const value = parseField(field, query.get(prefix + field.name) ?? '');
    return value === undefined ? [] : [[field.name, value] as const];
  });
  return Object.fromEntries(entries);
}
