"""SciPy's SLSQP, trust-constr and COBYQA on the problems of Hock and Schittkowski, read as JSON from standard input.

Gradients and Jacobians are exact, by complex steps; Hessians for trust-constr are its own quasi-Newton matrices. SLSQP and COBYQA also run
on values alone, with their defaults and at most 12 seconds a problem. Prints JSON: for every problem and method success, value, largest
violation, points at which f was asked for (calls where there are values alone), and seconds.
"""

import json
import signal
import sys
import time
import warnings

import numpy as np
import scipy
from scipy.optimize import Bounds, LinearConstraint, NonlinearConstraint, minimize
from scipy.special import erfc

warnings.filterwarnings("ignore")

NAMES = {
    "exp": np.exp,
    "log": np.log,
    "sin": np.sin,
    "cos": np.cos,
    "sqrt": np.sqrt,
    "Phi": lambda t: 0.5 * erfc(-t / np.sqrt(2)),
    "step": lambda t: 1.0 if np.real(t) >= 0 else 0.0,
    "__builtins__": {},
}


class Problem:
    def __init__(self, data):
        self.start = np.array(data["start"], dtype=float)
        self.n = len(self.start)
        read = lambda text: compile(text.replace("^", "**"), "formula", "eval")
        self.definitions = [(name, read(text)) for name, text in data.get("definitions", {}).items()]
        self.objective = read(data["objective"])
        rows = data.get("constraints", [])
        self.rows = [read(row[0]) for row in rows]
        number = lambda value: float("inf") if value == "Infinity" else float("-inf") if value == "-Infinity" else value
        self.low = np.array([number(row[1]) for row in rows], dtype=float)
        self.high = np.array([number(row[2]) for row in rows], dtype=float)
        self.lower = np.array([number(v) for v in data.get("lower", ["-Infinity"] * self.n)], dtype=float)
        self.upper = np.array([number(v) for v in data.get("upper", ["Infinity"] * self.n)], dtype=float)
        self.points = set()
        self.calls = 0

    def names(self, x):
        names = dict(NAMES)
        for i, value in enumerate(x):
            names[f"x{i + 1}"] = value
        for name, code in self.definitions:
            names[name] = eval(code, names)
        return names

    def value(self, x):
        self.points.add(tuple(x))
        self.calls += 1
        return float(np.real(eval(self.objective, self.names(x))))

    def values(self, x):
        names = self.names(x)
        return np.array([np.real(eval(row, names)) for row in self.rows], dtype=float)

    def derivative(self, codes, x):
        out = np.zeros((len(codes), self.n))
        for i in range(self.n):
            moved = x.astype(complex)
            moved[i] += 1e-30j
            names = self.names(moved)
            for j, code in enumerate(codes):
                out[j, i] = np.imag(eval(code, names)) / 1e-30
        return out

    def gradient(self, x):
        return self.derivative([self.objective], x)[0]

    def jacobian(self, x):
        return self.derivative(self.rows, x)

    def violation(self, x):
        worst = max(0.0, float(np.max(self.lower - x)), float(np.max(x - self.upper)))
        if not self.rows:
            return worst
        g = self.values(x)
        return max(worst, float(np.max(self.low - g)), float(np.max(g - self.high)))


def slsqp(problem, exact=True):
    constraints = []
    equal = [j for j in range(len(problem.rows)) if problem.low[j] == problem.high[j]]
    if equal:
        constraints.append(
            {
                "type": "eq",
                "fun": lambda x: problem.values(x)[equal] - problem.low[equal],
                "jac": lambda x: problem.jacobian(x)[equal],
            }
        )
    for j in range(len(problem.rows)):
        if j in equal:
            continue
        if problem.low[j] > -np.inf:
            constraints.append(
                {
                    "type": "ineq",
                    "fun": lambda x, j=j: problem.values(x)[j] - problem.low[j],
                    "jac": lambda x, j=j: problem.jacobian(x)[j],
                }
            )
        if problem.high[j] < np.inf:
            constraints.append(
                {
                    "type": "ineq",
                    "fun": lambda x, j=j: problem.high[j] - problem.values(x)[j],
                    "jac": lambda x, j=j: -problem.jacobian(x)[j],
                }
            )
    return minimize(
        problem.value,
        problem.start,
        jac=problem.gradient if exact else None,
        method="SLSQP",
        bounds=Bounds(problem.lower, problem.upper),
        constraints=constraints if exact else [{k: v for k, v in c.items() if k != "jac"} for c in constraints],
        options={"maxiter": 3000, "ftol": 1e-10} if exact else {},
    )


def slsqp_values(problem):
    return slsqp(problem, exact=False)


def cobyqa_values(problem):
    constraints = [NonlinearConstraint(problem.values, problem.low, problem.high)] if problem.rows else ()
    return minimize(
        problem.value,
        problem.start,
        method="COBYQA",
        bounds=Bounds(problem.lower, problem.upper),
        constraints=constraints,
    )


def trust_constr(problem):
    constraints = []
    if problem.rows:
        constraints.append(NonlinearConstraint(problem.values, problem.low, problem.high, jac=problem.jacobian))
    return minimize(
        problem.value,
        problem.start,
        jac=problem.gradient,
        method="trust-constr",
        bounds=Bounds(problem.lower, problem.upper),
        constraints=constraints,
        options={"maxiter": 3000, "gtol": 1e-8, "xtol": 1e-10},
    )


def too_long(*_):
    raise TimeoutError


def main():
    signal.signal(signal.SIGALRM, too_long)
    problems = json.load(sys.stdin)
    out = {"scipy": scipy.__version__, "results": {}}
    for name, data in problems.items():
        row = {}
        for method, run in (
            ("SLSQP", slsqp),
            ("trust-constr", trust_constr),
            ("SLSQP, values", slsqp_values),
            ("COBYQA, values", cobyqa_values),
        ):
            problem = Problem(data)
            begin = time.process_time()
            if "values" in method:
                signal.alarm(12)
            try:
                found = run(problem)
                signal.alarm(0)
                points = problem.calls if "values" in method else len(problem.points)
                value, violation = problem.value(found.x), problem.violation(found.x)
                success = bool(found.success)
            except Exception:
                value, violation, success = None, None, False
                points = problem.calls
            if value is not None and not (np.isfinite(value) and np.isfinite(violation)):
                value, violation = None, None
            row[method] = {
                "success": success,
                "value": value,
                "violation": violation,
                "points": points,
                "seconds": round(time.process_time() - begin, 4),
            }
        out["results"][name] = row
        print(name, file=sys.stderr)
    json.dump(out, sys.stdout)


main()
