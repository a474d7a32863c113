const POST = 'POST /v1/chat/completions HTTP/1.1\r\n';
const HOST = 'Host: gateway\r\n';
const FIVE = 'Content-Length: 5\r\n\r\nhello';

/** Requests that readers of HTTP have differed on, or that sit between our reader and Node's. */
export const httpRequests: readonly Buffer[] = [
  `${POST}${HOST}Content-Type: application/json\r\nAuthorization: Bearer tg_x\r\n${FIVE}`,
  `${POST}hOST:gateway:4000\r\nConnection: Keep-Alive\r\n${FIVE}`,
  `${POST}Host: [::1]:4000 \t\r\n${FIVE}`,
  `${POST}Host: a, b\r\n${FIVE}`,
  `${POST}${HOST}${HOST}${FIVE}`,
  `${POST}${FIVE}`,
  `${POST}${HOST}Content-Length: 05\r\n\r\nhello`,
  `${POST}${HOST}Content-Length: +5\r\n\r\nhello`,
  `${POST}${HOST}Content-Length: 5\r\nContent-Length: 5\r\n\r\nhello`,
  `${POST}${HOST}Content-Length: 5, 5\r\n\r\nhello`,
  `${POST}${HOST}Content-Length: 99999999999\r\n\r\nhello`,
  `${POST}${HOST}Content-Length : 5\r\n\r\nhello`,
  `${POST}${HOST}Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n`,
  `${POST}${HOST}Transfer-Encoding: chunked\r\n${FIVE}`,
  `${POST}${HOST}X: a\r\n b\r\n${FIVE}`,
  `${POST}${HOST}X: a\rb\r\n${FIVE}`,
  `${POST}${HOST}X: a\nY: b\r\n${FIVE}`,
  `${POST}${HOST}: x\r\n${FIVE}`,
  `${POST}${HOST}X\x00Y: 1\r\n${FIVE}`,
  `${POST}${HOST}X: gr\xfc\xdfe\r\n${FIVE}`,
  `${POST}${HOST}Connection: close, keep-alive\r\n${FIVE}`,
  `${POST}${HOST}Expect: 100-continue\r\n${FIVE}`,
  `${POST}${HOST}Upgrade: h2c\r\nConnection: Upgrade\r\n${FIVE}`,
  `${POST}${HOST}__proto__: x\r\nconstructor: y\r\n${FIVE}`,
  `POST http://other/v1 HTTP/1.1\r\n${HOST}${FIVE}`,
  `POST /a b HTTP/1.1\r\n${HOST}${FIVE}`,
  `POST  /a HTTP/1.1\r\n${HOST}${FIVE}`,
  `POST /a HTTP/1.0\r\n${HOST}${FIVE}`,
  `\r\n${POST}${HOST}${FIVE}`,
  `GET /healthz HTTP/1.1\r\n${HOST}\r\n`,
  `${POST}${HOST}${'X: 1\r\n'.repeat(101)}${FIVE}`,
  `${POST}${HOST}X: ${'x'.repeat(17_000)}\r\n${FIVE}`,
].map(text => Buffer.from(text, 'latin1'));
