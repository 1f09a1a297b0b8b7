/** The metrics in the text format of Prometheus: names made of the keys, variable parts as labels. */

/** Content type of the text format, version 0.0.4. */
export const PROMETHEUS_TYPE = 'text/plain; version=0.0.4; charset=utf-8';

type Labels = Readonly<Record<string, string>>;
type Sample = { readonly family: string; readonly labels: Labels; readonly value: number };

/** Keys with variable parts; a group named `rest` goes into the name, any other becomes a label. */
const PATTERNS: readonly RegExp[] = [
  /^(?<rest1>master\/frameworks)\/(?<framework>[^/]*)\/(?<framework_id>[^/]*)\/roles\/(?<role>.*)\/(?<rest2>suppressed)$/s,
  /^(?<rest1>master\/frameworks)\/(?<framework>[^/]*)\/(?<framework_id>[^/]*)\/(?<rest2>.*)$/s,
  /^(?<rest1>master\/task_[a-z_]+)\/source_(?<source>[^/]*)\/reason_(?<reason>.*)$/s,
  /^(?<rest1>frameworks)\/(?<principal>.*)\/(?<rest2>messages_[a-z]+)$/s,
  /^(?<rest1>allocator\/mesos\/quota)\/roles\/(?<role>.*)\/resources\/(?<resource>[^/]*)\/(?<rest2>[a-z_]+)$/s,
  /^(?<rest1>allocator\/mesos)\/roles\/(?<role>.*)\/(?<rest2>shares\/dominant)$/s,
  /^(?<rest1>allocator\/mesos\/offer_filters)\/roles\/(?<role>.*)\/(?<rest2>active)$/s,
  /^(?<rest1>allocator\/mesos\/resources)\/(?<resource>[^/]*)\/(?<rest2>[a-z_]+)$/s,
  /^(?<rest1>.*_ms)\/p(?<quantile>\d+)$/s,
];

function nameOf(parts: readonly string[]): string {
  const joined = parts.filter((part) => part !== '').join('_');
  return `stoke_${joined.replaceAll(/[^a-zA-Z0-9_]/g, '_')}`;
}

/** `50` is 0.5, `9999` is 0.9999. */
function labelValue(name: string, text: string): string {
  if (name === 'quantile') return String(Number(`0.${text}`));
  return name === 'framework' ? decodeURIComponent(text) : text;
}

/** A key that none of the patterns takes is a name without labels. */
function sampleOf(key: string, value: number): Sample {
  for (const pattern of PATTERNS) {
    const groups = pattern.exec(key)?.groups;
    if (groups === undefined) continue;
    const { rest1 = '', rest2 = '', ...labels } = groups;
    const values = Object.entries(labels).map(
      ([name, text]) => [name, labelValue(name, text)] as const,
    );
    return { family: nameOf([rest1, rest2]), labels: Object.fromEntries(values), value };
  }
  return { family: nameOf([key]), labels: {}, value };
}

function escaped(text: string): string {
  return text.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n');
}

function lineOf({ family, labels, value }: Sample): string {
  const pairs = Object.entries(labels).map(([name, text]) => `${name}="${escaped(text)}"`);
  return `${family}${pairs.length === 0 ? '' : `{${pairs.join(',')}}`} ${value}\n`;
}

/** Flat metrics as Prometheus reads them; one family's lines stand together, as the format asks. */
export function prometheusText(metrics: Readonly<Record<string, number>>): string {
  const families = new Map<string, Sample[]>();
  for (const [key, value] of Object.entries(metrics)) {
    const sample = sampleOf(key, value);
    const family = families.get(sample.family) ?? [];
    family.push(sample);
    families.set(sample.family, family);
  }
  return [...families]
    .map(([family, samples]) => `# TYPE ${family} untyped\n${samples.map(lineOf).join('')}`)
    .join('');
}
