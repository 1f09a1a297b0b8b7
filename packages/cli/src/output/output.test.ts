import type { ClusterInfo } from '@stoke/cluster';
import { afterEach, expect, test } from 'vitest';
import { memoryIo } from '../../test/memory-io.ts';
import { clusterScreen } from './cluster-view.ts';
import { formatAge, formatElapsed, formatLatency, formatMemory, shortId } from './format.ts';
import { jobProgress } from './job-progress.ts';
import { planProgress } from './plan-progress.ts';
import { setupProgress } from './setup-progress.ts';
import { StatusLine } from './status-line.ts';
import { formatTable } from './table.ts';

const users: ReturnType<typeof memoryIo>[] = [];
function user(tty = false, env = {}) {
  const made = memoryIo({ tty, env });
  users.push(made);
  return made;
}
afterEach(() => {
  for (const made of users.splice(0)) made.dispose();
});

test('formatTable() aligns columns, numbers to the right, without trailing blanks', () => {
  const columns = [{ head: 'name' }, { head: 'n', align: 'right' as const }, { head: 'url' }];
  const rows = [
    ['a', '5', '-'],
    ['longer', '10', 'http'],
  ];
  expect(formatTable(columns, rows)).toBe('NAME     N  URL\na        5  -\nlonger  10  http\n');
});

test('formatAge(), formatElapsed() and formatMemory() use the unit people would', () => {
  expect([5000, 200_000, 7_200_000, 200_000_000].map(formatAge)).toEqual(['5s', '3m', '2h', '2d']);
  expect([12, 4200, 120_000].map(formatElapsed)).toEqual(['12 ms', '4.2 s', '2m']);
  expect([512, 5530].map(formatMemory)).toEqual(['512 MiB', '5.4 GiB']);
});

test('formatLatency() has three digits at most, in the unit people would use', () => {
  const written = [0, 0.726, 7.25, 12.44, 129.04, 999.7, 13_295.58].map(formatLatency);
  expect(written).toEqual([
    '0.00 ms',
    '0.73 ms',
    '7.25 ms',
    '12.4 ms',
    ' 129 ms',
    ' 1.00 s',
    ' 13.3 s',
  ]);
});

test('shortId() keeps the telling end of a long id', () => {
  expect(shortId('fdbc0440-0f26-4d6c-bc4a-57473cdfe091-0001')).toBe('…cdfe091-0001');
  expect(shortId('short')).toBe('short');
});

test('StatusLine is rewritten below output, and waits for the end of a line', () => {
  const { io, out, err } = user(true, { NO_COLOR: '1' });
  const status = new StatusLine(io);
  status.set('working');
  status.pass('half a line', 'stdout');
  status.pass(' done\n', 'stdout');
  status.set('');
  expect(out()).toBe('half a line done\n');
  expect(err()).toBe('working\r\u001b[2Kworking\r\u001b[2K');
});

test('StatusLine is cut to the width of the terminal', () => {
  const { io, err } = user(true, { NO_COLOR: '1' });
  new StatusLine(io).set('x'.repeat(200));
  expect(err()).toBe(`${'x'.repeat(58)}…`);
});

test('StatusLine shows nothing without a terminal, and colour only where it is wanted', () => {
  const pipe = user();
  new StatusLine(pipe.io).set('working');
  expect(pipe.err()).toBe('');
  const terminal = user(true);
  new StatusLine(terminal.io).set('working');
  expect(terminal.err()).toBe('\u001b[2mworking\u001b[0m');
});

test('planProgress() says a line a step that took time, without a terminal', () => {
  const { io, err } = user();
  const tell = planProgress(io);
  tell({ type: 'started', title: 'Quick' });
  tell({ type: 'done', title: 'Quick', durationMs: 3 });
  tell({ type: 'started', title: 'Slow' });
  tell({ type: 'done', title: 'Slow', durationMs: 1200 });
  tell({ type: 'failed', title: 'Bad', durationMs: 1 });
  tell({ type: 'undone', title: 'Slow', durationMs: 1 });
  expect(err()).toBe('✓ Slow (1.2 s)\n✗ Bad\n  Undone: Slow\n');
});

const stage = {
  stageId: 1,
  attemptId: 0,
  name: 'collect at /long/path/flights.py:33',
  numTasks: 8,
  completeTasks: 3,
  activeTasks: 2,
  failedTasks: 0,
};
const application = { applicationId: 'a', name: 'n', uiUrl: 'http://127.0.0.1:4040' };

test('jobProgress() shows running stages in the status line and each end once', () => {
  const { io, err } = user(true, { NO_COLOR: '1' });
  const shown = jobProgress(new StatusLine(io));
  shown.progress({ ...application, stages: [{ ...stage, status: 'ACTIVE' }] });
  expect(err()).toContain('stage 1 ████████░░░░░░░░░░░░ 3/8 collect at flights.py:33');
  const done = { ...stage, status: 'COMPLETE' as const, completeTasks: 8 };
  shown.progress({ ...application, stages: [done] });
  shown.progress({ ...application, stages: [done] });
  expect(err().match(/stage 1 done: collect at flights\.py:33 \(8\/8 tasks\)/g)).toHaveLength(1);
  expect(err().match(/Spark's page: http:\/\/127\.0\.0\.1:4040/g)).toHaveLength(1);
});

test('jobProgress() says why a job waits, when that changes, and when it is over', () => {
  const { io, err } = user();
  const shown = jobProgress(new StatusLine(io));
  for (const reason of ['too big', 'too big', 'still', undefined, undefined]) shown.waits(reason);
  expect(err()).toBe('waiting: too big\nwaiting: still\nwaiting is over\n');
});

test('setupProgress() says steps, and downloads by quarters, without a terminal', () => {
  const { io, err } = user();
  const tell = setupProgress(new StatusLine(io));
  tell({ type: 'step', what: 'Java 17', doing: 'unpacking' });
  for (const bytes of [0, 1e6, 3e6, 4e6]) {
    tell({ type: 'download', what: 'Spark', bytes, totalBytes: 4e6, bytesPerSecond: 1e6 });
  }
  expect(err()).toBe(
    'Java 17: unpacking\n' +
      'Spark: 0.0 MB of 4.0 MB (0 %), 1.0 MB/s\n' +
      'Spark: 1.0 MB of 4.0 MB (25 %), 1.0 MB/s\n' +
      'Spark: 3.0 MB of 4.0 MB (75 %), 1.0 MB/s\n' +
      'Spark: 4.0 MB of 4.0 MB (100 %), 1.0 MB/s\n',
  );
});

test('clusterScreen() shows hosts, applications, problems and remedies', () => {
  const info: ClusterInfo = {
    name: 'dev',
    provider: 'local',
    status: 'degraded',
    master: { status: 'ready', url: 'http://m', pid: 1, version: '1', startedAt: 0 },
    hosts: [
      {
        name: 'agent-1',
        id: 'S0',
        status: 'ready',
        url: 'http://a',
        pid: 2,
        cpus: { total: 2, used: 0.5 },
        memMb: { total: 2048, used: 512 },
        tasks: 1,
        startedAt: 0,
      },
    ],
    applications: [
      {
        id: 'f-0001',
        name: 'flights',
        user: 'me',
        active: true,
        cpus: 0.5,
        memMb: 512,
        tasks: 1,
        startedAt: 60_000,
        webUrl: undefined,
      },
    ],
    problems: [{ subject: 'agent-2', problem: 'it is gone', remedy: 'stoke cluster start -n dev' }],
  };
  expect(clusterScreen(info, 120_000)).toBe(
    [
      'dev  degraded  provider local, master http://m, up 2m',
      '',
      'HOST     STATUS   CPUS           MEMORY  TASKS  AGE  URL',
      'agent-1  ready   0.5/2  512 MiB/2.0 GiB      1   2m  http://a',
      '',
      'APPLICATION  ID      USER  TASKS  CPUS   MEMORY  AGE  WEB',
      'flights      f-0001  me        1   0.5  512 MiB   1m  -',
      '',
      'agent-2: it is gone. To bring it back: stoke cluster start -n dev',
      '',
    ].join('\n'),
  );
});
