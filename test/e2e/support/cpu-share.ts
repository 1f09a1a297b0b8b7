/** How much processor an executor gets, as its agent says. */
import { waitFor } from '@stoke/testing';

interface Used {
  readonly executor_id: string;
  readonly statistics: {
    readonly timestamp: number;
    readonly cpus_user_time_secs: number;
    readonly cpus_system_time_secs: number;
  };
}

const leastSeconds = 3;

/** In cpus, over a few seconds from now on. */
export async function cpuShare(agentUrl: string, executorId: string): Promise<number> {
  const first = await used(agentUrl, executorId);
  const last = await waitFor(
    async () => {
      const now = await used(agentUrl, executorId);
      return now.timestamp - first.timestamp > leastSeconds ? now : undefined;
    },
    { what: `${leastSeconds} seconds of work` },
  );
  return (last.seconds - first.seconds) / (last.timestamp - first.timestamp);
}

async function used(url: string, id: string): Promise<{ seconds: number; timestamp: number }> {
  const answer = await fetch(`${url}/monitor/statistics`);
  const all = (await answer.json()) as Used[];
  const found = all.find(({ executor_id }) => executor_id === id)?.statistics;
  if (found === undefined) throw new Error(`No statistics of ${id}`);
  const { cpus_user_time_secs: user, cpus_system_time_secs: system, timestamp } = found;
  return { seconds: user + system, timestamp };
}
