import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { formatProperties, parseProperties } from './properties.ts';

test('parseProperties reads what people write into spark-defaults.conf', () => {
  const text = `# comment
! comment
spark.master            spark://host:7077
spark.executor.memory = 2g
spark.colon: yes
  spark.long a\\
      b
spark.path=C:\\\\x\\u0041
spark.empty
`;
  expect(parseProperties(text)).toEqual({
    'spark.master': 'spark://host:7077',
    'spark.executor.memory': '2g',
    'spark.colon': 'yes',
    'spark.long': 'ab',
    'spark.path': 'C:\\xA',
    'spark.empty': '',
  });
});

test('formatProperties writes what parseProperties reads back, whatever the values', async () => {
  const value = fc.string({ unit: 'binary' }).map((text) => text.trim());
  const key = fc.string({ unit: 'grapheme-ascii', minLength: 1 }).filter((text) => /\S/.test(text));
  await fc.assert(
    fc.property(fc.dictionary(key, value), (properties) => {
      expect(parseProperties(formatProperties(properties))).toEqual({ ...properties });
    }),
  );
});
