"""Accounting programs beside each other, as whole processes: the same journal, the same balances, then the time.

    cargo build --release --manifest-path benches/peers/books/Cargo.toml
    python3 benches/peers/books/programs.py [target folder] [transactions ...]

Each program that is installed reads the journal and prints what stands on each account, and what was moved on each in
each month where it has a report of that. They take turns, three times (once, where a run takes more than half a minute).
The balances have to be the same before a time is shown. Processor's time of the whole process, and its peak memory; a
program that would take more than half of the memory there is, is left out.
"""

import os
import re
import shutil
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
ROUNDS = 3


def commands(journal, own):
    """The programs that are installed, with what makes each print balances and months."""
    found = {"office-finance": ([own, journal], [own, journal, "--monthly"])}
    if ledger := shutil.which("ledger"):
        balance = [ledger, "-f", journal, "balance", "--flat", "--no-total"]
        found["ledger"] = (balance, [ledger, "-f", journal, "register", "--monthly"])
    if hledger := shutil.which("hledger"):
        balance = [hledger, "-f", journal, "balance", "--flat", "--no-total"]
        found["hledger"] = (balance, balance + ["--monthly"])
    return found


def run(command, out):
    """Processor's time in seconds and peak memory in megabytes of one process."""
    with open(out, "w") as file:
        child = subprocess.Popen(command, stdout=file, stderr=subprocess.DEVNULL)
        _, status, used = os.wait4(child.pid, 0)
    child.returncode = status
    if status != 0:
        raise SystemExit(f"{command} has failed")
    return used.ru_utime + used.ru_stime, used.ru_maxrss / 1024


def balances(text):
    """The balance of each account: the amount and the account of each line that has both."""
    found = {}
    for line in text.splitlines():
        account = re.search(r"(Assets|Liabilities|Income|Expenses):A\d+", line)
        amounts = re.findall(r"(-?\d+\.\d\d)", line.replace(",", ""))
        if account and amounts:
            cents = int(amounts[0].replace(".", ""))
            if cents:
                found[account.group()] = cents
    return found


def available():
    """The memory that is free for a process, in megabytes."""
    with open("/proc/meminfo") as file:
        lines = dict(line.split(":") for line in file)
    return int(lines["MemAvailable"].split()[0]) / 1024


def measure(count, target, peaks):
    with tempfile.TemporaryDirectory() as folder:
        journal, out = os.path.join(folder, "journal.txt"), os.path.join(folder, "out")
        subprocess.run([os.path.join(target, "release", "journal"), str(count), journal], check=True)
        programs = commands(journal, os.path.join(target, "release", "balances"))
        for name, (before, memory) in peaks.items():
            if memory * count / before > available() / 2:
                print(f"| all of {count:,} | {name} | left out: {memory:,.0f} MB at {before:,} | | | |")
                del programs[name]
        times, expected, slow = {}, None, set()
        for turn in range(ROUNDS):
            for name, tasks in programs.items():
                for task, command in zip(("balances", "months"), tasks):
                    if (name, task) in slow:
                        continue
                    taken = run(command, out)
                    times.setdefault((task, name), []).append(taken)
                    if taken[0] > 30:
                        slow.add((name, task))
                    if task == "balances" and turn == 0:
                        with open(out) as file:
                            answer = balances(file.read())
                        expected = expected or answer
                        if answer != expected:
                            raise SystemExit(f"{name} answers other balances")
        for task in ("balances", "months"):
            for name in programs:
                taken = sorted(times[task, name])
                seconds, memory = taken[len(taken) // 2]
                peaks[name] = (count, memory)
                print(
                    f"| {task} of {count:,} | {name} | {seconds:.2f} s | {count / seconds / 1000:,.0f} | {memory:,.0f} MB |"
                    f" {len(taken)} |",
                    flush=True,
                )


def main():
    arguments = sys.argv[1:]
    target = arguments.pop(0) if arguments and not arguments[0].isdigit() else os.path.join(HERE, "target")
    print("| task | program | processor's time | thousand transactions a second | peak memory | runs |")
    print("|---|---|---:|---:|---:|---:|")
    peaks = {}
    for count in [int(count) for count in arguments] or [100_000, 1_000_000]:
        measure(count, target, peaks)


main()
