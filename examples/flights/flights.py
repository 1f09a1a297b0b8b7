"""Where do travellers wait longest? US departures of 2001, from which airport, at what hour, on which route.

Usage: flights.py [DATA_DIR]    DATA_DIR holds flights-3m.parquet and airports.csv of the npm package vega-datasets
"""

import sys
from pathlib import Path

from pyspark.sql import DataFrame, SparkSession, Window
from pyspark.sql import functions as F

BUSY_AIRPORT = 45_000  # flights; smaller airports are left out
REGULAR_ROUTE = 500  # flights; on fewer, one bad day would decide
LATE_MINUTES = 15  # what the airlines themselves call late
PARTITIONS = 6


def main() -> None:
    data_dir = Path(sys.argv[1]) if len(sys.argv) > 1 else default_data_dir()
    spark = SparkSession.builder.appName("flights").getOrCreate()
    # Few small partitions: the default of 200 is meant for far more than three million rows.
    spark.conf.set("spark.sql.shuffle.partitions", PARTITIONS)
    flights = read_flights(spark, data_dir)
    airports = read_airports(spark, data_dir)
    rows = worst_airports(flights, airports).collect()
    print_table(rows)
    spark.stop()


def default_data_dir() -> Path:
    return Path(__file__).resolve().parents[2] / "node_modules" / "vega-datasets" / "data"


def read_flights(spark: SparkSession, data_dir: Path) -> DataFrame:
    flights = spark.read.parquet(uri(data_dir, "flights-3m.parquet"))
    return (
        # One file makes few partitions; spread it, so that every executor has work.
        flights.repartition(PARTITIONS)
        # Nobody leaves two hours early: such rows are slips of the pen.
        .where(F.col("delay") > -120)
        .withColumn("hour", F.hour("date"))
        .cache()
    )


def read_airports(spark: SparkSession, data_dir: Path) -> DataFrame:
    schema = "iata string, name string, city string, state string, country string, latitude double, longitude double"
    return spark.read.csv(uri(data_dir, "airports.csv"), header=True, schema=schema)


def uri(data_dir: Path, name: str) -> str:
    path = (data_dir / name).resolve()
    if not path.is_file():
        sys.exit(f"Cannot find {path}: run 'npm install' in the project, or give the data folder as first argument")
    return path.as_uri()


def worst_airports(flights: DataFrame, airports: DataFrame) -> DataFrame:
    """One row per busy airport, the longest mean delay first."""
    late = F.when(F.col("delay") > LATE_MINUTES, 1).otherwise(0)
    totals = (
        flights.groupBy("origin")
        .agg(F.count("*").alias("flights"), F.sum("delay").alias("delay"), F.sum(late).alias("late"))
        .where(F.col("flights") >= BUSY_AIRPORT)
    )
    hour = worst_of(flights, "hour")
    route = worst_of(flights, "destination")
    here, there = airports.alias("here"), airports.alias("there")
    return (
        totals.join(hour, "origin")
        .join(route, "origin")
        .join(here, F.col("origin") == F.col("here.iata"))
        .join(there, F.col("destination") == F.col("there.iata"))
        .select(
            "origin",
            F.concat_ws(", ", "here.city", "here.state").alias("city"),
            "flights",
            F.round(F.col("delay") / F.col("flights"), 1).alias("mean_delay"),
            F.round(100 * F.col("late") / F.col("flights"), 1).alias("late_percent"),
            "hour",
            "hour_delay",
            F.concat_ws(", ", "there.city", "there.state").alias("to_city"),
            "destination_delay",
        )
        .orderBy(F.desc("mean_delay"), "origin")
    )


def worst_of(flights: DataFrame, column: str) -> DataFrame:
    """For each airport the value of `column` with the longest mean delay, and that delay."""
    delay = f"{column}_delay"
    ranked = Window.partitionBy("origin").orderBy(F.desc(delay), column)
    return (
        flights.groupBy("origin", column)
        .agg(F.count("*").alias("n"), F.round(F.sum("delay") / F.count("*"), 1).alias(delay))
        .where(F.col("n") >= REGULAR_ROUTE)
        .withColumn("rank", F.row_number().over(ranked))
        .where("rank = 1")
        .select("origin", column, delay)
    )


def print_table(rows: list) -> None:
    print("Where do travellers wait longest? Minutes of delay at US airports, January to June 2001\n")
    print(f"{'':4} {'departures from':22} {'flights':>8} {'mean':>6} {'late':>6}   {'worst hour':13} worst route")
    for row in rows:
        hour = f"{row.hour:02}:00 {row.hour_delay:>6}"
        route = f"to {row.to_city:24} {row.destination_delay:>5}"
        print(
            f"{row.origin:4} {row.city[:22]:22} {row.flights:>8,} {row.mean_delay:>6} {row.late_percent:>5}%   {hour:13} {route}"
        )
    print(f"\n{sum(row.flights for row in rows):,} flights from the {len(rows)} busiest airports; late is more than {LATE_MINUTES} minutes")


if __name__ == "__main__":
    main()
