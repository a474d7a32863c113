import type OpenAI from 'openai';
import type { AudioPart, FilePart, ImagePart, Media, Part, TextPart } from '../../src/spec/chat/parts.ts';
import type { Fields } from '../openai-chat/options.ts';
import type { ResponsesWriting } from './writing.ts';

export type ContentPart = TextPart | ImagePart | FilePart | AudioPart;
type ContentJson = OpenAI.Responses.ResponseInputContent;
type Write<Type extends ContentPart['type']> = (
  part: Extract<ContentPart, { type: Type }>,
  field: string,
  writing: ResponsesWriting,
) => ContentJson | null;

const urlOf = (media: Exclude<Media, { type: 'id' }>): string =>
  media.type === 'url' ? media.url : `data:${media.mediaType};base64,${media.data}`;

const writers: { readonly [Type in ContentPart['type']]: Write<Type> } = {
  text: ({ text }) => ({ type: 'input_text', text }),
  image: ({ media, detail = 'auto' }) => {
    const image = media.type === 'id' ? { file_id: media.id } : { image_url: urlOf(media) };
    return { type: 'input_image', ...image, detail: detail as OpenAI.Responses.ResponseInputImage['detail'] };
  },
  file: ({ media, name }) => {
    if (media.type === 'data' && media.mediaType.startsWith('image/')) {
      return { type: 'input_image', image_url: urlOf(media), detail: 'auto' };
    }
    const named = name === undefined ? {} : { filename: name };
    if (media.type === 'id') return { type: 'input_file', file_id: media.id };
    if (media.type === 'url') return { type: 'input_file', file_url: media.url };
    return { type: 'input_file', filename: nameFor(media.mediaType), ...named, file_data: urlOf(media) };
  },
  audio: (_, field, writing) => {
    writing.warn(field, 'dropped', 'The Responses API takes no audio.');
    return null;
  },
};

/** Data has to have a name, whose ending says what it is. */
const endings: Readonly<Record<string, string>> = {
  'application/pdf': 'pdf',
  'application/json': 'json',
  'text/csv': 'csv',
  'text/html': 'html',
  'text/markdown': 'md',
};

const nameFor = (mediaType: string): string => {
  const bare = mediaType.split(';', 1)[0]!;
  const ending = Object.hasOwn(endings, bare) ? endings[bare]! : bare.startsWith('text/') ? 'txt' : 'pdf';
  return `document.${ending}`;
};

export const isContent = (part: Part): part is ContentPart => Object.hasOwn(writers, part.type);

/** Null where it cannot be said. */
export function contentJson(part: ContentPart, field: string, writing: ResponsesWriting): Fields | null {
  const write = writers[part.type] as Write<ContentPart['type']>;
  const json = write(part as never, field, writing);
  return json === null ? null : writing.withOwn(json, part.extra, field);
}

/** A single text without anything of its own is a plain string. */
export function contentOf(parts: readonly ContentPart[], field: string, writing: ResponsesWriting): unknown {
  const [only] = parts;
  if (parts.length === 1 && only!.type === 'text' && only!.extra === undefined) return only!.text;
  return parts.flatMap((part, index) => contentJson(part, `${field}.content[${index}]`, writing) ?? []);
}
