/**
 * Writes src/gen/*.ts from proto/**\/*.proto: one interface and one descriptor per message.
 * Usage: node packages/protocol/scripts/generate.ts [--check]
 */
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import protobuf from 'protobufjs';

const here = import.meta.dirname;
const protoDir = join(here, '..', 'proto');
const genDir = join(here, '..', 'src', 'gen');

/** Prefix of the TypeScript names of a package; mesos.v1 itself has none. */
const PREFIXES: Record<string, string> = {
  'mesos.v1': '',
  'mesos.v1.scheduler': 'Scheduler',
  'mesos.v1.executor': 'Executor',
  'mesos.v1.master': 'Master',
  'mesos.v1.agent': 'Agent',
  'mesos.v1.maintenance': 'Maintenance',
  'mesos.v1.quota': 'Quota',
  'mesos.v1.allocator': 'Allocator',
  'mesos.v1.resource_provider': 'ResourceProvider',
  'google.protobuf': 'Google',
  'stoke.link': 'Link',
};

type Definition = protobuf.Type | protobuf.Enum;

/** One generated file: its name and the top-level definitions in it, in source order. */
interface GenFile {
  name: string;
  title: string;
  definitions: Definition[];
}

function protoFiles(dir: string): string[] {
  return readdirSync(dir, { withFileTypes: true })
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap((entry) => {
      const path = join(dir, entry.name);
      return entry.isDirectory() ? protoFiles(path) : path.endsWith('.proto') ? [path] : [];
    });
}

function slug(title: string): string {
  return title
    .toLowerCase()
    .replaceAll(/[^a-z]+/g, '-')
    .replaceAll(/^-|-$/g, '');
}

/** Splits a .proto file at its `// ---- title ----` lines; a file without them is one part. */
function genFilesOf(path: string, root: protobuf.Root): GenFile[] {
  const text = readFileSync(path, 'utf8');
  const pkg = /^package ([\w.]+);/m.exec(text)?.[1] ?? '';
  const base = slug(basename(path, '.proto'));
  const files: GenFile[] = [];
  for (const line of text.split('\n')) {
    const title = /^\/\/ ---- (.+) ----$/.exec(line)?.[1];
    const defined = /^(?:message|enum) (\w+)/.exec(line)?.[1];
    if (title !== undefined) files.push({ name: `${base}-${slug(title)}`, title, definitions: [] });
    if (defined === undefined) continue;
    if (files.length === 0) files.push({ name: base, title: `package ${pkg}`, definitions: [] });
    const found = root.lookup(`${pkg}.${defined}`);
    if (!(found instanceof protobuf.Type || found instanceof protobuf.Enum)) {
      throw new Error(`Cannot find ${pkg}.${defined} of ${path}`);
    }
    files.at(-1)?.definitions.push(found);
  }
  return files;
}

function nestedOf(type: protobuf.Type): Definition[] {
  return type.nestedArray.filter(
    (it): it is Definition => it instanceof protobuf.Type || it instanceof protobuf.Enum,
  );
}

function packageOf(definition: protobuf.ReflectionObject): string {
  let at = definition.parent;
  while (at instanceof protobuf.Type) at = at.parent;
  return at?.fullName.replace(/^\./, '') ?? '';
}

function wireName(definition: protobuf.ReflectionObject): string {
  return definition.fullName.replace(/^\./, '');
}

function tsName(definition: protobuf.ReflectionObject): string {
  const pkg = packageOf(definition);
  const prefix = PREFIXES[pkg];
  if (prefix === undefined) throw new Error(`No prefix for package ${pkg}`);
  const local = wireName(definition)
    .slice(pkg.length + 1)
    .replaceAll('.', '_');
  return local.startsWith(prefix) ? local : prefix + local;
}

const SCALARS: Record<string, string> = {
  string: 'string',
  bytes: 'Uint8Array',
  bool: 'boolean',
  double: 'number',
  int32: 'number',
  int64: 'number',
  uint32: 'number',
  uint64: 'number',
};

function tsType(field: protobuf.Field): string {
  const resolved = field.resolvedType;
  const one = resolved === null ? SCALARS[field.type] : tsName(resolved);
  if (one === undefined) throw new Error(`Cannot map type ${field.type} of ${field.fullName}`);
  if (field.map) return `Record<string, ${one}>`;
  return field.repeated ? `${one}[]` : one;
}

function quote(text: string): string {
  return `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;
}

function docLines(comment: string | null, fallback: string, indent: string): string[] {
  const lines = (comment ?? fallback).split('\n').map((line) => line.trim());
  if (lines.length === 1) return [`${indent}/** ${lines[0]} */`];
  return [`${indent}/**`, ...lines.map((line) => `${indent} * ${line}`), `${indent} */`];
}

function defaultOf(field: protobuf.Field): string | undefined {
  const value: unknown = field.options?.default;
  if (value === undefined || field.options?.deprecated === true) return undefined;
  return typeof value === 'string' ? quote(value) : String(value);
}

/** `[number, name, label, type, default that JSON always shows]` */
function fieldRow(field: protobuf.Field): string {
  const label = field.map
    ? 'map'
    : field.repeated
      ? 'repeated'
      : field.required
        ? 'required'
        : 'optional';
  const type = field.resolvedType === null ? quote(field.type) : tsName(field.resolvedType);
  const shown = defaultOf(field);
  const cells = [field.id, quote(field.name), quote(label), type];
  if (shown !== undefined) cells.push(shown);
  return `  [${cells.join(', ')}],`;
}

function messageText(type: protobuf.Type): string[] {
  const name = tsName(type);
  const lines = docLines(type.comment, `Message ${wireName(type)}.`, '');
  const fields = type.fieldsArray.map((field) => field.resolve());
  if (fields.length === 0) lines.push(`export type ${name} = Record<string, never>;`);
  else {
    lines.push(`export interface ${name} {`);
    for (const field of fields) {
      if (field.comment !== null) lines.push(...docLines(field.comment, '', '  '));
      lines.push(`  ${field.name}${field.required ? '' : '?'}: ${tsType(field)};`);
    }
    lines.push('}');
  }
  lines.push(`/** Descriptor of ${wireName(type)}. */`);
  const head = `export const ${name}: MessageType<${name}> = defineMessage(${quote(wireName(type))}`;
  if (fields.length === 0) return [...lines, `${head}, () => []);`, ''];
  return [...lines, `${head}, () => [`, ...fields.map(fieldRow), ']);', ''];
}

function enumText(type: protobuf.Enum): string[] {
  const name = tsName(type);
  const names = Object.keys(type.values);
  return [
    ...docLines(type.comment, `Enum ${wireName(type)}.`, ''),
    `export type ${name} =`,
    ...names.map((value, at) => `  | ${quote(value)}${at === names.length - 1 ? ';' : ''}`),
    `/** Names and numbers of ${wireName(type)}. */`,
    `export const ${name}: EnumType<${name}> = defineEnum(${quote(wireName(type))}, {`,
    ...names.map((value) => {
      const comment = type.comments[value];
      const note = comment === null || comment === undefined ? '' : ` // ${comment}`;
      return `  ${value}: ${type.values[value]},${note}`;
    }),
    '});',
    '',
  ];
}

function definitionText(definition: Definition): string[] {
  if (definition instanceof protobuf.Enum) return enumText(definition);
  return [...messageText(definition), ...nestedOf(definition).flatMap(definitionText)];
}

function usesOf(definition: Definition): protobuf.ReflectionObject[] {
  if (definition instanceof protobuf.Enum) return [];
  const own = definition.fieldsArray.flatMap((field) => field.resolvedType ?? []);
  return [...own, ...nestedOf(definition).flatMap(usesOf)];
}

function allOf(definition: Definition): Definition[] {
  if (definition instanceof protobuf.Enum) return [definition];
  return [definition, ...nestedOf(definition).flatMap(allOf)];
}

function importLines(file: GenFile, homes: Map<string, string>): string[] {
  const byFile = new Map<string, Set<string>>();
  for (const used of file.definitions.flatMap(usesOf)) {
    const home = homes.get(wireName(used));
    if (home === undefined) throw new Error(`Nothing defines ${wireName(used)}`);
    if (home === file.name) continue;
    const names = byFile.get(home) ?? new Set();
    byFile.set(home, names.add(tsName(used)));
  }
  return [...byFile]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([home, names]) => {
      const list = [...names].sort();
      const line = `import { ${list.join(', ')} } from './${home}.ts';`;
      if (line.length <= 100) return line;
      return `import {\n${list.map((name) => `  ${name},\n`).join('')}} from './${home}.ts';`;
    });
}

function fileText(file: GenFile, homes: Map<string, string>): string {
  const body = file.definitions.flatMap(definitionText);
  const kinds = new Set(file.definitions.flatMap(allOf).map((it) => it instanceof protobuf.Enum));
  const types = [kinds.has(true) ? 'EnumType' : [], kinds.has(false) ? 'MessageType' : []].flat();
  const makers = [
    kinds.has(true) ? 'defineEnum' : [],
    kinds.has(false) ? 'defineMessage' : [],
  ].flat();
  return [
    `/** Wire types: ${file.title}. Written by scripts/generate.ts; change proto/ instead. */`,
    `import type { ${types.join(', ')} } from '../descriptor.ts';`,
    `import { ${makers.join(', ')} } from '../descriptor.ts';`,
    ...importLines(file, homes),
    '',
    ...body,
  ].join('\n');
}

function generate(): Map<string, string> {
  const root = new protobuf.Root();
  const paths = protoFiles(protoDir);
  for (const path of paths) {
    protobuf.parse(readFileSync(path, 'utf8'), root, {
      keepCase: true,
      preferTrailingComment: false,
    });
  }
  root.resolveAll();
  const files = paths.flatMap((path) => genFilesOf(path, root));
  const homes = new Map(
    files.flatMap((file) =>
      file.definitions.flatMap(allOf).map((it) => [wireName(it), file.name] as const),
    ),
  );
  const texts = new Map(files.map((file) => [`${file.name}.ts`, fileText(file, homes)]));
  const list = files.map((file) => `export * from './${file.name}.ts';`).sort();
  texts.set(
    'all.ts',
    `/** Every generated wire type. Written by scripts/generate.ts. */\n${list.join('\n')}\n`,
  );
  return texts;
}

function stale(texts: Map<string, string>): string[] {
  const present = readdirSync(genDir);
  const changed = [...texts].filter(
    ([name, text]) => !present.includes(name) || readFileSync(join(genDir, name), 'utf8') !== text,
  );
  return [...changed.map(([name]) => name), ...present.filter((name) => !texts.has(name))];
}

const texts = generate();
if (process.argv.includes('--check')) {
  const names = stale(texts);
  if (names.length > 0) {
    console.error(`src/gen is out of date: ${names.join(', ')}; run scripts/generate.ts`);
    process.exitCode = 1;
  }
} else {
  rmSync(genDir, { recursive: true, force: true });
  mkdirSync(genDir, { recursive: true });
  for (const [name, text] of texts) writeFileSync(join(genDir, name), text);
}
