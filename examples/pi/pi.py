"""An estimate of pi by throwing darts, the same on every engine as each slice has a seed of its own.

Usage: pi.py [SLICES]    default: 12, a million darts each
"""

import random
import sys

from pyspark.sql import SparkSession

DARTS = 1_000_000


def main() -> None:
    slices = int(sys.argv[1]) if len(sys.argv) > 1 else 12
    spark = SparkSession.builder.appName("pi").getOrCreate()
    hits = spark.sparkContext.parallelize(range(slices), slices).map(throw).sum()
    print(f"Pi is roughly {4 * hits / (slices * DARTS):.6f} ({hits:,} of {slices * DARTS:,} darts hit)")
    spark.stop()


def throw(seed: int) -> int:
    dart = random.Random(seed).random
    return sum(1 for _ in range(DARTS) if dart() ** 2 + dart() ** 2 <= 1)


if __name__ == "__main__":
    main()
