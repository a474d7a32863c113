export { type AnswerOptions, answerJson, encodeAnswer } from './answer.ts';
export { type ChatEncoder, type ChatEncoderOptions, chatEncoder } from './encoder.ts';
export { type NeutralRequest, toNeutral } from './to-neutral.ts';
