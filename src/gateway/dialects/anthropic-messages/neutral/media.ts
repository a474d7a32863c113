import type { FilePart, ImagePart, Media, Part } from '../../../../spec/chat/parts.ts';
import { mediaFromUrl } from '../../neutral/media.ts';
import { Members } from '../../neutral/members.ts';
import { wrongValue } from '../../request-members.ts';
import { withRest } from './extra.ts';

const base64 = (text: string): string => Buffer.from(text, 'utf8').toString('base64');

/** Where an image or a document is; null for a document that is written out in blocks. */
function readMedia(source: Members): Media | null {
  const type = source.required('type', source.string('type'));
  switch (type) {
    case 'base64': {
      const mediaType = source.required('media_type', source.string('media_type'));
      return { type: 'data', mediaType, data: source.required('data', source.string('data')) };
    }
    case 'url':
      return mediaFromUrl(source.required('url', source.string('url')), source.at('url'));
    case 'file':
      return { type: 'id', id: source.required('file_id', source.string('file_id')) };
    case 'text': {
      source.take('media_type');
      return { type: 'data', mediaType: 'text/plain', data: base64(source.required('data', source.string('data'))) };
    }
    case 'content':
      return null;
    default:
      throw wrongValue(source.at('type'), 'known are base64, url, file, text, content');
  }
}

export function readImage(block: Members): ImagePart {
  const source = block.required('source', block.members('source'));
  const media = readMedia(source);
  if (media === null) throw wrongValue(source.at('type'), 'an image is base64, url or file');
  return withRest({ type: 'image', media }, block);
}

/** A document; one that is written out in blocks is a text, and images among its blocks follow as they are. */
export function readDocument(block: Members): readonly (FilePart | ImagePart)[] {
  const source = block.required('source', block.members('source'));
  const media = readMedia(source);
  const name = block.string('title');
  const named = name === undefined ? {} : { name };
  if (media !== null) return [withRest({ type: 'file', media, ...named }, block)];
  const { text, images } = readWritten(source);
  const written: Media = { type: 'data', mediaType: 'text/plain', data: base64(text) };
  return [withRest({ type: 'file', media: written, ...named }, block), ...images];
}

function readWritten(source: Members): { readonly text: string; readonly images: readonly ImagePart[] } {
  const content = source.take('content');
  if (typeof content === 'string') return { text: content, images: [] };
  const path = source.at('content');
  if (!Array.isArray(content)) throw wrongValue(path, 'expected a text or blocks');
  const blocks = content.map((block: unknown, index) => new Members(block, `${path}[${index}]`));
  const images = blocks.filter(block => block.peek('type') === 'image').map(readImage);
  const texts = blocks.filter(block => block.peek('type') === 'text').map(block => block.string('text') ?? '');
  return { text: texts.join('\n'), images };
}

/** A result of a search that the caller made: its text, with where it comes from. */
export function readSearchResult(block: Members): Part {
  const title = block.string('title');
  const from = block.string('source');
  const content = block.array('content') ?? [];
  const path = block.at('content');
  const texts = content.map((value, index) => new Members(value, `${path}[${index}]`).string('text') ?? '');
  const head = [title, from].filter(text => text !== undefined && text !== '');
  return withRest({ type: 'text', text: [...head, ...texts].join('\n') }, block);
}
