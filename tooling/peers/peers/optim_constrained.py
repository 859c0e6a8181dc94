"""Peers for `optim/constrained`: SciPy's minimisers under constraints, on the instance's own functions.

Instance: `variables`, `initial`, bounds `lower` and `upper`, `low` and `high` of the constraints; `value`, `gradient`,
`constraints` and `jacobian`, to be asked for at points (see protocol.py). Solution: `x`, `value`, `multipliers`,
`boundMultipliers`. Options: `tolerance`, SLSQP's `ftol` and the `gtol` and `xtol` of trust-constr; and `maxIterations`.
SciPy's multipliers are of other signs, and SLSQP has none of the bounds: for all the best ones there are at the point are
found by bounded least squares, outside the clock.
"""

import warnings

import numpy as np
import scipy.optimize

from . import Peer, Result

PROBLEM = "optim/constrained"

# Distance to a bound, over 1 + the value's size, below which its multiplier may differ from 0.
ACTIVE = 1e-5


class Program:
    """The instance as SciPy wants it."""

    def __init__(self, instance):
        self.n = instance["variables"]
        self.initial = np.asarray(instance["initial"])
        self.lower = np.asarray(instance.get("lower", np.full(self.n, -np.inf)))
        self.upper = np.asarray(instance.get("upper", np.full(self.n, np.inf)))
        self.low, self.high = np.asarray(instance["low"]), np.asarray(instance["high"])
        self.m = len(self.low)
        self.initial = np.clip(self.initial, self.lower, self.upper)
        self.value = lambda x: float(instance["value"](x)[0, 0])
        self.gradient = lambda x: instance["gradient"](x)[0]
        self.constraints = lambda x: instance["constraints"](x)[0] if self.m else np.zeros(0)
        self.jacobian = lambda x: instance["jacobian"](x).reshape(self.m, self.n)
        self.bounds = scipy.optimize.Bounds(self.lower, self.upper)

    def multipliers(self, x):
        """The least |∇f + J'λ + μ| with the signs that the active bounds allow."""
        g = self.constraints(x)
        jacobian = self.jacobian(x) if self.m else np.zeros((0, self.n))
        columns = np.vstack([jacobian, np.eye(self.n)]).T
        places = np.concatenate([g, x])
        low, high = np.concatenate([self.low, self.lower]), np.concatenate([self.high, self.upper])
        at_low = np.isfinite(low) & (np.abs(places - low) <= ACTIVE * (1 + np.abs(places)))
        at_high = np.isfinite(high) & (np.abs(high - places) <= ACTIVE * (1 + np.abs(places)))
        free = at_low | at_high
        found = np.zeros(self.m + self.n)
        if free.any():
            chosen = columns[:, free]
            # Columns of one length: gradients of constraints may be of very different sizes.
            lengths = np.maximum(np.linalg.norm(chosen, axis=0), 1e-300)
            bounds = (np.where(at_low, -np.inf, 0.0)[free], np.where(at_high, np.inf, 0.0)[free])
            fit = scipy.optimize.lsq_linear(chosen / lengths, -self.gradient(x), bounds, method="bvls")
            found[free] = fit.x / lengths
        return found[: self.m], found[self.m :]


def slsqp(program, tolerance, most):
    equal = program.low == program.high
    above, below = np.isfinite(program.low) & ~equal, np.isfinite(program.high) & ~equal
    constraints = []
    if equal.any():
        constraints.append({
            "type": "eq",
            "fun": lambda x: (program.constraints(x) - program.low)[equal],
            "jac": lambda x: program.jacobian(x)[equal],
        })
    if above.any() or below.any():

        def slacks(x):
            g = program.constraints(x)
            return np.concatenate([(g - program.low)[above], (program.high - g)[below]])

        def slopes(x):
            jacobian = program.jacobian(x)
            return np.vstack([jacobian[above], -jacobian[below]])

        constraints.append({"type": "ineq", "fun": slacks, "jac": slopes})
    return scipy.optimize.minimize(
        program.value,
        program.initial,
        jac=program.gradient,
        bounds=program.bounds,
        constraints=constraints,
        method="SLSQP",
        options={"ftol": tolerance, "maxiter": most},
    )


def trust_constr(program, tolerance, most):
    constraints = []
    if program.m:
        constraints.append(
            scipy.optimize.NonlinearConstraint(
                program.constraints, program.low, program.high, jac=program.jacobian, hess=scipy.optimize.BFGS()
            )
        )
    return scipy.optimize.minimize(
        program.value,
        program.initial,
        jac=program.gradient,
        hess=scipy.optimize.BFGS(),
        bounds=program.bounds,
        constraints=constraints,
        method="trust-constr",
        options={"gtol": tolerance, "xtol": tolerance, "barrier_tol": tolerance, "maxiter": most},
    )


def solved_by(method):
    def solve(instance, options, clock):
        program = Program(instance)
        with clock, warnings.catch_warnings():
            warnings.simplefilter("ignore")
            found = method(program, options.get("tolerance", 1e-8), options.get("maxIterations", 1000))
        # The functions are the caller's, and so is the time to judge.
        x = np.clip(found.x, program.lower, program.upper)
        multipliers, of_bounds = program.multipliers(x)
        solution = {
            "x": x,
            "value": float(found.fun),
            "multipliers": multipliers,
            "boundMultipliers": of_bounds,
            "outerIterations": int(found.nit),
        }
        status = "converged" if found.success else "stalled"
        return Result(solution, status, str(found.message), int(found.nit))

    return solve


def solvers(problem, suffix=""):
    return {
        f"scipy/minimize-slsqp{suffix}": Peer("SciPy: SLSQP", problem, "scipy", solved_by(slsqp)),
        f"scipy/minimize-trust-constr{suffix}": Peer("SciPy: trust-constr", problem, "scipy", solved_by(trust_constr)),
    }


SOLVERS = solvers(PROBLEM)
