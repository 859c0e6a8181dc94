"""POT's fastest entropic method on one problem after the other, by turns with whoever asks; called by regret.bench.ts.

Reads lines of JSON and answers each with one: {"folder", "epsilon", "tolerance"} looks for the method, {"again": true}
measures it once more. Answers hold the method, or null, and processor milliseconds a call.
"""

import json
import sys
import time
import warnings
from pathlib import Path

import numpy as np
import ot

warnings.filterwarnings("ignore")
LEAST_SECONDS = 0.03


def solve(problem, method, stop):
    a, b, cost, epsilon, _ = problem
    most = 20_000 if method != "sinkhorn_log" else 500
    return ot.sinkhorn(a, b, cost, epsilon, method=method, stopThr=stop, numItermax=most, warn=False)


def timed(problem, method, stop):
    """Processor seconds of a call: the mean of as many as take LEAST_SECONDS."""
    start = time.process_time()
    calls = 0
    while True:
        solve(problem, method, stop)
        calls += 1
        seconds = time.process_time() - start
        if seconds >= LEAST_SECONDS:
            return seconds / calls


def fastest(problem):
    a, b, cost, epsilon, tolerance = problem
    best = None
    for method in ["sinkhorn", "sinkhorn_stabilized", "sinkhorn_log", "sinkhorn_epsilon_scaling"]:
        for stop in [1e-9, 1e-10, 1e-11, 1e-12]:
            # Accuracy is the l1 error that we ask for, whatever POT's own criterion measures.
            start = time.process_time()
            try:
                plan = solve(problem, method, stop)
            except Exception:
                break
            seconds = time.process_time() - start
            error = np.abs(plan.sum(1) - a).sum() + np.abs(plan.sum(0) - b).sum()
            if error <= tolerance:
                if best is None or seconds < 2 * best[2]:
                    seconds = min(seconds, timed(problem, method, stop))
                    if best is None or seconds < best[2]:
                        best = (method, stop, seconds)
                break
            if seconds > 2 or (best is not None and seconds > 2 * best[2]):
                break
    return best


problem, best = None, None
for line in sys.stdin:
    asked = json.loads(line)
    if "folder" in asked:
        folder = Path(asked["folder"])
        a, b = np.fromfile(folder / "a"), np.fromfile(folder / "b")
        cost = np.fromfile(folder / "cost").reshape(len(a), len(b))
        problem = (a, b, cost, asked["epsilon"], asked["tolerance"])
        best = fastest(problem)
        seconds = best and best[2]
    else:
        seconds = best and timed(problem, *best[:2])
    print(json.dumps({"method": best and best[0], "milliseconds": seconds and 1000 * seconds}), flush=True)
