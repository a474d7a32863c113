import type { FilePart } from '../src/spec/chat/parts.ts';

const TEXT_TYPE =
  /^(text\/|application\/(json|xml|yaml|x-yaml|toml|javascript|typescript|sql|csv)\b|[^;]+\+(json|xml)\b)/i;

/** What stands in a file of text, for an API that takes texts but not this file; null where it is no text. */
export function textInFile({ media }: FilePart): string | null {
  if (media.type !== 'data' || !TEXT_TYPE.test(media.mediaType)) return null;
  return Buffer.from(media.data, 'base64').toString('utf8');
}
