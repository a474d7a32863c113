import type Anthropic from '@anthropic-ai/sdk';
import type { FilePart, ImagePart, Media } from '../../src/spec/chat/parts.ts';

type ImageType = Anthropic.Base64ImageSource['media_type'];

/** An image of a type the API does not know travels as it is: its answer names the four it takes. */
export const imageBlock = ({ media }: Pick<ImagePart, 'media'>): Anthropic.ImageBlockParam => ({
  type: 'image',
  source:
    media.type === 'data'
      ? { type: 'base64', media_type: media.mediaType.toLowerCase() as ImageType, data: media.data }
      : elsewhere(media),
});

/** A PDF as it is, everything that is text as text, an image that came as a file as the image it is. */
export function fileBlock({ media, name }: FilePart): Anthropic.ImageBlockParam | Anthropic.DocumentBlockParam {
  if (media.type === 'data' && media.mediaType.startsWith('image/')) return imageBlock({ media });
  return { type: 'document', source: documentSource(media), ...(name === undefined ? {} : { title: name }) };
}

function documentSource(media: Media): Anthropic.DocumentBlockParam['source'] {
  if (media.type !== 'data') return elsewhere(media);
  if (isText(media.mediaType)) {
    return { type: 'text', media_type: 'text/plain', data: Buffer.from(media.data, 'base64').toString('utf8') };
  }
  return { type: 'base64', media_type: media.mediaType as 'application/pdf', data: media.data };
}

const elsewhere = (media: Exclude<Media, { type: 'data' }>) =>
  media.type === 'url' ? ({ type: 'url', url: media.url } as const) : ({ type: 'file', file_id: media.id } as const);

const isText = (mediaType: string): boolean =>
  /^(text\/|application\/(json|xml|yaml|x-yaml|toml|javascript|typescript|sql|csv)\b|[^;]+\+(json|xml)\b)/i.test(
    mediaType,
  );
