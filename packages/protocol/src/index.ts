/** Wire types and codecs of the Mesos v1 APIs and of our own agent link; errors; ids. */
export * from './app-error.ts';
export { decodeBase64, encodeBase64 } from './base64.ts';
export { decodeBinary } from './decode-binary.ts';
export { decodeJson, fromJsonValue, parseJson } from './decode-json.ts';
export * from './descriptor.ts';
export { encodeBinary } from './encode-binary.ts';
export { encodeJson, toJsonValue } from './encode-json.ts';
export { PROTOCOL_ERRORS, type ProtocolErrorCode } from './errors.ts';
export * from './gen/all.ts';
export { idProblem, roleProblem } from './ids.ts';
export { createRecordReader, encodeRecord, type RecordReader } from './recordio.ts';
