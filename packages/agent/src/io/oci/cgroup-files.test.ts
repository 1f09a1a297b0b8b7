import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type Cgroup, cgroupUsage, memoryReport, oomKills, removeCgroup } from './cgroup-files.ts';

let hierarchy: string;
let group: Cgroup;

beforeEach(() => {
  hierarchy = mkdtempSync(join(tmpdir(), 'stoke-cgroups-'));
  group = { path: '/mesos/c', hierarchy };
});

afterEach(() => rmSync(hierarchy, { recursive: true }));

function write(files: Readonly<Record<string, string>>): void {
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(hierarchy, name)), { recursive: true });
    writeFileSync(join(hierarchy, name), text);
  }
}

test('the files of version 1 hierarchies are read', () => {
  write({
    'memory/mesos/c/memory.oom_control': 'oom_kill_disable 0\nunder_oom 0\noom_kill 2\n',
    'memory/mesos/c/memory.limit_in_bytes': '100663296\n',
    'memory/mesos/c/memory.max_usage_in_bytes': '100663290\n',
    'memory/mesos/c/memory.stat': 'cache 0\nrss 7\nunevictable 1\n'.concat(
      'total_rss 99815424\ntotal_cache 4096\ntotal_mapped_file 2048\ntotal_unevictable 3\n',
    ),
    'memory/mesos/c/memory.kmem.usage_in_bytes': '8192\n',
    'memory/mesos/c/memory.kmem.tcp.usage_in_bytes': '16\n',
    'memory/mesos/c/memory.usage_in_bytes': '99819520\n',
    'pids/mesos/c/cgroup.procs': '12\n13\n',
    'pids/mesos/c/pids.current': '5\n',
    'cpuacct/mesos/c/cpuacct.stat': 'user 250\nsystem 50\n',
    'cpu/mesos/c/cpu.stat': 'nr_periods 9\nnr_throttled 4\nthrottled_time 1500000000\n',
  });
  expect(oomKills(group)).toBe(2);
  expect(memoryReport(group)).toMatchObject({ limitBytes: 100663296, peakBytes: 100663290 });
  expect(cgroupUsage(group)).toEqual({
    userSeconds: 2.5,
    systemSeconds: 0.5,
    residentBytes: 99815424,
    processes: 2,
    threads: 5,
    more: {
      cpus_nr_periods: 9,
      cpus_nr_throttled: 4,
      cpus_throttled_time_secs: 1.5,
      mem_total_bytes: 99819520,
      mem_file_bytes: 4096,
      mem_cache_bytes: 4096,
      mem_anon_bytes: 99815424,
      mem_swap_bytes: 0,
      mem_mapped_file_bytes: 2048,
      mem_unevictable_bytes: 3,
      mem_kmem_usage_bytes: 8192,
      mem_kmem_tcp_usage_bytes: 16,
    },
  });
});

test('the files of the version 2 hierarchy are read', () => {
  write({
    'cgroup.controllers': 'cpu memory pids\n',
    'mesos/c/memory.events': 'low 0\nhigh 0\nmax 9\noom 1\noom_kill 1\noom_group_kill 0\n',
    'mesos/c/memory.max': '67108864\n',
    'mesos/c/memory.peak': '67108860\n',
    'mesos/c/memory.stat':
      'anon 4096\nfile 8192\nkernel 32\nsock 8\nfile_mapped 4\nunevictable 2\n',
    'mesos/c/memory.current': '16384\n',
    'mesos/c/memory.swap.current': '512\n',
    'mesos/c/cpu.stat': 'usage_usec 1750000\nuser_usec 1500000\nsystem_usec 250000\n',
  });
  expect(oomKills(group)).toBe(1);
  expect(memoryReport(group)).toMatchObject({ limitBytes: 67108864, peakBytes: 67108860 });
  expect(cgroupUsage(group)).toEqual({
    userSeconds: 1.5,
    systemSeconds: 0.25,
    residentBytes: 4096,
    more: {
      cpus_nr_periods: 0,
      cpus_nr_throttled: 0,
      cpus_throttled_time_secs: 0,
      mem_total_bytes: 16384,
      mem_file_bytes: 8192,
      mem_cache_bytes: 8192,
      mem_anon_bytes: 4096,
      mem_swap_bytes: 512,
      mem_mapped_file_bytes: 4,
      mem_unevictable_bytes: 2,
      mem_kmem_usage_bytes: 32,
      mem_kmem_tcp_usage_bytes: 8,
    },
  });
});

test('a group that is gone used nothing and was not short of memory', () => {
  expect(oomKills(group)).toBe(0);
  expect(cgroupUsage(group)).toEqual({ userSeconds: 0, systemSeconds: 0, residentBytes: 0 });
});

test('removeCgroup() removes the group from every hierarchy, and tells when something is left in it', () => {
  for (const name of ['memory', 'systemd'])
    mkdirSync(join(hierarchy, name, group.path), { recursive: true });
  mkdirSync(join(hierarchy, 'cpu'));
  expect(removeCgroup(group)).toBe(true);
  expect(existsSync(join(hierarchy, 'systemd', group.path))).toBe(false);
  mkdirSync(join(hierarchy, 'memory', group.path, 'below'), { recursive: true });
  expect(removeCgroup(group)).toBe(false);
});

test('removeCgroup() removes the group of a hierarchy of version 2', () => {
  write({ 'cgroup.controllers': 'memory pids\n' });
  mkdirSync(join(hierarchy, group.path), { recursive: true });
  expect(removeCgroup(group)).toBe(true);
  expect(existsSync(join(hierarchy, group.path))).toBe(false);
});

test('no limit and no peak are told from numbers, in both versions', () => {
  write({ 'memory/mesos/c/memory.limit_in_bytes': '9223372036854771712\n' });
  expect(memoryReport(group)).toMatchObject({ limitBytes: Number.POSITIVE_INFINITY });
  write({ 'cgroup.controllers': 'cpu memory pids\n', 'mesos/c/memory.max': 'max\n' });
  const report = memoryReport(group);
  expect(report).toMatchObject({ limitBytes: Number.POSITIVE_INFINITY, peakBytes: undefined });
});
