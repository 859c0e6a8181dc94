// Tests that may pass without having asserted anything, and statuses that no run has. As a script it prints all of them:
// `node tooling/checks/assertions.ts`.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';
import { STATUSES } from './vocabulary.ts';
import { filesBelow, fromRoot, packagesIn, root } from './workspace.ts';

/** How a test or a part of it ends. */
interface Course {
  /** Whether something is asserted on every path. */
  readonly asserts: boolean;
  /** Whether what follows may be left out: it returns or goes on elsewhere under a condition. */
  readonly mayLeave: boolean;
}

const NOTHING: Course = { asserts: false, mayLeave: false };

const ASSERTING = /^(expect\w*|assert\w*|check\w*)$/;

/** The tests of a file whose assertions all stand under conditions, one line each. */
export function conditionalTests(path: string, text: string): string[] {
  const source = ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true);
  const helpers = functionsOf(source);
  const found: string[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isCallExpression(node) && isTestCall(node)) {
      const body = node.arguments.find(ts.isFunctionLike);
      if (body && mentionsAssertion(body, helpers) && !courseOf(body, helpers).asserts) {
        const { line } = source.getLineAndCharacterOfPosition(node.getStart());
        found.push(`${path}:${line + 1}: ${titleOf(node)} asserts under a condition only`);
      }
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
}

/** A function of a file, with what has been found about it; false while that is being found. */
interface Helper {
  readonly node: ts.Node;
  mentions?: boolean;
  asserts?: boolean;
}

type Helpers = ReadonlyMap<string, Helper>;

/** The functions that a file declares, by name. */
function functionsOf(source: ts.SourceFile): Helpers {
  const functions = new Map<string, Helper>();
  const visit = (node: ts.Node): void => {
    if (ts.isFunctionDeclaration(node) && node.name) functions.set(node.name.text, { node });
    if (ts.isVariableDeclaration(node) && ts.isIdentifier(node.name) && node.initializer) {
      if (ts.isFunctionLike(node.initializer)) functions.set(node.name.text, { node: node.initializer });
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return functions;
}

/** `it('…', …)`, also `it.each(…)('…', …)` and `it.skipIf(…)('…', …)`. */
function isTestCall({ expression, arguments: given }: ts.CallExpression): boolean {
  return /^(it|test)\b/.test(expression.getText()) && given.some(ts.isFunctionLike);
}

const titleOf = ({ arguments: [title] }: ts.CallExpression): string => title.getText().split('\n')[0];

/** The name of what is called: `expect` of `expect(x).toBe(y)` too. */
function calledName(node: ts.CallExpression): string {
  let { expression } = node;
  while (ts.isPropertyAccessExpression(expression) || ts.isCallExpression(expression)) {
    ({ expression } = expression);
  }
  return ts.isIdentifier(expression) ? expression.text : '';
}

function mentionsAssertion(node: ts.Node, helpers: Helpers): boolean {
  if (ts.isCallExpression(node)) {
    const name = calledName(node);
    const helper = helpers.get(name);
    if (helper && helper.mentions === undefined) {
      helper.mentions = false;
      helper.mentions = mentionsAssertion(helper.node, helpers);
    }
    if (ASSERTING.test(name) || helper?.mentions) return true;
  }
  return ts.forEachChild(node, (child) => mentionsAssertion(child, helpers) || undefined) ?? false;
}

/**
 * How a node is passed through. Loops are taken to have a turn, unless their list is said to be empty where there is none;
 * and a condition in a loop to hold in some turn, unless it asks what an algorithm has found.
 */
function courseOf(node: ts.Node, helpers: Helpers, inLoop = false): Course {
  const of = (child: ts.Node | undefined): Course => (child ? courseOf(child, helpers, inLoop) : NOTHING);
  const ofTurn = (child: ts.Node): Course => ({ ...courseOf(child, helpers, true), mayLeave: false });
  if (ts.isBlock(node)) return inTurn(node.statements.map(of));
  if (ts.isThrowStatement(node)) return { asserts: true, mayLeave: false };
  if (ts.isIfStatement(node)) {
    const { expression, thenStatement, elseStatement } = node;
    const [condition, then, otherwise] = [expression, thenStatement, elseStatement].map(of);
    // Throwing under a condition asserts that it does not hold.
    const isGuard = then.asserts && !mentionsAssertion(thenStatement, helpers);
    const holdsSometimes = inLoop && !OUTCOME.test(expression.getText());
    const [first, second] = [thenStatement, elseStatement].map((one) => leaves(one, helpers));
    return {
      asserts: condition.asserts || isGuard || (then.asserts && (otherwise.asserts || holdsSometimes)),
      mayLeave: !holdsSometimes && (first || second),
    };
  }
  if (ts.isConditionalExpression(node)) {
    const [condition, then, otherwise] = [node.condition, node.whenTrue, node.whenFalse].map(of);
    return { asserts: condition.asserts || (then.asserts && otherwise.asserts), mayLeave: false };
  }
  if (ts.isBinaryExpression(node) && /^(&&|\|\||\?\?)$/.test(node.operatorToken.getText())) return of(node.left);
  if (ts.isForOfStatement(node)) {
    return inTurn([of(node.expression), isMaybeEmpty(node.expression) ? NOTHING : ofTurn(node.statement)]);
  }
  if (ts.isTryStatement(node)) return inTurn([of(node.tryBlock), of(node.finallyBlock)]);
  if (ts.isSwitchStatement(node)) {
    const clauses = node.caseBlock.clauses.map(({ statements }) => inTurn(statements.map(of)));
    return {
      asserts: clauses.every(({ asserts }) => asserts) && node.caseBlock.clauses.some(ts.isDefaultClause),
      mayLeave: false,
    };
  }
  if (ts.isCallExpression(node)) {
    const name = calledName(node);
    const helper = helpers.get(name);
    if (helper && helper.asserts === undefined) {
      helper.asserts = false;
      helper.asserts = courseOf(helper.node, helpers).asserts;
    }
    if (ASSERTING.test(name) || helper?.asserts) return { asserts: true, mayLeave: false };
  }
  const children: Course[] = [];
  const isLoop = ts.isIterationStatement(node, false) || (ts.isFunctionLike(node) && !isTestBody(node));
  ts.forEachChild(node, (child) => {
    children.push(isLoop ? ofTurn(child) : of(child));
  });
  return { ...inTurn(children), ...(isLoop && { mayLeave: false }) };
}

/** Conditions on what was found: its status, or whether there is anything. */
const OUTCOME = /\bstatus\b|^!?\w+$|(undefined|null)$/;

const isTestBody = ({ parent }: ts.Node): boolean => ts.isCallExpression(parent) && isTestCall(parent);

/** Parts that are passed through one after another, until one may leave. */
function inTurn(courses: readonly Course[]): Course {
  const left = courses.findIndex(({ mayLeave }) => mayLeave);
  const passed = left < 0 ? courses : courses.slice(0, left + 1);
  return { asserts: passed.some(({ asserts }) => asserts), mayLeave: left >= 0 };
}

/** Whether a statement returns from the test or goes on with the next turn, without an assertion of its own. */
function leaves(statement: ts.Node | undefined, helpers: Helpers): boolean {
  if (statement === undefined || mentionsAssertion(statement, helpers)) return false;
  const last = ts.isBlock(statement) ? statement.statements.at(-1) : statement;
  return last !== undefined && (ts.isReturnStatement(last) || ts.isContinueStatement(last));
}

/** Whether a list is `… ?? []`, here or where its name is declared. */
function isMaybeEmpty(list: ts.Expression): boolean {
  const text = list.getText();
  if (/\?\? \[\]/.test(text)) return true;
  const declaration = ts.isIdentifier(list)
    ? new RegExp(`\\b(?:const|let) ${text} = [^;]*\\?\\? \\[\\];`).exec(list.getSourceFile().text)
    : null;
  return declaration !== null;
}

/** The statuses that tests of a file expect and that no run has, one line each. */
export function unknownStatuses(path: string, text: string): string[] {
  const source = ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true);
  const found: string[] = [];
  const complain = (node: ts.Node, word: string) => {
    const { line } = source.getLineAndCharacterOfPosition(node.getStart());
    found.push(`${path}:${line + 1}: there is no status '${word}'`);
  };
  const look = (node: ts.Node): void => {
    // Words of other libraries begin with a capital.
    if (ts.isStringLiteral(node) && /^[a-z]/.test(node.text) && !STATUSES.includes(node.text)) {
      complain(node, node.text);
    }
    if (ts.isRegularExpressionLiteral(node)) {
      const words = /^\/\^?\(?([a-z|-]+)\)?\$?\/$/.exec(node.text)?.[1].split('|') ?? [];
      for (const word of words) if (!STATUSES.some((status) => status.includes(word))) complain(node, word);
    }
    if (ts.isArrayLiteralExpression(node)) node.elements.forEach(look);
  };
  const isStatus = (node: ts.Node | undefined): boolean => node !== undefined && /(^|\.)status$/.test(node.getText());
  const visit = (node: ts.Node): void => {
    if (ts.isCallExpression(node) && ts.isPropertyAccessExpression(node.expression)) {
      const { expression: subject } = node.expression;
      const expected = subject.getText().endsWith('.not') ? (subject as ts.PropertyAccessExpression).expression : subject;
      if (ts.isCallExpression(expected) && calledName(expected) === 'expect') {
        if (isStatus(expected.arguments[0])) node.arguments.forEach(look);
        if (isStatus(node.arguments[0])) expected.arguments.forEach(look);
      }
    }
    if (ts.isPropertyAssignment(node) && node.name.getText() === 'status') look(node.initializer);
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
}

/** All such tests of the repository; statuses of the libraries alone, since tasks of the benchmark have others. */
export function testFaults(): string[] {
  return packagesIn('packages', 'apps', 'tooling', '.').flatMap(({ folder }) => {
    const hasRuns = folder.startsWith('packages/') && folder !== 'packages/distributed';
    return testsOf(folder).flatMap((path) => {
      const [place, text] = [fromRoot(path), readFileSync(path, 'utf8')];
      return [...conditionalTests(place, text), ...(hasRuns ? unknownStatuses(place, text) : [])];
    });
  });
}

/** The tests of a package; a folder that is a package's own holds sources, and not what is installed or built. */
function testsOf(folder: string): string[] {
  const inside = readdirSync(join(root, folder), { withFileTypes: true });
  const isTest = (path: string) => path.endsWith('.test.ts');
  const own = inside.filter((one) => one.isFile() && isTest(one.name)).map(({ name }) => join(root, folder, name));
  const folders = inside.filter((one) => one.isDirectory() && !/^(\.|node_modules|dist)/.test(one.name));
  return [...own, ...folders.flatMap(({ name }) => filesBelow(join(root, folder, name), isTest))];
}

if (process.argv[1] === import.meta.filename) {
  const faults = testFaults();
  console.log([...faults, `${faults.length} faults`].join('\n'));
}
