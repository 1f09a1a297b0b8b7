/** Brings the jars of Spark's Mesos backend to a distribution that was built without them. */

import { access, constants } from 'node:fs/promises';
import { join } from 'node:path';
import type { Environment } from './cache-dir.ts';
import { sparkError } from './errors.ts';
import { lastLines, type RunTool } from './run-tool.ts';
import { inspectSparkHome } from './spark-home.ts';

/** The Mesos that every Spark 3.5 is built against. */
const MESOS_ARTIFACT = 'org.apache.mesos:mesos:1.4.3:jar:shaded-protobuf';

/** Where Spark is and how to run Maven. */
export interface MesosJarsRequest {
  readonly home: string;
  readonly env: Environment;
  readonly run: RunTool;
}

/**
 * Makes sure that both jars of the Mesos backend are in `jars/`; returns whether it had to fetch them.
 * @throws AppError SPARK_WITHOUT_MESOS
 */
export async function ensureMesosJars(request: MesosJarsRequest): Promise<boolean> {
  const before = await inspectSparkHome(request.home);
  if (!before.ok || before.facts.hasMesos) return false;
  const { scalaVersion, version } = before.facts;
  const artifacts = [`org.apache.spark:spark-mesos_${scalaVersion}:${version}`, MESOS_ARTIFACT];
  const jars = join(request.home, 'jars');
  const writable = await access(jars, constants.W_OK).then(
    () => true,
    () => false,
  );
  if (!writable) throw withoutMesos(request.home, artifacts, 'the folder jars cannot be written');
  for (const artifact of artifacts) {
    const result = await request.run(
      'mvn',
      [
        '-B',
        '-q',
        'dependency:copy',
        `-Dartifact=${artifact}`,
        `-DoutputDirectory=${jars}`,
        '-Dtransitive=false',
      ],
      { env: request.env, timeoutMs: 300_000 },
    );
    if (!result.ok) throw withoutMesos(request.home, artifacts, lastLines(result));
  }
  return true;
}

function withoutMesos(home: string, artifacts: readonly string[], reason: string): Error {
  return sparkError(
    'SPARK_WITHOUT_MESOS',
    `Cannot use Spark in ${home} on Mesos: its jars lack the Mesos backend and Maven did not bring it (${reason}); put ${artifacts.join(' and ')} into ${join(home, 'jars')}, or use 'stoke spark install'`,
  );
}
