package org.apache.spark.examples;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;
import org.apache.spark.SparkConf;
import org.apache.spark.api.java.JavaSparkContext;

/**
 * Estimates pi by throwing darts at a square, with a seed per slice, so that every engine gives the same answer.
 *
 * <p>The distribution that comes with PySpark has no JVM examples; this class stands in for the best known of them
 * under its usual name and with its usual argument, the number of slices.
 */
public final class SparkPi {
  private static final long DARTS_PER_SLICE = 1_000_000;

  private SparkPi() {}

  public static void main(String[] args) {
    int slices = args.length > 0 ? Integer.parseInt(args[0]) : 2;
    List<Integer> seeds = new ArrayList<>();
    for (int seed = 0; seed < slices; seed++) {
      seeds.add(seed);
    }
    try (JavaSparkContext spark = new JavaSparkContext(new SparkConf().setAppName("Spark Pi"))) {
      long hits = spark.parallelize(seeds, slices).map(SparkPi::countHits).reduce(Long::sum);
      double pi = 4.0 * hits / (DARTS_PER_SLICE * slices);
      System.out.println(String.format(Locale.ROOT, "Pi is roughly %.6f", pi));
    }
  }

  private static long countHits(int seed) {
    SplittableRandom random = new SplittableRandom(seed);
    long hits = 0;
    for (long dart = 0; dart < DARTS_PER_SLICE; dart++) {
      double x = random.nextDouble();
      double y = random.nextDouble();
      if (x * x + y * y <= 1) {
        hits++;
      }
    }
    return hits;
  }
}
