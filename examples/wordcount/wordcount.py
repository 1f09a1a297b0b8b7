"""The most frequent words of a text.

Usage: wordcount.py [FILE]    default: the licence of this project
"""

import re
import sys
from pathlib import Path

from pyspark.sql import SparkSession

SHOWN = 20


def main() -> None:
    path = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).resolve().parents[2] / "LICENSE"
    if not path.is_file():
        sys.exit(f"Cannot find {path}: give a text file as first argument")
    spark = SparkSession.builder.appName("wordcount").getOrCreate()
    words = spark.sparkContext.textFile(path.resolve().as_uri(), minPartitions=6).flatMap(split)
    counts = words.map(lambda word: (word, 1)).reduceByKey(lambda a, b: a + b).cache()
    total = counts.values().sum()
    # Ties are broken by the alphabet, so that the answer is always the same.
    top = counts.takeOrdered(SHOWN, key=lambda pair: (-pair[1], pair[0]))
    print(f"{total:,} words, {counts.count():,} different ones; the {len(top)} most frequent:\n")
    for word, count in top:
        print(f"{count:>10,}  {word}")
    spark.stop()


def split(line: str) -> list:
    return re.findall(r"[a-z']+", line.lower())


if __name__ == "__main__":
    main()
