# NOMAD on the instances of bench/attacks.bench.ts, 1000 evaluations, native bounds; y_1 <= 0.2 as a progressive barrier. Without
# quadratic models in the search; `plain` leaves them out of the order of evaluations and of the last direction too, which NOMAD's
# defaults put there and which take minutes a run with 20 variables and more:
# pip install numpy PyNomadBBO==4.6.0; OMP_NUM_THREADS=1 python bench/nomad.py [kind] [n] [first seed] [last seed] [plain]
import sys, time
import numpy as np, PyNomad

def mulberry(seed):
    a = seed & 0xffffffff
    def imul(x, y): return (x * y) & 0xffffffff
    def step():
        nonlocal a
        a = (a + 0x6d2b79f5) & 0xffffffff
        t = imul(a ^ (a >> 15), 1 | a)
        t = (t + imul(t ^ (t >> 7), 61 | t) & 0xffffffff) ^ t
        return ((t ^ (t >> 14)) & 0xffffffff) / 2 ** 32
    return step

def network(dims, uniform):
    normal = lambda: np.sqrt(-2 * np.log(1 - uniform())) * np.cos(2 * np.pi * uniform())
    layers = []
    for i, o in zip(dims, dims[1:]):
        w = np.array([normal() for _ in range(i * o)]).reshape(o, i) * np.sqrt(1 / i)
        layers.append((w, np.array([.1 * normal() for _ in range(o)])))
    def f(x):
        for k, (w, b) in enumerate(layers):
            x = w @ x + b
            if k + 1 < len(layers): x = np.tanh(x)
        return x
    return f

def black_box(kind, n, seed):
    uniform = mulberry(seed)
    f = network([n, 64, 64, 10 if kind == 'distance' else 2], uniform)
    if kind == 'constrained': return lambda x: (lambda y: f'{-y[0]} {y[1] - .2}')(f(x))
    target = f(np.array([2 * uniform() - 1 for _ in range(n)]))
    return lambda x: f'{np.sum((f(x) - target) ** 2)}'

kinds = sys.argv[1:2] or ['distance', 'constrained']
sizes = [int(n) for n in sys.argv[2:3]] or [10, 20, 50, 100]
first, last = [int(seed) for seed in sys.argv[3:5]] or [1, 3]
plain = ['EVAL_QUEUE_SORT DIR_LAST_SUCCESS', 'DIRECTION_TYPE ORTHO N+1 NEG'] if sys.argv[5:] else []
for kind in kinds:
    for n in sizes:
        found, start = [], time.process_time()
        for seed in range(first, last + 1):
            f = black_box(kind, n, seed)
            def box(point):
                point.setBBO(f(np.array([point.get_coord(i) for i in range(n)])).encode())
                return 1
            outputs = 'OBJ PB' if kind == 'constrained' else 'OBJ'
            r = PyNomad.optimize(box, [0.] * n, [-1.] * n, [1.] * n, [f'BB_OUTPUT_TYPE {outputs}', 'MAX_BB_EVAL 1000', 'DISPLAY_DEGREE 0', 'QUAD_MODEL_SEARCH no', 'SGTELIB_MODEL_SEARCH no', f'SEED {seed}', *plain])
            found.append(float(r['x_best_feas_bbo'][0][0].split()[0]))
            print(f'  seed {seed}: {found[-1]:.6g}', flush=True)
        values = ' '.join(f'{v:.4g}' if kind == 'distance' else f'{-v:.4f}' for v in found)
        print(f'{kind} n = {n}: NOMAD after 1000 {values}; {(time.process_time() - start) / len(found):.1f} s a run', flush=True)
