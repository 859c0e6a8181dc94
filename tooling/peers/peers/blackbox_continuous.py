"""Peers for `blackbox/continuous`: SciPy's, and what pycma, CBXpy and Nevergrad beside this file share.

Instance: `dimension`; `initial`, `scale`, `lower`, `upper`, `target` where there are any; `value`, to be asked for the values
of points, a row each (see protocol.py). `optimum` is for the curve alone. Solution: `x`, `value`, `evaluations`. Every point
goes through the bounds and is counted here; a value at the target or below ends a run, as it does with us. Options: `seed`,
and what stands at each. Each has its package's own defaults, from the start and with the scale of the instance.
"""

import warnings
from math import inf

import numpy as np
import scipy.optimize

from . import Clock, Declined, OutOfTime, Peer, Result

PROBLEM = "blackbox/continuous"

# Seconds between two points of the curve, as a factor.
RATIO = 1.2


class Reached(BaseException):
    """A value at the target or below has been found."""


class Watch:
    """The instance's function, with the best point so far."""

    def __init__(self, instance, clock: Clock):
        self.instance = instance
        self.clock = clock
        d = self.dimension = instance["dimension"]
        self.lower = np.asarray(vector(instance.get("lower"), d, -inf))
        self.upper = np.asarray(vector(instance.get("upper"), d, inf))
        bounded = np.isfinite(self.lower) & np.isfinite(self.upper)
        with np.errstate(invalid="ignore"):
            middle = np.where(bounded, (self.lower + self.upper) / 2, np.clip(0.0, self.lower, self.upper))
            quarter = np.where(bounded & (self.upper > self.lower), (self.upper - self.lower) / 4, 1.0)
        self.start = np.clip(vector(instance.get("initial"), d, middle), self.lower, self.upper)
        self.scale = np.asarray(vector(instance.get("scale"), d, quarter), dtype=float)
        self.optimum = instance.get("optimum")
        self.x, self.value, self.evaluations, self.path, self.due = self.start, inf, 0, [], 1e-4

    @property
    def bounded(self):
        return np.isfinite(self.lower).all() and np.isfinite(self.upper).all()

    def values(self, points):
        """The values of rows of points; what is no number counts as infinite."""
        points = np.clip(np.asarray(points, dtype=float).reshape(-1, self.dimension), self.lower, self.upper)
        values = self.instance["value"](points)[:, 0]
        values = np.where(np.isfinite(values), values, inf)
        self.evaluations += len(points)
        best = int(np.argmin(values))
        if values[best] < self.value:
            before, self.x, self.value = self.value, points[best].copy(), float(values[best])
            if self.clock.seconds >= self.due or self.decade(before) > self.decade(self.value):
                self.due = RATIO * max(self.clock.seconds, 1e-4)
                self.path.append({"seconds": self.clock.seconds, "iterations": self.evaluations, "solution": self.solution()})
        target = self.instance.get("target")
        if target is not None and self.value <= target:
            raise Reached
        return values

    def one(self, x):
        return float(self.values(x)[0])

    def decade(self, value):
        """So that the curve has a point for every power of ten of the error."""
        error = value - self.optimum if self.optimum is not None else 1.0
        return inf if error == inf else np.floor(np.log10(max(error, 1e-300)))

    def solution(self):
        return {"x": self.x, "value": self.value, "evaluations": {"value": self.evaluations}}


def vector(given, dimension, otherwise):
    return np.broadcast_to(np.asarray(otherwise if given is None else given, dtype=float), (dimension,))


def watched(search, prepare=None):
    """Runs search(watch, options) until it ends, the target is met or the budget is used up.

    What prepare(watch, options) hands over, compiled code for one, is not counted.
    """

    def solve(instance, options, clock):
        watch = Watch(instance, clock)
        more = [] if prepare is None else [prepare(watch, options)]
        status, reason = "stalled", "its own criterion"
        with clock, warnings.catch_warnings():
            warnings.simplefilter("ignore")
            try:
                search(watch, options, *more)
            except Reached:
                status, reason = "converged", "the target was met"
            except OutOfTime:
                status, reason = "time-limit", "the budget was used up"
        return Result(watch.solution(), status, reason, None, watch.path)

    return solve


@watched
def differential_evolution(watch, options):
    """All points of a generation at a time, without the gradient search at the end, which knows no target."""
    if not watch.bounded:
        raise Declined("differential_evolution wants bounds of all variables")
    scipy.optimize.differential_evolution(
        lambda points: watch.values(points.T),
        list(zip(watch.lower, watch.upper)),
        rng=options.get("seed", 1),
        maxiter=10**9,
        vectorized=True,
        updating="deferred",
        polish=False,
    )


@watched
def nelder_mead(watch, options):
    """With its coefficients by dimension."""
    bounds = scipy.optimize.Bounds(watch.lower, watch.upper)
    settings = {"adaptive": True, "maxiter": 10**9, "maxfev": 10**9, "xatol": 1e-10, "fatol": 1e-12}
    scipy.optimize.minimize(watch.one, watch.start, method="Nelder-Mead", bounds=bounds, options=settings)


def peer(title, package, solve, prepares=False):
    return Peer(title, PROBLEM, package, solve, watched=True, prepares=prepares)


SOLVERS = {
    "scipy/differential-evolution": peer("SciPy: differential evolution", "scipy", differential_evolution),
    "scipy/nelder-mead": peer("SciPy: Nelder-Mead", "scipy", nelder_mead),
}
