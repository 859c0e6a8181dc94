// Calls with hostile arguments that once ended in a native error, in a loop without an end, or in a complaint that names
// nothing: each is refused now by name. What `pnpm fuzz --calls` finds is added here.
import { InvalidInputError, Random } from '@infimum/core';
import { describe, expect, it } from 'vitest';
import { modulesOf } from './modules.ts';

type Exports = Record<string, (...given: unknown[]) => unknown>;
type ConstraintSet = { readonly minimize: (...given: unknown[]) => unknown };

const addresses = new Map(modulesOf({ everything: true }).map(({ name, address }) => [name, address]));

function detached(): Float64Array {
  const values = Float64Array.of(1, 2, 3);
  structuredClone(values.buffer, { transfer: [values.buffer] });
  return values;
}

const strange = Symbol('strange');
const square = { rows: 2, cols: 2, values: Float64Array.of(1, 0, 0, 1) };
const policy = () => 0.5;
const logged = { arm: 0, probability: 0.5, reward: 1 };
const dynamics = {
  stateSize: 1,
  observationSize: 1,
  actions: { kind: 'discrete', count: 2 },
  timeLimit: 10,
  begin: () => {},
  move: () => 0,
  observe: () => {},
};
const program = {
  variables: 2,
  equalities: 1,
  value: () => 0,
  gradient: () => {},
  constraints: () => {},
  jacobian: () => {},
  hessian: () => {},
};
const loss = { records: 4, dimension: 2, lipschitz: 1, smoothness: 1, recordGradient: () => {} };
const budget = { epsilon: 1, delta: 1e-3 };
const binary = { players: 2, payoff: () => 0 };
const start = Float64Array.of(0, 0);
const noArrivals = {
  weights: start,
  rowPointers: new Int32Array(2),
  columnIndices: new Int32Array(0),
  probabilities: new Float64Array(0),
};
const blocks = { blocks: 1, dimX: 2, dimY: 1, gradGy: () => {}, gradFy: () => {}, hvpGyy: () => {}, addJvpGxy: () => {} };
const visit = { block: 0, share: 1, now: { x: start, y: Float64Array.of(0), v: Float64Array.of(0) } };
const plane = { weights: Float64Array.of(1, 0), intercept: 0 };
const layer = { weights: square, bias: Float64Array.of(0, 0) };
const x = { shape: [2], operation: { name: 'x', prepare: () => () => {}, pullback: () => [] }, inputs: [] };

/** Module, call, and the argument that is named. */
type Row = readonly [string, (exports: Exports) => unknown, string | RegExp];

const FELL: readonly Row[] = [
  ['@infimum/core/data', (core) => core['readVector'](3, strange), 'argument'],
  ['@infimum/core/data', (core) => core['readVector']([10n], 'v'), 'v'],
  ['@infimum/core/data', (core) => core['readVector'](3, ''), 'argument'],
  ['@infimum/core/data', (core) => core['readMatrix'](square, detached()), 'argument'],
  ['@infimum/core', (core) => core['run']((function* () {})()), 'steps'],
  ['@infimum/core', (core) => core['run']((function* () {})(), null), 'options'],
  ['@infimum/core', (core) => core['createRegistry']({ name: 'a', problems: 1 }), 'plugins[0].problems'],
  ['@infimum/core', (core) => core['jsonSchemaOf']({ a: null }), 'specs.a'],
  ['@infimum/core', (core) => core['allocateVector'](2 ** 53 - 1, 'size'), 'size'],
  ['@infimum/autodiff', (autodiff) => autodiff['gradients']({ ...x, inputs: [3] }, [x]), /tensor|value/],
  ['@infimum/autodiff', (autodiff) => autodiff['sum']({ ...x, shape: [detached()] }), 'x'],
  ['@infimum/autodiff', (autodiff) => autodiff['fromFunction'](2 ** 53 - 1, () => 0), 'dimension'],
  ['@infimum/bandits-rl', (bandits) => bandits['quadraticMonomials'](detached()), 'n'],
  ['@infimum/bandits-rl', (bandits) => bandits['softmaxPolicy'](3, 2, 0.5), 'hidden'],
  ['@infimum/bandits-rl', (bandits) => bandits['softmaxPolicy'](3, 2, {}), 'hidden'],
  ['@infimum/bandits-rl', (bandits) => bandits['normalPolicy'](1e150, 1, 1), 'observationSize'],
  ['@infimum/bandits-rl', (bandits) => bandits['evaluateOffPolicy']([logged], 3), 'policy'],
  ['@infimum/bandits-rl', (bandits) => bandits['evaluateOffPolicy']([logged], policy, { model: {} }), 'model'],
  ['@infimum/bandits-rl', (bandits) => bandits['evaluateOffPolicy']([undefined], policy), 'log[0]'],
  ['@infimum/bandits-rl/environments', (bandits) => bandits['valueIteration'](undefined, 0.9), 'mdp'],
  ['@infimum/bandits-rl', (bandits) => bandits['environmentOf']({ ...dynamics, stateSize: 2 ** 53 - 1 }), 'dynamics.stateSize'],
  [
    '@infimum/bandits-rl/environments',
    (bandits) => bandits['batchOf']({ ...dynamics, actions: { kind: 'discretex' } }, 4),
    'dynamics.actions.kind',
  ],
  [
    '@infimum/bandits-rl/environments',
    (bandits) => bandits['batchOf']({ ...dynamics, observationSize: 2 ** 53 - 1 }, 1),
    'dynamics.observationSize',
  ],
  [
    '@infimum/bandits-rl/policy-evaluation',
    (bandits) => bandits['simulateDiffusion']({ drift: () => {} }, start, 1, 5, { normal: () => 0 }),
    'diffusion.deviation',
  ],
  ['@infimum/bilevel', (bilevel) => bilevel['fromExpressions']({ dimX: 1, dimY: 1, upper: () => x }), /lower/],
  ['@infimum/bilevel', (bilevel) => bilevel['bayesianSearch'](), 'problem'],
  ['@infimum/bilevel', (bilevel) => bilevel['answerVisits'](null, { visits: [] }), 'problem'],
  ['@infimum/bilevel', (bilevel) => bilevel['answerVisits'](blocks, { visits: [1] }), 'input.visits[0]'],
  [
    '@infimum/bilevel',
    (bilevel) => bilevel['answerVisits'](blocks, { visits: [{ ...visit, now: { x: start } }] }),
    'input.visits[0].now.y',
  ],
  ['@infimum/learn', (learn) => learn['predictClassifier']({ classes: [0, 1], planes: '' }, square), 'model.planes'],
  ['@infimum/learn', (learn) => learn['predictClassifier'](undefined, square), 'model'],
  ['@infimum/learn', (learn) => learn['decisionValues']({ classes: [0, 1], planes: [] }, square), 'model.planes'],
  ['@infimum/learn', (learn) => learn['scoreClassifier']({ classes: [0, 1], planes: [plane] }, square, undefined), 'labels'],
  ['@infimum/learn', (learn) => learn['predictClasses']([3], square), 'layers[0]'],
  ['@infimum/learn', (learn) => learn['predictClasses']([layer, { weights: square }], square), 'layers[1].bias'],
  ['@infimum/learn', (learn) => learn['predictRelu']({}, square), 'network.output'],
  ['@infimum/learn', (learn) => learn['formatLibsvm']({ points: square, labels: [1, 1] }), 'points.rowPointers'],
  ['@infimum/learn', (learn) => learn['iterationBound']('perceptron'), 'constants'],
  ['@infimum/games/hats', (games) => games['knownBlocks']('constructor'), 'name'],
  ['@infimum/games/hats', (games) => games['blockValue']({ dimension: 3 }, 0.5), 'strategy.height'],
  ['@infimum/games/hats', (games) => games['truncateBlocks'](start, 0), 'strategy.height'],
  ['@infimum/games/queries', (games) => games['isPureNash']({ ...binary, players: 2 ** 53 }, start), 'players'],
  ['@infimum/games/queries', (games) => games['isPureNash']({ players: 2 }, start), 'game'],
  ['@infimum/graphs', (graphs) => graphs['graphFromEdges'](2 ** 53 - 1, [0, 1]), 'nodes'],
  ['@infimum/graphs', (graphs) => graphs['graphFromEdges'](2, undefined), 'edges'],
  ['@infimum/graphs', (graphs) => graphs['polygonPath']([[0, detached()]]), 'polygon[0]'],
  ['@infimum/graphs', (graphs) => graphs['onlineInstance']([[0.5, strange]]), 'rows[0]'],
  ['@infimum/graphs/dags', (graphs) => graphs['lassoScore'](square, detached()), 'lambda'],
  [
    '@infimum/games',
    (games) =>
      games['extremeEquilibria']({
        actions: [1, 1],
        payoffs: [Float64Array.of(1), Float64Array.of(1)],
        exact: [[{ num: 1n, den: 1n }, 3], [{ num: 1n, den: 1n }]],
      }),
    'exact[0]',
  ],
  [
    '@infimum/graphs',
    (graphs) => graphs['simulateOnline']({ ...noArrivals, probabilities: detached() }, { policy: 'greedy' }),
    'probabilities',
  ],
  ['@infimum/graphs', (graphs) => graphs['hierarchyFromPaths']([['a', detached()]]), 'files[0][1]'],
  ['@infimum/graphs', (graphs) => graphs['polygonTreemap']({ children: [undefined] }), /children/],
  ['@infimum/graphs', (graphs) => graphs['polygonTreemap']({ children: [{ value: detached() }] }), /value of/],
  ['@infimum/linalg', (linalg) => linalg['determinant']({ lu: { ...square, rows: 2 ** 53 }, permutation: [0, 1] }), 'factors'],
  ['@infimum/optim/acceleration', (optim) => optim['rk4'](() => {}, start), 'options'],
  ['@infimum/optim/constrained', (optim) => optim['l1Sqp']({ ...program, jacobian: undefined }, start), 'program.jacobian'],
  [
    '@infimum/optim/constrained',
    (optim) => optim['augmentedLagrangian']({ ...program, equalities: 1e-150 }, start),
    'program.equalities',
  ],
  [
    '@infimum/optim/constrained',
    (optim) => {
      const set = optim['linearConstraints'](square, { lower: 0 }) as ConstraintSet;
      return set.minimize({ dimension: 2, value: () => 0 }, start, [{ ...set, count: -1e308 }], {});
    },
    'constraints.count',
  ],
  [
    '@infimum/optim/constrained',
    (optim) => {
      const set = optim['linearConstraints'](square, { lower: 0 }) as ConstraintSet;
      return set.minimize({ dimension: 2, value: () => 0 }, start, [{ ...set, value: start }], {});
    },
    'constraints.value',
  ],
  [
    '@infimum/optim/constrained',
    (optim) => {
      const set = optim['linearConstraints'](square, { lower: 0 }) as ConstraintSet;
      return set.minimize({ dimension: 2, value: () => 0 }, start, [{ ...set, lower: undefined }], {});
    },
    'constraints.lower',
  ],
  ['@infimum/optim/private', (optim) => optim['dpSgd'](undefined, budget), 'loss'],
  ['@infimum/optim/private', (optim) => optim['dpGd']({ ...loss, records: 2 ** 53 }, budget), 'loss.records'],
  ['@infimum/optim/private', (optim) => optim['renyiEpsilon']([], 1e-5, {}), 'orders'],
  ['@infimum/ot/steps', (ot) => [...(ot['overrelaxedSinkhornSteps'](undefined, { epsilon: 1 }) as [])], 'problem'],
  ['@infimum/core/data', (core) => core['importData'](detached()), 'load'],
  ['@infimum/autodiff', (autodiff) => autodiff['variable'](detached()), 'shape[0]'],
  ['@infimum/games/queries', (games) => games['populationShares']([], 1e308, 1), 'profile'],
  ['@infimum/games/hats', (games) => games['winningArea']({ breakpoints: start }, {}), 'first.guesses'],
  ['@infimum/graphs', (graphs) => graphs['walkCovariance']({ nodes: 2 }, {}), /graph/],
  ['@infimum/linalg/streaming', (linalg) => linalg['createStreamingTopEigenvector']({ dimension: 2 ** 53 - 1 }), 'dimension'],
  ['@infimum/linalg', (linalg) => linalg['matvec'](square, start, null), 'options'],
  ['@infimum/linalg', (linalg) => linalg['cholesky'](square, null), 'options'],
  ['@infimum/linalg/sparse', (linalg) => linalg['spgemmPlan'](square, square, null), 'options'],
  ['@infimum/linalg', (linalg) => linalg['prepareMatrix'](square, null), 'options'],
  ['@infimum/optim', (optim) => optim['lion'](1e150), 'parameters'],
  ['@infimum/optim', (optim) => optim['mfac'](2 ** 32), 'parameters'],
  ['@infimum/optim/acceleration', (optim) => optim['gradientDescentMomentum'](10n), 'lipschitz'],
  ['@infimum/optim/acceleration', (optim) => optim['tripleMomentumMomentum'](strange), 'lipschitz'],
  ['@infimum/optim/fisher', (optim) => optim['windowInverseFisher'](1e308), /window|dimension/],
  ['@infimum/strings', (strings) => strings['approximateThreeSumCounts']([1], [1], null), /.+/],
  ['@infimum/strings', (strings) => strings['kMismatch']([10n, 1], [0, 1], { k: 1 }), /.+/],
  ['@infimum/learn/tuning', (learn) => learn['visionTransformerTensors']({}), /model/],
  ['@infimum/learn', (learn) => learn['readShardedSafetensors']('{"weight_map":{"a":"b"}}'), 'read'],
  ['@infimum/blackbox', (blackbox) => blackbox['trainEgg']({}, new Uint8Array(9), { steps: 1, pairs: 1, length: 4 }), /model/],
  ['@infimum/autodiff', (autodiff) => autodiff['compile']([{ ...x, inputs: [] }], []), 'first.outputs[0]'],
  ['@infimum/autodiff', (autodiff) => autodiff['sum']({ ...x }), 'x'],
  ['@infimum/blackbox', (blackbox) => blackbox['minimizeBlackBox'](() => 0, { lower: [0, 1], upper: 10n }), 'space.upper'],
  [
    '@infimum/blackbox',
    (blackbox) => Reflect.construct(blackbox['LowRankPopulation'], [[], { population: 10n }]),
    'population',
  ],
  ['@infimum/graphs', (graphs) => graphs['comparePolicies']({}, 'greedy', 'random', { runs: strange }), 'runs'],
  ['@infimum/graphs', (graphs) => graphs['geometricGraph'](10n, 3), 'n'],
  ['@infimum/graphs', (graphs) => graphs['graphFromEdges'](2, [[0, strange]]), 'edges'],
  ['@infimum/graphs', (graphs) => Reflect.construct(graphs['OnlineMatcher'], [{ weights: 1e150 }]), 'weights'],
  [
    '@infimum/graphs/partitions',
    (graphs) => graphs['distortionBound']({ parents: new Int32Array(0), labels: start, dimension: 2 }),
    'parents',
  ],
  ['@infimum/learn', (learn) => learn['labeledTable']([null], 'a'), 'rows[0]'],
  ['@infimum/learn', (learn) => learn['attackRelu']({ hidden: square, output: start }, square, start, 3), 'radii'],
  ['@infimum/linalg/sparse', (linalg) => linalg['readMatrixMarket'](detached()), 'chunks'],
  ['@infimum/linalg/sparse', (linalg) => (linalg['writeMatrixMarket'](square, null) as AsyncGenerator).next(), 'options'],
  [
    '@infimum/linalg/systems',
    (linalg) =>
      linalg['jacobi']({ rows: 1e308, cols: 2, apply: () => {}, diagonal: () => {} } as unknown, Float64Array.of(1, 1)),
    'a.rows',
  ],
  ['@infimum/linalg', (linalg) => linalg['blockMatrix']([undefined]), 'blocks[0]'],
  ['@infimum/linalg', (linalg) => linalg['matrixExponential']({ ...square, values: new Float64Array(4).fill(1e308) }), 'a'],
  [
    '@infimum/games',
    // biome-ignore lint/suspicious/noSparseArray: a hole is what is refused
    (games) => games['lemkeHowson']({ actions: [1, 1], payoffs: [Float64Array.of(1), ,] }),
    'payoffs',
  ],
  [
    '@infimum/optim/newton',
    (optim) =>
      optim['fitAlpha']([
        { dualNorm: strange, gamma: 1 },
        { dualNorm: 1, gamma: 1 },
      ]),
    'trace[0]',
  ],
  ['@infimum/ot/one-dimension', (ot) => ot['maxSlicedWasserstein'](square, square, { projections: 2 ** 32 }), 'projections'],
  [
    '@infimum/ot',
    (ot) => ot['gromovWasserstein'](square, { ...square, values: square.values.map((one) => one * 7e227) }),
    'second',
  ],
  ['@infimum/ot/experts', (ot) => ot['onlineRegret'](undefined, { experts: 2 }), 'batches'],
  ['@infimum/strings', (strings) => strings['sumCounts']([1], [1], null), 'options'],
  ['@infimum/strings', (strings) => strings['findManyInStream'](['a'], [], 1), 'patterns'],
  ['@infimum/learn', (learn) => learn['fitReluClassifier']({ ...square, rows: -Infinity }, ['a', 'b']), 'points.rows'],
  [
    '@infimum/graphs',
    (graphs) => graphs['hierarchyFromTable']([{ id: 'a' }, { id: 'b', parent: detached() }]),
    'rows[1].parent',
  ],
  [
    '@infimum/linalg',
    (linalg) => {
      const sparse = linalg['csrFromDense'] as (dense: unknown) => unknown;
      const factor = (linalg['sparseLu'] as (a: unknown) => object)(sparse(square));
      return linalg['solveSparseLu']({ ...factor, size: detached() }, start);
    },
    'factor.size',
  ],
  // Lists of what is no number where numbers are wanted: BigInts cannot be mixed with them, symbols not be made from.
  ['@infimum/blackbox', (blackbox) => Reflect.construct(blackbox['RankSession'], [[10n, 1]]), 'initial'],
  ['@infimum/blackbox', (blackbox) => Reflect.construct(blackbox['RankSession'], [BigInt64Array.of(1n)]), 'initial'],
  [
    '@infimum/bandits-rl/policy-evaluation',
    (bandits) => bandits['geometricPath'](1, 0, 1, [10n, 1], { normal: () => 0 }),
    'times',
  ],
  ['@infimum/games/queries', (games) => games['isPureNash'](binary, [10n, 1]), 'profile'],
  [
    '@infimum/linalg',
    (linalg) => {
      const factors = (linalg['ldl'] as (a: unknown) => object)(square);
      return linalg['solveLdl']({ ...factors, diagonal: BigInt64Array.of(1n, 2n) }, start);
    },
    'factors.diagonal',
  ],
  ['@infimum/optim/training', (optim) => optim['perceptronLoss'](square, [10n, 1]), 'labels'],
  ['@infimum/optim/training', (optim) => optim['convolutionalLoss'](square, [strange, 1]), 'labels'],
  ['@infimum/optim/training', (optim) => optim['convolutionalLoss'](square, start, { shape: null }), 'shape'],
  ['@infimum/graphs', (graphs) => graphs['hierarchyFromTable']([{ id: 'a', size: 10n }]), 'rows[0].size'],
  [
    '@infimum/optim/acceleration',
    (optim) => optim['betweenMomenta']({ stepSize: 10n, momentum: 0 }, { stepSize: 1, momentum: 0 }, 0.5),
    'a.stepSize',
  ],
  ['@infimum/optim/constrained', (optim) => optim['onSphere']({ ...program, equalities: strange }), 'program.equalities'],
  [
    '@infimum/ot/steps',
    (ot) => [...(ot['gromovBarycenterSteps']([square], { size: 2 }, { maxSeconds: 10n }) as [])],
    /maxSeconds|size/,
  ],
  // What cannot be made a text.
  [
    '@infimum/graphs',
    (graphs) => graphs['polygonTreemap']({ data: { name: Object.create(null) }, value: 1 }),
    'the name of a node',
  ],
  ['@infimum/graphs', (graphs) => graphs['toDot'](Float64Array.of(0, 1, 0, 0), [10n, 'b']), 'names[0]'],
  ['@infimum/learn', (learn) => learn['fitClassifier'](square, Object.create(null)), 'labels'],
  ['@infimum/core/data', (core) => core['readObject'](3, 'instance', [detached()]), 'fields[0]'],
  [
    '@infimum/optim/constrained',
    (optim) => {
      const set = optim['linearConstraints'](square, { lower: 0 }) as ConstraintSet;
      return set.minimize({ dimension: 2, value: () => 0 }, start, [{ ...set, variables: strange }], {});
    },
    'constraints',
  ],
  [
    '@infimum/verify',
    (verify) =>
      verify['readLayersModel'](
        {
          modelTopology: {
            class_name: 'Sequential',
            config: [{ class_name: strange, config: { batch_input_shape: [null, 2] } }],
          },
          weightsManifest: [],
        },
        new Uint8Array(0),
      ),
    'model.layers[0].class_name',
  ],
  [
    '@infimum/blackbox',
    (blackbox) => blackbox['meanReturn']({ environment: 'cart-pole', hidden: [-1e308] }, start),
    'task.hidden[0]',
  ],
  ['@infimum/strings', (strings) => strings['findInStream']([], 'a', 1, null), 'options'],
  // Arrays without memory are as empty as a matrix without columns.
  ['@infimum/linalg/systems', (linalg) => linalg['lsmr']({ rows: 2, cols: 0, values: detached() }, start), /^a/],
  ['@infimum/graphs', (graphs) => graphs['thresholdToDag'](Float64Array.of(0, 1, 0, 0), strange), 'threshold'],
  ['@infimum/learn', (learn) => learn['parseLibsvm']('1 1:2', strange), 'cols'],
  [
    '@infimum/bilevel',
    (bilevel) => bilevel['cleaningProblem']({ train: { design: { ...square, cols: strange } } }),
    'train.design.cols',
  ],
  [
    '@infimum/optim/private',
    (optim) => optim['exactGradientNorm']({ ...loss, recordGradient: undefined }, start),
    'loss.recordGradient',
  ],
  ['@infimum/learn', (learn) => learn['samplePatterns'](square, 1e308), 'count'],
  ['@infimum/learn', (learn) => learn['imagePatches'](square, { imageSize: {}, patchSize: 1 }), 'imageSize'],
  // Holes, which `map` passes over.
  ['@infimum/strings', (strings) => strings['findManyInStream']([], new Array(2), 1), 'patterns'],
  // Sizes beyond memory, and loops that data would send round for ever.
  ['@infimum/learn', (learn) => learn['hardSeparable'](2 ** 53, 1e308), 'n'],
  ['@infimum/learn', (learn) => learn['separatedSphere'](2 ** 24, 2 ** 24, 0.1, 1), 'n'],
  ['@infimum/learn', (learn) => learn['separatedSphere'](5, 3, 1e308, 1), 'm'],
  ['@infimum/core', (core) => core['allocateVector'](2 ** 30, 'size'), 'size'],
  ['@infimum/optim', (optim) => optim['blockSoftmax'](square, Int32Array.of(0, 1), 2 ** 53), 'classes'],
  ['@infimum/optim/training', (optim) => optim['perceptronLoss'](square, Int32Array.of(0, 1), { classes: 2 ** 31 }), 'options'],
  [
    '@infimum/linalg',
    (linalg) => {
      const sparse = linalg['csrFromDense'] as (dense: unknown) => unknown;
      const factor = (linalg['sparseLu'] as (a: unknown) => { upper: object })(sparse(square));
      const pointers = Int32Array.of(-(2 ** 31), 0, 0);
      return linalg['solveSparseLu']({ ...factor, upper: { ...factor.upper, rowPointers: pointers } }, start);
    },
    'factor.upper',
  ],
  [
    '@infimum/learn',
    (learn) =>
      learn['formatLibsvm']({
        points: { ...square, rowPointers: Int32Array.of(0, 2 ** 30, 0), columnIndices: new Int32Array(0) },
        labels: start,
      }),
    /points/,
  ],
  // Answers of what the caller hands over.
  [
    '@infimum/bandits-rl',
    (bandits) => {
      const cartPole = bandits['environmentOf']((bandits['cartPole'] as () => unknown)()) as object;
      const given = (bandits['softmaxPolicy'] as (n: number, m: number) => { size: number })(4, 2);
      return bandits['evaluatePolicy']({ ...cartPole, reset: () => undefined }, given, new Float64Array(given.size));
    },
    'environment.reset()',
  ],
  [
    '@infimum/blackbox',
    (blackbox) =>
      blackbox['minimizeBlackBoxOn'](
        { map: () => undefined, close: () => {} },
        { module: 'a', name: 'b' },
        { dimension: 2, initial: start },
        { maxIterations: 2 },
      ),
    'executor.map()',
  ],
  [
    '@infimum/core/executor',
    (core) => {
      const { map } = core['inlineExecutor']() as { map: (task: object, inputs: unknown[]) => unknown };
      return map({ module: 'no-such-module', name: 'f' }, [1]);
    },
    'task.module',
  ],
  [
    '@infimum/core',
    (core) => core['hessianVectorError']({ dimension: 2, gradient: () => {}, hessianVector: 'h' }, start, start),
    'objective.hessianVector',
  ],
  [
    '@infimum/games/hats',
    (games) => games['simulateHats']({ height: -1, f: [], g: [], pass: [] }, { runs: 1 }),
    'strategy.height',
  ],
  ['@infimum/games/hats', (games) => games['simulateHats'](games['knownBlocks']('K3'), { runs: 1e308 }), 'runs'],
  [
    '@infimum/games/hats',
    (games) => games['truncateBlocks'](games['knownBlocks']('K3'), 2, { height: 1, value: { num: 1n, den: 4 } }),
    'rest.value.den',
  ],
  [
    '@infimum/games/queries',
    (games) => {
      const game = games['binaryGameOf']({
        actions: Int32Array.of(2, 2),
        payoffs: [new Float64Array(4), new Float64Array(4)],
      }) as object;
      return games['isPureNash']({ ...game, players: 3 }, new Uint8Array(3));
    },
    'player',
  ],
  [
    '@infimum/bandits-rl/online-learning',
    (bandits) => bandits['matrixGeometricResampling'](() => {}, { dimension: 2 ** 53 - 1, ridge: 1, inner: 1, outer: 1 }),
    'dimension',
  ],
  [
    '@infimum/bandits-rl/online-learning',
    (bandits) => bandits['matrixGeometricResampling'](() => {}, { dimension: 1, ridge: 1, inner: 2 ** 32, outer: 1 }),
    'inner',
  ],
  [
    '@infimum/optim/private',
    (optim) => optim['exactGradientNorm']({ dimension: 1, records: 2 ** 31, recordGradient: () => {} }, new Float64Array(1)),
    'loss.records',
  ],
  ['@infimum/games/hats', (games) => games['simulateHats'](games['knownBlocks']('K3'), { runs: 1, p: 1e-310 }), 'p'],
  ...(['title', 'players', 'strategyNames'] as const).map(
    (name): Row => [
      '@infimum/games',
      (games) => games['writeNfg']({ ...(games['bimatrix']([[1, 0]], [[0, 2]]) as object), [name]: 10n }),
      `game.${name}`,
    ],
  ),
  [
    '@infimum/learn/tuning',
    (learn) => {
      const model = learn['randomVisionTransformer']({
        imageSize: [8, 8],
        patchSize: 4,
        width: 8,
        blocks: 1,
        heads: 2,
        classes: 2,
      });
      return learn['readVisionTransformer'](learn['visionTransformerTensors'](model), { heads: 2, imageSize: [8n, 8] });
    },
    /^config\.imageSize/,
  ],
  ...(['targets', 'beta', 'patches'] as const).map(
    (name): Row => [
      '@infimum/learn',
      (learn) => {
        const hidden = { rows: 1, cols: 1, values: Float64Array.of(1) };
        const instance = { points: hidden, targets: Float64Array.of(1), loss: 'squared', beta: 1, [name]: null };
        return learn['reluObjective'](instance, { hidden, output: Float64Array.of(1) });
      },
      name,
    ],
  ),
  ['@infimum/linalg', (linalg) => linalg['transpose']({ rows: 1, cols: 2, values: [1, 2n] }), /^matrix\.values/],
  ['@infimum/linalg', (linalg) => linalg['randomizedSvd'](square, { rank: 1, powerIterations: 2 ** 31 }), 'powerIterations'],
  ['@infimum/bandits-rl/policy-evaluation', (bandits) => bandits['geometricPath'](10n, 0, 1, start, new Random(1)), 'initial'],
  ['@infimum/bandits-rl/policy-evaluation', (bandits) => bandits['ornsteinUhlenbeckPath'](10n, 1, start, new Random(1)), 'a'],
  ...(['initialVariance', 'timeLimit'] as const).map(
    (name): Row => [
      '@infimum/bandits-rl/environments',
      (bandits) =>
        bandits['linearQuadraticReturn'](
          { ...(bandits['pointMass']() as object), [name]: Number.POSITIVE_INFINITY },
          new Float64Array(2),
          0,
          1,
        ),
      name,
    ],
  ),
  ['@infimum/optim/training', (optim) => optim['hessianDiagonal'](() => {}, 2, { samples: 2 ** 31 }), 'samples'],
  [
    '@infimum/optim/constrained',
    (optim) =>
      optim['minimize']({ value: () => 0, gradient: 'g' }, start, {
        constraints: optim['linearConstraints'](square, { upper: 0 }),
      }),
    'objective.gradient',
  ],
  [
    '@infimum/optim/constrained',
    (optim) => optim['nonlinearConstraints']({ count: 1, value: () => {}, jacobian: 'j' }, { upper: 0 }),
    'functions.jacobian',
  ],
  ...(['journal', 'onAnswer'] as const).map(
    (name): Row => [
      '@infimum/blackbox',
      (blackbox) => blackbox['minimizeBlackBox'](() => 1, { lower: [0], upper: [1] }, { maxEvaluations: 4, [name]: null }),
      name,
    ],
  ),
  [
    '@infimum/blackbox',
    (blackbox) => blackbox['minimizeBlackBox'](() => 1, { lower: [0], upper: [1] }, { maxEvaluations: 4, journal: [null] }),
    'journal[0]',
  ],
  [
    '@infimum/blackbox',
    (blackbox) => blackbox['minimizeBlackBox'](() => 1, { lower: [0], upper: [1] }, { maxEvaluations: 4, retries: 2 ** 31 }),
    'retries',
  ],
  ...(['factor', 'accuracy'] as const).map(
    (name): Row => [
      '@infimum/blackbox',
      (blackbox) => blackbox['shiftedFunction']('ackley', 2, { [name]: 10n }),
      `options.${name}`,
    ],
  ),
  ['@infimum/ot', (ot) => ot['solvePointTransport'](square, square, { metric: null, epsilon: 1 }), 'metric'],
];

describe('hostile arguments are refused', () => {
  it.each(FELL.map(([module, call, argument]) => [`${module}: ${call}`, module, call, argument] as const))(
    '%s',
    async (_, module, call, argument) => {
      const exports = (await import(addresses.get(module) as string)) as Exports;
      const complaint = await Promise.resolve()
        .then(() => call(exports))
        .then(
          () => undefined,
          (error: unknown) => error,
        );
      expect(complaint).toBeInstanceOf(InvalidInputError);
      const named = (complaint as InvalidInputError).argument;
      if (typeof argument === 'string') expect(named).toBe(argument);
      else expect(named).toMatch(argument);
    },
  );
});
