/** The answers of Spark's master and workers on `/json/`, which are all the state there is. */
import { requestHttp } from '@stoke/kit';
import { z } from 'zod';
import { loopback } from './service.ts';

const workerSchema = z.object({
  id: z.string(),
  host: z.string(),
  port: z.number(),
  cores: z.number(),
  coresused: z.number(),
  memory: z.number(),
  memoryused: z.number(),
  /** ALIVE, DEAD, DECOMMISSIONED, UNKNOWN. */
  state: z.string(),
});

const applicationSchema = z.object({
  id: z.string(),
  name: z.string(),
  user: z.string(),
  cores: z.number(),
  memoryperexecutor: z.number().catch(0),
  /** Milliseconds since the epoch. */
  starttime: z.number(),
  state: z.string(),
});

const masterSchema = z.object({
  /** `spark://host:port` */
  url: z.string(),
  workers: z.array(workerSchema),
  activeapps: z.array(applicationSchema),
  /** ALIVE when it leads. */
  status: z.string(),
});

const workerPageSchema = z.object({
  executors: z.array(z.object({ appid: z.string() })),
});

/** What the master knows. */
export type MasterJson = z.infer<typeof masterSchema>;

const answerTimeoutMs = 3000;

async function readJson<T>(port: number, schema: z.ZodType<T>): Promise<T | undefined> {
  try {
    const url = `http://${loopback}:${port}/json/`;
    const answer = await requestHttp({ url, timeoutMs: answerTimeoutMs });
    return schema.safeParse(JSON.parse(answer.body.toString('utf8'))).data;
  } catch {
    // Not up yet, or gone: both mean that nothing is known.
    return undefined;
  }
}

/** The master's state, when it leads; `rpcPort` makes sure that it is the right one. */
export async function readMaster(
  webPort: number,
  rpcPort: number,
): Promise<MasterJson | undefined> {
  const master = await readJson(webPort, masterSchema);
  return master?.url.endsWith(`:${rpcPort}`) && master.status === 'ALIVE' ? master : undefined;
}

/** The applications that have executors on a worker, one entry an executor. */
export async function readExecutors(webPort: number): Promise<readonly string[]> {
  const page = await readJson(webPort, workerPageSchema);
  return (page?.executors ?? []).map((executor) => executor.appid);
}
