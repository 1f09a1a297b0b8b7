/**
 * Checks that relative links of all Markdown files lead somewhere, that the repository's own commands named in
 * README exist, that the driver's README shows its example as it is, and that the generated reference pages are what
 * the code says.
 *
 * Usage: node scripts/check-docs.ts
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const problems: string[] = [];
const pages = execFileSync('git', ['ls-files', '-co', '--exclude-standard', '*.md'], {
  cwd: root,
  encoding: 'utf8',
})
  .split('\n')
  .filter((path) => path !== '' && !path.startsWith('test/compat/recordings/'));

function checkLinks(page: string, text: string): void {
  for (const match of text.matchAll(/\]\(([^)\s]+)\)/g)) {
    const target = (match[1] ?? '').split('#')[0] ?? '';
    if (target === '' || /^[a-z]+:/.test(target)) continue;
    if (!existsSync(join(root, dirname(page), target))) {
      problems.push(`${page}: the link to '${target}' leads nowhere`);
    }
  }
}

function checkScripts(page: string, text: string): void {
  const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
    scripts: Record<string, string>;
  };
  for (const match of text.matchAll(/npm run ([a-z0-9:]+)/g)) {
    const name = match[1] ?? '';
    if (!(name in manifest.scripts)) problems.push(`${page}: there is no script '${name}'`);
  }
}

/** The README of the driver shows its example, without the comment that opens it. */
function checkExample(page: string, file: string): void {
  const [, shown = ''] = /```ts\n(.*?)```/s.exec(readFileSync(join(root, page), 'utf8')) ?? [];
  const source = readFileSync(join(root, file), 'utf8').replace(/^\/\*\*.*\*\/\n/, '');
  if (shown !== source) problems.push(`${page}: its example is not what ${file} says`);
}

for (const page of pages) {
  const text = readFileSync(join(root, page), 'utf8');
  checkLinks(page, text);
  checkScripts(page, text);
}
checkExample('packages/scheduler-driver/README.md', 'packages/scheduler-driver/example.ts');
const generated = spawnSync(process.execPath, ['scripts/generate-docs.ts', '--check'], {
  cwd: root,
  stdio: 'inherit',
});
for (const problem of problems) process.stderr.write(`${problem}\n`);
if (problems.length === 0)
  process.stdout.write(`${pages.length} pages, every link leads somewhere\n`);
process.exit(problems.length === 0 && generated.status === 0 ? 0 : 1);
