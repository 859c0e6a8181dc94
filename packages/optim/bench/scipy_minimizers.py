"""SciPy's least squares and minimisers, and Py-BOBYQA, on functions that the parent process evaluates.

Reads tasks, a JSON object a line, from stdin: {"method": ..., "start": [...]}. Asks {"x": [...], "want": "residuals" | "value" |
"gradient"} on stdout and reads the answer, a list of numbers, or null to end the run, until it prints {"done": true, "x": [...],
"success": ...}.
"""

import json
import sys
import warnings

import numpy as np
from scipy.optimize import least_squares, minimize

warnings.simplefilter("ignore")

BY_VALUES = ("Nelder-Mead", "Powell", "COBYQA")
# More than any run is given.
MANY = 10**6


class Ended(Exception):
    """The parent wants no more values."""


def ask(x, want):
    at = [entry if np.isfinite(entry) else str(entry) for entry in x.tolist()]
    print(json.dumps({"x": at, "want": want}), flush=True)
    answer = json.loads(sys.stdin.readline())
    if answer is None:
        raise Ended
    return np.array([float(entry) for entry in answer])


def solve(method, start):
    value = lambda x: float(ask(x, "value")[0])
    if method in ("trf", "lm", "dogbox"):
        return least_squares(lambda x: ask(x, "residuals"), start, method=method)
    if method == "Py-BOBYQA":
        import pybobyqa

        found = pybobyqa.solve(value, start, maxfun=MANY, rhoend=1e-10, do_logging=False, print_progress=False)
        found.success = found.flag == found.EXIT_SUCCESS
        return found
    if method in BY_VALUES:
        return minimize(value, start, method=method)
    return minimize(value, start, jac=lambda x: ask(x, "gradient"), method=method)


for line in iter(sys.stdin.readline, ""):
    task = json.loads(line)
    start = np.array(task["start"], dtype=float)
    try:
        found = solve(task["method"], start)
        x, success = found.x, bool(found.success)
    except Exception:
        x, success = start, False
    x = [entry if np.isfinite(entry) else 0.0 for entry in x.tolist()]
    print(json.dumps({"x": x, "done": True, "success": success}), flush=True)
