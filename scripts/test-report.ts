/** Sums up what tests did: how many, which failed, and which were skipped for what reason. */
import { readFileSync } from 'node:fs';
import { relative } from 'node:path';

/** What one part of `./stoke test`, or all of them, came to. */
export interface Outcome {
  readonly passed: number;
  /** A line each. */
  readonly failures: readonly string[];
  readonly skipped: readonly Skipped[];
}

/** A test that did not run. */
export interface Skipped {
  /** A file below the root, or another name of what was skipped. */
  readonly what: string;
  readonly reason: string;
}

/** What of vitest's JSON report is read. */
interface VitestReport {
  readonly testResults: readonly {
    /** Absolute path of the file. */
    readonly name: string;
    readonly status: string;
    readonly assertionResults: readonly {
      readonly fullName: string;
      readonly status: string;
      readonly meta?: { readonly skippedBecause?: string };
    }[];
  }[];
}

export const nothing: Outcome = { passed: 0, failures: [], skipped: [] };

export function add(a: Outcome, b: Outcome): Outcome {
  return {
    passed: a.passed + b.passed,
    failures: [...a.failures, ...b.failures],
    skipped: [...a.skipped, ...b.skipped],
  };
}

/** A report that cannot be read is a failure. */
export function readVitestReport(path: string, root: string): Outcome {
  try {
    return outcomeOf(JSON.parse(readFileSync(path, 'utf8')) as VitestReport, root);
  } catch (error) {
    return { ...nothing, failures: [`Cannot read the test report '${path}': ${String(error)}`] };
  }
}

/** The outcome of a run; a file that failed without a failed test, as one that cannot be loaded, counts as one failure. */
export function outcomeOf(report: VitestReport, root: string): Outcome {
  return report.testResults.map((file) => outcomeOfFile(file, root)).reduce(add, nothing);
}

function outcomeOfFile(
  { name, status, assertionResults }: VitestReport['testResults'][number],
  root: string,
): Outcome {
  const what = relative(root, name);
  const having = (wanted: string): typeof assertionResults =>
    assertionResults.filter((test) => test.status === wanted);
  const failures = having('failed').map(({ fullName }) => `${what}: ${fullName}`);
  if (status === 'failed' && failures.length === 0) failures.push(what);
  const passed = having('passed').length;
  const skipped = assertionResults
    .filter((test) => test.status !== 'passed' && test.status !== 'failed')
    .map(({ meta }) => ({ what, reason: meta?.skippedBecause ?? 'no reason was given' }));
  return { passed, failures, skipped };
}

/** `12 passed, 1 failed, 3 skipped`. */
export function formatCounts({ passed, failures, skipped }: Outcome): string {
  return `${passed} passed, ${failures.length} failed, ${skipped.length} skipped`;
}

/** What to look at after a run: each failure, and each reason to skip with the files it holds for. */
export function formatDetails({ failures, skipped }: Outcome): string[] {
  const reasons = [...new Set(skipped.map(({ reason }) => reason))];
  return [
    ...failures.map((failure) => `FAILED ${failure}`),
    ...reasons.flatMap((reason) => formatReason(reason, skipped)),
  ];
}

function formatReason(reason: string, skipped: readonly Skipped[]): string[] {
  const all = skipped.filter((it) => it.reason === reason).map(({ what }) => what);
  const files = [...new Set(all)].map((what) => {
    const count = all.filter((it) => it === what).length;
    return count === 1 ? `  ${what}` : `  ${what} (${count})`;
  });
  return [`Skipped ${all.length}: ${reason}`, ...files];
}
