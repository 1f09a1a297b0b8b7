/** The shell of every program of Stoke, once: time, logs, flags, HTTP, processes, files, stores. */
export { type AtomicFileOptions, syncDirectory, writeFileAtomic } from './atomic-file.ts';
export {
  type Authenticated,
  type AuthenticatorOptions,
  authenticate,
  type Identity,
} from './authentication.ts';
export {
  type Clock,
  createFakeClock,
  type FakeClock,
  monotonicClock,
  systemClock,
  type Timer,
} from './clock.ts';
export { closestWord } from './closest-word.ts';
export { formatCommand } from './command-line.ts';
export { ACL_ACTIONS, type AclAction } from './core/acl-actions.ts';
export { type Acls, type ParsedAcls, parseAcls } from './core/acls.ts';
export {
  type Approver,
  type Authorizer,
  createAuthorizer,
  type Need,
  PERMISSIVE_AUTHORIZER,
} from './core/authorizer.ts';
export {
  parseRateLimits,
  RateLimiter,
  type RateLimits,
  type Turn,
} from './core/rate-limits.ts';
export {
  basicAuthorization,
  type Credential,
  readCredential,
  readJwtKey,
  readSecrets,
  type Secrets,
} from './credentials.ts';
export {
  type DaemonDescription,
  type DaemonFile,
  isDaemonAlive,
  type LaunchFile,
  readDaemonFile,
  readLaunchFile,
  removeDaemonFile,
  writeDaemonFile,
} from './daemon-file.ts';
export { endProcess, endProcesses, findProcesses, type ProcessWords } from './end-process.ts';
export {
  errorMessage,
  KIT_ERRORS,
  type KitErrorCode,
  kitError,
  systemErrorCode,
} from './errors.ts';
export { describeFlags, type FlagDescription, flagHelp } from './flag-help.ts';
export {
  bytesFlag,
  durationFlag,
  formatBytes,
  formatDuration,
  parseDuration,
  pathFlag,
} from './flag-kind.ts';
export { type FlagOptions, type ParsedFlags, parseFlags, wantsHelp } from './flags.ts';
export { gatherLines, type LineSink } from './gathered-lines.ts';
export {
  type HttpRequest,
  type HttpResponse,
  type HttpStream,
  openStream,
  requestHttp,
  type StreamRequest,
  withoutLogin,
} from './http-client.ts';
export {
  createHttpPipeline,
  type HttpPipeline,
  type HttpPipelineOptions,
  type PipelineAnswer,
} from './http-pipeline.ts';
export {
  createHttpServer,
  type FastifyInstance,
  type FastifyReply,
  type FastifyRequest,
  type HttpServerOptions,
  type ListenAddress,
  listenHttp,
  type UpgradeHandler,
} from './http-server.ts';
export { aclsFlag, domainFlag, jsonFlag } from './json-flag.ts';
export { type JwtClaims, signJwt, verifyJwt } from './jwt.ts';
export { withLibprocessNames } from './libprocess-environment.ts';
export { createLogger, createSilentLogger, type Logger, type LogLevel, logLevels } from './log.ts';
export { tailLog } from './log-tail.ts';
export { LogVerbosity } from './log-verbosity.ts';
export { nodeHttp } from './node-http.ts';
export { checkPort, freePort } from './ports.ts';
export { isProcessAlive, type ProcessIdentity, processIdentity } from './process-identity.ts';
export {
  createRecordWriter,
  type RecordWriter,
  type RecordWriterOptions,
  readRecords,
} from './record-stream.ts';
export {
  type CommandOptions,
  describeEnd,
  type EndCause,
  type Ended,
  runCommand,
} from './run-command.ts';
export { type DaemonCommand, type StartedDaemon, startDaemon } from './start-daemon.ts';
export { openStore, type Store, type StoreChange, type StoreEntry } from './store.ts';
export {
  readCertificates,
  readServerTls,
  type ServerTls,
  type TlsConfig,
  tlsFlags,
  tlsProblems,
  trustCertificates,
} from './tls.ts';
export { createTurnstile, rateFlags, waitForTurn } from './turns.ts';
