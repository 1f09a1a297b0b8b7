/**
 * Builds the image in which Spark's executors run, out of Debian packages and the Spark in Stoke's cache: no
 * registry, no Docker, no root. It is kept in the cache; the last line printed is its directory.
 *
 * Usage: node_modules/.bin/node examples/images/spark/build-image.ts [--fresh]
 */
import { parseArgs } from 'node:util';
import { buildSparkImage } from './spark-image.ts';

const { values } = parseArgs({ options: { fresh: { type: 'boolean', default: false } } });
const say = (line: string): void => void process.stderr.write(`${line}\n`);
const image = await buildSparkImage({ env: process.env, fresh: values.fresh, onStep: say });
process.stdout.write(`${image.directory}\n`);
