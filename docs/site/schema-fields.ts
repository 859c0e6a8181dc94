// The fields of an options or parameter schema, as forms and tables need them.

/** The kind of control of a field. */
type FieldKind = 'number' | 'integer' | 'boolean' | 'choice' | 'text';

/** A value that a form can hold. */
export type FieldValue = number | string | boolean;

/** One option or parameter. */
export interface SchemaField {
  readonly name: string;
  readonly kind: FieldKind;
  readonly description: string;
  readonly unit: string;
  readonly default?: FieldValue;
  readonly choices?: readonly (number | string)[];
  readonly minimum?: number;
  readonly maximum?: number;
  /** Whether `minimum` itself is not allowed. */
  readonly aboveMinimum?: boolean;
}

/** The part of JSON schema that zod writes for plain options. */
interface JsonSchema {
  readonly type?: string;
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly description?: string;
  readonly unit?: string;
  readonly default?: unknown;
  readonly enum?: readonly (number | string)[];
  readonly const?: number | string;
  readonly minimum?: number;
  readonly exclusiveMinimum?: number;
  readonly maximum?: number;
}

/** The fields of an object's JSON schema, in its order. */
export function fieldsOf(schema: Record<string, unknown>): SchemaField[] {
  const { properties = {} } = schema as JsonSchema;
  return Object.entries(properties).map(([name, property]) => fieldOf(name, property));
}

function fieldOf(name: string, property: JsonSchema): SchemaField {
  const { description = '', unit = '', enum: choices, minimum, exclusiveMinimum, maximum } = property;
  return {
    name,
    kind: kindOf(property),
    description,
    unit,
    ...(isFieldValue(property.default) && { default: property.default }),
    ...(choices && { choices }),
    ...(exclusiveMinimum !== undefined && { minimum: exclusiveMinimum, aboveMinimum: true }),
    ...(minimum !== undefined && minimum > Number.MIN_SAFE_INTEGER && { minimum }),
    ...(maximum !== undefined && maximum < Number.MAX_SAFE_INTEGER && { maximum }),
  };
}

function kindOf({ type, enum: choices }: JsonSchema): FieldKind {
  if (choices) return 'choice';
  return type === 'number' || type === 'integer' || type === 'boolean' ? type : 'text';
}

function isFieldValue(value: unknown): value is FieldValue {
  return ['number', 'string', 'boolean'].includes(typeof value);
}

/** The range of a field in words. */
export function rangeOf({ kind, choices, minimum, maximum, aboveMinimum }: SchemaField): string {
  if (choices) return choices.join(', ');
  if (kind === 'boolean') return 'true, false';
  const parts = [
    ...(minimum === undefined ? [] : [`${aboveMinimum ? '> ' : '≥ '}${minimum}`]),
    ...(maximum === undefined ? [] : [`≤ ${maximum}`]),
  ];
  return [kind === 'integer' ? 'integer' : '', parts.join(', ')].filter(Boolean).join(' ');
}

/**
 * Reads a field's value from text; undefined if it is empty, which leaves the default. An invalid value stays a text, so that the check of
 * the options refuses it by name.
 */
export function parseField({ kind, choices }: SchemaField, text: string): FieldValue | undefined {
  const word = text.trim();
  if (word === '') return undefined;
  if (choices) return choices.find((choice) => String(choice) === word) ?? text;
  if (kind === 'boolean') return word === 'true' || (word === 'false' ? false : text);
  if (kind === 'text') return text;
  // Values that are not finite would be lost on the way to the worker.
  return Number.isFinite(Number(word)) ? Number(word) : text;
}
