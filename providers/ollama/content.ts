import type { AudioPart, FilePart, ImagePart, Part, TextPart } from '../../src/spec/chat/parts.ts';
import type { Writing } from '../openai-chat/options.ts';
import { textInFile } from '../text-file.ts';
import { warnForeign } from './own-members.ts';

export type ContentPart = TextPart | ImagePart | FilePart | AudioPart;

export const isContent = (part: Part): part is ContentPart =>
  part.type === 'text' || part.type === 'image' || part.type === 'file' || part.type === 'audio';

/** A message has one text, and its images beside it. */
export class Content {
  readonly #texts: string[] = [];
  readonly images: string[] = [];

  get text(): string {
    return this.#texts.join('\n\n');
  }

  add(part: ContentPart, field: string, writing: Writing): void {
    warnForeign(part.extra, field, writing);
    switch (part.type) {
      case 'text':
        return this.say(part.text);
      case 'image':
        return this.#image(part, field, writing);
      case 'file':
        return this.#file(part, field, writing);
      case 'audio':
        return writing.warn(field, 'dropped', 'This provider hears nothing.');
    }
  }

  say(text: string): void {
    if (text !== '') this.#texts.push(text);
  }

  #image({ media, detail }: Pick<ImagePart, 'media' | 'detail'>, field: string, writing: Writing): void {
    if (detail !== undefined && detail !== 'auto') {
      writing.warn(`${field}.image_url.detail`, 'dropped', 'Images have no detail.');
    }
    if (media.type === 'data') this.images.push(media.data);
    else writing.warn(field, 'dropped', 'Images are read from the request alone.');
  }

  #file(part: FilePart, field: string, writing: Writing): void {
    const { media, name } = part;
    if (media.type === 'data' && media.mediaType.startsWith('image/')) return this.#image({ media }, field, writing);
    const text = textInFile(part);
    if (text === null) return writing.warn(field, 'dropped', 'This provider reads no such files.');
    writing.warn(field, 'emulated', 'A file of text goes as the text itself.');
    this.say(name === undefined ? text : `${name}\n\n${text}`);
  }
}
