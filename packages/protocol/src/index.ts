/** Wire types and codecs of the Mesos v1 APIs and of our own agent link; errors; ids. */
export * from './app-error.ts';
export * from './descriptor.ts';
export { PROTOCOL_ERRORS, type ProtocolErrorCode } from './errors.ts';
export * from './gen/all.ts';
