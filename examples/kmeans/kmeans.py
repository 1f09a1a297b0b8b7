"""Where would eight hubs stand, if they were to serve the airports of the mainland United States?

Usage: kmeans.py [DATA_DIR]    DATA_DIR holds airports.csv of the npm package vega-datasets
"""

import csv
import math
import sys
from pathlib import Path

from pyspark.ml.clustering import KMeans
from pyspark.ml.linalg import Vectors
from pyspark.sql import SparkSession

HUBS = 8
SEED = 20011
PARTITIONS = 4


def main() -> None:
    data_dir = Path(sys.argv[1]) if len(sys.argv) > 1 else default_data_dir()
    airports = read_airports(data_dir / "airports.csv")
    spark = SparkSession.builder.appName("kmeans").getOrCreate()
    # Rows in a fixed order and number of partitions: the first guesses of k-means depend on both.
    points = spark.sparkContext.parallelize(airports, PARTITIONS).map(
        lambda airport: (airport["iata"], Vectors.dense(airport["latitude"], airport["longitude"]))
    )
    frame = points.toDF(["iata", "features"]).cache()
    model = KMeans(k=HUBS, seed=SEED, maxIter=50).fit(frame)
    sizes = model.summary.clusterSizes
    hubs = sorted(zip(model.clusterCenters(), sizes), key=lambda hub: (-hub[1], round(hub[0][1], 4)))
    print(f"{HUBS} hubs for the {len(airports):,} airports of the mainland United States\n")
    print(f"{'airports':>8} {'latitude':>9} {'longitude':>10}  nearest airport")
    for (latitude, longitude), size in hubs:
        near = min(airports, key=lambda airport: distance(airport, latitude, longitude))
        place = f"{near['name']}, {near['city']}, {near['state']}"
        print(f"{size:>8} {latitude:>9.3f} {longitude:>10.3f}  {place}")
    print(f"\nSum of squared distances: {model.summary.trainingCost:.3f} square degrees")
    spark.stop()


def default_data_dir() -> Path:
    return Path(__file__).resolve().parents[2] / "node_modules" / "vega-datasets" / "data"


def read_airports(path: Path) -> list:
    if not path.is_file():
        sys.exit(f"Cannot find {path}: run 'npm install' in the project, or give the data folder as first argument")
    with path.open(newline="", encoding="utf-8") as file:
        rows = [
            {**row, "latitude": float(row["latitude"]), "longitude": float(row["longitude"])}
            for row in csv.DictReader(file)
        ]
    return sorted((row for row in rows if is_mainland(row)), key=lambda row: row["iata"])


def is_mainland(row: dict) -> bool:
    return 24 < row["latitude"] < 50 and -125 < row["longitude"] < -66


def distance(airport: dict, latitude: float, longitude: float) -> float:
    return math.hypot(airport["latitude"] - latitude, airport["longitude"] - longitude)


if __name__ == "__main__":
    main()
