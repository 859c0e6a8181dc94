"""The registry of peers: every module of this folder adds the solvers of its `SOLVERS` dictionary.

A peer is software that somebody would use instead of Infimum, run on the same instance in the same benchmark.
"""

import importlib
import pkgutil
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from importlib.metadata import PackageNotFoundError, version


class Clock:
    """Sums the seconds spent inside its `with` blocks: only the peer's own work goes there."""

    def __init__(self, began=lambda: None):
        self.seconds = 0.0
        self.began = began

    def __enter__(self):
        # Told once: what came before, a compiler's work for one, is outside the limit too.
        self.began()
        self.began = lambda: None
        self._start = time.perf_counter()
        return self

    def __exit__(self, *_):
        self.pause()

    def pause(self):
        """Stands still while somebody else works, until the next `resume`."""
        self.seconds += time.perf_counter() - self._start

    def resume(self, seconds=0.0):
        """Goes on, charged with what the peer's question took to answer."""
        self.seconds += seconds
        self._start = time.perf_counter()


class OutOfTime(BaseException):
    """Raised by a function of the instance when the budget is used up; no package takes it for an error of its own."""


class Declined(Exception):
    """Raised by a peer that cannot take an instance, with the reason and what to take instead."""


@dataclass
class Result:
    """What a peer hands back; the benchmark computes its metrics from `solution` alone."""

    solution: dict
    # 'converged', 'stalled' or 'iteration-limit', by the peer's own stopping rule.
    status: str = "converged"
    reason: str = ""
    # None where the package does not tell.
    iterations: int | None = None
    # What was known on the way, by peers that are watched: seconds, iterations, solution.
    path: list[dict] = field(default_factory=list)


@dataclass
class Peer:
    """A solver of a Python package, for one problem of the registry."""

    title: str
    problem: str
    # The distribution's name, for its version.
    package: str
    # Called as solve(instance, options, clock); the instance's matrices are 2-D arrays, its vectors 1-D.
    solve: Callable[[dict, dict, Clock], Result] = field(repr=False)
    # Which variant of the problem it solves, where there are several; times are compared within one.
    variant: str = ""
    # Whether its results have a path: it needs no runs with looser tolerances for its curve.
    watched: bool = False
    # Whether it compiles for the instance before its clock begins; a limit counts from there.
    prepares: bool = False

    def describe(self, identifier):
        return {
            "id": identifier,
            "title": self.title,
            "problem": self.problem,
            "variant": self.variant,
            "watched": self.watched,
            "prepares": self.prepares,
            "package": self.package,
            "version": version(self.package),
        }


def load(problem=""):
    """The peers of a problem, or all, whose package is installed, and why the others are absent.

    A module is named like its problem, so that no other one need be imported.
    """
    solvers, absent = {}, {}
    prefix = module_of(problem)
    for module in pkgutil.iter_modules(__path__):
        if not module.name.startswith(prefix):
            continue
        try:
            loaded = importlib.import_module(f"{__name__}.{module.name}").SOLVERS
            for peer in loaded.values():
                version(peer.package)
                if not module.name.startswith(module_of(peer.problem)):
                    raise ValueError(f"{module.name}.py must be called {module_of(peer.problem)} and what you like")
            solvers.update(loaded)
        except (ImportError, PackageNotFoundError) as problem:
            absent[module.name] = str(problem)
    return solvers, absent


def module_of(problem):
    return problem.replace("/", "_").replace("-", "_")
