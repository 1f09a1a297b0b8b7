/** `stoke master`: with compiled code kept between starts, since a failover waits for the start. */
import { enableCompileCache } from 'node:module';
import { fileURLToPath } from 'node:url';

// Beside the packages, whose owner runs it: in a shared directory others could put code there.
enableCompileCache(fileURLToPath(new URL('../../../node_modules/.cache/stoke', import.meta.url)));
await import('./run-main.ts');
