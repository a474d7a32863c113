export { encodeMessage } from './answer.ts';
export { clientField } from './client-fields.ts';
export { messageEncoder, PING } from './encoder.ts';
export { toNeutral } from './to-neutral.ts';
