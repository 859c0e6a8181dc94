"""Optuna and Nevergrad on the problems of optimizer.bench.ts: JSON on stdin, a list of {name, curves} on stdout.

`mixed` has its own formula, the same as in the bench; `dear` takes COCO's functions from cocoex.
"""
import json
import logging
import math
import sys
import warnings

warnings.filterwarnings("ignore")
logging.disable(logging.CRITICAL)
KIND, REQUEST = sys.argv[1], json.load(sys.stdin)
MARKS = REQUEST["marks"]


def mixed_value(p, a, b, n, m, c, e):
    squares = (a - p["a"]) ** 2 + (math.log10(b) - p["logB"]) ** 2 + ((n - p["n"]) / 4) ** 2 + ((m - p["m"]) / 2) ** 2
    return squares + p["first"][(c + p["turn"][0]) % 5] + p["second"][(e + p["turn"][1]) % 4]


class Curve:
    """Notes the least value at the marks."""

    def __init__(self, f, optimum=0.0):
        self.f, self.optimum, self.count, self.best, self.curve = f, optimum, 0, math.inf, []

    def __call__(self, *args):
        value = self.f(*args)
        self.count += 1
        self.best = min(self.best, value)
        if self.count in MARKS:
            self.curve.append(self.best - self.optimum)
        return value


def problems():
    """Pairs of a watched function and a seed; the function takes a dict of settings."""
    if KIND == "mixed":
        for seed, p in enumerate(REQUEST["drawn"]):
            yield Curve(lambda x, p=p: mixed_value(p, x["a"], x["b"], x["n"], x["m"], x["c"], x["e"])), seed
    else:
        import cocoex

        suite = cocoex.Suite("bbob", "", "dimensions:5")
        for cell in REQUEST["cells"]:
            f = suite.get_problem_by_function_dimension_instance(cell["number"], 5, cell["seed"])
            yield Curve(lambda x, f=f: f([x[f"x{j}"] for j in range(5)]), cell["optimum"]), cell["seed"]


def optuna_curves(sampler):
    import optuna

    optuna.logging.disable_default_handler()
    curves = []
    for f, seed in problems():
        study = optuna.create_study(sampler=sampler(optuna, seed))
        for _ in range(MARKS[-1]):
            trial = study.ask()
            if KIND == "mixed":
                x = {
                    "a": trial.suggest_float("a", -5, 5),
                    "b": trial.suggest_float("b", 1e-5, 10, log=True),
                    "n": trial.suggest_int("n", 1, 40),
                    "m": trial.suggest_int("m", 1, 16),
                    "c": trial.suggest_categorical("c", [0, 1, 2, 3, 4]),
                    "e": trial.suggest_categorical("e", [0, 1, 2, 3]),
                }
            else:
                x = {f"x{j}": trial.suggest_float(f"x{j}", -5, 5) for j in range(5)}
            study.tell(trial, f(x))
        curves.append(f.curve)
    return curves


def nevergrad_curves(name):
    import nevergrad as ng

    curves = []
    for f, seed in problems():
        if KIND == "mixed":
            space = ng.p.Dict(
                a=ng.p.Scalar(lower=-5, upper=5),
                b=ng.p.Log(lower=1e-5, upper=10),
                n=ng.p.Scalar(lower=1, upper=40).set_integer_casting(),
                m=ng.p.Scalar(lower=1, upper=16).set_integer_casting(),
                c=ng.p.Choice([0, 1, 2, 3, 4]),
                e=ng.p.Choice([0, 1, 2, 3]),
            )
        else:
            space = ng.p.Dict(**{f"x{j}": ng.p.Scalar(lower=-5, upper=5) for j in range(5)})
        space.random_state.seed(seed)
        optimizer = ng.optimizers.registry[name](parametrization=space, budget=MARKS[-1])
        for _ in range(MARKS[-1]):
            point = optimizer.ask()
            optimizer.tell(point, f(point.value))
        curves.append(f.curve)
    return curves


def rows():
    yield "Optuna TPE", lambda: optuna_curves(lambda o, seed: o.samplers.TPESampler(seed=seed))
    yield "Optuna TPE, univariate", lambda: optuna_curves(lambda o, seed: o.samplers.TPESampler(seed=seed, multivariate=False))
    yield "Nevergrad NGOpt", lambda: nevergrad_curves("NGOpt")
    yield "Nevergrad TwoPointsDE", lambda: nevergrad_curves("TwoPointsDE")
    yield "Nevergrad OnePlusOne", lambda: nevergrad_curves("OnePlusOne")


out = []
for name, run in rows():
    try:
        out.append({"name": name, "curves": run()})
    except Exception as error:  # a peer that is absent or breaks is left out, and named on stderr
        print(f"{name}: {type(error).__name__}: {error}", file=sys.stderr)
print(json.dumps(out))
