import { expect, test } from 'vitest';
import { type LaunchRequest, planLaunch } from './launch-settings.ts';
import { formatProperties } from './properties.ts';

const request: LaunchRequest = {
  command: 'spark-submit',
  args: ['job.py', '7'],
  target: {
    kind: 'mesos',
    master: '127.0.0.1:5050',
    driverJar: '/stoke/driver.jar',
    mode: 'coarse',
  },
  resources: { executorCores: 1, maxCores: 3, executorMemoryMb: 900 },
  sparkHome: '/spark',
  javaHome: '/java',
  python: { executable: '/usr/bin/python3', packagesDir: '/packages' },
  eventLogDir: '/events',
  uiPort: 4040,
};

const secret = { file: '/run/secret', base64: 'c2VjcmV0' };

test('planLaunch for the embedded engine, coarse-grained', () => {
  const plan = planLaunch(request);
  expect(plan.args).toEqual(['--properties-file', '{properties-file}', 'job.py', '7']);
  expect(plan.env).toEqual({
    SPARK_HOME: '/spark',
    JAVA_HOME: '/java',
    SPARK_LOCAL_IP: '127.0.0.1',
    PYSPARK_PYTHON: '/usr/bin/python3',
    PYTHONPATH: '/packages',
  });
  expect(formatProperties(plan.properties)).toMatchInlineSnapshot(`
    "spark.cores.max=3
    spark.driver.bindAddress=127.0.0.1
    spark.driver.extraClassPath=/stoke/driver.jar
    spark.driver.host=127.0.0.1
    spark.eventLog.dir=file:///events
    spark.eventLog.enabled=true
    spark.executor.cores=1
    spark.executor.memory=900m
    spark.executorEnv.JAVA_HOME=/java
    spark.executorEnv.PYSPARK_PYTHON=/usr/bin/python3
    spark.executorEnv.PYTHONPATH=/packages
    spark.executorEnv.SPARK_LOCAL_IP=127.0.0.1
    spark.master=mesos://127.0.0.1:5050
    spark.mesos.coarse=true
    spark.mesos.driver.failoverTimeout=600
    spark.mesos.executor.home=/spark
    spark.redaction.regex=(?i)secret|password|passphrase|token|credential|access[.]?key|api[.]?key
    spark.submit.deployMode=client
    spark.ui.killEnabled=false
    spark.ui.port=4040
    "
  `);
});

test('planLaunch for fine-grained mode gives executors the driver jar and their processors to tasks', () => {
  const target = { ...request.target, kind: 'mesos', mode: 'fine', driverJar: '/d.jar' } as const;
  const { properties } = planLaunch({ ...request, target: { ...target, master: 'h:5050' } });
  expect(properties).toMatchObject({
    'spark.mesos.coarse': 'false',
    'spark.executor.extraClassPath': '/d.jar',
    'spark.mesos.mesosExecutor.cores': '0',
  });
});

test('planLaunch leaves authentication off in fine-grained mode, which would publish the secret', () => {
  const target = { ...request.target, kind: 'mesos', mode: 'fine', driverJar: '/d.jar' } as const;
  const { properties } = planLaunch({
    ...request,
    secret,
    target: { ...target, master: 'h:5050' },
  });
  expect(JSON.stringify(properties)).not.toContain(secret.base64);
  expect(properties).not.toHaveProperty('spark.authenticate');
});

test('planLaunch passes the secret by file and keeps it off every command line', () => {
  const plan = planLaunch({ ...request, secret });
  expect(plan.properties).toMatchObject({
    'spark.authenticate': 'true',
    'spark.authenticate.secret': 'c2VjcmV0',
    'spark.executorEnv.JAVA_TOOL_OPTIONS':
      '-Dspark.authenticate=true -Dspark.authenticate.secret.file=/run/secret -Dspark.master=k8s://only-to-read-the-file',
  });
  expect(JSON.stringify([plan.args, plan.env])).not.toContain('c2VjcmV0');
});

test('planLaunch for a standalone cluster uses the secret of the cluster', () => {
  const target = { kind: 'standalone', master: 'host:7077', authSecret: 's3' } as const;
  const { properties, env } = planLaunch({
    ...request,
    target,
    secret,
    advertisedHost: '10.0.0.1',
  });
  expect(properties).toMatchObject({
    'spark.master': 'spark://host:7077',
    'spark.authenticate.secret': 's3',
    'spark.driver.host': '10.0.0.1',
  });
  expect(properties).not.toHaveProperty('spark.executorEnv.JAVA_TOOL_OPTIONS');
  expect(env.SPARK_LOCAL_IP).toBe('127.0.0.1');
});

test('planLaunch without a cluster sets nothing about executors elsewhere', () => {
  const { properties } = planLaunch({ ...request, target: { kind: 'local', threads: 2 } });
  expect(properties['spark.master']).toBe('local[2]');
  expect(properties).not.toHaveProperty('spark.cores.max');
  expect(Object.keys(properties).filter((key) => key.includes('mesos'))).toEqual([]);
});

test("planLaunch lets the user's property file win, except that the driver jar stays in front", () => {
  const userProperties = {
    'spark.executor.memory': '4g',
    'spark.driver.extraClassPath': '/mine.jar',
    'spark.eventLog.enabled': 'false',
  };
  expect(planLaunch({ ...request, userProperties }).properties).toMatchObject({
    'spark.executor.memory': '4g',
    'spark.eventLog.enabled': 'false',
    'spark.driver.extraClassPath': '/stoke/driver.jar:/mine.jar',
  });
});

test('planLaunch repeats a class path given by --conf with the driver jar in front', () => {
  const args = ['--conf', 'spark.driver.extraClassPath=/mine.jar', 'job.py'];
  expect(planLaunch({ ...request, args }).args).toEqual([
    '--properties-file',
    '{properties-file}',
    '--conf',
    'spark.driver.extraClassPath=/mine.jar',
    '--conf',
    'spark.driver.extraClassPath=/stoke/driver.jar:/mine.jar',
    'job.py',
  ]);
});

test('planLaunch gives --executor-cores and --num-executors their meaning on Mesos', () => {
  const args = [
    '--executor-cores',
    '2',
    '--num-executors',
    '4',
    '--properties-file',
    'p',
    'job.py',
  ];
  const plan = planLaunch({ ...request, args });
  expect(plan.args).toEqual(['--properties-file', '{properties-file}', 'job.py']);
  expect(plan.properties).toMatchObject({ 'spark.executor.cores': '2', 'spark.cores.max': '8' });
});

test('planLaunch for a master off loopback leaves the driver where executors can reach it', () => {
  const target = { kind: 'standalone', master: 'spark://host:7077' } as const;
  const { properties, env } = planLaunch({ ...request, target });
  expect(properties).not.toHaveProperty('spark.driver.host');
  expect(env).not.toHaveProperty('SPARK_LOCAL_IP');
});
