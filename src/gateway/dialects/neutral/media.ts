import type { Media } from '../../../spec/chat/parts.ts';
import { wrongValue } from '../request-members.ts';

const DATA_URL = /^data:([^,]*),/i;
/** Where an address may lead: what else a URL can name is on somebody's disk. */
const REMOTE = /^(https?|gs):\/\//i;

/** What a `url` member names: bytes in a data URL, or a place. Throws `invalid_value`. */
export function mediaFromUrl(url: string, path: string): Media {
  const match = DATA_URL.exec(url.slice(0, 256));
  if (match !== null) return dataOf(url.slice(match[0].length), match[1]!, path);
  if (REMOTE.test(url)) return { type: 'url', url };
  throw wrongValue(path, 'expected an http(s) or data URL');
}

function dataOf(data: string, head: string, path: string): Media {
  const [mediaType = '', ...parameters] = head.split(';').map(word => word.trim());
  const type = mediaType === '' ? 'text/plain' : mediaType.toLowerCase();
  if (parameters.at(-1)?.toLowerCase() === 'base64') return { type: 'data', mediaType: type, data };
  try {
    return { type: 'data', mediaType: type, data: Buffer.from(decodeURIComponent(data)).toString('base64') };
  } catch {
    throw wrongValue(path, 'the data URL cannot be read');
  }
}

const typesByEnding: Readonly<Record<string, string>> = {
  csv: 'text/csv',
  htm: 'text/html',
  html: 'text/html',
  json: 'application/json',
  md: 'text/markdown',
  txt: 'text/plain',
};

/** `file_data` is a data URL; some clients send an address, or bare base64 beside a file name. */
export function mediaFromFileData(data: string, name: string | undefined, path: string): Media {
  if (data.startsWith('data:') || REMOTE.test(data)) return mediaFromUrl(data, path);
  const ending = name?.split('.').at(-1)?.toLowerCase() ?? '';
  return { type: 'data', mediaType: typesByEnding[ending] ?? 'application/pdf', data };
}
