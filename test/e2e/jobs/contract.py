"""Prints `CONTRACT <word>` after one Spark job, waits, and exits with the given code.

Usage: contract.py WORD EXIT_CODE [SECONDS]
"""

import sys
import time

from pyspark.sql import SparkSession

spark = SparkSession.builder.appName("contract").getOrCreate()
assert spark.sparkContext.parallelize(range(100), 2).sum() == 4950
print("CONTRACT", sys.argv[1], flush=True)
time.sleep(float(sys.argv[3]) if len(sys.argv) > 3 else 0)
spark.stop()
sys.exit(int(sys.argv[2]))
