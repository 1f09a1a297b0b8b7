/** Reads a project page of a Python package index: the simple API in JSON (PEP 691) and in HTML (PEP 503). */

/** A file offered by an index. */
export interface IndexFile {
  readonly filename: string;
  readonly url: string;
  /** Lower-case hex, when published. */
  readonly sha256: string | undefined;
  /** Bytes; only the JSON form tells. */
  readonly size: number | undefined;
}

/** What to ask an index for: JSON first, as many private indexes only speak HTML. */
export const SIMPLE_INDEX_ACCEPT =
  'application/vnd.pypi.simple.v1+json, application/vnd.pypi.simple.v1+html;q=0.2, text/html;q=0.1';

/** The page of a project under an index such as `https://index.example/simple`. */
export function projectUrl(indexUrl: string, project: string): string {
  const name = project.toLowerCase().replace(/[-_.]+/g, '-');
  return `${indexUrl.replace(/\/+$/, '')}/${name}/`;
}

/** The files of a project page that are not withdrawn; relative addresses are resolved against the page's own. */
export function parseProjectPage(
  body: string,
  contentType: string,
  pageUrl: string,
): readonly IndexFile[] {
  return contentType.includes('json') ? parseJsonPage(body, pageUrl) : parseHtmlPage(body, pageUrl);
}

function parseJsonPage(body: string, pageUrl: string): IndexFile[] {
  const page: unknown = JSON.parse(body);
  if (!isRecord(page) || !Array.isArray(page.files)) return [];
  return page.files.filter(isRecord).flatMap((file) => {
    const { filename, url, yanked, size, hashes } = file;
    const withdrawn = yanked === true || typeof yanked === 'string';
    if (typeof filename !== 'string' || typeof url !== 'string' || withdrawn) return [];
    const sha256 = isRecord(hashes) ? hashes.sha256 : undefined;
    return [
      {
        filename,
        url: new URL(url, pageUrl).href,
        sha256: typeof sha256 === 'string' ? sha256.toLowerCase() : undefined,
        size: typeof size === 'number' ? size : undefined,
      },
    ];
  });
}

function parseHtmlPage(body: string, pageUrl: string): IndexFile[] {
  const anchors = body.matchAll(/<a\s([^>]*)>([^<]*)<\/a>/gi);
  return [...anchors].flatMap(([, attributes = '', text = '']) => {
    const href = /\bhref\s*=\s*(?:"([^"]*)"|'([^']*)')/i.exec(attributes);
    if (href === null || /\bdata-yanked\b/i.test(attributes)) return [];
    const url = new URL(decodeEntities(href[1] ?? href[2] ?? ''), pageUrl);
    const sha256 = /^#sha256=([0-9a-f]{64})$/i.exec(url.hash)?.[1]?.toLowerCase();
    url.hash = '';
    return [{ filename: decodeEntities(text.trim()), url: url.href, sha256, size: undefined }];
  });
}

function decodeEntities(text: string): string {
  return text
    .replaceAll('&quot;', '"')
    .replaceAll('&#39;', "'")
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&amp;', '&');
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
