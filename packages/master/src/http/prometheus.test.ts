import { expect, test } from 'vitest';
import { prometheusText } from './prometheus.ts';

test('prometheusText makes names of keys', () => {
  expect(prometheusText({ 'master/uptime_secs': 1.5 })).toBe(
    '# TYPE stoke_master_uptime_secs untyped\nstoke_master_uptime_secs 1.5\n',
  );
});

test('prometheusText turns names of frameworks and roles into labels, one family once', () => {
  const text = prometheusText({
    'master/frameworks/my%20spark/f-1/calls/accept': 3,
    'allocator/mesos/roles/a/b/shares/dominant': 0.25,
    'master/frameworks/other/f-2/calls/accept': 4,
    'master/frameworks/other/f-2/roles/a/b/suppressed': 1,
  });
  expect(text.split('\n')).toEqual([
    '# TYPE stoke_master_frameworks_calls_accept untyped',
    'stoke_master_frameworks_calls_accept{framework="my spark",framework_id="f-1"} 3',
    'stoke_master_frameworks_calls_accept{framework="other",framework_id="f-2"} 4',
    '# TYPE stoke_allocator_mesos_shares_dominant untyped',
    'stoke_allocator_mesos_shares_dominant{role="a/b"} 0.25',
    '# TYPE stoke_master_frameworks_suppressed untyped',
    'stoke_master_frameworks_suppressed{framework="other",framework_id="f-2",role="a/b"} 1',
    '',
  ]);
});

test('prometheusText gives percentiles a quantile and keeps quotes harmless', () => {
  const text = prometheusText({
    'registrar/state_store_ms/p9999': 7,
    'frameworks/a"b\\c\nd/messages_received': 1,
  });
  expect(text).toContain('stoke_registrar_state_store_ms{quantile="0.9999"} 7\n');
  expect(text).toContain('{principal="a\\"b\\\\c\\nd"} 1\n');
});
