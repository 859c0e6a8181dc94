"""SciPy's side of losses.ts: gradients and milliseconds of the thread of L-BFGS-B on the loss that is read."""
import json
import sys
import time
from pathlib import Path

import numpy as np
from scipy.optimize import minimize

sys.path.insert(0, str(Path(__file__).parents[3] / "tooling" / "peers"))
from peers.optim_smooth import Counted, Reached, function_of  # noqa: E402


def read():
    spec = json.load(sys.stdin)
    design = np.fromfile(f"{spec['place']}.design").reshape(spec["rows"], spec["cols"])
    initial = np.zeros(spec["cols"] * spec.get("classes", 1))
    return {**spec, "design": design, "targets": np.fromfile(f"{spec['place']}.targets")}, initial


def until_reached(function, initial, tolerance):
    f = Counted(function, initial, tolerance)
    try:
        minimize(f.both, initial, jac=True, method="L-BFGS-B", options={"gtol": 0, "ftol": 0, "maxiter": 10**5})
    except Reached:
        return f.calls["gradient"]
    raise RuntimeError("L-BFGS-B stopped short")


def by_its_own_test(function, initial, tolerance):
    """The largest component instead of the norm, and no test of ours around the function."""
    start = np.linalg.norm(function.both(initial)[1])
    options = {"gtol": tolerance * (1 + start), "ftol": 0, "maxiter": 10**5}
    return minimize(function.both, initial, jac=True, method="L-BFGS-B", options=options).nfev


def measure(solve, *arguments):
    calls = solve(*arguments)
    start, runs = time.thread_time(), 0
    while time.thread_time() - start < 0.2 or runs == 0:
        solve(*arguments)
        runs += 1
    return {"calls": calls, "milliseconds": 1000 * (time.thread_time() - start) / runs}


instance, origin = read()
loss = function_of(instance)
print(
    json.dumps(
        {
            "L-BFGS-B": measure(until_reached, loss, origin, instance["tolerance"]),
            "L-BFGS-B, its own test": measure(by_its_own_test, loss, origin, instance["tolerance"]),
        }
    )
)
