// The names by which people look for what stands here under others: of packages, of the map of «Choosing», of pages of the guide.

/** By the package's folder. */
export const packageWords: Readonly<Record<string, string>> = {
  autodiff:
    'automatic differentiation, autograd, backpropagation, backward, derivative of my function, Jacobian, Hessian, JAX, PyTorch tensors, computational graph',
  'bandits-rl':
    'reinforcement learning, RL, gym, gymnasium, A/B testing, multi-armed bandit, control theory, LQR, Riccati, off-policy evaluation',
  bilevel:
    'hyperparameters, hypergradient, meta-learning, MAML, cross-validation, grid search, random search, Bayesian optimisation, Gaussian process',
  blackbox:
    'derivative-free, gradient-free, genetic algorithm, evolution strategy, differential evolution, particle swarm, simulated annealing, optuna, hyperopt, nevergrad, global optimisation, expensive function, hyperparameter search',
  core: 'registry, plug-in, time limit, timeout, abort, cancel, progress, callback, random numbers, seed, errors, executor, CSV, npy',
  datasets: 'data sets, sample data, iris, digits, MNIST, breast cancer, flower photo, Hamlet, CSV',
  distributed: 'cluster, many machines, Redis, Valkey, queue, workers, BullMQ',
  games:
    'game theory, Nash equilibrium, correlated equilibrium, zero-sum, minimax, saddle point, gambit, prisoner’s dilemma, rock paper scissors',
  graphs: 'network, random walk, causal discovery, DAG, treemap, matching, assignment, sampling, MCMC on graphs',
  infimum: 'everything, all packages, registry, umbrella, solve by name',
  learn: 'machine learning, classification, SVM, perceptron, logistic regression, ReLU network, fine-tuning, LoRA',
  linalg:
    'linear algebra, eigenvalues, eigenvectors, singular value decomposition, SVD, matrix inverse, invert a matrix, pseudo-inverse, determinant, LU, QR, Cholesky, least squares, sparse matrix, CSR, matrix multiplication, matmul, matrix exponential, condition number, null space, rank, Krylov, BLAS, LAPACK, numeric, Matrix Market',
  optim:
    'optimisation, linear programming, LP, simplex, quadratic programming, QP, cvxpy, convex optimisation, root finding, fsolve, brentq, zero of a function, solve equations, nonlinear equations, curve fitting, regression, least squares, Levenberg-Marquardt, gradient descent, Newton, constrained optimisation, bounds, lasso, ridge, stochastic gradient, trust region, line search',
  ot: 'optimal transport, earth mover, EMD, Wasserstein, Sinkhorn, assignment, Hungarian, barycentre',
  rigor:
    'interval arithmetic, verified numerics, validated computation, exact arithmetic, fractions, rational numbers, rounding error, error bound, BigInt, certified, proof, double-double',
  strings:
    'pattern matching, approximate search, edit distance, Levenshtein, Hamming distance, fuzzy search, alignment, DNA, FASTA, diff, regular expression',
  verify:
    'neural network verification, robustness, adversarial example, ONNX, Keras, safetensors, Lipschitz, monotone, VNN-LIB, certified',
};

/** Of the map itself. */
export const choosingWords =
  'which solver, which method, which algorithm, choose, pick, recommend, help me, decision tree of methods, comparison';

/** Of pages of the guide, by their files. */
export const guideWords: Readonly<Record<string, string>> = {
  'guide/index.md':
    'install, installation, npm, yarn, pnpm, getting started, quick start, tutorial, import, Node, Deno, Bun, CDN, script tag, esm, TypeScript, bundler, webpack, vite, esbuild',
  'guide/iteration-protocol.md':
    'time limit, timeout, maxSeconds, maxIterations, abort, cancel, stop, pause, resume, progress, callback, onIteration, trace, generator, status, converged, stopping criterion, tolerance',
  'guide/threads-and-browsers.md':
    'wasm, WebAssembly, SIMD, threads, multithreading, parallel, web worker, SharedArrayBuffer, cross-origin isolation, COOP, COEP, browser, mobile',
  'guide/performance.md': 'speed, fast, slow, profiling, memory, kernel, benchmark of functions, bundle size',
  'guide/numerics.md': 'determinism, reproducible, floating point, rounding, NaN, precision, accuracy, seed',
  'guide/rigor.md':
    'proof, proofs, prove, proved, certificate, verified, interval arithmetic, guaranteed, exact, certify, check a proof',
  'guide/plugins.md': 'plug-in, extend, own solver, own problem, register, custom algorithm',
  'guide/benchmarks.md': 'benchmark, compare solvers, race, command line, CLI, report, infimum-bench, reproduce a paper',
  'guide/architecture.md': 'architecture, packages, design, contribute',
  'guide/not-here.md': 'not here, missing, unsupported, alternatives',
  'guide/from/scipy.md':
    'scipy, numpy, minimize, linprog, linalg, sparse, curve_fit, fsolve, brentq, least_squares, eigsh, svds',
  'guide/from/scikit-learn.md': 'scikit-learn, sklearn, LogisticRegression, LinearSVC, Lasso, Perceptron, PCA',
  'guide/from/pytorch.md': 'PyTorch, torch, torch.optim, Adam, SGD, optimizer, TensorFlow',
  'guide/from/pot.md': 'POT, Python Optimal Transport, ot.emd, ot.sinkhorn, OTT',
  'guide/from/networkx.md': 'NetworkX, igraph, graph library',
  'guide/from/nashpy.md': 'nashpy, gambit, pygambit, quantecon',
  'guide/from/pycma.md': 'pycma, cma, CMA-ES, nevergrad, optuna, evosax',
  'guide/from/auto-lirpa.md': 'auto_LiRPA, alpha-beta-CROWN, CROWN, Marabou, verification of networks',
};
