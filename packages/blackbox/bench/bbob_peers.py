"""pycma, CBXpy and Nevergrad on COCO's functions: a line of JSON a run, {solver, function, d, instance, hits, evaluations}.

Argument: JSON {solvers, functions, dimensions, instances, seeds, budget, targets}. `hits` are the evaluations at which f first
was within each target of the least value, null if never; budget is a number of evaluations a variable.
"""
import json
import logging
import sys
import warnings

import cma
import cocoex
import numpy as np

warnings.filterwarnings("ignore")
logging.disable(logging.CRITICAL)
REQUEST = json.loads(sys.argv[1])


class Enough(Exception):
    pass


class Watched:
    """Counts evaluations, notes when targets are reached, and ends the run at the budget or at the last target."""

    def __init__(self, problem, optimum, targets, budget):
        self.problem, self.optimum, self.targets, self.budget = problem, optimum, targets, budget
        self.hits, self.evaluations = [None] * len(targets), 0

    def __call__(self, x):
        if self.evaluations >= self.budget:
            raise Enough
        self.evaluations += 1
        value = self.problem(x)
        for k, target in enumerate(self.targets):
            if self.hits[k] is None and value <= self.optimum + target:
                self.hits[k] = self.evaluations
        if self.hits[-1] is not None:
            raise Enough
        return value


def start_of(d, seed):
    return np.random.default_rng(seed).uniform(-4, 4, d)


def pycma(f, d, seed):
    """fmin with restarts of twice the population, from the start and with the step that ours has; its other defaults."""
    options = {"verbose": -9, "seed": seed + 1, "maxfevals": np.inf, "tolfunhist": 0}
    cma.fmin(f, lambda: start_of(d, np.random.randint(2**31)) if f.evaluations else start_of(d, seed), 2.0, options, restarts=9, bipop=False)


def cbxpy(f, d, seed):
    """50 particles in the box, anisotropic noise, for which its sigma of 5.1 is meant, and its schedule of alpha by sample size.

    The noise has a generator of its own, which `np.random.seed` does not reach.
    """
    from cbx.dynamics import CBO
    from cbx.scheduler import effective_sample_size

    np.random.seed(seed)
    start = np.random.uniform(-5, 5, (1, 50, d))
    dynamics = CBO(f, x=start, f_dim="1D", noise="anisotropic", max_it=10**9, verbosity=0, seed=seed)
    schedule = effective_sample_size(maximum=1e15)
    while True:
        dynamics.step()
        schedule.update(dynamics)


def cobyqa(f, d, seed):
    """SciPy's, in the box, from the start and with the step that ours has; begun anew from another start when it has converged."""
    from scipy.optimize import Bounds, minimize

    for restart in range(10**6):
        x = start_of(d, seed + 1000 * restart)
        minimize(f, x, method="COBYQA", bounds=Bounds(-5, 5), options={"initial_tr_radius": 2.0, "maxfev": f.budget})


def nevergrad_by(name):
    def run(f, d, seed):
        import nevergrad

        space = nevergrad.p.Array(init=start_of(d, seed)).set_bounds(-5, 5)
        space.random_state.seed(seed)
        optimizer = nevergrad.optimizers.registry[name](parametrization=space, budget=f.budget)
        while True:
            point = optimizer.ask()
            optimizer.tell(point, f(point.value))

    return run


SOLVERS = {
    "pycma": pycma,
    "cobyqa": cobyqa,
    "cbxpy": cbxpy,
    "nevergrad NGOpt": nevergrad_by("NGOpt"),
    "nevergrad OnePlusOne": nevergrad_by("OnePlusOne"),
    "nevergrad PSO": nevergrad_by("PSO"),
    "nevergrad TwoPointsDE": nevergrad_by("TwoPointsDE"),
}

for d in REQUEST["dimensions"]:
    suite = cocoex.Suite("bbob", "", f"dimensions:{d}")
    for number in REQUEST["functions"]:
        for instance in REQUEST["instances"]:
            for seed in REQUEST["seeds"]:
                for name in REQUEST["solvers"]:
                    problem = suite.get_problem_by_function_dimension_instance(number, d, instance)
                    optimum = REQUEST["optima"][f"{number} {d} {instance}"]
                    f = Watched(problem, optimum, REQUEST["targets"], REQUEST["budget"] * d)
                    try:
                        SOLVERS[name](f, d, 1000 * seed + instance)
                    except Enough:
                        pass
                    run = {"solver": name, "function": number, "d": d, "instance": instance, "hits": f.hits}
                    print(json.dumps({**run, "evaluations": f.evaluations}), flush=True)
                    problem.free()
