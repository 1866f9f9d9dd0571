"""Milliseconds to parse and bind a ten-line query on Online Retail, after the first.

python benchmarks/parse_time.py [--rounds 50]
"""

from __future__ import annotations

import argparse
import statistics
import time

import kumo_magic as km

QUERY = """PREDICT SUM(invoice_lines.amount WHERE invoice_lines.quantity > 0
                AND products.description LIKE '%HEART%', 0, 30, days) > 100
    OR COUNT(invoices.* WHERE invoices.is_cancellation = false, 0, 30, days) > 2
FOR EACH customers.customer_id
WHERE COUNT(invoices.* WHERE invoices.is_cancellation = false, -90, 0, days) > 0
  AND (customers.country IN ('United Kingdom', 'France', 'Germany')
       OR customers.country IS NULL)
  AND NOT SUM(invoice_lines.amount, -30, 0, days) BETWEEN 5 AND 10
  AND LAST(invoices.country, -INF, 0) != 'Unspecified'
ASSUMING EXISTS(invoices.*, 0, 90, days)"""


def main() -> None:
    """Print the medians."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=50)
    rounds = parser.parse_args().rounds
    graph = km.Graph.from_data(km.datasets.online_retail(), name="shop")
    km.bind(QUERY, graph)
    parsing, both = [], []
    for _ in range(rounds):
        began = time.perf_counter()
        km.parse(QUERY)
        parsed = time.perf_counter()
        km.bind(QUERY, graph)
        both.append(1000 * (time.perf_counter() - parsed))
        parsing.append(1000 * (parsed - began))
    print(f"parse {statistics.median(parsing):.1f} ms, parse and bind {statistics.median(both):.1f} ms")


if __name__ == "__main__":
    main()
