/** The master is a program; what others may use of it is the description of its flags. */
export { configProblems, type MasterConfig, masterFlags } from './config.ts';
export { MASTER_ERRORS, type MasterErrorCode } from './errors.ts';
