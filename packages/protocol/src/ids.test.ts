/** Ids and role names: the refusals are worded as the real master words them. */
import { expect, test } from 'vitest';
import { idProblem, roleProblem } from './index.ts';

test.each([
  ['task-1', undefined],
  ['ä b:c', undefined],
  ['x'.repeat(255), undefined],
  ['', 'ID must not be empty'],
  ['x'.repeat(256), 'ID must not be greater than 255 characters'],
  ['.', "'.' is disallowed"],
  ['a/b', "'a/b' contains invalid characters"],
  ['a\\b', "'a\\b' contains invalid characters"],
  ['a\nb', "'a\nb' contains invalid characters"],
])('idProblem of %j is %j', (id, problem) => {
  expect(idProblem(id)).toBe(problem);
});

test.each([
  ['*', undefined],
  ['eng/dev', undefined],
  ['', 'Empty role name is invalid'],
  ['/a', "Role '/a' cannot start with a slash"],
  ['a/', "Role 'a/' cannot end with a slash"],
  ['a//b', "Role 'a//b' cannot contain two adjacent slashes"],
  ['..', "Role '..' cannot include '..' as a component"],
  ['a/*', "Role 'a/*' cannot include '*' as a component"],
  ['a/-x', "Role component '-x' is invalid because it starts with a dash"],
  ['a b', "Role component 'a b' is invalid because it contains backspace or whitespace"],
])('roleProblem of %j is %j', (role, problem) => {
  expect(roleProblem(role)).toBe(problem);
});
