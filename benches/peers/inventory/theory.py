"""The theory of stock beside its peers in Python: the same cases, the same answers, then the time.

    pip install stockpyl==1.0.2 statsforecast==2.1.1
    cargo build --release --manifest-path benches/peers/inventory/Cargo.toml
    python benches/peers/inventory/theory.py [target folder]

Each task is a file of cases. Both sides work it through in a process of their own, in turns, three times; the answers
have to agree before a time is shown. `answering` is the processor's time for the answers alone, with the cases read and
the libraries imported; `process` is that of the whole process. Medians.
"""

import json
import math
import os
import random
import resource
import subprocess
import sys
import tempfile
import time

HERE = os.path.dirname(os.path.abspath(__file__))
ROUNDS = 3


def cases():
    """The cases of each task, the same at every run, with figures as decimal texts."""
    rng = random.Random(7)

    def cents(low, high):
        return f"{rng.randint(low, high) / 100:.2f}"

    def cost():
        return {"order_cost": cents(500, 9000), "holding_cost": cents(10, 400), "shortage_cost": cents(500, 6000)}

    def point():
        # Goods that are kept for less than it costs to be short of them, or there is no best point.
        costs = {"order_cost": cents(500, 9000), "holding_cost": cents(10, 100), "shortage_cost": cents(2000, 6000)}
        deviation, lead_time = rng.randint(10, 200), rng.randint(1, 9)
        until = f"{deviation / 100 * math.sqrt(lead_time):.6f}"
        return costs | {"mean": cents(1000, 4000), "lead_time": str(lead_time), "until": until}

    def seldom():
        return [str(rng.randint(1, 20)) if rng.random() < 0.3 else "0" for _ in range(59)] + ["3"]

    def normal():
        return cost() | {"mean": cents(1000, 90000), "deviation": cents(100, 9000)}

    return {
        "economic": [cost() | {"mean": cents(1000, 99999)} for _ in range(10_000)],
        "newsvendor": [normal() for _ in range(10_000)],
        "order_point": [point() for _ in range(1_000)],
        "min_max": [cost() | {"mean": str(mean)} for mean in range(10, 60, 5)],
        "lots": [cost() | {"demand": [str(rng.randint(0, 99)) for _ in range(52)]} for _ in range(200)],
        "forecasts": [{"demand": seldom()} for _ in range(10_000)],
    }


def answers(task, given):
    """What the peers answer, and the processor's time it took."""
    number = {"order_cost", "holding_cost", "shortage_cost", "mean", "deviation", "lead_time", "until"}
    given = [
        {key: float(value) if key in number else [float(one) for one in value] for key, value in case.items()}
        for case in given
    ]
    if task == "forecasts":
        return forecasts(given)
    from stockpyl.eoq import economic_order_quantity
    from stockpyl.newsvendor import newsvendor_normal
    from stockpyl.rq import r_q_eil_approximation
    from stockpyl.ss import s_s_discrete_exact
    from stockpyl.wagner_whitin import wagner_whitin

    def one(case):
        fixed, holding, shortage = case["order_cost"], case["holding_cost"], case["shortage_cost"]
        if task == "economic":
            return economic_order_quantity(fixed, holding, case["mean"])
        if task == "newsvendor":
            return newsvendor_normal(holding, shortage, case["mean"], case["deviation"])
        if task == "order_point":
            deviation = case["until"] / math.sqrt(case["lead_time"])
            return r_q_eil_approximation(holding, shortage, fixed, case["mean"], deviation, case["lead_time"])
        if task == "min_max":
            return s_s_discrete_exact(holding, shortage, fixed, True, case["mean"])
        return [wagner_whitin(len(case["demand"]), holding, fixed, case["demand"])[1]]

    start = time.process_time()
    found = [list(one(case)) for case in given]
    return found, time.process_time() - start


def forecasts(given):
    import pandas as pd
    from statsforecast import StatsForecast
    from statsforecast.models import TSB, CrostonClassic, CrostonSBA

    periods = len(given[0]["demand"])
    frame = pd.DataFrame(
        {
            "unique_id": [item for item in range(len(given)) for _ in range(periods)],
            "ds": [period for _ in given for period in range(periods)],
            "y": [amount for case in given for amount in case["demand"]],
        }
    )
    models = [CrostonClassic(), CrostonSBA(), TSB(alpha_d=0.1, alpha_p=0.1)]
    start = time.process_time()
    found = StatsForecast(models=models, freq=1).forecast(df=frame, h=1)
    seconds = time.process_time() - start
    return found.sort_values("unique_id")[["CrostonClassic", "CrostonSBA", "TSB"]].values.tolist(), seconds


# How far apart two answers may be, as a part of the greater, and what the task is.
TASKS = {
    "economic": (1e-8, "economic order quantity, 10,000 items", "stockpyl"),
    "newsvendor": (1e-6, "newsvendor level, 10,000 items", "stockpyl"),
    "order_point": (1e-6, "(r,Q) by expected inventory level, 1,000 items", "stockpyl"),
    "min_max": (1e-6, "exact (s,S), Poisson means 10 to 55, 10 items", "stockpyl"),
    "lots": (1e-8, "Wagner–Whitin, 52 periods, 200 items", "stockpyl"),
    "forecasts": (1e-5, "Croston, SBA and TSB, 60 periods, 10,000 items", "statsforecast"),
}


def process(command):
    """What a process answers, and the processor's time of all of it."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    done = subprocess.run(command, stdout=subprocess.PIPE, check=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    told = json.loads(done.stdout)
    spent = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return [[float(one) for one in row] for row in told["answers"]], told["seconds"], spent


def apart(ours, theirs):
    """How far the answers lie apart at the most, as a part of the greater."""
    assert len(ours) == len(theirs)
    pairs = [pair for one, other in zip(ours, theirs) for pair in zip(one, other, strict=True)]
    return max(abs(one - other) / max(abs(one), abs(other), 1.0) for one, other in pairs)


def main():
    target = sys.argv[1] if len(sys.argv) > 1 else os.path.join(HERE, "target")
    program = os.path.join(target, "release", "office-peers-inventory")
    print(f"{'':<66}{'apart':>9}{'answering':>22}{'ratio':>8}{'process':>20}{'ratio':>8}")
    for task, given in cases().items():
        tolerance, what, peer = TASKS[task]
        with tempfile.NamedTemporaryFile("w", suffix=".json") as file:
            json.dump(given, file)
            file.flush()
            ours, theirs = [], []
            for _ in range(ROUNDS):
                ours.append(process([program, task, file.name]))
                theirs.append(process([sys.executable, __file__, "--peer", task, file.name]))
        off = apart(ours[0][0], theirs[0][0])
        if off > tolerance:
            sys.exit(f"{task}: the answers lie {off:.1e} apart, more than {tolerance:.0e}")

        def middle(runs, at):
            return sorted(run[at] for run in runs)[ROUNDS // 2]

        times = [(middle(ours, at), middle(theirs, at)) for at in (1, 2)]
        columns = [f"{one * 1e3:.1f} / {other * 1e3:.0f} ms" for one, other in times]
        ratios = [f"{other / one:.0f}×" for one, other in times]
        print(f"{what + ', ' + peer:<66}{off:>9.0e}{columns[0]:>22}{ratios[0]:>8}{columns[1]:>20}{ratios[1]:>8}", flush=True)


if __name__ == "__main__":
    if sys.argv[1:2] == ["--peer"]:
        with open(sys.argv[3]) as file:
            found, seconds = answers(sys.argv[2], json.load(file))
        json.dump({"seconds": seconds, "answers": [[float(one) for one in row] for row in found]}, sys.stdout)
    else:
        main()
