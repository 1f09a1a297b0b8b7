/** The command line, for tests and documents that are made from it. */
export type { CliIo, Output } from './io.ts';
export { createProgram } from './program.ts';
export { runCli } from './run-cli.ts';
