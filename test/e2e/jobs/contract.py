"""Prints `CONTRACT <word>` after one Spark job and exits with the given code.

Usage: contract.py WORD EXIT_CODE
"""

import sys

from pyspark.sql import SparkSession

spark = SparkSession.builder.appName("contract").getOrCreate()
assert spark.sparkContext.parallelize(range(100), 2).sum() == 4950
print("CONTRACT", sys.argv[1], flush=True)
spark.stop()
sys.exit(int(sys.argv[2]))
