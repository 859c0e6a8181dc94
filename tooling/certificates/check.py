"""Checks certificates a second time, in another language and with fractions alone.

    infimum-bench solve learn/max-margin --instance mine.json --proof proof.json
    python3 tooling/certificates/check.py proof.json

Every double is a fraction, so nothing here rounds: where the checkers of the library enclose a figure, this gives the
figure itself. It shares no code with them and needs nothing but Python. Exit code: 0 proved, 1 refused, 2 no proof.
"""

import base64
import json
import struct
import sys
from fractions import Fraction
from itertools import product
from math import isqrt, prod

FORMATS = {"Float64Array": "d", "Float32Array": "f", "Int32Array": "i", "Uint32Array": "I", "Int16Array": "h",
           "Uint16Array": "H", "Int8Array": "b", "Uint8Array": "B", "BigInt64Array": "q", "BigUint64Array": "Q"}


class Refused(Exception):
    """Nothing is proved."""


def need(holds, reason):
    if not holds:
        raise Refused(reason)


def decode(value):
    """What JSON has no word for is an object with one key that begins with `$`."""
    if isinstance(value, list):
        return [decode(item) for item in value]
    if not isinstance(value, dict):
        return value
    if len(value) == 1:
        (key, item), = value.items()
        if key in ("$bigint", "$number"):
            return int(item) if key == "$bigint" else float(item)
        if key[1:] in FORMATS:
            data, code = base64.b64decode(item), "<" + FORMATS[key[1:]]
            return [number for number, in struct.iter_unpack(code, data)]
    return {key: decode(item) for key, item in value.items()}


def fractions(values):
    return [Fraction(value) for value in values]


def dot(a, b):
    return sum((x * y for x, y in zip(a, b, strict=True)), Fraction(0))


def rank(rows):
    """By elimination."""
    left, found = [list(row) for row in rows], 0
    for j in range(len(left[0]) if left else 0):
        pivot = next((row for row in left if row[j] != 0), None)
        if pivot is None:
            continue
        found += 1
        left = [[x - row[j] / pivot[j] * y for x, y in zip(row, pivot)] for row in left if row is not pivot]
    return found


def dense(matrix):
    """Rows of a matrix, dense or sparse."""
    rows, cols, values = matrix["rows"], matrix["cols"], fractions(matrix["values"])
    if "rowPointers" not in matrix:
        return [values[i * cols:(i + 1) * cols] for i in range(rows)]
    out, at = [[Fraction(0)] * cols for _ in range(rows)], matrix["rowPointers"]
    for i in range(rows):
        for k in range(at[i], at[i + 1]):
            out[i][matrix["columnIndices"][k]] += values[k]
    return out


def separability(instance, solution, witness):
    """Gordan's alternatives: a plane with all rows on its side, or rows whose positive multiples cancel."""
    ends = [Fraction(1)] if instance["fitIntercept"] else []
    rows = [[y * x for x in row + ends] for row, y in zip(dense(instance["points"]), instance["labels"], strict=True)]
    form = lambda plane: fractions(plane["weights"]) + (fractions([plane["intercept"]]) if ends else [])
    plane, support = witness.get("plane"), witness.get("support")
    need(plane or support, "the witness has no plane and no support")
    if support:
        held, multipliers = support["rows"], support["multipliers"]
        need(held and len(set(held)) == len(held) == len(multipliers), "the support is not made of rows, each once")
        need(all(multiplier > 0 for multiplier in multipliers), "a multiplier is not above 0")
        need(all(dot(multipliers, column) == 0 for column in zip(*(rows[i] for i in held))), "the rows do not cancel")
    if plane:
        sides = [dot(form(plane), row) for row in rows]
        need(all(side > 0 or (support and side == 0) for side in sides), "a row is not above the plane")
        need(any(sides), "all rows lie on the plane")
    else:
        kernel = [fractions(vector) for vector in witness.get("kernel", [])]
        need(all(dot(vector, row) == 0 for vector in kernel for row in rows), "a row is not orthogonal to the kernel")
        need(rank([rows[i] for i in held]) + rank(kernel) >= len(rows[0]), "the support does not span all rows")
    errors = sum(dot(form(solution), row) <= 0 for row in rows)
    return {"errors": (errors, errors), "fewestErrors": (1, errors) if support else (0, 0)}


def regret(instance, solution, _):
    """What a player gains by a deviation, over the range of its payoffs."""
    actions, coarse = instance["actions"], solution["concept"] == "coarse"
    cells, joint = list(product(*(range(count) for count in actions))), solution.get("joint")
    if solution["concept"] == "nash" or joint is None:
        weights = [fractions(strategy) for strategy in solution["strategies"]]
        need([len(w) for w in weights] == actions and all(min(w) >= 0 and sum(w) > 0 for w in weights), "no distribution")
        total = [sum(w) for w in weights]
        chances, coarse = [prod(w[a] / s for w, a, s in zip(weights, cell, total)) for cell in cells], True
    else:
        joint = fractions(joint)
        need(len(joint) == len(cells) and min(joint) >= 0 and sum(joint) > 0, "no distribution")
        chances = [weight / sum(joint) for weight in joint]
    worst = Fraction(0)
    for player, count in enumerate(actions):
        exact = instance.get("exact")
        table = [Fraction(int(f["num"]), int(f["den"])) for f in exact[player]] if exact else fractions(instance["payoffs"][player])
        payoff = dict(zip(cells, table, strict=True))
        gains = [[Fraction(0)] * count for _ in range(1 if coarse else count)]
        for cell, chance in zip(cells, chances):
            for k in range(count if chance else 0):
                other = cell[:player] + (k,) + cell[player + 1:]
                gains[0 if coarse else cell[player]][k] += chance * (payoff[other] - payoff[cell])
        reach = max(table) - min(table)
        worst = max(worst, sum(max([Fraction(0), *row]) for row in gains) / reach if reach else Fraction(0))
    return {"regret": (worst, worst)}


def hats(instance, solution, _):
    """The chance that both named hats are black."""
    height, p, (f, g) = instance["height"], Fraction(instance["p"]), (solution["f"], solution["g"])
    need(not instance["blocks"] and len(f) == len(g) == 2 ** height and max(f + g) < height, "no strategies for finite stacks")
    wins = [0] * (2 * height + 1)
    for x, y in product(range(2 ** height), repeat=2):
        wins[x.bit_count() + y.bit_count()] += (x >> f[y]) & (y >> g[x]) & 1
    value = sum(n * p ** k * (1 - p) ** (2 * height - k) for k, n in enumerate(wins))
    return {"value": (value, value)}


def acyclic(instance, solution, witness):
    """All edges go from earlier nodes to later ones."""
    d, order = instance["data"]["cols"], witness["order"]
    need(sorted(order) == list(range(d)) and len(solution["weights"]) == d * d, "the order does not have every node once")
    place = {node: k for k, node in enumerate(order)}
    edges = [divmod(k, d) for k, weight in enumerate(solution["weights"]) if weight != 0]
    need(all(place[i] < place[j] for i, j in edges), "an edge goes backwards")
    return {"cycles": (0, 0)}


def matching(instance, _, witness):
    """The dual value of prices of the arrivals."""
    at, weights, prices = instance["rowPointers"], fractions(instance["weights"]), fractions(witness["prices"])
    need(len(prices) == len(at) - 1 and all(price >= 0 for price in prices), "the witness is not made of prices")
    chances, worth = fractions(instance["probabilities"]), [Fraction(0)] * len(weights)
    for v in reversed(range(len(prices))):
        for k in range(at[v], at[v + 1]):
            u, p = instance["columnIndices"][k], chances[k]
            worth[u] = max(worth[u], weights[u] * p - prices[v] + (1 - p) * worth[u])
    return {"optimum": (0, sum(prices) + sum(worth))}


def linear_system(instance, solution, _):
    """The distance to the solution, by elimination; the witness is not needed."""
    rows = [row + [b] for row, b in zip(dense(instance["a"]), fractions(instance["b"]), strict=True)]
    n = len(rows)
    for j in range(n):
        pivot = next((i for i in range(j, n) if rows[i][j] != 0), None)
        need(pivot is not None, "the matrix is singular")
        rows[j], rows[pivot] = rows[pivot], rows[j]
        rows[j] = [x / rows[j][j] for x in rows[j]]
        rows = [row if i == j else [x - row[j] * y for x, y in zip(row, rows[j])] for i, row in enumerate(rows)]
    error = max(abs(row[n] - x) for row, x in zip(rows, fractions(solution["x"]), strict=True))
    return {"error": (error, error)}


def markov_gap(instance, solution, _):
    """What a player gains from the worst first state, over the sum of its ranges, by backward induction."""
    states, horizon, actions = instance["states"], instance["horizon"], instance["actions"]
    cells, coarse = list(product(*(range(count) for count in actions))), solution["concept"] == "coarse"

    def shares(values, size):
        rows = [fractions(values[k:k + size]) for k in range(0, len(values), size)]
        need(all(min(row) >= 0 and sum(row) > 0 for row in rows), "weights are no distribution")
        return [[weight / sum(row) for weight in row] for row in rows]

    policy, moves = shares(solution["policy"], len(cells)), shares(instance["transitions"], states)
    need(len(policy) == horizon * states, "the policy has another size")
    index, worst = {cell: k for k, cell in enumerate(cells)}, Fraction(0)
    for player, count in enumerate(actions):
        rewards, size = fractions(instance["rewards"][player]), states * len(cells)
        ranges = [max(rewards[k:k + size]) - min(rewards[k:k + size]) for k in range(0, len(rewards), size)]
        scale = sum(ranges) * (horizon if instance["stationary"] else 1)
        here = best = [Fraction(0)] * states
        for step in reversed(range(horizon)):
            def worth(after, state, k):
                at = ((0 if instance["stationary"] else step * states) + state) * len(cells) + k
                return rewards[at] + (dot(moves[at], after) if step + 1 < horizon else 0)
            weights = [policy[step * states + state] for state in range(states)]
            told = [[[Fraction(0)] * count for _ in range(1 if coarse else count)] for _ in range(states)]
            for state in range(states):
                for cell, chance in zip(cells, weights[state]):
                    for k in range(count if chance else 0):
                        other = index[cell[:player] + (k,) + cell[player + 1:]]
                        told[state][0 if coarse else cell[player]][k] += chance * worth(best, state, other)
            here = [sum(chance * worth(here, state, k) for k, chance in enumerate(weights[state]) if chance) for state in range(states)]
            best = [sum(max(row) for row in rows) for rows in told]
        if scale:
            worst = max([worst, *((b - h) / scale for b, h in zip(best, here))])
    return {"gap": (worst, worst)}


def sparse_regret(instance, solution, witness):
    """The Nash regret of the strategies that were extracted."""
    found = regret(instance["stage"], {"concept": "nash", "strategies": solution["strategies"]}, witness)
    return {"nash": found["regret"]}


def marginal_error(plan, instance):
    rows, columns = [sum(row) for row in plan], [sum(column) for column in zip(*plan)]
    off = [abs(x - y) for x, y in zip(rows + columns, fractions(instance["a"]) + fractions(instance["b"]), strict=True)]
    return rows, columns, sum(off)


def excess(plan, costs, witness):
    """What a plan costs, and at most how much more than the cheapest with its marginals, by a potential of the sources."""
    need(all(mass >= 0 for row in plan for mass in row), "a mass is negative")
    f = fractions(witness["source"])
    g = [min(c - p for c, p in zip(column, f, strict=True)) for column in zip(*costs)]
    cost = sum(dot(masses, row) for masses, row in zip(plan, costs, strict=True))
    return cost, sum(mass * (c - f[i] - g[j]) for i, row in enumerate(plan) for j, (mass, c) in enumerate(zip(row, costs[i])))


def transport(instance, solution, witness):
    plan = dense(solution["plan"])
    cost, gap = excess(plan, dense(instance["cost"]), witness)
    error = marginal_error(plan, instance)[2]
    return {"gap": (0, gap), "optimum": (cost - gap, cost), "marginalError": (error, error)}


def gromov(instance, solution, witness):
    """The distortion, and how steeply it falls towards another plan at most."""
    plan, c, d = dense(solution["plan"]), dense(instance["first"]), dense(instance["second"])
    need(all(c[i][k] == c[k][i] for i in range(len(c)) for k in range(i)), "distances are not symmetric")
    need(all(d[i][k] == d[k][i] for i in range(len(d)) for k in range(i)), "distances are not symmetric")
    rows, columns, error = marginal_error(plan, instance)
    image = [[dot(row, column) for column in zip(*plan)] for row in c]
    slopes = [[2 * (sum(x * x * r for x, r in zip(c[i], rows)) + sum(y * y * s for y, s in zip(d[j], columns))
                    - 2 * dot(image[i], d[j])) for j in range(len(d))] for i in range(len(c))]
    twice, slope = excess(plan, slopes, witness)
    return {"distortion": (twice / 2, twice / 2), "slope": (0, slope), "marginalError": (error, error)}


def halfspace(instance, solution, _):
    """The share of points on the wrong side; on the plane is half wrong."""
    sides = [dot(row, fractions(solution["weights"])) * label for row, label in zip(dense(instance["points"]), instance["labels"], strict=True)]
    error = sum(Fraction(1, 2) if side == 0 else Fraction(side < 0) for side in sides) / len(sides)
    return {"error": (error, error)}


def least(layers, box, row, constant, k, lines, pulls=None):
    """The least of row . z_k + constant over the box, with lines in place of activations."""
    for j in range(k, -1, -1):
        weights, biases = layers[j]
        constant += dot(row, biases)
        row = [dot(row, column) for column in zip(*weights)]
        if j > 0:
            constant += sum(r * top[2] for r, top in zip(row, lines[j - 1]) if r < 0)
            row = [r * (line[1] if r < 0 else line[0]) for r, line in zip(row, lines[j - 1])]
            row = [r + pull for r, pull in zip(row, pulls[j - 1])] if pulls else row
    return constant + sum(r * (low if r > 0 else high) for r, low, high in zip(row, *box))


def is_leaf(layers, case, leaf, path):
    """Whether lines hold and multipliers give a positive margin; see `beta-CROWN`, arXiv 2103.06624."""
    box = [fractions(case["region"][end]) for end in ("lower", "upper")]
    hidden, limits = layers[:-1], fractions(case["limits"])
    unit = lambda k, i, scale: [scale * (j == i) for j in range(len(layers[k][1]))]
    lines, pulls = [], []
    for k, (_, biases) in enumerate(hidden):
        lines.append([])
        pulls.append([])
        for i in range(len(biases)):
            sign = path.get((k, i), 0)
            line = [Fraction(sign > 0)] * 2 + [Fraction(0)] if sign else fractions(leaf[part][k][i] for part in ("lower", "upper", "intercept"))
            if not sign:
                ends = [least(layers, box, unit(k, i, slope), line[2], k, lines) for slope in (line[1], line[1] - 1)]
                need(0 <= line[0] <= 1 and min(ends) >= 0, "lines do not hold")
                sign = 0 if line[2] or line[0] != line[1] or line[0] not in (0, 1) else 1 if line[0] else -1
            weight = Fraction(leaf["multipliers"][k][i])
            need(weight >= 0 and (sign or weight == 0), "a multiplier has the wrong sign")
            lines[-1].append(line)
            pulls[-1].append(-weight * sign)
    conditions, rows = fractions(leaf["conditions"]), fractions(case["rows"])
    need(len(conditions) == len(limits) and min(conditions) >= 0, "there are not weights for conditions")
    width = len(layers[-1][1])
    start = [dot(conditions, rows[j::width]) for j in range(width)]
    need(least(layers, box, start, -dot(conditions, limits), len(hidden), lines, pulls) > 0, "a leaf has no positive margin")


def robustness(instance, solution, witness):
    """An unsafe input, or a tree of signs a case."""
    plain, last = instance["network"]["layers"], len(instance["network"]["layers"]) - 1
    need(all(layer["kind"] == "dense" and not layer.get("carried") and layer["activation"] == ("linear" if k == last else "relu")
             for k, layer in enumerate(plain)), "only dense ReLU networks are checked")
    layers = [([fractions(layer["weight"][i * layer["inputs"]:(i + 1) * layer["inputs"]]) for i in range(layer["outputs"])],
               fractions(layer["bias"])) for layer in plain]
    if solution["verdict"] == "falsified":
        case, x = instance["unsafe"][witness["point"]["unsafeCase"]], fractions(witness["point"]["x"])
        region = case["region"]
        need(all(low <= value <= high for value, low, high in zip(x, region["lower"], region["upper"], strict=True)), "outside of the box")
        if "ball" in region:
            ball = region["ball"]
            power = 2 if ball["norm"] == "l2" else 1
            size = sum(abs(value - Fraction(c)) ** power for value, c in zip(x, ball["center"], strict=True))
            need(size <= Fraction(ball["radius"]) ** power, "outside of the ball")
        for k, (weights, biases) in enumerate(layers):
            x = [dot(row, x) + bias for row, bias in zip(weights, biases)]
            x = x if k == last else [max(value, 0) for value in x]
        rows = fractions(case["rows"])
        need(all(dot(rows[i * len(x):(i + 1) * len(x)], x) <= limit for i, limit in enumerate(fractions(case["limits"]))), "the input is safe")
        return {"false-witness": (0, 0)}
    need(solution["verdict"] == "certified" and len(witness["trees"]) == len(instance["unsafe"]), "there is not a tree a case")

    def visit(case, tree, path):
        if "split" not in tree:
            return is_leaf(layers, case, tree, path)
        layer, neuron = tree["split"]
        need(0 <= layer < last and 0 <= neuron < len(layers[layer][1]), "a split names no neuron")
        for side, sign in (("up", 1), ("down", -1)):
            visit(case, tree[side], {**path, (layer, neuron): sign})

    for case, tree in zip(instance["unsafe"], witness["trees"]):
        visit(case, tree, {})
    return {"false-witness": (0, 0)}


def root(x):
    """A fraction not below the square root, by less than 2^-100 of it."""
    scale = 4 ** max(0, 110 + (x.denominator.bit_length() - x.numerator.bit_length()) // 2)
    return Fraction(isqrt(x.numerator * scale // x.denominator) + 1, isqrt(scale))


def is_definite(matrix):
    """By elimination."""
    left = [list(row) for row in matrix]
    for j, row in enumerate(left):
        if row[j] <= 0:
            return False
        for other in left[j + 1:]:
            factor = other[j] / row[j]
            other[:] = [x - factor * y for x, y in zip(other, row)]
    return True


def riccati(instance, solution, witness):
    """Newton and Kantorovich's theorem for the Riccati equation, from a gain and a solution of Lyapunov's equation."""
    system = instance["linear"]
    a, b, q, r = (dense(system[name]) for name in "abqr")
    n, m, weights = len(a), len(r), iter(fractions(solution["weights"]))
    states, inputs = ([Fraction(2) ** e for e in witness[name]] for name in ("states", "inputs"))
    table = lambda values, cols: [fractions(values[k:k + cols]) for k in range(0, len(values), cols)]
    scaled = lambda matrix, left, right: [[x * s * t for x, t in zip(row, right)] for row, s in zip(matrix, left, strict=True)]
    turned = lambda matrix: [list(column) for column in zip(*matrix)]
    times = lambda x, y: [[dot(row, column) for column in zip(*y)] for row in x]
    add = lambda x, y, sign=1: [[s + sign * t for s, t in zip(*rows)] for rows in zip(x, y, strict=True)]
    size = lambda matrix: max(sum(map(abs, row)) for row in matrix)
    spectral = lambda matrix: root(size(matrix) * size(turned(matrix)))
    p = [[Fraction(0)] * n for _ in range(n)]
    for i in range(n):
        for j in range(i, n):
            p[i][j] = p[j][i] = next(weights) / (1 if i == j else 2)
    back = [1 / s for s in states]
    a, b, q, r, p = (scaled(a, back, states), scaled(b, back, inputs), scaled(q, states, states), scaled(r, inputs, inputs),
                     scaled(p, states, states))
    need(q == turned(q) and r == turned(r), "the costs are not symmetric")
    k, x, rho = table(witness["gain"], n), table(witness["lyapunov"], n), Fraction(witness["inputCost"])
    need(rho > 0 and is_definite([[entry - rho * (i == j) for j, entry in enumerate(row)] for i, row in enumerate(r)]), "no cost of inputs")
    closed, stale = add(a, times(b, k), -1), add(times(turned(b), p), times(r, k), -1)
    half = times(p, closed)
    residual = add(add(half, turned(half)), add(q, times(turned(k), times(r, k))))
    f, drift = size(residual) + spectral(stale) ** 2 / rho, spectral(b) * spectral(stale) / rho
    right = times(x, closed)
    decay = 1 - size([[-u - v - (i == j) for j, (u, v) in enumerate(zip(*rows))] for i, rows in enumerate(zip(right, turned(right)))])
    need(x == turned(x) and decay > 0 and is_definite(x), "the closed loop is not seen to be stable")
    bound = size(x) / decay
    need(2 * bound * drift < 1, "the closed loop is not seen to be stable")
    inverse = bound / (1 - 2 * bound * drift)
    need(4 * inverse ** 2 * spectral(b) ** 2 / rho * f < 1, "the residual is too large for the stability of the closed loop")
    largest = max(abs(entry) for row in p for entry in row)
    need(largest > 0, "the value function is zero")
    return {"distance": (Fraction(0), 2 * inverse * f / largest)}


CHECKERS = {
    ("learn/separable-classification", "separability"): separability,
    ("games/normal-form", "regret"): regret,
    ("games/levine-hats", "value"): hats,
    ("graphs/dag-learning", "acyclic"): acyclic,
    ("graphs/online-matching", "bound"): matching,
    ("linalg/linear-system", "solution"): linear_system,
    ("games/markov-cce", "gap"): markov_gap,
    ("games/sparse-cce", "regret"): sparse_regret,
    ("ot/transport", "gap"): transport,
    ("ot/gromov-wasserstein", "marginals"): gromov,
    ("verify/testable-halfspace", "errors"): halfspace,
    ("verify/robustness", "verdict"): robustness,
    ("bandits-rl/optimal-control", "stabilizing"): riccati,
}


def main(file):
    try:
        with open(file, encoding="utf-8") as stream:
            proof = decode(json.load(stream))
        assert proof["format"] == "infimum-proof/1", "it is no proof"
        certificate = proof["certificate"]
        checker = CHECKERS[proof["problem"], certificate["kind"]]
    except (OSError, ValueError, LookupError, TypeError, AssertionError) as error:
        print(f"{file}: no proof that is known here: {error}", file=sys.stderr)
        return 2
    try:
        need(certificate["problem"] == proof["problem"], "the certificate is for another problem")
        figures = checker(proof["instance"], proof["solution"], certificate["witness"] or {})
    except Refused as refused:
        print(json.dumps({"proved": False, "reason": str(refused)}))
        return 1
    except (ArithmeticError, AttributeError, LookupError, TypeError, ValueError) as error:
        print(json.dumps({"proved": False, "reason": f"malformed: {error!r}"}))
        return 1
    print(json.dumps({"proved": True, "figures": {name: [str(end) for end in ends] for name, ends in figures.items()}}))
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:2] or ["no file"]))
