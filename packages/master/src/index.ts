/** What other packages may know of the master: its flags and its error codes, for the reference pages. */
export { masterFlags } from './config.ts';
export { MASTER_ERRORS, type MasterErrorCode } from './errors.ts';
