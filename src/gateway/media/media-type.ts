interface Kind {
  /** The usual name of the type. */
  readonly mediaType: string;
  /** Other names that servers give it. */
  readonly aliases?: readonly string[];
  readonly is: (bytes: Buffer) => boolean;
}

const begins =
  (...signs: readonly string[]) =>
  (bytes: Buffer) =>
    signs.some(sign => bytes.subarray(0, sign.length).equals(Buffer.from(sign, 'latin1')));

/** A sign at its place, as in `RIFF????WEBP`. */
const holds =
  (at: number, ...signs: readonly string[]) =>
  (bytes: Buffer) =>
    begins(...signs)(bytes.subarray(at));

const both = (one: Kind['is'], other: Kind['is']) => (bytes: Buffer) => one(bytes) && other(bytes);

const riff = (form: string) => both(begins('RIFF'), holds(8, form));
const brand = (...brands: readonly string[]) => both(holds(4, 'ftyp'), holds(8, ...brands));

/** Frames of MPEG audio begin with eleven bits; a layer of 0 is ADTS, which is AAC. */
const mpegFrame = (bytes: Buffer): boolean =>
  bytes[0] === 0xff && (bytes[1]! & 0xe0) === 0xe0 && (bytes[1]! & 0x06) !== 0;
const adtsFrame = (bytes: Buffer): boolean => bytes[0] === 0xff && (bytes[1]! & 0xf6) === 0xf0;

/** Text has no signature: it is UTF-8 without control characters that no text has. */
function isText(bytes: Buffer): boolean {
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is looked for
    return !/[\x00-\x08\x0e-\x1a\x1c-\x1f]/.test(text);
  } catch {
    return false;
  }
}

const kinds: readonly Kind[] = [
  { mediaType: 'image/png', is: begins('\x89PNG\r\n\x1a\n') },
  { mediaType: 'image/jpeg', aliases: ['image/jpg', 'image/pjpeg'], is: begins('\xff\xd8\xff') },
  { mediaType: 'image/gif', is: begins('GIF87a', 'GIF89a') },
  { mediaType: 'image/webp', is: riff('WEBP') },
  { mediaType: 'image/avif', is: brand('avif', 'avis') },
  { mediaType: 'image/heic', is: brand('heic', 'heix', 'hevc', 'heim', 'heis') },
  { mediaType: 'image/heif', is: brand('mif1', 'msf1', 'heic', 'heix') },
  { mediaType: 'application/pdf', aliases: ['application/x-pdf'], is: begins('%PDF-') },
  { mediaType: 'audio/wav', aliases: ['audio/x-wav', 'audio/wave', 'audio/vnd.wave'], is: riff('WAVE') },
  {
    mediaType: 'audio/mpeg',
    aliases: ['audio/mp3', 'audio/x-mpeg', 'audio/mpeg3'],
    is: bytes => begins('ID3')(bytes) || mpegFrame(bytes),
  },
  { mediaType: 'audio/aac', aliases: ['audio/x-aac', 'audio/aacp'], is: adtsFrame },
  { mediaType: 'audio/ogg', aliases: ['application/ogg', 'audio/opus'], is: begins('OggS') },
  { mediaType: 'audio/flac', aliases: ['audio/x-flac'], is: begins('fLaC') },
  { mediaType: 'audio/aiff', aliases: ['audio/x-aiff'], is: both(begins('FORM'), holds(8, 'AIFF', 'AIFC')) },
  { mediaType: 'audio/mp4', aliases: ['audio/m4a', 'audio/x-m4a'], is: holds(4, 'ftyp') },
  { mediaType: 'video/mp4', aliases: ['video/x-m4v'], is: holds(4, 'ftyp') },
  { mediaType: 'video/quicktime', is: holds(4, 'ftypqt', 'moov', 'mdat', 'wide', 'free') },
  { mediaType: 'video/webm', aliases: ['audio/webm'], is: begins('\x1a\x45\xdf\xa3') },
  { mediaType: 'video/mpeg', is: begins('\x00\x00\x01\xba', '\x00\x00\x01\xb3') },
  ...['text/plain', 'text/csv', 'text/markdown'].map(mediaType => ({ mediaType, is: isText })),
];

const byName: ReadonlyMap<string, Kind> = new Map(
  kinds.flatMap(kind => [kind.mediaType, ...(kind.aliases ?? [])].map(name => [name, kind] as const)),
);

/** The usual name of the type that a server names; null for one that is not taken. */
export function namedType(contentType: string): string | null {
  const essence = contentType.split(';', 1)[0]!.trim().toLowerCase();
  return byName.get(essence)?.mediaType ?? null;
}

/** The bytes are what their server says of them. */
export const isOfType = (bytes: Buffer, mediaType: string): boolean => byName.get(mediaType)?.is(bytes) ?? false;
