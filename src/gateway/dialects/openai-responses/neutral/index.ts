export { clientField } from './client-fields.ts';
export { encodeResponse, responseEncoder } from './encoder.ts';
export { flatten } from './flatten.ts';
export { toNeutral } from './to-neutral.ts';
