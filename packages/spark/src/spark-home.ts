/** Looks at a folder and says whether it is a Spark that can be used. */

import { access, constants, readdir } from 'node:fs/promises';
import { join } from 'node:path';

/** What a SPARK_HOME holds. */
export interface SparkHomeFacts {
  /** As in `3.5.9`. */
  readonly version: string;
  /** Binary version of Scala, as in `2.12`. */
  readonly scalaVersion: string;
  /** Whether both jars of the Mesos backend are inside. */
  readonly hasMesos: boolean;
}

/** Facts about a usable Spark, or the reason why it is none, as the end of a sentence. */
export type SparkHomeInspection =
  | { readonly ok: true; readonly facts: SparkHomeFacts }
  | { readonly ok: false; readonly reason: string };

/** Inspects a folder as SPARK_HOME; never throws for what it finds. */
export async function inspectSparkHome(home: string): Promise<SparkHomeInspection> {
  const jars = await readdir(join(home, 'jars')).catch(() => undefined);
  if (jars === undefined) return { ok: false, reason: 'it has no folder jars' };
  const core = jars
    .map((name) => /^spark-core_(\d+\.\d+)-(\d[^/]*)\.jar$/.exec(name))
    .find(Boolean);
  const [, scalaVersion, version] = core ?? [];
  if (scalaVersion === undefined || version === undefined) {
    return { ok: false, reason: 'its folder jars has no spark-core jar' };
  }
  const executable = await access(join(home, 'bin', 'spark-submit'), constants.X_OK).then(
    () => true,
    () => false,
  );
  if (!executable) return { ok: false, reason: 'bin/spark-submit is missing or not executable' };
  return { ok: true, facts: { version, scalaVersion, hasMesos: hasMesosJars(jars) } };
}

/** Whether a list of jar names has both halves of the Mesos backend. */
function hasMesosJars(jars: readonly string[]): boolean {
  return (
    jars.some((name) => /^spark-mesos_[\d.]+-.*\.jar$/.test(name)) &&
    jars.some((name) => /^mesos-.*-shaded-protobuf\.jar$/.test(name))
  );
}
