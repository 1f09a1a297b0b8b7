/** The errors of this package: code → HTTP status, retryable, sentence; and what ZooKeeper's numbers mean. */
import { type AppError, type AppErrorOptions, type ErrorTable, errorFrom } from '@stoke/protocol';

export type ZooKeeperErrorCode =
  | 'ZK_ADDRESS_INVALID'
  | 'ZK_CONNECTION_LOST'
  | 'ZK_MALFORMED'
  | 'ZK_NODE_EXISTS'
  | 'ZK_NO_AUTH'
  | 'ZK_NO_NODE'
  | 'ZK_REFUSED'
  | 'ZK_SESSION_ENDED';

/** What each code of this package means. */
export const ZOOKEEPER_ERRORS: ErrorTable<ZooKeeperErrorCode> = {
  ZK_ADDRESS_INVALID: {
    httpStatus: 400,
    retryable: false,
    sentence: 'An address of ZooKeeper does not have the form zk://host:port,…/path.',
  },
  ZK_CONNECTION_LOST: {
    httpStatus: 503,
    retryable: true,
    sentence:
      'The connection to ZooKeeper broke, or nothing came back in time; the request may have been carried out.',
  },
  ZK_MALFORMED: {
    httpStatus: 502,
    retryable: false,
    sentence: 'What a server sent is not what ZooKeeper sends.',
  },
  ZK_NODE_EXISTS: {
    httpStatus: 409,
    retryable: false,
    sentence: 'A node of this path is there already.',
  },
  ZK_NO_AUTH: {
    httpStatus: 403,
    retryable: false,
    sentence: 'ZooKeeper does not let this user do this.',
  },
  ZK_NO_NODE: { httpStatus: 404, retryable: false, sentence: 'There is no node of this path.' },
  ZK_REFUSED: { httpStatus: 409, retryable: false, sentence: 'ZooKeeper refused a request.' },
  ZK_SESSION_ENDED: {
    httpStatus: 503,
    retryable: false,
    sentence: 'The session with ZooKeeper is over: it expired or was closed.',
  },
};

/** Makes an error of this package. */
export function zooKeeperError(
  code: ZooKeeperErrorCode,
  rest: Omit<AppErrorOptions, 'code' | 'retryable'>,
): AppError {
  return errorFrom(ZOOKEEPER_ERRORS, code, rest);
}

/** Numbers of ZooKeeper's protocol (KeeperException.Code) that callers tell apart. */
const codes: ReadonlyMap<number, ZooKeeperErrorCode> = new Map([
  [-4, 'ZK_CONNECTION_LOST'],
  [-101, 'ZK_NO_NODE'],
  [-102, 'ZK_NO_AUTH'],
  [-110, 'ZK_NODE_EXISTS'],
  [-112, 'ZK_SESSION_ENDED'],
  [-115, 'ZK_NO_AUTH'],
]);

/** The error for a number that a server answered. */
export function errorOfNumber(number: number, what: string): AppError {
  const code = codes.get(number) ?? 'ZK_REFUSED';
  const { sentence } = ZOOKEEPER_ERRORS[code];
  const reason = sentence.charAt(0).toLowerCase() + sentence.slice(1, -1);
  return zooKeeperError(code, {
    message: `Cannot ${what} in ZooKeeper: ${reason} (error ${number})`,
    details: { number },
  });
}
