export { encodeAnswer } from './answer.ts';
export { chatEncoder } from './encoder.ts';
export { toNeutral } from './to-neutral.ts';
