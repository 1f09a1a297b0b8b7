#!/bin/sh
# Builds spark-examples.jar from java/ with a JDK 17; the same bytes every time. Usage: SPARK_HOME=… ./build-jar.sh
set -eu
cd "$(dirname "$0")"
classes=$(mktemp -d)
trap 'rm -rf "$classes"' EXIT
javac --release 8 -Xlint:-options -cp "${SPARK_HOME:?set SPARK_HOME}/jars/*" -d "$classes" java/*.java
jar --create --file spark-examples.jar --date=2000-01-01T00:00:00Z --no-manifest -C "$classes" org
