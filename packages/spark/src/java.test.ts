import { chmod, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { cachedJavaHome, findJava, type JavaLookup } from './java.ts';
import { runTool } from './run-tool.ts';

let folder = '';

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'java-'));
});

afterEach(() => rm(folder, { recursive: true }));

/** A fake Java; without `release` its program has to be asked. */
async function fakeJava(home: string, version: string, withRelease = true): Promise<string> {
  await mkdir(join(home, 'bin'), { recursive: true });
  const program = join(home, 'bin', 'java');
  await writeFile(program, `#!/bin/sh\necho 'openjdk version "${version}"' >&2\n`);
  await chmod(program, 0o755);
  if (withRelease) await writeFile(join(home, 'release'), `JAVA_VERSION="${version}"\n`);
  return home;
}

function lookup(env: JavaLookup['env']): JavaLookup {
  return {
    env: { PATH: '', ...env },
    cacheDir: join(folder, 'cache'),
    run: runTool,
    roots: [join(folder, 'jvm')],
  };
}

test('findJava takes JAVA_HOME first, and asks a Java without a release file', async () => {
  const home = await fakeJava(join(folder, 'mine'), '17.0.1', false);
  await fakeJava(join(folder, 'jvm', 'a'), '17.0.2');
  const { found } = await findJava(lookup({ JAVA_HOME: home, PATH: '/usr/bin:/bin' }));
  expect(found).toEqual({ home, version: '17.0.1', major: 17 });
});

test('findJava follows the links of PATH to the home', async () => {
  const home = await fakeJava(join(folder, 'real'), '17.0.3');
  await mkdir(join(folder, 'bin'));
  await symlink(join(home, 'bin', 'java'), join(folder, 'bin', 'java'));
  const { found } = await findJava(lookup({ PATH: join(folder, 'bin') }));
  expect(found?.home).toBe(home);
});

test('findJava passes over other versions and reports them', async () => {
  await fakeJava(join(folder, 'jvm', 'eight'), '1.8.0_402');
  await fakeJava(join(folder, 'jvm', 'new'), '21.0.2');
  const search = await findJava(lookup({ JAVA_HOME: join(folder, 'absent') }));
  expect(search.found).toBeUndefined();
  expect(search.others.map((java) => java.major)).toEqual([8, 21]);
});

test('findJava finds the one that Stoke brought, last', async () => {
  const home = await fakeJava(cachedJavaHome(join(folder, 'cache')), '17.0.9');
  expect((await findJava(lookup({}))).found?.home).toBe(home);
});
