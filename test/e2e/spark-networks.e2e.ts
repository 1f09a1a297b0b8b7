/** Spark with its executors in a network: each has an address of its own, and fetches from the others there. */
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { StokeSession, skipBecause } from '@stoke/testing';
import { expect, test } from 'vitest';
import { CniScene, machineAddress, nothing, whyNoNetworks } from './support/cni-scene.ts';
import { ownCgroups } from './support/own-cgroups.ts';

const address = machineAddress();
const missing = address === undefined ? 'the machine is on loopback only' : whyNoNetworks();
const wordcount = fileURLToPath(new URL('../../examples/wordcount', import.meta.url));

test(
  'Spark runs with executors that have addresses of their own',
  skipBecause(missing),
  async () => {
    const session = new StokeSession();
    const scene = new CniScene();
    const cgroups = ownCgroups('spark-networks');
    const plugins = [scene.bridge('', true), { type: 'firewall' }];
    scene.write('spark.conflist', { cniVersion: '1.0.0', name: 'spark', plugins });
    const flags = ['containerizers=oci', 'oci_tmp=shared', `cgroups_root=${cgroups.root}`];
    const all = [...flags, ...scene.flags.map((flag) => flag.replace(/^--/, ''))];
    const words = all.flatMap((flag) => ['--agent-flag', flag]);
    const size = ['--agents', '2', '--agent-cpus', '2', '--agent-mem', '2048'];
    const cluster = ['-n', 'networks'];
    try {
      const made = await session.run([
        'cluster',
        'create',
        ...cluster,
        '-p',
        'local',
        ...size,
        ...words,
      ]);
      expect(made.code, made.stderr).toBe(0);
      const network = ['--conf', 'spark.mesos.network.name=spark'];
      const driver = ['--conf', `spark.driver.host=${address}`];
      const job = join(wordcount, 'wordcount.py');
      const ran = await session.run(['cluster', 'submit', ...cluster, ...network, ...driver, job]);
      expect(ran.code, ran.stderr).toBe(0);
      expect(ran.stdout).toBe(readFileSync(join(wordcount, 'expected.txt'), 'utf8'));
      const logs = globSync(join(session.stateHome, '**/executors/*/runs/*-*/stderr'));
      const hosts = logs.flatMap(
        (path) =>
          /Registered BlockManager BlockManagerId\(\d+, ([^,]+),/.exec(
            readFileSync(path, 'utf8'),
          )?.[1] ?? [],
      );
      expect(new Set(hosts).size).toBe(2);
      for (const host of hosts) expect(host).toMatch(/^10\.220\./);
    } finally {
      await session.run(['cluster', 'kill', ...cluster]);
      const left = scene.leftovers(session.stateHome);
      session.dispose();
      scene.close();
      cgroups.remove();
      expect(left).toEqual(nothing);
    }
  },
);
