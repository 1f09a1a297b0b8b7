"""A job whose one task asks for memory until its executor is ended for it."""
from pyspark.sql import SparkSession

spark = SparkSession.builder.appName("memory-hog").getOrCreate()


def fill(_):
    held = []
    while True:
        held.append(b"x" * (16 << 20))


spark.sparkContext.parallelize([1], 1).foreach(fill)
