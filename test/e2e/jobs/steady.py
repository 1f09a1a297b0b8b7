"""A job that takes a while and whose answer is known: rounds of shuffles over numbers, checked against arithmetic.

Usage: steady.py [ROUNDS] [PARTITIONS] [SECONDS_PER_TASK]
"""
import sys
import time

from pyspark.sql import SparkSession

rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 4
partitions = int(sys.argv[2]) if len(sys.argv) > 2 else 8
seconds = float(sys.argv[3]) if len(sys.argv) > 3 else 0.5
count = 80_000
keys = 97


def slow(rows):
    time.sleep(seconds)
    return rows


spark = SparkSession.builder.appName("steady").getOrCreate()
sc = spark.sparkContext
total = 0
for turn in range(rounds):
    sums = (
        sc.parallelize(range(count), partitions)
        .mapPartitions(slow)
        .map(lambda n, t=turn: (n % keys, n + t))
        .reduceByKey(lambda a, b: a + b, partitions)
        .collect()
    )
    assert len(sums) == keys, f"round {turn}: {len(sums)} keys"
    total += sum(value for _, value in sums)
    print(f"round {turn} done", flush=True)

expected = rounds * (count * (count - 1) // 2) + count * (rounds * (rounds - 1) // 2)
print(f"RESULT {total} {'ok' if total == expected else f'WRONG, expected {expected}'}", flush=True)
spark.stop()
sys.exit(0 if total == expected else 1)
