/** The error class keeps what callers decide by. */
import { expect, test } from 'vitest';
import { AppError, isAppError } from './index.ts';

test('AppError keeps code, cause, details and whether to retry', () => {
  const cause = new Error('socket closed');
  const error = new AppError({
    code: 'PEER_LOST',
    message: "Cannot reach master '127.0.0.1:5050': socket closed",
    retryable: true,
    details: { port: 5050 },
    cause,
  });
  expect(error).toMatchObject({
    code: 'PEER_LOST',
    retryable: true,
    details: { port: 5050 },
    cause,
  });
});

test('isAppError tells errors apart by code', () => {
  const error = new AppError({ code: 'A', message: 'x' });
  expect([isAppError(error), isAppError(error, 'A'), isAppError(error, 'B')]).toEqual([
    true,
    true,
    false,
  ]);
  expect(isAppError(new Error('x'))).toBe(false);
  expect(isAppError('x')).toBe(false);
});
