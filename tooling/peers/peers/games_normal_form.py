"""Peers for `games/normal-form`: Nashpy, QuantEcon, Gambit and OpenSpiel.

Instance: `actions`, choices of every player, and `payoffs`, a table a player, row-major with the first player's choice
slowest. Solution: `concept`, `strategies`, `payoffs` and `regret`; where a package lists many equilibria the first one is
handed over, and their number stands in the reason. Options: `label`, what Lemke-Howson drops first, 0 by default;
`maxIterations`, rounds of regret matching. QuantEcon compiles its functions at the first call, which is not counted.
"""

import io
import itertools
import warnings

import nashpy
import numpy as np
import pygambit
import quantecon.game_theory
from open_spiel.python.algorithms import regret_matching

from . import Declined, Peer, Result

PROBLEM = "games/normal-form"


def lemke_howson_nashpy(instance, options, clock):
    first, second = tables(instance)
    game = nashpy.Game(first, second)
    with warnings.catch_warnings(), clock:
        warnings.simplefilter("ignore")
        strategies = game.lemke_howson(initial_dropped_label=label(options))
    return one(instance, strategies)


def support_enumeration(instance, options, clock):
    first, second = tables(instance)
    if max(first.shape) > 12:
        raise Declined("it tries all pairs of supports; take nashpy/lemke-howson")
    game = nashpy.Game(first, second)
    with warnings.catch_warnings(), clock:
        warnings.simplefilter("ignore")
        found = list(game.support_enumeration())
    return first_of(instance, found)


def lemke_howson_quantecon(instance, options, clock):
    game = quantecon_game(instance)
    with clock:
        strategies, result = quantecon.game_theory.lemke_howson(
            game, init_pivot=label(options), max_iter=10**6, full_output=True
        )
    status = "converged" if result.converged else "iteration-limit"
    return one(instance, strategies, status, int(result.num_iter))


def vertex_enumeration(instance, options, clock):
    if max(instance["actions"]) > 15:
        raise Declined("it lists all vertices; take quantecon/lemke-howson")
    game = quantecon_game(instance)
    with clock:
        found = quantecon.game_theory.vertex_enumeration(game)
    return first_of(instance, found)


def gambit(solve):
    def run(instance, options, clock):
        if len(instance["payoffs"][0]) > 10_000:
            raise Declined("its table is too large to be read")
        game = pygambit.read_nfg(io.BytesIO(nfg(instance).encode()))
        with clock:
            found = solve(game)
        profiles = [
            [
                [float(profile[player][strategy]) for strategy in game.get_strategies(player)]
                for player in game.players
            ]
            for profile in found
        ]
        return first_of(instance, profiles)

    return run


def two_players(solve):
    run = gambit(solve)

    def guarded(instance, options, clock):
        tables(instance)
        return run(instance, options, clock)

    return guarded


def open_spiel_regret_matching(instance, options, clock):
    shape = instance["actions"]
    tensors = [values.reshape(shape) for values in instance["payoffs"]]
    rounds = int(options.get("maxIterations", 10_000))
    with clock:
        strategies = regret_matching.regret_matching(tensors, iterations=rounds)
    return one(instance, strategies, "iteration-limit", rounds)


def label(options):
    value = options.get("label", 0)
    return 0 if value == "race" else int(value)


def tables(instance):
    if len(instance["actions"]) != 2:
        raise Declined("it takes two players; take gambit/logit")
    return [values.reshape(instance["actions"]) for values in instance["payoffs"]]


def quantecon_game(instance):
    """The game, after a small one has had everything compiled."""
    first, second = tables(instance)
    warm = quantecon.game_theory.NormalFormGame(np.array([[[1.0, 0.0], [0.0, 1.0]], [[0.0, 1.0], [1.0, 0.0]]]))
    quantecon.game_theory.lemke_howson(warm)
    quantecon.game_theory.vertex_enumeration(warm)
    player = quantecon.game_theory.Player
    return quantecon.game_theory.NormalFormGame(
        (player(np.ascontiguousarray(first)), player(np.ascontiguousarray(second.T)))
    )


def nfg(instance):
    """Gambit's text: the first player's choice runs fastest, numbers as decimals that are the doubles exactly enough."""
    actions = instance["actions"]
    cells = itertools.product(*(range(count) for count in reversed(actions)))
    arrays = [values.reshape(actions) for values in instance["payoffs"]]
    rows = (" ".join(f"{values[cell[::-1]]:.17g}" for values in arrays) for cell in cells)
    players = " ".join(f'"{i + 1}"' for i in range(len(actions)))
    counts = " ".join(str(count) for count in actions)
    return f'NFG 1 R "Game" {{ {players} }} {{ {counts} }}\n\n' + "\n".join(rows) + "\n"


def first_of(instance, found):
    if not found:
        return one(instance, [np.full(n, 1.0 / n) for n in instance["actions"]], "stalled", reason="it found none")
    return one(instance, found[0], reason=f"the first of {len(found)}")


def one(instance, strategies, status="converged", iterations=None, reason=""):
    """A profile; where the package went wrong, the nearest weights that sum to one."""
    cleaned = []
    for weights, count in zip(strategies, instance["actions"]):
        weights = np.asarray(weights, dtype=float)
        if weights.shape != (count,) or not np.isfinite(weights).all() or weights.sum() <= 0:
            raise RuntimeError(f"it handed back {weights} for {count} choices")
        weights = np.maximum(weights, 0.0)
        cleaned.append(weights / weights.sum())
    joint = cleaned[0]
    for weights in cleaned[1:]:
        joint = np.multiply.outer(joint, weights)
    payoffs = np.array([float((joint.ravel() * values).sum()) for values in instance["payoffs"]])
    solution = {"concept": "nash", "strategies": cleaned, "payoffs": payoffs, "regret": 0.0}
    return Result(solution, status, reason or "its own rule", iterations)


SOLVERS = {
    "nashpy/lemke-howson": Peer("Nashpy: Lemke-Howson", PROBLEM, "nashpy", lemke_howson_nashpy, "nash"),
    "nashpy/support-enumeration": Peer("Nashpy: all supports", PROBLEM, "nashpy", support_enumeration, "nash"),
    "quantecon/lemke-howson": Peer("QuantEcon: Lemke-Howson", PROBLEM, "quantecon", lemke_howson_quantecon, "nash"),
    "quantecon/vertex-enumeration": Peer("QuantEcon: all vertices", PROBLEM, "quantecon", vertex_enumeration, "nash"),
    "gambit/lcp": Peer(
        "Gambit: Lemke-Howson", PROBLEM, "pygambit",
        two_players(lambda game: pygambit.nash.lcp_solve(game, rational=False, stop_after=1).equilibria), "nash",
    ),
    "gambit/enummixed": Peer(
        "Gambit: all extreme equilibria", PROBLEM, "pygambit",
        two_players(lambda game: pygambit.nash.enummixed_solve(game, rational=False).equilibria), "nash",
    ),
    "gambit/logit": Peer(
        "Gambit: logit path", PROBLEM, "pygambit", gambit(lambda game: [pygambit.nash.logit_solve(game).equilibrium]), "quantal"
    ),
    "open-spiel/regret-matching": Peer(
        "OpenSpiel: regret matching", PROBLEM, "open-spiel", open_spiel_regret_matching, "learning"
    ),
}
