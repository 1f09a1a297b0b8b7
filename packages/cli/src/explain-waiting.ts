/** Why an application waits: the master's own reasons, and what one Spark executor needs against what agents have. */
import { getWhy } from '@stoke/client';
import {
  type ApplicationInfo,
  type ClusterInfo,
  type Environment,
  executorNeed,
  executorShortage,
  type OverheadRule,
} from '@stoke/cluster';
import { requestHttp } from '@stoke/kit';
import { connectMaster } from './master-connection.ts';

/** The answer for one application. */
export interface WaitExplanation {
  readonly id: string;
  readonly name: string;
  readonly tasks: number;
  /** Plain sentences; one says so when nothing is short. */
  readonly reasons: readonly string[];
}

const answerTimeoutMs = 3000;

/** Asks the master and the application's own driver; either may be silent. */
export async function explain(
  info: ClusterInfo,
  application: ApplicationInfo,
  env: Environment,
): Promise<WaitExplanation> {
  const { id, name, tasks } = application;
  const spark = await sparkReason(info, application);
  const master = await masterReasons(info, id, env);
  const reasons = [...(spark === undefined ? [] : [spark]), ...master];
  const running = tasks === 1 ? 'it runs 1 task' : `it runs ${tasks} tasks`;
  if (reasons.length === 0) reasons.push(tasks > 0 ? running : 'nothing is short');
  else if (tasks > 0) reasons.unshift(`${running}; for more of them:`);
  return { id, name, tasks, reasons };
}

async function masterReasons(info: ClusterInfo, id: string, env: Environment): Promise<string[]> {
  const connection = await connectMaster(info, env, answerTimeoutMs);
  if (connection === undefined) return [];
  const answer = await getWhy(connection, id).catch(() => undefined);
  return (answer?.roles ?? []).flatMap(({ role, reasons }) =>
    reasons.map(({ sentence }) => `role ${role}: ${sentence}`),
  );
}

/** What the driver's page says it was started with decides what one executor needs. */
async function sparkReason(
  info: ClusterInfo,
  application: ApplicationInfo,
): Promise<string | undefined> {
  if (application.tasks > 0 || application.webUrl === undefined) return undefined;
  const settings = await sparkSettings(application.webUrl, application.id);
  if (settings === undefined) return undefined;
  const rule: OverheadRule = info.provider === 'standalone' ? 'none' : 'mesos';
  const words = Object.entries(settings)
    .filter(([key]) => /^spark\.(mesos\.)?executor\.(memory|memoryOverhead|cores)$/.test(key))
    .flatMap(([key, value]) => ['--conf', `${key}=${value}`]);
  const usual = { executorCores: 1, maxCores: 1, executorMemoryMb: 1024 };
  return executorShortage(executorNeed(words, usual, rule), info.hosts);
}

async function sparkSettings(
  page: string,
  id: string,
): Promise<Record<string, string> | undefined> {
  const url = `${page.replace(/\/$/, '')}/api/v1/applications/${encodeURIComponent(id)}/environment`;
  try {
    const answer = await requestHttp({ url, timeoutMs: answerTimeoutMs });
    const body: { readonly sparkProperties?: readonly (readonly [string, string])[] } = JSON.parse(
      answer.body.toString('utf8'),
    );
    return answer.status === 200 ? Object.fromEntries(body.sparkProperties ?? []) : undefined;
  } catch {
    // The driver is starting or gone: the master's reasons stand alone.
    return undefined;
  }
}
