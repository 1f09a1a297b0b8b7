import { expect, test } from 'vitest';
import { foreignPorts, portLimitation, portsOf } from './port-quotas.ts';

const offered = portsOf([
  { name: 'ports', type: 'RANGES', ranges: { range: [{ begin: 31_000, end: 31_010 }] } },
]);

test('foreignPorts() finds what was not given, among what the agent offers', () => {
  const listening = new Set([22, 31_003, 31_001, 31_002]);
  const allocated = [{ begin: 31_001, end: 31_001 }];
  expect(foreignPorts(listening, { offered, allocated })).toEqual([{ begin: 31_002, end: 31_003 }]);
  expect(foreignPorts(new Set([8080]), { offered, allocated: [] })).toEqual([]);
});

test('portLimitation() names the ports', () => {
  expect(portLimitation([{ begin: 31_002, end: 31_003 }])).toMatchObject({
    reason: 'REASON_CONTAINER_LIMITATION',
    message: 'Listens on ports that it was not given: [31002-31003]',
  });
});
