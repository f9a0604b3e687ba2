# SPDX-License-Identifier: MIT OR Apache-2.0
"""What calls cost, as the benchmark prints it: [[instructions, calls], ...], the cheapest first; may be empty."""


def mean(costs):
    calls = sum(n for _, n in costs)
    return sum(c * n for c, n in costs) / calls if calls else None


def quantile(costs, part):
    calls, seen = sum(n for _, n in costs), 0
    for cost, n in costs:
        seen += n
        if seen >= part * calls:
            return cost
    return None


def most(costs):
    return costs[-1][0] if costs else None
