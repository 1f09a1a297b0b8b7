import { expect, test } from 'vitest';
import { parseProjectPage, projectUrl } from './simple-index.ts';

const page = 'https://index.example/simple/pyspark/';
const hash = 'a1'.repeat(32);

test('projectUrl normalises the project as the specification of the index asks', () => {
  expect(projectUrl('https://index.example/simple/', 'Py_Spark.X')).toBe(
    'https://index.example/simple/py-spark-x/',
  );
});

test('parseProjectPage reads the JSON form and drops withdrawn files', () => {
  const body = JSON.stringify({
    files: [
      { filename: 'a.tar.gz', url: '../../a.tar.gz', hashes: { sha256: hash }, size: 7 },
      { filename: 'b.tar.gz', url: 'https://files.example/b', hashes: {}, yanked: 'broken' },
      { filename: 'c.tar.gz', url: 'https://files.example/c', hashes: {}, yanked: false },
      'nonsense',
    ],
  });
  expect(parseProjectPage(body, 'application/vnd.pypi.simple.v1+json', page)).toEqual([
    { filename: 'a.tar.gz', url: 'https://index.example/a.tar.gz', sha256: hash, size: 7 },
    { filename: 'c.tar.gz', url: 'https://files.example/c', sha256: undefined, size: undefined },
  ]);
});

test('parseProjectPage reads the HTML form, with entities, quotes of both kinds and withdrawn files', () => {
  const body = `<html><body>
    <a href="https://files.example/a-1.tar.gz?x=1&amp;y=2#sha256=${hash}" data-requires-python="&gt;=3.8">a-1.tar.gz</a><br/>
    <A class='x' HREF='../a-2.tar.gz'>a-2.tar.gz</A>
    <a data-yanked="" href="a-3.tar.gz">a-3.tar.gz</a>
    <a name="anchor">no link</a>
  </body></html>`;
  expect(parseProjectPage(body, 'text/html; charset=utf-8', page)).toEqual([
    {
      filename: 'a-1.tar.gz',
      url: 'https://files.example/a-1.tar.gz?x=1&y=2',
      sha256: hash,
      size: undefined,
    },
    {
      filename: 'a-2.tar.gz',
      url: 'https://index.example/simple/a-2.tar.gz',
      sha256: undefined,
      size: undefined,
    },
  ]);
});
