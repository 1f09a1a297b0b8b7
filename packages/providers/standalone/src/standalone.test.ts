import { clusterFolder, type SubmitContext } from '@stoke/cluster';
import { systemClock } from '@stoke/kit';
import { expect, test } from 'vitest';
import { describe } from './look.ts';
import { createRequest, fitsRestApi } from './rest-submission.ts';
import { belongsTo, masterPart, masterService, workerPart, workerService } from './service.ts';
import { specProblems } from './start-cluster.ts';

const folder = clusterFolder('/s', 'dev');
const created = { sparkHome: '/spark', javaHome: '/java', createdAt: 1, cpus: 2, memMb: 1024 };
const ports = { rpc: 1001, web: 1002, rest: 1003 };

test('masterService() turns the submission API on and listens on loopback only', () => {
  const service = masterService({ ...created, part: masterPart(folder) }, ports);
  expect(service.args.join(' ')).toContain('--host 127.0.0.1 --port 1001 --webui-port 1002');
  expect(service.env).toMatchObject({ SPARK_LOCAL_IP: '127.0.0.1', JAVA_HOME: '/java' });
  expect(service.env.SPARK_MASTER_OPTS).toContain('-Dspark.master.rest.port=1003');
});

test('workerService() offers what it is given, to its master', () => {
  const part = workerPart(folder, 'a');
  const service = workerService({ ...created, part }, { rpc: 2001, web: 2002 }, 1001);
  expect(service.args.join(' ')).toContain('--cores 2 --memory 1024M');
  expect(service.args.at(-1)).toBe('spark://127.0.0.1:1001');
  expect(
    belongsTo('/s/dev')({ commandLine: [], environment: [`STOKE_PART=${part.workDir}`] }),
  ).toBe(true);
  expect(belongsTo('/s/de')({ commandLine: [], environment: [`STOKE_PART=${part.workDir}`] })).toBe(
    false,
  );
});

test('specProblems() names what Spark standalone cannot do', () => {
  const spec = {
    name: 'dev',
    provider: 'standalone',
    hosts: ['a'],
    agentCpus: 0.5,
    agentMemMb: undefined,
    port: undefined,
    masterFlags: ['x=1'],
    agentFlags: ['x=1'],
  };
  expect(specProblems(spec)).toHaveLength(3);
});

test('fitsRestApi() wants a jar with its class, unless the user wants the driver here', () => {
  expect(fitsRestApi(['--class', 'A', 'a.jar'])).toBe(true);
  expect(fitsRestApi(['a.jar'])).toBe(false);
  expect(fitsRestApi(['job.py'])).toBe(false);
  expect(fitsRestApi(['--class', 'A', '--deploy-mode', 'client', 'a.jar'])).toBe(false);
});

const context: SubmitContext = {
  env: {},
  cwd: '/w',
  clock: systemClock,
  signal: new AbortController().signal,
  onOutput: () => undefined,
  onSetup: () => undefined,
  onProgress: () => undefined,
  onWait: () => undefined,
};

test("createRequest() turns spark-submit's words into the API's request, the user's last", () => {
  const args = ['--class', 'A', '--executor-memory', '1g', '--conf', 'spark.app.name=mine'];
  const request = createRequest({
    api: 'http://x',
    sparkVersion: '3.5.9',
    args: [...args, 'lib/a.jar', '10'],
    plan: {
      program: 'bin/spark-submit',
      args: [],
      env: {},
      properties: { 'spark.executor.memory': '2g', 'spark.master': 'spark://m' },
    },
    workFolders: [],
    context,
  });
  expect(request).toMatchObject({
    action: 'CreateSubmissionRequest',
    clientSparkVersion: '3.5.9',
    appResource: 'file:/w/lib/a.jar',
    mainClass: 'A',
    appArgs: ['10'],
    sparkProperties: {
      'spark.master': 'spark://m',
      'spark.executor.memory': '1g',
      'spark.app.name': 'mine',
      'spark.submit.deployMode': 'cluster',
    },
  });
});

test('describe() tells workers by port, and a dead process from one that starts', () => {
  const worker = (host: string, rpc: number, pid: number | undefined) => {
    const part = workerPart(folder, host);
    const service = workerService({ ...created, part }, { rpc, web: rpc + 1 }, 1001);
    const process = pid === undefined ? undefined : { pid, startTicks: 1 };
    return { part, service, process, executors: ['app-1'] };
  };
  const part = masterPart(folder);
  const entry = { id: 'w', host: 'h', cores: 2, coresused: 1, memory: 1024, memoryused: 512 };
  const info = describe({
    folder,
    master: {
      part,
      service: masterService({ ...created, part }, ports),
      process: { pid: 9, startTicks: 1 },
    },
    state: {
      url: 'spark://127.0.0.1:1001',
      status: 'ALIVE',
      workers: [
        { ...entry, port: 2001, state: 'DEAD' },
        { ...entry, port: 2001, state: 'ALIVE' },
        { ...entry, port: 2003, state: 'DECOMMISSIONED' },
      ],
      activeapps: [
        {
          id: 'app-1',
          name: 'flights',
          user: 'me',
          cores: 2,
          memoryperexecutor: 100,
          starttime: 5,
          state: 'RUNNING',
        },
      ],
    },
    workers: [
      worker('a', 2001, 11),
      worker('b', 2003, 12),
      worker('c', 2005, undefined),
      worker('d', 2007, 13),
    ],
  });
  expect(info.hosts.map((host) => host.status)).toEqual(['ready', 'draining', 'dead', 'starting']);
  expect(info.status).toBe('degraded');
  expect(info.applications[0]).toMatchObject({ id: 'app-1', tasks: 4, memMb: 400, active: true });
  expect(info.problems.map((problem) => problem.subject)).toEqual(['c']);
});
