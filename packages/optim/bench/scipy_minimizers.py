"""SciPy's least squares and minimisers on functions that the parent process evaluates.

Reads tasks, a JSON object a line, from stdin: {"method": ..., "start": [...]}. Asks {"x": [...], "want": "residuals" | "value" |
"gradient"} on stdout and reads the answer, a list of numbers, until it prints {"done": true, "x": [...], "success": ...}.
"""

import json
import sys
import warnings

import numpy as np
from scipy.optimize import least_squares, minimize

warnings.simplefilter("ignore")


def ask(x, want):
    print(json.dumps({"x": x.tolist(), "want": want}), flush=True)
    return np.array([float(entry) for entry in json.loads(sys.stdin.readline())])


def solve(method, start):
    if method in ("trf", "lm", "dogbox"):
        return least_squares(lambda x: ask(x, "residuals"), start, method=method)
    gradient = None if method == "Nelder-Mead" else lambda x: ask(x, "gradient")
    return minimize(lambda x: float(ask(x, "value")[0]), start, jac=gradient, method=method)


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
