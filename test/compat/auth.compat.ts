/** Who is asked who he is, and who may do what: the recorded answers with credentials, without, and with wrong ones. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { basicAuthorization } from '@stoke/kit';
import { afterAll, beforeAll, test } from 'vitest';
import { CompatCluster } from './compat-cluster.ts';
import { expectOnlyExceptions } from './exceptions.ts';
import { replayOperatorCall } from './operator-calls.ts';
import { recordingsOf } from './recording.ts';
import { replayStream } from './replay.ts';
import { type Found, replayCall } from './replay-call.ts';
import type { Translation } from './translation.ts';

const GROUP = 'auth';

const principals = [
  { principal: 'p1', secret: 's1' },
  { principal: 'p2', secret: 's2' },
  { principal: 'ops', secret: 's3' },
] as const;

const p1 = { values: ['p1'] };
const p2 = { values: ['p2'] };
const none = { type: 'NONE' };

/** The lists of the recording, as its /flags shows them. */
const acls = {
  permissive: true,
  register_frameworks: [
    { principals: p2, roles: { values: ['allowed'] } },
    { principals: p2, roles: none },
  ],
  run_tasks: [
    { principals: p1, users: { values: ['root'] } },
    { principals: p1, users: none },
  ],
  reserve_resources: [{ principals: p2, roles: none }],
  teardown_frameworks: [{ principals: p2, framework_principals: none }],
  update_weights: [{ principals: p2, roles: none }],
  get_endpoints: [{ principals: p2, paths: none }],
  update_quotas: [{ principals: p2, roles: none }],
  view_frameworks: [{ principals: p2, users: none }],
  view_flags: [{ principals: p2, flags: none }],
};

const folder = mkdtempSync(join(tmpdir(), 'stoke-auth-'));
const credentials = join(folder, 'credentials.json');
writeFileSync(credentials, JSON.stringify({ credentials: principals }));

const cluster = new CompatCluster({
  authorization: basicAuthorization(principals[2]),
  masterFlags: [
    // What the framework leaves over is not offered again while the answers are compared.
    '--allocation_interval=1mins',
    `--credentials=${credentials}`,
    '--authenticate_http_frameworks',
    '--authenticate_http_readonly',
    '--authenticate_http_readwrite',
    `--acls=${JSON.stringify(acls)}`,
  ],
});

beforeAll(() =>
  cluster.start({
    ports: [5051],
    agentFlags: [
      `--http_credentials=${credentials}`,
      '--authenticate_http_readonly',
      '--acls={"permissive":true}',
    ],
  }),
);
afterAll(async () => {
  await cluster.stop();
  rmSync(folder, { recursive: true });
});

function namesOf(suffix: '.response' | '.stream'): string[] {
  return recordingsOf(GROUP, suffix).map((path) => path.slice(GROUP.length + 1, -suffix.length));
}

/** What clients asked while the framework ran: the order shows in what /quota says. */
async function asked(translation: Translation): Promise<Found[]> {
  const names = namesOf('.response').filter((name) => name !== '01-accept');
  const early = ['legacy-quota-p2', 'legacy-p2-quota', 'legacy-roles-p2', 'legacy-ops-quota'];
  const found: Found[] = [];
  for (const name of [...early, ...names.filter((it) => !early.includes(it))]) {
    const replay = name.startsWith('operator-') ? replayOperatorCall : replayCall;
    found.push(...(await replay({ group: GROUP, name, translation })));
  }
  return found;
}

test('auth: everybody is let in, asked and refused the same', async () => {
  const refused = namesOf('.stream').filter((name) => !name.startsWith('00-'));
  const found: Found[] = [];
  for (const name of refused) {
    found.push(...(await replayStream({ group: GROUP, name, translation: cluster.translation() })));
  }
  const translation = cluster.translation();
  const name = '00-subscribe-same-principal';
  const stream = await replayStream({
    group: GROUP,
    name,
    translation,
    beforeTeardown: async () => {
      found.push(...(await asked(translation)));
    },
  });
  expectOnlyExceptions(GROUP, [...found, ...stream]);
});
