"""The job that bench/spark.ts times: word count, join, sort and pi, all made from numbers, so nothing is read.

Usage: spark-job.py MILLIONS    millions of rows
Prints one line that is the same on every engine.
"""

import sys

from pyspark.sql import SparkSession
from pyspark.sql import functions as F

PARTITIONS = 16
WORDS = 50_000


def main() -> None:
    rows = int(float(sys.argv[1]) * 1_000_000)
    spark = SparkSession.builder.appName("bench").getOrCreate()
    spark.conf.set("spark.sql.shuffle.partitions", PARTITIONS)
    # Decided at run time otherwise, and then not the same on every engine.
    spark.conf.set("spark.sql.adaptive.enabled", "false")
    text = spark.range(0, rows, 1, PARTITIONS).select(
        "id", F.concat_ws(" ", *[word(F.hash(F.col("id") + F.lit(salt))) for salt in range(6)]).alias("line")
    )
    counts = text.select(F.explode(F.split("line", " ")).alias("word")).groupBy("word").count().cache()
    distinct, total = counts.agg(F.count("*"), F.sum("count")).first()
    top = counts.orderBy(F.desc("count"), "word").first()

    ranked = text.withColumn("word", word(F.hash(F.col("id")))).join(counts, "word")
    spread = ranked.repartition(PARTITIONS, "id").sortWithinPartitions("count", "id")
    checksum = spread.agg(F.sum(F.pmod(F.hash("id", "count"), F.lit(1000)))).first()[0]

    points = spark.range(0, rows * 8, 1, PARTITIONS).select(unit(F.xxhash64("id")).alias("x"), unit(F.xxhash64("id", F.lit(1))).alias("y"))
    inside = points.where(F.col("x") * F.col("x") + F.col("y") * F.col("y") <= 1).count()
    print(f"words {total} distinct {distinct} top {top['word']}:{top['count']} checksum {checksum} inside {inside}")
    spark.stop()


def word(number):
    return F.concat(F.lit("w"), F.pmod(number, F.lit(WORDS)).cast("string"))


def unit(number):
    """A number in [0, 1) from a hash."""
    return F.pmod(number, F.lit(1 << 30)) / F.lit(float(1 << 30))


if __name__ == "__main__":
    main()
