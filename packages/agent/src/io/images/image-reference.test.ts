import { expect, test } from 'vitest';
import { parseReference } from './image-reference.ts';

const digest = `sha256:${'a'.repeat(64)}`;

test.each([
  ['busybox', undefined, 'busybox', 'latest', undefined],
  ['apache/spark:3.5', undefined, 'apache/spark', '3.5', undefined],
  ['localhost/app', 'localhost', 'app', 'latest', undefined],
  ['127.0.0.1:5000/a/b:v1', '127.0.0.1:5000', 'a/b', 'v1', undefined],
  [`reg.example.org/app@${digest}`, 'reg.example.org', 'app', 'latest', digest],
])('parseReference takes %s apart', (text, registry, repository, tag, hash) => {
  expect(parseReference(text)).toEqual({ text, registry, repository, tag, digest: hash });
});

test.each(['', '../etc', 'a//b', 'A/b', 'x:', 'x:..', 'x@sha256:12', `x@${digest}@${digest}`])(
  'parseReference refuses %s',
  (text) => {
    expect(() => parseReference(text)).toThrow(/the name is not of the form/);
  },
);
