"""Recomputes the verdicts of a run from its exported samples, with nothing of the benchmark's own code:

    infimum-bench export --format csv --verdicts verdicts.json
    python3 apps/bench/scripts/paired-ratios.py bench-cells.csv bench-samples.csv verdicts.json

For every verdict: who is first, and of every solver on how many instances it reached the target and was the fastest, the
geometric mean of its times over those of the first on the instances that both reached, and the same over all instances with a
miss as twice the budget. Exit code 1 where the benchmark says something else. The latest run is judged, which
must have measured all its cells itself.
"""

import csv
import json
import math
import statistics
import sys
from collections import defaultdict

csv.field_size_limit(2**31 - 1)
cells_file, samples_file, verdicts_file = sys.argv[1:4]
with open(cells_file, newline="") as file:
    cells = list(csv.DictReader(file))
latest = max(int(cell["run"]) for cell in cells)
cells = [cell for cell in cells if int(cell["run"]) == latest]
samples = defaultdict(list)
with open(samples_file, newline="") as file:
    for row in csv.DictReader(file):
        samples[row["cell"]].append(row)
with open(verdicts_file) as file:
    verdicts = json.load(file)


def time_to(cell, metric, direction, target):
    """Seconds of the first sample at the target, if within the budget."""
    for row in sorted(samples[cell["cell"]], key=lambda row: float(row["seconds"])):
        text = row["metric_" + metric]
        if text == "":
            continue
        value = float(text)
        if value <= target if direction == "minimize" else value >= target:
            seconds = float(row["seconds"])
            return seconds if seconds <= float(cell["budget"]) else math.inf
    return math.inf


def geometric(ratios):
    return math.exp(math.fsum(math.log(ratio) for ratio in ratios) / len(ratios)) if ratios else None


faults, ratios, unequal = [], 0, 0


def compare(where, name, said, found):
    if said is None or found is None:
        same = said is found
    else:
        same = math.isclose(said, found, rel_tol=1e-9)
    if not same:
        faults.append(f"{where}: {name} is {found}, and the benchmark says {said}")


for verdict in verdicts:
    kind = [c for c in cells if (c["problem"], c["variant"]) == (verdict["problem"], verdict["variant"])]
    races = defaultdict(lambda: defaultdict(lambda: defaultdict(list)))
    budgets = defaultdict(float)
    for cell in kind:
        race = (cell["family"], cell["params"], cell["seed"])
        time = time_to(cell, verdict["metric"], verdict["direction"], verdict["target"])
        races[race][cell["solver"]][cell["options"]].append(time)
        budgets[race] = max(budgets[race], float(cell["budget"]))
    ours = {cell["solver"] for cell in kind if cell["role"] != "peer"}
    solvers = {cell["solver"] for cell in kind}
    times = {}
    for solver in solvers:
        # Repetitions by their median, several sets of options by the best.
        times[solver] = [
            min((statistics.median(repeated) for repeated in races[race][solver].values()), default=math.inf)
            if solver in races[race]
            else math.inf
            for race in races
        ]
    counted = {
        solver: [max(time if time < math.inf else 2 * budgets[race], 1e-9) for time, race in zip(own, races)]
        for solver, own in times.items()
    }
    reached = {solver: sum(time < math.inf for time in own) for solver, own in times.items()}
    first = min(sorted(ours), key=lambda solver: (reached[solver] == 0, geometric(counted[solver])))
    where = f"{verdict['problem']} {verdict['variant']} {verdict['target']}"
    compare(where, "the number of instances", verdict["instances"], len(races))
    said_first = verdict["ranking"][0]["solver"]
    if said_first != first and not math.isclose(geometric(counted[first]), geometric(counted[said_first]), rel_tol=1e-12):
        faults.append(f"{where}: first is {first}, and the benchmark says {said_first}")
    best = [min(times[solver][k] for solver in ours) for k in range(len(races))]
    for row in verdict["ranking"] + verdict["peers"]:
        own, lead = times[row["solver"]], times[said_first]
        both = [k for k in range(len(races)) if own[k] < math.inf and lead[k] < math.inf]
        at = f"{where}: {row['solver']}"
        compare(at, "reached", row["reached"], reached[row["solver"]])
        compare(at, "won", row["won"], sum(own[k] < math.inf and own[k] == best[k] for k in range(len(races))))
        compare(at, "common", row["common"], len(both))
        compare(at, "the ratio", row["ratio"], geometric([max(own[k], 1e-9) / max(lead[k], 1e-9) for k in both]))
        pairs = zip(counted[row["solver"]], counted[said_first])
        compare(at, "the penalized ratio", row["penalized"], geometric([a / b for a, b in pairs]))
        ratios += row["ratio"] is not None
        unequal += len(both) < len(races)

problems = {verdict["problem"] for verdict in verdicts}
print(f"{len(verdicts)} verdicts on {len(problems)} problems, {ratios} ratios, {unequal} of them on a part of the instances")
print(*faults[:20], f"{len(faults)} differences", sep="\n")
sys.exit(1 if faults else 0)
