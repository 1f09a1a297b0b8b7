import { expect, test } from 'vitest';
import { parseSource } from './fetch-source.ts';

const rules = { frameworksHome: '/home/frameworks', webHdfsPort: 9870 };

test.each([
  ['/a/b.tgz', { type: 'local', path: '/a/b.tgz' }, 'b.tgz'],
  ['file:///a/b%20c', { type: 'local', path: '/a/b c' }, 'b c'],
  ['jobs/x.py', { type: 'local', path: '/home/frameworks/jobs/x.py' }, 'x.py'],
  ['https://h/p/f.zip?v=1', { type: 'http', url: 'https://h/p/f.zip?v=1' }, 'f.zip'],
  ['http://h/100%', { type: 'http', url: 'http://h/100%' }, '100%'],
  ['s3://bucket/a/b c.jar', { type: 's3', bucket: 'bucket', key: 'a/b c.jar' }, 'b c.jar'],
  ['s3a://bucket/k', { type: 's3', bucket: 'bucket', key: 'k' }, 'k'],
  [
    'hdfs://nn:8020/user/x.jar',
    { type: 'http', url: 'http://nn:9870/webhdfs/v1/user/x.jar?op=OPEN' },
    'x.jar',
  ],
  [
    'swebhdfs://nn:9871/x.jar',
    { type: 'http', url: 'https://nn:9871/webhdfs/v1/x.jar?op=OPEN' },
    'x.jar',
  ],
])('parseSource() reads %s', (value, place, name) => {
  expect(parseSource(value, rules)).toEqual({ place, name, digest: undefined });
});

test('parseSource() takes a digest off the end', () => {
  const hex = 'ab'.repeat(32);
  const source = parseSource(`https://h/f#SHA256=${hex.toUpperCase()}`, rules);
  expect(source).toMatchObject({
    place: { url: 'https://h/f' },
    digest: { algorithm: 'sha256', hex },
  });
});

test.each([
  ['../up', '--frameworks_home'],
  ['ftp://h/f', "got 'ftp'"],
  ['http://', 'no valid URL'],
  ['s3://bucket', 's3://bucket/key'],
  ['s3://B_D/key', 's3://bucket/key'],
  ['https://h/f#sha512=abc', 'expected 128 hexadecimal digits behind #sha512=, got 3'],
])('parseSource() refuses %s', (value, reason) => {
  expect(() => parseSource(value, rules)).toThrow(reason);
});
