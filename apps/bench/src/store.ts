// The store: runs, cells, samples and claims in one DuckDB file. A finished cell is committed at once.
import { createHash } from 'node:crypto';
import { statSync } from 'node:fs';
import path from 'node:path';
import type { DuckDBConnection, DuckDBInstance } from '@duckdb/node-api';
import type { ClaimResult } from '@infimum/core';
import type { Cell, CellEnd, CellResult, Sample } from './cell/messages.ts';
import { PARTS } from './cell/messages.ts';
import type { Environment } from './environment.ts';
import { canonicalJson } from './json.ts';
import { UsageError } from './usage-error.ts';

/** A run as the store knows it. */
export interface StoredRun extends Environment {
  readonly id: number;
  /** When it began, ISO 8601, UTC. */
  readonly began: string;
  /** Hash of all code that took part. */
  readonly codeVersion: string;
  readonly command: string;
}

/** A cell with its result, without samples. */
export interface StoredCell extends Cell, CellEnd {
  readonly id: number;
  /** What it was measured on; empty for the machine of the run. */
  readonly machine: string;
  /** The names of the solutions of its samples, where these were kept. */
  readonly solutions?: readonly string[];
}

/** A claim with what came of it. */
export interface StoredClaim extends ClaimResult {
  readonly id: string;
  readonly statement: string;
  readonly published: string;
  readonly paper: string;
  readonly seconds: number;
  readonly began: string;
}

/** The file that is used unless the user names another. */
export const DEFAULT_STORE = 'bench.duckdb';

/** Layout of the tables; a store of another layout is refused, but for those that can be brought to this one. */
const LAYOUT = 4;
/** The layouts before cells had details, and before they came from several machines. */
const [NO_DETAILS, ONE_MACHINE] = [3, 2];

const TABLES = `
  CREATE TABLE layout (version INTEGER);
  INSERT INTO layout VALUES (${LAYOUT});
  CREATE SEQUENCE run_ids;
  CREATE SEQUENCE cell_ids;
  CREATE TABLE runs (
    id INTEGER PRIMARY KEY DEFAULT nextval('run_ids'), began TIMESTAMP DEFAULT (now() AT TIME ZONE 'UTC'),
    code_version VARCHAR, command VARCHAR,
    cpu VARCHAR, cores INTEGER, memory BIGINT, system VARCHAR, node VARCHAR, peers VARCHAR);
  CREATE TABLE cells (
    id INTEGER PRIMARY KEY DEFAULT nextval('cell_ids'), identity VARCHAR, code_version VARCHAR,
    problem VARCHAR, family VARCHAR, params JSON, seed BIGINT,
    solver VARCHAR, role VARCHAR, variant VARCHAR, options JSON, budget DOUBLE,
    status VARCHAR, reason VARCHAR, seconds DOUBLE, iterations BIGINT, metrics JSON, peak_memory BIGINT,
    machine VARCHAR DEFAULT '', details JSON DEFAULT '{}');
  CREATE TABLE run_cells (run INTEGER, cell INTEGER, reused BOOLEAN);
  CREATE TABLE samples (cell INTEGER, iteration BIGINT, seconds DOUBLE, metrics JSON);
  CREATE TABLE claims (
    id VARCHAR, began TIMESTAMP DEFAULT (now() AT TIME ZONE 'UTC'), paper VARCHAR, statement VARCHAR,
    published VARCHAR, measured VARCHAR, verdict VARCHAR, figures JSON, seconds DOUBLE);
`;

const MORE_COLUMNS = `
  ALTER TABLE cells ADD COLUMN IF NOT EXISTS machine VARCHAR DEFAULT '';
  ALTER TABLE cells ADD COLUMN IF NOT EXISTS details JSON DEFAULT '{}';
  UPDATE layout SET version = ${LAYOUT};
`;

const CELL_COLUMNS = `id, problem, family, params, seed::DOUBLE AS seed, solver, role, variant, options, budget,
  code_version AS "codeVersion", status, reason, seconds, iterations::DOUBLE AS iterations, metrics,
  peak_memory::DOUBLE AS "peakMemory"`;

/** Failures may come from the machine, so failed cells are run again; absent peers may have come. */
const REUSABLE = ['converged', 'stalled', 'iteration-limit', 'time-limit', 'declined'];

type Value = string | number | boolean | null;

/** An open store. One process at a time has it, or several that only read. */
export class Store {
  readonly #file: string;
  readonly #instance: DuckDBInstance;
  readonly #connection: DuckDBConnection;
  #lastWrite: Promise<unknown> = Promise.resolve();
  #machine = 'machine';
  #details = 'details';

  private constructor(file: string, instance: DuckDBInstance, connection: DuckDBConnection) {
    this.#file = file;
    this.#instance = instance;
    this.#connection = connection;
  }

  /**
   * Opens a store, and makes it if there is none.
   *
   * @throws {UsageError} when another process has it, when the file is no store or cannot be written
   */
  static open(file: string): Promise<Store> {
    return Store.#open(file, 'READ_WRITE');
  }

  /**
   * Opens a store to read it; several processes may do so at a time.
   *
   * @throws {UsageError} as `open`, and when there is none
   */
  static async openExisting(file: string): Promise<Store> {
    if (!statSync(file, { throwIfNoEntry: false })) {
      throw new UsageError(`there is no store ${file}; make one with \`infimum-bench run\`, or name it with --store`);
    }
    return Store.#open(file, 'READ_ONLY');
  }

  static async #open(file: string, access: 'READ_ONLY' | 'READ_WRITE'): Promise<Store> {
    if (statSync(file, { throwIfNoEntry: false })?.isFile() === false) {
      throw new UsageError(`${file} is not a regular file; name another one with --store`);
    }
    try {
      // An absolute path is a file, whatever it looks like; nothing is fetched from anywhere.
      // A cell is a few rows: threads cost more than they bring, and the cores are the solvers'.
      const settings = { access_mode: access, autoinstall_known_extensions: 'false', threads: '1' };
      // Its library takes longer to load than many a command takes.
      const { DuckDBInstance } = await import('@duckdb/node-api');
      const instance = await DuckDBInstance.create(path.resolve(file), settings);
      const store = new Store(file, instance, await instance.connect());
      await store.#prepare(access);
      return store;
    } catch (error) {
      if (error instanceof UsageError) throw error;
      const { message } = error as Error;
      throw new UsageError(explain(file, message) ?? `${file} cannot be opened: ${message.replace(/^IO Error: /, '')}`);
    }
  }

  /** The column of machines, of which older stores that are only read have none. */
  get machineColumn(): string {
    return this.#machine;
  }

  get #columns(): string {
    return `${CELL_COLUMNS}, ${this.#machine} AS machine, ${this.#details} AS details`;
  }

  close(): void {
    this.#connection.closeSync();
    this.#instance.closeSync();
  }

  /** Notes the beginning of a run. */
  async beginRun(environment: Environment, codeVersion: string, command: string): Promise<number> {
    const { cpu, cores, memory, system, node, peers } = environment;
    const rows = await this.#query<{ id: number }>(
      `INSERT INTO runs (code_version, command, cpu, cores, memory, system, node, peers)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8) RETURNING id`,
      [codeVersion, command, cpu, cores, memory, system, node, peers],
    );
    return rows[0].id;
  }

  /** Whether any cell has been stored. */
  async hasResults(): Promise<boolean> {
    return (await this.#query('SELECT 1 FROM cells LIMIT 1')).length > 0;
  }

  /**
   * The latest usable result of a cell under the same code, options and budget.
   *
   * @param skip - how many later ones are for other repetitions
   */
  async findResult(cell: Cell, skip = 0): Promise<StoredCell | undefined> {
    const rows = await this.#query<StoredCell>(
      `SELECT ${this.#columns} FROM cells
       WHERE identity = $1 AND status IN (${REUSABLE.map((status) => `'${status}'`).join()})
       ORDER BY id DESC LIMIT 1 OFFSET ${skip}`,
      [identityOf(cell)],
    );
    return rows.map(readCell)[0];
  }

  /** Counts an earlier result as part of a run. */
  async reuse(run: number, cell: StoredCell): Promise<void> {
    await this.#query('INSERT INTO run_cells VALUES ($1, $2, true)', [run, cell.id]);
  }

  /** Stores a finished cell; when this returns, it is on the disk. */
  addResult(run: number, cell: Cell, result: CellResult, machine = ''): Promise<StoredCell> {
    // A connection has one transaction at a time, and cells may finish side by side.
    const write = this.#lastWrite.then(() => this.#addResult(run, cell, result, machine));
    this.#lastWrite = write.catch(() => {});
    return write;
  }

  async #addResult(run: number, cell: Cell, result: CellResult, machine: string): Promise<StoredCell> {
    const { samples, ...end } = result;
    await this.#query('BEGIN');
    try {
      const [{ id }] = await this.#query<{ id: number }>(
        `INSERT INTO cells (identity, code_version, problem, family, params, seed, solver, role, variant, options, budget,
           status, reason, seconds, iterations, metrics, peak_memory, machine, details)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19) RETURNING id`,
        [
          identityOf(cell),
          cell.codeVersion,
          cell.problem,
          cell.family,
          JSON.stringify(cell.params),
          cell.seed,
          cell.solver,
          cell.role,
          cell.variant,
          JSON.stringify(cell.options),
          cell.budget,
          end.status,
          end.reason,
          end.seconds,
          end.iterations,
          JSON.stringify(end.metrics),
          end.peakMemory,
          machine,
          JSON.stringify(detailsOf(result)),
        ],
      );
      await this.#query(
        `INSERT INTO samples SELECT $1, row.iteration, row.seconds, row.metrics
         FROM (SELECT unnest(from_json($2, '[{"iteration": "BIGINT", "seconds": "DOUBLE", "metrics": "JSON"}]')) AS row)`,
        [id, JSON.stringify(samples)],
      );
      await this.#query('INSERT INTO run_cells VALUES ($1, $2, false)', [run, id]);
      await this.#query('COMMIT');
      return { ...cell, ...end, id, machine };
    } catch (error) {
      // After some failures there is nothing left to roll back; the first one is to be told.
      await this.#query('ROLLBACK').catch(() => {});
      throw error;
    }
  }

  /** All runs, the oldest first. */
  runs(): Promise<StoredRun[]> {
    return this.#query<StoredRun>(
      `SELECT id, strftime(began, '%Y-%m-%dT%H:%M:%SZ') AS began, code_version AS "codeVersion", command,
         cpu, cores, memory::DOUBLE AS memory, system, node, peers
       FROM runs ORDER BY id`,
    );
  }

  /** The cells of the given runs, reused ones among them, in the order in which they were finished. */
  async cellsOf(runs: readonly number[]): Promise<StoredCell[]> {
    const rows = await this.#query<StoredCell>(
      `SELECT ${this.#columns} FROM cells
       WHERE id IN (SELECT cell FROM run_cells WHERE run IN (SELECT unnest($1::INTEGER[]))) ORDER BY id`,
      [`[${runs.join()}]`],
    );
    return rows.map(readCell);
  }

  /** The given cells with their samples in the order of time. */
  async withSamples<Cell extends StoredCell>(cells: readonly Cell[]): Promise<(Cell & { samples: Sample[] })[]> {
    const rows = await this.#query<Sample & { cell: number; metrics: string }>(
      `SELECT cell, iteration::DOUBLE AS iteration, seconds, metrics FROM samples
       WHERE cell IN (SELECT unnest($1::INTEGER[])) ORDER BY seconds, rowid`,
      [`[${cells.map(({ id }) => id).join()}]`],
    );
    const samples = Map.groupBy(rows, ({ cell }) => cell);
    return cells.map((cell) => ({
      ...cell,
      samples: (samples.get(cell.id) ?? []).map(({ iteration, seconds, metrics }) => ({
        iteration,
        seconds,
        metrics: JSON.parse(metrics),
      })),
    }));
  }

  /** Stores a claim's verdict. */
  async addClaim(claim: Omit<StoredClaim, 'began'>): Promise<void> {
    await this.#query(
      `INSERT INTO claims (id, paper, statement, published, measured, verdict, figures, seconds)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`,
      [
        claim.id,
        claim.paper,
        claim.statement,
        claim.published,
        claim.measured,
        claim.verdict,
        JSON.stringify(claim.figures),
        claim.seconds,
      ],
    );
  }

  /** The latest verdict on every claim. */
  async claims(): Promise<StoredClaim[]> {
    const rows = await this.#query<StoredClaim>(
      `SELECT DISTINCT ON (id) id, strftime(began, '%Y-%m-%dT%H:%M:%SZ') AS began, paper, statement, published,
         measured, verdict, figures, seconds
       FROM claims ORDER BY id, rowid DESC`,
    );
    return rows.map((row) => ({ ...row, figures: JSON.parse(String(row.figures)) }));
  }

  /** Writes the result of a query to a file. */
  async copy(query: string, file: string, format: 'csv' | 'parquet'): Promise<void> {
    const quoted = path.resolve(file).replaceAll("'", "''");
    const header = format === 'csv' ? ', HEADER' : '';
    await this.#query(`COPY (${query}) TO '${quoted}' (FORMAT ${format}${header})`);
  }

  /** The names of all metrics that any cell has. */
  async metricNames(): Promise<string[]> {
    const rows = await this.#query<{ name: string }>(
      'SELECT DISTINCT unnest(json_keys(metrics)) AS name FROM cells ORDER BY name',
    );
    return rows.map(({ name }) => name);
  }

  async #prepare(access: 'READ_ONLY' | 'READ_WRITE'): Promise<void> {
    const file = this.#file;
    const tables = await this.#query<{ name: string }>(
      `SELECT table_name AS name FROM information_schema.tables WHERE table_schema = 'main'`,
    );
    if (tables.length === 0 && access === 'READ_WRITE') {
      return void (await this.#connection.run(`BEGIN; ${TABLES} COMMIT;`));
    }
    const known = tables.some(({ name }) => name === 'layout');
    const [layout] = known ? await this.#query<{ version: number }>('SELECT version FROM layout') : [];
    if (layout?.version === LAYOUT) return;
    if (layout?.version === ONE_MACHINE || layout?.version === NO_DETAILS) {
      if (access === 'READ_WRITE') return void (await this.#connection.run(`BEGIN; ${MORE_COLUMNS} COMMIT;`));
      if (layout.version === ONE_MACHINE) this.#machine = "''";
      this.#details = "'{}'";
      return;
    }
    this.close();
    throw new UsageError(
      known
        ? `${file} was written by another version of infimum-bench; name another file with --store`
        : `${file} is a DuckDB database, but not a store of infimum-bench; name another file with --store`,
    );
  }

  async #query<Row>(sql: string, values: Value[] = []): Promise<Row[]> {
    try {
      const reader = await this.#connection.runAndReadAll(sql, values);
      return reader.getRowObjectsJson() as Row[];
    } catch (error) {
      const reason = explain(this.#file, (error as Error).message);
      throw reason === undefined ? error : new UsageError(reason, { cause: error });
    }
  }
}

/** Equal for cells whose results are interchangeable. */
export function identityOf({ problem, family, params, seed, solver, options, budget, codeVersion }: Cell): string {
  const identity = canonicalJson([problem, family, params, seed, solver, options, budget, codeVersion]);
  return createHash('sha256').update(identity).digest('hex');
}

/** What not every cell has. */
function detailsOf({ samples, ...end }: CellResult): Partial<StoredCell> {
  const names = [...PARTS, 'unconfirmed', 'proof'] as const;
  const solutions = samples.flatMap(({ solution }) => solution ?? []);
  return {
    ...Object.fromEntries(names.flatMap((name) => (end[name] === undefined ? [] : [[name, end[name]]]))),
    ...(solutions.length > 0 && { solutions }),
  };
}

/** JSON columns arrive as text. */
function readCell({ details, ...row }: StoredCell & { readonly details?: string }): StoredCell {
  return {
    ...row,
    ...JSON.parse(details ?? '{}'),
    params: JSON.parse(String(row.params)),
    options: JSON.parse(String(row.options)),
    metrics: JSON.parse(String(row.metrics)),
  };
}

/** What the database's complaint means for the user; undefined if it means nothing to us. */
function explain(file: string, message: string): string | undefined {
  if (/could not set lock|conflicting lock|used by another process/i.test(message)) {
    const process = /\(PID (\d+)/.exec(message)?.[1];
    const who = process ? ` (process ${process})` : '';
    return `${file} is in use by another infimum-bench${who}; wait until it ends, or name another file with --store`;
  }
  if (/no space left|disk quota|file too large/i.test(message)) {
    return `the disk is full: ${file} cannot be written; what was stored before is kept`;
  }
  if (/not a valid DuckDB|corrupt|serializ|checksum|could not read enough bytes|replaying WAL/i.test(message)) {
    return `${file} is damaged or not a store; move it away, or name another file with --store`;
  }
  return undefined;
}
