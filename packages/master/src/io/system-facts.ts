/** What the machine says about itself, for the metrics. */
import { cpus, freemem, loadavg, totalmem } from 'node:os';
import type { SystemFacts } from '../http/metrics-json.ts';

export function systemFacts(): SystemFacts {
  return {
    cpus: cpus().length,
    loads: loadavg(),
    memTotalBytes: totalmem(),
    memFreeBytes: freemem(),
  };
}
