// site/choosing.ts
import { readFileSync as readFileSync2 } from "node:fs";
import path3 from "node:path";

// data/choices.ts
var BRANCHES = [
  {
    id: "histograms",
    have: "Two histograms, images or clouds of points",
    choices: [
      {
        id: "distance",
        say: "How far apart are they, and what goes where?",
        problem: "ot/transport",
        use: "solveTransport",
        from: "@infimum/ot",
        why: "It takes points, weights or costs, picks the method by their size and kind, and says which. Exact unless you give it an \u03B5."
      },
      {
        id: "image-distance",
        say: "They are images: how far is one from the other?",
        problem: "ot/transport",
        use: "gridSinkhorn",
        from: "@infimum/ot",
        why: "On a grid costs never stand in memory: a step takes a convolution along each axis, so that images of 256 x 256 are fine."
      },
      {
        id: "line-distance",
        say: "They lie on a line.",
        problem: "ot/transport",
        use: "wasserstein1dDistance",
        from: "@infimum/ot",
        why: "Sorting answers exactly, for millions of numbers."
      },
      {
        id: "assignment",
        say: "Who does what: pairs at the least cost.",
        problem: "ot/transport",
        use: "linearAssignment",
        from: "@infimum/ot",
        why: "Shortest augmenting paths (Jonker-Volgenant): exact, rectangular costs too."
      },
      {
        id: "unequal-mass",
        say: "Their masses differ, or some points should stay where they are.",
        problem: "ot/unbalanced-transport",
        use: "unbalancedSinkhorn",
        from: "@infimum/ot",
        why: "Marginals become a price instead of a rule. For a given share of the mass take partialTransport."
      },
      {
        id: "average-shape",
        say: "I want the average of several.",
        problem: "ot/barycenter",
        use: "convolutionalBarycenter",
        from: "@infimum/ot",
        why: "For images and histograms on a grid. For clouds of points take freeSupportBarycenter."
      },
      {
        id: "other-space",
        say: "They live in different spaces; I know only distances within each.",
        problem: "ot/gromov-wasserstein",
        use: "gromovWasserstein",
        from: "@infimum/ot",
        why: "Compares distances with distances. The problem is not convex: it finds a local minimum."
      },
      {
        id: "experts",
        say: "Tokens go to experts that must carry the same load.",
        problem: "ot/expert-assignment",
        use: "assignExperts",
        from: "@infimum/ot",
        why: "Exact for a batch, with a dual value that proves it. For a stream take createExpertBalancer."
      }
    ]
  },
  {
    id: "systems",
    have: "A matrix and a right-hand side",
    choices: [
      {
        id: "sparse-system",
        say: "A big sparse system, symmetric and positive definite.",
        problem: "linalg/linear-system",
        use: "conjugateGradient",
        from: "@infimum/linalg",
        why: "Needs products with the matrix alone. With a bad condition give it incompleteCholesky as preconditioner."
      },
      {
        id: "sparse-factor",
        say: "The same sparse matrix, and many right-hand sides.",
        problem: "linalg/linear-system",
        use: "sparseCholesky",
        from: "@infimum/linalg",
        why: "Factored once, each right-hand side costs two substitutions. Indefinite matrices: sparseLdl."
      },
      {
        id: "general-system",
        say: "It is not symmetric.",
        problem: "linalg/linear-system",
        use: "gmres",
        from: "@infimum/linalg",
        why: "The residual never grows. bicgstab needs less memory, symmetric indefinite systems are for minres."
      },
      {
        id: "overdetermined",
        say: "There are more equations than unknowns.",
        problem: "linalg/linear-system",
        use: "lsqr",
        from: "@infimum/linalg",
        why: "Least squares by products with A and its transpose. Small and dense: leastSquares, by QR."
      },
      {
        id: "dense-system",
        say: "It is small and dense.",
        problem: "linalg/linear-system",
        use: "solve",
        from: "@infimum/linalg",
        why: "Looks at the matrix, takes the factorisation that suits it, and tells the backward error."
      },
      {
        id: "many-systems",
        say: "One system after the other, all alike, and a relaxation factor to choose.",
        problem: "bandits-rl/relaxation",
        use: "tuneRelaxation",
        from: "@infimum/bandits-rl",
        why: "Learns the factor from how long the systems so far have taken."
      },
      {
        id: "sparse-product",
        say: "Two sparse matrices to multiply.",
        problem: "linalg/sparse-product",
        use: "spgemm",
        from: "@infimum/linalg",
        why: "The accumulator is chosen row by row. The same pattern again and again: spgemmPlan. More cores: spgemmParallel."
      }
    ]
  },
  {
    id: "table",
    have: "A table of data",
    choices: [
      {
        id: "main-direction",
        say: "In which direction do its rows vary most? They come as a stream.",
        problem: "linalg/streaming-top-eigenvector",
        use: "createStreamingTopEigenvector",
        from: "@infimum/linalg",
        why: "One pass, memory of a few rows. A whole matrix in memory: svd or randomizedSvd."
      },
      {
        id: "lasso",
        say: "A linear model with few coefficients (lasso).",
        problem: "optim/composite",
        use: "lassoWorkingSet",
        from: "@infimum/optim",
        why: "Working sets with a duality gap that proves the answer. Other penalties and losses: fista, blockCoordinateDescent."
      },
      {
        id: "curve",
        say: "A curve of mine with a few parameters to fit.",
        problem: "optim/smooth",
        use: "curveFit",
        from: "@infimum/optim",
        why: "Levenberg-Marquardt with standard errors. Residuals of any other kind: leastSquares."
      },
      {
        id: "classes",
        say: "Which class does a row belong to?",
        problem: "learn/separable-classification",
        use: "fitClassifier",
        from: "@infimum/learn",
        why: "Names as labels, any number of classes. Whether a plane separates them at all: separability."
      },
      {
        id: "noisy-classes",
        say: "Two classes, some labels are wrong, and I want to know when not to trust the answer.",
        problem: "verify/testable-halfspace",
        use: "testAndLearnHalfspace",
        from: "@infimum/verify",
        why: "Tests what the guarantee needs on your data, and refuses when it does not hold."
      },
      {
        id: "two-layers",
        say: "A small ReLU network, trained to its global optimum.",
        problem: "learn/two-layer-relu",
        use: "convexReluAdmm",
        from: "@infimum/learn",
        why: "Two layers are a convex programme over activation patterns; many rows: sampledConvexRelu."
      },
      {
        id: "causes",
        say: "Which column causes which?",
        problem: "graphs/dag-learning",
        use: "learnDag",
        from: "@infimum/graphs",
        why: "Says of each edge whether the data tell its direction. Linear models on raw scales: notears, topo."
      },
      {
        id: "private",
        say: "Fit a model, and no single row may show.",
        problem: "optim/private-stationary-point",
        use: "privateSpiderBoost",
        from: "@infimum/optim/private",
        why: "Differential privacy with an accountant that reports the \u03B5 spent."
      }
    ]
  },
  {
    id: "gradient",
    have: "A function and its gradient",
    choices: [
      {
        id: "smooth",
        say: "Minimise it.",
        problem: "optim/smooth",
        use: "lbfgs",
        from: "@infimum/optim",
        why: "The default from ten to a million variables. With a Hessian, or to leave the choice to us: minimize."
      },
      {
        id: "nonsmooth",
        say: "Minimise it plus a norm, or within a box.",
        problem: "optim/composite",
        use: "fista",
        from: "@infimum/optim",
        why: "Proximal gradient steps with momentum. A box alone: lbfgsb."
      },
      {
        id: "equalities",
        say: "Minimise it where some equations hold.",
        problem: "optim/equality-constrained",
        use: "minimizeConstrained",
        from: "@infimum/optim/constrained",
        why: "Gives multipliers too. Big problems, where a Newton step is dear: adaSketchNewton."
      },
      {
        id: "batches",
        say: "Train a model in small batches.",
        problem: "optim/training",
        use: "minimizeStochastic",
        from: "@infimum/optim",
        why: "Takes any of ten optimisers; adam is the safe choice, adaHessian uses curvature."
      },
      {
        id: "nested",
        say: "Its variables decide what another function is minimised to.",
        problem: "bilevel/optimisation",
        use: "bilevelMinimize",
        from: "@infimum/bilevel",
        why: "Picks the method by what your problem can tell: gradients, products with Hessians, or both."
      },
      {
        id: "many-nested",
        say: "One choice for many fits at once: folds, tasks, queries.",
        problem: "bilevel/multi-block",
        use: "foldProblem",
        from: "@infimum/bilevel",
        why: "Makes the problem of several folds; bsvrb solves it and touches few of the blocks a step."
      },
      {
        id: "saddle",
        say: "Minimise in some variables and maximise in others.",
        problem: "games/monotone-inclusion",
        use: "vrHalpernInexact",
        from: "@infimum/games",
        why: "Needs no step size, and the residual is a certificate."
      }
    ]
  },
  {
    id: "values",
    have: "A function without gradients",
    choices: [
      {
        id: "few-variables",
        say: "A few variables, a value in no time.",
        problem: "optim/smooth",
        use: "nelderMead",
        from: "@infimum/optim",
        why: "A simplex of points that walks downhill. One variable: minimizeScalar; a zero: findRoot."
      },
      {
        id: "rugged",
        say: "Rugged, with many valleys.",
        problem: "blackbox/continuous",
        use: "cmaEs",
        from: "@infimum/blackbox",
        why: "Learns the shape of the valley. Many deep holes: cbo."
      },
      {
        id: "simulation",
        say: "A slow simulation that may crash; several run at a time.",
        problem: "blackbox/continuous",
        use: "minimizeBlackBox",
        from: "@infimum/blackbox",
        why: "Asynchronous, within bounds, and a failure is only the worst of all values."
      },
      {
        id: "ranking",
        say: "I can only say which of some is better.",
        problem: "blackbox/ranking",
        use: "zoRankSgd",
        from: "@infimum/blackbox",
        why: "Needs orders, no values. To ask a person, step by step: RankSession."
      }
    ]
  },
  {
    id: "text",
    have: "A text and a pattern",
    choices: [
      {
        id: "mismatches",
        say: "Where does it occur with at most k errors?",
        problem: "strings/k-mismatch",
        use: "findWithMismatches",
        from: "@infimum/strings",
        why: "Plans by the length and the k. Texts that do not fit the memory: findInStream."
      },
      {
        id: "all-distances",
        say: "How many letters differ, at every place?",
        problem: "strings/hamming-distances",
        use: "hammingDistances",
        from: "@infimum/strings",
        why: "Exact, by bits or transforms, whichever is faster for your alphabet."
      },
      {
        id: "about-distances",
        say: "About how many differ? It may be wrong by some percent.",
        problem: "strings/approximate-hamming",
        use: "approximateHammingDistances",
        from: "@infimum/strings",
        why: "Within a factor of 1 \xB1 \u03B5, in far less time for long patterns."
      }
    ]
  },
  {
    id: "network",
    have: "A neural network",
    choices: [
      {
        id: "ball",
        say: "And a ball around an input: can its class change?",
        problem: "verify/robustness",
        use: "verifyRobustness",
        from: "@infimum/verify",
        why: "Certified, or a witness. Networks come as ONNX: readOnnx."
      },
      {
        id: "lipschitz",
        say: "How fast can its output change around an input?",
        problem: "verify/local-lipschitz",
        use: "localLipschitz",
        from: "@infimum/verify",
        why: "An upper and a lower bound; to close the gap, branchAndBoundLipschitz."
      },
      {
        id: "surrogate",
        say: "Which input makes its output best?",
        problem: "verify/network-surrogate",
        use: "attackDirectSearch",
        from: "@infimum/verify",
        why: "Steps of an attack, backed by a direct search that needs no gradient."
      },
      {
        id: "fine-tuning",
        say: "Adapt it to a task with few new numbers.",
        problem: "learn/sparse-tuning",
        use: "fineTune",
        from: "@infimum/learn",
        why: "Sparse low-rank updates; adapters of peft can be merged (mergePeftLora)."
      },
      {
        id: "evolve-policy",
        say: "It acts in a world, and only what it earns is known.",
        problem: "blackbox/policy",
        use: "eggroll",
        from: "@infimum/blackbox",
        why: "Evolution with perturbations of low rank: no gradient passes through the network."
      }
    ]
  },
  {
    id: "game",
    have: "A game",
    choices: [
      {
        id: "bimatrix",
        say: "Two tables of payoffs: what is an equilibrium?",
        problem: "games/normal-form",
        use: "lemkeHowson",
        from: "@infimum/games",
        why: "One equilibrium, by pivots. All of them, exactly: extremeEquilibria; what one wins the other loses: zeroSum."
      },
      {
        id: "markov-game",
        say: "It has states and goes on for some stages.",
        problem: "games/markov-cce",
        use: "markovCce",
        from: "@infimum/games",
        why: "Coarse correlated equilibria backwards from the last stage, by linear programmes."
      },
      {
        id: "repeated-game",
        say: "It is repeated, and I want an equilibrium that is a mixture of few policies.",
        problem: "games/sparse-cce",
        use: "repeatedNash",
        from: "@infimum/games",
        why: "The other way, players that learn by themselves: independentLearners."
      },
      {
        id: "hats",
        say: "Levine\u2019s hats: what is the best that a team can do?",
        problem: "games/levine-hats",
        use: "searchHats",
        from: "@infimum/games",
        why: "Searches and proves, for stacks of a given height."
      }
    ]
  },
  {
    id: "graph",
    have: "A graph or a tree",
    choices: [
      {
        id: "graph-average",
        say: "An average over its nodes, which I can only walk.",
        problem: "graphs/graph-sampling",
        use: "sampleGraph",
        from: "@infimum/graphs",
        why: "A walk that avoids where it has been, with the half-width of a confidence interval."
      },
      {
        id: "token",
        say: "Each node holds data; a token walks and learns.",
        problem: "graphs/token-optimisation",
        use: "saSrrw",
        from: "@infimum/graphs",
        why: "The same walk as the order of the steps of stochastic descent."
      },
      {
        id: "matching",
        say: "Arrivals to be matched at once, and an attempt may fail.",
        problem: "graphs/online-matching",
        use: "simulateOnline",
        from: "@infimum/graphs",
        why: "Compares policies on your instance; OnlineMatcher runs one of them live."
      },
      {
        id: "treemap",
        say: "A tree with sizes, drawn as areas.",
        problem: "graphs/tree-partition",
        use: "polygonTreemap",
        from: "@infimum/graphs",
        why: "Exact areas without slivers, from the hierarchy that d3 makes."
      },
      {
        id: "ultrametric",
        say: "A dendrogram, drawn as points in the plane.",
        problem: "graphs/ultrametric-embedding",
        use: "embedUltrametric",
        from: "@infimum/graphs",
        why: "Distortion within a bound that the paper proves."
      }
    ]
  },
  {
    id: "decisions",
    have: "Choices to make, one after the other",
    choices: [
      {
        id: "bandit",
        say: "Which of several does best? I see only what I choose.",
        problem: "bandits-rl/bandit",
        use: "createBandit",
        from: "@infimum/bandits-rl",
        why: "Good against chance and against an adversary; rewards may come late."
      },
      {
        id: "episodes",
        say: "Each choice leads to another state, and losses change from day to day.",
        problem: "bandits-rl/linear-mdp",
        use: "adversarialLinearMdp",
        from: "@infimum/bandits-rl",
        why: "Regret grows with the root of the number of episodes, whatever the losses do."
      },
      {
        id: "preferences",
        say: "Nobody gives points, but somebody says which of two runs is better.",
        problem: "bandits-rl/preferences",
        use: "prLsvi",
        from: "@infimum/bandits-rl",
        why: "Asks only where the answer is in doubt."
      },
      {
        id: "policy",
        say: "A simulator, and a policy with parameters to train.",
        problem: "bandits-rl/policy",
        use: "nPgIgt",
        from: "@infimum/bandits-rl",
        why: "Normalised policy gradients with momentum; the common choice, proximalPolicy, is there too."
      },
      {
        id: "control",
        say: "A system that moves: how do I steer it?",
        problem: "bandits-rl/optimal-control",
        use: "lqr",
        from: "@infimum/bandits-rl",
        why: "Linear systems by their Riccati equation. Unknown or not linear: integralReinforcement."
      },
      {
        id: "value",
        say: "What is a state worth, seen at uneven times?",
        problem: "bandits-rl/policy-evaluation",
        use: "continuousLstd",
        from: "@infimum/bandits-rl",
        why: "In continuous time: no grid of times is imposed on the data."
      }
    ]
  }
];

// site/markdown.ts
function partsOf(markdown) {
  const [lead, ...parts] = markdown.split(/^## /m);
  const sections = parts.map((part) => {
    const [heading, ...body] = part.split("\n");
    return { heading: heading.trim(), body: body.join("\n").trim() };
  });
  return { lead: lead.trim(), sections };
}

// site/registry.ts
import path from "node:path";
import { createInfimumRegistry } from "file:///work/wt/room/packages/infimum/dist/index.js";
var __vite_injected_original_dirname = "/work/wt/room/docs/site";
var root = path.resolve(__vite_injected_original_dirname, "../..");
var registry = createInfimumRegistry();
function splitId(id) {
  const [pkg, name] = id.split("/");
  return { pkg, name };
}

// site/source.ts
import { globSync, readFileSync } from "node:fs";
import path2 from "node:path";
var repository = process.env["DOCS_REPOSITORY"];
var files = /* @__PURE__ */ new Map();
function filesOf(pkg) {
  const found = files.get(pkg) ?? globSync(`packages/${pkg}/src/**/*.ts`, { cwd: root }).sort();
  files.set(pkg, found);
  return found;
}
function exampleOf(pkg, name) {
  const declaration = new RegExp(`^export (?:async )?function\\*? ${name}\\b`, "m");
  for (const file of filesOf(pkg)) {
    const text = sourceText(file);
    const at = text.search(declaration);
    const comment = at < 0 ? "" : text.slice(text.lastIndexOf("/**", at), at);
    const code = comment.trimEnd().endsWith("*/") ? exampleIn(comment) : void 0;
    if (code) return { file, code };
  }
  return void 0;
}
var texts = /* @__PURE__ */ new Map();
function sourceText(file) {
  const text = texts.get(file) ?? readFileSync(path2.join(root, file), "utf8");
  texts.set(file, text);
  return text;
}
function exampleIn(code) {
  const fence = /@example\s*\n \* ```ts\n([\s\S]*?) \* ```/.exec(code)?.[1];
  return fence?.replace(/^ \* ?/gm, "").trim();
}

// site/choosing.ts
function choiceMap() {
  return BRANCHES.map(({ id, have, choices }) => ({ id, have, choices: choices.map(shown) }));
}
function shown(choice) {
  const { title } = registry.problem(choice.problem);
  return {
    ...choice,
    problemTitle: title,
    solvers: registry.solversOf(choice.problem).length,
    code: codeOf(choice).code,
    api: `/api/${choice.from}/functions/${choice.use}`
  };
}
var PROGRAMS_FILE = "docs/data/programs.md";
var programs;
function codeOf({ id, use, from }) {
  programs ??= readPrograms();
  const program = programs.get(id);
  if (program) return { file: PROGRAMS_FILE, code: program };
  const example = exampleOf(splitId(from).name, use);
  if (!example) throw new Error(`choice ${id}: ${use} of ${from} has no documented example`);
  return example;
}
function readPrograms() {
  const { sections } = partsOf(readFileSync2(path3.join(root, PROGRAMS_FILE), "utf8"));
  return new Map(
    sections.map(({ heading, body }) => [heading, body.replace(/^```ts\n/, "").replace(/\n```$/, "")])
  );
}

// choosing.data.ts
var choosing_data_default = { load: choiceMap };
export {
  choosing_data_default as default
};
//# sourceMappingURL=data:application/json;base64,ewogICJ2ZXJzaW9uIjogMywKICAic291cmNlcyI6IFsic2l0ZS9jaG9vc2luZy50cyIsICJkYXRhL2Nob2ljZXMudHMiLCAic2l0ZS9tYXJrZG93bi50cyIsICJzaXRlL3JlZ2lzdHJ5LnRzIiwgInNpdGUvc291cmNlLnRzIiwgImNob29zaW5nLmRhdGEudHMiXSwKICAic291cmNlc0NvbnRlbnQiOiBbImNvbnN0IF9fdml0ZV9pbmplY3RlZF9vcmlnaW5hbF9kaXJuYW1lID0gXCIvd29yay93dC9yb29tL2RvY3Mvc2l0ZVwiO2NvbnN0IF9fdml0ZV9pbmplY3RlZF9vcmlnaW5hbF9maWxlbmFtZSA9IFwiL3dvcmsvd3Qvcm9vbS9kb2NzL3NpdGUvY2hvb3NpbmcudHNcIjtjb25zdCBfX3ZpdGVfaW5qZWN0ZWRfb3JpZ2luYWxfaW1wb3J0X21ldGFfdXJsID0gXCJmaWxlOi8vL3dvcmsvd3Qvcm9vbS9kb2NzL3NpdGUvY2hvb3NpbmcudHNcIjsvLyBUaGUgbWFwIG9mIFx1MDBBQkNob29zaW5nXHUwMEJCLCB3aXRoIHRoZSBjb2RlIHRoYXQgdGhlIGZ1bmN0aW9ucycgb3duIGRvY3VtZW50YXRpb24gc2hvd3MuXG5pbXBvcnQgeyByZWFkRmlsZVN5bmMgfSBmcm9tICdub2RlOmZzJztcbmltcG9ydCBwYXRoIGZyb20gJ25vZGU6cGF0aCc7XG5pbXBvcnQgeyBCUkFOQ0hFUywgdHlwZSBDaG9pY2UgfSBmcm9tICcuLi9kYXRhL2Nob2ljZXMudHMnO1xuaW1wb3J0IHsgcGFydHNPZiB9IGZyb20gJy4vbWFya2Rvd24udHMnO1xuaW1wb3J0IHsgcmVnaXN0cnksIHJvb3QsIHNwbGl0SWQgfSBmcm9tICcuL3JlZ2lzdHJ5LnRzJztcbmltcG9ydCB7IHR5cGUgRXhhbXBsZU9mLCBleGFtcGxlT2YgfSBmcm9tICcuL3NvdXJjZS50cyc7XG5cbi8qKiBBIGNob2ljZSBhcyB0aGUgcGFnZSBzaG93cyBpdC4gKi9cbmludGVyZmFjZSBTaG93bkNob2ljZSBleHRlbmRzIENob2ljZSB7XG4gIHJlYWRvbmx5IHByb2JsZW1UaXRsZTogc3RyaW5nO1xuICAvKiogSG93IG1hbnkgc29sdmVycyB0aGUgcHJvYmxlbSBoYXMuICovXG4gIHJlYWRvbmx5IHNvbHZlcnM6IG51bWJlcjtcbiAgcmVhZG9ubHkgY29kZTogc3RyaW5nO1xuICAvKiogV2hlcmUgdGhlIGZ1bmN0aW9uIGlzIGRvY3VtZW50ZWQuICovXG4gIHJlYWRvbmx5IGFwaTogc3RyaW5nO1xufVxuXG4vKiogQSBicmFuY2ggYXMgdGhlIHBhZ2Ugc2hvd3MgaXQuICovXG5leHBvcnQgaW50ZXJmYWNlIFNob3duQnJhbmNoIHtcbiAgcmVhZG9ubHkgaWQ6IHN0cmluZztcbiAgcmVhZG9ubHkgaGF2ZTogc3RyaW5nO1xuICByZWFkb25seSBjaG9pY2VzOiByZWFkb25seSBTaG93bkNob2ljZVtdO1xufVxuXG4vKiogVGhlIHdob2xlIG1hcC4gKi9cbmV4cG9ydCBmdW5jdGlvbiBjaG9pY2VNYXAoKTogU2hvd25CcmFuY2hbXSB7XG4gIHJldHVybiBCUkFOQ0hFUy5tYXAoKHsgaWQsIGhhdmUsIGNob2ljZXMgfSkgPT4gKHsgaWQsIGhhdmUsIGNob2ljZXM6IGNob2ljZXMubWFwKHNob3duKSB9KSk7XG59XG5cbmZ1bmN0aW9uIHNob3duKGNob2ljZTogQ2hvaWNlKTogU2hvd25DaG9pY2Uge1xuICBjb25zdCB7IHRpdGxlIH0gPSByZWdpc3RyeS5wcm9ibGVtKGNob2ljZS5wcm9ibGVtKTtcbiAgcmV0dXJuIHtcbiAgICAuLi5jaG9pY2UsXG4gICAgcHJvYmxlbVRpdGxlOiB0aXRsZSxcbiAgICBzb2x2ZXJzOiByZWdpc3RyeS5zb2x2ZXJzT2YoY2hvaWNlLnByb2JsZW0pLmxlbmd0aCxcbiAgICBjb2RlOiBjb2RlT2YoY2hvaWNlKS5jb2RlLFxuICAgIGFwaTogYC9hcGkvJHtjaG9pY2UuZnJvbX0vZnVuY3Rpb25zLyR7Y2hvaWNlLnVzZX1gLFxuICB9O1xufVxuXG4vKiogUHJvZ3JhbXMgZm9yIGNob2ljZXMgd2hvc2UgZnVuY3Rpb24gaGFzIHRvbyBzbWFsbCBhbiBleGFtcGxlLCBmcm9tIHRoZSByZXBvc2l0b3J5J3Mgcm9vdC4gKi9cbmNvbnN0IFBST0dSQU1TX0ZJTEUgPSAnZG9jcy9kYXRhL3Byb2dyYW1zLm1kJztcblxubGV0IHByb2dyYW1zOiBSZWFkb25seU1hcDxzdHJpbmcsIHN0cmluZz4gfCB1bmRlZmluZWQ7XG5cbi8qKlxuICogVGhlIHByb2dyYW0gb2YgYSBjaG9pY2U6IGl0cyBvd24sIG9yIHRoZSBleGFtcGxlIG9mIGl0cyBmdW5jdGlvbidzIGRvY3VtZW50YXRpb24uXG4gKlxuICogQHRocm93cyB7RXJyb3J9IGlmIHRoZXJlIGlzIG5vbmVcbiAqL1xuZXhwb3J0IGZ1bmN0aW9uIGNvZGVPZih7IGlkLCB1c2UsIGZyb20gfTogQ2hvaWNlKTogRXhhbXBsZU9mIHtcbiAgcHJvZ3JhbXMgPz89IHJlYWRQcm9ncmFtcygpO1xuICBjb25zdCBwcm9ncmFtID0gcHJvZ3JhbXMuZ2V0KGlkKTtcbiAgaWYgKHByb2dyYW0pIHJldHVybiB7IGZpbGU6IFBST0dSQU1TX0ZJTEUsIGNvZGU6IHByb2dyYW0gfTtcbiAgY29uc3QgZXhhbXBsZSA9IGV4YW1wbGVPZihzcGxpdElkKGZyb20pLm5hbWUsIHVzZSk7XG4gIGlmICghZXhhbXBsZSkgdGhyb3cgbmV3IEVycm9yKGBjaG9pY2UgJHtpZH06ICR7dXNlfSBvZiAke2Zyb219IGhhcyBubyBkb2N1bWVudGVkIGV4YW1wbGVgKTtcbiAgcmV0dXJuIGV4YW1wbGU7XG59XG5cbmZ1bmN0aW9uIHJlYWRQcm9ncmFtcygpOiBNYXA8c3RyaW5nLCBzdHJpbmc+IHtcbiAgY29uc3QgeyBzZWN0aW9ucyB9ID0gcGFydHNPZihyZWFkRmlsZVN5bmMocGF0aC5qb2luKHJvb3QsIFBST0dSQU1TX0ZJTEUpLCAndXRmOCcpKTtcbiAgcmV0dXJuIG5ldyBNYXAoXG4gICAgc2VjdGlvbnMubWFwKCh7IGhlYWRpbmcsIGJvZHkgfSkgPT4gW2hlYWRpbmcsIGJvZHkucmVwbGFjZSgvXmBgYHRzXFxuLywgJycpLnJlcGxhY2UoL1xcbmBgYCQvLCAnJyldKSxcbiAgKTtcbn1cbiIsICJjb25zdCBfX3ZpdGVfaW5qZWN0ZWRfb3JpZ2luYWxfZGlybmFtZSA9IFwiL3dvcmsvd3Qvcm9vbS9kb2NzL2RhdGFcIjtjb25zdCBfX3ZpdGVfaW5qZWN0ZWRfb3JpZ2luYWxfZmlsZW5hbWUgPSBcIi93b3JrL3d0L3Jvb20vZG9jcy9kYXRhL2Nob2ljZXMudHNcIjtjb25zdCBfX3ZpdGVfaW5qZWN0ZWRfb3JpZ2luYWxfaW1wb3J0X21ldGFfdXJsID0gXCJmaWxlOi8vL3dvcmsvd3Qvcm9vbS9kb2NzL2RhdGEvY2hvaWNlcy50c1wiOy8vIFRoZSBtYXAgb2YgXHUwMEFCQ2hvb3NpbmdcdTAwQkI6IHdoYXQgcGVvcGxlIGhhdmUsIHdoYXQgdGhleSBhc2sgb2YgaXQsIGFuZCB0aGUgb25lIGZ1bmN0aW9uIHRoYXQgYW5zd2Vycy4gQSB0ZXN0IGhvbGRzIHRoYXRcbi8vIGV2ZXJ5IHJlZ2lzdGVyZWQgcHJvYmxlbSBpcyBvbiBpdCwgYW5kIHRoYXQgZXZlcnkgZnVuY3Rpb24gaGFzIGFuIGV4YW1wbGUgdGhhdCBydW5zLlxuXG4vKiogV2hhdCBpcyBhc2tlZCBvZiB3aGF0IHNvbWVib2R5IGhhcywgYW5kIHdobyBhbnN3ZXJzLiAqL1xuZXhwb3J0IGludGVyZmFjZSBDaG9pY2Uge1xuICAvKiogSXRzIGFkZHJlc3Mgb24gdGhlIHBhZ2UsIGFuZCBpdHMgbmFtZSBpbiBsaW5rcyBmcm9tIGVsc2V3aGVyZS4gKi9cbiAgcmVhZG9ubHkgaWQ6IHN0cmluZztcbiAgLyoqIFRoZSBzZW50ZW5jZSB0aGF0IGEgcGVyc29uIHdvdWxkIHNheS4gKi9cbiAgcmVhZG9ubHkgc2F5OiBzdHJpbmc7XG4gIC8qKiBUaGUgcmVnaXN0ZXJlZCBwcm9ibGVtIHdob3NlIHBhZ2UgaGFzIHRoZSBvdGhlciBzb2x2ZXJzLiAqL1xuICByZWFkb25seSBwcm9ibGVtOiBzdHJpbmc7XG4gIC8qKiBUaGUgZnVuY3Rpb24gdGhhdCBhbnN3ZXJzOyB0aGUgZmlyc3QgYEBleGFtcGxlYCBvZiBpdHMgZG9jdW1lbnRhdGlvbiBpcyBzaG93bi4gKi9cbiAgcmVhZG9ubHkgdXNlOiBzdHJpbmc7XG4gIC8qKiBXaGF0IGl0IGlzIGltcG9ydGVkIGZyb20uICovXG4gIHJlYWRvbmx5IGZyb206IHN0cmluZztcbiAgLyoqIFdoeSB0aGlzIG9uZSwgYW5kIHdoZW4gYW5vdGhlci4gKi9cbiAgcmVhZG9ubHkgd2h5OiBzdHJpbmc7XG59XG5cbi8qKiBXaGF0IHNvbWVib2R5IGhhcywgd2l0aCBhbGwgdGhhdCBjYW4gYmUgYXNrZWQgb2YgaXQuICovXG5leHBvcnQgaW50ZXJmYWNlIEJyYW5jaCB7XG4gIHJlYWRvbmx5IGlkOiBzdHJpbmc7XG4gIHJlYWRvbmx5IGhhdmU6IHN0cmluZztcbiAgcmVhZG9ubHkgY2hvaWNlczogcmVhZG9ubHkgQ2hvaWNlW107XG59XG5cbi8qKiBUaGUgbWFwLCB0aGUgY29tbW9uIGNhc2VzIGZpcnN0LiAqL1xuZXhwb3J0IGNvbnN0IEJSQU5DSEVTOiByZWFkb25seSBCcmFuY2hbXSA9IFtcbiAge1xuICAgIGlkOiAnaGlzdG9ncmFtcycsXG4gICAgaGF2ZTogJ1R3byBoaXN0b2dyYW1zLCBpbWFnZXMgb3IgY2xvdWRzIG9mIHBvaW50cycsXG4gICAgY2hvaWNlczogW1xuICAgICAge1xuICAgICAgICBpZDogJ2Rpc3RhbmNlJyxcbiAgICAgICAgc2F5OiAnSG93IGZhciBhcGFydCBhcmUgdGhleSwgYW5kIHdoYXQgZ29lcyB3aGVyZT8nLFxuICAgICAgICBwcm9ibGVtOiAnb3QvdHJhbnNwb3J0JyxcbiAgICAgICAgdXNlOiAnc29sdmVUcmFuc3BvcnQnLFxuICAgICAgICBmcm9tOiAnQGluZmltdW0vb3QnLFxuICAgICAgICB3aHk6ICdJdCB0YWtlcyBwb2ludHMsIHdlaWdodHMgb3IgY29zdHMsIHBpY2tzIHRoZSBtZXRob2QgYnkgdGhlaXIgc2l6ZSBhbmQga2luZCwgYW5kIHNheXMgd2hpY2guIEV4YWN0IHVubGVzcyB5b3UgZ2l2ZSBpdCBhbiBcdTAzQjUuJyxcbiAgICAgIH0sXG4gICAgICB7XG4gICAgICAgIGlkOiAnaW1hZ2UtZGlzdGFuY2UnLFxuICAgICAgICBzYXk6ICdUaGV5IGFyZSBpbWFnZXM6IGhvdyBmYXIgaXMgb25lIGZyb20gdGhlIG90aGVyPycsXG4gICAgICAgIHByb2JsZW06ICdvdC90cmFuc3BvcnQnLFxuICAgICAgICB1c2U6ICdncmlkU2lua2hvcm4nLFxuICAgICAgICBmcm9tOiAnQGluZmltdW0vb3QnLFxuICAgICAgICB3aHk6ICdPbiBhIGdyaWQgY29zdHMgbmV2ZXIgc3RhbmQgaW4gbWVtb3J5OiBhIHN0ZXAgdGFrZXMgYSBjb252b2x1dGlvbiBhbG9uZyBlYWNoIGF4aXMsIHNvIHRoYXQgaW1hZ2VzIG9mIDI1NiB4IDI1NiBhcmUgZmluZS4nLFxuICAgICAgfSxcbiAgICAgIHtcbiAgICAgICAgaWQ6ICdsaW5lLWRpc3RhbmNlJyxcbiAgICAgICAgc2F5OiAnVGhleSBsaWUgb24gYSBsaW5lLicsXG4gICAgICAgIHByb2JsZW06ICdvdC90cmFuc3BvcnQnLFxuICAgICAgICB1c2U6ICd3YXNzZXJzdGVpbjFkRGlzdGFuY2UnLFxuICAgICAgICBmcm9tOiAnQGluZmltdW0vb3QnLFxuICAgICAgICB3aHk6ICdTb3J0aW5nIGFuc3dlcnMgZXhhY3RseSwgZm9yIG1pbGxpb25zIG9mIG51bWJlcnMuJyxcbiAgICAgIH0sXG4gICAgICB7XG4gICAgICAgIGlkOiAnYXNzaWdubWVudCcsXG4gICAgICAgIHNheTogJ1dobyBkb2VzIHdoYXQ6IHBhaXJzIGF0IHRoZSBsZWFzdCBjb3N0LicsXG4gICAgICAgIHByb2JsZW06ICdvdC90cmFuc3BvcnQnLFxuICAgICAgICB1c2U6ICdsaW5lYXJBc3NpZ25tZW50JyxcbiAgICAgICAgZnJvbTogJ0BpbmZpbXVtL290JyxcbiAgICAgICAgd2h5OiAnU2hvcnRlc3QgYXVnbWVudGluZyBwYXRocyAoSm9ua2VyLVZvbGdlbmFudCk6IGV4YWN0LCByZWN0YW5ndWxhciBjb3N0cyB0b28uJyxcbiAgICAgIH0sXG4gICAgICB7XG4gICAgICAgIGlkOiAndW5lcXVhbC1tYXNzJyxcbiAgICAgICAgc2F5OiAnVGhlaXIgbWFzc2VzIGRpZmZlciwgb3Igc29tZSBwb2ludHMgc2hvdWxkIHN0YXkgd2hlcmUgdGhleSBhcmUuJyxcbiAgICAgICAgcHJvYmxlbTogJ290L3VuYmFsYW5jZWQtdHJhbnNwb3J0JyxcbiAgICAgICAgdXNlOiAndW5iYWxhbmNlZFNpbmtob3JuJyxcbiAgICAgICAgZnJvbTogJ0BpbmZpbXVtL290JyxcbiAgICAgICAgd2h5OiAnTWFyZ2luYWxzIGJlY29tZSBhIHByaWNlIGluc3RlYWQgb2YgYSBydWxlLiBGb3IgYSBnaXZlbiBzaGFyZSBvZiB0aGUgbWFzcyB0YWtlIHBhcnRpYWxUcmFuc3BvcnQuJyxcbiAgICAgIH0sXG4gICAgICB7XG4gICAgICAgIGlkOiAnYXZlcmFnZS1zaGFwZScsXG4gICAgICAgIHNheTogJ0kgd2FudCB0aGUgYXZlcmFnZSBvZiBzZXZlcmFsLicsXG4gICAgICAgIHByb2JsZW06ICdvdC9iYXJ5Y2VudGVyJyxcbiAgICAgICAgdXNlOiAnY29udm9sdXRpb25hbEJhcnljZW50ZXInLFxuICAgICAgICBmcm9tOiAnQGluZmltdW0vb3QnLFxuICAgICAgICB3aHk6ICdGb3IgaW1hZ2VzIGFuZCBoaXN0b2dyYW1zIG9uIGEgZ3JpZC4gRm9yIGNsb3VkcyBvZiBwb2ludHMgdGFrZSBmcmVlU3VwcG9ydEJhcnljZW50ZXIuJyxcbiAgICAgIH0sXG4gICAgICB7XG4gICAgICAgIGlkOiAnb3RoZXItc3BhY2UnLFxuICAgICAgICBzYXk6ICdUaGV5IGxpdmUgaW4gZGlmZmVyZW50IHNwYWNlczsgSSBrbm93IG9ubHkgZGlzdGFuY2VzIHdpdGhpbiBlYWNoLicsXG4gICAgICAgIHByb2JsZW06ICdvdC9ncm9tb3Ytd2Fzc2Vyc3RlaW4nLFxuICAgICAgICB1c2U6ICdncm9tb3ZXYXNzZXJzdGVpbicsXG4gICAgICAgIGZyb206ICdAaW5maW11bS9vdCcsXG4gICAgICAgIHdoeTogJ0NvbXBhcmVzIGRpc3RhbmNlcyB3aXRoIGRpc3RhbmNlcy4gVGhlIHByb2JsZW0gaXMgbm90IGNvbnZleDogaXQgZmluZHMgYSBsb2NhbCBtaW5pbXVtLicsXG4gICAgICB9LFxuICAgICAge1xuICAgICAgICBpZDogJ2V4cGVydHMnLFxuICAgICAgICBzYXk6ICdUb2tlbnMgZ28gdG8gZXhwZXJ0cyB0aGF0IG11c3QgY2FycnkgdGhlIHNhbWUgbG9hZC4nLFxuICAgICAgICBwcm9ibGVtOiAnb3QvZXhwZXJ0LWFzc2lnbm1lbnQnLFxuICAgICAgICB1c2U6ICdhc3NpZ25FeHBlcnRzJyxcbiAgICAgICAgZnJvbTogJ0BpbmZpbXVtL290JyxcbiAgICAgICAgd2h5OiAnRXhhY3QgZm9yIGEgYmF0Y2gsIHdpdGggYSBkdWFsIHZhbHVlIHRoYXQgcHJvdmVzIGl0LiBGb3IgYSBzdHJlYW0gdGFrZSBjcmVhdGVFeHBlcnRCYWxhbmNlci4nLFxuICAgICAgfSxcbiAgICBdLFxuICB9LFxuICB7XG4gICAgaWQ6ICdzeXN0ZW1zJyxcbiAgICBoYXZlOiAnQSBtYXRyaXggYW5kIGEgcmlnaHQtaGFuZCBzaWRlJyxcbiAgICBjaG9pY2VzOiBbXG4gICAgICB7XG4gICAgICAgIGlkOiAnc3BhcnNlLXN5c3RlbScsXG4gICAgICAgIHNheTogJ0EgYmlnIHNwYXJzZSBzeXN0ZW0sIHN5bW1ldHJpYyBhbmQgcG9zaXRpdmUgZGVmaW5pdGUuJyxcbiAgICAgICAgcHJvYmxlbTogJ2xpbmFsZy9saW5lYXItc3lzdGVtJyxcbiAgICAgICAgdXNlOiAnY29uanVnYXRlR3JhZGllbnQnLFxuICAgICAgICBmcm9tOiAnQGluZmltdW0vbGluYWxnJyxcbiAgICAgICAgd2h5OiAnTmVlZHMgcHJvZHVjdHMgd2l0aCB0aGUgbWF0cml4IGFsb25lLiBXaXRoIGEgYmFkIGNvbmRpdGlvbiBnaXZlIGl0IGluY29tcGxldGVDaG9sZXNreSBhcyBwcmVjb25kaXRpb25lci4nLFxuICAgICAgfSxcbiAgICAgIHtcbiAgICAgICAgaWQ6ICdzcGFyc2UtZmFjdG9yJyxcbiAgICAgICAgc2F5OiAnVGhlIHNhbWUgc3BhcnNlIG1hdHJpeCwgYW5kIG1hbnkgcmlnaHQtaGFuZCBzaWRlcy4nLFxuICAgICAgICBwcm9ibGVtOiAnbGluYWxnL2xpbmVhci1zeXN0ZW0nLFxuICAgICAgICB1c2U6ICdzcGFyc2VDaG9sZXNreScsXG4gICAgICAgIGZyb206ICdAaW5maW11bS9saW5hbGcnLFxuICAgICAgICB3aHk6ICdGYWN0b3JlZCBvbmNlLCBlYWNoIHJpZ2h0LWhhbmQgc2lkZSBjb3N0cyB0d28gc3Vic3RpdHV0aW9ucy4gSW5kZWZpbml0ZSBtYXRyaWNlczogc3BhcnNlTGRsLicsXG4gICAgICB9LFxuICAgICAge1xuICAgICAgICBpZDogJ2dlbmVyYWwtc3lzdGVtJyxcbiAgICAgICAgc2F5OiAnSXQgaXMgbm90IHN5bW1ldHJpYy4nLFxuICAgICAgICBwcm9ibGVtOiAnbGluYWxnL2xpbmVhci1zeXN0ZW0nLFxuICAgICAgICB1c2U6ICdnbXJlcycsXG4gICAgICAgIGZyb206ICdAaW5maW11bS9saW5hbGcnLFxuICAgICAgICB3aHk6ICdUaGUgcmVzaWR1YWwgbmV2ZXIgZ3Jvd3MuIGJpY2dzdGFiIG5lZWRzIGxlc3MgbWVtb3J5LCBzeW1tZXRyaWMgaW5kZWZpbml0ZSBzeXN0ZW1zIGFyZSBmb3IgbWlucmVzLicsXG4gICAgICB9LFxuICAgICAge1xuICAgICAgICBpZDogJ292ZXJkZXRlcm1pbmVkJyxcbiAgICAgICAgc2F5OiAnVGhlcmUgYXJlIG1vcmUgZXF1YXRpb25zIHRoYW4gdW5rbm93bnMuJyxcbiAgICAgICAgcHJvYmxlbTogJ2xpbmFsZy9saW5lYXItc3lzdGVtJyxcbiAgICAgICAgdXNlOiAnbHNxcicsXG4gICAgICAgIGZyb206ICdAaW5maW11bS9saW5hbGcnLFxuICAgICAgICB3aHk6ICdMZWFzdCBzcXVhcmVzIGJ5IHByb2R1Y3RzIHdpdGggQSBhbmQgaXRzIHRyYW5zcG9zZS4gU21hbGwgYW5kIGRlbnNlOiBsZWFzdFNxdWFyZXMsIGJ5IFFSLicsXG4gICAgICB9LFxuICAgICAge1xuICAgICAgICBpZDogJ2RlbnNlLXN5c3RlbScsXG4gICAgICAgIHNheTogJ0l0IGlzIHNtYWxsIGFuZCBkZW5zZS4nLFxuICAgICAgICBwcm9ibGVtOiAnbGluYWxnL2xpbmVhci1zeXN0ZW0nLFxuICAgICAgICB1c2U6ICdzb2x2ZScsXG4gICAgICAgIGZyb206ICdAaW5maW11bS9saW5hbGcnLFxuICAgICAgICB3aHk6ICdMb29rcyBhdCB0aGUgbWF0cml4LCB0YWtlcyB0aGUgZmFjdG9yaXNhdGlvbiB0aGF0IHN1aXRzIGl0LCBhbmQgdGVsbHMgdGhlIGJhY2t3YXJkIGVycm9yLicsXG4gICAgICB9LFxuICAgICAge1xuICAgICAgICBpZDogJ21hbnktc3lzdGVtcycsXG4gICAgICAgIHNheTogJ09uZSBzeXN0ZW0gYWZ0ZXIgdGhlIG90aGVyLCBhbGwgYWxpa2UsIGFuZCBhIHJlbGF4YXRpb24gZmFjdG9yIHRvIGNob29zZS4nLFxuICAgICAgICBwcm9ibGVtOiAnYmFuZGl0cy1ybC9yZWxheGF0aW9uJyxcbiAgICAgICAgdXNlOiAndHVuZVJlbGF4YXRpb24nLFxuICAgICAgICBmcm9tOiAnQGluZmltdW0vYmFuZGl0cy1ybCcsXG4gICAgICAgIHdoeTogJ0xlYXJucyB0aGUgZmFjdG9yIGZyb20gaG93IGxvbmcgdGhlIHN5c3RlbXMgc28gZmFyIGhhdmUgdGFrZW4uJyxcbiAgICAgIH0sXG4gICAgICB7XG4gICAgICAgIGlkOiAnc3BhcnNlLXByb2R1Y3QnLFxuICAgICAgICBzYXk6ICdUd28gc3BhcnNlIG1hdHJpY2VzIHRvIG11bHRpcGx5LicsXG4gICAgICAgIHByb2JsZW06ICdsaW5hbGcvc3BhcnNlLXByb2R1Y3QnLFxuICAgICAgICB1c2U6ICdzcGdlbW0nLFxuICAgICAgICBmcm9tOiAnQGluZmltdW0vbGluYWxnJyxcbiAgICAgICAgd2h5OiAnVGhlIGFjY3VtdWxhdG9yIGlzIGNob3NlbiByb3cgYnkgcm93LiBUaGUgc2FtZSBwYXR0ZXJuIGFnYWluIGFuZCBhZ2Fpbjogc3BnZW1tUGxhbi4gTW9yZSBjb3Jlczogc3BnZW1tUGFyYWxsZWwuJyxcbiAgICAgIH0sXG4gICAgXSxcbiAgfSxcbiAge1xuICAgIGlkOiAndGFibGUnLFxuICAgIGhhdmU6ICdBIHRhYmxlIG9mIGRhdGEnLFxuICAgIGNob2ljZXM6IFtcbiAgICAgIHtcbiAgICAgICAgaWQ6ICdtYWluLWRpcmVjdGlvbicsXG4gICAgICAgIHNheTogJ0luIHdoaWNoIGRpcmVjdGlvbiBkbyBpdHMgcm93cyB2YXJ5IG1vc3Q/IFRoZXkgY29tZSBhcyBhIHN0cmVhbS4nLFxuICAgICAgICBwcm9ibGVtOiAnbGluYWxnL3N0cmVhbWluZy10b3AtZWlnZW52ZWN0b3InLFxuICAgICAgICB1c2U6ICdjcmVhdGVTdHJlYW1pbmdUb3BFaWdlbnZlY3RvcicsXG4gICAgICAgIGZyb206ICdAaW5maW11bS9saW5hbGcnLFxuICAgICAgICB3aHk6ICdPbmUgcGFzcywgbWVtb3J5IG9mIGEgZmV3IHJvd3MuIEEgd2hvbGUgbWF0cml4IGluIG1lbW9yeTogc3ZkIG9yIHJhbmRvbWl6ZWRTdmQuJyxcbiAgICAgIH0sXG4gICAgICB7XG4gICAgICAgIGlkOiAnbGFzc28nLFxuICAgICAgICBzYXk6ICdBIGxpbmVhciBtb2RlbCB3aXRoIGZldyBjb2VmZmljaWVudHMgKGxhc3NvKS4nLFxuICAgICAgICBwcm9ibGVtOiAnb3B0aW0vY29tcG9zaXRlJyxcbiAgICAgICAgdXNlOiAnbGFzc29Xb3JraW5nU2V0JyxcbiAgICAgICAgZnJvbTogJ0BpbmZpbXVtL29wdGltJyxcbiAgICAgICAgd2h5OiAnV29ya2luZyBzZXRzIHdpdGggYSBkdWFsaXR5IGdhcCB0aGF0IHByb3ZlcyB0aGUgYW5zd2VyLiBPdGhlciBwZW5hbHRpZXMgYW5kIGxvc3NlczogZmlzdGEsIGJsb2NrQ29vcmRpbmF0ZURlc2NlbnQuJyxcbiAgICAgIH0sXG4gICAgICB7XG4gICAgICAgIGlkOiAnY3VydmUnLFxuICAgICAgICBzYXk6ICdBIGN1cnZlIG9mIG1pbmUgd2l0aCBhIGZldyBwYXJhbWV0ZXJzIHRvIGZpdC4nLFxuICAgICAgICBwcm9ibGVtOiAnb3B0aW0vc21vb3RoJyxcbiAgICAgICAgdXNlOiAnY3VydmVGaXQnLFxuICAgICAgICBmcm9tOiAnQGluZmltdW0vb3B0aW0nLFxuICAgICAgICB3aHk6ICdMZXZlbmJlcmctTWFycXVhcmR0IHdpdGggc3RhbmRhcmQgZXJyb3JzLiBSZXNpZHVhbHMgb2YgYW55IG90aGVyIGtpbmQ6IGxlYXN0U3F1YXJlcy4nLFxuICAgICAgfSxcbiAgICAgIHtcbiAgICAgICAgaWQ6ICdjbGFzc2VzJyxcbiAgICAgICAgc2F5OiAnV2hpY2ggY2xhc3MgZG9lcyBhIHJvdyBiZWxvbmcgdG8/JyxcbiAgICAgICAgcHJvYmxlbTogJ2xlYXJuL3NlcGFyYWJsZS1jbGFzc2lmaWNhdGlvbicsXG4gICAgICAgIHVzZTogJ2ZpdENsYXNzaWZpZXInLFxuICAgICAgICBmcm9tOiAnQGluZmltdW0vbGVhcm4nLFxuICAgICAgICB3aHk6ICdOYW1lcyBhcyBsYWJlbHMsIGFueSBudW1iZXIgb2YgY2xhc3Nlcy4gV2hldGhlciBhIHBsYW5lIHNlcGFyYXRlcyB0aGVtIGF0IGFsbDogc2VwYXJhYmlsaXR5LicsXG4gICAgICB9LFxuICAgICAge1xuICAgICAgICBpZDogJ25vaXN5LWNsYXNzZXMnLFxuICAgICAgICBzYXk6ICdUd28gY2xhc3Nlcywgc29tZSBsYWJlbHMgYXJlIHdyb25nLCBhbmQgSSB3YW50IHRvIGtub3cgd2hlbiBub3QgdG8gdHJ1c3QgdGhlIGFuc3dlci4nLFxuICAgICAgICBwcm9ibGVtOiAndmVyaWZ5L3Rlc3RhYmxlLWhhbGZzcGFjZScsXG4gICAgICAgIHVzZTogJ3Rlc3RBbmRMZWFybkhhbGZzcGFjZScsXG4gICAgICAgIGZyb206ICdAaW5maW11bS92ZXJpZnknLFxuICAgICAgICB3aHk6ICdUZXN0cyB3aGF0IHRoZSBndWFyYW50ZWUgbmVlZHMgb24geW91ciBkYXRhLCBhbmQgcmVmdXNlcyB3aGVuIGl0IGRvZXMgbm90IGhvbGQuJyxcbiAgICAgIH0sXG4gICAgICB7XG4gICAgICAgIGlkOiAndHdvLWxheWVycycsXG4gICAgICAgIHNheTogJ0Egc21hbGwgUmVMVSBuZXR3b3JrLCB0cmFpbmVkIHRvIGl0cyBnbG9iYWwgb3B0aW11bS4nLFxuICAgICAgICBwcm9ibGVtOiAnbGVhcm4vdHdvLWxheWVyLXJlbHUnLFxuICAgICAgICB1c2U6ICdjb252ZXhSZWx1QWRtbScsXG4gICAgICAgIGZyb206ICdAaW5maW11bS9sZWFybicsXG4gICAgICAgIHdoeTogJ1R3byBsYXllcnMgYXJlIGEgY29udmV4IHByb2dyYW1tZSBvdmVyIGFjdGl2YXRpb24gcGF0dGVybnM7IG1hbnkgcm93czogc2FtcGxlZENvbnZleFJlbHUuJyxcbiAgICAgIH0sXG4gICAgICB7XG4gICAgICAgIGlkOiAnY2F1c2VzJyxcbiAgICAgICAgc2F5OiAnV2hpY2ggY29sdW1uIGNhdXNlcyB3aGljaD8nLFxuICAgICAgICBwcm9ibGVtOiAnZ3JhcGhzL2RhZy1sZWFybmluZycsXG4gICAgICAgIHVzZTogJ2xlYXJuRGFnJyxcbiAgICAgICAgZnJvbTogJ0BpbmZpbXVtL2dyYXBocycsXG4gICAgICAgIHdoeTogJ1NheXMgb2YgZWFjaCBlZGdlIHdoZXRoZXIgdGhlIGRhdGEgdGVsbCBpdHMgZGlyZWN0aW9uLiBMaW5lYXIgbW9kZWxzIG9uIHJhdyBzY2FsZXM6IG5vdGVhcnMsIHRvcG8uJyxcbiAgICAgIH0sXG4gICAgICB7XG4gICAgICAgIGlkOiAncHJpdmF0ZScsXG4gICAgICAgIHNheTogJ0ZpdCBhIG1vZGVsLCBhbmQgbm8gc2luZ2xlIHJvdyBtYXkgc2hvdy4nLFxuICAgICAgICBwcm9ibGVtOiAnb3B0aW0vcHJpdmF0ZS1zdGF0aW9uYXJ5LXBvaW50JyxcbiAgICAgICAgdXNlOiAncHJpdmF0ZVNwaWRlckJvb3N0JyxcbiAgICAgICAgZnJvbTogJ0BpbmZpbXVtL29wdGltL3ByaXZhdGUnLFxuICAgICAgICB3aHk6ICdEaWZmZXJlbnRpYWwgcHJpdmFjeSB3aXRoIGFuIGFjY291bnRhbnQgdGhhdCByZXBvcnRzIHRoZSBcdTAzQjUgc3BlbnQuJyxcbiAgICAgIH0sXG4gICAgXSxcbiAgfSxcbiAge1xuICAgIGlkOiAnZ3JhZGllbnQnLFxuICAgIGhhdmU6ICdBIGZ1bmN0aW9uIGFuZCBpdHMgZ3JhZGllbnQnLFxuICAgIGNob2ljZXM6IFtcbiAgICAgIHtcbiAgICAgICAgaWQ6ICdzbW9vdGgnLFxuICAgICAgICBzYXk6ICdNaW5pbWlzZSBpdC4nLFxuICAgICAgICBwcm9ibGVtOiAnb3B0aW0vc21vb3RoJyxcbiAgICAgICAgdXNlOiAnbGJmZ3MnLFxuICAgICAgICBmcm9tOiAnQGluZmltdW0vb3B0aW0nLFxuICAgICAgICB3aHk6ICdUaGUgZGVmYXVsdCBmcm9tIHRlbiB0byBhIG1pbGxpb24gdmFyaWFibGVzLiBXaXRoIGEgSGVzc2lhbiwgb3IgdG8gbGVhdmUgdGhlIGNob2ljZSB0byB1czogbWluaW1pemUuJyxcbiAgICAgIH0sXG4gICAgICB7XG4gICAgICAgIGlkOiAnbm9uc21vb3RoJyxcbiAgICAgICAgc2F5OiAnTWluaW1pc2UgaXQgcGx1cyBhIG5vcm0sIG9yIHdpdGhpbiBhIGJveC4nLFxuICAgICAgICBwcm9ibGVtOiAnb3B0aW0vY29tcG9zaXRlJyxcbiAgICAgICAgdXNlOiAnZmlzdGEnLFxuICAgICAgICBmcm9tOiAnQGluZmltdW0vb3B0aW0nLFxuICAgICAgICB3aHk6ICdQcm94aW1hbCBncmFkaWVudCBzdGVwcyB3aXRoIG1vbWVudHVtLiBBIGJveCBhbG9uZTogbGJmZ3NiLicsXG4gICAgICB9LFxuICAgICAge1xuICAgICAgICBpZDogJ2VxdWFsaXRpZXMnLFxuICAgICAgICBzYXk6ICdNaW5pbWlzZSBpdCB3aGVyZSBzb21lIGVxdWF0aW9ucyBob2xkLicsXG4gICAgICAgIHByb2JsZW06ICdvcHRpbS9lcXVhbGl0eS1jb25zdHJhaW5lZCcsXG4gICAgICAgIHVzZTogJ21pbmltaXplQ29uc3RyYWluZWQnLFxuICAgICAgICBmcm9tOiAnQGluZmltdW0vb3B0aW0vY29uc3RyYWluZWQnLFxuICAgICAgICB3aHk6ICdHaXZlcyBtdWx0aXBsaWVycyB0b28uIEJpZyBwcm9ibGVtcywgd2hlcmUgYSBOZXd0b24gc3RlcCBpcyBkZWFyOiBhZGFTa2V0Y2hOZXd0b24uJyxcbiAgICAgIH0sXG4gICAgICB7XG4gICAgICAgIGlkOiAnYmF0Y2hlcycsXG4gICAgICAgIHNheTogJ1RyYWluIGEgbW9kZWwgaW4gc21hbGwgYmF0Y2hlcy4nLFxuICAgICAgICBwcm9ibGVtOiAnb3B0aW0vdHJhaW5pbmcnLFxuICAgICAgICB1c2U6ICdtaW5pbWl6ZVN0b2NoYXN0aWMnLFxuICAgICAgICBmcm9tOiAnQGluZmltdW0vb3B0aW0nLFxuICAgICAgICB3aHk6ICdUYWtlcyBhbnkgb2YgdGVuIG9wdGltaXNlcnM7IGFkYW0gaXMgdGhlIHNhZmUgY2hvaWNlLCBhZGFIZXNzaWFuIHVzZXMgY3VydmF0dXJlLicsXG4gICAgICB9LFxuICAgICAge1xuICAgICAgICBpZDogJ25lc3RlZCcsXG4gICAgICAgIHNheTogJ0l0cyB2YXJpYWJsZXMgZGVjaWRlIHdoYXQgYW5vdGhlciBmdW5jdGlvbiBpcyBtaW5pbWlzZWQgdG8uJyxcbiAgICAgICAgcHJvYmxlbTogJ2JpbGV2ZWwvb3B0aW1pc2F0aW9uJyxcbiAgICAgICAgdXNlOiAnYmlsZXZlbE1pbmltaXplJyxcbiAgICAgICAgZnJvbTogJ0BpbmZpbXVtL2JpbGV2ZWwnLFxuICAgICAgICB3aHk6ICdQaWNrcyB0aGUgbWV0aG9kIGJ5IHdoYXQgeW91ciBwcm9ibGVtIGNhbiB0ZWxsOiBncmFkaWVudHMsIHByb2R1Y3RzIHdpdGggSGVzc2lhbnMsIG9yIGJvdGguJyxcbiAgICAgIH0sXG4gICAgICB7XG4gICAgICAgIGlkOiAnbWFueS1uZXN0ZWQnLFxuICAgICAgICBzYXk6ICdPbmUgY2hvaWNlIGZvciBtYW55IGZpdHMgYXQgb25jZTogZm9sZHMsIHRhc2tzLCBxdWVyaWVzLicsXG4gICAgICAgIHByb2JsZW06ICdiaWxldmVsL211bHRpLWJsb2NrJyxcbiAgICAgICAgdXNlOiAnZm9sZFByb2JsZW0nLFxuICAgICAgICBmcm9tOiAnQGluZmltdW0vYmlsZXZlbCcsXG4gICAgICAgIHdoeTogJ01ha2VzIHRoZSBwcm9ibGVtIG9mIHNldmVyYWwgZm9sZHM7IGJzdnJiIHNvbHZlcyBpdCBhbmQgdG91Y2hlcyBmZXcgb2YgdGhlIGJsb2NrcyBhIHN0ZXAuJyxcbiAgICAgIH0sXG4gICAgICB7XG4gICAgICAgIGlkOiAnc2FkZGxlJyxcbiAgICAgICAgc2F5OiAnTWluaW1pc2UgaW4gc29tZSB2YXJpYWJsZXMgYW5kIG1heGltaXNlIGluIG90aGVycy4nLFxuICAgICAgICBwcm9ibGVtOiAnZ2FtZXMvbW9ub3RvbmUtaW5jbHVzaW9uJyxcbiAgICAgICAgdXNlOiAndnJIYWxwZXJuSW5leGFjdCcsXG4gICAgICAgIGZyb206ICdAaW5maW11bS9nYW1lcycsXG4gICAgICAgIHdoeTogJ05lZWRzIG5vIHN0ZXAgc2l6ZSwgYW5kIHRoZSByZXNpZHVhbCBpcyBhIGNlcnRpZmljYXRlLicsXG4gICAgICB9LFxuICAgIF0sXG4gIH0sXG4gIHtcbiAgICBpZDogJ3ZhbHVlcycsXG4gICAgaGF2ZTogJ0EgZnVuY3Rpb24gd2l0aG91dCBncmFkaWVudHMnLFxuICAgIGNob2ljZXM6IFtcbiAgICAgIHtcbiAgICAgICAgaWQ6ICdmZXctdmFyaWFibGVzJyxcbiAgICAgICAgc2F5OiAnQSBmZXcgdmFyaWFibGVzLCBhIHZhbHVlIGluIG5vIHRpbWUuJyxcbiAgICAgICAgcHJvYmxlbTogJ29wdGltL3Ntb290aCcsXG4gICAgICAgIHVzZTogJ25lbGRlck1lYWQnLFxuICAgICAgICBmcm9tOiAnQGluZmltdW0vb3B0aW0nLFxuICAgICAgICB3aHk6ICdBIHNpbXBsZXggb2YgcG9pbnRzIHRoYXQgd2Fsa3MgZG93bmhpbGwuIE9uZSB2YXJpYWJsZTogbWluaW1pemVTY2FsYXI7IGEgemVybzogZmluZFJvb3QuJyxcbiAgICAgIH0sXG4gICAgICB7XG4gICAgICAgIGlkOiAncnVnZ2VkJyxcbiAgICAgICAgc2F5OiAnUnVnZ2VkLCB3aXRoIG1hbnkgdmFsbGV5cy4nLFxuICAgICAgICBwcm9ibGVtOiAnYmxhY2tib3gvY29udGludW91cycsXG4gICAgICAgIHVzZTogJ2NtYUVzJyxcbiAgICAgICAgZnJvbTogJ0BpbmZpbXVtL2JsYWNrYm94JyxcbiAgICAgICAgd2h5OiAnTGVhcm5zIHRoZSBzaGFwZSBvZiB0aGUgdmFsbGV5LiBNYW55IGRlZXAgaG9sZXM6IGNiby4nLFxuICAgICAgfSxcbiAgICAgIHtcbiAgICAgICAgaWQ6ICdzaW11bGF0aW9uJyxcbiAgICAgICAgc2F5OiAnQSBzbG93IHNpbXVsYXRpb24gdGhhdCBtYXkgY3Jhc2g7IHNldmVyYWwgcnVuIGF0IGEgdGltZS4nLFxuICAgICAgICBwcm9ibGVtOiAnYmxhY2tib3gvY29udGludW91cycsXG4gICAgICAgIHVzZTogJ21pbmltaXplQmxhY2tCb3gnLFxuICAgICAgICBmcm9tOiAnQGluZmltdW0vYmxhY2tib3gnLFxuICAgICAgICB3aHk6ICdBc3luY2hyb25vdXMsIHdpdGhpbiBib3VuZHMsIGFuZCBhIGZhaWx1cmUgaXMgb25seSB0aGUgd29yc3Qgb2YgYWxsIHZhbHVlcy4nLFxuICAgICAgfSxcbiAgICAgIHtcbiAgICAgICAgaWQ6ICdyYW5raW5nJyxcbiAgICAgICAgc2F5OiAnSSBjYW4gb25seSBzYXkgd2hpY2ggb2Ygc29tZSBpcyBiZXR0ZXIuJyxcbiAgICAgICAgcHJvYmxlbTogJ2JsYWNrYm94L3JhbmtpbmcnLFxuICAgICAgICB1c2U6ICd6b1JhbmtTZ2QnLFxuICAgICAgICBmcm9tOiAnQGluZmltdW0vYmxhY2tib3gnLFxuICAgICAgICB3aHk6ICdOZWVkcyBvcmRlcnMsIG5vIHZhbHVlcy4gVG8gYXNrIGEgcGVyc29uLCBzdGVwIGJ5IHN0ZXA6IFJhbmtTZXNzaW9uLicsXG4gICAgICB9LFxuICAgIF0sXG4gIH0sXG4gIHtcbiAgICBpZDogJ3RleHQnLFxuICAgIGhhdmU6ICdBIHRleHQgYW5kIGEgcGF0dGVybicsXG4gICAgY2hvaWNlczogW1xuICAgICAge1xuICAgICAgICBpZDogJ21pc21hdGNoZXMnLFxuICAgICAgICBzYXk6ICdXaGVyZSBkb2VzIGl0IG9jY3VyIHdpdGggYXQgbW9zdCBrIGVycm9ycz8nLFxuICAgICAgICBwcm9ibGVtOiAnc3RyaW5ncy9rLW1pc21hdGNoJyxcbiAgICAgICAgdXNlOiAnZmluZFdpdGhNaXNtYXRjaGVzJyxcbiAgICAgICAgZnJvbTogJ0BpbmZpbXVtL3N0cmluZ3MnLFxuICAgICAgICB3aHk6ICdQbGFucyBieSB0aGUgbGVuZ3RoIGFuZCB0aGUgay4gVGV4dHMgdGhhdCBkbyBub3QgZml0IHRoZSBtZW1vcnk6IGZpbmRJblN0cmVhbS4nLFxuICAgICAgfSxcbiAgICAgIHtcbiAgICAgICAgaWQ6ICdhbGwtZGlzdGFuY2VzJyxcbiAgICAgICAgc2F5OiAnSG93IG1hbnkgbGV0dGVycyBkaWZmZXIsIGF0IGV2ZXJ5IHBsYWNlPycsXG4gICAgICAgIHByb2JsZW06ICdzdHJpbmdzL2hhbW1pbmctZGlzdGFuY2VzJyxcbiAgICAgICAgdXNlOiAnaGFtbWluZ0Rpc3RhbmNlcycsXG4gICAgICAgIGZyb206ICdAaW5maW11bS9zdHJpbmdzJyxcbiAgICAgICAgd2h5OiAnRXhhY3QsIGJ5IGJpdHMgb3IgdHJhbnNmb3Jtcywgd2hpY2hldmVyIGlzIGZhc3RlciBmb3IgeW91ciBhbHBoYWJldC4nLFxuICAgICAgfSxcbiAgICAgIHtcbiAgICAgICAgaWQ6ICdhYm91dC1kaXN0YW5jZXMnLFxuICAgICAgICBzYXk6ICdBYm91dCBob3cgbWFueSBkaWZmZXI/IEl0IG1heSBiZSB3cm9uZyBieSBzb21lIHBlcmNlbnQuJyxcbiAgICAgICAgcHJvYmxlbTogJ3N0cmluZ3MvYXBwcm94aW1hdGUtaGFtbWluZycsXG4gICAgICAgIHVzZTogJ2FwcHJveGltYXRlSGFtbWluZ0Rpc3RhbmNlcycsXG4gICAgICAgIGZyb206ICdAaW5maW11bS9zdHJpbmdzJyxcbiAgICAgICAgd2h5OiAnV2l0aGluIGEgZmFjdG9yIG9mIDEgXHUwMEIxIFx1MDNCNSwgaW4gZmFyIGxlc3MgdGltZSBmb3IgbG9uZyBwYXR0ZXJucy4nLFxuICAgICAgfSxcbiAgICBdLFxuICB9LFxuICB7XG4gICAgaWQ6ICduZXR3b3JrJyxcbiAgICBoYXZlOiAnQSBuZXVyYWwgbmV0d29yaycsXG4gICAgY2hvaWNlczogW1xuICAgICAge1xuICAgICAgICBpZDogJ2JhbGwnLFxuICAgICAgICBzYXk6ICdBbmQgYSBiYWxsIGFyb3VuZCBhbiBpbnB1dDogY2FuIGl0cyBjbGFzcyBjaGFuZ2U/JyxcbiAgICAgICAgcHJvYmxlbTogJ3ZlcmlmeS9yb2J1c3RuZXNzJyxcbiAgICAgICAgdXNlOiAndmVyaWZ5Um9idXN0bmVzcycsXG4gICAgICAgIGZyb206ICdAaW5maW11bS92ZXJpZnknLFxuICAgICAgICB3aHk6ICdDZXJ0aWZpZWQsIG9yIGEgd2l0bmVzcy4gTmV0d29ya3MgY29tZSBhcyBPTk5YOiByZWFkT25ueC4nLFxuICAgICAgfSxcbiAgICAgIHtcbiAgICAgICAgaWQ6ICdsaXBzY2hpdHonLFxuICAgICAgICBzYXk6ICdIb3cgZmFzdCBjYW4gaXRzIG91dHB1dCBjaGFuZ2UgYXJvdW5kIGFuIGlucHV0PycsXG4gICAgICAgIHByb2JsZW06ICd2ZXJpZnkvbG9jYWwtbGlwc2NoaXR6JyxcbiAgICAgICAgdXNlOiAnbG9jYWxMaXBzY2hpdHonLFxuICAgICAgICBmcm9tOiAnQGluZmltdW0vdmVyaWZ5JyxcbiAgICAgICAgd2h5OiAnQW4gdXBwZXIgYW5kIGEgbG93ZXIgYm91bmQ7IHRvIGNsb3NlIHRoZSBnYXAsIGJyYW5jaEFuZEJvdW5kTGlwc2NoaXR6LicsXG4gICAgICB9LFxuICAgICAge1xuICAgICAgICBpZDogJ3N1cnJvZ2F0ZScsXG4gICAgICAgIHNheTogJ1doaWNoIGlucHV0IG1ha2VzIGl0cyBvdXRwdXQgYmVzdD8nLFxuICAgICAgICBwcm9ibGVtOiAndmVyaWZ5L25ldHdvcmstc3Vycm9nYXRlJyxcbiAgICAgICAgdXNlOiAnYXR0YWNrRGlyZWN0U2VhcmNoJyxcbiAgICAgICAgZnJvbTogJ0BpbmZpbXVtL3ZlcmlmeScsXG4gICAgICAgIHdoeTogJ1N0ZXBzIG9mIGFuIGF0dGFjaywgYmFja2VkIGJ5IGEgZGlyZWN0IHNlYXJjaCB0aGF0IG5lZWRzIG5vIGdyYWRpZW50LicsXG4gICAgICB9LFxuICAgICAge1xuICAgICAgICBpZDogJ2ZpbmUtdHVuaW5nJyxcbiAgICAgICAgc2F5OiAnQWRhcHQgaXQgdG8gYSB0YXNrIHdpdGggZmV3IG5ldyBudW1iZXJzLicsXG4gICAgICAgIHByb2JsZW06ICdsZWFybi9zcGFyc2UtdHVuaW5nJyxcbiAgICAgICAgdXNlOiAnZmluZVR1bmUnLFxuICAgICAgICBmcm9tOiAnQGluZmltdW0vbGVhcm4nLFxuICAgICAgICB3aHk6ICdTcGFyc2UgbG93LXJhbmsgdXBkYXRlczsgYWRhcHRlcnMgb2YgcGVmdCBjYW4gYmUgbWVyZ2VkIChtZXJnZVBlZnRMb3JhKS4nLFxuICAgICAgfSxcbiAgICAgIHtcbiAgICAgICAgaWQ6ICdldm9sdmUtcG9saWN5JyxcbiAgICAgICAgc2F5OiAnSXQgYWN0cyBpbiBhIHdvcmxkLCBhbmQgb25seSB3aGF0IGl0IGVhcm5zIGlzIGtub3duLicsXG4gICAgICAgIHByb2JsZW06ICdibGFja2JveC9wb2xpY3knLFxuICAgICAgICB1c2U6ICdlZ2dyb2xsJyxcbiAgICAgICAgZnJvbTogJ0BpbmZpbXVtL2JsYWNrYm94JyxcbiAgICAgICAgd2h5OiAnRXZvbHV0aW9uIHdpdGggcGVydHVyYmF0aW9ucyBvZiBsb3cgcmFuazogbm8gZ3JhZGllbnQgcGFzc2VzIHRocm91Z2ggdGhlIG5ldHdvcmsuJyxcbiAgICAgIH0sXG4gICAgXSxcbiAgfSxcbiAge1xuICAgIGlkOiAnZ2FtZScsXG4gICAgaGF2ZTogJ0EgZ2FtZScsXG4gICAgY2hvaWNlczogW1xuICAgICAge1xuICAgICAgICBpZDogJ2JpbWF0cml4JyxcbiAgICAgICAgc2F5OiAnVHdvIHRhYmxlcyBvZiBwYXlvZmZzOiB3aGF0IGlzIGFuIGVxdWlsaWJyaXVtPycsXG4gICAgICAgIHByb2JsZW06ICdnYW1lcy9ub3JtYWwtZm9ybScsXG4gICAgICAgIHVzZTogJ2xlbWtlSG93c29uJyxcbiAgICAgICAgZnJvbTogJ0BpbmZpbXVtL2dhbWVzJyxcbiAgICAgICAgd2h5OiAnT25lIGVxdWlsaWJyaXVtLCBieSBwaXZvdHMuIEFsbCBvZiB0aGVtLCBleGFjdGx5OiBleHRyZW1lRXF1aWxpYnJpYTsgd2hhdCBvbmUgd2lucyB0aGUgb3RoZXIgbG9zZXM6IHplcm9TdW0uJyxcbiAgICAgIH0sXG4gICAgICB7XG4gICAgICAgIGlkOiAnbWFya292LWdhbWUnLFxuICAgICAgICBzYXk6ICdJdCBoYXMgc3RhdGVzIGFuZCBnb2VzIG9uIGZvciBzb21lIHN0YWdlcy4nLFxuICAgICAgICBwcm9ibGVtOiAnZ2FtZXMvbWFya292LWNjZScsXG4gICAgICAgIHVzZTogJ21hcmtvdkNjZScsXG4gICAgICAgIGZyb206ICdAaW5maW11bS9nYW1lcycsXG4gICAgICAgIHdoeTogJ0NvYXJzZSBjb3JyZWxhdGVkIGVxdWlsaWJyaWEgYmFja3dhcmRzIGZyb20gdGhlIGxhc3Qgc3RhZ2UsIGJ5IGxpbmVhciBwcm9ncmFtbWVzLicsXG4gICAgICB9LFxuICAgICAge1xuICAgICAgICBpZDogJ3JlcGVhdGVkLWdhbWUnLFxuICAgICAgICBzYXk6ICdJdCBpcyByZXBlYXRlZCwgYW5kIEkgd2FudCBhbiBlcXVpbGlicml1bSB0aGF0IGlzIGEgbWl4dHVyZSBvZiBmZXcgcG9saWNpZXMuJyxcbiAgICAgICAgcHJvYmxlbTogJ2dhbWVzL3NwYXJzZS1jY2UnLFxuICAgICAgICB1c2U6ICdyZXBlYXRlZE5hc2gnLFxuICAgICAgICBmcm9tOiAnQGluZmltdW0vZ2FtZXMnLFxuICAgICAgICB3aHk6ICdUaGUgb3RoZXIgd2F5LCBwbGF5ZXJzIHRoYXQgbGVhcm4gYnkgdGhlbXNlbHZlczogaW5kZXBlbmRlbnRMZWFybmVycy4nLFxuICAgICAgfSxcbiAgICAgIHtcbiAgICAgICAgaWQ6ICdoYXRzJyxcbiAgICAgICAgc2F5OiAnTGV2aW5lXHUyMDE5cyBoYXRzOiB3aGF0IGlzIHRoZSBiZXN0IHRoYXQgYSB0ZWFtIGNhbiBkbz8nLFxuICAgICAgICBwcm9ibGVtOiAnZ2FtZXMvbGV2aW5lLWhhdHMnLFxuICAgICAgICB1c2U6ICdzZWFyY2hIYXRzJyxcbiAgICAgICAgZnJvbTogJ0BpbmZpbXVtL2dhbWVzJyxcbiAgICAgICAgd2h5OiAnU2VhcmNoZXMgYW5kIHByb3ZlcywgZm9yIHN0YWNrcyBvZiBhIGdpdmVuIGhlaWdodC4nLFxuICAgICAgfSxcbiAgICBdLFxuICB9LFxuICB7XG4gICAgaWQ6ICdncmFwaCcsXG4gICAgaGF2ZTogJ0EgZ3JhcGggb3IgYSB0cmVlJyxcbiAgICBjaG9pY2VzOiBbXG4gICAgICB7XG4gICAgICAgIGlkOiAnZ3JhcGgtYXZlcmFnZScsXG4gICAgICAgIHNheTogJ0FuIGF2ZXJhZ2Ugb3ZlciBpdHMgbm9kZXMsIHdoaWNoIEkgY2FuIG9ubHkgd2Fsay4nLFxuICAgICAgICBwcm9ibGVtOiAnZ3JhcGhzL2dyYXBoLXNhbXBsaW5nJyxcbiAgICAgICAgdXNlOiAnc2FtcGxlR3JhcGgnLFxuICAgICAgICBmcm9tOiAnQGluZmltdW0vZ3JhcGhzJyxcbiAgICAgICAgd2h5OiAnQSB3YWxrIHRoYXQgYXZvaWRzIHdoZXJlIGl0IGhhcyBiZWVuLCB3aXRoIHRoZSBoYWxmLXdpZHRoIG9mIGEgY29uZmlkZW5jZSBpbnRlcnZhbC4nLFxuICAgICAgfSxcbiAgICAgIHtcbiAgICAgICAgaWQ6ICd0b2tlbicsXG4gICAgICAgIHNheTogJ0VhY2ggbm9kZSBob2xkcyBkYXRhOyBhIHRva2VuIHdhbGtzIGFuZCBsZWFybnMuJyxcbiAgICAgICAgcHJvYmxlbTogJ2dyYXBocy90b2tlbi1vcHRpbWlzYXRpb24nLFxuICAgICAgICB1c2U6ICdzYVNycncnLFxuICAgICAgICBmcm9tOiAnQGluZmltdW0vZ3JhcGhzJyxcbiAgICAgICAgd2h5OiAnVGhlIHNhbWUgd2FsayBhcyB0aGUgb3JkZXIgb2YgdGhlIHN0ZXBzIG9mIHN0b2NoYXN0aWMgZGVzY2VudC4nLFxuICAgICAgfSxcbiAgICAgIHtcbiAgICAgICAgaWQ6ICdtYXRjaGluZycsXG4gICAgICAgIHNheTogJ0Fycml2YWxzIHRvIGJlIG1hdGNoZWQgYXQgb25jZSwgYW5kIGFuIGF0dGVtcHQgbWF5IGZhaWwuJyxcbiAgICAgICAgcHJvYmxlbTogJ2dyYXBocy9vbmxpbmUtbWF0Y2hpbmcnLFxuICAgICAgICB1c2U6ICdzaW11bGF0ZU9ubGluZScsXG4gICAgICAgIGZyb206ICdAaW5maW11bS9ncmFwaHMnLFxuICAgICAgICB3aHk6ICdDb21wYXJlcyBwb2xpY2llcyBvbiB5b3VyIGluc3RhbmNlOyBPbmxpbmVNYXRjaGVyIHJ1bnMgb25lIG9mIHRoZW0gbGl2ZS4nLFxuICAgICAgfSxcbiAgICAgIHtcbiAgICAgICAgaWQ6ICd0cmVlbWFwJyxcbiAgICAgICAgc2F5OiAnQSB0cmVlIHdpdGggc2l6ZXMsIGRyYXduIGFzIGFyZWFzLicsXG4gICAgICAgIHByb2JsZW06ICdncmFwaHMvdHJlZS1wYXJ0aXRpb24nLFxuICAgICAgICB1c2U6ICdwb2x5Z29uVHJlZW1hcCcsXG4gICAgICAgIGZyb206ICdAaW5maW11bS9ncmFwaHMnLFxuICAgICAgICB3aHk6ICdFeGFjdCBhcmVhcyB3aXRob3V0IHNsaXZlcnMsIGZyb20gdGhlIGhpZXJhcmNoeSB0aGF0IGQzIG1ha2VzLicsXG4gICAgICB9LFxuICAgICAge1xuICAgICAgICBpZDogJ3VsdHJhbWV0cmljJyxcbiAgICAgICAgc2F5OiAnQSBkZW5kcm9ncmFtLCBkcmF3biBhcyBwb2ludHMgaW4gdGhlIHBsYW5lLicsXG4gICAgICAgIHByb2JsZW06ICdncmFwaHMvdWx0cmFtZXRyaWMtZW1iZWRkaW5nJyxcbiAgICAgICAgdXNlOiAnZW1iZWRVbHRyYW1ldHJpYycsXG4gICAgICAgIGZyb206ICdAaW5maW11bS9ncmFwaHMnLFxuICAgICAgICB3aHk6ICdEaXN0b3J0aW9uIHdpdGhpbiBhIGJvdW5kIHRoYXQgdGhlIHBhcGVyIHByb3Zlcy4nLFxuICAgICAgfSxcbiAgICBdLFxuICB9LFxuICB7XG4gICAgaWQ6ICdkZWNpc2lvbnMnLFxuICAgIGhhdmU6ICdDaG9pY2VzIHRvIG1ha2UsIG9uZSBhZnRlciB0aGUgb3RoZXInLFxuICAgIGNob2ljZXM6IFtcbiAgICAgIHtcbiAgICAgICAgaWQ6ICdiYW5kaXQnLFxuICAgICAgICBzYXk6ICdXaGljaCBvZiBzZXZlcmFsIGRvZXMgYmVzdD8gSSBzZWUgb25seSB3aGF0IEkgY2hvb3NlLicsXG4gICAgICAgIHByb2JsZW06ICdiYW5kaXRzLXJsL2JhbmRpdCcsXG4gICAgICAgIHVzZTogJ2NyZWF0ZUJhbmRpdCcsXG4gICAgICAgIGZyb206ICdAaW5maW11bS9iYW5kaXRzLXJsJyxcbiAgICAgICAgd2h5OiAnR29vZCBhZ2FpbnN0IGNoYW5jZSBhbmQgYWdhaW5zdCBhbiBhZHZlcnNhcnk7IHJld2FyZHMgbWF5IGNvbWUgbGF0ZS4nLFxuICAgICAgfSxcbiAgICAgIHtcbiAgICAgICAgaWQ6ICdlcGlzb2RlcycsXG4gICAgICAgIHNheTogJ0VhY2ggY2hvaWNlIGxlYWRzIHRvIGFub3RoZXIgc3RhdGUsIGFuZCBsb3NzZXMgY2hhbmdlIGZyb20gZGF5IHRvIGRheS4nLFxuICAgICAgICBwcm9ibGVtOiAnYmFuZGl0cy1ybC9saW5lYXItbWRwJyxcbiAgICAgICAgdXNlOiAnYWR2ZXJzYXJpYWxMaW5lYXJNZHAnLFxuICAgICAgICBmcm9tOiAnQGluZmltdW0vYmFuZGl0cy1ybCcsXG4gICAgICAgIHdoeTogJ1JlZ3JldCBncm93cyB3aXRoIHRoZSByb290IG9mIHRoZSBudW1iZXIgb2YgZXBpc29kZXMsIHdoYXRldmVyIHRoZSBsb3NzZXMgZG8uJyxcbiAgICAgIH0sXG4gICAgICB7XG4gICAgICAgIGlkOiAncHJlZmVyZW5jZXMnLFxuICAgICAgICBzYXk6ICdOb2JvZHkgZ2l2ZXMgcG9pbnRzLCBidXQgc29tZWJvZHkgc2F5cyB3aGljaCBvZiB0d28gcnVucyBpcyBiZXR0ZXIuJyxcbiAgICAgICAgcHJvYmxlbTogJ2JhbmRpdHMtcmwvcHJlZmVyZW5jZXMnLFxuICAgICAgICB1c2U6ICdwckxzdmknLFxuICAgICAgICBmcm9tOiAnQGluZmltdW0vYmFuZGl0cy1ybCcsXG4gICAgICAgIHdoeTogJ0Fza3Mgb25seSB3aGVyZSB0aGUgYW5zd2VyIGlzIGluIGRvdWJ0LicsXG4gICAgICB9LFxuICAgICAge1xuICAgICAgICBpZDogJ3BvbGljeScsXG4gICAgICAgIHNheTogJ0Egc2ltdWxhdG9yLCBhbmQgYSBwb2xpY3kgd2l0aCBwYXJhbWV0ZXJzIHRvIHRyYWluLicsXG4gICAgICAgIHByb2JsZW06ICdiYW5kaXRzLXJsL3BvbGljeScsXG4gICAgICAgIHVzZTogJ25QZ0lndCcsXG4gICAgICAgIGZyb206ICdAaW5maW11bS9iYW5kaXRzLXJsJyxcbiAgICAgICAgd2h5OiAnTm9ybWFsaXNlZCBwb2xpY3kgZ3JhZGllbnRzIHdpdGggbW9tZW50dW07IHRoZSBjb21tb24gY2hvaWNlLCBwcm94aW1hbFBvbGljeSwgaXMgdGhlcmUgdG9vLicsXG4gICAgICB9LFxuICAgICAge1xuICAgICAgICBpZDogJ2NvbnRyb2wnLFxuICAgICAgICBzYXk6ICdBIHN5c3RlbSB0aGF0IG1vdmVzOiBob3cgZG8gSSBzdGVlciBpdD8nLFxuICAgICAgICBwcm9ibGVtOiAnYmFuZGl0cy1ybC9vcHRpbWFsLWNvbnRyb2wnLFxuICAgICAgICB1c2U6ICdscXInLFxuICAgICAgICBmcm9tOiAnQGluZmltdW0vYmFuZGl0cy1ybCcsXG4gICAgICAgIHdoeTogJ0xpbmVhciBzeXN0ZW1zIGJ5IHRoZWlyIFJpY2NhdGkgZXF1YXRpb24uIFVua25vd24gb3Igbm90IGxpbmVhcjogaW50ZWdyYWxSZWluZm9yY2VtZW50LicsXG4gICAgICB9LFxuICAgICAge1xuICAgICAgICBpZDogJ3ZhbHVlJyxcbiAgICAgICAgc2F5OiAnV2hhdCBpcyBhIHN0YXRlIHdvcnRoLCBzZWVuIGF0IHVuZXZlbiB0aW1lcz8nLFxuICAgICAgICBwcm9ibGVtOiAnYmFuZGl0cy1ybC9wb2xpY3ktZXZhbHVhdGlvbicsXG4gICAgICAgIHVzZTogJ2NvbnRpbnVvdXNMc3RkJyxcbiAgICAgICAgZnJvbTogJ0BpbmZpbXVtL2JhbmRpdHMtcmwnLFxuICAgICAgICB3aHk6ICdJbiBjb250aW51b3VzIHRpbWU6IG5vIGdyaWQgb2YgdGltZXMgaXMgaW1wb3NlZCBvbiB0aGUgZGF0YS4nLFxuICAgICAgfSxcbiAgICBdLFxuICB9LFxuXTtcbiIsICJjb25zdCBfX3ZpdGVfaW5qZWN0ZWRfb3JpZ2luYWxfZGlybmFtZSA9IFwiL3dvcmsvd3Qvcm9vbS9kb2NzL3NpdGVcIjtjb25zdCBfX3ZpdGVfaW5qZWN0ZWRfb3JpZ2luYWxfZmlsZW5hbWUgPSBcIi93b3JrL3d0L3Jvb20vZG9jcy9zaXRlL21hcmtkb3duLnRzXCI7Y29uc3QgX192aXRlX2luamVjdGVkX29yaWdpbmFsX2ltcG9ydF9tZXRhX3VybCA9IFwiZmlsZTovLy93b3JrL3d0L3Jvb20vZG9jcy9zaXRlL21hcmtkb3duLnRzXCI7Ly8gU21hbGwgcGllY2VzIG9mIE1hcmtkb3duIHRoYXQgcGFnZXMgYXJlIHB1dCB0b2dldGhlciBmcm9tLlxuXG4vKiogQSBzZWN0aW9uIG9mIGEgZ2VuZXJhdGVkIHBhZ2UuICovXG5pbnRlcmZhY2UgU2VjdGlvbiB7XG4gIHJlYWRvbmx5IGhlYWRpbmc6IHN0cmluZztcbiAgcmVhZG9ubHkgYm9keTogc3RyaW5nO1xufVxuXG4vKiogQSBnZW5lcmF0ZWQgcGFnZTogdGl0bGUsIHdoYXQgc3RhbmRzIGFib3ZlIHRoZSBmaXJzdCBoZWFkaW5nLCBhbmQgc2VjdGlvbnMuICovXG5leHBvcnQgaW50ZXJmYWNlIEdlbmVyYXRlZFBhZ2Uge1xuICByZWFkb25seSB0aXRsZTogc3RyaW5nO1xuICByZWFkb25seSBsZWFkOiBzdHJpbmc7XG4gIHJlYWRvbmx5IHNlY3Rpb25zOiByZWFkb25seSBTZWN0aW9uW107XG4gIC8qKiBPdGhlciBuYW1lcyBvZiB3aGF0IGl0IGlzIGFib3V0OiB0aGUgc2VhcmNoIGZpbmRzIGl0IGJ5IHRoZW0uICovXG4gIHJlYWRvbmx5IHdvcmRzPzogc3RyaW5nO1xuICAvKiogV2hhdCBhIHNlYXJjaCBmaW5kcyBvbiBpdCBiZXNpZGVzIHRoZSBzZWN0aW9ucy4gKi9cbiAgcmVhZG9ubHkgZm91bmQ/OiByZWFkb25seSB7IHJlYWRvbmx5IGFuY2hvcjogc3RyaW5nOyByZWFkb25seSB0aXRsZTogc3RyaW5nOyByZWFkb25seSB0ZXh0OiBzdHJpbmcgfVtdO1xufVxuXG4vKiogVGhlIHBhZ2UgYXMgTWFya2Rvd24uICovXG5leHBvcnQgZnVuY3Rpb24gcGFnZU1hcmtkb3duKHsgdGl0bGUsIGxlYWQsIHNlY3Rpb25zIH06IEdlbmVyYXRlZFBhZ2UpOiBzdHJpbmcge1xuICBjb25zdCBib2R5ID0gc2VjdGlvbnMubWFwKCh7IGhlYWRpbmcsIGJvZHkgfSkgPT4gYCMjICR7aGVhZGluZ31cXG5cXG4ke2JvZHl9YCk7XG4gIHJldHVybiBbYCMgJHt0aXRsZX1gLCBsZWFkLCAuLi5ib2R5XS5qb2luKCdcXG5cXG4nKTtcbn1cblxuLyoqIEEgdGV4dCBieSBpdHMgc2Vjb25kLWxldmVsIGhlYWRpbmdzOiB3aGF0IHN0YW5kcyBhYm92ZSB0aGUgZmlyc3QsIGFuZCB0aGUgc2VjdGlvbnMuICovXG5leHBvcnQgZnVuY3Rpb24gcGFydHNPZihtYXJrZG93bjogc3RyaW5nKTogUGljazxHZW5lcmF0ZWRQYWdlLCAnbGVhZCcgfCAnc2VjdGlvbnMnPiB7XG4gIGNvbnN0IFtsZWFkLCAuLi5wYXJ0c10gPSBtYXJrZG93bi5zcGxpdCgvXiMjIC9tKTtcbiAgY29uc3Qgc2VjdGlvbnMgPSBwYXJ0cy5tYXAoKHBhcnQpOiBTZWN0aW9uID0+IHtcbiAgICBjb25zdCBbaGVhZGluZywgLi4uYm9keV0gPSBwYXJ0LnNwbGl0KCdcXG4nKTtcbiAgICByZXR1cm4geyBoZWFkaW5nOiBoZWFkaW5nLnRyaW0oKSwgYm9keTogYm9keS5qb2luKCdcXG4nKS50cmltKCkgfTtcbiAgfSk7XG4gIHJldHVybiB7IGxlYWQ6IGxlYWQudHJpbSgpLCBzZWN0aW9ucyB9O1xufVxuXG4vKiogQSB0YWJsZTsgY2VsbHMgYXJlIE1hcmtkb3duLiAqL1xuZXhwb3J0IGZ1bmN0aW9uIHRhYmxlKGhlYWQ6IHJlYWRvbmx5IHN0cmluZ1tdLCByb3dzOiByZWFkb25seSAocmVhZG9ubHkgc3RyaW5nW10pW10pOiBzdHJpbmcge1xuICBjb25zdCBsaW5lID0gKGNlbGxzOiByZWFkb25seSBzdHJpbmdbXSkgPT5cbiAgICBgfCAke2NlbGxzLm1hcCgoY2VsbCkgPT4gY2VsbC5yZXBsYWNlQWxsKCd8JywgJ1xcXFx8JykpLmpvaW4oJyB8ICcpfSB8YDtcbiAgcmV0dXJuIFtsaW5lKGhlYWQpLCBsaW5lKGhlYWQubWFwKCgpID0+ICctLS0nKSksIC4uLnJvd3MubWFwKGxpbmUpXS5qb2luKCdcXG4nKTtcbn1cblxuLyoqIEEgbGlzdCBvZiBmYWN0cywgYXMgYSBkZWZpbml0aW9uIGxpc3Qgd2hvc2UgdmFsdWVzIGFyZSBNYXJrZG93bi4gKi9cbmV4cG9ydCBmdW5jdGlvbiBmYWN0cyhlbnRyaWVzOiByZWFkb25seSAocmVhZG9ubHkgW25hbWU6IHN0cmluZywgdmFsdWU6IHN0cmluZywgd2lkdGg/OiAnd2lkZSddKVtdKTogc3RyaW5nIHtcbiAgY29uc3QgaXRlbXMgPSBlbnRyaWVzLm1hcChcbiAgICAoW25hbWUsIHZhbHVlLCB3aWR0aCA9ICcnXSkgPT4gYDxkaXYgY2xhc3M9XCIke3dpZHRofVwiPjxkdD4ke25hbWV9PC9kdD48ZGQ+XFxuXFxuJHt2YWx1ZX1cXG5cXG48L2RkPjwvZGl2PmAsXG4gICk7XG4gIHJldHVybiBgPGRsIGNsYXNzPVwiZmFjdHNcIj5cXG4ke2l0ZW1zLmpvaW4oJ1xcbicpfVxcbjwvZGw+YDtcbn1cblxuLyoqIEEgbnVtYmVyIGFzIHBlb3BsZSByZWFkIGl0OiBmZXcgZGlnaXRzLCBhIHBvd2VyIG9mIHRlbiB3aGVyZSBpdCBpcyBmYXIgZnJvbSBvbmUuICovXG5leHBvcnQgZnVuY3Rpb24gZm9ybWF0TnVtYmVyKHZhbHVlOiBudW1iZXIpOiBzdHJpbmcge1xuICBpZiAoIU51bWJlci5pc0Zpbml0ZSh2YWx1ZSkpIHJldHVybiBTdHJpbmcodmFsdWUpO1xuICBjb25zdCBzaXplID0gTWF0aC5hYnModmFsdWUpO1xuICBpZiAodmFsdWUgIT09IDAgJiYgKHNpemUgPCAxZS0zIHx8IHNpemUgPj0gMWU2KSkgcmV0dXJuIHZhbHVlLnRvRXhwb25lbnRpYWwoMSk7XG4gIHJldHVybiBTdHJpbmcoTnVtYmVyKHZhbHVlLnRvUHJlY2lzaW9uKDMpKSk7XG59XG5cbi8qKiBTZWNvbmRzIHdpdGggYSB1bml0IHRoYXQga2VlcHMgdGhlIG51bWJlciBzaG9ydC4gKi9cbmV4cG9ydCBmdW5jdGlvbiBmb3JtYXRTZWNvbmRzKHNlY29uZHM6IG51bWJlcik6IHN0cmluZyB7XG4gIGlmIChzZWNvbmRzIDwgMWUtMykgcmV0dXJuIGAke2Zvcm1hdE51bWJlcihzZWNvbmRzICogMWU2KX0gXHUwMEI1c2A7XG4gIHJldHVybiBzZWNvbmRzIDwgMSA/IGAke2Zvcm1hdE51bWJlcihzZWNvbmRzICogMWUzKX0gbXNgIDogYCR7Zm9ybWF0TnVtYmVyKHNlY29uZHMpfSBzYDtcbn1cblxuLyoqIFRleHQgdGhhdCBzdGFuZHMgaW4gSFRNTCBvciBNYXJrZG93biBhcyBpdCBpcy4gKi9cbmV4cG9ydCBmdW5jdGlvbiBlc2NhcGVUZXh0KHRleHQ6IHN0cmluZyk6IHN0cmluZyB7XG4gIHJldHVybiB0ZXh0LnJlcGxhY2VBbGwoJyYnLCAnJmFtcDsnKS5yZXBsYWNlQWxsKCc8JywgJyZsdDsnKS5yZXBsYWNlQWxsKCd7eycsICcmIzEyMzsmIzEyMzsnKTtcbn1cbiIsICJjb25zdCBfX3ZpdGVfaW5qZWN0ZWRfb3JpZ2luYWxfZGlybmFtZSA9IFwiL3dvcmsvd3Qvcm9vbS9kb2NzL3NpdGVcIjtjb25zdCBfX3ZpdGVfaW5qZWN0ZWRfb3JpZ2luYWxfZmlsZW5hbWUgPSBcIi93b3JrL3d0L3Jvb20vZG9jcy9zaXRlL3JlZ2lzdHJ5LnRzXCI7Y29uc3QgX192aXRlX2luamVjdGVkX29yaWdpbmFsX2ltcG9ydF9tZXRhX3VybCA9IFwiZmlsZTovLy93b3JrL3d0L3Jvb20vZG9jcy9zaXRlL3JlZ2lzdHJ5LnRzXCI7Ly8gV2hhdCB0aGUgc2l0ZSBpcyBtYWRlIG9mOiB0aGUgcmVnaXN0cnkgb2YgYWxsIHBhY2thZ2VzLCBhbmQgdGhlIHRleHRzIHRoYXQgbGllIGJlc2lkZSB0aGVtLlxuaW1wb3J0IHsgZXhpc3RzU3luYywgcmVhZEZpbGVTeW5jIH0gZnJvbSAnbm9kZTpmcyc7XG5pbXBvcnQgcGF0aCBmcm9tICdub2RlOnBhdGgnO1xuaW1wb3J0IHR5cGUgeyBBbnlQcm9ibGVtLCBBbnlTb2x2ZXIsIFJlZ2lzdHJ5IH0gZnJvbSAnQGluZmltdW0vY29yZSc7XG5pbXBvcnQgeyBjcmVhdGVJbmZpbXVtUmVnaXN0cnkgfSBmcm9tICdpbmZpbXVtJztcblxuLyoqIFRoZSByZXBvc2l0b3J5J3Mgcm9vdC4gKi9cbmV4cG9ydCBjb25zdCByb290OiBzdHJpbmcgPSBwYXRoLnJlc29sdmUoaW1wb3J0Lm1ldGEuZGlybmFtZSwgJy4uLy4uJyk7XG5cbi8qKiBFdmVyeSBwcm9ibGVtLCBzb2x2ZXIgYW5kIGNsYWltLiAqL1xuZXhwb3J0IGNvbnN0IHJlZ2lzdHJ5OiBSZWdpc3RyeSA9IGNyZWF0ZUluZmltdW1SZWdpc3RyeSgpO1xuXG4vKiogVGhlIHR3byBoYWx2ZXMgb2YgYW4gaWQuICovXG5leHBvcnQgZnVuY3Rpb24gc3BsaXRJZChpZDogc3RyaW5nKTogeyByZWFkb25seSBwa2c6IHN0cmluZzsgcmVhZG9ubHkgbmFtZTogc3RyaW5nIH0ge1xuICBjb25zdCBbcGtnLCBuYW1lXSA9IGlkLnNwbGl0KCcvJyk7XG4gIHJldHVybiB7IHBrZywgbmFtZSB9O1xufVxuXG4vKiogV2hhdCBhIHBlcnNvbiB3cm90ZSBhYm91dCBhIHNvbHZlciBvciBhIHByb2JsZW0uICovXG5leHBvcnQgaW50ZXJmYWNlIFRleHQge1xuICAvKiogVGhlIE1hcmtkb3duIHdpdGhvdXQgdGhlIG5vdGVzLiAqL1xuICByZWFkb25seSBtYXJrZG93bjogc3RyaW5nO1xuICAvKiogV2hhdCBub3RlcyBpbiBpdCBzYXk6IGA8IS0tIHNvdXJjZTogZmlsZS50cyAtLT5gLCBgPCEtLSBvcGVuaW5nOiB7XCJmYW1pbHlcIjogXCJwb2ludHNcIn0gLS0+YC4gKi9cbiAgcmVhZG9ubHkgbm90ZXM6IFJlYWRvbmx5PFJlY29yZDxzdHJpbmcsIHN0cmluZz4+O1xufVxuXG4vKiogU2VjdGlvbnMgdGhhdCBldmVyeSBzb2x2ZXIncyB0ZXh0IGhhcy4gKi9cbmNvbnN0IFNFQ1RJT05TID0gWycjIyBJZGVhJywgJyMjIFdoZW4gdG8gdXNlIGl0JywgJyMjIFdoZW4gbm90J107XG5cbi8qKiBTZW50ZW5jZXMgb2YgdGhlIHRlbXBsYXRlIHRoYXQgYHBucG0gbmV3OnNvbHZlcmAgd3JpdGVzOiBhIHRleHQgdGhhdCBzdGlsbCBoYXMgb25lIHdhcyBub3Qgd3JpdHRlbi4gKi9cbmV4cG9ydCBjb25zdCBQTEFDRUhPTERFUlM6IHJlYWRvbmx5IHN0cmluZ1tdID0gW1xuICAnV2hhdCB0aGUgYWxnb3JpdGhtIGRvZXMgYW5kIHdoeSBpdCB3b3JrcywgaW4gb3VyIG93biB3b3Jkcy4nLFxuICAnVGhlIGluc3RhbmNlcyBvbiB3aGljaCBpdCBpcyB0aGUgcmlnaHQgY2hvaWNlLicsXG4gICdUaGUgaW5zdGFuY2VzIG9uIHdoaWNoIGFub3RoZXIgc29sdmVyIGlzIGJldHRlciwgYW5kIHdoaWNoLicsXG5dO1xuXG4vKiogV2hlcmUgYSBzb2x2ZXIncyB0ZXh0IGxpZXMsIGZyb20gdGhlIHJlcG9zaXRvcnkncyByb290LiAqL1xuZnVuY3Rpb24gc29sdmVyVGV4dFBhdGgoaWQ6IHN0cmluZyk6IHN0cmluZyB7XG4gIGNvbnN0IHsgcGtnLCBuYW1lIH0gPSBzcGxpdElkKGlkKTtcbiAgcmV0dXJuIGBwYWNrYWdlcy8ke3BrZ30vZG9jcy8ke25hbWV9Lm1kYDtcbn1cblxuLyoqXG4gKiBUaGUgdGV4dCBvZiBhIHNvbHZlci5cbiAqXG4gKiBAdGhyb3dzIHtFcnJvcn0gbmFtaW5nIHRoZSBmaWxlLCBhbmQgdGhlIHNlY3Rpb24gdGhhdCBpcyBtaXNzaW5nIG9yIHdhcyBsZWZ0IGFzIHRoZSB0ZW1wbGF0ZSBoYXMgaXRcbiAqL1xuZXhwb3J0IGZ1bmN0aW9uIHNvbHZlclRleHQoeyBpZCB9OiBQaWNrPEFueVNvbHZlciwgJ2lkJz4pOiBUZXh0IHtcbiAgY29uc3QgZmlsZSA9IHNvbHZlclRleHRQYXRoKGlkKTtcbiAgY29uc3QgdGV4dCA9IHJlYWRUZXh0KGZpbGUpO1xuICBpZiAoIXRleHQpIHRocm93IG5ldyBFcnJvcihgJHtpZH0gaGFzIG5vIHRleHQ6IHdyaXRlICR7ZmlsZX0gd2l0aCB0aGUgc2VjdGlvbnMgJHtTRUNUSU9OUy5qb2luKCcsICcpfWApO1xuICBjaGVja1RleHQoZmlsZSwgdGV4dC5tYXJrZG93bik7XG4gIHJldHVybiB0ZXh0O1xufVxuXG4vKiogUmVmdXNlcyBhIHRleHQgdGhhdCBsYWNrcyBhIHNlY3Rpb24sIG9yIHRoYXQgc3RpbGwgaXMgdGhlIGdlbmVyYXRvcidzLiAqL1xuZXhwb3J0IGZ1bmN0aW9uIGNoZWNrVGV4dChmaWxlOiBzdHJpbmcsIG1hcmtkb3duOiBzdHJpbmcpOiB2b2lkIHtcbiAgY29uc3QgbWlzc2luZyA9IFNFQ1RJT05TLmZpbHRlcigoc2VjdGlvbikgPT4gIW1hcmtkb3duLmluY2x1ZGVzKGAke3NlY3Rpb259XFxuYCkpO1xuICBpZiAobWlzc2luZy5sZW5ndGggPiAwKSB0aHJvdyBuZXcgRXJyb3IoYCR7ZmlsZX0gbGFja3MgdGhlIHNlY3Rpb24gJHttaXNzaW5nLmpvaW4oJywgJyl9YCk7XG4gIGNvbnN0IHBsYWNlaG9sZGVyID0gUExBQ0VIT0xERVJTLmZpbmQoKHNlbnRlbmNlKSA9PiBtYXJrZG93bi5pbmNsdWRlcyhzZW50ZW5jZSkpO1xuICBpZiAocGxhY2Vob2xkZXIpIHRocm93IG5ldyBFcnJvcihgJHtmaWxlfSBzdGlsbCBoYXMgdGhlIHRlbXBsYXRlJ3MgXHUwMEFCJHtwbGFjZWhvbGRlcn1cdTAwQkI6IHdyaXRlIGl0cyBvd24gd29yZHNgKTtcbn1cblxuLyoqIFRoZSB0ZXh0IG9mIGEgcHJvYmxlbSwgd2hlcmUgc29tZWJvZHkgd3JvdGUgb25lLiAqL1xuZXhwb3J0IGZ1bmN0aW9uIHByb2JsZW1UZXh0KHsgaWQgfTogUGljazxBbnlQcm9ibGVtLCAnaWQnPik6IFRleHQgfCB1bmRlZmluZWQge1xuICBjb25zdCB7IHBrZywgbmFtZSB9ID0gc3BsaXRJZChpZCk7XG4gIHJldHVybiByZWFkVGV4dChgcGFja2FnZXMvJHtwa2d9L2RvY3MvcHJvYmxlbXMvJHtuYW1lfS5tZGApO1xufVxuXG5mdW5jdGlvbiByZWFkVGV4dChmaWxlOiBzdHJpbmcpOiBUZXh0IHwgdW5kZWZpbmVkIHtcbiAgY29uc3QgYWJzb2x1dGUgPSBwYXRoLmpvaW4ocm9vdCwgZmlsZSk7XG4gIGlmICghZXhpc3RzU3luYyhhYnNvbHV0ZSkpIHJldHVybiB1bmRlZmluZWQ7XG4gIGNvbnN0IGNvbnRlbnQgPSByZWFkRmlsZVN5bmMoYWJzb2x1dGUsICd1dGY4Jyk7XG4gIGNvbnN0IG5vdGUgPSAvXjwhLS0gKFxcdyspOiAoLispIC0tPlxcbi9nbTtcbiAgY29uc3Qgbm90ZXMgPSBPYmplY3QuZnJvbUVudHJpZXMoWy4uLmNvbnRlbnQubWF0Y2hBbGwobm90ZSldLm1hcCgoWywga2V5LCB2YWx1ZV0pID0+IFtrZXksIHZhbHVlXSkpO1xuICByZXR1cm4geyBtYXJrZG93bjogY29udGVudC5yZXBsYWNlKG5vdGUsICcnKS50cmltKCksIG5vdGVzIH07XG59XG4iLCAiY29uc3QgX192aXRlX2luamVjdGVkX29yaWdpbmFsX2Rpcm5hbWUgPSBcIi93b3JrL3d0L3Jvb20vZG9jcy9zaXRlXCI7Y29uc3QgX192aXRlX2luamVjdGVkX29yaWdpbmFsX2ZpbGVuYW1lID0gXCIvd29yay93dC9yb29tL2RvY3Mvc2l0ZS9zb3VyY2UudHNcIjtjb25zdCBfX3ZpdGVfaW5qZWN0ZWRfb3JpZ2luYWxfaW1wb3J0X21ldGFfdXJsID0gXCJmaWxlOi8vL3dvcmsvd3Qvcm9vbS9kb2NzL3NpdGUvc291cmNlLnRzXCI7Ly8gV2hlcmUgYSBzb2x2ZXIncyBjb2RlIGxpZXMsIGFuZCB0aGUgZXhhbXBsZSB0aGF0IGl0cyBkb2NzdHJpbmcgZ2l2ZXMuXG5pbXBvcnQgeyBnbG9iU3luYywgcmVhZEZpbGVTeW5jIH0gZnJvbSAnbm9kZTpmcyc7XG5pbXBvcnQgcGF0aCBmcm9tICdub2RlOnBhdGgnO1xuaW1wb3J0IHsgcm9vdCwgc29sdmVyVGV4dCwgc3BsaXRJZCB9IGZyb20gJy4vcmVnaXN0cnkudHMnO1xuXG4vKiogVGhlIHJlcG9zaXRvcnkgb24gdGhlIHdlYjsgbGlua3MgdG8gc291cmNlcyBhcmUgbGVmdCBvdXQgd2hpbGUgdGhlcmUgaXMgbm9uZS4gKi9cbmV4cG9ydCBjb25zdCByZXBvc2l0b3J5OiBzdHJpbmcgfCB1bmRlZmluZWQgPSBwcm9jZXNzLmVudlsnRE9DU19SRVBPU0lUT1JZJ107XG5cbi8qKiBBIHNvbHZlcidzIHNvdXJjZSBmaWxlIGFuZCBpdHMgZG9jc3RyaW5nJ3MgZXhhbXBsZS4gKi9cbmV4cG9ydCBpbnRlcmZhY2UgU29sdmVyU291cmNlIHtcbiAgLyoqIEZyb20gdGhlIHJlcG9zaXRvcnkncyByb290LiAqL1xuICByZWFkb25seSBmaWxlOiBzdHJpbmc7XG4gIC8qKiBDb2RlIG9mIHRoZSBmaXJzdCBgQGV4YW1wbGVgOyB1bmRlZmluZWQgaWYgdGhlIGZpbGUgaGFzIG5vbmUuICovXG4gIHJlYWRvbmx5IGV4YW1wbGU/OiBzdHJpbmc7XG4gIC8qKiBUaGUgZnVuY3Rpb24gdGhhdCB0aGUgZXhhbXBsZSBpbXBvcnRzLiAqL1xuICByZWFkb25seSBpbXBvcnRlZD86IHsgcmVhZG9ubHkgbmFtZTogc3RyaW5nOyByZWFkb25seSBmcm9tOiBzdHJpbmcgfTtcbn1cblxuLyoqXG4gKiBUaGUgc291cmNlIG9mIGEgc29sdmVyOiB0aGUgZmlsZSB0aGF0IGEgbm90ZSBpbiBpdHMgdGV4dCBuYW1lcyAoYDwhLS0gc291cmNlOiBmaWxlLnRzIC0tPmApLCBvciB0aGUgZmlsZSB0aGF0IGlzXG4gKiBuYW1lZCBhcyB0aGUgc29sdmVyLiBJdCBtYXkgbGllIGluIGEgZm9sZGVyIG9mIGBzcmNgLlxuICpcbiAqIEB0aHJvd3Mge0Vycm9yfSBpZiB0aGVyZSBpcyBuZWl0aGVyXG4gKi9cbmV4cG9ydCBmdW5jdGlvbiBzb3VyY2VPZihpZDogc3RyaW5nKTogU29sdmVyU291cmNlIHtcbiAgY29uc3QgeyBwa2csIG5hbWUgfSA9IHNwbGl0SWQoaWQpO1xuICBjb25zdCB7IHNvdXJjZSA9IGAke25hbWV9LnRzYCB9ID0gc29sdmVyVGV4dCh7IGlkIH0pLm5vdGVzO1xuICBjb25zdCBmaWxlID0gZmlsZXNPZihwa2cpLmZpbmQoKGNhbmRpZGF0ZSkgPT4gY2FuZGlkYXRlLmVuZHNXaXRoKGAvJHtzb3VyY2V9YCkpO1xuICBpZiAoZmlsZSA9PT0gdW5kZWZpbmVkKSB7XG4gICAgdGhyb3cgbmV3IEVycm9yKFxuICAgICAgYCR7aWR9IGhhcyBubyAke3NvdXJjZX0gaW4gcGFja2FnZXMvJHtwa2d9L3NyYzogbmFtZSBpdCBpbiBpdHMgdGV4dCwgPCEtLSBzb3VyY2U6IGZpbGUudHMgLS0+YCxcbiAgICApO1xuICB9XG4gIGNvbnN0IGV4YW1wbGUgPSBleGFtcGxlSW4ocmVhZEZpbGVTeW5jKHBhdGguam9pbihyb290LCBmaWxlKSwgJ3V0ZjgnKSk7XG4gIC8vIEV4YW1wbGVzIG1heSBkcmF3IHRoZWlyIGRhdGEgd2l0aCBmdW5jdGlvbnMgb2Ygb3RoZXIgcGFja2FnZXMgZmlyc3QuXG4gIGNvbnN0IGltcG9ydHMgPSBbLi4uKGV4YW1wbGUgPz8gJycpLm1hdGNoQWxsKC9pbXBvcnQgXFx7IChcXHcrKS4qXFx9IGZyb20gJyhAaW5maW11bVxcL1teJ10rKScvZyldO1xuICBjb25zdCBbLCBpbXBvcnRlZCwgZnJvbV0gPSBpbXBvcnRzLmZpbmQoKFssICwgbmFtZV0pID0+IG5hbWUgPT09IGBAaW5maW11bS8ke3BrZ31gKSA/PyBpbXBvcnRzWzBdID8/IFtdO1xuICByZXR1cm4geyBmaWxlLCBleGFtcGxlLCAuLi4oaW1wb3J0ZWQgJiYgeyBpbXBvcnRlZDogeyBuYW1lOiBpbXBvcnRlZCwgZnJvbSB9IH0pIH07XG59XG5cbmNvbnN0IGZpbGVzID0gbmV3IE1hcDxzdHJpbmcsIHJlYWRvbmx5IHN0cmluZ1tdPigpO1xuXG4vKiogVGhlIHNvdXJjZXMgb2YgYSBwYWNrYWdlLCBsb29rZWQgZm9yIG9uY2UuICovXG5mdW5jdGlvbiBmaWxlc09mKHBrZzogc3RyaW5nKTogcmVhZG9ubHkgc3RyaW5nW10ge1xuICBjb25zdCBmb3VuZCA9IGZpbGVzLmdldChwa2cpID8/IGdsb2JTeW5jKGBwYWNrYWdlcy8ke3BrZ30vc3JjLyoqLyoudHNgLCB7IGN3ZDogcm9vdCB9KS5zb3J0KCk7XG4gIGZpbGVzLnNldChwa2csIGZvdW5kKTtcbiAgcmV0dXJuIGZvdW5kO1xufVxuXG4vKiogVGhlIGV4YW1wbGUgb2YgYSBmdW5jdGlvbidzIGRvY3VtZW50YXRpb24sIGFuZCB0aGUgZmlsZSB0aGF0IGl0IHN0YW5kcyBpbi4gKi9cbmV4cG9ydCBpbnRlcmZhY2UgRXhhbXBsZU9mIHtcbiAgLyoqIEZyb20gdGhlIHJlcG9zaXRvcnkncyByb290LiAqL1xuICByZWFkb25seSBmaWxlOiBzdHJpbmc7XG4gIHJlYWRvbmx5IGNvZGU6IHN0cmluZztcbn1cblxuLyoqIFRoZSBmaXJzdCBgQGV4YW1wbGVgIG9mIGFuIGV4cG9ydGVkIGZ1bmN0aW9uIG9mIGEgcGFja2FnZTsgdW5kZWZpbmVkIGlmIHRoZXJlIGlzIG5vIHN1Y2ggZnVuY3Rpb24gb3IgZXhhbXBsZS4gKi9cbmV4cG9ydCBmdW5jdGlvbiBleGFtcGxlT2YocGtnOiBzdHJpbmcsIG5hbWU6IHN0cmluZyk6IEV4YW1wbGVPZiB8IHVuZGVmaW5lZCB7XG4gIGNvbnN0IGRlY2xhcmF0aW9uID0gbmV3IFJlZ0V4cChgXmV4cG9ydCAoPzphc3luYyApP2Z1bmN0aW9uXFxcXCo/ICR7bmFtZX1cXFxcYmAsICdtJyk7XG4gIGZvciAoY29uc3QgZmlsZSBvZiBmaWxlc09mKHBrZykpIHtcbiAgICBjb25zdCB0ZXh0ID0gc291cmNlVGV4dChmaWxlKTtcbiAgICBjb25zdCBhdCA9IHRleHQuc2VhcmNoKGRlY2xhcmF0aW9uKTtcbiAgICBjb25zdCBjb21tZW50ID0gYXQgPCAwID8gJycgOiB0ZXh0LnNsaWNlKHRleHQubGFzdEluZGV4T2YoJy8qKicsIGF0KSwgYXQpO1xuICAgIGNvbnN0IGNvZGUgPSBjb21tZW50LnRyaW1FbmQoKS5lbmRzV2l0aCgnKi8nKSA/IGV4YW1wbGVJbihjb21tZW50KSA6IHVuZGVmaW5lZDtcbiAgICBpZiAoY29kZSkgcmV0dXJuIHsgZmlsZSwgY29kZSB9O1xuICB9XG4gIHJldHVybiB1bmRlZmluZWQ7XG59XG5cbmNvbnN0IHRleHRzID0gbmV3IE1hcDxzdHJpbmcsIHN0cmluZz4oKTtcblxuLyoqIEEgc291cmNlJ3MgdGV4dCwgcmVhZCBvbmNlLiAqL1xuZnVuY3Rpb24gc291cmNlVGV4dChmaWxlOiBzdHJpbmcpOiBzdHJpbmcge1xuICBjb25zdCB0ZXh0ID0gdGV4dHMuZ2V0KGZpbGUpID8/IHJlYWRGaWxlU3luYyhwYXRoLmpvaW4ocm9vdCwgZmlsZSksICd1dGY4Jyk7XG4gIHRleHRzLnNldChmaWxlLCB0ZXh0KTtcbiAgcmV0dXJuIHRleHQ7XG59XG5cbmZ1bmN0aW9uIGV4YW1wbGVJbihjb2RlOiBzdHJpbmcpOiBzdHJpbmcgfCB1bmRlZmluZWQge1xuICBjb25zdCBmZW5jZSA9IC9AZXhhbXBsZVxccypcXG4gXFwqIGBgYHRzXFxuKFtcXHNcXFNdKj8pIFxcKiBgYGAvLmV4ZWMoY29kZSk/LlsxXTtcbiAgcmV0dXJuIGZlbmNlPy5yZXBsYWNlKC9eIFxcKiA/L2dtLCAnJykudHJpbSgpO1xufVxuIiwgImNvbnN0IF9fdml0ZV9pbmplY3RlZF9vcmlnaW5hbF9kaXJuYW1lID0gXCIvd29yay93dC9yb29tL2RvY3NcIjtjb25zdCBfX3ZpdGVfaW5qZWN0ZWRfb3JpZ2luYWxfZmlsZW5hbWUgPSBcIi93b3JrL3d0L3Jvb20vZG9jcy9jaG9vc2luZy5kYXRhLnRzXCI7Y29uc3QgX192aXRlX2luamVjdGVkX29yaWdpbmFsX2ltcG9ydF9tZXRhX3VybCA9IFwiZmlsZTovLy93b3JrL3d0L3Jvb20vZG9jcy9jaG9vc2luZy5kYXRhLnRzXCI7Ly8gVGhlIG1hcCBvZiBcdTAwQUJDaG9vc2luZ1x1MDBCQi5cbmltcG9ydCB7IGNob2ljZU1hcCwgdHlwZSBTaG93bkJyYW5jaCB9IGZyb20gJy4vc2l0ZS9jaG9vc2luZy50cyc7XG5cbmRlY2xhcmUgY29uc3QgZGF0YTogU2hvd25CcmFuY2hbXTtcblxuZXhwb3J0IHsgZGF0YSB9O1xuXG5leHBvcnQgZGVmYXVsdCB7IGxvYWQ6IGNob2ljZU1hcCB9O1xuIl0sCiAgIm1hcHBpbmdzIjogIjtBQUNBLFNBQVMsZ0JBQUFBLHFCQUFvQjtBQUM3QixPQUFPQyxXQUFVOzs7QUN5QlYsSUFBTSxXQUE4QjtBQUFBLEVBQ3pDO0FBQUEsSUFDRSxJQUFJO0FBQUEsSUFDSixNQUFNO0FBQUEsSUFDTixTQUFTO0FBQUEsTUFDUDtBQUFBLFFBQ0UsSUFBSTtBQUFBLFFBQ0osS0FBSztBQUFBLFFBQ0wsU0FBUztBQUFBLFFBQ1QsS0FBSztBQUFBLFFBQ0wsTUFBTTtBQUFBLFFBQ04sS0FBSztBQUFBLE1BQ1A7QUFBQSxNQUNBO0FBQUEsUUFDRSxJQUFJO0FBQUEsUUFDSixLQUFLO0FBQUEsUUFDTCxTQUFTO0FBQUEsUUFDVCxLQUFLO0FBQUEsUUFDTCxNQUFNO0FBQUEsUUFDTixLQUFLO0FBQUEsTUFDUDtBQUFBLE1BQ0E7QUFBQSxRQUNFLElBQUk7QUFBQSxRQUNKLEtBQUs7QUFBQSxRQUNMLFNBQVM7QUFBQSxRQUNULEtBQUs7QUFBQSxRQUNMLE1BQU07QUFBQSxRQUNOLEtBQUs7QUFBQSxNQUNQO0FBQUEsTUFDQTtBQUFBLFFBQ0UsSUFBSTtBQUFBLFFBQ0osS0FBSztBQUFBLFFBQ0wsU0FBUztBQUFBLFFBQ1QsS0FBSztBQUFBLFFBQ0wsTUFBTTtBQUFBLFFBQ04sS0FBSztBQUFBLE1BQ1A7QUFBQSxNQUNBO0FBQUEsUUFDRSxJQUFJO0FBQUEsUUFDSixLQUFLO0FBQUEsUUFDTCxTQUFTO0FBQUEsUUFDVCxLQUFLO0FBQUEsUUFDTCxNQUFNO0FBQUEsUUFDTixLQUFLO0FBQUEsTUFDUDtBQUFBLE1BQ0E7QUFBQSxRQUNFLElBQUk7QUFBQSxRQUNKLEtBQUs7QUFBQSxRQUNMLFNBQVM7QUFBQSxRQUNULEtBQUs7QUFBQSxRQUNMLE1BQU07QUFBQSxRQUNOLEtBQUs7QUFBQSxNQUNQO0FBQUEsTUFDQTtBQUFBLFFBQ0UsSUFBSTtBQUFBLFFBQ0osS0FBSztBQUFBLFFBQ0wsU0FBUztBQUFBLFFBQ1QsS0FBSztBQUFBLFFBQ0wsTUFBTTtBQUFBLFFBQ04sS0FBSztBQUFBLE1BQ1A7QUFBQSxNQUNBO0FBQUEsUUFDRSxJQUFJO0FBQUEsUUFDSixLQUFLO0FBQUEsUUFDTCxTQUFTO0FBQUEsUUFDVCxLQUFLO0FBQUEsUUFDTCxNQUFNO0FBQUEsUUFDTixLQUFLO0FBQUEsTUFDUDtBQUFBLElBQ0Y7QUFBQSxFQUNGO0FBQUEsRUFDQTtBQUFBLElBQ0UsSUFBSTtBQUFBLElBQ0osTUFBTTtBQUFBLElBQ04sU0FBUztBQUFBLE1BQ1A7QUFBQSxRQUNFLElBQUk7QUFBQSxRQUNKLEtBQUs7QUFBQSxRQUNMLFNBQVM7QUFBQSxRQUNULEtBQUs7QUFBQSxRQUNMLE1BQU07QUFBQSxRQUNOLEtBQUs7QUFBQSxNQUNQO0FBQUEsTUFDQTtBQUFBLFFBQ0UsSUFBSTtBQUFBLFFBQ0osS0FBSztBQUFBLFFBQ0wsU0FBUztBQUFBLFFBQ1QsS0FBSztBQUFBLFFBQ0wsTUFBTTtBQUFBLFFBQ04sS0FBSztBQUFBLE1BQ1A7QUFBQSxNQUNBO0FBQUEsUUFDRSxJQUFJO0FBQUEsUUFDSixLQUFLO0FBQUEsUUFDTCxTQUFTO0FBQUEsUUFDVCxLQUFLO0FBQUEsUUFDTCxNQUFNO0FBQUEsUUFDTixLQUFLO0FBQUEsTUFDUDtBQUFBLE1BQ0E7QUFBQSxRQUNFLElBQUk7QUFBQSxRQUNKLEtBQUs7QUFBQSxRQUNMLFNBQVM7QUFBQSxRQUNULEtBQUs7QUFBQSxRQUNMLE1BQU07QUFBQSxRQUNOLEtBQUs7QUFBQSxNQUNQO0FBQUEsTUFDQTtBQUFBLFFBQ0UsSUFBSTtBQUFBLFFBQ0osS0FBSztBQUFBLFFBQ0wsU0FBUztBQUFBLFFBQ1QsS0FBSztBQUFBLFFBQ0wsTUFBTTtBQUFBLFFBQ04sS0FBSztBQUFBLE1BQ1A7QUFBQSxNQUNBO0FBQUEsUUFDRSxJQUFJO0FBQUEsUUFDSixLQUFLO0FBQUEsUUFDTCxTQUFTO0FBQUEsUUFDVCxLQUFLO0FBQUEsUUFDTCxNQUFNO0FBQUEsUUFDTixLQUFLO0FBQUEsTUFDUDtBQUFBLE1BQ0E7QUFBQSxRQUNFLElBQUk7QUFBQSxRQUNKLEtBQUs7QUFBQSxRQUNMLFNBQVM7QUFBQSxRQUNULEtBQUs7QUFBQSxRQUNMLE1BQU07QUFBQSxRQUNOLEtBQUs7QUFBQSxNQUNQO0FBQUEsSUFDRjtBQUFBLEVBQ0Y7QUFBQSxFQUNBO0FBQUEsSUFDRSxJQUFJO0FBQUEsSUFDSixNQUFNO0FBQUEsSUFDTixTQUFTO0FBQUEsTUFDUDtBQUFBLFFBQ0UsSUFBSTtBQUFBLFFBQ0osS0FBSztBQUFBLFFBQ0wsU0FBUztBQUFBLFFBQ1QsS0FBSztBQUFBLFFBQ0wsTUFBTTtBQUFBLFFBQ04sS0FBSztBQUFBLE1BQ1A7QUFBQSxNQUNBO0FBQUEsUUFDRSxJQUFJO0FBQUEsUUFDSixLQUFLO0FBQUEsUUFDTCxTQUFTO0FBQUEsUUFDVCxLQUFLO0FBQUEsUUFDTCxNQUFNO0FBQUEsUUFDTixLQUFLO0FBQUEsTUFDUDtBQUFBLE1BQ0E7QUFBQSxRQUNFLElBQUk7QUFBQSxRQUNKLEtBQUs7QUFBQSxRQUNMLFNBQVM7QUFBQSxRQUNULEtBQUs7QUFBQSxRQUNMLE1BQU07QUFBQSxRQUNOLEtBQUs7QUFBQSxNQUNQO0FBQUEsTUFDQTtBQUFBLFFBQ0UsSUFBSTtBQUFBLFFBQ0osS0FBSztBQUFBLFFBQ0wsU0FBUztBQUFBLFFBQ1QsS0FBSztBQUFBLFFBQ0wsTUFBTTtBQUFBLFFBQ04sS0FBSztBQUFBLE1BQ1A7QUFBQSxNQUNBO0FBQUEsUUFDRSxJQUFJO0FBQUEsUUFDSixLQUFLO0FBQUEsUUFDTCxTQUFTO0FBQUEsUUFDVCxLQUFLO0FBQUEsUUFDTCxNQUFNO0FBQUEsUUFDTixLQUFLO0FBQUEsTUFDUDtBQUFBLE1BQ0E7QUFBQSxRQUNFLElBQUk7QUFBQSxRQUNKLEtBQUs7QUFBQSxRQUNMLFNBQVM7QUFBQSxRQUNULEtBQUs7QUFBQSxRQUNMLE1BQU07QUFBQSxRQUNOLEtBQUs7QUFBQSxNQUNQO0FBQUEsTUFDQTtBQUFBLFFBQ0UsSUFBSTtBQUFBLFFBQ0osS0FBSztBQUFBLFFBQ0wsU0FBUztBQUFBLFFBQ1QsS0FBSztBQUFBLFFBQ0wsTUFBTTtBQUFBLFFBQ04sS0FBSztBQUFBLE1BQ1A7QUFBQSxNQUNBO0FBQUEsUUFDRSxJQUFJO0FBQUEsUUFDSixLQUFLO0FBQUEsUUFDTCxTQUFTO0FBQUEsUUFDVCxLQUFLO0FBQUEsUUFDTCxNQUFNO0FBQUEsUUFDTixLQUFLO0FBQUEsTUFDUDtBQUFBLElBQ0Y7QUFBQSxFQUNGO0FBQUEsRUFDQTtBQUFBLElBQ0UsSUFBSTtBQUFBLElBQ0osTUFBTTtBQUFBLElBQ04sU0FBUztBQUFBLE1BQ1A7QUFBQSxRQUNFLElBQUk7QUFBQSxRQUNKLEtBQUs7QUFBQSxRQUNMLFNBQVM7QUFBQSxRQUNULEtBQUs7QUFBQSxRQUNMLE1BQU07QUFBQSxRQUNOLEtBQUs7QUFBQSxNQUNQO0FBQUEsTUFDQTtBQUFBLFFBQ0UsSUFBSTtBQUFBLFFBQ0osS0FBSztBQUFBLFFBQ0wsU0FBUztBQUFBLFFBQ1QsS0FBSztBQUFBLFFBQ0wsTUFBTTtBQUFBLFFBQ04sS0FBSztBQUFBLE1BQ1A7QUFBQSxNQUNBO0FBQUEsUUFDRSxJQUFJO0FBQUEsUUFDSixLQUFLO0FBQUEsUUFDTCxTQUFTO0FBQUEsUUFDVCxLQUFLO0FBQUEsUUFDTCxNQUFNO0FBQUEsUUFDTixLQUFLO0FBQUEsTUFDUDtBQUFBLE1BQ0E7QUFBQSxRQUNFLElBQUk7QUFBQSxRQUNKLEtBQUs7QUFBQSxRQUNMLFNBQVM7QUFBQSxRQUNULEtBQUs7QUFBQSxRQUNMLE1BQU07QUFBQSxRQUNOLEtBQUs7QUFBQSxNQUNQO0FBQUEsTUFDQTtBQUFBLFFBQ0UsSUFBSTtBQUFBLFFBQ0osS0FBSztBQUFBLFFBQ0wsU0FBUztBQUFBLFFBQ1QsS0FBSztBQUFBLFFBQ0wsTUFBTTtBQUFBLFFBQ04sS0FBSztBQUFBLE1BQ1A7QUFBQSxNQUNBO0FBQUEsUUFDRSxJQUFJO0FBQUEsUUFDSixLQUFLO0FBQUEsUUFDTCxTQUFTO0FBQUEsUUFDVCxLQUFLO0FBQUEsUUFDTCxNQUFNO0FBQUEsUUFDTixLQUFLO0FBQUEsTUFDUDtBQUFBLE1BQ0E7QUFBQSxRQUNFLElBQUk7QUFBQSxRQUNKLEtBQUs7QUFBQSxRQUNMLFNBQVM7QUFBQSxRQUNULEtBQUs7QUFBQSxRQUNMLE1BQU07QUFBQSxRQUNOLEtBQUs7QUFBQSxNQUNQO0FBQUEsSUFDRjtBQUFBLEVBQ0Y7QUFBQSxFQUNBO0FBQUEsSUFDRSxJQUFJO0FBQUEsSUFDSixNQUFNO0FBQUEsSUFDTixTQUFTO0FBQUEsTUFDUDtBQUFBLFFBQ0UsSUFBSTtBQUFBLFFBQ0osS0FBSztBQUFBLFFBQ0wsU0FBUztBQUFBLFFBQ1QsS0FBSztBQUFBLFFBQ0wsTUFBTTtBQUFBLFFBQ04sS0FBSztBQUFBLE1BQ1A7QUFBQSxNQUNBO0FBQUEsUUFDRSxJQUFJO0FBQUEsUUFDSixLQUFLO0FBQUEsUUFDTCxTQUFTO0FBQUEsUUFDVCxLQUFLO0FBQUEsUUFDTCxNQUFNO0FBQUEsUUFDTixLQUFLO0FBQUEsTUFDUDtBQUFBLE1BQ0E7QUFBQSxRQUNFLElBQUk7QUFBQSxRQUNKLEtBQUs7QUFBQSxRQUNMLFNBQVM7QUFBQSxRQUNULEtBQUs7QUFBQSxRQUNMLE1BQU07QUFBQSxRQUNOLEtBQUs7QUFBQSxNQUNQO0FBQUEsTUFDQTtBQUFBLFFBQ0UsSUFBSTtBQUFBLFFBQ0osS0FBSztBQUFBLFFBQ0wsU0FBUztBQUFBLFFBQ1QsS0FBSztBQUFBLFFBQ0wsTUFBTTtBQUFBLFFBQ04sS0FBSztBQUFBLE1BQ1A7QUFBQSxJQUNGO0FBQUEsRUFDRjtBQUFBLEVBQ0E7QUFBQSxJQUNFLElBQUk7QUFBQSxJQUNKLE1BQU07QUFBQSxJQUNOLFNBQVM7QUFBQSxNQUNQO0FBQUEsUUFDRSxJQUFJO0FBQUEsUUFDSixLQUFLO0FBQUEsUUFDTCxTQUFTO0FBQUEsUUFDVCxLQUFLO0FBQUEsUUFDTCxNQUFNO0FBQUEsUUFDTixLQUFLO0FBQUEsTUFDUDtBQUFBLE1BQ0E7QUFBQSxRQUNFLElBQUk7QUFBQSxRQUNKLEtBQUs7QUFBQSxRQUNMLFNBQVM7QUFBQSxRQUNULEtBQUs7QUFBQSxRQUNMLE1BQU07QUFBQSxRQUNOLEtBQUs7QUFBQSxNQUNQO0FBQUEsTUFDQTtBQUFBLFFBQ0UsSUFBSTtBQUFBLFFBQ0osS0FBSztBQUFBLFFBQ0wsU0FBUztBQUFBLFFBQ1QsS0FBSztBQUFBLFFBQ0wsTUFBTTtBQUFBLFFBQ04sS0FBSztBQUFBLE1BQ1A7QUFBQSxJQUNGO0FBQUEsRUFDRjtBQUFBLEVBQ0E7QUFBQSxJQUNFLElBQUk7QUFBQSxJQUNKLE1BQU07QUFBQSxJQUNOLFNBQVM7QUFBQSxNQUNQO0FBQUEsUUFDRSxJQUFJO0FBQUEsUUFDSixLQUFLO0FBQUEsUUFDTCxTQUFTO0FBQUEsUUFDVCxLQUFLO0FBQUEsUUFDTCxNQUFNO0FBQUEsUUFDTixLQUFLO0FBQUEsTUFDUDtBQUFBLE1BQ0E7QUFBQSxRQUNFLElBQUk7QUFBQSxRQUNKLEtBQUs7QUFBQSxRQUNMLFNBQVM7QUFBQSxRQUNULEtBQUs7QUFBQSxRQUNMLE1BQU07QUFBQSxRQUNOLEtBQUs7QUFBQSxNQUNQO0FBQUEsTUFDQTtBQUFBLFFBQ0UsSUFBSTtBQUFBLFFBQ0osS0FBSztBQUFBLFFBQ0wsU0FBUztBQUFBLFFBQ1QsS0FBSztBQUFBLFFBQ0wsTUFBTTtBQUFBLFFBQ04sS0FBSztBQUFBLE1BQ1A7QUFBQSxNQUNBO0FBQUEsUUFDRSxJQUFJO0FBQUEsUUFDSixLQUFLO0FBQUEsUUFDTCxTQUFTO0FBQUEsUUFDVCxLQUFLO0FBQUEsUUFDTCxNQUFNO0FBQUEsUUFDTixLQUFLO0FBQUEsTUFDUDtBQUFBLE1BQ0E7QUFBQSxRQUNFLElBQUk7QUFBQSxRQUNKLEtBQUs7QUFBQSxRQUNMLFNBQVM7QUFBQSxRQUNULEtBQUs7QUFBQSxRQUNMLE1BQU07QUFBQSxRQUNOLEtBQUs7QUFBQSxNQUNQO0FBQUEsSUFDRjtBQUFBLEVBQ0Y7QUFBQSxFQUNBO0FBQUEsSUFDRSxJQUFJO0FBQUEsSUFDSixNQUFNO0FBQUEsSUFDTixTQUFTO0FBQUEsTUFDUDtBQUFBLFFBQ0UsSUFBSTtBQUFBLFFBQ0osS0FBSztBQUFBLFFBQ0wsU0FBUztBQUFBLFFBQ1QsS0FBSztBQUFBLFFBQ0wsTUFBTTtBQUFBLFFBQ04sS0FBSztBQUFBLE1BQ1A7QUFBQSxNQUNBO0FBQUEsUUFDRSxJQUFJO0FBQUEsUUFDSixLQUFLO0FBQUEsUUFDTCxTQUFTO0FBQUEsUUFDVCxLQUFLO0FBQUEsUUFDTCxNQUFNO0FBQUEsUUFDTixLQUFLO0FBQUEsTUFDUDtBQUFBLE1BQ0E7QUFBQSxRQUNFLElBQUk7QUFBQSxRQUNKLEtBQUs7QUFBQSxRQUNMLFNBQVM7QUFBQSxRQUNULEtBQUs7QUFBQSxRQUNMLE1BQU07QUFBQSxRQUNOLEtBQUs7QUFBQSxNQUNQO0FBQUEsTUFDQTtBQUFBLFFBQ0UsSUFBSTtBQUFBLFFBQ0osS0FBSztBQUFBLFFBQ0wsU0FBUztBQUFBLFFBQ1QsS0FBSztBQUFBLFFBQ0wsTUFBTTtBQUFBLFFBQ04sS0FBSztBQUFBLE1BQ1A7QUFBQSxJQUNGO0FBQUEsRUFDRjtBQUFBLEVBQ0E7QUFBQSxJQUNFLElBQUk7QUFBQSxJQUNKLE1BQU07QUFBQSxJQUNOLFNBQVM7QUFBQSxNQUNQO0FBQUEsUUFDRSxJQUFJO0FBQUEsUUFDSixLQUFLO0FBQUEsUUFDTCxTQUFTO0FBQUEsUUFDVCxLQUFLO0FBQUEsUUFDTCxNQUFNO0FBQUEsUUFDTixLQUFLO0FBQUEsTUFDUDtBQUFBLE1BQ0E7QUFBQSxRQUNFLElBQUk7QUFBQSxRQUNKLEtBQUs7QUFBQSxRQUNMLFNBQVM7QUFBQSxRQUNULEtBQUs7QUFBQSxRQUNMLE1BQU07QUFBQSxRQUNOLEtBQUs7QUFBQSxNQUNQO0FBQUEsTUFDQTtBQUFBLFFBQ0UsSUFBSTtBQUFBLFFBQ0osS0FBSztBQUFBLFFBQ0wsU0FBUztBQUFBLFFBQ1QsS0FBSztBQUFBLFFBQ0wsTUFBTTtBQUFBLFFBQ04sS0FBSztBQUFBLE1BQ1A7QUFBQSxNQUNBO0FBQUEsUUFDRSxJQUFJO0FBQUEsUUFDSixLQUFLO0FBQUEsUUFDTCxTQUFTO0FBQUEsUUFDVCxLQUFLO0FBQUEsUUFDTCxNQUFNO0FBQUEsUUFDTixLQUFLO0FBQUEsTUFDUDtBQUFBLE1BQ0E7QUFBQSxRQUNFLElBQUk7QUFBQSxRQUNKLEtBQUs7QUFBQSxRQUNMLFNBQVM7QUFBQSxRQUNULEtBQUs7QUFBQSxRQUNMLE1BQU07QUFBQSxRQUNOLEtBQUs7QUFBQSxNQUNQO0FBQUEsSUFDRjtBQUFBLEVBQ0Y7QUFBQSxFQUNBO0FBQUEsSUFDRSxJQUFJO0FBQUEsSUFDSixNQUFNO0FBQUEsSUFDTixTQUFTO0FBQUEsTUFDUDtBQUFBLFFBQ0UsSUFBSTtBQUFBLFFBQ0osS0FBSztBQUFBLFFBQ0wsU0FBUztBQUFBLFFBQ1QsS0FBSztBQUFBLFFBQ0wsTUFBTTtBQUFBLFFBQ04sS0FBSztBQUFBLE1BQ1A7QUFBQSxNQUNBO0FBQUEsUUFDRSxJQUFJO0FBQUEsUUFDSixLQUFLO0FBQUEsUUFDTCxTQUFTO0FBQUEsUUFDVCxLQUFLO0FBQUEsUUFDTCxNQUFNO0FBQUEsUUFDTixLQUFLO0FBQUEsTUFDUDtBQUFBLE1BQ0E7QUFBQSxRQUNFLElBQUk7QUFBQSxRQUNKLEtBQUs7QUFBQSxRQUNMLFNBQVM7QUFBQSxRQUNULEtBQUs7QUFBQSxRQUNMLE1BQU07QUFBQSxRQUNOLEtBQUs7QUFBQSxNQUNQO0FBQUEsTUFDQTtBQUFBLFFBQ0UsSUFBSTtBQUFBLFFBQ0osS0FBSztBQUFBLFFBQ0wsU0FBUztBQUFBLFFBQ1QsS0FBSztBQUFBLFFBQ0wsTUFBTTtBQUFBLFFBQ04sS0FBSztBQUFBLE1BQ1A7QUFBQSxNQUNBO0FBQUEsUUFDRSxJQUFJO0FBQUEsUUFDSixLQUFLO0FBQUEsUUFDTCxTQUFTO0FBQUEsUUFDVCxLQUFLO0FBQUEsUUFDTCxNQUFNO0FBQUEsUUFDTixLQUFLO0FBQUEsTUFDUDtBQUFBLE1BQ0E7QUFBQSxRQUNFLElBQUk7QUFBQSxRQUNKLEtBQUs7QUFBQSxRQUNMLFNBQVM7QUFBQSxRQUNULEtBQUs7QUFBQSxRQUNMLE1BQU07QUFBQSxRQUNOLEtBQUs7QUFBQSxNQUNQO0FBQUEsSUFDRjtBQUFBLEVBQ0Y7QUFDRjs7O0FDdGdCTyxTQUFTLFFBQVEsVUFBNEQ7QUFDbEYsUUFBTSxDQUFDLE1BQU0sR0FBRyxLQUFLLElBQUksU0FBUyxNQUFNLE9BQU87QUFDL0MsUUFBTSxXQUFXLE1BQU0sSUFBSSxDQUFDLFNBQWtCO0FBQzVDLFVBQU0sQ0FBQyxTQUFTLEdBQUcsSUFBSSxJQUFJLEtBQUssTUFBTSxJQUFJO0FBQzFDLFdBQU8sRUFBRSxTQUFTLFFBQVEsS0FBSyxHQUFHLE1BQU0sS0FBSyxLQUFLLElBQUksRUFBRSxLQUFLLEVBQUU7QUFBQSxFQUNqRSxDQUFDO0FBQ0QsU0FBTyxFQUFFLE1BQU0sS0FBSyxLQUFLLEdBQUcsU0FBUztBQUN2Qzs7O0FDL0JBLE9BQU8sVUFBVTtBQUVqQixTQUFTLDZCQUE2QjtBQUp0QyxJQUFNLG1DQUFtQztBQU9sQyxJQUFNLE9BQWUsS0FBSyxRQUFRLGtDQUFxQixPQUFPO0FBRzlELElBQU0sV0FBcUIsc0JBQXNCO0FBR2pELFNBQVMsUUFBUSxJQUE2RDtBQUNuRixRQUFNLENBQUMsS0FBSyxJQUFJLElBQUksR0FBRyxNQUFNLEdBQUc7QUFDaEMsU0FBTyxFQUFFLEtBQUssS0FBSztBQUNyQjs7O0FDZkEsU0FBUyxVQUFVLG9CQUFvQjtBQUN2QyxPQUFPQyxXQUFVO0FBSVYsSUFBTSxhQUFpQyxRQUFRLElBQUksaUJBQWlCO0FBa0MzRSxJQUFNLFFBQVEsb0JBQUksSUFBK0I7QUFHakQsU0FBUyxRQUFRLEtBQWdDO0FBQy9DLFFBQU0sUUFBUSxNQUFNLElBQUksR0FBRyxLQUFLLFNBQVMsWUFBWSxHQUFHLGdCQUFnQixFQUFFLEtBQUssS0FBSyxDQUFDLEVBQUUsS0FBSztBQUM1RixRQUFNLElBQUksS0FBSyxLQUFLO0FBQ3BCLFNBQU87QUFDVDtBQVVPLFNBQVMsVUFBVSxLQUFhLE1BQXFDO0FBQzFFLFFBQU0sY0FBYyxJQUFJLE9BQU8sbUNBQW1DLElBQUksT0FBTyxHQUFHO0FBQ2hGLGFBQVcsUUFBUSxRQUFRLEdBQUcsR0FBRztBQUMvQixVQUFNLE9BQU8sV0FBVyxJQUFJO0FBQzVCLFVBQU0sS0FBSyxLQUFLLE9BQU8sV0FBVztBQUNsQyxVQUFNLFVBQVUsS0FBSyxJQUFJLEtBQUssS0FBSyxNQUFNLEtBQUssWUFBWSxPQUFPLEVBQUUsR0FBRyxFQUFFO0FBQ3hFLFVBQU0sT0FBTyxRQUFRLFFBQVEsRUFBRSxTQUFTLElBQUksSUFBSSxVQUFVLE9BQU8sSUFBSTtBQUNyRSxRQUFJLEtBQU0sUUFBTyxFQUFFLE1BQU0sS0FBSztBQUFBLEVBQ2hDO0FBQ0EsU0FBTztBQUNUO0FBRUEsSUFBTSxRQUFRLG9CQUFJLElBQW9CO0FBR3RDLFNBQVMsV0FBVyxNQUFzQjtBQUN4QyxRQUFNLE9BQU8sTUFBTSxJQUFJLElBQUksS0FBSyxhQUFhQyxNQUFLLEtBQUssTUFBTSxJQUFJLEdBQUcsTUFBTTtBQUMxRSxRQUFNLElBQUksTUFBTSxJQUFJO0FBQ3BCLFNBQU87QUFDVDtBQUVBLFNBQVMsVUFBVSxNQUFrQztBQUNuRCxRQUFNLFFBQVEsNENBQTRDLEtBQUssSUFBSSxJQUFJLENBQUM7QUFDeEUsU0FBTyxPQUFPLFFBQVEsWUFBWSxFQUFFLEVBQUUsS0FBSztBQUM3Qzs7O0FKdkRPLFNBQVMsWUFBMkI7QUFDekMsU0FBTyxTQUFTLElBQUksQ0FBQyxFQUFFLElBQUksTUFBTSxRQUFRLE9BQU8sRUFBRSxJQUFJLE1BQU0sU0FBUyxRQUFRLElBQUksS0FBSyxFQUFFLEVBQUU7QUFDNUY7QUFFQSxTQUFTLE1BQU0sUUFBNkI7QUFDMUMsUUFBTSxFQUFFLE1BQU0sSUFBSSxTQUFTLFFBQVEsT0FBTyxPQUFPO0FBQ2pELFNBQU87QUFBQSxJQUNMLEdBQUc7QUFBQSxJQUNILGNBQWM7QUFBQSxJQUNkLFNBQVMsU0FBUyxVQUFVLE9BQU8sT0FBTyxFQUFFO0FBQUEsSUFDNUMsTUFBTSxPQUFPLE1BQU0sRUFBRTtBQUFBLElBQ3JCLEtBQUssUUFBUSxPQUFPLElBQUksY0FBYyxPQUFPLEdBQUc7QUFBQSxFQUNsRDtBQUNGO0FBR0EsSUFBTSxnQkFBZ0I7QUFFdEIsSUFBSTtBQU9HLFNBQVMsT0FBTyxFQUFFLElBQUksS0FBSyxLQUFLLEdBQXNCO0FBQzNELGVBQWEsYUFBYTtBQUMxQixRQUFNLFVBQVUsU0FBUyxJQUFJLEVBQUU7QUFDL0IsTUFBSSxRQUFTLFFBQU8sRUFBRSxNQUFNLGVBQWUsTUFBTSxRQUFRO0FBQ3pELFFBQU0sVUFBVSxVQUFVLFFBQVEsSUFBSSxFQUFFLE1BQU0sR0FBRztBQUNqRCxNQUFJLENBQUMsUUFBUyxPQUFNLElBQUksTUFBTSxVQUFVLEVBQUUsS0FBSyxHQUFHLE9BQU8sSUFBSSw0QkFBNEI7QUFDekYsU0FBTztBQUNUO0FBRUEsU0FBUyxlQUFvQztBQUMzQyxRQUFNLEVBQUUsU0FBUyxJQUFJLFFBQVFDLGNBQWFDLE1BQUssS0FBSyxNQUFNLGFBQWEsR0FBRyxNQUFNLENBQUM7QUFDakYsU0FBTyxJQUFJO0FBQUEsSUFDVCxTQUFTLElBQUksQ0FBQyxFQUFFLFNBQVMsS0FBSyxNQUFNLENBQUMsU0FBUyxLQUFLLFFBQVEsWUFBWSxFQUFFLEVBQUUsUUFBUSxVQUFVLEVBQUUsQ0FBQyxDQUFDO0FBQUEsRUFDbkc7QUFDRjs7O0FLMURBLElBQU8sd0JBQVEsRUFBRSxNQUFNLFVBQVU7IiwKICAibmFtZXMiOiBbInJlYWRGaWxlU3luYyIsICJwYXRoIiwgInBhdGgiLCAicGF0aCIsICJyZWFkRmlsZVN5bmMiLCAicGF0aCJdCn0K
