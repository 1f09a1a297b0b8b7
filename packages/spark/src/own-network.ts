/** Executors in a network of their own (`spark.mesos.network.name`): what else has to be so. Pure. */
import { sparkError } from './errors.ts';

const networkName = 'spark.mesos.network.name';
const driverHost = 'spark.driver.host';
/** What keeps a cluster on loopback there: such executors have addresses that only they know, and a loopback of their own. */
const loopbackOnly = ['spark.executorEnv.SPARK_LOCAL_IP', 'spark.driver.bindAddress'];

/**
 * Our properties without those that keep executors on loopback, when what the user says puts them into a network.
 * @throws AppError SUBMIT_ARGUMENT_INVALID when they could not reach the driver
 */
export function inOwnNetwork(
  ours: Readonly<Record<string, string>>,
  said: Readonly<Record<string, string>>,
): Readonly<Record<string, string>> {
  const name = said[networkName];
  if (name === undefined) return ours;
  const host = said[driverHost] ?? ours[driverHost];
  if (host === '127.0.0.1' || host === 'localhost') {
    throw sparkError(
      'SUBMIT_ARGUMENT_INVALID',
      `Cannot put executors into network '${name}': they could not reach the driver on loopback; add --conf ${driverHost}=ADDRESS, one of this machine that the network reaches`,
    );
  }
  return Object.fromEntries(Object.entries(ours).filter(([key]) => !loopbackOnly.includes(key)));
}
