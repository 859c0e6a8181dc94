// Valid calls of functions that no example of the documentation calls, or calls in only one of several ways: code that the fuzzer
// runs like examples. A line is one program, with access to all exports of the module before it.

const square = '{ rows: 2, cols: 2, values: Float64Array.of(2, 1, 1, 3) }';
const rows = '{ rows: 4, cols: 2, values: Float64Array.of(1, 0, 2, 1, -1, 1, -2, 0) }';
const square01 = '{ rows: 2, cols: 2, values: Float64Array.of(1, 0, 0, 1) }';
const network = '{ hidden: { rows: 1, cols: 2, values: Float64Array.of(1, -1) }, output: Float64Array.of(0.5) }';
const game = '{ actions: [2, 2], payoffs: [Float64Array.of(1, 0, 0, 1), Float64Array.of(0, 1, 1, 0)] }';
const online = 'onlineInstance([[0.5, 0.5], [0.5, 0]])';
const x = 'variable(2, 3)';

/** Module, and what to run. */
export const MORE_EXAMPLES: readonly (readonly [string, string])[] = [
  ['autodiff', `for (const f of [abs, cos, erf, erfc, gelu, relu, leakyRelu, log, sigmoid, sign, sqrt, tanh, detach]) f(${x})`],
  ['autodiff', `for (const f of [max, mean, min, logSumExp, sum]) f(${x}, 1)`],
  ['autodiff', `for (const f of [softmax, logSoftmax]) f(${x}, 1)`],
  ['autodiff', `for (const f of [equal, less, maximum, minimum, div]) f(${x}, constant([1, 2, 3, 4, 5, 6], [2, 3]))`],
  ['autodiff', `averagePool(variable(1, 1, 4, 4), [2, 2])`],
  ['autodiff', `broadcastTo(${x}, [2, 2, 3])`],
  ['autodiff', `clamp(${x}, 0, 1)`],
  ['autodiff', `diagonal(variable(3, 3))`],
  ['autodiff', `inverse(variable(3, 3))`],
  ['autodiff', `logDeterminant(variable(3, 3))`],
  ['autodiff', `pow(${x}, 2)`],
  ['autodiff', `scatter(variable(2), [0, 2], [4])`],
  ['autodiff', `solveTriangular(variable(3, 3), variable(3, 1))`],
  ['autodiff', `stack([${x}, ${x}], 0)`],
  ['autodiff', `take(${x}, [0, 1], 0)`],
  ['autodiff', `takeAlong(${x}, [0, 2])`],
  ['autodiff', `transpose(${x}, [1, 0])`],
  ['bandits-rl', `for (const f of [acrobot, mountainCar, mountainCarContinuous, pendulum]) f(20)`],
  ['bandits-rl', `callValue(1, 0.05, 1)`],
  ['bandits-rl', `geometricPath(1, 0.1, 0.2, Float64Array.of(0, 0.5, 1), { normal: () => 0.3 })`],
  ['bandits-rl', `ornsteinUhlenbeckPath(1, 0.2, Float64Array.of(0, 0.5, 1), { normal: () => 0.3 })`],
  [
    'bandits-rl',
    `linearInstance({ a: ${square}, b: ${square}, q: ${square}, r: ${square} }, Float64Array.of(1, 1), { window: 0.1 })`,
  ],
  [
    'bandits-rl',
    `const a = ${square}; linearQuadraticReturn({ a, b: a, q: a, r: a, initialVariance: 1, timeLimit: 5 }, Float64Array.of(0.1, 0, 0, 0.1), 0.5, 0.9)`,
  ],
  [
    'bandits-rl',
    `matrixGeometricResampling((out) => out.fill(0.5), { dimension: 2, inner: 3, outer: 2, regularisation: 0.1 })`,
  ],
  ['bandits-rl', `regularizedInverseCovariance(Float64Array.of(1, 0, 0, 1), 2, 0.1)`],
  ['bandits-rl', `tabularDynamics(cliffWalking())`],
  ['bandits-rl', `softmaxPolicy(3, 2, [4])`],
  ['bandits-rl', `normalPolicy(3, 2, 0.5, [4])`],
  ['blackbox', `meanReturn({ environment: 'cart-pole', hidden: [2], episodes: 1, target: 1 }, new Float64Array(16))`],
  ['blackbox', `centeredRanks(Float64Array.of(3, 1, 2), new Float64Array(3))`],
  [
    'blackbox',
    `digitGenerator({ images: { values: new Float64Array(64 * 60).map((_, i) => i % 16) }, labels: new Uint8Array(60).map((_, i) => i % 10) })`,
  ],
  ['blackbox', `proximalPoint((x) => x[0] ** 2 + x[1] ** 2, Float64Array.of(1, 2), 0.5)`],
  ['blackbox', `shapeFitness(Float64Array.of(1, 2, 0, 3), 'rank')`],
  ['blackbox', `shiftedFunction('rastrigin', 3, { seed: 1 })`],
  ['blackbox', `softmaxBlackBox(Float64Array.of(1, 2, 3, 4), Uint8Array.of(0, 1), 2, 2)`],
  ['blackbox', `consensusPoint(Float64Array.of(1, 2, 3, 4), Float64Array.of(0, 1), 2)`],
  ['blackbox', `rankGradient(Float64Array.of(1, 0, 0, 1), [[0], [1]], new Float64Array(2))`],
  [
    'core',
    `hessianVectorError({ dimension: 2, value: (x) => x[0] ** 2, gradient: (x, out) => { out[0] = 2 * x[0]; out[1] = 0; }, hessianVector: (x, v, out) => { out[0] = 2 * v[0]; out[1] = 0; } }, Float64Array.of(1, 1), Float64Array.of(1, 0))`,
  ],
  [
    'core',
    `jsonSchemaOf({ size: { type: 'integer', min: 1, default: 2, description: 'Size' }, kind: { type: 'choice', choices: ['a', 'b'], default: 'a', description: 'Kind' } })`,
  ],
  ['core', `parseWith({ size: { type: 'integer', min: 1, default: 2, description: 'Size' } }, { size: 3 }, 'options')`],
  ['core', `readMatrix([[1, 2], [3, 4]], 'a'); readMatrix({ rows: 1, cols: 2, values: [1, 2] }, 'a')`],
  ['core', `readVector([1, 2, 3], 'v')`],
  ['core', `readObject({ a: 1 }, 'instance', ['a'])`],
  ['core', `runOptionsOf({ size: { type: 'integer', default: 2, description: 'Size' } }, { maxSeconds: 1, maxIterations: 5 })`],
  ['core', `allocateVector(3, 'size')`],
  ['distributed', `versionOf(['${import.meta.url}'])`],
  [
    'games',
    `const g = ${game}; binaryGameOf(g); pureNashEquilibria(binaryGameOf(g)); isPureNash(binaryGameOf(g), Uint8Array.of(0, 1))`,
  ],
  ['games', `pureNashEquilibria({ players: 2, payoff: (player, profile) => profile[player] })`],
  ['games', `isPureNash({ players: 2, payoff: (player, profile) => profile[player] }, Uint8Array.of(0, 1))`],
  ['games', `blockToMeasurable(knownBlocks('K3'), 'first', 2)`],
  ['games', `blockValue(knownBlocks('K3'), 0.4)`],
  ['games', `simulateHats(knownBlocks('K3'), { trials: 10, seed: 1, p: 0.5 })`],
  ['games', `truncateBlocks(knownBlocks('K3'), 2, { height: 1, value: { num: 1n, den: 4n } })`],
  ['games', `evaluateTeam([Uint8Array.of(0, 0, 0, 0), Uint8Array.of(0, 0, 0, 0)], { height: 2, p: 0.5 })`],
  ['games', `dropPlayer([new Uint8Array(16), new Uint8Array(16), new Uint8Array(16)], { height: 2, p: 0.5 })`],
  ['games', `kibitzerReduction(${game}, { horizon: 2 })`],
  ['games', `matrixGameInclusion(${square})`],
  ['games', `populationShares(Uint8Array.of(0, 1, 1, 0), 1, 2)`],
  ['games', `robustRegression(Float64Array.of(1, 0, 0, 1), Float64Array.of(1, 2), 0.5, 1)`],
  ['games', `writeGam(${game}); writeLrs(${game})`],
  ['games', `lowerBoundCurve([0.3, 0.5], { maxBlock: 1, starts: 1, seed: 1 })`],
  ['graphs', `barabasiAlbert(8, 2, 1)`],
  ['graphs', `geometricGraph(8, 1)`],
  ['graphs', `cycleGraph(5); starGraph(5); gridGraph(3)`],
  ['graphs', `cpdagDistance(Uint8Array.of(0, 1, 0, 0), Uint8Array.of(0, 0, 1, 0))`],
  ['graphs', `const data = ${rows}; for (const f of [dagma, golem, topoByScore]) f(data, { maxIterations: 2 })`],
  ['graphs', `topoPostProcess(${rows}, Float64Array.of(0, 1, 0, 0), { maxIterations: 2 })`],
  ['graphs', `lassoScore(${rows}, 0.1); logisticScore(${square01}, 0.1); networkScore(${rows}, { lambda: 0.1 })`],
  ['graphs', `polygonPath([[0, 0], [1, 0], [0, 1]])`],
  ['graphs', `toDot(Float64Array.of(0, 2, 0, 0), ['a', 'b'])`],
  [
    'graphs',
    `const tree = ultrametricFromDistances({ rows: 3, cols: 3, values: Float64Array.of(0, 1, 2, 1, 0, 2, 2, 2, 0) }, 2); distortionBound(tree)`,
  ],
  ['graphs', `rankingJointOutcome(${online}, 0, { ranks: Float64Array.of(0.5, 0.5), thresholds: Float64Array.of(0.2, 0.6) })`],
  [
    'graphs',
    `hierarchyFromTable([{ id: 'a', parent: 'all', size: 1 }, { id: 'all', size: 0 }, { id: 'b', parent: 'all', size: 3 }])`,
  ],
  [
    'graphs',
    `graphFromEdges(3, [[0, 1], [1, 2]]); graphFromEdges(3, [0, 1, 1, 2]); graphFromEdges(3, Int32Array.of(0, 1, 1, 2))`,
  ],
  [
    'graphs/linear-programs',
    `const instance = { weights: Float64Array.of(1, 1), rowPointers: Int32Array.of(0, 2, 3), columnIndices: Int32Array.of(0, 1, 0), probabilities: Float64Array.of(0.5, 0.5, 0.5) }; await configurationLp(instance); await pathLp(instance)`,
  ],
  ['learn', `attackRelu(${network}, ${rows}, Float64Array.of(1, -1, 1, -1), Float64Array.of(0.1, 0.1), { steps: 2 })`],
  [
    'learn',
    `const model = fitClassifier(${rows}, [0, 0, 1, 1]); decisionValues(model, ${rows}); scoreClassifier(model, ${rows}, [0, 0, 1, 1])`,
  ],
  [
    'learn',
    `formatLibsvm({ points: { rows: 1, cols: 2, rowPointers: Int32Array.of(0, 1), columnIndices: Int32Array.of(1), values: Float64Array.of(0.5) }, labels: Float64Array.of(1) })`,
  ],
  ['learn', `hardSeparable(5, 0.1); separableLadder(3); separatedSphere(5, 3, 0.1, 1)`],
  ['learn', `reluAccuracy(${network}, ${rows}, Float64Array.of(1, -1, 1, -1), Float64Array.of(0.1, 0.1))`],
  [
    'learn',
    `reluObjective({ points: ${rows}, targets: Float64Array.of(1, -1, 1, -1), loss: 'squared', beta: 0.1 }, ${network})`,
  ],
  ['learn', `samplePatterns(${rows}, 3, 1)`],
  ['learn/tuning', `snellMetadata({ ratio: 0.5, power: 2, perLayer: false })`],
  ['optim/objectives', `affineEquations(${square}, Float64Array.of(1, 1)); chebyshevChain(3)`],
  [
    'optim/acceleration',
    `betweenMomenta(nesterovMomentum(2, 1), gradientDescentMomentum(2, 1), 0.5); tripleMomentumMomentum(2, 1)`,
  ],
  [
    'optim/newton',
    `holderHessianRadius(0.5, 1); lipschitzGradientRadius(2); quasiSelfConcordantRadius(1); relaxedSmoothnessRadius(1, 1)`,
  ],
  ['optim/acceleration', `itemCoefficients(0.5, 0.2)`],
  [
    'optim/acceleration',
    `slowTimeField({ dimension: 1, value: (x) => x[0] ** 2, gradient: (x, out) => { out[0] = 2 * x[0]; } }, { damping: 1, mass: 1 })`,
  ],
  [
    'optim/training',
    `convolutionalLoss({ rows: 2, cols: 16, values: new Float64Array(32).fill(0.5) }, Uint8Array.of(0, 1), { shape: [4, 4], channels: 2, kernel: 3, pool: 2, classes: 2 })`,
  ],
  ['optim', `blockSoftmax(${rows}, Int32Array.of(0, 1, 0, 1), 2)`],
  ['optim/constrained', `gridProgram(3); gridTarget(3); mancino(3); onSphere(gridProgram(3))`],
  [
    'optim/constrained',
    `logisticProgram({ points: ${rows}, labels: Float64Array.of(1, -1, 1, -1), matrix: { rows: 1, cols: 2, values: Float64Array.of(1, 1) }, rightSide: Float64Array.of(0) })`,
  ],
  ['optim/private', `calibrateNoise((sigma) => [{ rate: 0.1, sigma, count: 10 }], 1, 1e-5)`],
  [
    'optim/private',
    `concentratedBudget(1, 1e-5); concentratedEpsilon(0.1, 1e-5); gaussianMu(1, 1e-5); sampledGaussianRdp(0.1, 1, 4)`,
  ],
  [
    'optim/private',
    `distanceLoss(${rows}); const loss = linearLoss(${rows}, Float64Array.of(1, -1, 1, -1), 'logistic', 1); exactGradientNorm(loss, Float64Array.of(0, 0))`,
  ],
  ['optim/proximal', `halfspace(Float64Array.of(1, 0), 1); l1Ball(1); l2Ball(1); linfBall(1)`],
];
