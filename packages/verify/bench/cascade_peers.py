"""auto_LiRPA and HiGHS on the questions that cascade.bench.ts has written.

python cascade_peers.py FOLDER [family ...] [--peer=auto_LiRPA|HiGHS] [--every=K], with PyTorch, auto_LiRPA and highspy.
Processor time of one thread; HiGHS stops after 90 s by the clock, for it knows no other limit.

auto_LiRPA: CROWN-optimised (alpha-CROWN) bounds of all rows of a region at once, after 10 starts of 20 signed gradient
steps; it decides nothing else by itself. HiGHS: the least margin of every case as a mixed integer program with bounds by
CROWN, stopped as soon as the sign is known.
"""
import json
import pathlib
import sys
import time

import highspy
import numpy as np
import torch
from auto_LiRPA import BoundedModule, BoundedTensor, PerturbationLpNorm

LIMIT = 90.0
torch.set_num_threads(1)
torch.set_default_dtype(torch.float64)
torch.manual_seed(1)


def matrix(layer, outputs):
    """The layer as torch's and as a matrix."""
    if layer["kind"] == "dense":
        weight = np.array(layer["weight"]).reshape(layer["outputs"], layer["inputs"])
        module = torch.nn.Linear(layer["inputs"], layer["outputs"])
        module.weight.data = torch.tensor(weight, dtype=torch.float64)
        module.bias.data = torch.tensor(layer["bias"], dtype=torch.float64)
        return [module], weight, np.array(layer["bias"])
    c, h, w = layer["shape"]
    top, left, bottom, right = layer["padding"]
    assert (top, left) == (bottom, right)
    kernel = np.array(layer["kernel"]).reshape(layer["channels"], c, *layer["size"])
    module = torch.nn.Conv2d(c, layer["channels"], layer["size"], layer["stride"], (top, left))
    module.weight.data = torch.tensor(kernel, dtype=torch.float64)
    module.bias.data = torch.tensor(layer["bias"], dtype=torch.float64)
    with torch.no_grad():
        zero = module(torch.zeros(1, c, h, w)).flatten()
        columns = module(torch.eye(c * h * w).reshape(-1, c, h, w)).flatten(1) - zero
    return [torch.nn.Unflatten(1, (c, h, w)), module, torch.nn.Flatten()], columns.T.numpy(), zero.numpy()


def load(file):
    data = json.loads(file.read_text())
    modules, maps = [], []
    for layer in data["network"]["layers"]:
        parts, weight, bias = matrix(layer, None)
        modules += parts
        maps.append((weight, bias))
        if layer["activation"] == "relu":
            modules.append(torch.nn.ReLU())
    return torch.nn.Sequential(*modules).eval(), maps, data["questions"]


def lirpa(net, unsafe, outputs):
    region = unsafe[0]["region"]
    lower, upper = torch.tensor([region["lower"]], dtype=torch.float64), torch.tensor([region["upper"]], dtype=torch.float64)
    cases = [(torch.tensor(one["rows"], dtype=torch.float64).reshape(-1, outputs), torch.tensor(one["limits"], dtype=torch.float64)) for one in unsafe]
    for rows, limits in cases:
        x = lower + torch.rand(10, lower.shape[1]) * (upper - lower)
        for step in range(20):
            x.requires_grad_(True)
            margin = (net(x) @ rows.T - limits).max(1).values
            if (margin <= 0).any():
                return "falsified"
            (gradient,) = torch.autograd.grad(margin.sum(), x)
            x = (x - 0.25 * 0.85**step * (upper - lower) * gradient.sign()).detach()
            x = torch.maximum(torch.minimum(x, upper), lower)
    all_rows = torch.cat([rows for rows, _ in cases])
    model = BoundedModule(net, torch.zeros_like(lower), bound_opts={"optimize_bound_args": {"iteration": 100}}, verbose=0)
    box = BoundedTensor((lower + upper) / 2, PerturbationLpNorm(norm=np.inf, x_L=lower, x_U=upper))
    for method in ("CROWN", "CROWN-Optimized"):
        low, _ = model.compute_bounds(x=(box,), C=all_rows[None], method=method, bound_upper=False)
        start = 0
        for rows, limits in cases:
            if not (low[0, start : start + len(rows)] - limits > 0).any():
                break
            start += len(rows)
        else:
            return "certified"
    return "unknown"


def intervals(maps, lower, upper):
    """CROWN's bounds of all sums."""
    lows, highs = [], []
    for k in range(len(maps)):
        ends = []
        for sign in (1, -1):
            a, c = sign * maps[k][0], sign * maps[k][1]
            for j in range(k - 1, -1, -1):
                l, u = lows[j], highs[j]
                slope = np.where(u <= 0, 0, np.where(l >= 0, 1, u / np.maximum(u - l, 1e-300)))
                below = np.where(u <= 0, 0, np.where(l >= 0, 1, (u >= -l) * 1.0))
                c = c + np.maximum(a, 0) @ np.where((l < 0) & (u > 0), -slope * l, 0)
                a = np.maximum(a, 0) * slope + np.minimum(a, 0) * below
                c = c + a @ maps[j][1]
                a = a @ maps[j][0]
            ends.append(sign * (c + np.maximum(a, 0) @ upper + np.minimum(a, 0) @ lower))
        highs.append(ends[0])
        lows.append(ends[1])
    return lows, highs


def program(maps, unsafe, outputs, limit):
    lower, upper = (np.array(unsafe["region"][end]) for end in ("lower", "upper"))
    rows, limits = np.array(unsafe["rows"]).reshape(-1, outputs), np.array(unsafe["limits"])
    lows, highs = intervals(maps, lower, upper)
    highs_model = highspy.Highs()
    highs_model.setOptionValue("output_flag", False)
    highs_model.setOptionValue("threads", 1)
    highs_model.setOptionValue("time_limit", limit)
    # A point at or below 0 is enough.
    highs_model.setOptionValue("objective_target", 0.0)
    values = [highs_model.addVariable(lb=a, ub=b) for a, b in zip(lower, upper)]
    affine = lambda weights, bias: sum(float(w) * v for w, v in zip(weights, values) if w != 0) + float(bias)
    for k, (weight, bias) in enumerate(maps[:-1]):
        after = []
        for i in range(len(bias)):
            low, high = lows[k][i], highs[k][i]
            if high <= 0:
                after.append(highs_model.addVariable(lb=0, ub=0))
                continue
            z = affine(weight[i], bias[i])
            y = highs_model.addVariable(lb=max(0, low), ub=high)
            if low >= 0:
                highs_model.addConstr(y == z)
            else:
                on = highs_model.addBinary()
                highs_model.addConstr(y >= z)
                highs_model.addConstr(y <= z - low * (1 - on))
                highs_model.addConstr(y <= high * on)
            after.append(y)
        values = after
    margin = highs_model.addVariable(lb=-highspy.kHighsInf)
    for row, d in zip(rows, limits):
        highs_model.addConstr(margin >= affine(row @ maps[-1][0], row @ maps[-1][1] - d))
    highs_model.minimize(margin)
    info = highs_model.getInfo()
    if info.primal_solution_status == 2 and info.objective_function_value <= 0:
        return "falsified"
    return "certified" if info.mip_dual_bound > 0 else "unknown"


def milp(maps, unsafe, outputs):
    start = time.monotonic()
    verdicts = []
    for one in unsafe:
        left = LIMIT - (time.monotonic() - start)
        verdicts.append(program(maps, one, outputs, left) if left > 0 else "unknown")
        if verdicts[-1] == "falsified":
            return "falsified"
    return "unknown" if "unknown" in verdicts else "certified"


options = dict(part[2:].split("=") for part in sys.argv[1:] if part.startswith("--"))
folder, *chosen = [part for part in sys.argv[1:] if not part.startswith("--")]
for family in chosen or ["advisories", "convolution", "digits"]:
    net, maps, questions = load(pathlib.Path(folder) / f"{family}.json")
    outputs = len(maps[-1][1])
    for name, solve in (("auto_LiRPA", lambda u: lirpa(net, u, outputs)), ("HiGHS", lambda u: milp(maps, u, outputs))):
        if options.get("peer", name) != name:
            continue
        counts, seconds = {}, []
        for question in questions[:: int(options.get("every", 1))]:
            start = time.process_time()
            verdict = solve(question["unsafe"])
            seconds.append(time.process_time() - start)
            counts[verdict] = counts.get(verdict, 0) + 1
            print(f"{family}, {name}, {question['name']}: {verdict}, {seconds[-1]:.2f} s", flush=True)
        print(f"{family}, {name}: {counts}; median {np.median(seconds):.3f} s, all {sum(seconds):.1f} s", flush=True)
