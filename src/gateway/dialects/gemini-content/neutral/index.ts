export { clientField } from './client-fields.ts';
export { contentEncoder, encodeContent } from './encoder.ts';
export { toNeutral } from './to-neutral.ts';
